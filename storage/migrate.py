"""The version of a database's schema: which it has, and how to change it.

Every change is one transaction, on both databases: it happens whole or not at all. Alembic is
loaded for a change only; a program that finds its own schema does without its 7 MB.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import open_engines

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent / "migrations"
_REVISION = text("SELECT version_num FROM alembic_version")
# Two processes that start at once must not both migrate; the number means nothing else.
_LOCK = text("SELECT pg_advisory_xact_lock(5141002)")
# On SQLite the transaction is the lock, and it begins with its first statement. That must be ours:
# Alembic keeps what it is doing in globals, and may not be left waiting in the middle of it.
_BEGIN = text("SELECT 1")


async def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database to a revision; raises BadDatabaseUrl, DatabaseUnavailable."""
    from alembic import command

    await _change(url, lambda config: command.upgrade(config, revision))


async def downgrade(url: str, revision: str) -> None:
    """Take a database back to a revision, "base" for none; what only newer ones hold is lost."""
    from alembic import command

    await _change(url, lambda config: command.downgrade(config, revision))


async def current(url: str) -> str | None:
    """Give a database's revision, None for an empty database."""
    engines = open_engines(url)
    try:
        async with engines.write() as connection:
            return await connection.run_sync(_revision)
    finally:
        await engines.close()


async def is_at_head(url: str) -> bool:
    """Tell whether a database has the schema that this program is written for."""
    newest = max(file.name for file in (_FOLDER / "versions").glob("rev_*.py"))
    return await current(url) == newest.split("_")[1]


async def _change(url: str, run: Callable[["Config"], None]) -> None:
    engines = open_engines(url)
    try:
        async with engines.write() as connection:
            await _lock(connection, engines.dialect)
            await connection.run_sync(lambda plain: run(_config(plain)))
    finally:
        await engines.close()


async def _lock(connection: AsyncConnection, dialect: str) -> None:
    await connection.execute(_LOCK if dialect == "postgresql" else _BEGIN)


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(_REVISION).scalar()
    return revision
