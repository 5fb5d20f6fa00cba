"""Column types: moments in UTC on every database, and keys that grow by one."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

_WIDTH = len("2026-11-22 01:02:03.000004")


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on the way out; a naive one raises ValueError on the way in.

    PostgreSQL has a type for it. SQLite has none and would drop the offset, so there a moment is
    text of fixed width without an offset: it compares and sorts as time does, SQLite's own date
    functions read it, and so does a person with the `sqlite3` program (microseconds since 1970
    would be smaller, and mute).
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of a database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(_WIDTH))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        """Turn an aware moment of any offset into what the database compares."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a moment without time zone: {value.isoformat()}")
        utc = value.astimezone(UTC)
        if dialect.name == "sqlite":
            return utc.isoformat(" ", "microseconds")[:_WIDTH]
        return utc

    def process_result_value(self, value: object, _: Dialect) -> datetime | None:
        """Give the moment back in UTC."""
        match value:
            case str():
                return datetime.fromisoformat(value).replace(tzinfo=UTC)
            case datetime():
                return value.astimezone(UTC)
            case _:
                return None


# SQLite numbers rows by itself only where the column is declared INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")

# Compared byte by byte on both databases, so that an index finds what begins with some letters.
Folded = Text().with_variant(Text(collation="C"), "postgresql")
