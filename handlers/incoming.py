"""What came in, in one shape for every messenger."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.messages import Address


class What(StrEnum):
    """The kinds of things that people, messengers and the program itself tell a conversation."""

    TEXT = "text"
    START = "start"  # opened by a deep link or the start button; `text` is the payload or empty
    COMMAND = "command"  # `command` without slash and bot name, `text` the rest
    PRESS = "press"  # `action` is the button's wire form, `press_id` is to be acknowledged
    FILE = "file"
    OTHER = "other"  # a photo, sticker, voice, place, … that no step can read
    MOVED = "moved"  # the group became a supergroup; `text` is the new chat id
    BLOCKED = "blocked"  # the person stopped the bot
    RETURNED = "returned"  # the person let the bot speak again
    JOINED = "joined"  # the bot was added to a group or its rights there changed
    EVENT = "event"  # the program itself: `command` names it, `data` holds primitives


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update.

    - `user` is "tg:123", `name` what the person calls themselves: never a proof of identity.
    - `message_id` is the message that came, or for a press the message that carries the button.
    - `reply_to` is the message it answers; `reply_user` and `reply_name` are the person
      who wrote that one, None for a bot's.
    - `anonymous` marks an administrator who hides behind the group's name: nobody to decide.
    - `file_id`, `file_name` and `file_size` (bytes) are set for FILE.
    """

    what: What
    address: Address
    user: str
    name: str
    private: bool
    text: str = ""
    command: str = ""
    action: str = ""
    press_id: str | None = None
    message_id: str | None = None
    reply_to: str | None = None
    reply_user: str | None = None
    reply_name: str | None = None
    anonymous: bool = False
    file_id: str | None = None
    file_name: str | None = None
    file_size: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def conversation(self) -> str:
        """The order that counts: a private chat, or one person in a group."""
        lane = self.address.lane
        return lane if self.private else f"{lane}:{self.user}"
