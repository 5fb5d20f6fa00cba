"""Open to all staff: leaf through what waits for a decision, one card at a time."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.actions import Action
from core.messages import Address, Choice, Kind, Message, Outgoing, text
from core.policy import Policy
from core.ports import OutboxRow, Transaction, Waiting
from core.registration import Registration
from core.usecases.card import card

SOON = 2  # working days


class View(StrEnum):
    """Which of the waiting ones the pager shows."""

    ALL = "all"
    SOON = "soon"
    MINE = "mine"
    FREE = "free"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True)
class Pager:
    """What the pager of a chat shows: one case, in the view of whoever opened or turned it."""

    by: str
    view: View
    case: int


async def pager_of(tx: Transaction, address: Address) -> Pager | None:
    """Give the pager of a chat; a chat has one at most."""
    stored = await tx.facts.get(_fact(address))
    if not stored:
        return None
    values = json.loads(stored)
    return Pager(values["by"], View(values["view"]), values["case"])


async def turn_to(
    tx: Transaction, pager: Pager, step: int, policy: Policy, now: datetime
) -> tuple[Pager, Message]:
    """Go `step` cards on, around the ends; 0 stays, or takes the next if the case is out of view.

    Gives the pager as it stands then, and what it shows.
    """
    wanted = await _wanted(tx, pager, policy, now)
    total = await tx.registrations.count_waiting(wanted, now)
    if total == 0:
        return replace(pager, case=0), Message((text("pager-none"),), _views(pager))
    position = (await _position(tx, pager, step, wanted, now)) % total
    found = await tx.registrations.waiting_at(wanted, now, position)
    if found is None:
        raise LookupError(f"nothing at {position} of {total} that wait")
    shown = replace(pager, case=found.id)
    return shown, await _page(tx, shown, found, (position, total), policy, now)


async def show(
    tx: Transaction,
    address: Address,
    pager: Pager,
    message: Message,
    *,
    key: str,
    message_id: str | None,
    locale: str,
) -> None:
    """Owe the pager: anew without `message_id`, else in place of what that message shows."""
    await tx.facts.put(_fact(address), json.dumps(asdict(pager)))
    await tx.outbox.put(
        Outgoing(
            key=f"pager:{key}",
            kind=Kind.SAY,
            address=address,
            locale=locale,
            message=message,
            message_id=message_id,
            context={"pager": pager.view.value},
        )
    )


async def keep_up(
    tx: Transaction,
    address: Address,
    case: int,
    policy: Policy,
    *,
    key: str,
    now: datetime,
    locale: str,
) -> None:
    """Something happened to a case: if the pager of this chat shows it, show how it stands.

    A case that was decided makes way for the next.
    """
    pager = await pager_of(tx, address)
    shown_in = await tx.facts.get(_message_fact(address))
    if pager is None or pager.case != case or not shown_in:
        return
    after, message = await turn_to(tx, pager, 0, policy, now)
    await show(tx, address, after, message, key=key, message_id=shown_in, locale=locale)


async def pager_shown(tx: Transaction, row: OutboxRow, message_id: str) -> None:
    """The pager stands in this message now; an older one is taken down."""
    address = row.outgoing.address
    before = await tx.facts.get(_message_fact(address))
    await tx.facts.put(_message_fact(address), message_id)
    if before and before != message_id:
        await tx.outbox.put(
            Outgoing(f"pager-gone:{row.id}", Kind.DELETE, address, message_id=before)
        )


async def _wanted(tx: Transaction, pager: Pager, policy: Policy, now: datetime) -> Waiting:
    if pager.view is View.MINE:
        return Waiting(claimed_by=pager.by)
    if pager.view is View.FREE:
        return Waiting(unclaimed=True)
    if pager.view is View.MISMATCH:
        return Waiting(mismatched=True)
    calendar = await tx.calendar.load()
    if pager.view is View.SOON and calendar is not None:
        return Waiting(due_until=calendar.add_working_days(policy.today(now), SOON))
    return Waiting()


async def _position(
    tx: Transaction, pager: Pager, step: int, wanted: Waiting, now: datetime
) -> int:
    """Find where to go, counted from 0; a case that is out of view lies between two others."""
    current = await tx.registrations.get(pager.case)
    if current is None:
        return 0
    before = await tx.registrations.count_waiting(wanted, now, (current.due, current.id - 1))
    up_to = await tx.registrations.count_waiting(wanted, now, (current.due, current.id))
    in_view = up_to > before
    return before + (step if in_view else min(step, 0))


async def _page(
    tx: Transaction,
    pager: Pager,
    registration: Registration,
    place: tuple[int, int],
    policy: Policy,
    now: datetime,
) -> Message:
    shown = await card(tx, registration, policy, now)
    position, total = place
    title = text("pager-title", n=position + 1, total=total, view=text(f"pager-{pager.view.value}"))
    turning = (
        Choice(_wire("back", pager), text("button-pager-back")),
        Choice(_wire("next", pager), text("button-pager-next")),
    )
    pages = (turning,) if total > 1 else ()
    return Message((title, *shown.lines), (*shown.choices, *pages, *_views(pager)))


def _views(pager: Pager) -> tuple[tuple[Choice, ...], ...]:
    """Offer the other views, two in a row: their names are long for a phone."""
    others = [
        Choice(_wire("view", replace(pager, view=view)), text(f"button-pager-{view.value}"))
        for view in View
        if view is not pager.view
    ]
    return (tuple(others[:2]), tuple(others[2:]))


def _wire(verb: str, pager: Pager) -> str:
    return str(Action("q", verb, (pager.view.value, f"{pager.case:x}")))


def _fact(address: Address) -> str:
    return f"pager:{address.lane}"


def _message_fact(address: Address) -> str:
    return f"pager-message:{address.lane}"
