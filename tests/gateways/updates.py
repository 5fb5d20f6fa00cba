"""Raw updates as Telegram sends them, each with what a conversation should get of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.messages import Address
from handlers.incoming import Incoming, What

BOT = "public"
USERNAME = "KnltBot"

Raw = dict[str, Any]

LAN: Raw = {
    "id": 42,
    "is_bot": False,
    "first_name": "Nguyễn Thị",
    "last_name": "Lan",
    "username": "lan",
    "language_code": "vi",
}
SELF: Raw = {"id": 7001, "is_bot": True, "first_name": "KNLT", "username": USERNAME}
HIDDEN: Raw = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
PRIVATE: Raw = {"id": 42, "type": "private", "first_name": "Nguyễn Thị", "last_name": "Lan"}
GROUP: Raw = {
    "id": -500,
    "type": "group",
    "title": "Tổ KNLT",
    "all_members_are_administrators": True,
}
FORUM: Raw = {"id": -1001, "type": "supergroup", "title": "Tổ KNLT", "is_forum": True}
CHANNEL: Raw = {"id": -1002, "type": "channel", "title": "Tin"}
PHOTO: list[Raw] = [{"file_id": "p", "file_unique_id": "q", "width": 9, "height": 9}]
DOCUMENT: Raw = {
    "file_id": "D1",
    "file_unique_id": "u1",
    "file_name": "ket-qua.xlsx",
    "mime_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "file_size": 9001,
}


@dataclass(frozen=True)
class Case:
    """A raw update's body under its kind, and the `Incoming` it becomes, if any."""

    name: str
    kind: str
    body: Raw
    incoming: Incoming | None

    @property
    def raw(self) -> Raw:
        return {"update_id": 10_000_001, self.kind: self.body}


def message(chat: Raw = PRIVATE, sender: Raw | None = LAN, **content: Any) -> Raw:
    body = {"message_id": 77, "date": 1_790_000_000, "chat": chat, **content}
    return body if sender is None else {**body, "from": sender}


def press(carrier: Raw | None, data: str | None = "1.c.ok.1f.2") -> Raw:
    body: Raw = {"id": "4382bfdwdsb323b2d9", "from": LAN, "chat_instance": "-31"}
    if carrier is not None:
        body["message"] = carrier
    return body if data is None else {**body, "data": data}


def membership(chat: Raw, status: str) -> Raw:
    now: Raw = {"user": SELF, "status": status}
    if status == "kicked":
        now["until_date"] = 0
    if status == "administrator":  # as a server knows them that is older than the SDKs
        now |= dict.fromkeys(ADMIN_RIGHTS, True)
    return {
        "chat": chat,
        "from": LAN,
        "date": 1_790_000_000,
        "old_chat_member": {"user": SELF, "status": "left"},
        "new_chat_member": now,
    }


ADMIN_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
    "can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info",
    "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip


def said(what: What, chat: Raw = PRIVATE, /, **rest: Any) -> Incoming:
    known: Raw = {
        "user": "tg:42",
        "name": "Nguyễn Thị Lan",
        "private": chat["type"] == "private",
        "message_id": "77",
    }
    thread = rest.pop("thread", None)
    return Incoming(what, Address(BOT, str(chat["id"]), thread), **{**known, **rest})


def words(sent: str, what: What | None, /, chat: Raw = PRIVATE, **rest: Any) -> Case:
    incoming = None if what is None else said(what, chat, **rest)
    return Case(f"{sent[:20]!r} in {chat['type']}", "message", message(chat, text=sent), incoming)


