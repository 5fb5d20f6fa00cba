"""Open to leads: what was given up, on its way in or out, and having it tried again or dropped.

Told are kind, bot, moment, attempts and the class of the error: nothing of what people wrote.
What can be tried again keeps its words until a lead deals with it, or the purge does.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.errors import Problem
from core.messages import Kind, Outgoing, text
from core.people import Actor, Right
from core.ports import Event, Fault, GivenUp, HistoryEntry, InboxRow, Parked, Transaction

LISTED = 8  # two buttons each, on a phone
KINDS = {"message": "message", "callback_query": "press"}  # as the Bot API names them


class Way(StrEnum):
    """Where something was going: in to us, or out to a chat."""

    IN = "i"
    OUT = "o"


@dataclass(frozen=True, slots=True)
class Dead:
    """Something that was given up; `what` names a text. Words that are gone cannot be retried."""

    way: Way
    id: int
    what: str
    bot: str
    at: datetime
    attempts: int
    error: str
    may_retry: bool


def keeps_words(outgoing: Outgoing, fault: Fault) -> bool:
    """Tell whether a chat message that is given up keeps its words, so that it can be sent again.

    Only if its attempts ran out. Whoever cannot be reached is told by mail, or asks when they are
    back; what the messenger refuses, or what kills its sender, would be refused and would kill
    again. And only if it is good at any time: a change of an earlier message is not, nor a prompt,
    a pager or a question to a facility, which have a context.
    """
    lasting = outgoing.message_id is None and not outgoing.context
    return fault is Fault.RETRY and outgoing.kind is Kind.SAY and lasting


async def dead_rows(tx: Transaction, actor: Actor) -> list[Dead]:
    """Give what was given up, updates first, the oldest of each first."""
    actor.require(Right.MANAGE)
    parked = [_update(one) for one in await tx.inbox.all_parked(LISTED)]
    return [*parked, *(_message(one) for one in await tx.outbox.all_given_up(LISTED))][:LISTED]


async def retry(tx: Transaction, actor: Actor, way: Way, row_id: int, now: datetime) -> None:
    """Have it tried again; raise `Problem` if somebody was faster, or nothing is left to try."""
    actor.require(Right.MANAGE)
    done = await tx.inbox.retry(row_id) if way is Way.IN else await tx.outbox.retry(row_id, now)
    await _record(tx, actor, Event.DEAD_RETRIED, way, row_id, now, done=done)


async def drop(tx: Transaction, actor: Actor, way: Way, row_id: int, now: datetime) -> None:
    """Let it rest, with what it said; raise `Problem` if somebody was faster."""
    actor.require(Right.MANAGE)
    done = await tx.inbox.drop(row_id) if way is Way.IN else await tx.outbox.drop(row_id, now)
    await _record(tx, actor, Event.DEAD_DROPPED, way, row_id, now, done=done)


async def _record(
    tx: Transaction,
    actor: Actor,
    what: Event,
    way: Way,
    row_id: int,
    now: datetime,
    *,
    done: bool,
) -> None:
    if not done:
        raise Problem(text("dead-gone"))
    detail = {"inbox" if way is Way.IN else "outbox": row_id}
    await tx.history.add(HistoryEntry(now, what, actor.user, actor.name, detail=detail))


def _update(parked: Parked) -> Dead:
    row = parked.row
    return Dead(
        Way.IN,
        row.id,
        f"dead-{_kind_of(row)}",
        row.bot,
        row.received_at,
        row.attempts,
        parked.error,
        may_retry=bool(row.payload),
    )


def _message(given_up: GivenUp) -> Dead:
    kind = given_up.kind
    files = (Kind.FETCH, Kind.DOCUMENT)
    return Dead(
        Way.OUT,
        given_up.id,
        "dead-file" if kind in files else f"dead-{kind.value}",
        given_up.bot,
        given_up.at,
        given_up.attempts,
        given_up.fault,
        may_retry=kind is Kind.CARD or given_up.has_words,
    )


def _kind_of(row: InboxRow) -> str:
    """Tell a message, a press and an event of the program apart; never by what somebody wrote."""
    if not row.update_id.isdecimal():
        return "event"
    try:
        body = json.loads(row.payload)
    except ValueError:
        return "update"
    names = body if isinstance(body, dict) else {}
    return next((kind for name, kind in KINDS.items() if name in names), "update")
