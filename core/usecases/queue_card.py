"""The queue card: past the group's pace, one message stands for all cards that do not hang yet.

What does not hang is found in the tables, and what the queue card shows is kept beside them: a
restart and other processes change nothing.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from core.actions import Action
from core.messages import Address, Choice, Kind, Message, Outgoing, text
from core.people import Actor, Right
from core.policy import Policy
from core.ports import OutboxRow, Transaction
from core.registration import Registration
from core.usecases.card import open_button, queue_line
from core.usecases.staff_group import bring_card, hang_card, staff_address

FEW = 20  # cards that come one after the other by themselves: two minutes at their pace
NAMED = 5  # of those that wait
MARK = "queue-card"  # in the context of its messages


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where the queue card stands. `shows` is None when it is down; each change is a new `turn`."""

    turn: int = 0
    shows: str | None = None
    message_id: str | None = None


async def hold_back(tx: Transaction, address: Address, policy: Policy, now: datetime) -> None:
    """The group is full for now: if more than a few cards wait for it, let one stand for them."""
    if await tx.cards.hold_back(address, FEW, now):
        await keep_up(tx, policy, now)


async def keep_up(tx: Transaction, policy: Policy, now: datetime) -> None:
    """Bring the queue card in line with what does not hang; the last few cards are hung instead."""
    address = await staff_address(tx, policy)
    if address is None:
        return
    stand, count = await _read(tx, address), await tx.cards.count_missing(address)
    if stand.shows is None and count <= FEW:
        return
    stand, count = await _take(tx, address), await tx.cards.count_missing(address)
    if count > FEW:
        await _show(tx, address, stand, count, policy, now)
    elif stand.shows is not None:
        await _take_down(tx, address, stand, now)
        for one in await tx.cards.missing(address, FEW):
            await hang_card(tx, one, address, mark=f"{address.chat}:turn{stand.turn}")


async def follow(tx: Transaction, policy: Policy, now: datetime) -> None:
    """A case changed or its card was brought: if the queue card stands, it counts again."""
    address = await staff_address(tx, policy)
    if address is not None and (await _read(tx, address)).shows is not None:
        await keep_up(tx, policy, now)


async def leave(tx: Transaction, was: Address | None, policy: Policy, now: datetime) -> None:
    """Take the queue card down where the desk was, if it has moved: nobody keeps it up there."""
    if was is None or was == await staff_address(tx, policy):
        return
    stand = await _take(tx, was)
    if stand.shows is not None:
        await _take_down(tx, was, stand, now)


async def open_next(
    tx: Transaction, actor: Actor, policy: Policy, now: datetime, *, mark: str
) -> Registration | None:
    """Bring the card that is due next of those that do not hang; None if all do.

    Open to all staff, as is bringing any card. Two who ask at once get two cards.
    """
    actor.require(Right.VIEW)
    address = await staff_address(tx, policy)
    if address is None:
        return None
    await _take(tx, address)
    missing = await tx.cards.missing(address, 1)
    for one in missing:
        await bring_card(tx, one, address, mark)
    await keep_up(tx, policy, now)
    return missing[0] if missing else None


async def shown(tx: Transaction, row: OutboxRow, message_id: str) -> None:
    """The queue card stands in this message; what stood elsewhere, or too long, is taken down."""
    address = row.outgoing.address
    stand = await _take(tx, address)
    newest = message_id if stand.shows is not None else None
    if newest is not None:
        await _write(tx, address, replace(stand, message_id=newest))
    for gone in {stand.message_id, message_id} - {newest, None}:
        key = f"{MARK}-gone:{row.id}"
        await tx.outbox.put(Outgoing(key, Kind.DELETE, address, message_id=gone))


async def _show(
    tx: Transaction,
    address: Address,
    stand: _Stand,
    count: int,
    policy: Policy,
    now: datetime,
) -> None:
    nearest, today = await tx.cards.missing(address, NAMED), policy.today(now)
    shows = f"{today}:{count}:{[one.id for one in nearest]}"
    calendar = await tx.calendar.load()
    if stand.shows == shows or calendar is None:
        return
    lines = (
        queue_line(one, today, calendar.working_days_between(today, one.due)) for one in nearest
    )
    opening = (Choice(str(Action("q", "open")), text("button-queue-card")),)
    buttons = tuple(map(open_button, nearest))
    message = Message(
        (text("queue-card-title", count=count), *lines, text("queue-card-how")),
        (opening, buttons[:3], buttons[3:]),
    )
    # Only what is newest is worth a message of the group's few.
    await tx.outbox.cancel(_key(address, stand), now)
    changed = replace(stand, turn=stand.turn + 1, shows=shows)
    await _write(tx, address, changed)
    await tx.outbox.put(
        Outgoing(
            key=_key(address, changed),
            kind=Kind.SAY,
            address=address,
            message=message,
            message_id=stand.message_id,
            context={MARK: changed.turn},
        )
    )


async def _take_down(tx: Transaction, address: Address, stand: _Stand, now: datetime) -> None:
    await tx.outbox.cancel(_key(address, stand), now)
    await _write(tx, address, _Stand(stand.turn))
    if stand.message_id is not None:
        await tx.outbox.put(
            Outgoing(
                f"{_key(address, stand)}:down", Kind.DELETE, address, message_id=stand.message_id
            )
        )


def _key(address: Address, stand: _Stand) -> str:
    return f"{_fact(address)}:{stand.turn}"


def _fact(address: Address) -> str:
    return f"{MARK}:{address.lane}:{address.thread}"


async def _read(tx: Transaction, address: Address) -> _Stand:
    return _parsed(await tx.facts.get(_fact(address)))


async def _take(tx: Transaction, address: Address) -> _Stand:
    return _parsed(await tx.facts.take(_fact(address)))


def _parsed(stored: str | None) -> _Stand:
    return _Stand(**json.loads(stored)) if stored else _Stand()


async def _write(tx: Transaction, address: Address, stand: _Stand) -> None:
    await tx.facts.put(_fact(address), json.dumps(asdict(stand)))
