"""What the world is made of: accounts, chats, members, files, messages."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Json = dict[str, Any]

ANONYMOUS_ADMIN_ID = 1087968824
GENERAL_TOPIC = 1


@dataclass(eq=False, repr=False)
class Account:
    """A user or a bot; `id` is Telegram's user id (up to 52 bits)."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language: str | None = None
    is_bot: bool = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, {self.id})"

    @property
    def name(self) -> str:
        """First and last name as a chat shows them."""
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name


class Status(StrEnum):
    """ChatMember.status."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    LEFT = "left"
    KICKED = "kicked"

    @property
    def inside(self) -> bool:
        """Whether somebody of this status is in the chat."""
        return self not in (Status.LEFT, Status.KICKED)

    @property
    def leads(self) -> bool:
        """Whether somebody of this status is an administrator."""
        return self in (Status.CREATOR, Status.ADMINISTRATOR)


ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_send_welcome_messages",
)
USUAL_RIGHTS = frozenset(ADMIN_RIGHTS) - {"can_promote_members"}


@dataclass(eq=False)
class Member:
    """Somebody's place in a chat; `rights` count for administrators only."""

    account: Account
    status: Status = Status.MEMBER
    rights: frozenset[str] = frozenset()
    anonymous: bool = False

    def may(self, right: str) -> bool:
        """Whether this member holds an administrator's `right`; a creator holds all."""
        if self.status is Status.CREATOR:
            return True
        return self.status is Status.ADMINISTRATOR and right in self.rights


@dataclass(eq=False)
class Topic:
    """A forum topic; `id` is the message_thread_id of its messages."""

    id: int
    name: str
    closed: bool = False


@dataclass(eq=False)
class StoredFile:
    """A file bots may fetch: `kind` is photo, document or sticker, `path` follows /file/bot…/."""

    id: str
    unique_id: str
    kind: str
    path: str
    content: bytes = field(repr=False)
    name: str | None = None
    mime: str | None = None
    width: int = 0
    height: int = 0


@dataclass(eq=False)
class Media:
    """What a message carries besides words: kind is photo, document or sticker."""

    kind: str
    file: StoredFile
    emoji: str | None = None


@dataclass(eq=False, repr=False)
class Chat:
    """A conversation. `id` is what the Bot API shows: the person's id in private, else negative.

    A private chat belongs to one bot and one person. `messages` maps message ids to messages in
    order of sending, deleted ones included (they say so).
    """

    id: int
    kind: str
    title: str | None = None
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    is_forum: bool = False
    messages: dict[int, "Message"] = field(default_factory=dict)
    next_id: int = 1
    pinned: "list[Message]" = field(default_factory=list)
    upgraded_to: "Chat | None" = None
    last_bot: Account | None = None
    bot: Account | None = None
    person: Account | None = None
    may_write: bool = False
    blocked: bool = False

    @property
    def private(self) -> bool:
        """Whether this is a conversation of one person with one bot."""
        return self.kind == "private"

    def __repr__(self) -> str:
        return f"Chat({self.id}, {self.kind}, {self.title!r})"

    def member(self, account: Account) -> Member:
        """Return the account's place here; status left for those who never were."""
        return self.members.get(account.id) or Member(account, Status.LEFT)

    def visible(self) -> "list[Message]":
        """Return the messages that are not deleted, oldest first."""
        return [message for message in self.messages.values() if not message.deleted]


@dataclass(eq=False, repr=False)
class Message:
    """One message. Texts are as shown; `entities` are wire objects with UTF-16 offsets.

    `keyboard` is the inline keyboard (rows of wire buttons); `reply_markup` holds any other
    markup (custom keyboard, its removal, force_reply). `service` holds the fields of a service
    message. `past_keyboards` keeps what the message offered before edits, newest last.
    `touched` counts the moves of the world: higher means sent or edited later.
    """

    id: int
    chat: Chat
    sender: Account
    date: datetime
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    media: Media | None = None
    keyboard: list[list[Json]] = field(default_factory=list)
    reply_markup: Json | None = None
    reply_to: "Message | None" = None
    thread_id: int | None = None
    service: Json | None = None
    anonymous: bool = False
    edited: datetime | None = None
    deleted: bool = False
    protected: bool = False
    preview: Json | None = None
    past_keyboards: list[list[list[Json]]] = field(default_factory=list)
    touched: int = 0

    @property
    def from_bot(self) -> bool:
        """Whether a bot sent it."""
        return self.sender.is_bot

    @property
    def buttons(self) -> list[str]:
        """Labels of the inline keyboard, row by row."""
        return [button["text"] for row in self.keyboard for button in row]

    @property
    def rows(self) -> list[list[str]]:
        """Labels of the inline keyboard as laid out."""
        return [[button["text"] for button in row] for row in self.keyboard]

    @property
    def forces_reply(self) -> bool:
        """Whether the message opens a reply on the receiver's screen."""
        return bool(self.reply_markup and self.reply_markup.get("force_reply"))

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Message({self.id}, {self.text[:60]!r} {self.buttons or ''})"
