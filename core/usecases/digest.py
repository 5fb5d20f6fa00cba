"""Each working morning: what is due, what waits, what expired, and what needs repair."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from core.actions import Action
from core.calendar import WorkingCalendar
from core.forecast import PACE_DAYS, forecast
from core.messages import Choice, Kind, Message, Outgoing, Text, text
from core.policy import Policy
from core.ports import Ailment, Transaction
from core.registration import Registration
from core.usecases.card import open_button, queue_line
from core.usecases.repair import repair_rows
from core.usecases.staff_group import staff_address

JOB = "digest"
LISTED = 40  # lines of each list, the rest is counted; a message too long is split on its way out
BUTTONS = 40
FAILED_LOOKED_AT = 1000
REPAIRED = 5  # of what needs repair, with all its buttons; the rest can be opened
SOON = 2  # working days
LATEST = timedelta(hours=12)  # a slot missed for longer is not made up
MONDAY = 0


async def send_digest(tx: Transaction, policy: Policy, now: datetime) -> bool:
    """Owe this morning's digest if it is due and nobody else has; tell whether this call did.

    Not on closed days, not when there is nothing to say, except on Monday. The slot is the local
    date, so two processes send one digest and a missed tick is made up by the next.
    """
    today = policy.today(now)
    slot_time = policy.local(today, policy.digest_at)
    if not slot_time <= now < slot_time + LATEST:
        return False
    calendar, address = await tx.calendar.load(), await staff_address(tx, policy)
    if calendar is None or address is None or not calendar.is_working_day(today):
        return False
    last = await tx.job_runs.last(JOB)
    if not await tx.job_runs.take(JOB, today.isoformat(), now):
        return False
    message = await digest(tx, calendar, policy, now, since=last)
    if message is None:
        return False
    key = f"digest:{today.isoformat()}"
    await tx.outbox.put(Outgoing(key=key, kind=Kind.SAY, address=address, message=message))
    return True


async def digest(
    tx: Transaction,
    calendar: WorkingCalendar,
    policy: Policy,
    now: datetime,
    *,
    since: datetime | None,
) -> Message | None:
    """Compose the digest; None when it would be empty on another day than Monday."""
    today = policy.today(now)
    waiting = await tx.registrations.open_by_due(LISTED)
    total = await tx.registrations.count_open()
    expired = await tx.registrations.expired_between(since or now - timedelta(days=1), now)
    troubles = await tx.troubles.unhandled(now, FAILED_LOOKED_AT)
    broken = list({r.id: r for r, _ in troubles}.values())
    given_up = await tx.outbox.all_given_up(FAILED_LOOKED_AT)
    dead = await tx.inbox.parked() + len(given_up)
    if not (total or expired or broken or dead) and today.weekday() != MONDAY:
        return None
    left = {r.id: calendar.working_days_between(today, r.due) for r in (*waiting, *broken)}
    due_today = [r for r in waiting if left[r.id] <= 0]
    due_soon = [r for r in waiting if 0 < left[r.id] <= SOON]
    later = [r for r in waiting if left[r.id] > SOON]

    def listed(key: str, cases: Sequence[Registration]) -> tuple[Text, ...]:
        if not cases:
            return ()
        lines = (queue_line(r, today, left.get(r.id, 0)) for r in cases[:LISTED])
        return (text(key, count=len(cases)), *lines)

    lines = (
        text("digest-title", day=today, count=total),
        *await _forecast(tx, calendar, policy, today),
        *listed("digest-due-today", due_today),
        *listed("digest-due-soon", due_soon),
        *listed("digest-waiting", later),
        *((text("digest-more", count=total - len(waiting)),) if total > len(waiting) else ()),
        *listed("digest-expired", expired),
        *_repair_lines(broken, troubles, today, left),
        *((text("digest-parked", count=dead),) if dead else ()),
        *((text("digest-clear"),) if not (total or expired or broken or dead) else ()),
    )
    rows = _rows([open_button(r) for r in (*broken[REPAIRED:], *waiting)][:BUTTONS])
    repairs = await _repair_rows(tx, broken[:REPAIRED], now)
    return Message(lines, (*repairs, *rows, *(((_dead_button(),),) if dead else ())))


async def _forecast(
    tx: Transaction, calendar: WorkingCalendar, policy: Policy, today: date
) -> tuple[Text, ...]:
    """Say from when on the queue is late at this week's pace; nothing while it is in time."""
    first = calendar.last_working_days(today - timedelta(days=1), PACE_DAYS)[0]
    began = await tx.registrations.began()
    if began is None or policy.today(began) > first:  # the first week tells no pace yet
        return ()
    since, until = policy.local(first, time.min), policy.local(today, time.min)
    decided = await tx.registrations.count_decided(since, until)
    late = forecast(await tx.registrations.pending_by_due(), decided, today, calendar)
    if late is None:
        return ()
    return (text("digest-forecast", decided=decided, day=late.day, late=late.late),)


def _repair_lines(
    broken: Sequence[Registration],
    troubles: Sequence[tuple[Registration, Ailment]],
    today: date,
    left: Mapping[int, int],
) -> tuple[Text, ...]:
    """List what needs repair, with what is wrong: the mail before the chat."""
    if not broken:
        return ()
    wrong = {r.id: text(f"repair-{ailment.value}") for r, ailment in reversed(troubles)}
    lines = (
        text("digest-repair-line", line=queue_line(r, today, left[r.id]), wrong=wrong[r.id])
        for r in broken[:LISTED]
    )
    return (text("digest-repair", count=len(broken)), *lines)


async def _repair_rows(
    tx: Transaction, broken: Sequence[Registration], now: datetime
) -> tuple[tuple[Choice, ...], ...]:
    """Offer, for the first few, each by itself and what can be done about it."""
    rows: list[tuple[Choice, ...]] = []
    for one in broken:
        rows += [(open_button(one),), *repair_rows(one, await tx.troubles.of(one.id), now)]
    return tuple(rows)


def _dead_button() -> Choice:
    return Choice(str(Action("d", "list")), text("button-dead"))


def _rows(buttons: Sequence[Choice]) -> tuple[tuple[Choice, ...], ...]:
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
