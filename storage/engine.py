"""Engines for the two databases, tuned so that nothing is lost and readers hold up no writer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

SQLITE = "sqlite+aiosqlite"
POSTGRESQL = "postgresql+asyncpg"

# How long a writer waits for another process that writes to the same SQLite file, milliseconds.
_BUSY = 10_000
_READERS = 4

Synchronous = Literal["FULL", "NORMAL"]


class DatabaseUnavailable(Exception):
    """The database cannot be used just now; the message is one plain sentence, no password."""


class BadDatabaseUrl(ValueError):
    """The URL names no database this program can use; the message is one plain sentence."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The ways to one database.

    SQLite has one writer at a time: `turn` queues ours in the order they came, which neither the
    file lock nor the pool would do. PostgreSQL sorts its writers out by itself.
    """

    url: URL
    writing: AsyncEngine
    reading: AsyncEngine
    turn: AbstractAsyncContextManager[object]

    @property
    def dialect(self) -> str:
        """Give "sqlite" or "postgresql"."""
        return self.writing.dialect.name

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that may write; raises DatabaseUnavailable."""
        async with self.turn, _transaction(self.writing, self.url) as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that sees one moment and cannot write; raises DatabaseUnavailable."""
        async with _transaction(self.reading, self.url) as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self.writing.dispose()
        await self.reading.dispose()


def open_engines(url: str, *, synchronous: Synchronous = "FULL", connections: int = 10) -> Engines:
    """Make the engines for a database; nothing is connected yet. Raises BadDatabaseUrl.

    `synchronous` is SQLite's: FULL keeps every commit through a loss of power, NORMAL may lose the
    last ones then (never through a crash of the program). `connections` is PostgreSQL's limit.
    """
    parsed = parse_url(url)
    if parsed.drivername == SQLITE:
        return _sqlite(parsed, synchronous)
    writing = create_async_engine(parsed, pool_size=connections, max_overflow=0)
    reading = writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(parsed, writing, reading, nullcontext())


def parse_url(url: str) -> URL:
    """Read a database URL; raises BadDatabaseUrl."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadDatabaseUrl(
            "The database URL cannot be read: it looks like sqlite+aiosqlite:///var/knlt.db"
        ) from None
    if parsed.drivername not in {SQLITE, POSTGRESQL}:
        raise BadDatabaseUrl(
            f"The database URL starts with {parsed.drivername}://, "
            f"but only {SQLITE}:// and {POSTGRESQL}:// are supported."
        )
    if parsed.drivername == SQLITE and (parsed.database or ":memory:").startswith(":"):
        raise BadDatabaseUrl("The database URL names no file, and a database in memory is lost.")
    return parsed


def _sqlite(url: URL, synchronous: Synchronous) -> Engines:
    # Waiters queue at `turn`, so a single connection is enough and never runs into a full pool.
    writing = create_async_engine(url, pool_size=1, max_overflow=0)
    reading = create_async_engine(url, pool_size=_READERS, max_overflow=0)

    @event.listens_for(writing.sync_engine, "do_connect")
    def make_folder(*_: object) -> None:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)

    _on_connect(
        writing,
        "PRAGMA journal_mode = WAL",
        f"PRAGMA busy_timeout = {_BUSY}",
        f"PRAGMA synchronous = {synchronous}",
        "PRAGMA foreign_keys = ON",
        "PRAGMA secure_delete = ON",
    )
    _on_connect(reading, f"PRAGMA busy_timeout = {_BUSY}", "PRAGMA query_only = ON")
    # Taking the write lock first: a transaction that reads, and then cannot write because another
    # one did meanwhile, could only fail.
    _begin_with(writing, "BEGIN IMMEDIATE")
    _begin_with(reading, "BEGIN")
    return Engines(url, writing, reading, asyncio.Lock())


def _on_connect(engine: AsyncEngine, *pragmas: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # else sqlite3 opens transactions of its own
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()


def _begin_with(engine: AsyncEngine, statement: str) -> None:
    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)


@asynccontextmanager
async def _transaction(engine: AsyncEngine, url: URL) -> AsyncIterator[AsyncConnection]:
    opened = False
    try:
        async with engine.connect() as connection, connection.begin():
            opened = True
            yield connection
    except Exception as error:
        # Before it is open, anything may go wrong: the network, the password, the disk.
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        if lost or not opened:
            raise _unavailable(url, error) from error
        raise


def _unavailable(url: URL, error: Exception) -> DatabaseUnavailable:
    cause = getattr(error, "orig", None) or error
    words = " ".join(str(cause).split()) or type(cause).__name__
    return DatabaseUnavailable(f"The database {url.render_as_string()} cannot be used: {words}")
