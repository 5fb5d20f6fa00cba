"""The calendar, places, facts and job runs keep what their ports promise."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from core.calendar import WorkingCalendar
from core.ports import SpecialDay
from storage.store import SqlStore
from storage.tables import calendar_day
from tests.storage.clock import NOW, later

CALENDAR = WorkingCalendar(
    closed=frozenset({date(2027, 1, 1), date(2027, 2, 5)}),
    worked=frozenset({date(2027, 2, 13)}),
    known_until=date(2027, 12, 31),
)


async def test_a_calendar_that_was_never_seeded_is_none(store: SqlStore) -> None:
    async with store.read() as tx:
        assert await tx.calendar.load() is None


async def test_a_calendar_is_replaced_whole(store: SqlStore) -> None:
    without_days = WorkingCalendar(frozenset(), frozenset(), date(2026, 12, 31))
    async with store.begin() as tx:
        await tx.calendar.replace(without_days, {})
        empty = await tx.calendar.load()
        await tx.calendar.replace(CALENDAR, {date(2027, 1, 1): "Tết Dương lịch"})
        full = await tx.calendar.load()
        await tx.calendar.replace(without_days, {})
        again = await tx.calendar.load()

    assert (empty, full, again) == (without_days, CALENDAR, without_days)


async def test_a_day_keeps_the_note_on_why_it_is_special(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.calendar.replace(CALENDAR, {date(2027, 1, 1): "Tết Dương lịch"})

    async with store.engines.read() as connection:
        rows = await connection.execute(calendar_day.select().order_by(calendar_day.c.day))
        assert [tuple(row) for row in rows] == [
            (date(2027, 1, 1), False, "Tết Dương lịch"),
            (date(2027, 2, 5), False, None),
            (date(2027, 2, 13), True, None),
        ]


async def test_two_edits_of_the_calendar_at_once_leave_one_of_them_whole(
    store: SqlStore, another: Callable[[], SqlStore]
) -> None:
    other = WorkingCalendar(CALENDAR.closed, frozenset(), date(2026, 12, 31))

    async def replace(rival: SqlStore, calendar: WorkingCalendar) -> None:
        async with rival.begin() as tx:
            await tx.calendar.replace(calendar, {})

    await replace(store, CALENDAR)
    await asyncio.gather(replace(another(), CALENDAR), replace(another(), other))

    async with store.read() as tx:
        assert await tx.calendar.load() in (CALENDAR, other)


async def test_scans_are_counted_per_place(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.places.scanned("q1", NOW)
        first = await tx.places.all()
        for code in ("q1", "q2", "q1"):
            await tx.places.scanned(code, NOW)
    async with store.read() as tx:
        assert await tx.places.all() == {"q1": 3, "q2": 1}
    assert first == {"q1": 1}


async def test_no_scan_is_lost_when_many_come_at_once(
    store: SqlStore, another: Callable[[], SqlStore]
) -> None:
    rival = another()

    async def scan(each: SqlStore) -> None:
        async with each.begin() as tx:
            await tx.places.scanned("q1", NOW)

    await asyncio.gather(*(scan(each) for each in [store, rival] * 10))

    async with store.read() as tx:
        assert await tx.places.all() == {"q1": 20}


async def test_workers_that_count_the_same_places_do_not_block_each_other(
    store: SqlStore, another: Callable[[], SqlStore]
) -> None:
    async def scan(each: SqlStore, codes: list[str]) -> None:
        async with each.begin() as tx:
            for code in codes:
                await tx.places.scanned(code, NOW)

    codes = [str(n) for n in range(50)]
    await asyncio.gather(scan(store, codes), scan(another(), codes[::-1]))

    async with store.read() as tx:
        assert await tx.places.all() == dict.fromkeys(codes, 2)


async def test_a_fact_is_learnt_and_replaced(store: SqlStore) -> None:
    async with store.begin() as tx:
        unknown = await tx.facts.get("staff-chat")
        await tx.facts.put("staff-chat", "-5")
        await tx.facts.put("staff-chat", "-1005")
        known = await tx.facts.get("staff-chat")

    assert (unknown, known) == (None, "-1005")


async def test_a_fact_that_is_taken_is_as_others_left_it_and_theirs_no_more(
    postgres_store: SqlStore,
) -> None:
    async def put(value: str) -> None:
        async with postgres_store.begin() as tx:
            await tx.facts.put("queue-card", value)

    await put("1")
    async with postgres_store.begin() as tx:
        before = await tx.facts.get("queue-card")
        await put("2")
        taken, seen = await tx.facts.take("queue-card"), await tx.facts.get("queue-card")
        waiting = asyncio.create_task(put("3"))
        await tx.facts.put("queue-card", "4")
    await waiting

    assert (before, taken, seen) == ("1", "2", "2")
    async with postgres_store.read() as tx:
        assert await tx.facts.get("queue-card") == "3"


async def test_a_slot_is_taken_by_one_process_only(
    store: SqlStore, another: Callable[[], SqlStore]
) -> None:
    async def take(rival: SqlStore) -> bool:
        async with rival.begin() as tx:
            return await tx.job_runs.take("digest", "2026-11-23", NOW)

    taken = await asyncio.gather(*(take(another()) for _ in range(4)))

    assert sorted(taken) == [False, False, False, True]


async def test_a_slot_is_free_again_when_its_transaction_fails(store: SqlStore) -> None:
    try:
        async with store.begin() as tx:
            await tx.job_runs.take("digest", "2026-11-23", NOW)
            raise RuntimeError("the job failed")
    except RuntimeError:
        pass

    async with store.begin() as tx:
        assert await tx.job_runs.take("digest", "2026-11-23", NOW)


async def test_last_tells_when_the_newest_slot_was_taken(store: SqlStore) -> None:
    async with store.begin() as tx:
        never = await tx.job_runs.last("digest")
        await tx.job_runs.take("digest", "2", later(days=1))
        await tx.job_runs.take("digest", "1", NOW)
        await tx.job_runs.take("purge", "3", later(days=2))
        last = await tx.job_runs.last("digest")

    assert (never, last) == (None, later(days=1))


async def test_one_special_day_is_written_changed_and_dropped_beside_the_others(
    store: SqlStore,
) -> None:
    closed = SpecialDay(date(2026, 11, 24), worked=False, note="Ngày Văn hóa")
    worked = SpecialDay(date(2026, 11, 28), worked=True)
    async with store.begin() as tx:
        await tx.calendar.replace(CALENDAR, {})
        before = await tx.calendar.days()
        await tx.calendar.put(worked)
        await tx.calendar.put(replace(closed, note=None))
        await tx.calendar.put(closed)
    async with store.begin() as tx:
        assert set(await tx.calendar.days()) == {*before, worked, closed}
        await tx.calendar.drop(closed.day)
        loaded = await tx.calendar.load()
        assert set(await tx.calendar.days()) == {*before, worked}

    assert loaded is not None
    assert (loaded.worked, loaded.closed) == (CALENDAR.worked | {worked.day}, CALENDAR.closed)
