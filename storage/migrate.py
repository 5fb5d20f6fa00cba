"""The version of a database's schema: which it has, and how to change it.

Every change is one transaction, on both databases: it happens whole or not at all.
"""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import open_engines

_FOLDER = Path(__file__).parent / "migrations"
# Two processes that start at once must not both migrate; the number means nothing else.
_LOCK = text("SELECT pg_advisory_xact_lock(5141002)")


async def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database to a revision; raises BadDatabaseUrl, DatabaseUnavailable."""
    await _change(url, lambda config: command.upgrade(config, revision))


async def downgrade(url: str, revision: str) -> None:
    """Take a database back to a revision, "base" for none; what only newer ones hold is lost."""
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
    return await current(url) == ScriptDirectory.from_config(_config()).get_current_head()


async def _change(url: str, run: Callable[[Config], None]) -> None:
    engines = open_engines(url)
    try:
        async with engines.write() as connection:
            await _lock(connection, engines.dialect)
            await connection.run_sync(lambda plain: run(_config(plain)))
    finally:
        await engines.close()


async def _lock(connection: AsyncConnection, dialect: str) -> None:
    if dialect == "postgresql":  # on SQLite the transaction itself is the lock
        await connection.execute(_LOCK)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