def talking() -> Iterator[Case]:
    yield words("Nhà thuốc Đỗ Ngữ", What.TEXT, text="Nhà thuốc Đỗ Ngữ")
    yield words("xin chào", What.TEXT, chat=GROUP, text="xin chào")
    yield words("/start", What.START)
    yield words("/start  poster-12 ", What.START, text="poster-12")
    yield words("/START abc", What.START, text="abc")
    yield words("/start@KnltBot abc", What.START, chat=GROUP, text="abc")
    yield words("/choduyet", What.COMMAND, command="choduyet")
    yield words("/Tim@knltbot nhà thuốc\nA", What.COMMAND, chat=GROUP, command="tim",
                text="nhà thuốc\nA")  # fmt: skip
    yield words("/tim@AnotherBot a", None, chat=GROUP)
    yield words("/chờduyệt", What.TEXT, text="/chờduyệt")
    yield words("/", What.TEXT, text="/")
    yield words("/a-b", What.TEXT, text="/a-b")
    yield words("01/2024/GCN", What.TEXT, text="01/2024/GCN")
    yield Case(
        "half a surrogate pair", "message", message(text="a\ud83d"), said(What.TEXT, text="a\ud83d")
    )
    for name, shown in {
        "<b>": "<b>",
        "_*[": "_*[",
        "\u202egnol\u202c": "gnol",
        "Nguyê\u0303n": "Nguyễn",
        "x" * 65: "x" * 64,
        "\u2063": "tg:42",
    }.items():
        sender = {"id": 42, "is_bot": False, "first_name": name}
        body = message(sender=sender, text="a")
        yield Case(f"a person called {name!r}", "message", body,
                   said(What.TEXT, text="a", name=shown))  # fmt: skip


def sending() -> Iterator[Case]:
    contents: dict[str, Any] = {
        "photo": PHOTO,
        "sticker": {"file_id": "s", "file_unique_id": "t", "type": "regular", "width": 512,
                    "height": 512, "is_animated": False, "is_video": False},
        "voice": {"file_id": "v", "file_unique_id": "w", "duration": 3},
        "location": {"longitude": 105.85, "latitude": 21.03},
        "contact": {"phone_number": "0901234567", "first_name": "Lan"},
        "story": {"chat": PRIVATE, "id": 1},
    }  # fmt: skip
    for kind, content in contents.items():
        yield Case(f"a {kind}", "message", message(**{kind: content}), said(What.OTHER))
        yield Case(
            f"a {kind} in a group", "message", message(GROUP, **{kind: content}),
            said(What.OTHER, GROUP),
        )  # fmt: skip
    yield Case(
        "a photo with a caption", "message", message(photo=PHOTO, caption="giấy phép"),
        said(What.OTHER, text="giấy phép"),
    )  # fmt: skip
    yield Case(
        "a document", "message", message(document=DOCUMENT, caption="kết quả"),
        said(What.FILE, text="kết quả", file_id="D1", file_name="ket-qua.xlsx", file_size=9001),
    )  # fmt: skip
    yield Case(
        "a document without a name", "message",
        message(document={"file_id": "D2", "file_unique_id": "u2"}),
        said(What.FILE, file_id="D2"),
    )  # fmt: skip
    yield Case(
        "a moving picture", "message",
        message(animation={"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1,
                           "duration": 1}, document=DOCUMENT),
        said(What.OTHER),
    )  # fmt: skip
    hologram: Raw = {"hologram": {"shape": "cube"}}
    yield Case("content of the future", "message", message(**hologram), said(What.OTHER))
    yield Case("content of the future in a group", "message", message(GROUP, **hologram), None)


def answering() -> Iterator[Case]:
    prompt = message(sender=SELF, text="Lý do?") | {"message_id": 70}
    yield Case(
        "an answer to a bot", "message", message(text="thiếu hồ sơ", reply_to_message=prompt),
        said(What.TEXT, text="thiếu hồ sơ", reply_to="70"),
    )  # fmt: skip
    topic: Raw = {"message_thread_id": 9, "is_topic_message": True}
    opening = message(FORUM, forum_topic_created={"name": "KNLT", "icon_color": 1}, **topic)
    opening["message_id"] = 9
    yield Case(
        "a word in a topic", "message",
        message(FORUM, text="a", reply_to_message=opening, **topic),
        said(What.TEXT, FORUM, thread="9", text="a"),
    )  # fmt: skip
    yield Case(
        "an answer in a topic", "message",
        message(FORUM, text="a", reply_to_message=message(FORUM, text="b") | {"message_id": 12},
                **topic),
        said(What.TEXT, FORUM, thread="9", text="a", reply_to="12", reply_user="tg:42",
             reply_name="Nguyễn Thị Lan"),
    )  # fmt: skip
    yield Case(
        "a thread of answers outside forums", "message",
        message({**FORUM, "is_forum": False}, text="a", message_thread_id=9),
        said(What.TEXT, FORUM, text="a"),
    )  # fmt: skip
    yield Case(
        "a quote from elsewhere", "message",
        message(
            text="a",
            external_reply={"origin": {"type": "of the future", "date": 1}},
            forward_origin={"type": "of the future"},
            entities=[{"type": "of the future"}],
        ),
        said(What.TEXT, text="a"),
    )  # fmt: skip


