"""Rule 8: no password in the database after its mail has left, and never in plain."""

import sqlite3
from pathlib import Path

import pytest

from core.registration import Status
from storage.sqlite import OneVisitConnection
from storage.store import SqlStore
from tests.storage.clock import NOW
from tests.storage.conftest import MirrorVault
from tests.storage.examples import registration, update

CANARY = b"Canary#Mat-Khau-7"
SEALED = MirrorVault().seal(CANARY)


def _bytes_on_disk(path: Path) -> bytes:
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))


async def _keep_secret(store: SqlStore, status: Status = Status.APPROVED) -> int:
    async with store.begin() as tx:
        stored = await tx.registrations.add(registration(status=status))
        assert stored is not None
        await tx.secrets.put(stored.id, SEALED, NOW)
    return stored.id


async def test_a_password_typed_by_staff_never_lies_in_plain(
    sqlite_store: SqlStore, sqlite_path: Path
) -> None:
    async with sqlite_store.begin() as tx:
        await tx.inbox.put([update(1, payload=CANARY)], NOW)
    waiting = _bytes_on_disk(sqlite_path)
    async with sqlite_store.begin() as tx:
        [head] = await tx.inbox.heads(1, NOW)
        await tx.inbox.done([head.id], NOW)

    assert head.payload == CANARY
    assert SEALED in waiting
    assert CANARY not in waiting
    assert CANARY not in _bytes_on_disk(sqlite_path)


async def test_a_deleted_secret_leaves_no_trace_on_disk(
    sqlite_store: SqlStore, sqlite_path: Path
) -> None:
    case = await _keep_secret(sqlite_store)
    before = _bytes_on_disk(sqlite_path)
    async with sqlite_store.begin() as tx:
        await tx.secrets.delete(case)

    assert SEALED in before
    assert SEALED not in _bytes_on_disk(sqlite_path)


async def test_a_stale_secret_leaves_no_trace_on_disk(
    sqlite_store: SqlStore, sqlite_path: Path
) -> None:
    await _keep_secret(sqlite_store, Status.EXPIRED)
    async with sqlite_store.begin() as tx:
        await tx.secrets.delete_stale()

    assert SEALED not in _bytes_on_disk(sqlite_path)


async def test_traces_that_a_reader_held_on_to_go_with_the_next_commit(
    sqlite_store: SqlStore, sqlite_path: Path
) -> None:
    case = await _keep_secret(sqlite_store)
    async with sqlite_store.read() as reader:
        await reader.secrets.get(case)
        async with sqlite_store.begin() as tx:
            await tx.secrets.delete(case)
        meanwhile = _bytes_on_disk(sqlite_path)
    async with sqlite_store.begin() as tx:
        await tx.facts.put("name", "value")

    assert SEALED in meanwhile
    assert SEALED not in _bytes_on_disk(sqlite_path)


async def test_a_log_that_cannot_be_emptied_fails_no_commit(
    sqlite_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: OneVisitConnection) -> bool:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(OneVisitConnection, "empty_log", fail)
    case = await _keep_secret(sqlite_store)
    async with sqlite_store.begin() as tx:
        await tx.secrets.delete(case)

    async with sqlite_store.read() as tx:
        assert await tx.secrets.get(case) is None


async def test_the_account_is_gone_from_the_rows_on_both_databases(store: SqlStore) -> None:
    case = await _keep_secret(store)
    async with store.begin() as tx:
        await tx.secrets.delete(case)

    async with store.read() as tx:
        assert await tx.secrets.get(case) is None
