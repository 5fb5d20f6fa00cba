"""/thongke: the figures of the week and the month, as text and as a picture."""

from collections.abc import Iterator, Mapping

from core.messages import Text, text
from core.usecases.figures import NO_PLACE, Period, age_labels, figures
from core.usecases.figures_chart import can_be_drawn, owed
from handlers.turn import Turn

PLACES_NAMED = 10


async def show(turn: Turn) -> None:
    """Say the figures as they stand, and owe their picture unless it would be empty."""
    found = await figures(turn.tx, turn.actor, turn.policy, turn.now)
    waiting = (
        text("figures-count", what=label, count=count)
        for label, count in zip(age_labels(), found.waiting, strict=True)
    )
    drawn = can_be_drawn(found)
    await turn.say(
        text("figures-title", at=turn.now),
        *_period("week", found.week, found.reasons),
        *_period("month", found.month, found.reasons),
        text("figures-waiting-title", count=sum(found.waiting)),
        *waiting,
        *(() if drawn else (text("figures-no-chart"),)),
    )
    if drawn:
        address, locale = turn.incoming.address, turn.conversation.locale
        await turn.tx.outbox.put(owed(f"chart:{turn.row_id}", address, locale, turn.now))


def _period(name: str, it: Period, reasons: Mapping[str, Text]) -> Iterator[Text]:
    yield text(f"figures-{name}", since=it.since)
    yield text("figures-received", count=it.received)
    yield text(
        "figures-decided", count=it.approved + it.refused, approved=it.approved, refused=it.refused
    )
    if it.days is not None:
        percent = 100 * it.on_time // it.given
        yield text("figures-given", count=it.given, on_time=it.on_time, percent=percent)
        yield text("figures-days", days=it.days)
    if it.expired:
        yield text("figures-expired", count=it.expired)
    if it.reasons:
        yield text("figures-reasons")
    for code, count in it.reasons:
        yield text("figures-count", what=reasons[code], count=count)
    if any(place != NO_PLACE for place, _ in it.places):
        yield text("figures-places")
        for place, count in it.places[:PLACES_NAMED]:
            what = text("figures-no-place") if place == NO_PLACE else text("quote", words=place)
            yield text("figures-count", what=what, count=count)
    if len(it.channels) > 1:
        yield text("figures-channels")
        for channel, count in it.channels:
            yield text("figures-count", what=text("figures-channel", channel=channel), count=count)


COMMANDS = {"thongke": show, "figures": show}
