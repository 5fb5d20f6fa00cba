"""What one transaction does on its connection, and what it still has to write."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, Executable, Exists, Select, Table, exists, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

# One statement for each database: SQLAlchemy has ON CONFLICT on each dialect's own Insert only.
PerDialect = Mapping[str, Executable]
Rows = CursorResult[*tuple[Any, ...]]


def on_each(build: Callable[[Callable[[Table], Any]], Executable]) -> PerDialect:
    """Build a statement once with each dialect's `insert`; both take the same calls."""
    return {"sqlite": build(sqlite.insert), "postgresql": build(postgresql.insert)}


def upsert(table: Table) -> PerDialect:
    """Build an INSERT that replaces every column of a row whose primary key is there already."""

    def build(insert: Callable[[Table], Any]) -> Executable:
        put = insert(table)
        replaced = {c.name: put.excluded[c.name] for c in table.c if not c.primary_key}
        statement: Executable = put.on_conflict_do_update(
            index_elements=list(table.primary_key), set_=replaced
        )
        return statement

    return on_each(build)


def looked_up(rows: Select[Any]) -> Exists:
    """Build an EXISTS that is asked once for each row, by an index.

    Without the OFFSET, PostgreSQL makes a join of it; and statistics taken while a queue was empty
    then have it read all of the queue for each of its rows.
    """
    return exists(rows.offset(literal_column("0")))


class Work:
    """The connection of one transaction, and the writes that wait for its end.

    `later` takes what writes them; `flush` runs that in the order of registration. `put` says what
    somebody may be waiting for: updates ("inbox"), messages ("chat"), mails ("mail"). `erased` says
    that a secret was deleted, of which nothing may stay in the file.
    """

    def __init__(self, connection: AsyncConnection, dialect: str) -> None:
        self.connection = connection
        self.put: set[str] = set()
        self.erased = False
        self._dialect = dialect
        self._flushers: list[Callable[[], Awaitable[None]]] = []

    async def run(
        self,
        statement: Executable | PerDialect,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> Rows:
        """Execute a statement; a list of parameters executes it once for each."""
        if not isinstance(statement, Executable):
            statement = statement[self._dialect]
        result: Rows = await self.connection.execute(statement, parameters)
        return result

    def later(self, flusher: Callable[[], Awaitable[None]]) -> None:
        """Have `flusher` called before the commit."""
        self._flushers.append(flusher)

    async def flush(self) -> None:
        """Write what waits."""
        for flusher in self._flushers:
            await flusher()
