"""The picture of the figures, and its words."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.charts import Bars, Chart, Days, Series
from core.messages import Address, Kind, Outgoing, Text, text
from core.usecases.figures import Day, Figures, Period, age_labels
from core.usecases.figures_chart import can_be_drawn, caption, chart, owed

SINCE = date(2026, 1, 27)
FRIDAY, MONDAY = date(2026, 2, 27), date(2026, 3, 2)
WORST = tuple((f"R{n:02}", 9 - n) for n in range(1, 6))
LABELS = {code: Text(f"figures-reason-{code}") for code in ("R01", "R02", "R03", "R04", "R05")}
RECENT = Period(
    since=SINCE,
    received=12,
    approved=4,
    refused=3,
    given=7,
    on_time=6,
    expired=1,
    days=2,
    reasons=WORST,
    places=(),
    channels=(),
)
QUIET = replace(RECENT, received=0, approved=0, refused=0, reasons=())


def found(recent: Period = RECENT) -> Figures:
    """Give figures whose week and month are unlike what is drawn."""
    days = (Day(FRIDAY, 5, 1), Day(MONDAY, 7, 6))
    return Figures(QUIET, QUIET, recent, days, (4, 3, 2, 1), LABELS)


def test_it_draws_the_days_what_waits_and_why_it_was_refused() -> None:
    assert chart(found()) == Chart(
        text("chart-title", since=SINCE),
        (
            Days(
                Text("chart-days"),
                (FRIDAY, MONDAY),
                Series(Text("chart-received"), (5, 7)),
                Series(Text("chart-decided"), (1, 6)),
            ),
            Bars(
                text("chart-waiting", count=10),
                tuple(zip(age_labels(), (4, 3, 2, 1), strict=True)),
                graded=True,
            ),
            Bars(
                text("chart-reasons", count=3),
                tuple((LABELS[code], times) for code, times in WORST),
            ),
        ),
        Text("chart-nothing"),
    )


def test_reasons_past_the_fifth_are_one_bar() -> None:
    rare = replace(RECENT, reasons=(*WORST, ("R06", 2), ("other", 1)))

    reasons = chart(found(rare)).parts[2]

    assert isinstance(reasons, Bars)
    assert reasons.rows[5:] == ((Text("chart-reasons-rest"), 3),)


def test_it_is_told_in_words_too() -> None:
    lines = (
        text("chart-alt", since=SINCE, received=12, decided=7),
        text("chart-alt-waiting", count=10, old=1, days=10),
    )

    assert caption(found()) == (*lines, text("chart-alt-reason", what=LABELS["R01"], count=8))
    assert caption(found(replace(RECENT, reasons=()))) == lines


@pytest.mark.parametrize(
    ("day", "waiting", "seen"),
    [
        (Day(MONDAY, 0, 0), (0, 0, 0, 0), False),
        (Day(MONDAY, 1, 0), (0, 0, 0, 0), True),
        (Day(MONDAY, 0, 1), (0, 0, 0, 0), True),
        (Day(MONDAY, 0, 0), (0, 0, 0, 1), True),
    ],
)
def test_it_is_drawn_if_anything_would_be_seen(
    day: Day, waiting: tuple[int, ...], *, seen: bool
) -> None:
    assert can_be_drawn(replace(found(), days=(day,), waiting=waiting)) is seen


def test_the_picture_of_a_moment_is_owed_to_whoever_asked() -> None:
    moment, address = datetime(2026, 3, 2, 2, tzinfo=UTC), Address("staff", "7")

    assert owed("chart:5", address, "en", moment) == Outgoing(
        key="chart:5",
        kind=Kind.DOCUMENT,
        address=address,
        locale="en",
        context={"figures": "2026-03-02T02:00:00+00:00"},
    )
