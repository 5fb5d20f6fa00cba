"""What the figures count. Monday 2 March 2026; the calendar knows weekends only."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core.calendar import WorkingCalendar
from core.charts import Bars, Days
from core.messages import text
from core.policy import Policy
from core.reasons import Reason, headline
from core.registration import Registration, Status
from core.usecases.figures import Day, Figures, Period, ages, daily, period, reason_labels
from core.usecases.figures_chart import can_be_drawn, caption, chart
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


def test_channels_are_counted_by_the_bot_that_took_the_registration() -> None:
    it = _count(CASE, replace(CASE, bot="zalo"), CASE)

    assert it.channels == ((CASE.bot, 2), ("zalo", 1))


def test_what_happens_on_a_day_off_counts_for_the_next_working_day() -> None:
    thursday, friday = date(2026, 2, 26), date(2026, 2, 27)
    local_midnight = datetime(2026, 3, 1, 17, tzinfo=UTC)
    rows = [
        replace(CASE, submitted_at=local_midnight - timedelta(days=each))
        for each in (0, 1, 2, 3, 4)
    ]
    decided = replace(CASE, submitted_at=NINE - timedelta(days=90), decided_at=NINE)

    assert daily([*rows, decided], thursday, [friday, MONDAY], POLICY) == (
        Day(friday, 1, 0),
        Day(MONDAY, 3, 1),
    )


REASONS = [Reason(f"R{n:02d}", n, "Lý do có sẵn", "A reason") for n in range(1, 13)]


def test_a_reason_that_leads_worded_goes_by_the_start_of_its_wording() -> None:
    own = Reason("R01", 1, "Tên cơ sở khác với {muc}; " + "đề nghị xem lại " * 9)

    labels = reason_labels([own, REASONS[1]])

    assert labels["R01"] == text("quote", words=headline(own.vi))
    assert labels["R02"] == text("figures-reason-R02")


def _figures(recent: Period, *, waiting: tuple[int, ...] = (0, 0, 0, 0)) -> Figures:
    day = Day(MONDAY, recent.received, recent.approved + recent.refused)
    return Figures(recent, recent, recent, (day,), waiting, reason_labels(REASONS))


def test_a_picture_shows_the_most_frequent_reasons_and_the_rest_as_one() -> None:
    codes = ("R01", "R01", "R02", "R02", "R03", "R03", "R04", "R04", "R05", "R05", "R06", "R07")
    refused = replace(CASE, status=Status.REFUSED, decided_at=NINE)
    it = _figures(_count(*(replace(refused, reasons=(code,)) for code in codes)))

    days, waiting, reasons = chart(it).parts

    assert isinstance(days, Days)
    assert (days.incoming.counts, days.outgoing.counts) == ((12,), (12,))
    assert isinstance(waiting, Bars)
    assert isinstance(reasons, Bars)
    assert [label.key for label, _ in waiting.rows] == [*["figures-age"] * 3, "figures-age-over"]
    assert reasons.rows[0] == (text("figures-reason-R01"), 2)
    assert reasons.rows[5:] == ((text("chart-reasons-rest"), 2),)
    assert [line.key for line in caption(it)] == [
        "chart-alt",
        "chart-alt-waiting",
        "chart-alt-reason",
    ]


def test_a_picture_of_nothing_is_not_drawn() -> None:
    assert not can_be_drawn(_figures(_count()))
    assert can_be_drawn(_figures(_count(CASE)))
    assert can_be_drawn(_figures(_count(), waiting=(0, 0, 0, 1)))
