"""Working days of Vietnamese state agencies, and the deadline of a registration.

Day 0 is the local date of the submission (Civil Code 2015 art. 147(2): the day of the event is
not counted). The result is due on the 10th working day after it and in time until 24:00
(art. 148(5)); the letter of Sở Y tế Hà Nội reopens the e-mail after that.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from importlib.resources import files
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

_SATURDAY = 5
_WARNING = timedelta(days=60)


class CalendarError(ValueError):
    """A calendar that cannot be used; the message is one plain sentence."""


@dataclass(frozen=True)
class WorkingCalendar:
    """Monday to Friday, less the `closed` days, plus the `worked` ones.

    `known_until` is the last day that a published notice covers: what falls after it rests on
    weekends alone and is provisional. Closed weekends and worked weekdays change nothing.
    Raises CalendarError when a day is both closed and worked.
    """

    closed: frozenset[date]
    worked: frozenset[date]
    known_until: date

    def __post_init__(self) -> None:
        both = self.closed & self.worked
        if both:
            raise CalendarError(f"{min(both)} is listed both as closed and as worked")

    def is_working_day(self, d: date) -> bool:
        """Tell whether the agency works on `d`."""
        return d in self.worked or (d.weekday() < _SATURDAY and d not in self.closed)

    def add_working_days(self, d: date, n: int) -> date:
        """Return the `n`-th working day after `d`; `d` itself is never counted.

        `n` = 0 gives `d` back. Raises ValueError when `n` is negative.
        """
        if n < 0:
            raise ValueError(f"cannot add {n} working days")
        if n == 0:
            return d
        start = d.toordinal()
        target = self._worked_through(start) + n
        beyond = start + 2 * n + len(self.closed) + 7
        days = range(start, beyond)
        return date.fromordinal(days[bisect_left(days, target, key=self._worked_through)])

    def next_working_day(self, d: date) -> date:
        """Return the first working day after `d`."""
        return self.add_working_days(d, 1)

    def working_days_between(self, a: date, b: date) -> int:
        """Return the number of working days in (a, b]; negative when `b` is before `a`."""
        return self._worked_through(b.toordinal()) - self._worked_through(a.toordinal())

    def last_working_days(self, d: date, n: int) -> list[date]:
        """Return the last `n` working days up to `d`, the earliest first; `d` may be one."""
        days = map(date.fromordinal, range(d.toordinal(), 0, -1))
        return list(islice(filter(self.is_working_day, days), n))[::-1]

    def is_provisional(self, due: date) -> bool:
        """Tell whether `due` lies past the published notices, so that it may still move."""
        return due > self.known_until

    def ends_soon(self, today: date) -> bool:
        """Tell whether the published notices end within 60 days of `today`, or have ended."""
        return self.known_until - today <= _WARNING

    @cached_property
    def _closed_weekdays(self) -> list[int]:
        return sorted(d.toordinal() for d in self.closed if d.weekday() < _SATURDAY)

    @cached_property
    def _worked_weekends(self) -> list[int]:
        return sorted(d.toordinal() for d in self.worked if d.weekday() >= _SATURDAY)

    def _worked_through(self, ordinal: int) -> int:
        # Ordinal 1 is a Monday, so whole weeks hold five weekdays each.
        weeks, days = divmod(ordinal, 7)
        return (
            weeks * 5
            + min(days, 5)
            - bisect_right(self._closed_weekdays, ordinal)
            + bisect_right(self._worked_weekends, ordinal)
        )


@dataclass(frozen=True)
class Deadline:
    """When a registration must be answered.

    `due` is a local date, in time until its 24:00; `reopens_at` is that moment in UTC, from which
    e-mail and licence are free again; `provisional` when no notice covers `due` yet.
    """

    due: date
    reopens_at: datetime
    provisional: bool


def deadline(
    submitted_at: datetime, calendar: WorkingCalendar, working_days: int = 10, *, tz: ZoneInfo
) -> Deadline:
    """Return the deadline of a registration submitted at `submitted_at`.

    Day 0 is the date of `submitted_at` in `tz`, whatever the hour and whether or not the agency
    works on it. Raises ValueError for a naive `submitted_at` or fewer than 1 working day.
    """
    if submitted_at.tzinfo is None or submitted_at.utcoffset() is None:
        raise ValueError("submitted_at must carry its time zone")
    if working_days < 1:
        raise ValueError("a deadline needs at least 1 working day")
    due = calendar.add_working_days(submitted_at.astimezone(tz).date(), working_days)
    midnight = datetime.combine(due + timedelta(days=1), time.min, tzinfo=tz)
    return Deadline(due, midnight.astimezone(UTC), calendar.is_provisional(due))


def bundled_calendar() -> tuple[WorkingCalendar, dict[date, str]]:
    """Return the calendar that ships with the program, and the name of each closed day."""
    return parse_calendar(files("core").joinpath("data", "calendar_vn.json").read_text("utf-8"))


def parse_calendar(json_text: str) -> tuple[WorkingCalendar, dict[date, str]]:
    """Read a calendar file; return the calendar and what each closed weekday is.

    The file is an object with `known_until` (a date), `closed_weekdays` (date → note) and
    `worked_saturdays` (dates; make-up Sundays pass too); `about` and `notices` are for its
    readers. Dates are YYYY-MM-DD. Raises CalendarError for anything else.
    """
    content = _object(_load(json_text), "the calendar")
    unknown, missing = content.keys() - _FIELDS, _REQUIRED - content.keys()
    if unknown:
        raise CalendarError(f"the calendar has an unknown field {min(unknown)!r}")
    if missing:
        raise CalendarError(f"the calendar lacks {min(missing)!r}")
    notes = _notes(content["closed_weekdays"])
    calendar = WorkingCalendar(
        closed=frozenset(notes),
        worked=_worked(content["worked_saturdays"]),
        known_until=_date(content["known_until"], "known_until"),
    )
    return calendar, notes


_REQUIRED = frozenset({"known_until", "closed_weekdays", "worked_saturdays"})
_FIELDS = _REQUIRED | {"about", "notices"}


def _load(json_text: str) -> object:
    try:
        # As floats, long digits overflow to infinity where integers would raise.
        return json.loads(
            json_text.removeprefix("\ufeff"),
            object_pairs_hook=_without_repeats,
            parse_int=float,
        )
    except json.JSONDecodeError as problem:
        raise CalendarError(
            f"the calendar is not JSON: line {problem.lineno}, column {problem.colno}"
        ) from problem
    except RecursionError as problem:
        raise CalendarError("the calendar is nested too deeply") from problem


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content: dict[str, object] = {}
    for name, value in pairs:
        if name in content:
            raise CalendarError(f"the calendar lists {name!r} twice")
        content[name] = value
    return content


def _object(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise CalendarError(f"{name} must be an object")
    return value


def _notes(value: object) -> dict[date, str]:
    notes: dict[date, str] = {}
    for key, note in _object(value, "closed_weekdays").items():
        day = _date(key, "closed_weekdays")
        if day.weekday() >= _SATURDAY:
            raise CalendarError(f"closed_weekdays: {day} is not a weekday")
        if not isinstance(note, str):
            raise CalendarError(f"closed_weekdays: the note of {day} must be text")
        notes[day] = note
    return notes


def _worked(value: object) -> frozenset[date]:
    if not isinstance(value, list):
        raise CalendarError("worked_saturdays must be a list")
    days = [_date(item, "worked_saturdays") for item in value]
    for day in days:
        if day.weekday() < _SATURDAY:
            raise CalendarError(f"worked_saturdays: {day} is a weekday")
    return frozenset(days)


def _date(value: object, field: str) -> date:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        day = date.min
    # fromisoformat also takes 20260101 and 2026-W01-1, which a reader of the file would not.
    if day.isoformat() != value:
        raise CalendarError(f"{field}: {value!r} is not a date (YYYY-MM-DD)")
    return day