def pressing() -> Iterator[Case]:
    pressed: Raw = {"action": "1.c.ok.1f.2", "press_id": "4382bfdwdsb323b2d9"}
    keyboard = {"inline_keyboard": [[{"text": "Duyệt", "callback_data": "1.c.ok.1f.2"}]]}
    shown = message(FORUM, SELF, text="thẻ", reply_markup=keyboard)
    yield Case("a press", "callback_query", press(shown), said(What.PRESS, FORUM, **pressed))
    yield Case(
        "a press in private", "callback_query", press(message(sender=SELF, text="thẻ")),
        said(What.PRESS, **pressed),
    )  # fmt: skip
    yield Case(
        "a press in a topic", "callback_query",
        press({**shown, "message_thread_id": 9, "is_topic_message": True}),
        said(What.PRESS, FORUM, thread="9", **pressed),
    )  # fmt: skip
    gone = {"chat": GROUP, "message_id": 77, "date": 0}
    yield Case(
        "a press on what is gone", "callback_query", press(gone), said(What.PRESS, GROUP, **pressed)
    )
    yield Case(
        "a press on what nobody knows any more", "callback_query", press(None),
        said(What.PRESS, message_id=None, **pressed),
    )  # fmt: skip
    yield Case(
        "a press without data", "callback_query", press(shown, None),
        said(What.PRESS, FORUM, press_id="4382bfdwdsb323b2d9"),
    )  # fmt: skip


def hiding() -> Iterator[Case]:
    yield Case(
        "a hidden administrator", "message",
        message(FORUM, HIDDEN, sender_chat=FORUM, text="/choduyet"),
        said(What.COMMAND, FORUM, command="choduyet", user="tg:1087968824", name="Group",
             anonymous=True),
    )  # fmt: skip
    spokesman = {"id": 136817688, "is_bot": True, "first_name": "Channel"}
    yield Case(
        "somebody in the name of a channel", "message",
        message(FORUM, spokesman, sender_chat=CHANNEL, text="a"),
        said(What.TEXT, FORUM, text="a", user="tg:136817688", name="Channel", anonymous=True),
    )  # fmt: skip
    yield Case(
        "nobody", "message", message(GROUP, None, text="a"),
        said(What.TEXT, GROUP, text="a", user="", name="", anonymous=True),
    )  # fmt: skip


def changing() -> Iterator[Case]:
    yield Case(
        "a group that moves", "message", message(GROUP, migrate_to_chat_id=-1009),
        said(What.MOVED, GROUP, user="", name="", text="-1009", message_id=None),
    )  # fmt: skip
    services: dict[str, Raw] = {
        "a group that has moved": {"migrate_from_chat_id": -500},
        "somebody joining": {"new_chat_members": [LAN]},
        "somebody leaving": {"left_chat_member": LAN},
        "a pin": {"pinned_message": message(GROUP, text="a")},
        "a topic": {"forum_topic_created": {"name": "KNLT", "icon_color": 1}},
    }
    for name, service in services.items():
        yield Case(name, "message", message(GROUP, **service), None)
    for chat, status, what in (
        (PRIVATE, "kicked", What.BLOCKED),
        (PRIVATE, "member", What.RETURNED),
        (GROUP, "member", What.JOINED),
        (FORUM, "administrator", What.JOINED),
        (GROUP, "kicked", None),
        (GROUP, "left", None),
        (CHANNEL, "administrator", None),
    ):
        yield Case(
            f"{status} in {chat['type']}", "my_chat_member", membership(chat, status),
            None if what is None else said(what, chat, message_id=None),
        )  # fmt: skip


def strange() -> Iterator[Case]:
    yield Case("an edit", "edited_message", message(text="a"), None)
    yield Case("a channel's post", "channel_post", message(CHANNEL, None, text="a"), None)
    yield Case("a reaction", "message_reaction", {"chat": GROUP, "message_id": 7}, None)
    yield Case("an update of the future", "hologram_sent", {"shape": "cube"}, None)


CASES = [
    *talking(),
    *sending(),
    *answering(),
    *pressing(),
    *hiding(),
    *changing(),
    *strange(),
]
