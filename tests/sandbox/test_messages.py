"""Sending, editing and deleting: limits, keyboards, replies, topics, and the words of refusals."""

import io
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox import Bot, Person, Sandbox
from tests.sandbox.conftest import NOON, Api, Refused
from tests.sandbox.pictures import blank

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)


def keyboard(*rows: list[str]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": t, "callback_data": t} for t in row] for row in rows]}


@pytest.fixture
def lan(sandbox: Sandbox, bot: Bot) -> Person:
    person = sandbox.world.person("Lan")
    person.opens(bot)
    return person


async def test_a_message_says_all_about_itself(api: Api, lan: Person, bot: Bot) -> None:
    sent = await api(
        "sendMessage",
        chat_id=lan.id,
        text=" 👍 <i>ạ</i> @KnltBot ",
        parse_mode="html",
        reply_markup=keyboard(["Có", "Không"]),
        reply_parameters={"message_id": 1},
    )
    assert sent == {
        "message_id": 2,
        "from": {"id": bot.id, "is_bot": True, "first_name": "KnltBot", "username": "KnltBot"},
        "chat": {"id": lan.id, "type": "private", "first_name": "Lan"},
        "date": int(NOON.timestamp()),
        "reply_to_message": sent["reply_to_message"],
        "text": "👍 ạ @KnltBot",
        "entities": [
            {"type": "italic", "offset": 3, "length": 1},
            {"type": "mention", "offset": 5, "length": 8},
        ],
        "reply_markup": keyboard(["Có", "Không"]),
    }
    assert sent["reply_to_message"]["text"] == "/start"
    assert lan.last.rows == [["Có", "Không"]]


@pytest.mark.parametrize(
    ("text", "accepted"),
    [("a" * 4096, True), ("a" * 4097, False), ("👍" * 2048, True), ("👍" * 2049, False)],
)
async def test_texts_have_4096_units(api: Api, lan: Person, text: str, accepted: bool) -> None:
    if accepted:
        assert (await api("sendMessage", chat_id=lan.id, text=text))["text"] == text
    else:
        refused = await api.refusal("sendMessage", chat_id=lan.id, text=text)
        assert refused.description == "Bad Request: message is too long"


async def test_markup_does_not_count_as_text(api: Api, lan: Person) -> None:
    text = f"<b>{'&lt;' * 4096}</b>"
    sent = await api("sendMessage", chat_id=lan.id, text=text, parse_mode="HTML")
    assert sent["text"] == "<" * 4096


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "message text is empty"),
        ({"text": " \n"}, "message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "\u200b"}, "text must be non-empty"),
        ({"text": "<3", "parse_mode": "HTML"}, "can't parse entities: Unclosed start tag at byte"),
        ({"text": "a", "parse_mode": "Markdown"}, "unsupported parse_mode"),
        ({"text": "a", "reply_markup": keyboard(["a" * 65])}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": keyboard(["ạ" * 22])}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": keyboard([str(n) for n in range(9)])}, "reply markup is"),
        ({"text": "a", "reply_markup": keyboard(*[["a"]] * 101)}, "reply markup is too long"),
        (
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": " ", "url": "tg://x"}]]}},
            "can't parse inline keyboard button",
        ),
        (
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "x"}]]}},
            "BUTTON_URL_INVALID",
        ),
        ({"text": "a", "reply_parameters": {"message_id": 77}}, "message to be replied not found"),
        ({"text": "a", "message_thread_id": 5}, "message thread not found"),
    ],
)
async def test_refuses_to_send(api: Api, lan: Person, given: dict[str, Any], problem: str) -> None:
    refused = await api.refusal("sendMessage", chat_id=lan.id, **given)
    assert refused.description.startswith(f"Bad Request: {problem}")
    assert lan.sees == ""


async def test_keyboards_at_their_limits(api: Api, lan: Person) -> None:
    rows = [[f"{row}{n}" for n in "abcdefgh"] for row in range(12)]
    await api("sendMessage", chat_id=lan.id, text="a", reply_markup=keyboard(*rows, ["a" * 64]))
    assert len(lan.last.buttons) == 97
    await api("sendMessage", chat_id=lan.id, text="b", reply_markup={"inline_keyboard": []})
    assert lan.last.buttons == []


async def test_captions_have_1024_units(api: Api, lan: Person) -> None:
    photo = lan.sends_photo().media
    assert photo is not None
    given = {"chat_id": lan.id, "photo": photo.file.id}
    await api("sendPhoto", **given, caption="a" * 1024)
    refused = await api.refusal("sendPhoto", **given, caption="a" * 1025)
    assert refused.description == "Bad Request: message caption is too long"


