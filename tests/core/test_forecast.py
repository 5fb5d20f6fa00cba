"""From which due day on the queue is late. Monday 2 March 2026; the calendar knows weekends."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import WorkingCalendar
from core.forecast import FEWEST, PACE_DAYS, Forecast, forecast

MONDAY = date(2026, 3, 2)
WEEKENDS = WorkingCalendar(frozenset(), frozenset(), date(2026, 12, 31))


def day(n: int) -> date:
    return MONDAY + timedelta(days=n)


@pytest.mark.parametrize(
    ("waiting", "decided", "expected"),
    [
        ({}, 10, None),
        ({day(0): 2, day(1): 2}, 10, None),  # two a day, and today is one of the days
        ({day(0): 3}, 10, Forecast(day(0), 1)),
        ({day(0): 2, day(1): 4, day(9): 1}, 10, Forecast(day(1), 2)),
        ({day(1): 5}, 12, Forecast(day(1), 1)),  # 2.4 a day make 4 in two days, and not 5
        ({day(2): 7}, 12, None),
        ({day(6): 10}, 10, None),  # a Sunday: the whole week is left
        ({day(6): 11}, 10, Forecast(day(6), 1)),
        ({day(-1): 99, day(0): 1}, 10, None),  # lost already
        ({day(0): 99}, FEWEST - 1, None),
    ],
)
def test_the_first_due_day_that_is_missed(
    waiting: dict[date, int], decided: int, expected: Forecast | None
) -> None:
    assert forecast(waiting, decided, MONDAY, WEEKENDS) == expected


@given(
    st.dictionaries(st.integers(-3, 30).map(day), st.integers(1, 40), max_size=12),
    st.integers(FEWEST, 60),
    st.integers(0, 6).map(day),
    st.sets(st.integers(0, 30).map(day), max_size=10),
    st.sets(st.integers(0, 30).map(day), max_size=6),
)
def test_it_is_what_working_through_the_queue_day_by_day_gives(
    waiting: dict[date, int], decided: int, today: date, closed: set[date], worked: set[date]
) -> None:
    calendar = WorkingCalendar(frozenset(closed - worked), frozenset(worked), day(365))

    assert forecast(waiting, decided, today, calendar) == worked_through(
        waiting, decided, today, calendar
    )


def worked_through(
    waiting: dict[date, int], decided: int, today: date, calendar: WorkingCalendar
) -> Forecast | None:
    queue = sorted(due for due, count in waiting.items() for _ in range(count) if due >= today)
    effort = 0  # in fifths of a decision
    while queue:
        effort += decided if calendar.is_working_day(today) else 0
        while queue and effort >= PACE_DAYS:
            effort -= PACE_DAYS
            queue.pop(0)
        missed = [due for due in queue if due <= today]
        if missed:
            return Forecast(today, len(missed))
        today += timedelta(days=1)
    return None
