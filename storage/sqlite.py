"""The SQLite driver, with two visits to its thread for each transaction that writes.

aiosqlite runs every call of a connection in a thread of its own: opening a cursor, executing,
fetching and closing are four hand-overs to it and back, which is most of what a short statement
costs. Here the thread does what may wait: it begins the transaction, together with its first
statement, and commits. In between, the transaction that has the write lock waits for nobody, and
its statements are done on the spot. Readers may look through much, so they stay in the thread.
"""

import sqlite3
import time
from asyncio import Future
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

from aiosqlite import Connection

T = TypeVar("T")

MANY = 100  # sets of parameters for one statement: from here on they are worth a visit

_ATTEMPTS, _PAUSE = 100, 0.1  # seconds between them: ten in all, as the busy timeout


class OneVisitConnection(Connection):
    """A connection to a file, made when awaited. Each transaction starts with `begin`.

    `pragmas` are executed once; the folder of the file is made if need be. `writes` says that
    `begin` takes the write lock.
    """

    def __init__(self, path: Path, begin: str, pragmas: Sequence[str], *, writes: bool) -> None:
        super().__init__(self._open, iter_chunk_size=1)
        self._path = path
        self._writes = writes
        self._begin = begin
        self._pragmas = pragmas
        self._begun = False
        self._ended: Future[None] | None = None
        self._thread.daemon = True  # a program that ends without closing must not hang

    def cursor(self) -> Any:
        """Make a `OneVisitCursor`; nothing happens in the thread yet."""
        return OneVisitCursor(self)

    async def visit(self, work: Callable[[sqlite3.Cursor], T], *, long: bool = False) -> T:
        """Have `work` done inside the transaction, with a cursor of its own; `long` work apart."""
        if self._begun and self._writes and not long:
            return self._work(work)
        self._begun = True
        in_thread: Callable[..., Awaitable[T]] = self._execute
        return await in_thread(self._work, work)

    async def commit(self) -> None:
        """Commit the transaction, if there is one."""
        if self._begun:
            await super().commit()
            self._begun = False

    async def rollback(self) -> None:
        """Roll the transaction back, if there is one."""
        if self._begun:
            await super().rollback()
            self._begun = False

    def stop(self) -> "Future[None] | None":
        """Have the thread end; the future is done when it has."""
        self._ended = super().stop()
        return self._ended

    async def _connect(self) -> Connection:
        try:
            return await super()._connect()
        except Exception:
            # aiosqlite does not wait here; a loop that ends first would be missed by the thread.
            if self._ended is not None:
                await self._ended
            raise

    async def empty_log(self) -> bool:
        """Move the write-ahead log into the file and cut it to nothing; False if it is being read.

        Called between transactions. A reader is not waited for.
        """
        in_thread: Callable[..., Awaitable[bool]] = self._execute
        return await in_thread(self._empty_log)

    def _empty_log(self) -> bool:
        patience = self._conn.execute("PRAGMA busy_timeout").fetchone()[0]
        self._conn.execute("PRAGMA busy_timeout = 0")
        try:
            busy = self._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            self._conn.execute(f"PRAGMA busy_timeout = {patience}")
        return not busy

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Without an isolation level, sqlite3 opens no transactions of its own accord.
        # Two threads use it, never at the same time.
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        try:
            for pragma in self._pragmas:
                _apply(connection, pragma)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _work(self, work: Callable[[sqlite3.Cursor], T]) -> T:
        connection = self._conn
        if not connection.in_transaction:
            connection.execute(self._begin)
        cursor = connection.cursor()
        try:
            return work(cursor)
        finally:
            cursor.close()


def _apply(connection: sqlite3.Connection, pragma: str) -> None:
    """Execute a pragma, waiting for a file that is busy.

    The change to write-ahead logging fails at once when two processes make it together; SQLite's
    busy timeout does not cover it.
    """
    for _ in range(_ATTEMPTS):
        try:
            connection.execute(f"PRAGMA {pragma}").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(_PAUSE)
        else:
            return
    connection.execute(f"PRAGMA {pragma}").close()


class OneVisitCursor:
    """What SQLAlchemy asks of a cursor: `sqlalchemy.connectors.asyncio.AsyncIODBAPICursor`."""

    def __init__(self, connection: OneVisitConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        """Open nothing: there is no cursor between two visits."""
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Execute a statement and fetch its rows."""

        def run(cursor: sqlite3.Cursor) -> None:
            cursor.execute(statement, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall()
            self.rowcount = cursor.rowcount
            self.lastrowid = cursor.lastrowid

        await self._connection.visit(run)

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Execute a statement once for each set of parameters."""

        def run(cursor: sqlite3.Cursor) -> None:
            self.rowcount = cursor.executemany(statement, parameters).rowcount

        await self._connection.visit(run, long=len(parameters) >= MANY)

    async def fetchall(self) -> list[Any]:
        """Give the rows of the last statement."""
        return self._rows

    async def close(self) -> None:
        """Close nothing: there is no cursor between two visits."""
