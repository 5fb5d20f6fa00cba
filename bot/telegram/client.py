"""What the gateway needs from a Telegram SDK, in terms of neither.

An SDK is loaded only when a bot uses it (`bot.telegram.connect`): importing one costs seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from core.messages import Address
from handlers.incoming import Incoming

DEFAULT_API = "https://api.telegram.org"
CONNECTIONS = 100  # at once, per bot
TIMEOUT = 30.0  # seconds for one call
ACK_TIMEOUT = 5.0  # seconds: what is late is worth nothing, such as the answer to a press
WEBHOOK_CONNECTIONS = 100  # the Bot API's upper limit


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: sends `data` (1-64 bytes) back, or opens `url`."""

    label: str
    data: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A message as Telegram takes it: at most 4,096 characters after its HTML is read.

    `html` is False for a text that is to be shown as it is. `prompt` opens a reply to it, unless
    it has a keyboard: Telegram takes one or the other.
    """

    text: str
    html: bool = True
    keyboard: tuple[tuple[Button, ...], ...] = ()
    reply_to: str | None = None
    prompt: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to send (up to 50 MB, a photo up to 10 MB) with a plain caption (up to 1,024)."""

    content: bytes
    name: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Self:
    """The bot as getMe shows it. `reads_groups` is False while privacy mode is on."""

    id: int
    username: str
    name: str
    reads_groups: bool


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat: `kind` is private, group, supergroup or channel; `forum` means it has topics."""

    id: str
    kind: str
    title: str
    forum: bool


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody's place in a chat.

    `status` is creator, administrator, member, restricted, left or kicked.
    """

    user: str
    name: str
    status: str
    may_send: bool
    may_delete: bool


class Audience(StrEnum):
    """Who sees a list of commands; the value is the Bot API's scope."""

    EVERYBODY = "default"
    PRIVATE = "all_private_chats"
    GROUPS = "all_group_chats"


class Unreadable(ValueError):
    """An update of a kind we asked for that the SDK cannot read."""


class TelegramClient(Protocol):
    """One bot's typed access to the Bot API. Every coroutine raises `SendFailed`.

    `bot` is the name that addresses carry. `username` is empty until `get_me` was called; from then
    on `parse` leaves out the commands meant for other bots.
    """

    bot: str
    username: str

    async def send_message(self, to: Address, post: Post) -> str:
        """Send; return the message's id."""

    async def edit_message(self, to: Address, message_id: str, post: Post) -> None:
        """Replace text and keyboard; nothing to change counts as done."""

    async def delete_message(self, to: Address, message_id: str) -> None:
        """Delete; a message that is gone counts as done."""

    async def answer_callback(self, press_id: str, notice: str | None, *, alert: bool) -> None:
        """Answer a press with up to 200 characters; a press too old counts as done."""

    async def send_document(self, to: Address, attachment: Attachment) -> str:
        """Send a file; return the message's id."""

    async def send_photo(self, to: Address, attachment: Attachment) -> str:
        """Send a picture; return the message's id."""

    async def send_typing(self, to: Address) -> None:
        """Show "is typing" for 5 seconds, or until the next message."""

    async def download(self, file_id: str, limit: int) -> bytes:
        """Fetch a file that somebody sent; INVALID with `FILE_TOO_BIG` over `limit` bytes.

        The Bot API itself serves no more than 20 MB.
        """

    async def get_me(self) -> Self:
        """Ask who this bot is."""

    async def get_chat(self, chat: str) -> Chat:
        """Ask about a chat."""

    async def get_chat_member(self, chat: str, user_id: int) -> Membership:
        """Ask about somebody's place in a chat."""

    async def set_commands(
        self, commands: Sequence[tuple[str, str]], audience: Audience, language: str | None = None
    ) -> None:
        """Set the menu of commands, as (name without slash, description).

        `language` is a two-letter code, or None for everybody without a list of their own.
        """

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates pushed to `url` with `secret` (1-256 of A-Z a-z 0-9 _ -) in a header."""

    async def delete_webhook(self) -> None:
        """Have updates kept for polling; those waiting are not dropped."""

    async def close(self) -> None:
        """Close the connections."""

    def parse(self, raw: bytes | Mapping[str, Any]) -> Incoming | None:
        """Read an update; None for what is none of our business, `Unreadable` if broken."""
