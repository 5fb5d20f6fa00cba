"""The bundled calendar against an independent one, the `holidays` package."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest

from core.calendar import bundled_calendar, deadline

CALENDAR, _ = bundled_calendar()
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST, LAST = date(2023, 1, 1), date(2026, 12, 31)
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


@pytest.fixture(scope="module")
def oracle() -> set[date]:
    """The working days of 2023–2026 by the package.

    It lacks the swap of notice 9441/TB-BNV: Friday 2026-01-02 off, Saturday 2026-01-10 worked.
    """
    vietnam = holidays.country_holidays("VN", years=range(2023, 2028))
    working = {day for day in EVERY_DAY if vietnam.is_working_day(day)}
    return working - {date(2026, 1, 2)} | {date(2026, 1, 10)}


def test_every_day_of_the_published_years_agrees(oracle: set[date]) -> None:
    assert {day for day in EVERY_DAY if CALENDAR.is_working_day(day)} == oracle


def test_every_due_date_of_the_published_years_agrees(oracle: set[date]) -> None:
    working = sorted(oracle)
    for day in EVERY_DAY:
        after = [d for d in working if d > day][:10]
        if len(after) == 10:
            noon = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
            assert deadline(noon, CALENDAR, tz=HANOI).due == after[-1]
