"""The migrations: up, down and up again, and the same schema as the tables the program uses."""

import asyncio
import re
from collections.abc import Callable
from typing import TypeVar

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from storage import migrate
from storage.engine import open_engines
from storage.tables import metadata

T = TypeVar("T")

OUTER_COMMA = re.compile(r" ?, (?![^()]*\))")  # of a table's text, not of a list within it


async def test_a_database_goes_up_down_and_up_again(database_url: str) -> None:
    before = await migrate.current(database_url)
    await migrate.upgrade(database_url)
    up = await migrate.is_at_head(database_url)
    await migrate.downgrade(database_url, "base")
    down = await _look(database_url, _leftovers)
    await migrate.upgrade(database_url)

    assert before is None
    assert up
    assert down == []
    assert await migrate.is_at_head(database_url)


async def test_an_empty_database_is_not_at_head(database_url: str) -> None:
    assert not await migrate.is_at_head(database_url)


async def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    await migrate.upgrade(database_url)
    await migrate.upgrade(database_url)

    assert await migrate.is_at_head(database_url)


async def test_two_processes_that_start_at_once_migrate_once(database_url: str) -> None:
    await asyncio.gather(migrate.upgrade(database_url), migrate.upgrade(database_url))

    assert await migrate.is_at_head(database_url)


async def test_the_migrated_schema_is_that_of_the_tables(database_url: str) -> None:
    await migrate.upgrade(database_url)

    assert await _look(database_url, _differences) == []


async def test_indexes_and_checks_are_the_same_to_the_letter(database_url: str) -> None:
    await migrate.upgrade(database_url)
    migrated = await _look(database_url, _definitions)
    await migrate.downgrade(database_url, "base")
    await _look(database_url, metadata.create_all)

    assert migrated == await _look(database_url, _definitions)
    assert any("WHERE" in each for each in migrated)


async def _look(url: str, what: Callable[[Connection], T]) -> T:
    engines = open_engines(url)
    try:
        async with engines.write() as connection:
            return await connection.run_sync(what)
    finally:
        await engines.close()


def _leftovers(connection: Connection) -> list[str]:
    return [name for name in inspect(connection).get_table_names() if name != "alembic_version"]


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, metadata))


def _definitions(connection: Connection) -> set[str]:
    """What Alembic does not compare: conditions of indexes, checks, and SQLite's whole text."""
    if connection.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'"
    else:
        query = (
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
            " AND tablename <> 'alembic_version' UNION ALL"
            " SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
            " AND conrelid <> 'alembic_version'::regclass"
        )
    return {_normal(sql) for sql in connection.scalars(text(query))}


def _normal(sql: str) -> str:
    """The order of columns and constraints within a table means nothing."""
    words = re.sub(r"\s+", " ", sql)
    if not words.startswith("CREATE TABLE"):
        return words
    name, _, body = words.removesuffix(")").partition("(")
    return f"{name}({', '.join(sorted(OUTER_COMMA.split(body.strip())))}"
