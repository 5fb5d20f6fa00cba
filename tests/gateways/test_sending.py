"""What the gateway puts on the screen, through both SDKs and in both roles."""

import io
from typing import Any

import pytest
from PIL import Image

from bot.telegram.client import Attachment, Audience, TelegramClient
from bot.telegram.gateway import TelegramGateway
from core.messages import Address, Choice, Message, Text, text
from core.ports import Fault, SendFailed
from sandbox import Bot, Group, Person, Sandbox

ODD_NAMES = ["<b>", "_*[", "a & b", "</code>", "\u200fעברית", "&lt;", "< Gabriele />", "<3", "𝕃ầ𝕟"]
YES_NO = ((Choice("1.s.x.yes", Text("yes")), Choice("1.s.x.no", Text("no"))),)


def said(key: str = "plain", **rest: Any) -> Message:
    return Message((Text(key),), **rest)


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (2, 2)).save(content, "PNG")
    return content.getvalue()


async def test_a_message_is_html_with_a_keyboard(
    gateway: TelegramGateway, chat: Address, lan: Person
) -> None:
    rows = (*YES_NO, (Choice("", Text("site"), url="https://soyte.hanoi.gov.vn"),))

    sent = await gateway.send(chat, Message((text("hello", name="Lan"), Text("plain")), rows), "vi")

    shown = lan.last
    assert sent == str(shown.id)
    assert shown.text == "Xin chào Lan\nKhông có gì để điền"
    assert [entity["type"] for entity in shown.entities] == ["bold"]
    assert shown.rows == [["Đồng ý", "Từ chối & đóng"], ["Trang của Sở"]]
    assert shown.keyboard[0][0]["callback_data"] == "1.s.x.yes"
    assert shown.keyboard[1][0]["url"] == "https://soyte.hanoi.gov.vn"


@pytest.mark.parametrize("name", ODD_NAMES)
async def test_odd_names_are_shown_as_they_are(
    gateway: TelegramGateway, chat: Address, lan: Person, name: str
) -> None:
    await gateway.send(chat, Message((text("hello", name=name),)), "vi")

    assert lan.last.text == f"Xin chào {name}"


async def test_links_get_no_preview(gateway: TelegramGateway, chat: Address, lan: Person) -> None:
    link = text("line", words="https://dav.gov.vn")
    sent = await gateway.send(chat, Message((link,)), "vi")
    assert lan.last.preview == {"is_disabled": True}

    await gateway.edit(chat, sent, Message((link, link)), "vi")
    assert lan.last.preview == {"is_disabled": True}


async def test_an_answer_stands_under_what_it_answers(
    gateway: TelegramGateway, chat: Address, lan: Person, account: Bot
) -> None:
    question = lan.types("bao giờ?", in_=account)

    await gateway.send(chat, said(reply_to=str(question.id)), "vi")

    assert lan.last.reply_to is question


async def test_an_answer_to_a_deleted_message_is_said_all_the_same(
    gateway: TelegramGateway, chat: Address, lan: Person
) -> None:
    await gateway.send(chat, said(reply_to="999999"), "vi")

    assert lan.last.reply_to is None


async def test_a_prompt_opens_a_reply(gateway: TelegramGateway, chat: Address, lan: Person) -> None:
    await gateway.send(chat, said(prompt=True), "vi")

    assert lan.last.forces_reply
    assert lan.last.reply_markup is not None
    assert lan.last.reply_markup["selective"]


async def test_a_prompt_with_choices_shows_the_choices(
    gateway: TelegramGateway, chat: Address, lan: Person
) -> None:
    await gateway.send(chat, said(prompt=True, choices=YES_NO), "vi")

    assert lan.last.buttons == ["Đồng ý", "Từ chối & đóng"]


async def test_a_message_goes_to_its_topic(
    gateway: TelegramGateway, role: str, sandbox: Sandbox, account: Bot
) -> None:
    forum = sandbox.world.group("Tổ KNLT", bots=[account], topics=["Chung", "Duyệt"])
    topic = forum.topic("Duyệt")

    await gateway.send(Address(role, str(forum.id), str(topic.id)), said(), "vi")

    assert forum.last.thread_id == topic.id


@pytest.mark.parametrize("gone", ["closed", "deleted"])
async def test_when_its_topic_is_gone_a_message_goes_to_the_group(
    gateway: TelegramGateway, role: str, sandbox: Sandbox, account: Bot, gone: str
) -> None:
    forum = sandbox.world.group("Tổ KNLT", bots=[account], topics=["Chung", "Duyệt"])
    topic = forum.topic("Duyệt")
    topic.closed = gone == "closed"
    thread = str(topic.id if gone == "closed" else 4242)

    await gateway.send(Address(role, str(forum.id), thread), said(), "vi")

    assert forum.last.thread_id is None


