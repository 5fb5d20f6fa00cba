"""How far working time reaches. Monday 2 March 2026 follows a weekend; 27 April is closed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import WorkingCalendar
from core.office_hours import after_office_time
from core.policy import Policy

CALENDAR = WorkingCalendar(
    frozenset({date(2026, 4, 27)}), frozenset({date(2026, 8, 22)}), date(2026, 12, 31)
)
POLICY = Policy()
MOMENTS = st.integers(0, 330 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def _local(day: int, month: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=POLICY.tz)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (_local(2, 3, 9), _local(2, 3, 11)),
        (_local(2, 3, 15), _local(2, 3, 17)),
        (_local(2, 3, 16, 30), _local(3, 3, 9, 30)),
        (_local(2, 3, 6), _local(2, 3, 10)),
        (_local(2, 3, 20), _local(3, 3, 10)),
        (_local(6, 3, 16), _local(9, 3, 9)),
        (_local(7, 3, 12), _local(9, 3, 10)),
        (_local(24, 4, 16, 59), _local(28, 4, 9, 59)),
        (_local(21, 8, 17), _local(22, 8, 10)),
    ],
    ids=[
        "within a day",
        "to the last minute",
        "over night",
        "before opening",
        "in the evening",
        "over a weekend",
        "on a Saturday",
        "over a closed Monday",
        "into a worked Saturday",
    ],
)
def test_two_hours_reach(start: datetime, end: datetime) -> None:
    assert after_office_time(start, timedelta(hours=2), CALENDAR, POLICY) == end


def test_a_long_time_runs_over_several_days() -> None:
    end = after_office_time(_local(2, 3, 8), timedelta(hours=20), CALENDAR, POLICY)

    assert end == _local(4, 3, 10)


@given(MOMENTS, st.integers(1, 3000))
def test_it_ends_in_office_hours_and_a_minute_more_never_ends_sooner(
    start: datetime, minutes: int
) -> None:
    end = after_office_time(start, timedelta(minutes=minutes), CALENDAR, POLICY)
    later = after_office_time(start, timedelta(minutes=minutes + 1), CALENDAR, POLICY)
    local = end.astimezone(POLICY.tz)

    assert start < end < later
    assert end.tzinfo is UTC
    assert CALENDAR.is_working_day(local.date())
    assert POLICY.opens <= local.time() <= POLICY.closes
