"""What the figures count. Monday 2 March 2026; the calendar knows weekends only."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core.calendar import WorkingCalendar
from core.policy import Policy
from core.registration import Registration, Status
from core.usecases.figures import Period, ages, period
from tests.storage.examples import registration

CALENDAR = WorkingCalendar(frozenset(), frozenset(), date(2026, 12, 31))
POLICY = Policy()
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)
NINE = datetime(2026, 3, 2, 2, tzinfo=UTC)
CASE = replace(registration(), submitted_at=NINE, due=date(2026, 3, 16))


def _given(days: int, **changes: Any) -> Registration:
    moment = NINE + timedelta(days=days)
    return replace(CASE, status=Status.ISSUED, decided_at=moment, result_at=moment, **changes)


def _count(*rows: Registration, since: date = MONDAY, today: date = FRIDAY) -> Period:
    return period(rows, since, today, CALENDAR, POLICY)


def test_a_quiet_period_counts_nothing() -> None:
    it = _count()

    assert (it.received, it.approved, it.refused, it.given, it.days) == (0, 0, 0, 0, None)


def test_days_count_by_the_local_date() -> None:
    before = replace(CASE, submitted_at=datetime(2026, 3, 1, 16, 59, 59, tzinfo=UTC))
    first = replace(CASE, submitted_at=datetime(2026, 3, 1, 17, tzinfo=UTC))
    after = replace(CASE, submitted_at=datetime(2026, 3, 6, 17, tzinfo=UTC))

    assert _count(before, first, after).received == 1


def test_decisions_results_and_their_time() -> None:
    it = _count(_given(1), _given(3), _given(4, due=date(2026, 3, 5)), _given(9))

    assert (it.received, it.approved, it.given, it.on_time, it.days) == (4, 3, 3, 2, 3)


def test_reasons_are_counted_each_the_most_frequent_first() -> None:
    refused = replace(CASE, status=Status.REFUSED, decided_at=NINE)

    it = _count(
        replace(refused, reasons=("R09", "R02")),
        replace(refused, reasons=("R09",)),
        replace(refused, reasons=(), reason_text="khác"),
    )

    assert (it.refused, it.reasons) == (3, (("R09", 2), ("R02", 1), ("other", 1)))


def test_posters_and_expiry() -> None:
    it = _count(
        replace(CASE, place="q1"),
        replace(CASE, place="q1"),
        replace(CASE, status=Status.EXPIRED, reopens_at=NINE),
        replace(CASE, status=Status.EXPIRED, reopens_at=NINE - timedelta(days=9)),
    )

    assert (it.places, it.expired) == ((("", 2), ("q1", 2)), 1)


def test_open_cases_are_counted_by_working_days_waited() -> None:
    cases = [replace(CASE, submitted_at=NINE - timedelta(days=n)) for n in (0, 3, 4, 7, 8, 30)]

    assert ages(cases, MONDAY, CALENDAR, POLICY) == (3, 1, 1, 1)
