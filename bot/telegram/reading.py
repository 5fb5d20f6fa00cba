"""Reads an update that an SDK has typed into `Incoming`.

Both SDKs name attributes as the Bot API does, so one reader serves them; the protocols below are
the part of their types that it looks at. `slim` leaves out everything else beforehand: an update
is not refused for a detail nobody reads.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Protocol

from bot.telegram.client import Membership, Unreadable
from core.messages import Address
from core.text import clean
from handlers.incoming import Incoming, What

NAME_LIMIT = 64  # characters
ANONYMOUS_ADMIN = 1087968824  # @GroupAnonymousBot, in whose name hidden administrators write

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?", re.DOTALL)

# Messages that Telegram writes about a chat: nobody said anything.
SERVICE = frozenset({
    "boost_added", "channel_chat_created", "chat_background_set", "chat_owner_changed",
    "chat_owner_left", "chat_shared", "checklist_tasks_added", "checklist_tasks_done",
    "connected_website", "delete_chat_photo", "direct_message_price_changed",
    "forum_topic_closed", "forum_topic_created", "forum_topic_edited", "forum_topic_reopened",
    "general_forum_topic_hidden", "general_forum_topic_unhidden", "gift", "gift_upgrade_sent",
    "giveaway_completed", "giveaway_created", "group_chat_created", "left_chat_member",
    "message_auto_delete_timer_changed", "migrate_from_chat_id", "new_chat_members",
    "new_chat_photo", "new_chat_title", "paid_message_price_changed", "passport_data",
    "pinned_message", "proximity_alert_triggered", "refunded_payment", "successful_payment",
    "suggested_post_approval_failed", "suggested_post_approved", "suggested_post_declined",
    "suggested_post_paid", "suggested_post_refunded", "supergroup_chat_created", "unique_gift",
    "users_shared", "video_chat_ended", "video_chat_participants_invited",
    "video_chat_scheduled", "video_chat_started", "web_app_data", "write_access_allowed",
})  # fmt: skip

# What people send that no step can read.
CONTENT = frozenset({
    "animation", "audio", "checklist", "contact", "dice", "document", "game", "giveaway",
    "giveaway_winners", "invoice", "location", "paid_media", "photo", "poll", "sticker",
    "story", "venue", "video", "video_note", "voice",
})  # fmt: skip

_CHAT = ("id", "type")
_PERSON = ("id", "is_bot", "first_name", "last_name", "username")
_DOCUMENT = ("file_id", "file_unique_id", "file_name", "file_size")
_MESSAGE = {
    "message_id": None,
    "date": None,
    "from": _PERSON,
    "chat": _CHAT,
    "sender_chat": _CHAT,
    "text": None,
    "caption": None,
    "document": _DOCUMENT,
    "message_thread_id": None,
    "is_topic_message": None,
    "migrate_to_chat_id": None,
}


class _Person(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def is_bot(self) -> bool: ...
    @property
    def full_name(self) -> str: ...


class _Chat(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def type(self) -> str: ...


class _Document(Protocol):
    @property
    def file_id(self) -> str: ...
    @property
    def file_name(self) -> str | None: ...
    @property
    def file_size(self) -> int | None: ...


class _Carrier(Protocol):
    """A message that may have become inaccessible."""

    @property
    def message_id(self) -> int: ...
    @property
    def chat(self) -> _Chat: ...


class _Message(_Carrier, Protocol):
    @property
    def from_user(self) -> _Person | None: ...
    @property
    def sender_chat(self) -> _Chat | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def caption(self) -> str | None: ...
    @property
    def document(self) -> _Document | None: ...
    @property
    def reply_to_message(self) -> "_Message | None": ...
    @property
    def message_thread_id(self) -> int | None: ...
    @property
    def is_topic_message(self) -> bool | None: ...
    @property
    def migrate_to_chat_id(self) -> int | None: ...


class _Press(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def from_user(self) -> _Person: ...
    @property
    def message(self) -> _Carrier | None: ...
    @property
    def data(self) -> str | None: ...


class _Place(Protocol):
    @property
    def status(self) -> str: ...
    @property
    def user(self) -> _Person: ...


class _Change(Protocol):
    @property
    def chat(self) -> _Chat: ...
    @property
    def from_user(self) -> _Person: ...
    @property
    def new_chat_member(self) -> _Place: ...


class _Update(Protocol):
    @property
    def message(self) -> _Message | None: ...
    @property
    def callback_query(self) -> _Press | None: ...
    @property
    def my_chat_member(self) -> _Change | None: ...


def load(raw: bytes | Mapping[str, Any]) -> Mapping[str, Any]:
    """Give an update as a mapping; `Unreadable` if it is not a JSON object."""
    try:
        update = json.loads(raw) if isinstance(raw, bytes) else raw
    except ValueError as error:
        raise Unreadable("not JSON") from error
    if not isinstance(update, Mapping):
        raise Unreadable("not an update")
    return update


def slim(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of an update what is read here, and nothing of kinds that are not.

    `Unreadable` if something is not built as the Bot API builds it.
    """
    try:
        kept: dict[str, Any] = {"update_id": raw["update_id"]}
        if "message" in raw:
            kept["message"] = _slim_message(raw["message"])
        if "callback_query" in raw:
            press = dict(raw["callback_query"])
            if press.get("message"):
                press["message"] = _slim_message(press["message"])
            kept["callback_query"] = press
        if "my_chat_member" in raw:
            kept["my_chat_member"] = raw["my_chat_member"]
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable("not built like an update") from error
    return kept


