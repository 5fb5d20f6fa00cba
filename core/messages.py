"""What the program says, as intent: text keys, values and choices, never wording or keyboards.

A gateway words a `Message` in the reader's language and renders its choices as buttons, or as a
numbered list where the messenger has none. What is owed to somebody is an `Outgoing`; it waits in
the outbox until it was sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """One piece of wording: a key of the catalogue and the values it needs.

    Days and moments are ISO strings (`text` makes them so); the catalogue formats them.
    """

    key: str
    args: Mapping[str, "str | int | Text"] = field(default_factory=dict)


def text(key: str, **args: "str | int | date | Text") -> Text:
    """Build a `Text`; dates and aware datetimes become ISO strings."""
    return Text(key, {k: v.isoformat() if isinstance(v, date) else v for k, v in args.items()})


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that can be tapped, or typed by its number or label. `url` opens a link instead."""

    action: str
    label: Text
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: which bot speaks, in which chat, in which topic of it."""

    bot: str
    chat: str
    thread: str | None = None

    @property
    def lane(self) -> str:
        """Messages of one lane are sent one after the other: of one priority in their order."""
        return f"{self.bot}:{self.chat}"


@dataclass(frozen=True, slots=True)
class Message:
    """Something to say: its lines, the choices in rows, and what it answers.

    `reply_to` is the messenger's id of the message it stands under; `prompt` asks the messenger to
    open a reply to it, so that free text in a group reaches the bot.
    """

    lines: tuple[Text, ...]
    choices: tuple[tuple[Choice, ...], ...] = ()
    reply_to: str | None = None
    prompt: bool = False


class Kind(StrEnum):
    """What is owed: a message, a card as it stands, a deletion, a mail, a file to read or send."""

    SAY = "say"
    CARD = "card"
    DELETE = "delete"
    FETCH = "fetch"
    DOCUMENT = "document"
    MAIL = "mail"


class MailKind(StrEnum):
    """The mails the program writes; the value names its texts and is part of its history."""

    CODE = "code"
    ACCOUNT = "account"
    REFUSAL = "refusal"
    EXPIRY = "expiry"


# Of `Outgoing.priority`, the smaller the sooner: what somebody waits for; cards that nobody does.
NORMAL, PATIENT = 5, 7
MAIL = "mail"  # the `Address.bot` of everything that leaves by SMTP


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing owed to one recipient. `key` is unique: the same intent twice is sent once.

    - `message` is set for SAY, `message_id` for DELETE, and for a SAY in place of that message.
      A DELETE with a `message` shows that instead where it is too late to delete.
    - FETCH says in `context` which file to read for which conversation, DOCUMENT what to make.
    - `registration_id` is set for CARD, and for what tells a facility the result.
    - `context` is remembered beside the sent message (which prompt it was, for whom), and never
      holds personal data: primitives only.
    - `scheduled` is the earliest moment to send it, None for at once.
    """

    key: str
    kind: Kind
    address: Address
    locale: str = "vi"
    message: Message | None = None
    message_id: str | None = None
    registration_id: int | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    scheduled: datetime | None = None
    priority: int = NORMAL

    @property
    def lane(self) -> str:
        """Chats keep their order; every mail has a lane of its own, so none waits for another."""
        return self.key if self.kind is Kind.MAIL else self.address.lane
