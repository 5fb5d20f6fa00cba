"""Whatever goes wrong, both SDKs say alike what it calls for, and never say the token."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.telegram.client import Attachment, Audience, Post, TelegramClient
from bot.telegram.connect import connect
from bot.telegram.faults import (
    BAD_MARKUP,
    FILE_GONE,
    FILE_TOO_BIG,
    MESSAGE_GONE,
    THREAD_GONE,
    check_token,
)
from bot.telegram.gateway import TelegramGateway
from core.messages import Address, Message, Text
from core.ports import Fault, SendFailed
from sandbox import Bot, Group, Person, Sandbox
from tests.gateways.conftest import SDKS, TOKEN
from tests.gateways.stub import Stub, ok, refused

HERE = Address("public", "42")
HELLO = Message((Text("plain"),))
BAD = "Bad Request: "
PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"

CALLS: dict[str, Callable[[TelegramClient], Awaitable[object]]] = {
    "send": lambda client: client.send_message(HERE, Post("a")),
    "edit": lambda client: client.edit_message(HERE, "7", Post("a")),
    "delete": lambda client: client.delete_message(HERE, "7"),
    "answer": lambda client: client.answer_callback("1", None, alert=False),
    "document": lambda client: client.send_document(HERE, Attachment(b"a", "a.txt")),
    "photo": lambda client: client.send_photo(HERE, Attachment(b"a", "a.png")),
    "download": lambda client: client.download("f", 10),
    "me": lambda client: client.get_me(),
    "chat": lambda client: client.get_chat("-5"),
    "member": lambda client: client.get_chat_member("-5", 42),
    "commands": lambda client: client.set_commands([("a", "b")], Audience.EVERYBODY),
    "webhook": lambda client: client.set_webhook("https://a.vn", "s"),
    "unhook": lambda client: client.delete_webhook(),
}

REFUSALS = [
    (refused(429, "Too Many Requests: retry after 17", retry_after=17), Fault.RETRY, None, 17),
    (refused(500, "Internal Server Error: restart"), Fault.RETRY, None, None),
    (refused(502, "Bad Gateway"), Fault.RETRY, None, None),
    (refused(409, "Conflict: terminated by other getUpdates request"), Fault.RETRY, None, None),
    ((502, PAGE), Fault.RETRY, None, None),
    ((404, PAGE), Fault.RETRY, None, None),
    ((200, PAGE), Fault.RETRY, None, None),
    ((200, b"\xff\xfe"), Fault.RETRY, None, None),
    ((200, {"ok": True}), Fault.RETRY, None, None),
    ((200, []), Fault.RETRY, None, None),
    (None, Fault.RETRY, None, None),
    (refused(401, "Unauthorized"), Fault.CONFIG, None, None),
    (refused(404, "Not Found"), Fault.CONFIG, None, None),
    (refused(403, "Forbidden: bot was blocked by the user"), Fault.STOPPED, None, None),
    (refused(403, "Forbidden: user is deactivated"), Fault.STOPPED, None, None),
    (refused(403, "Forbidden: bot was kicked from the group chat"), Fault.STOPPED, None, None),
    (refused(400, BAD + "chat not found"), Fault.STOPPED, None, None),
    (refused(400, BAD + "user is deactivated"), Fault.STOPPED, None, None),
    (refused(400, BAD + "group chat was deactivated"), Fault.STOPPED, None, None),
    (refused(400, BAD + "not enough rights to send text messages to the chat"), Fault.STOPPED,
     None, None),
    (refused(400, BAD + "message to edit not found"), Fault.INVALID, MESSAGE_GONE, None),
    (refused(400, BAD + "message can't be edited"), Fault.INVALID, MESSAGE_GONE, None),
    (refused(400, BAD + "MESSAGE_ID_INVALID"), Fault.INVALID, MESSAGE_GONE, None),
    (refused(400, BAD + "message thread not found"), Fault.INVALID, THREAD_GONE, None),
    (refused(400, BAD + "TOPIC_CLOSED"), Fault.INVALID, THREAD_GONE, None),
    (refused(400, BAD + 'can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
     Fault.INVALID, BAD_MARKUP, None),
    (refused(400, BAD + "BUTTON_DATA_INVALID"), Fault.INVALID, BAD + "BUTTON_DATA_INVALID", None),
    (refused(400, BAD + "message is too long"), Fault.INVALID, BAD + "message is too long", None),
    (refused(413, "Request Entity Too Large"), Fault.INVALID, None, None),
]  # fmt: skip


async def failure(call: Awaitable[object]) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await call
    return caught.value


@pytest.mark.parametrize(
    ("answer", "fault", "reason", "retry_after"), REFUSALS, ids=lambda value: str(value)[:60]
)
async def test_a_refusal_says_what_it_calls_for(
    stubbed: TelegramClient,
    stub: Stub,
    answer: tuple[int, Any] | None,
    fault: Fault,
    reason: str | None,
    retry_after: float | None,
) -> None:
    stub.answers = [answer]

    failed = await failure(stubbed.send_message(HERE, Post("a")))

    assert (failed.fault, failed.retry_after, failed.moved_to) == (fault, retry_after, None)
    assert reason is None or failed.reason == reason
    assert TOKEN not in failed.reason


async def test_both_sdks_give_the_same_reasons(stub: Stub) -> None:
    for answer, *_ in REFUSALS:
        if answer is None or answer[0] == 200:
            continue  # the reasons name the library's own exception
        stub.answers = [answer]
        reasons = set()
        for sdk in SDKS:
            client = connect(sdk, bot="public", token=TOKEN, api=stub.url)
            reasons.add((await failure(client.send_message(HERE, Post("a")))).reason)
            await client.close()
        assert len(reasons) == 1


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (refused(429, "Too Many Requests: retry after 3", retry_after=3), Fault.RETRY),
        (refused(401, "Unauthorized"), Fault.CONFIG),
        (refused(403, "Forbidden: bot was kicked from the group chat"), Fault.STOPPED),
        ((502, PAGE), Fault.RETRY),
        (ok({"strange": 1}), Fault.RETRY),
        (None, Fault.RETRY),
    ],
    ids=["429", "401", "403", "502", "strange", "hung up"],
)
async def test_every_method_fails_alike(
    stubbed: TelegramClient, stub: Stub, name: str, answer: Any, fault: Fault
) -> None:
    stub.answers = [answer]
    if answer == ok({"strange": 1}) and name not in {"send", "me", "chat", "member"}:
        return  # their answers are not looked at

    assert (await failure(CALLS[name](stubbed))).fault is fault


async def test_a_group_that_moved_gives_its_new_id(stubbed: TelegramClient, stub: Stub) -> None:
    stub.answers = [
        refused(
            400,
            BAD + "group chat was upgraded to a supergroup chat",
            migrate_to_chat_id=-1001234567890,
        )
    ]

    failed = await failure(stubbed.send_message(HERE, Post("a")))

    assert (failed.fault, failed.moved_to) == (Fault.RETRY, "-1001234567890")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("edit", "message is not modified: specified new message content is exactly the same"),
        ("delete", "message to delete not found"),
        ("answer", "query is too old and response timeout expired or query ID is invalid"),
    ],
)
async def test_what_is_done_already_counts_as_done(
    stubbed: TelegramClient, stub: Stub, name: str, words: str
) -> None:
    stub.answers = [refused(400, BAD + words)]

    await CALLS[name](stubbed)


async def test_nobody_listening_is_tried_again(unused_tcp_port: int) -> None:
    for sdk in SDKS:
        client = connect(sdk, bot="public", token=TOKEN, api=f"http://127.0.0.1:{unused_tcp_port}")
        failed = await failure(client.send_message(HERE, Post("a")))
        await client.close()

        assert failed.fault is Fault.RETRY
        assert TOKEN not in failed.reason


async def test_a_file_that_is_gone_or_too_big_or_refused(
    stubbed: TelegramClient, stub: Stub
) -> None:
    file = {"file_id": "f", "file_unique_id": "u", "file_path": "documents/f.xlsx"}

    for answers, fault, reason in (
        ([ok(file), refused(404, "Not Found")], Fault.INVALID, FILE_GONE),
        ([ok(file), (502, PAGE)], Fault.RETRY, None),
        ([ok(file), None], Fault.RETRY, None),
        ([ok(file), (200, b"x" * 11)], Fault.INVALID, FILE_TOO_BIG),
        ([ok({**file, "file_size": 11})], Fault.INVALID, FILE_TOO_BIG),
        ([ok({"file_id": "f", "file_unique_id": "u"})], Fault.INVALID, FILE_GONE),
        ([refused(400, BAD + "file is too big")], Fault.INVALID, FILE_TOO_BIG),
        ([refused(400, BAD + "wrong file_id or the file is temporarily unavailable")],
         Fault.INVALID, FILE_GONE),
    ):  # fmt: skip
        stub.answers = [*answers]
        failed = await failure(stubbed.download("f", 10))
        assert failed.fault is fault
        assert reason is None or failed.reason == reason

    stub.answers = [ok(file), (200, b"0123456789")]
    assert await stubbed.download("f", 10) == b"0123456789"


async def test_one_connection_serves_calls_in_a_row(stubbed: TelegramClient, stub: Stub) -> None:
    stub.answers = [ok({"message_id": 1, "date": 1, "chat": {"id": 42, "type": "private"}})]

    for _ in range(3):
        await stubbed.send_message(HERE, Post("a"))

    assert len(stub.peers) == 1


async def test_calls_at_once_do_not_wait_for_each_other(
    stubbed: TelegramClient, stub: Stub
) -> None:
    stub.answers = [ok({"message_id": 1, "date": 1, "chat": {"id": 42, "type": "private"}})]

    sent = await asyncio.gather(*(stubbed.send_message(HERE, Post("a")) for _ in range(120)))

    assert sent == ["1"] * 120
    assert 1 < len(stub.peers) <= 100


@pytest.mark.parametrize("sdk", SDKS)
@pytest.mark.parametrize("token", ["", "nonsense", "123:", "https://a.vn/", "1:a b"])
def test_what_cannot_be_a_token_is_a_matter_of_configuration(sdk: str, token: str) -> None:
    with pytest.raises(SendFailed) as caught:
        connect(sdk, bot="public", token=token)

    assert caught.value.fault is Fault.CONFIG
    assert not token or token not in caught.value.reason
    check_token(TOKEN)


def test_an_unknown_sdk_is_refused() -> None:
    with pytest.raises(ValueError, match="telethon"):
        connect("telethon", bot="public", token=TOKEN)


# ── the same through the sandbox, whose answers are worded like Telegram's ───────────────────────


async def test_a_person_who_blocked_the_bot(
    gateway: TelegramGateway, chat: Address, lan: Person, account: Bot
) -> None:
    lan.blocks(account)

    assert (await failure(gateway.send(chat, HELLO, "vi"))).fault is Fault.STOPPED


async def test_a_stranger_cannot_be_written_to(
    gateway: TelegramGateway, role: str, sandbox: Sandbox
) -> None:
    stranger = sandbox.world.person("Ai đó")

    failed = await failure(gateway.send(Address(role, str(stranger.id)), HELLO, "vi"))

    assert failed.fault is Fault.STOPPED


async def test_a_group_that_threw_the_bot_out(
    gateway: TelegramGateway, role: str, group: Group, account: Bot
) -> None:
    group.removes(account)

    failed = await failure(gateway.send(Address(role, str(group.id)), HELLO, "vi"))

    assert failed.fault is Fault.STOPPED


async def test_a_group_that_migrated(gateway: TelegramGateway, role: str, group: Group) -> None:
    old = Address(role, str(group.id))
    new = group.migrates()

    assert (await failure(gateway.send(old, HELLO, "vi"))).moved_to == str(new.id)


async def test_a_card_that_is_gone_can_be_told_from_other_trouble(
    gateway: TelegramGateway, chat: Address, lan: Person, sandbox: Sandbox
) -> None:
    sent = await gateway.send(chat, HELLO, "vi")
    sandbox.world.delete(lan.last)

    failed = await failure(gateway.edit(chat, sent, HELLO, "vi"))

    assert (failed.fault, failed.reason) == (Fault.INVALID, MESSAGE_GONE)


async def test_faults_of_the_way(
    gateway: TelegramGateway, chat: Address, lan: Person, sandbox: Sandbox
) -> None:
    sandbox.faults.flood(30, method="sendMessage")
    failed = await failure(gateway.send(chat, HELLO, "vi"))
    assert (failed.fault, failed.retry_after) == (Fault.RETRY, 30)

    sandbox.faults.fail(502, html=True)
    assert (await failure(gateway.send(chat, HELLO, "vi"))).fault is Fault.RETRY

    sandbox.faults.drop()
    assert (await failure(gateway.send(chat, HELLO, "vi"))).fault is Fault.RETRY

    await gateway.send(chat, HELLO, "vi")
    assert len(lan.hears()) == 1


async def test_a_token_that_was_revoked(client: TelegramClient, sandbox: Sandbox) -> None:
    sandbox.world.bots.clear()

    assert (await failure(client.get_me())).fault is Fault.CONFIG