async def test_a_long_text_is_split_between_lines_with_the_keyboard_last(
    gateway: TelegramGateway, chat: Address, lan: Person, account: Bot
) -> None:
    lines = tuple(text("hello", name=f"{number} & 😀 " + "x" * 90) for number in range(100))
    question = lan.types("danh sách?", in_=account)

    sent = await gateway.send(chat, Message(lines, choices=YES_NO, reply_to=str(question.id)), "vi")

    parts = lan.hears()[-3:]
    whole = [line for part in parts for line in part.text.split("\n")]
    assert whole == [f"Xin chào {number} & 😀 " + "x" * 90 for number in range(100)]
    assert [bool(part.keyboard) for part in parts] == [False, False, True]
    assert [part.reply_to for part in parts] == [question, None, None]
    assert all(len(part.text.encode("utf-16-le")) // 2 <= 4096 for part in parts)
    assert sent == str(parts[-1].id)
    assert sum(entity["type"] == "bold" for part in parts for entity in part.entities) == 100


async def test_markup_that_telegram_refuses_is_sent_as_plain_text(
    gateway: TelegramGateway, chat: Address, lan: Person
) -> None:
    broken = Message((text("broken", name="<3 & co"),), choices=YES_NO)
    sent = await gateway.send(chat, broken, "vi")
    assert lan.last.text == "Đây là <3 & co"
    assert lan.last.buttons == ["Đồng ý", "Từ chối & đóng"]

    await gateway.edit(chat, sent, Message((text("broken", name="Lan"),)), "vi")
    assert lan.last.text == "Đây là Lan"


async def test_an_edit_replaces_words_and_buttons(
    gateway: TelegramGateway, chat: Address, lan: Person
) -> None:
    sent = await gateway.send(chat, said(choices=YES_NO), "vi")

    await gateway.edit(chat, sent, Message((text("hello", name="<Lan>"),)), "vi")

    assert lan.last.text == "Xin chào <Lan>"
    assert not lan.last.keyboard


async def test_an_edit_that_changes_nothing_counts_as_done(
    gateway: TelegramGateway, chat: Address, lan: Person
) -> None:
    sent = await gateway.send(chat, said(choices=YES_NO), "vi")

    await gateway.edit(chat, sent, said(choices=YES_NO), "vi")

    assert lan.last.buttons == ["Đồng ý", "Từ chối & đóng"]


async def test_an_edit_too_long_for_one_message_says_so(
    gateway: TelegramGateway, chat: Address, lan: Person
) -> None:
    sent = await gateway.send(chat, said(), "vi")
    lines = tuple(text("line", words=f"{number} " + "y" * 98) for number in range(100))

    await gateway.edit(chat, sent, Message(lines, choices=YES_NO), "vi")

    assert lan.last.text.startswith("0 yyy")
    assert lan.last.text.endswith("y\n…")
    assert 3_900 < len(lan.last.text) <= 4_096
    assert lan.last.buttons == ["Đồng ý", "Từ chối & đóng"]


async def test_a_message_is_deleted_once_and_for_all(
    gateway: TelegramGateway, chat: Address, lan: Person
) -> None:
    sent = await gateway.send(chat, said(), "vi")
    shown = lan.last

    await gateway.delete(chat, sent)
    assert shown.deleted

    await gateway.delete(chat, sent)


async def test_a_press_is_answered_with_a_notice_or_none(
    gateway: TelegramGateway, chat: Address, lan: Person
) -> None:
    await gateway.send(chat, said(choices=YES_NO), "vi")
    first, second = lan.taps(lan.last, "1.s.x.yes"), lan.taps(lan.last, "1.s.x.no")

    await gateway.acknowledge(first.id, None, alert=False)
    await gateway.acknowledge(second.id, "Đã có người xử lý. " * 20, alert=True)

    assert (first.answered, second.answered) == (True, True)
    (popup,) = lan.popups
    assert popup.alert
    assert len(popup.text) == 200
    assert popup.text.endswith("…")


@pytest.mark.parametrize("press", ["nobody-pressed-this", "again"])
async def test_a_press_that_is_too_old_counts_as_answered(
    gateway: TelegramGateway, chat: Address, lan: Person, press: str
) -> None:
    await gateway.send(chat, said(choices=YES_NO), "vi")
    query = lan.taps(lan.last, "1.s.x.yes")
    await gateway.acknowledge(query.id, None, alert=False)

    await gateway.acknowledge(query.id if press == "again" else press, "a", alert=False)


async def test_files_and_pictures(
    client: TelegramClient, chat: Address, lan: Person, sandbox: Sandbox
) -> None:
    table = Attachment(b"PK\x03\x04", "chờ cấp.xlsx", "Đợt 3 <b> & co")
    sent = await client.send_document(chat, table)
    assert (sent, lan.last.text) == (str(lan.last.id), "Đợt 3 <b> & co")
    assert lan.last.media is not None
    assert (lan.last.media.file.content, lan.last.media.file.name) == (table.content, table.name)

    chart = Attachment(picture(), "thong-ke.png", "Nhận 3 <b> & co")
    sent = await client.send_photo(chat, chart)
    assert (sent, lan.last.text) == (str(lan.last.id), "Nhận 3 <b> & co")
    assert lan.last.media is not None
    assert lan.last.media.kind == "photo"
    assert lan.last.media.file.content == chart.content


async def test_a_person_who_waits_sees_the_bot_at_work(
    gateway: TelegramGateway, chat: Address, account: Bot, sandbox: Sandbox
) -> None:
    await gateway.show_working(chat)
    assert list(account.actions) == [(int(chat.chat), "typing")]

    sandbox.faults.fail(500, method="sendChatAction")
    with pytest.raises(SendFailed):
        await gateway.show_working(chat)


async def test_files_and_pictures_go_to_their_topic_else_to_the_group_with_a_caption_that_fits(
    gateway: TelegramGateway, role: str, sandbox: Sandbox, account: Bot
) -> None:
    forum = sandbox.world.group("Tổ KNLT", bots=[account], topics=["Chung", "Duyệt"])
    topic = forum.topic("Duyệt")
    address = Address(role, str(forum.id), str(topic.id))
    lines = (text("line", words="<b> & "), text("line", words="ệ" * 2000))

    for send in (gateway.send_photo, gateway.send_file):
        topic.closed = False
        sent = await send(address, "a.png", picture(), lines, "vi")
        assert (sent, forum.last.thread_id) == (str(forum.last.id), topic.id)
        assert (forum.last.text[:8], len(forum.last.text)) == ("<b> & \nệ", 1024)
        topic.closed = True
        await send(address, "a.png", picture(), lines, "vi")
        assert forum.last.thread_id is None


async def test_a_file_is_fetched_up_to_a_size(
    client: TelegramClient, chat: Address, lan: Person, account: Bot
) -> None:
    content = bytes(range(256)) * 1_000
    sent = lan.sends_document("ket-qua.xlsx", content, in_=account)
    assert sent.media is not None
    file = sent.media.file

    assert await client.download(file.id, len(content)) == content
    with pytest.raises(SendFailed) as caught:
        await client.download(file.id, len(content) - 1)
    assert (caught.value.fault, caught.value.reason) == (Fault.INVALID, "file too big")


async def test_who_the_bot_is(client: TelegramClient, account: Bot) -> None:
    me = await client.get_me()

    assert (me.id, me.username, me.reads_groups) == (account.id, "KnltBot", False)
    assert client.username == "KnltBot"


async def test_what_is_known_of_a_chat_and_its_people(
    client: TelegramClient, group: Group, lan: Person, account: Bot, sandbox: Sandbox
) -> None:
    forum = sandbox.world.group(
        "Diễn đàn", members=[lan], bots=[account], topics=["Chung", "Duyệt"]
    )
    stranger = sandbox.world.person("Ai đó")

    chat = await client.get_chat(str(group.id))
    assert (chat.id, chat.kind, chat.title, chat.forum) == (
        str(group.id),
        "group",
        "Tổ KNLT",
        False,
    )
    assert (await client.get_chat(str(forum.id))).forum

    places = [
        await client.get_chat_member(str(where.id), who.id)
        for where, who in ((group, lan), (forum, lan), (group, group.owner), (group, stranger))
    ]
    assert [(place.status, place.may_send, place.may_delete) for place in places] == [
        ("administrator", True, True),
        ("member", True, False),
        ("creator", True, True),
        ("left", False, False),
    ]
    assert (places[0].user, places[0].name) == (f"tg:{lan.id}", "Nguyễn Thị Lan")


async def test_commands_are_set_for_an_audience_and_a_language(
    client: TelegramClient, account: Bot
) -> None:
    await client.set_commands([("trogiup", "Trợ giúp")], Audience.PRIVATE)
    await client.set_commands([("queue", "Waiting")], Audience.GROUPS, "en")

    assert list(account.commands.values()) == [
        [{"command": "trogiup", "description": "Trợ giúp"}],
        [{"command": "queue", "description": "Waiting"}],
    ]
    first, second = account.called("setMyCommands")
    assert "all_private_chats" in str(first.parameters["scope"])
    assert (second.parameters["language_code"], "language_code" in first.parameters) == (
        "en",
        False,
    )


async def test_a_webhook_is_set_with_a_secret_and_taken_off(
    client: TelegramClient, account: Bot
) -> None:
    await client.set_webhook("http://127.0.0.1:1/telegram/public", "s3cret")
    assert account.webhook is not None
    assert account.webhook.secret == "s3cret"
    assert set(account.webhook.allowed or ()) == {"message", "callback_query", "my_chat_member"}

    await client.delete_webhook()
    assert account.webhook is None
