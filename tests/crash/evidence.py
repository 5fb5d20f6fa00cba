"""What a run leaves behind: the database's rows, what was said, what was mailed."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import open_engines
from storage.tables import inbox


@dataclass(frozen=True, slots=True)
class Registered:
    """A row of `registration`."""

    id: int
    reference: str
    status: str
    version: int
    chat: str
    email: str
    licence: str


@dataclass(frozen=True, slots=True)
class Happened:
    """A row of `history` about a registration; `id` is its order."""

    id: int
    registration: int
    event: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A row of `outbox`. `lane` is the chat it was for; `message` the messenger's id, once sent."""

    id: int
    key: str
    lane: str
    kind: str
    state: str
    scheduled: bool = False
    message: str | None = None
    mail: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """An update that the messenger had for a bot. `conversation` is whose words it carries."""

    bot: str
    update: str
    conversation: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A row of `inbox`; `done` is the moment at which it was handled. None is deleted in a run."""

    id: int
    bot: str
    update: str
    conversation: str
    done: datetime | None
    parked: bool = False


@dataclass(frozen=True, slots=True)
class Hung:
    """A row of `card`."""

    registration: int
    lane: str
    message: str
    shown_version: int


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that happened in a chat, in order; `at` in seconds of the run.

    `by` is person, bot (a new message) or edit (of a bot's message). A press is a person's and has
    no message of its own.
    """

    at: float
    lane: str
    by: str
    message: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Mailed:
    """A mail the server accepted."""

    at: float
    to: str
    message_id: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Sending:
    """A process began to send something: to a chat, or the mail with this Message-ID."""

    at: float
    where: str
    process: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A process was killed before it could record what it had sent.

    If it had no database, it could not for longer: since the moment `deaf`. Or nobody could record
    it: the answer to the sending was lost, and then the cut has a place.
    """

    at: float
    process: int = 0
    deaf: float = math.inf
    where: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the checker may look at. `group` is the lane of the staff group."""

    group: str
    registrations: Sequence[Registered] = ()
    history: Sequence[Happened] = ()
    outbox: Sequence[Owed] = ()
    cards: Sequence[Hung] = ()
    handed: Sequence[Handed] = ()
    inbox: Sequence[Taken] = ()
    secrets: int = 0
    said: Sequence[Said] = ()
    mails: Sequence[Mailed] = ()
    sendings: Sequence[Sending] = ()
    cuts: Sequence[Cut] = ()


def read_diary(file: Path) -> list[Sending]:
    """Read what the workers noted before each sending."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [Sending(*json.loads(line)) for line in lines]


async def read_database(url: str) -> dict[str, Any]:
    """Read what the database says, as arguments of `Evidence`."""
    engines = open_engines(url)
    try:
        async with engines.read() as connection:
            return {
                "registrations": [
                    Registered(*row)
                    for row in await _rows(
                        connection,
                        "SELECT id, reference, status, version, chat, email, licence_key"
                        " FROM registration ORDER BY id",
                    )
                ],
                "history": [
                    Happened(*row)
                    for row in await _rows(
                        connection,
                        "SELECT id, registration_id, event FROM history"
                        " WHERE registration_id IS NOT NULL ORDER BY id",
                    )
                ],
                "outbox": [
                    _owed(row)
                    for row in await _rows(
                        connection,
                        "SELECT id, key, lane, kind, state, scheduled, message_id, context, error"
                        " FROM outbox ORDER BY id",
                    )
                ],
                "cards": [
                    Hung(row[0], f"{row[1]}:{row[2]}", row[3], row[4])
                    for row in await _rows(
                        connection,
                        "SELECT registration_id, bot, chat, message_id, shown_version FROM card",
                    )
                ],
                "inbox": [Taken(*row) for row in (await connection.execute(_INBOX)).all()],
                "secrets": await _count(connection, "FROM secret"),
            }
    finally:
        await engines.close()


_INBOX = select(
    inbox.c.id,
    inbox.c.bot,
    inbox.c.update_id,
    inbox.c.conversation,
    inbox.c.done_at,
    inbox.c.parked,
).order_by(inbox.c.id)


async def _rows(connection: AsyncConnection, statement: str) -> Sequence[Any]:
    return (await connection.execute(text(statement))).all()


async def _count(connection: AsyncConnection, what: str) -> int:
    return int((await connection.execute(text(f"SELECT count(*) {what}"))).scalar_one())


def _owed(row: Any) -> Owed:
    id_, key, lane, kind, state, scheduled, message, context, error = row
    mail = json.loads(context).get("mail")
    return Owed(id_, key, lane, kind, state, scheduled is not None, message, mail, error)