def _slim_message(raw: Mapping[str, Any]) -> dict[str, Any]:
    kept = _pick(raw, _MESSAGE)
    if "reply_to_message" in raw:
        kept["reply_to_message"] = _pick(raw["reply_to_message"], _MESSAGE)
    return kept


def _pick(raw: Mapping[str, Any], names: Mapping[str, tuple[str, ...] | None]) -> dict[str, Any]:
    return {
        name: raw[name] if parts is None else {p: raw[name][p] for p in parts if p in raw[name]}
        for name, parts in names.items()
        if name in raw
    }


def read(update: _Update, fields: Collection[str], bot: str, username: str) -> Incoming | None:
    """Read a typed update; None for what is none of our business.

    `fields` are the names in the raw message, which say what kind of content it has even where the
    SDK is older than the kind. Commands for another bot than `username` are not ours; while that
    is empty, all are.
    """
    if update.message is not None:
        return _read_message(update.message, frozenset(fields), bot, username.lower())
    if update.callback_query is not None:
        return _read_press(update.callback_query, bot)
    if update.my_chat_member is not None:
        return _read_membership(update.my_chat_member, bot)
    return None


def _read_message(
    message: _Message, fields: frozenset[str], bot: str, username: str
) -> Incoming | None:
    if message.migrate_to_chat_id is not None:
        address = Address(bot, str(message.chat.id))
        return Incoming(
            What.MOVED, address, "", "", private=False, text=str(message.migrate_to_chat_id)
        )
    if fields & SERVICE:
        return None
    said = _said(message, bot)
    if message.text is not None:
        return _read_words(said, message.text, username)
    if message.document is not None and "animation" not in fields:
        return _read_file(said, message.document)
    # A group hears of things this version cannot know; in private every message gets an answer.
    return said if said.private or fields & CONTENT else None


def _said(message: _Message, bot: str) -> Incoming:
    author = message.from_user
    reply = _reply(message)
    reply_author = reply.from_user if reply else None
    if reply_author is not None and reply_author.is_bot:
        reply_author = None  # nobody to put on a list: ours, or a hidden administrator's
    return Incoming(
        What.OTHER,
        Address(bot, str(message.chat.id), _thread(message)),
        _user(author) if author else "",
        _name(author) if author else "",
        private=message.chat.type == "private",
        text=message.caption or "",
        message_id=str(message.message_id),
        reply_to=str(reply.message_id) if reply else None,
        reply_user=_user(reply_author) if reply_author else None,
        reply_name=_name(reply_author) if reply_author else None,
        anonymous=(
            author is None or author.id == ANONYMOUS_ADMIN or message.sender_chat is not None
        ),
    )


def _reply(message: _Message) -> _Message | None:
    # In a topic, what answers nothing is delivered as an answer to the message that opened it.
    reply = message.reply_to_message
    if reply is None or (
        message.is_topic_message and reply.message_id == message.message_thread_id
    ):
        return None
    return reply


def _thread(message: _Carrier) -> str | None:
    # Outside forums the number only groups answers, and no message can be sent to it.
    if not getattr(message, "is_topic_message", False):
        return None
    return str(getattr(message, "message_thread_id"))  # noqa: B009 - an inaccessible one has none


def _read_words(said: Incoming, text: str, username: str) -> Incoming | None:
    found = _COMMAND.fullmatch(text)
    if found is None:
        return replace(said, what=What.TEXT, text=text)
    command, addressee, rest = found[1].lower(), (found[2] or "").lower(), (found[3] or "").strip()
    if addressee and username and addressee != username:
        return None
    if command == "start":
        return replace(said, what=What.START, text=rest)
    return replace(said, what=What.COMMAND, command=command, text=rest)


def _read_file(said: Incoming, document: _Document) -> Incoming:
    return replace(
        said,
        what=What.FILE,
        file_id=document.file_id,
        file_name=document.file_name,
        file_size=document.file_size,
    )


def _read_press(press: _Press, bot: str) -> Incoming:
    carrier = press.message
    if carrier is None:  # so old that not even its place is known: answer the person
        address, private = Address(bot, str(press.from_user.id)), True
    else:
        address = Address(bot, str(carrier.chat.id), _thread(carrier))
        private = carrier.chat.type == "private"
    return Incoming(
        What.PRESS,
        address,
        _user(press.from_user),
        _name(press.from_user),
        private=private,
        action=press.data or "",
        press_id=press.id,
        message_id=None if carrier is None else str(carrier.message_id),
    )


_MAY_SEND = frozenset(("creator", "administrator", "member"))
_PRIVATE = {"kicked": What.BLOCKED, "member": What.RETURNED}
_GROUP = dict.fromkeys(("creator", "administrator", "member", "restricted"), What.JOINED)


def _read_membership(change: _Change, bot: str) -> Incoming | None:
    private = change.chat.type == "private"
    meanings = {"private": _PRIVATE, "group": _GROUP, "supergroup": _GROUP}.get(
        change.chat.type, {}
    )
    what = meanings.get(change.new_chat_member.status)
    if what is None:
        return None
    who = change.from_user
    return Incoming(what, Address(bot, str(change.chat.id)), _user(who), _name(who), private)


def read_member(place: _Place) -> Membership:
    """Read a typed ChatMember; rights that its kind does not have are not held."""
    return Membership(
        _user(place.user),
        _name(place.user),
        status=str(place.status),
        may_send=place.status in _MAY_SEND or bool(getattr(place, "can_send_messages", False)),
        may_delete=place.status == "creator" or bool(getattr(place, "can_delete_messages", False)),
    )


def _user(person: _Person) -> str:
    return f"tg:{person.id}"


def _name(person: _Person) -> str:
    return clean(person.full_name, NAME_LIMIT) or _user(person)
