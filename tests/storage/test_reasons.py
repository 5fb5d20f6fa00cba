"""The reasons for a refusal come back in their order; those of the program are there at first."""

import asyncio
from dataclasses import replace

import pytest

from core.errors import Problem
from core.people import Actor, Role
from core.reasons import Reason, in_use, slots_of
from core.usecases.reasons import retire_reason
from storage import migrate
from storage.store import SqlStore
from tests.storage.clock import NOW, HandClock
from tests.storage.conftest import MirrorVault

ONE = Reason("R01", 2, "Sai số {so_gcn}", "Wrong {so_gcn}")
TWO = Reason("R02", 1, "Sai “tên”")
LEAD = Actor("tg:9", "Lê Quang Huy", Role.LEAD)


async def test_reasons_are_added_once_changed_and_ordered(store: SqlStore) -> None:
    async with store.begin() as tx:
        added = [await tx.reasons.add(one) for one in (ONE, TWO, replace(ONE, vi="Khác"))]
        first = await tx.reasons.all()
        await tx.reasons.put(replace(TWO, retired_at=NOW))
        second = await tx.reasons.all()

    assert added == [True, True, False]
    assert first == [TWO, ONE]
    assert second == [ONE, replace(TWO, retired_at=NOW)]
    assert in_use(second) == [ONE]


async def test_whoever_changes_the_list_waits_for_the_one_before(postgres_store: SqlStore) -> None:
    """Two leads retire one of the last two reasons each; one stays."""
    async with postgres_store.begin() as tx:
        for one in (ONE, TWO):
            await tx.reasons.add(one)

    async def retire(code: str) -> Reason:
        async with postgres_store.begin() as other:
            return await retire_reason(other, LEAD, code, NOW)

    async with postgres_store.begin() as tx:
        await retire_reason(tx, LEAD, ONE.code, NOW)
        second = asyncio.create_task(retire(TWO.code))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(second), 0.2)
    with pytest.raises(Problem):
        await second


async def test_a_new_database_holds_the_reasons_that_came_with_the_program(
    database_url: str,
) -> None:
    await migrate.upgrade(database_url)
    store = SqlStore.open(database_url, MirrorVault(), HandClock())
    async with store.read() as tx:
        reasons = await tx.reasons.all()
    await store.close()

    assert [one.code for one in reasons] == [f"R{n:02d}" for n in range(1, 13)]
    assert all(one.en and slots_of(one.en) == slots_of(one.vi) for one in reasons)
    assert [one.code for one in reasons if "{ma_khac}" in one.vi or "{muc}" in one.vi] == [
        "R05",
        "R09",
    ]
