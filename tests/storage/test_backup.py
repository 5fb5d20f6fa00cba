"""A backup made while the program writes is whole, can be restored, and keeps its secrets."""

import asyncio
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, make_url

from bot.vault import FernetVault, new_key
from storage.backup import BackupFailed, back_up
from storage.migrate import upgrade
from storage.store import SqlStore
from tests.postgres import find_programs, fresh_database
from tests.storage.clock import NOW, HandClock
from tests.storage.examples import registration, update

PASSWORD = b"Canary#Mat-Khau-7"
FACTS = 200
LARGE = 4 * 1024 * 1024  # bytes, more than 1000 pages


@pytest.fixture
def vault() -> FernetVault:
    return FernetVault([new_key()])


@asynccontextmanager
async def _opened(url: str, vault: FernetVault) -> AsyncIterator[SqlStore]:
    store = SqlStore.open(url, vault, HandClock())
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def _restored(url: str, file: Path, tmp_path: Path) -> AsyncIterator[str]:
    """Put a backup where nothing was, as docs/operations.md says."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        place = tmp_path / "restored.db"
        await asyncio.to_thread(shutil.copy, file, place)
        yield f"sqlite+aiosqlite:///{place}"
        return
    async with fresh_database(parsed.set(database="postgres")) as empty:
        await asyncio.to_thread(_pg_restore, make_url(empty), file)
        yield empty


def _pg_restore(url: URL, file: Path) -> None:
    where = url.set(drivername="postgresql").render_as_string(hide_password=False)
    subprocess.run(  # noqa: S603 - PostgreSQL's own program, with arguments of ours
        [find_programs() / "pg_restore", "--no-owner", f"--dbname={where}", str(file)],
        check=True,
        capture_output=True,
    )


async def test_a_backup_taken_while_the_program_writes_can_be_restored(
    database_url: str, vault: FernetVault, tmp_path: Path
) -> None:
    await upgrade(database_url)
    file = tmp_path / "backup"
    async with _opened(database_url, vault) as store:
        async with store.begin() as tx:
            stored = await tx.registrations.add(registration())
            assert stored is not None
            await tx.secrets.put(stored.id, vault.seal(PASSWORD), NOW)
            await tx.inbox.put([update(1, "public:1")], NOW)

        async def write() -> None:
            for number in range(FACTS):
                async with store.begin() as tx:  # two rows that belong together
                    await tx.facts.put("left", str(number))
                    await tx.facts.put("right", str(number))

        writing = asyncio.create_task(write())
        await asyncio.to_thread(back_up, database_url, file)
        await writing

    async with (
        _restored(database_url, file, tmp_path) as url,
        _opened(url, vault) as again,
        again.begin() as tx,
    ):
        assert await tx.registrations.by_reference(stored.reference) == stored
        assert vault.open(await tx.secrets.get(stored.id) or b"") == PASSWORD
        assert [row.update_id for row in await tx.inbox.heads(10, NOW)] == ["1"]
        assert await tx.facts.get("left") == await tx.facts.get("right")


def test_commits_during_the_copy_do_not_start_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, file = tmp_path / "knlt.db", tmp_path / "backup"
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE pair (number, large)")
        writer.executemany("INSERT INTO pair VALUES (0, zeroblob(?))", [(LARGE,), (LARGE,)])
        looks: list[int] = []

        class Busy(sqlite3.Connection):
            def backup(self, target: sqlite3.Connection, **options: Any) -> None:
                super().backup(target, progress=commit, **options)

        def commit(status: int, left: int, total: int) -> None:
            looks.append(left)
            assert looks.count(max(looks)) == 1, "the copy began anew"
            writer.execute("UPDATE pair SET number = number + 1")

        connect = partial(sqlite3.connect, factory=Busy)
        monkeypatch.setattr("storage.backup.sqlite3.connect", connect)
        back_up(f"sqlite+aiosqlite:///{database}", file)
        (during,) = writer.execute("SELECT min(number) FROM pair").fetchone()

    monkeypatch.undo()
    with closing(sqlite3.connect(file)) as copy:
        pair = copy.execute("SELECT number, length(large) FROM pair").fetchall()
    assert during == len(looks) > 0
    assert pair == [(0, LARGE), (0, LARGE)]


async def test_a_backup_is_of_no_use_without_the_keys(
    database_url: str, vault: FernetVault, tmp_path: Path
) -> None:
    await upgrade(database_url)
    file = tmp_path / "backup"
    async with _opened(database_url, vault) as store, store.begin() as tx:
        stored = await tx.registrations.add(registration())
        assert stored is not None
        await tx.secrets.put(stored.id, vault.seal(PASSWORD), NOW)
    await asyncio.to_thread(back_up, database_url, file)

    thief = FernetVault([new_key()])
    async with (
        _restored(database_url, file, tmp_path) as url,
        _opened(url, thief) as again,
        again.read() as tx,
    ):
        sealed = await tx.secrets.get(stored.id)
        assert sealed is not None
        with pytest.raises(ValueError, match="not sealed with"):
            thief.open(sealed)
    assert PASSWORD not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_a_backup_replaces_nothing(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("an earlier one")

    with pytest.raises(BackupFailed, match="is there already"):
        back_up(database_url, file)

    assert file.read_text() == "an earlier one"


def test_without_pg_dump_the_backup_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BackupFailed, match="pg_dump is not installed"):
        back_up("postgresql+asyncpg://knlt:secret@127.0.0.1:1/knlt", tmp_path / "backup")

    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer_is_told_without_the_password(
    postgres_server: URL, tmp_path: Path
) -> None:
    with pytest.raises(BackupFailed, match="pg_dump failed") as failed:
        back_up("postgresql+asyncpg://knlt:secret@127.0.0.1:1/knlt", tmp_path / "backup")

    assert "secret" not in str(failed.value)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_gives_no_backup(tmp_path: Path) -> None:
    broken = tmp_path / "knlt.db"
    with sqlite3.connect(broken) as connection:
        connection.execute("CREATE TABLE a (b)")
    connection.close()
    broken.write_bytes(broken.read_bytes()[:4096] + b"\0" * 4096)

    with pytest.raises(BackupFailed):
        back_up(f"sqlite+aiosqlite:///{broken}", tmp_path / "backup")

    assert not (tmp_path / "backup").exists()
