"""/thongke: the figures of the week and the month, as text."""

from collections.abc import Iterator

from core.messages import Text, text
from core.usecases.figures import AGES, NO_PLACE, Period, figures
from handlers.turn import Turn

PLACES_NAMED = 10


async def show(turn: Turn) -> None:
    """Say the figures as they stand."""
    found = await figures(turn.tx, turn.actor, turn.policy, turn.now)
    bounds = zip((0, *(age + 1 for age in AGES)), (*AGES, None), found.waiting, strict=True)
    waiting = (
        text("figures-waiting-over", low=low, count=count)
        if high is None
        else text("figures-waiting", low=low, high=high, count=count)
        for low, high, count in bounds
    )
    await turn.say(
        text("figures-title", at=turn.now),
        *_period("week", found.week),
        *_period("month", found.month),
        text("figures-waiting-title", count=sum(found.waiting)),
        *waiting,
    )


def _period(name: str, it: Period) -> Iterator[Text]:
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
        yield text("figures-count", what=text(f"figures-reason-{code}"), count=count)
    if any(place != NO_PLACE for place, _ in it.places):
        yield text("figures-places")
        for place, count in it.places[:PLACES_NAMED]:
            what = text("figures-no-place") if place == NO_PLACE else text("quote", words=place)
            yield text("figures-count", what=what, count=count)


COMMANDS = {"thongke": show, "figures": show}
