"""The engines: which databases, what an error says, and that readers and writers do not collide."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError

from core.ports import Store
from storage.engine import BadDatabaseUrl, DatabaseUnavailable, open_engines
from storage.store import SqlStore
from storage.tables import job_run
from tests.storage.clock import NOW, HandClock
from tests.storage.conftest import MirrorVault
from tests.storage.examples import say

Open = Callable[[], SqlStore]


async def test_the_store_is_the_port(store: SqlStore) -> None:
    port: Store = store  # checked by mypy, down to every repository
    async with port.read() as tx:
        assert await tx.facts.get("name") is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql+aiomysql://root@db/knlt", "mysql+aiomysql://"),
        ("sqlite:///var/knlt.db", "only sqlite+aiosqlite://"),
        ("postgresql://knlt@db/knlt", "postgresql+asyncpg://"),
        ("sqlite+aiosqlite://", "names no file"),
        ("sqlite+aiosqlite:///:memory:", "names no file"),
        ("not a url", "cannot be read"),
    ],
)
def test_other_databases_are_refused_in_one_sentence(url: str, words: str) -> None:
    with pytest.raises(BadDatabaseUrl, match=words.replace("+", r"\+")) as refused:
        open_engines(url)

    assert "\n" not in str(refused.value)


async def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite+aiosqlite:///{tmp_path}/new/folder/knlt.db")
    async with engines.write() as connection:
        await connection.execute(text("SELECT 1"))
    await engines.close()

    assert (tmp_path / "new" / "folder" / "knlt.db").exists()


@pytest.mark.parametrize("synchronous", ["FULL", "NORMAL"])
async def test_the_file_is_set_up_to_lose_nothing(tmp_path: Path, synchronous: str) -> None:
    engines = open_engines(
        f"sqlite+aiosqlite:///{tmp_path}/knlt.db",
        synchronous="FULL" if synchronous == "FULL" else "NORMAL",
    )
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
    async with engines.write() as connection:
        values = [(await connection.execute(text(f"PRAGMA {name}"))).scalar() for name in names]
    await engines.close()

    assert values == ["wal", 2 if synchronous == "FULL" else 1, 1, 1, 10_000]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite:////proc/nowhere/knlt.db",
        "postgresql+asyncpg://knlt:Canary-1@127.0.0.1:1/knlt",
    ],
)
async def test_a_database_out_of_reach_is_one_plain_sentence(url: str) -> None:
    store = SqlStore.open(url, MirrorVault(), HandClock())
    with pytest.raises(DatabaseUnavailable) as unavailable:
        await store.ping()
    await store.close()

    assert "cannot be used" in str(unavailable.value)
    assert "\n" not in str(unavailable.value)
    assert "Canary" not in str(unavailable.value)


async def test_a_file_that_is_no_database_is_one_plain_sentence(tmp_path: Path) -> None:
    (tmp_path / "knlt.db").write_text("Tôi không phải cơ sở dữ liệu. " * 99, encoding="utf-8")
    store = SqlStore.open(f"sqlite+aiosqlite:///{tmp_path}/knlt.db", MirrorVault(), HandClock())
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        await _learn(store, "name", "value")
    await store.close()


async def test_a_missing_database_is_one_plain_sentence(postgres_url: str) -> None:
    store = SqlStore.open(postgres_url.replace("knlt_test_", "none_"), MirrorVault(), HandClock())
    with pytest.raises(DatabaseUnavailable, match="does not exist"):
        await store.ping()
    await store.close()


async def _learn(store: SqlStore, name: str, value: str) -> None:
    async with store.begin() as tx:
        await tx.facts.put(name, value)


async def test_the_store_recovers_when_the_server_dropped_its_connections(
    postgres_store: SqlStore, postgres_url: str
) -> None:
    await _learn(postgres_store, "name", "before")
    admin = open_engines(postgres_url)
    async with admin.write() as connection:
        others = (
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        await connection.execute(text(others))
    await admin.close()
    with pytest.raises(DatabaseUnavailable):
        await _learn(postgres_store, "name", "lost")
    await _learn(postgres_store, "name", "after")

    async with postgres_store.read() as tx:
        assert await tx.facts.get("name") == "after"


async def test_a_file_another_process_holds_too_long_is_unavailable(
    sqlite_store: SqlStore, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine._BUSY", 1)
    impatient = SqlStore.open(f"sqlite+aiosqlite:///{sqlite_path}", MirrorVault(), HandClock())
    holder = sqlite3.connect(sqlite_path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable, match="locked"):
        await _learn(impatient, "name", "value")
    holder.execute("ROLLBACK")
    await _learn(impatient, "name", "value")
    holder.close()
    await impatient.close()


async def test_a_writer_waits_for_another_process(
    sqlite_store: SqlStore, sqlite_path: Path
) -> None:
    await _learn(sqlite_store, "name", "before")
    holder = sqlite3.connect(sqlite_path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(_learn(sqlite_store, "name", "after"))
    await sqlite_store.ping()
    async with sqlite_store.read() as tx:
        meanwhile = await tx.facts.get("name")
    holder.execute("COMMIT")
    holder.close()
    await writing

    assert meanwhile == "before"


async def test_a_reader_holds_up_no_writer_and_sees_one_moment(store: SqlStore) -> None:
    await _learn(store, "name", "before")
    async with store.read() as reader:
        first = await reader.facts.get("name")
        await _learn(store, "name", "after")
        second = await reader.facts.get("name")
    async with store.read() as reader:
        third = await reader.facts.get("name")

    assert (first, second, third) == ("before", "before", "after")


async def test_a_writer_holds_up_no_reader(store: SqlStore) -> None:
    await _learn(store, "name", "before")
    async with store.begin() as tx:
        await tx.facts.put("name", "after")
        async with store.read() as reader:
            assert await reader.facts.get("name") == "before"


async def test_a_reading_transaction_cannot_write(store: SqlStore) -> None:
    async def write_while_reading() -> None:
        async with store.read() as tx:
            await tx.outbox.put(say("a"))

    with pytest.raises(DBAPIError):
        await write_while_reading()


async def test_an_exception_rolls_everything_back(store: SqlStore) -> None:
    async def fail() -> None:
        async with store.begin() as tx:
            await tx.facts.put("name", "value")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with store.read() as tx:
        assert await tx.facts.get("name") is None


async def test_an_error_names_no_values(store: SqlStore) -> None:
    async def too_much() -> None:
        async with store.begin() as tx:
            await tx.facts.put("Canary-1", None)  # type: ignore[arg-type]

    with pytest.raises(DBAPIError) as failed:
        await too_much()

    assert "Canary-1" not in str(failed.value).partition("DETAIL")[0]


async def test_a_missing_table_is_a_defect_not_an_outage(tmp_path: Path) -> None:
    store = SqlStore.open(f"sqlite+aiosqlite:///{tmp_path}/knlt.db", MirrorVault(), HandClock())
    with pytest.raises(OperationalError, match="no such table"):
        await _learn(store, "name", "value")
    await store.close()


async def test_commits_that_put_rows_are_heard_of(store: SqlStore) -> None:
    heard: list[frozenset[str]] = []
    store.on_commit(heard.append)
    await _learn(store, "name", "value")
    async with store.begin() as tx:
        await tx.outbox.put(say("a"))
        before = list(heard)
    async with store.begin() as tx:
        await tx.inbox.put([], NOW)

    assert before == []
    assert heard == [frozenset({"chat"})]


async def test_what_was_rolled_back_is_not_heard_of(store: SqlStore) -> None:
    heard: list[frozenset[str]] = []
    store.on_commit(heard.append)

    async def fail() -> None:
        async with store.begin() as tx:
            await tx.outbox.put(say("a"))
            await tx.outbox.next_due(NOW)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert heard == []


async def test_moments_come_back_in_utc_and_compare_as_time_does(store: SqlStore) -> None:
    hanoi = timezone(timedelta(hours=7))
    moments = [
        datetime(2026, 1, 1, 6, 59, 59, 999999, tzinfo=hanoi),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 1, 7, 0, 0, 1, tzinfo=hanoi),
        datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC),
    ]
    async with store.begin() as tx:
        for n, moment in enumerate(reversed(moments)):
            await tx.job_runs.take("job", str(n), moment)
    async with store.engines.read() as connection:
        taken = select(job_run.c.taken_at).order_by(job_run.c.taken_at)
        found = list((await connection.execute(taken)).scalars())
        since = taken.where(job_run.c.taken_at >= moments[2])
        younger = list((await connection.execute(since)).scalars())

    assert found == moments
    assert younger == moments[2:]
    assert {moment.tzinfo for moment in found} == {UTC}


async def test_a_moment_without_time_zone_is_refused(store: SqlStore) -> None:
    async def take() -> None:
        async with store.begin() as tx:
            await tx.job_runs.take("job", "1", NOW.replace(tzinfo=None))

    with pytest.raises(StatementError, match="without time zone"):
        await take()
