"""Open to officers and leads: say that one is working on a case. It stops nobody from deciding."""

from datetime import datetime

from core.errors import Problem
from core.messages import text
from core.office_hours import after_office_time
from core.people import Actor, Right
from core.policy import Policy
from core.ports import Claim, Event, HistoryEntry, Transaction
from core.registration import Status
from core.usecases.decide import load, load_for_decision
from core.usecases.staff_group import redraw_card


async def held(tx: Transaction, registration_id: int, now: datetime) -> Claim | None:
    """Give the claim on a case, unless it has lapsed."""
    found = await tx.claims.get(registration_id)
    return found if found is not None and now < found.until else None


async def claim(
    tx: Transaction, actor: Actor, registration_id: int, version: int, policy: Policy, now: datetime
) -> Claim:
    """Claim a pending case for `policy.claim_life` of office hours; of two people the first wins.

    Claiming one's own claim again prolongs it. The version of the case stays, so that a decision
    on its way counts all the same. Raises `Problem` with who holds it.
    """
    registration = await load_for_decision(tx, actor, registration_id, version)
    calendar = await tx.calendar.load()
    if calendar is None:
        raise LookupError("the database holds no calendar")
    until = after_office_time(now, policy.claim_life, calendar, policy)
    wanted = Claim(registration_id, actor.user, actor.name, until)
    if not await tx.claims.take(wanted, now):
        raise _held_by(await tx.claims.get(registration_id) or wanted)
    await _record(tx, actor, Event.CLAIMED, registration_id, now)
    await redraw_card(tx, registration, policy, mark=f"claim:{now.isoformat()}")
    return wanted


async def release(
    tx: Transaction, actor: Actor, registration_id: int, policy: Policy, now: datetime
) -> None:
    """Give a claim back: the holder's own, or anybody's for a lead. A lapsed one just goes."""
    actor.require(Right.DECIDE)
    registration = await load(tx, registration_id)
    current = await held(tx, registration_id, now)
    if current is not None and current.by != actor.user and not actor.may(Right.MANAGE):
        raise _held_by(current)
    if current is not None:
        await tx.claims.drop(registration_id)
        await _record(tx, actor, Event.RELEASED, registration_id, now)
    if registration.status is Status.PENDING:
        await redraw_card(tx, registration, policy, mark=f"release:{now.isoformat()}")


def _held_by(current: Claim) -> Problem:
    return Problem(text("claim-held", name=current.by_name, until=current.until))


async def _record(
    tx: Transaction, actor: Actor, what: Event, registration_id: int, now: datetime
) -> None:
    await tx.history.add(HistoryEntry(now, what, actor.user, actor.name, registration_id))
