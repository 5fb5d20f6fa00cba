"""Which statements a store sends to its database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from storage.store import SqlStore


@contextmanager
def counted(store: SqlStore) -> Iterator[list[tuple[str, Any]]]:
    """Collect what is executed inside, statement and parameters, one entry for each visit."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    engines = (store.engines.writing.sync_engine, store.engines.reading.sync_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
