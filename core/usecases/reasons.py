"""Open to leads: keep the list of reasons for a refusal.

What was refused has its words with the registration, so no change here touches it. Every change is
in the history, with the wording before and after.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.errors import LostRace, Problem
from core.messages import text
from core.people import Actor, Right
from core.ports import Event, HistoryEntry, Transaction
from core.reasons import MOST, Reason, in_use, read_wording

_CODE = re.compile(r"R([0-9]{2,4})")


async def add_reason(tx: Transaction, actor: Actor, typed: str, now: datetime) -> Reason:
    """Add a reason at the end of the list, under a code that was never used."""
    actor.require(Right.MANAGE)
    wording = read_wording(typed)
    reasons = await tx.reasons.take()
    _require_room(reasons)
    _require_unlike(reasons, wording)
    new = Reason(_next_code(reasons), _end(reasons), wording)
    if not await tx.reasons.add(new):
        raise LostRace
    await _record(tx, actor, "added", new.code, now, after=new.vi)
    return new


async def reword_reason(
    tx: Transaction, actor: Actor, code: str, typed: str, now: datetime
) -> Reason:
    """Word a reason anew, for every language: what leads write is in Vietnamese."""
    actor.require(Right.MANAGE)
    wording = read_wording(typed)
    reasons = await tx.reasons.take()
    before = find_reason(reasons, code)
    _require_unlike([one for one in reasons if one.code != code], wording)
    after = replace(before, vi=wording, en=None)
    await tx.reasons.put(after)
    await _record(tx, actor, "reworded", code, now, before=before.vi, after=after.vi)
    return after


async def move_reason(
    tx: Transaction, actor: Actor, code: str, start: int, step: int, now: datetime
) -> None:
    """Move a reason that stands at place `start`, from 1; if it does not, nothing happens.

    So a press that is handed over twice moves it once.
    """
    actor.require(Right.MANAGE)
    listed = in_use(await tx.reasons.take())
    codes = [one.code for one in listed]
    if code not in codes or codes.index(code) != start - 1:
        return
    end = start - 1 + step
    if not 0 <= end < len(listed):
        return
    listed.insert(end, listed.pop(start - 1))
    for position, one in enumerate(listed, 1):
        if one.position != position:
            await tx.reasons.put(replace(one, position=position))
    await _record(tx, actor, "moved", code, now)


async def retire_reason(tx: Transaction, actor: Actor, code: str, now: datetime) -> Reason:
    """Offer a reason no longer; at least one stays on offer."""
    actor.require(Right.MANAGE)
    reasons = await tx.reasons.take()
    before = find_reason(reasons, code)
    if before.retired_at is not None:
        return before
    if len(in_use(reasons)) == 1:
        raise Problem(text("reason-last"))
    after = replace(before, retired_at=now)
    await tx.reasons.put(after)
    await _record(tx, actor, "retired", code, now)
    return after


async def restore_reason(tx: Transaction, actor: Actor, code: str, now: datetime) -> Reason:
    """Offer a retired reason again, at the end of the list."""
    actor.require(Right.MANAGE)
    reasons = await tx.reasons.take()
    before = find_reason(reasons, code)
    if before.retired_at is None:
        return before
    _require_room(reasons)
    after = replace(before, retired_at=None, position=_end(reasons))
    await tx.reasons.put(after)
    await _record(tx, actor, "restored", code, now)
    return after


def find_reason(reasons: Sequence[Reason], code: str) -> Reason:
    """Find a reason by its code; raise `Problem` if there is none."""
    for one in reasons:
        if one.code == code:
            return one
    raise Problem(text("button-old"))


def _require_room(reasons: Sequence[Reason]) -> None:
    if len(in_use(reasons)) >= MOST:
        raise Problem(text("reasons-full", most=MOST))


def _require_unlike(reasons: Sequence[Reason], wording: str) -> None:
    if any(one.vi.casefold() == wording.casefold() for one in in_use(reasons)):
        raise Problem(text("reason-known"))


def _next_code(reasons: Sequence[Reason]) -> str:
    used = [int(found[1]) for one in reasons if (found := _CODE.fullmatch(one.code))]
    return f"R{max(used, default=0) + 1:02d}"


def _end(reasons: Sequence[Reason]) -> int:
    return max((one.position for one in in_use(reasons)), default=0) + 1


async def _record(
    tx: Transaction, actor: Actor, change: str, code: str, now: datetime, **wordings: str
) -> None:
    detail = {"code": code, "change": change, **wordings}
    await tx.history.add(
        HistoryEntry(now, Event.REASONS_CHANGED, actor.user, actor.name, detail=detail)
    )
