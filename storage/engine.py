"""Engines for the two databases, tuned so that nothing is lost and readers hold up no writer."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.errors import Unavailable
from storage.sqlite import OneVisitConnection

SQLITE = "sqlite+aiosqlite"
POSTGRESQL = "postgresql+asyncpg"

# How long a writer waits for another process that writes to the same SQLite file, milliseconds.
_BUSY = 10_000
_READERS = 4
_OUTAGES = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}

Synchronous = Literal["FULL", "NORMAL"]


class DatabaseUnavailable(Unavailable):
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

    async def scrub(self) -> bool:
        """Empty SQLite's write-ahead log, where deleted data lives on; False if it was in use.

        PostgreSQL's vacuum does the like by itself.
        """
        if self.dialect != "sqlite":
            return True
        try:
            async with self.turn, self.writing.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                return isinstance(driver, OneVisitConnection) and await driver.empty_log()
        except (DBAPIError, sqlite3.Error):
            return False

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
    writing = _engine(parsed, pool_size=connections)
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


def _engine(url: URL, **options: Any) -> AsyncEngine:
    # The text of an error is logged, and parameters are personal data.
    return create_async_engine(url, hide_parameters=True, max_overflow=0, **options)


def _sqlite(url: URL, synchronous: Synchronous) -> Engines:
    path = Path(str(url.database))
    # Taking the write lock first: a transaction that reads, and then cannot write because another
    # one did meanwhile, could only fail.
    writer = partial(
        OneVisitConnection,
        path,
        "BEGIN IMMEDIATE",
        (
            f"busy_timeout = {_BUSY}",
            "journal_mode = WAL",
            f"synchronous = {synchronous}",
            "foreign_keys = ON",
            "secure_delete = ON",
        ),
        writes=True,
    )
    reader = partial(
        OneVisitConnection,
        path,
        "BEGIN",
        (f"busy_timeout = {_BUSY}", "query_only = ON"),
        writes=False,
    )
    # Waiters queue at `turn`, so one connection is enough and the pool never runs into its limit.
    writing = _engine(url, async_creator=writer, pool_size=1)
    reading = _engine(url, async_creator=reader, pool_size=_READERS)
    return Engines(url, writing, reading, asyncio.Lock())


@asynccontextmanager
async def _transaction(engine: AsyncEngine, url: URL) -> AsyncIterator[AsyncConnection]:
    opened = False
    try:
        async with engine.connect() as connection, connection.begin():
            opened = True
            yield connection
    except Exception as error:
        # Before it is open, anything may go wrong: the network, the password, the disk.
        if opened and not _is_outage(error):
            raise
        raise _unavailable(url, error) from error


def _is_outage(error: Exception) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    return error.connection_invalidated or code in _OUTAGES


def _unavailable(url: URL, error: Exception) -> DatabaseUnavailable:
    cause = getattr(error, "orig", None) or error
    words = " ".join(str(cause).split()) or type(cause).__name__
    return DatabaseUnavailable(f"The database {url.render_as_string()} cannot be used: {words}")
