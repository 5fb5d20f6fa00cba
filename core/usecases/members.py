"""Open to leads: put people on the staff list and take them off (rule 7)."""

from collections.abc import Iterable, Mapping
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
        if user not in known:
            await tx.staff.put(Member(user, user, Role.LEAD, SEED, now))
        elif known[user].role is not Role.LEAD:
            await tx.staff.put(Member(user, known[user].name, Role.LEAD, SEED, now))


async def learn_name(tx: Transaction, actor: Actor) -> None:
    """A configured lead has spoken for the first time: note what they call themselves."""
    for member in await tx.staff.all():
        if member.user == actor.user == member.name:
            await tx.staff.put(replace(member, name=actor.name))


async def add_member(
    tx: Transaction, actor: Actor, user: str, name: str, role: Role | None, now: datetime
) -> Member:
    """Add a person, or change their name or role; what is not given stays as it was.

    Somebody new is an officer unless a `role` is given. The last lead stays one.
    """
    actor.require(Right.MANAGE)
    members = {member.user: member for member in await tx.staff.all()}
    known = members.get(user)
    old_name, old_role = (known.name, known.role) if known else (user, Role.OFFICER)
    member = Member(user, name or old_name, role or old_role, actor.user, now)
    if member.role is not Role.LEAD:
        _keep_a_lead(members, user)
    await tx.staff.put(member)
    detail = {"user": user, "role": member.role.value}
    await _record(tx, actor, Event.STAFF_ADDED, detail, now)
    return member


async def remove_member(tx: Transaction, actor: Actor, user: str, now: datetime) -> Member:
    """End a person's rights at once; the last lead cannot go."""
    actor.require(Right.MANAGE)
    members = {member.user: member for member in await tx.staff.all()}
    if user not in members:
        raise Problem(text("staff-unknown"))
    _keep_a_lead(members, user)
    await tx.staff.remove(user, now)
    await _record(tx, actor, Event.STAFF_REMOVED, {"user": user}, now)
    return members[user]


def _keep_a_lead(members: Mapping[str, Member], leaving: str) -> None:
    leads = {member.user for member in members.values() if member.role is Role.LEAD}
    if leads == {leaving}:
        raise Problem(text("staff-last-lead"))


async def _record(
    tx: Transaction, actor: Actor, what: Event, detail: dict[str, str], now: datetime
) -> None:
    await tx.history.add(HistoryEntry(now, what, actor.user, actor.name, detail=detail))
