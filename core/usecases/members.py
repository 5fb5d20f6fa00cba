"""Open to leads: put people on the staff list and take them off (rule 7)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from core.errors import Problem
from core.messages import text
from core.people import Actor, Right, Role
from core.ports import Event, HistoryEntry, Member, Transaction

SEED = "configuration"


async def seed_leads(tx: Transaction, users: Iterable[str], now: datetime) -> None:
    """Make the configured people leads; names are learnt when they first speak."""
    known = {member.user: member for member in await tx.staff.all()}
    for user in users:
        if user not in known or known[user].role is not Role.LEAD:
            await tx.staff.put(Member(user, user, Role.LEAD, SEED, now))


async def learn_name(tx: Transaction, actor: Actor) -> None:
    """A configured lead has spoken for the first time: note what they call themselves."""
    for member in await tx.staff.all():
        if member.user == actor.user == member.name:
            await tx.staff.put(replace(member, name=actor.name))


async def add_member(
    tx: Transaction, actor: Actor, user: str, name: str, role: Role, now: datetime
) -> None:
    """Add a person or change their role."""
    actor.require(Right.MANAGE)
    await tx.staff.put(Member(user, name, role, actor.user, now))
    detail = {"user": user, "role": role.value}
    await tx.history.add(
        HistoryEntry(now, Event.STAFF_ADDED, actor.user, actor.name, detail=detail)
    )


async def remove_member(tx: Transaction, actor: Actor, user: str, now: datetime) -> None:
    """End a person's rights at once; the last lead cannot go."""
    actor.require(Right.MANAGE)
    members = await tx.staff.all()
    leads = {member.user for member in members if member.role is Role.LEAD}
    if leads == {user}:
        raise Problem(text("staff-last-lead"))
    if not await tx.staff.remove(user, now):
        raise Problem(text("staff-unknown"))
    await _record(tx, actor, Event.STAFF_REMOVED, {"user": user}, now)


async def _record(
    tx: Transaction, actor: Actor, what: Event, detail: dict[str, str], now: datetime
) -> None:
    await tx.history.add(HistoryEntry(now, what, actor.user, actor.name, detail=detail))
