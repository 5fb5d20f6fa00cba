"""The bell between processes on one PostgreSQL: it wakes the others, and only the others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from core.ports import NewUpdate
from storage.bell import EVERYTHING
from storage.migrate import upgrade
from storage.store import SqlStore
from tests.storage.clock import NOW, HandClock
from tests.storage.conftest import MirrorVault
from tests.storage.examples import say

PATIENCE = 30.0


class Ear:
    """Remembers what a store told, and lets a test wait for the next word."""

    def __init__(self, store: SqlStore) -> None:
        self.heard: asyncio.Queue[frozenset[str]] = asyncio.Queue()
        store.on_commit(self.heard.put_nowait)

    async def next(self) -> frozenset[str]:
        async with asyncio.timeout(PATIENCE):
            return await self.heard.get()


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[tuple[SqlStore, Ear]]:
    """A store whose bell runs and has been heard by itself."""
    store = SqlStore.open(url, MirrorVault(), HandClock())
    ear = Ear(store)
    assert store.bell is not None
    ringing = asyncio.create_task(store.bell.run())
    try:
        assert await ear.next() == EVERYTHING  # what was put before anybody listened
        yield store, ear
    finally:
        ringing.cancel()
        with suppress(asyncio.CancelledError):
            await ringing
        await store.close()


async def test_a_commit_in_one_process_wakes_another_at_once(postgres_url: str) -> None:
    await upgrade(postgres_url)
    async with listening(postgres_url) as (one, _), listening(postgres_url) as (_, other):
        async with one.begin() as tx:
            await tx.inbox.put([NewUpdate("public", "1", "public:1:tg:1", b"{}")], NOW)

        assert await other.next() == frozenset({"inbox"})


async def test_a_process_does_not_wake_itself_twice(postgres_url: str) -> None:
    await upgrade(postgres_url)
    async with listening(postgres_url) as (store, ear), listening(postgres_url) as (other, _):
        async with store.begin() as tx:
            await tx.outbox.put(say("a"))
        async with other.begin() as tx:
            await tx.inbox.put([NewUpdate("public", "1", "public:1:tg:1", b"{}")], NOW)

        assert await ear.next() == frozenset({"chat"})
        assert await ear.next() == frozenset({"inbox"})


async def test_a_bell_whose_line_breaks_is_connected_anew(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.bell.AGAIN", 0.0)
    await upgrade(postgres_url)
    async with listening(postgres_url) as (store, ear):
        async with store.engines.writing.connect() as connection:
            await connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

        assert await ear.next() == EVERYTHING


async def test_sqlite_has_no_bell(tmp_path: Path) -> None:
    store = SqlStore.open(f"sqlite+aiosqlite:///{tmp_path}/knlt.db", MirrorVault(), HandClock())

    assert store.bell is None
