"""Leafing through what waits for a decision, by due day."""

from datetime import date

from core.ports import Claim, Match, Waiting
from core.registration import Registration, Status
from storage.store import SqlStore
from tests.storage.clock import NOW, later
from tests.storage.examples import registration

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 7)


async def _cases(store: SqlStore) -> list[Registration]:
    new = (
        registration("a", due=LAST),
        registration("b", due=FIRST),
        registration("c", due=FIRST),
        registration("d", due=FIRST, status=Status.APPROVED),
    )
    async with store.begin() as tx:
        stored = [await tx.registrations.add(one) for one in new]
    return [one for one in stored if one is not None]


async def _seen(store: SqlStore, wanted: Waiting) -> tuple[list[str], int]:
    async with store.read() as tx:
        found = [await tx.registrations.waiting_at(wanted, NOW, n) for n in range(5)]
        return (
            [one.reference for one in found if one is not None],
            await tx.registrations.count_waiting(wanted, NOW),
        )


async def test_pending_ones_come_by_due_day_and_then_by_age(store: SqlStore) -> None:
    await _cases(store)

    assert await _seen(store, Waiting()) == (["26-b", "26-c", "26-a"], 3)
    assert await _seen(store, Waiting(due_until=FIRST)) == (["26-b", "26-c"], 2)


async def test_claims_that_have_lapsed_do_not_count(store: SqlStore) -> None:
    a, b, c, _ = await _cases(store)
    async with store.begin() as tx:
        await tx.claims.take(Claim(a.id, "tg:7", "Lan", later(minutes=1)), NOW)
        await tx.claims.take(Claim(b.id, "tg:7", "Lan", NOW), later(minutes=-1))
        await tx.claims.take(Claim(c.id, "tg:8", "Minh", later(minutes=1)), NOW)

    assert await _seen(store, Waiting(claimed_by="tg:7")) == (["26-a"], 1)
    assert await _seen(store, Waiting(unclaimed=True)) == (["26-b"], 1)


async def test_those_up_to_a_case_are_counted(store: SqlStore) -> None:
    a, b, c, _ = await _cases(store)

    async with store.read() as tx:
        counts = [
            await tx.registrations.count_waiting(Waiting(), NOW, (one.due, one.id + shift))
            for one in (b, c, a)
            for shift in (-1, 0)
        ]

    assert counts == [0, 1, 1, 2, 2, 3]


async def test_those_that_the_register_tells_otherwise_are_found(store: SqlStore) -> None:
    a, b, c, d = await _cases(store)
    async with store.begin() as tx:
        await tx.registrations.set_match([a.id, d.id], Match.MISSING)
        await tx.registrations.set_match([b.id], Match.DIFFERS)
        await tx.registrations.set_match([c.id], Match.SAME)
        await tx.registrations.set_match([], None)

    assert await _seen(store, Waiting(mismatched=True)) == (["26-b", "26-a"], 2)
    async with store.begin() as tx:
        await tx.registrations.set_match([a.id], None)
    assert await _seen(store, Waiting(mismatched=True)) == (["26-b"], 1)
