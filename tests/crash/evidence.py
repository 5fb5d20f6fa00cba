"""What a run leaves behind: the database's rows, what was said, what was mailed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import open_engines


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
class Evidence:
    """Everything the checker may look at.

    `cuts` are the moments at which somebody who was sending may have been cut off: kills, answers
    lost on the way, restarts of the database. `group` is the lane of the staff group.
    """

    group: str
    registrations: Sequence[Registered] = ()
    history: Sequence[Happened] = ()
    outbox: Sequence[Owed] = ()
    cards: Sequence[Hung] = ()
    undone: int = 0
    parked: int = 0
    secrets: int = 0
    said: Sequence[Said] = ()
    mails: Sequence[Mailed] = ()
    cuts: Sequence[float] = field(default=())


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
                "undone": await _count(connection, "FROM inbox WHERE done_at IS NULL"),
                "parked": await _count(connection, "FROM inbox WHERE parked"),
                "secrets": await _count(connection, "FROM secret"),
            }
    finally:
        await engines.close()


async def _rows(connection: AsyncConnection, statement: str) -> Sequence[Any]:
    return (await connection.execute(text(statement))).all()


async def _count(connection: AsyncConnection, what: str) -> int:
    return int((await connection.execute(text(f"SELECT count(*) {what}"))).scalar_one())


def _owed(row: Any) -> Owed:
    id_, key, lane, kind, state, scheduled, message, context, error = row
    mail = json.loads(context).get("mail")
    return Owed(id_, key, lane, kind, state, scheduled is not None, message, mail, error)
