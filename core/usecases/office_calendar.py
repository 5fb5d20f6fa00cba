"""Open to leads: close a day, or work on one, and say what becomes of what was promised.

A promised date never becomes earlier. It becomes later only when the lead says so, and then the
history, the card and the facility learn of it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from core.calendar import WorkingCalendar, deadline
from core.errors import LostRace, Problem
from core.messages import PATIENT, Address, Kind, Message, Outgoing, text
from core.people import Actor, Right
from core.policy import Policy
from core.ports import Event, HistoryEntry, SpecialDay, Transaction
from core.registration import Registration
from core.usecases.open_cases import open_cases
from core.usecases.staff_group import refresh_card


class Change(StrEnum):
    """What a lead does to a day: no work on it, work on it, or as its weekday says."""

    CLOSE = "close"
    WORK = "work"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one day. `note` says why, and may be empty."""

    day: date
    change: Change
    note: str = ""


@dataclass(frozen=True, slots=True)
class Impact:
    """What an edit means for the open registrations: how many there are, and how many move.

    `later` have less time unless their date is moved, by at most `days` calendar days; `sooner`
    could be answered earlier, and keep their date.
    """

    total: int
    later: int
    sooner: int
    days: int


def edited(calendar: WorkingCalendar, edit: Edit) -> WorkingCalendar:
    """Return the calendar with the edit."""
    one = frozenset({edit.day})
    return replace(
        calendar,
        closed=calendar.closed | one if edit.change is Change.CLOSE else calendar.closed - one,
        worked=calendar.worked | one if edit.change is Change.WORK else calendar.worked - one,
    )


def extended(
    registration: Registration, calendar: WorkingCalendar, policy: Policy
) -> Registration | None:
    """Return the registration with the date this calendar gives it; None unless that is later."""
    term = deadline(registration.term_from, calendar, policy.working_days, tz=policy.tz)
    if term.due <= registration.due:
        return None
    return replace(
        registration, due=term.due, reopens_at=term.reopens_at, provisional=term.provisional
    )


async def impact(
    tx: Transaction, actor: Actor, edit: Edit, policy: Policy, now: datetime
) -> Impact:
    """Tell what an edit would mean; raise `Problem` if it is none or comes too late."""
    after = await _allowed(tx, actor, edit, policy, now)
    cases = await open_cases(tx)
    moved = [
        (deadline(one.term_from, after, policy.working_days, tz=policy.tz).due - one.due).days
        for one in cases
    ]
    return Impact(
        total=len(cases),
        later=sum(days > 0 for days in moved),
        sooner=sum(days < 0 for days in moved),
        days=max([0, *moved]),
    )


async def change_calendar(
    tx: Transaction, actor: Actor, edit: Edit, policy: Policy, now: datetime, *, extend: bool
) -> int:
    """Write the edit; with `extend` also move the dates that become later. Returns how many."""
    after = await _allowed(tx, actor, edit, policy, now)
    if edit.change is Change.DROP:
        await tx.calendar.drop(edit.day)
    else:
        await tx.calendar.put(SpecialDay(edit.day, edit.change is Change.WORK, edit.note or None))
    moved = 0
    for registration in await open_cases(tx) if extend else ():
        later = extended(registration, after, policy)
        if later is not None:
            await _move(tx, actor, registration, later, policy, now)
            moved += 1
    detail = {
        "day": edit.day.isoformat(),
        "change": edit.change.value,
        "note": edit.note,
        "moved": moved,
    }
    await tx.history.add(
        HistoryEntry(now, Event.CALENDAR_CHANGED, actor.user, actor.name, detail=detail)
    )
    return moved


async def _allowed(
    tx: Transaction, actor: Actor, edit: Edit, policy: Policy, now: datetime
) -> WorkingCalendar:
    actor.require(Right.MANAGE)
    calendar = await tx.calendar.load()
    if calendar is None:
        raise LookupError("the database holds no calendar")
    if edit.day <= policy.today(now):
        raise Problem(text("calendar-past"))
    after = edited(calendar, edit)
    if after.is_working_day(edit.day) == calendar.is_working_day(edit.day):
        raise Problem(text("calendar-no-change", day=edit.day))
    return after


async def _move(
    tx: Transaction,
    actor: Actor,
    before: Registration,
    after: Registration,
    policy: Policy,
    now: datetime,
) -> None:
    if not await tx.registrations.save(before, after):
        raise LostRace
    detail = {"from": before.due.isoformat(), "to": after.due.isoformat()}
    await tx.history.add(
        HistoryEntry(now, Event.DUE_MOVED, actor.user, actor.name, before.id, detail)
    )
    saved = replace(after, version=before.version + 1)
    await refresh_card(tx, saved, policy, PATIENT)
    told = text("due-moved", reference=saved.reference, due=saved.due, was=before.due)
    await tx.outbox.put(
        Outgoing(
            key=f"due-moved:{saved.id}:{saved.version}",
            kind=Kind.SAY,
            address=Address(saved.bot, saved.chat),
            locale=saved.locale,
            message=Message((told,)),
            registration_id=saved.id,
        )
    )