async def test_files_must_be_what_they_are_sent_as(api: Api, lan: Person) -> None:
    document = lan.sends_document("a.txt", b"x").media
    assert document is not None
    for photo, problem in (
        (document.file.id, "can't use file of type document as photo"),
        ("x", "wrong file identifier/HTTP URL specified"),
        ("https://example.com/a.png", "failed to get HTTP URL content"),
    ):
        refused = await api.refusal("sendPhoto", chat_id=lan.id, photo=photo)
        assert refused.description == f"Bad Request: {problem}"


@pytest.mark.parametrize(
    ("size", "problem"),
    [
        ((5000, 5000), None),
        ((5000, 5001), "PHOTO_INVALID_DIMENSIONS"),
        ((20, 1), None),
        ((1, 21), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_a_photo_is_neither_too_large_nor_too_narrow(
    api: Api, lan: Person, size: tuple[int, int], problem: str | None
) -> None:
    form = aiohttp.FormData({"chat_id": str(lan.id)}, default_to_multipart=True)
    form.add_field("photo", blank(*size), filename="a.png")
    if problem is None:
        sent = await api.post("sendPhoto", data=form)
        assert [(one["width"], one["height"]) for one in sent["photo"]] == [size]
    else:
        with pytest.raises(Refused) as refused:
            await api.post("sendPhoto", data=form)
        assert refused.value.description == f"Bad Request: {problem}"


async def test_edits(api: Api, lan: Person, sandbox: Sandbox) -> None:
    sent = await api("sendMessage", chat_id=lan.id, text="a", reply_markup=keyboard(["Có"]))
    at = {"chat_id": lan.id, "message_id": sent["message_id"]}
    same = await api.refusal("editMessageText", **at, text=" a ", reply_markup=keyboard(["Có"]))
    assert same.description == NOT_MODIFIED
    sandbox.clock.shift(timedelta(days=30))
    edited = await api("editMessageText", **at, text="<b>b</b>", parse_mode="HTML")
    assert edited["edit_date"] == edited["date"] + 30 * 86400
    assert "reply_markup" not in edited
    same = await api.refusal("editMessageReplyMarkup", **at)
    assert same.description == NOT_MODIFIED
    marked = await api("editMessageReplyMarkup", **at, reply_markup=keyboard(["Không"]))
    assert marked["entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    assert lan.last.buttons == ["Không"]


async def test_refuses_to_edit(api: Api, lan: Person) -> None:
    photo = lan.sends_photo()
    assert photo.media is not None
    sent = await api("sendPhoto", chat_id=lan.id, photo=photo.media.file.id)
    asked = await api("sendMessage", chat_id=lan.id, text="?", reply_markup={"force_reply": True})
    gone = await api("sendMessage", chat_id=lan.id, text="a")
    await api("deleteMessage", chat_id=lan.id, message_id=gone["message_id"])
    for message_id, problem in (
        (999, "message to edit not found"),
        (gone["message_id"], "message to edit not found"),
        (photo.id, "message can't be edited"),
        (asked["message_id"], "message can't be edited"),
        (sent["message_id"], "there is no text in the message to edit"),
    ):
        given = {"chat_id": lan.id, "message_id": message_id, "text": "b"}
        refused = await api.refusal("editMessageText", **given)
        assert refused.description == f"Bad Request: {problem}"
    refused = await api.refusal("editMessageText", text="b")
    assert refused.description == "Bad Request: chat_id is empty"


async def test_deletes_within_48_hours(api: Api, lan: Person, sandbox: Sandbox) -> None:
    old = await api("sendMessage", chat_id=lan.id, text="old")
    theirs = lan.types("mật khẩu")
    assert await api("deleteMessage", chat_id=lan.id, message_id=theirs.id)
    assert theirs.deleted
    refused = await api.refusal("deleteMessage", chat_id=lan.id, message_id=theirs.id)
    assert refused.description == "Bad Request: message to delete not found"
    sandbox.clock.shift(timedelta(hours=48, seconds=1))
    refused = await api.refusal("deleteMessage", chat_id=lan.id, message_id=old["message_id"])
    assert refused.description == "Bad Request: message can't be deleted for everyone"
    new = await api("sendMessage", chat_id=lan.id, text="new")
    assert await api("deleteMessages", chat_id=lan.id, message_ids=[new["message_id"], 999])
    assert lan.sees == "old"


async def test_in_a_group_only_administrators_delete_what_others_said(
    api: Api, bot: Bot, sandbox: Sandbox
) -> None:
    officer = sandbox.world.person("Minh")
    group = sandbox.world.group("Tổ", members=[officer], bots=[bot])
    said = officer.types("/a", in_=group)
    given = {"chat_id": group.id, "message_id": said.id}
    assert (await api.refusal("deleteMessage", **given)).description == (
        "Bad Request: message can't be deleted"
    )
    assert "not enough rights" in (await api.refusal("pinChatMessage", **given)).description
    group.promotes(bot)
    assert await api("pinChatMessage", **given)
    assert (await api("getChat", chat_id=group.id))["pinned_message"]["text"] == "/a"
    assert await api("unpinChatMessage", **given)
    assert "pinned_message" not in await api("getChat", chat_id=group.id)
    assert await api("deleteMessage", **given)


async def test_topics(api: Api, bot: Bot, sandbox: Sandbox) -> None:
    officer = sandbox.world.person("Minh")
    group = sandbox.world.group("Tổ", members=[officer], bots=[bot], topics=["Hồ sơ"])
    topic = group.topic("Hồ sơ")
    sent = await api("sendMessage", chat_id=group.id, text="a", message_thread_id=topic.id)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (topic.id, True)
    general = await api("sendMessage", chat_id=group.id, text="a")
    assert "message_thread_id" not in general
    for thread in (1, 999):
        given = {"chat_id": group.id, "text": "a", "message_thread_id": thread}
        refused = await api.refusal("sendMessage", **given)
        assert refused.description == "Bad Request: message thread not found"
    topic.closed = True
    given = {"chat_id": group.id, "text": "a", "message_thread_id": topic.id}
    assert (await api.refusal("sendMessage", **given)).description == "Bad Request: TOPIC_CLOSED"
    officer.types("/ketnoi", in_=group, topic=topic)
    bound = (await api("getUpdates"))[-1]["message"]
    assert bound["message_thread_id"] == topic.id
    assert "forum_topic_created" in bound["reply_to_message"]
    answer = await api(
        "sendMessage",
        chat_id=group.id,
        text="a",
        reply_parameters={"message_id": general["message_id"]},
    )
    assert "message_thread_id" not in answer


async def test_a_reply_in_a_supergroup_carries_its_thread(
    api: Api, bot: Bot, sandbox: Sandbox
) -> None:
    officer = sandbox.world.person("Minh")
    group = sandbox.world.group("Tổ", members=[officer], bots=[bot], kind="supergroup")
    await api("sendMessage", chat_id=group.id, text="Lý do?")
    officer.replies(group.last, "Thiếu giấy")
    reply = (await api("getUpdates"))[-1]["message"]
    assert reply["message_thread_id"] == group.last.id
    assert "is_topic_message" not in reply
    given = {"chat_id": group.id, "text": "a", "message_thread_id": reply["message_thread_id"]}
    assert "message_thread_id" not in await api("sendMessage", **given)


async def test_copies(api: Api, lan: Person, sandbox: Sandbox, bot: Bot) -> None:
    group = sandbox.world.group("Tổ", bots=[bot])
    said = lan.sends_document("a.txt", b"x", "Tệp")
    given = {"chat_id": group.id, "from_chat_id": lan.id, "message_id": said.id}
    copy = await api("copyMessage", **given, caption="Khác")
    assert group.last.id == copy["message_id"]
    assert group.last.text == "Khác"
    assert group.last.media is said.media


async def test_chat_actions_are_remembered(api: Api, lan: Person, bot: Bot) -> None:
    await api("sendChatAction", chat_id=lan.id, action="typing")
    assert list(bot.actions) == [(lan.id, "typing")]


async def test_a_reply_may_do_without_what_it_answers(api: Api, lan: Person) -> None:
    reply = {"message_id": 77, "allow_sending_without_reply": True}
    sent = await api("sendMessage", chat_id=lan.id, text="a", reply_parameters=reply)
    assert "reply_to_message" not in sent
    given = {"message_id": 1, "chat_id": -5}
    refused = await api.refusal("sendMessage", chat_id=lan.id, text="a", reply_parameters=given)
    assert "within one chat only" in refused.description
    old = await api("sendMessage", chat_id=lan.id, text="a", reply_to_message_id=1)
    assert old["reply_to_message"]["message_id"] == 1


async def test_a_mention_by_id_becomes_the_person(api: Api, lan: Person, sandbox: Sandbox) -> None:
    text = f'<a href="tg://user?id={lan.id}">Lan</a> <a href="tg://user?id=9">ai</a>'
    sent = await api("sendMessage", chat_id=lan.id, text=text, parse_mode="HTML")
    [mention] = sent["entities"]
    assert (mention["type"], mention["user"]["id"]) == ("text_mention", lan.id)


async def test_entities_may_be_given_outright(api: Api, lan: Person) -> None:
    given = [{"type": "bold", "offset": 0, "length": 1}]
    sent = await api("sendMessage", chat_id=lan.id, text="ab", entities=given)
    assert sent["entities"] == given


async def test_uploads_are_judged(api: Api, lan: Person) -> None:
    for kind, content, problem in (
        ("photo", b"no picture", "IMAGE_PROCESS_FAILED"),
        ("photo", bytes(10 * 1024 * 1024 + 1), "file is too big for a photo"),
        ("document", b"", "file must be non-empty"),
    ):
        form = aiohttp.FormData({"chat_id": str(lan.id)})
        form.add_field(kind, io.BytesIO(content), filename="a.png")
        with pytest.raises(Refused, match=problem):
            await api.post(f"send{kind.title()}", data=form)


async def test_a_large_file_is_downloaded_whole(api: Api, lan: Person) -> None:
    content = bytes(range(256)) * 8192
    sent = lan.sends_document("a.bin", content).media
    assert sent is not None
    file = await api("getFile", file_id=sent.file.id)
    assert file["file_size"] == len(content)
    url = f"{api.url}/file/bot{api.token}/{file['file_path']}"
    async with api.session.get(url) as answer:
        assert await answer.read() == content


async def test_a_file_that_is_too_big_cannot_be_fetched(api: Api, lan: Person) -> None:
    big = lan.sends_document("a.bin", bytes(20 * 1024 * 1024 + 1)).media
    assert big is not None
    refused = await api.refusal("getFile", file_id=big.file.id)
    assert refused.description == "Bad Request: file is too big"


async def test_captions_are_edited_where_there_are_captions(api: Api, lan: Person) -> None:
    photo = lan.sends_photo().media
    assert photo is not None
    sent = await api("sendPhoto", chat_id=lan.id, photo=photo.file.id)
    at = {"chat_id": lan.id, "message_id": sent["message_id"]}
    assert (await api("editMessageCaption", **at, caption="Ảnh"))["caption"] == "Ảnh"
    text = await api("sendMessage", chat_id=lan.id, text="a")
    at["message_id"] = text["message_id"]
    refused = await api.refusal("editMessageCaption", **at, caption="b")
    assert refused.description == "Bad Request: there is no caption in the message to edit"
    for given, problem in (
        ({**at, "text": " "}, "message text is empty"),
        ({**at, "text": "\u200b"}, "text must be non-empty"),
        ({"inline_message_id": "x", "text": "a"}, "MESSAGE_ID_INVALID"),
    ):
        refused = await api.refusal("editMessageText", **given)
        assert refused.description == f"Bad Request: {problem}"


async def test_service_messages_are_neither_copied_nor_deleted_by_anybody(
    api: Api, bot: Bot, sandbox: Sandbox
) -> None:
    group = sandbox.world.group("Tổ", bots=[bot], kind="supergroup")
    joined = group.messages[0].id
    copy = {"chat_id": group.id, "from_chat_id": group.id, "message_id": joined}
    refused = await api.refusal("copyMessage", **copy)
    assert refused.description == "Bad Request: message can't be copied"
    refused = await api.refusal("deleteMessages", chat_id=group.id, message_ids=[joined])
    assert refused.description == "Bad Request: message can't be deleted"
    refused = await api.refusal("deleteMessages", chat_id=group.id, message_ids=[])
    assert refused.description == "Bad Request: message identifiers are not specified"


async def test_the_newest_pin_goes_first(api: Api, lan: Person) -> None:
    for text in ("một", "hai"):
        sent = await api("sendMessage", chat_id=lan.id, text=text)
        given = {"chat_id": lan.id, "message_id": sent["message_id"]}
        assert await api("pinChatMessage", **given)
        assert await api("pinChatMessage", **given)
    assert (await api("getChat", chat_id=lan.id))["pinned_message"]["text"] == "hai"
    assert await api("unpinChatMessage", chat_id=lan.id)
    assert (await api("getChat", chat_id=lan.id))["pinned_message"]["text"] == "một"
