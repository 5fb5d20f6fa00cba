"""An office for each test, on a copy of one database that is made once."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.vault import FernetVault, new_key
from core.calendar import bundled_calendar
from storage.store import SqlStore
from storage.tables import metadata
from tests.core.usecases.office import NOW, Office
from tests.storage.clock import HandClock

KEY = new_key()


def open_office(path: Path) -> Office:
    """Open an office on a database file; its owner closes the store."""
    clock, vault = HandClock(NOW), FernetVault([KEY])
    # A test's database need not outlive a loss of power.
    store = SqlStore.open(f"sqlite+aiosqlite:///{path}", vault, clock, synchronous="NORMAL")
    return Office(store, clock, vault)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file at the newest schema that holds the calendar and nothing else."""
    path = tmp_path_factory.mktemp("template") / "knlt.db"

    async def make() -> None:
        store = open_office(path).store
        async with store.engines.write() as connection:
            await connection.run_sync(metadata.create_all)
        async with store.begin() as tx:
            await tx.calendar.replace(*bundled_calendar())
        await store.engines.scrub()  # the copy is of the file alone, without its log
        await store.close()

    asyncio.run(make())
    return path


@pytest_asyncio.fixture
async def office(template: Path, tmp_path: Path) -> AsyncIterator[Office]:
    """An office whose staff group is bound."""
    path = tmp_path / "knlt.db"
    shutil.copyfile(template, path)
    opened = open_office(path)
    await opened.opens_desk()
    yield opened
    await opened.store.close()
