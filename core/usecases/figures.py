"""Open to all staff: what came in, what was decided, and how fast, this week and this month."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median_low

from core.calendar import WorkingCalendar
from core.people import Actor, Right
from core.policy import Policy
from core.ports import Transaction
from core.registration import Registration, Status
from core.usecases.open_cases import open_cases

AGES = (2, 5, 9)  # working days: up to 2, 3 to 5, 6 to 9, and more
OTHER = "other"  # a reason in an officer's own words
NO_PLACE = ""  # nobody scanned a poster


@dataclass(frozen=True, slots=True)
class Period:
    """The figures of the days from `since` to today, both included.

    - `approved` and `refused` count decisions that stand; `given` the results whose mail was
      accepted, `on_time` those of them not after their due day.
    - `days` is how many working days half of the results took at most; None without results.
    - `reasons` and `places` name codes with their counts, the most frequent first.
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


@dataclass(frozen=True, slots=True)
class Figures:
    """The week, the month, and how many wait since how long, by the steps of `AGES`."""

    week: Period
    month: Period
    waiting: tuple[int, ...]


async def figures(tx: Transaction, actor: Actor, policy: Policy, now: datetime) -> Figures:
    """Count everything as it stands now."""
    actor.require(Right.VIEW)
    calendar = await tx.calendar.load()
    if calendar is None:
        raise LookupError("the database holds no calendar")
    today = policy.today(now)
    week, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    start = policy.local(min(week, month), time.min)
    rows = await tx.registrations.active_since(start)
    return Figures(
        week=period(rows, week, today, calendar, policy),
        month=period(rows, month, today, calendar, policy),
        waiting=ages(await open_cases(tx), today, calendar, policy),
    )


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
    )


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
