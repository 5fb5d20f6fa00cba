"""The figures as a picture, and in words for whoever cannot see it."""

from collections.abc import Iterator
from datetime import datetime

from core.charts import Bars, Chart, Days, Series
from core.messages import Address, Kind, Outgoing, Text, text
from core.usecases.figures import AGES, Figures, age_labels

CHART = "figures"  # in the context of what is owed: the moment the picture is of
REASONS_DRAWN = 5  # each by itself; the rest are one bar


def can_be_drawn(found: Figures) -> bool:
    """Tell whether anything would be seen in the picture."""
    return any(found.waiting) or any(one.received or one.decided for one in found.days)


def owed(key: str, address: Address, locale: str, moment: datetime) -> Outgoing:
    """Owe the picture of the figures of a moment."""
    context = {CHART: moment.isoformat()}
    return Outgoing(key=key, kind=Kind.DOCUMENT, address=address, locale=locale, context=context)


def chart(found: Figures) -> Chart:
    """Compose the picture: received and decided by day, waiting by age, reasons of refusals."""
    days = Days(
        text("chart-days"),
        tuple(one.day for one in found.days),
        Series(text("chart-received"), tuple(one.received for one in found.days)),
        Series(text("chart-decided"), tuple(one.decided for one in found.days)),
    )
    waiting = Bars(
        text("chart-waiting", count=sum(found.waiting)),
        tuple(zip(age_labels(), found.waiting, strict=True)),
        graded=True,
    )
    reasons = Bars(text("chart-reasons", count=found.recent.refused), tuple(_reasons(found)))
    title = text("chart-title", since=found.recent.since)
    return Chart(title, (days, waiting, reasons), text("chart-nothing"))


def caption(found: Figures) -> tuple[Text, ...]:
    """Say what the picture shows."""
    it = found.recent
    lines = [
        text("chart-alt", since=it.since, received=it.received, decided=it.approved + it.refused),
        text(
            "chart-alt-waiting",
            count=sum(found.waiting),
            old=found.waiting[-1],
            days=AGES[-1] + 1,
        ),
    ]
    if it.reasons:
        code, times = it.reasons[0]
        lines.append(text("chart-alt-reason", what=found.reasons[code], count=times))
    return tuple(lines)


def _reasons(found: Figures) -> Iterator[tuple[Text, int]]:
    counted = found.recent.reasons
    for code, times in counted[:REASONS_DRAWN]:
        yield found.reasons[code], times
    rest = sum(times for _, times in counted[REASONS_DRAWN:])
    if rest:
        yield text("chart-reasons-rest"), rest
