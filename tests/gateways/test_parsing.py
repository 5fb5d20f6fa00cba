"""Both SDKs read the same update alike, and the inbox knows its conversation beforehand."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.client import TelegramClient, Unreadable
from bot.telegram.connect import connect
from bot.telegram.reading import CONTENT, SERVICE
from bot.telegram.updates import ALLOWED_UPDATES, conversation_of, new_update
from sandbox import Bot, Group, Person, Sandbox
from tests.gateways.conftest import SDKS, TOKEN
from tests.gateways.updates import BOT, CASES, GROUP, PRIVATE, USERNAME, Case, message, press

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module", params=SDKS)
def sdk(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def reader(sdk: str) -> AsyncIterator[TelegramClient]:
    opened = connect(sdk, bot=BOT, token=TOKEN)
    opened.username = USERNAME
    yield opened
    await opened.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_an_update_becomes_what_a_conversation_understands(
    reader: TelegramClient, case: Case
) -> None:
    assert reader.parse(case.raw) == case.incoming
    assert reader.parse(new_update(case.raw, BOT).payload) == case.incoming


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.incoming], ids=lambda case: case.name
)
def test_the_conversation_is_known_before_an_update_is_read(case: Case) -> None:
    assert case.incoming is not None
    assert conversation_of(case.raw, BOT) == case.incoming.conversation
    assert new_update(case.raw, BOT).conversation == case.incoming.conversation


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_update_is_stored_whole(case: Case) -> None:
    stored = new_update(case.raw, "staff")

    assert (stored.bot, stored.update_id) == ("staff", "10000001")
    assert json.loads(stored.payload) == case.raw
    assert b" :" not in stored.payload.split(b'"text"')[0]


@given(st.dictionaries(st.sampled_from(["update_id", *ALLOWED_UPDATES, "poll"]), JSON))
def test_nothing_that_arrives_is_without_a_conversation(raw: dict[str, Any]) -> None:
    assert conversation_of(raw, BOT).startswith(f"{BOT}:")


@given(
    body=st.fixed_dictionaries(
        {},
        optional={
            "from": st.none() | JSON | st.fixed_dictionaries({"id": JSON}),
            "chat": st.none() | JSON | st.fixed_dictionaries({"id": JSON, "type": JSON}),
            "message": JSON,
            "migrate_to_chat_id": JSON,
        },
    ),
    kind=st.sampled_from(ALLOWED_UPDATES),
)
def test_nor_is_anything_broken_in_its_middle(body: dict[str, Any], kind: str) -> None:
    assert conversation_of({"update_id": 1, kind: body}, BOT).startswith(f"{BOT}:")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": {"text": "a"}},
        {"update_id": 1, "message": message(chat={"id": 1})},
        {"update_id": 1, "callback_query": {"id": "1"}},
        {"update_id": 1, "my_chat_member": {}},
    ],
    ids=str,
)
async def test_what_is_not_built_like_an_update_is_unreadable(
    reader: TelegramClient, raw: bytes | dict[str, Any]
) -> None:
    with pytest.raises(Unreadable):
        reader.parse(raw)


async def test_before_it_knows_its_name_every_command_is_its_own(reader: TelegramClient) -> None:
    reader.username = ""

    incoming = reader.parse({"update_id": 1, "message": message(GROUP, text="/tim@Other a")})

    assert incoming is not None
    assert incoming.command == "tim"


def test_no_message_is_both_said_and_served() -> None:
    assert not SERVICE & CONTENT


async def test_everything_the_sandbox_can_send_is_read_alike(
    sandbox: Sandbox, account: Bot, lan: Person, group: Group
) -> None:
    forum = sandbox.world.group("Diễn đàn", admins=[lan], bots=[account], topics=["KNLT"])
    lan.opens(account, "abc")
    lan.types("xin chào", in_=account)
    lan.types("/tim@KnltBot a", in_=group)
    lan.types("/choduyet", in_=forum, topic=forum.topic("KNLT"))
    lan.sends_photo(caption="ảnh", in_=account)
    lan.sends_document("a.xlsx", b"abc", in_=account)
    lan.sends_sticker(in_=account)
    sandbox.world.post(group.chat, account, "thẻ")
    lan.replies(group.last, "lý do")
    lan.taps(group.last, "1.c.ok")
    sandbox.world.delete(group.last)
    lan.blocks(account)
    lan.unblocks(account)
    forum.promotes(account)
    forum.promotes(lan, anonymous=True)
    lan.types("/tim a", in_=forum)
    group.migrates()
    raws = [update.json for update in account.updates.sent]

    read: list[list[Any]] = []
    for sdk in SDKS:
        client = connect(sdk, bot=BOT, token=TOKEN)
        read.append([client.parse(raw) for raw in raws])
        await client.close()

    assert read[0] == read[1]
    kinds = {incoming.what for incoming in read[0] if incoming}
    assert len(kinds) == 10
    for raw, incoming in zip(raws, read[0], strict=True):
        assert incoming is None or incoming.conversation == conversation_of(raw, BOT)


async def test_an_old_press_is_answered_in_private(reader: TelegramClient) -> None:
    incoming = reader.parse({"update_id": 1, "callback_query": press(None)})

    assert incoming is not None
    assert (incoming.address.chat, incoming.private) == (str(PRIVATE["id"]), True)
