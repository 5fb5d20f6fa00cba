"""What the office keeps beside its cases: the calendar, the scans, learnt facts, taken slots."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Executable, Table, bindparam, delete, func, select, true

from core.calendar import WorkingCalendar
from core.ports import SpecialDay
from storage.tables import calendar, calendar_day, fact, job_run, place
from storage.work import Work, on_each, upsert

_CALENDAR = select(calendar.c.known_until, calendar_day.c.day, calendar_day.c.worked).select_from(
    calendar.outerjoin(calendar_day, true())
)
_PUT_CALENDAR = upsert(calendar)
_CLEAR_DAYS = delete(calendar_day)
_PUT_DAYS = calendar_day.insert()
_DAYS = select(calendar_day.c.day, calendar_day.c.worked, calendar_day.c.note).order_by(
    calendar_day.c.day
)
_PUT_DAY = upsert(calendar_day)
_DROP_DAY = delete(calendar_day).where(calendar_day.c.day == bindparam("dropped"))


def _count(insert: Callable[[Table], Any]) -> Executable:
    put = insert(place)
    counted: Executable = put.on_conflict_do_update(
        index_elements=["code"],
        set_={"scans": place.c.scans + put.excluded.scans, "last_at": put.excluded.last_at},
    )
    return counted


_COUNT = on_each(_count)
_SCANS = select(place.c.code, place.c.scans)

_FACT = select(fact.c.value).where(fact.c.name == bindparam("name"))
_TAKE_FACT = _FACT.with_for_update()  # one writer at a time anyway on SQLite
_PUT_FACT = upsert(fact)

_TAKE = on_each(lambda insert: insert(job_run).on_conflict_do_nothing())
_LAST = select(func.max(job_run.c.taken_at)).where(job_run.c.job == bindparam("job"))


class SqlCalendarDays:
    """Implements `core.ports.CalendarDays`; read once in a transaction that does not change it."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._loaded: WorkingCalendar | None = None

    async def load(self) -> WorkingCalendar | None:
        """See `CalendarDays.load`."""
        if self._loaded is None:
            rows = (await self._work.run(_CALENDAR)).all()
            if not rows:
                return None
            self._loaded = WorkingCalendar(
                closed=frozenset(day for _, day, worked in rows if worked is False),
                worked=frozenset(day for _, day, worked in rows if worked),
                known_until=rows[0].known_until,
            )
        return self._loaded

    async def replace(self, calendar: WorkingCalendar, notes: Mapping[date, str]) -> None:
        """See `CalendarDays.replace`. The row of the calendar, written first, is the lock."""
        self._loaded = None
        await self._work.run(_PUT_CALENDAR, {"id": 1, "known_until": calendar.known_until})
        await self._work.run(_CLEAR_DAYS)
        days = [
            {"day": day, "worked": day in calendar.worked, "note": notes.get(day)}
            for day in sorted(calendar.closed | calendar.worked)
        ]
        if days:
            await self._work.run(_PUT_DAYS, days)

    async def days(self) -> list[SpecialDay]:
        """See `CalendarDays.days`."""
        return [SpecialDay(*row) for row in await self._work.run(_DAYS)]

    async def put(self, special: SpecialDay) -> None:
        """See `CalendarDays.put`."""
        self._loaded = None
        row = {"day": special.day, "worked": special.worked, "note": special.note}
        await self._work.run(_PUT_DAY, row)

    async def drop(self, day: date) -> None:
        """See `CalendarDays.drop`."""
        self._loaded = None
        await self._work.run(_DROP_DAY, {"dropped": day})


class SqlPlaces:
    """Implements `core.ports.Places`."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._unsaved: dict[str, dict[str, Any]] = {}
        work.later(self._flush)

    async def scanned(self, code: str, now: datetime) -> None:
        """See `Places.scanned`; written at the end of the transaction at the latest."""
        before = self._unsaved.get(code)
        self._unsaved[code] = {
            "code": code,
            "scans": before["scans"] + 1 if before else 1,
            "last_at": now,
        }

    async def all(self) -> dict[str, int]:
        """See `Places.all`."""
        await self._flush()
        return {row.code: row.scans for row in await self._work.run(_SCANS)}

    async def _flush(self) -> None:
        if self._unsaved:
            # In one order: of two workers that count the same two places, none waits for a row
            # while it holds the one the other waits for.
            await self._work.run(_COUNT, [self._unsaved[code] for code in sorted(self._unsaved)])
            self._unsaved.clear()


class SqlFacts:
    """Implements `core.ports.Facts`; each is read once in a transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[str, str | None] = {}

    async def get(self, name: str) -> str | None:
        """See `Facts.get`."""
        if name not in self._known:
            self._known[name] = (await self._work.run(_FACT, {"name": name})).scalar()
        return self._known[name]

    async def take(self, name: str) -> str | None:
        """See `Facts.take`; a fact that is not there yet keeps nobody out."""
        self._known[name] = (await self._work.run(_TAKE_FACT, {"name": name})).scalar()
        return self._known[name]

    async def put(self, name: str, value: str) -> None:
        """See `Facts.put`."""
        self._known[name] = value
        await self._work.run(_PUT_FACT, {"name": name, "value": value})


class SqlJobRuns:
    """Implements `core.ports.JobRuns`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def take(self, job: str, slot: str, now: datetime) -> bool:
        """See `JobRuns.take`."""
        row = {"job": job, "slot": slot, "taken_at": now}
        return (await self._work.run(_TAKE, row)).rowcount == 1

    async def last(self, job: str) -> datetime | None:
        """See `JobRuns.last`."""
        last: datetime | None = (await self._work.run(_LAST, {"job": job})).scalar()
        return last
