"""Open to all staff: what came in, what was decided, and how fast, this week and this month."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import median_low

from core.calendar import WorkingCalendar
from core.messages import Text, text
from core.people import Actor, Right
from core.policy import Policy
from core.ports import Transaction
from core.reasons import Reason, headline
from core.registration import Registration, Status
from core.usecases.open_cases import open_cases

AGES = (2, 5, 9)  # working days: up to 2, 3 to 5, 6 to 9, and more
DRAWN = 20  # working days
OTHER = "other"  # a reason in an officer's own words
NO_PLACE = ""  # nobody scanned a poster


@dataclass(frozen=True, slots=True)
class Period:
    """The figures of the days from `since` to today, both included.

    - `approved` and `refused` count decisions that stand; `given` the results whose mail was
      accepted, `on_time` those of them not after their due day.
    - `days` is how many working days half of the results took at most; None without results.
    - `reasons`, `places` and `channels` name codes with their counts, the most frequent first;
      a channel is the bot that took the registration.
    """

    since: date
    received: int
    approved: int
    refused: int
    given: int
    on_time: int
    expired: int
    days: int | None
    reasons: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]
    channels: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Day:
    """What came in and what was decided on a working day, and on the days off before it."""

    day: date
    received: int
    decided: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The week, the month, and how many wait since how long, by the steps of `AGES`.

    `recent` are the last `DRAWN` working days together, `days` the same one by one; `reasons`
    name the codes that the periods count.
    """

    week: Period
    month: Period
    recent: Period
    days: tuple[Day, ...]
    waiting: tuple[int, ...]
    reasons: Mapping[str, Text]


async def figures(tx: Transaction, actor: Actor, policy: Policy, now: datetime) -> Figures:
    """Count everything as it stands now."""
    actor.require(Right.VIEW)
    return await count(tx, policy, now)


async def count(tx: Transaction, policy: Policy, now: datetime) -> Figures:
    """Count everything as it stands now, for somebody who was allowed to ask."""
    calendar = await tx.calendar.load()
    if calendar is None:
        raise LookupError("the database holds no calendar")
    today = policy.today(now)
    week, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    ends = today if calendar.is_working_day(today) else calendar.next_working_day(today)
    before, *days = calendar.last_working_days(ends, DRAWN + 1)
    recent = before + timedelta(days=1)
    start = policy.local(min(month, recent), time.min)  # `recent` is longer than a week
    rows = await tx.registrations.active_since(start)
    return Figures(
        week=period(rows, week, today, calendar, policy),
        month=period(rows, month, today, calendar, policy),
        recent=period(rows, recent, today, calendar, policy),
        days=daily(rows, before, days, policy),
        waiting=ages(await open_cases(tx), today, calendar, policy),
        reasons=reason_labels(await tx.reasons.all()),
    )


def reason_labels(reasons: Iterable[Reason]) -> dict[str, Text]:
    """Name each reason of refusal in a few words, by its code.

    Those that came with the program have a label of their own, others the start of their wording.
    """
    own = {
        one.code: text("quote", words=headline(one.vi))
        if one.en is None
        else text(f"figures-reason-{one.code}")
        for one in reasons
    }
    return {OTHER: text(f"figures-reason-{OTHER}"), **own}


def age_labels() -> tuple[Text, ...]:
    """Name the steps of `AGES`."""
    bounded = (text("figures-age", low=below + 1, high=age) for below, age in pairwise((-1, *AGES)))
    return (*bounded, text("figures-age-over", low=AGES[-1] + 1))


def period(
    rows: Iterable[Registration],
    since: date,
    today: date,
    calendar: WorkingCalendar,
    policy: Policy,
) -> Period:
    """Count what happened from `since` to `today`; `rows` hold at least whatever did."""

    def within(moment: datetime | None) -> bool:
        return moment is not None and since <= policy.today(moment) <= today

    known = list(rows)
    received = [one for one in known if within(one.submitted_at)]
    decided = [one for one in known if within(one.decided_at)]
    refused = [one for one in decided if one.status is Status.REFUSED]
    given = [
        (one, policy.today(one.result_at))
        for one in known
        if one.result_at is not None and within(one.result_at)
    ]
    took = [
        calendar.working_days_between(policy.today(one.submitted_at), day) for one, day in given
    ]
    return Period(
        since=since,
        received=len(received),
        approved=len(decided) - len(refused),
        refused=len(refused),
        given=len(given),
        on_time=sum(day <= one.due for one, day in given),
        expired=sum(one.status is Status.EXPIRED and within(one.reopens_at) for one in known),
        days=median_low(took) if took else None,
        reasons=_most_frequent(code for one in refused for code in one.reasons or (OTHER,)),
        places=_most_frequent(one.place or NO_PLACE for one in received),
        channels=_most_frequent(one.bot for one in received),
    )


def daily(
    rows: Iterable[Registration], before: date, days: Sequence[date], policy: Policy
) -> tuple[Day, ...]:
    """Count by working day what came in and was decided after `before`.

    What happened on a day off counts for the next working day: there it meets the office.
    """

    def by_day(moments: Iterable[datetime | None]) -> Counter[int]:
        local = (policy.today(moment) for moment in moments if moment is not None)
        return Counter(bisect_left(days, day) for day in local if before < day)

    known = list(rows)
    received = by_day(one.submitted_at for one in known)
    decided = by_day(one.decided_at for one in known)
    return tuple(Day(day, received[place], decided[place]) for place, day in enumerate(days))


def ages(
    cases: Iterable[Registration], today: date, calendar: WorkingCalendar, policy: Policy
) -> tuple[int, ...]:
    """Count open cases by the working days since they came in, in the steps of `AGES`."""
    waited = [calendar.working_days_between(policy.today(one.submitted_at), today) for one in cases]
    steps = Counter(sum(days > age for age in AGES) for days in waited)
    return tuple(steps[step] for step in range(len(AGES) + 1))


def _most_frequent(codes: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counted: Sequence[tuple[str, int]] = Counter(codes).most_common()
    return tuple(sorted(counted, key=lambda one: (-one[1], one[0])))
