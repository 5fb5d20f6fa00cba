"""Open to leads: take a decision back after its undo window, for a reason that is written down.

A refusal, or an approval without its account, waits again. Of an account that has reached the
facility only the account is taken back: the approval stands, and a corrected one is mailed.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from core.calendar import deadline
from core.errors import AlreadyDecided, LostRace, Problem
from core.messages import text
from core.people import Actor, Right
from core.policy import Policy
from core.ports import Event, HistoryEntry, Transaction
from core.reasons import read_own_words
from core.registration import OPEN, Registration, Status
from core.usecases.decide import (
    how_it_stands,
    load,
    load_for_staff,
    refuse_if_replaced,
    take_back_mail,
    tell_reopened,
)
from core.usecases.staff_group import refresh_card

DECIDED = frozenset({Status.APPROVED, Status.REFUSED, Status.ISSUED})


@dataclass(frozen=True, slots=True)
class Reopening:
    """What reopening makes of a case.

    `anew` if its term begins again, and `unmailed` if the mail with the result failed. Of either
    the facility was told, and is told of the reopening.
    """

    before: Registration
    after: Registration
    anew: bool
    unmailed: bool


async def plan(
    tx: Transaction, actor: Actor, registration_id: int, version: int, policy: Policy, now: datetime
) -> Reopening:
    """Tell what reopening the case would make of it, as its card showed it at `version`.

    Raises `NotAllowed` without the right, `AlreadyDecided` when there is no decision to take back,
    and `Problem` for one's own registration (rule 7), a card that has changed since, or a refusal
    whose licence or mailbox has something newer live.
    """
    before = await load_for_staff(tx, actor, registration_id, Right.MANAGE)
    if before.status not in DECIDED:
        raise AlreadyDecided(how_it_stands(before))
    if before.version != version:
        raise Problem(text("card-changed"))
    if before.status is Status.REFUSED:
        await refuse_if_replaced(tx, before)
    after = before.recall() if before.status is Status.ISSUED else before.reopen()
    anew = before.status not in OPEN and (before.result_at is not None or before.reopens_at <= now)
    after = await with_new_term(tx, after, policy, now) if anew else after
    return Reopening(before, after, anew, before.result_failed)


async def reopen(
    tx: Transaction,
    actor: Actor,
    registration_id: int,
    version: int,
    reason: str,
    policy: Policy,
    now: datetime,
) -> Registration:
    """Reopen a decided case; `reason` is for staff alone.

    Raises what `plan` raises, and `Problem` while the mail with the result is being sent, or if
    the reason is too short or too long.
    """
    planned = await plan(tx, actor, registration_id, version, policy, now)
    reason = read_own_words(reason)
    before = planned.before
    if not await take_back_mail(tx, before, now):
        raise Problem(text("reopen-mail-leaving"))
    if not await tx.registrations.save(before, planned.after):
        raise LostRace
    # A file that is sent once more must not mail the very account that was just taken back.
    await tx.batches.let_go(before.id)
    saved = await load(tx, before.id)
    detail = {"from": before.status.value, "to": saved.status.value, "due": saved.due.isoformat()}
    await tx.history.add(
        HistoryEntry(now, Event.REOPENED, actor.user, actor.name, before.id, detail, words=reason)
    )
    await refresh_card(tx, saved, policy)
    if planned.anew or planned.unmailed:
        await tell_reopened(tx, saved, "-unmailed" if planned.unmailed else "")
    return saved


async def with_new_term(
    tx: Transaction, registration: Registration, policy: Policy, now: datetime
) -> Registration:
    """Promise a result as if it had been handed in today, and never earlier than before."""
    calendar = await tx.calendar.load()
    if calendar is None:
        raise LookupError("the database holds no calendar")
    term = deadline(now, calendar, policy.working_days, tz=policy.tz)
    if term.due <= registration.due:
        return registration
    return replace(
        registration,
        due=term.due,
        reopens_at=term.reopens_at,
        provisional=term.provisional,
        reopened_at=now,
    )
