"""Where the staff desk is: bind the group, follow it when it moves, hang the cards in it."""

from dataclasses import dataclass
from datetime import datetime

from core.errors import Problem
from core.messages import NORMAL, PATIENT, Address, Kind, Outgoing, text
from core.people import Actor, Right
from core.policy import Policy
from core.ports import Event, HistoryEntry, Transaction
from core.registration import Registration

CHAT, THREAD, CONFIGURED = "staff-chat", "staff-thread", "staff-chat-configured"
ANEW, REDRAWN = "anew", "redrawn"  # a new message; an edit although the version is shown already
AT_ONCE = 500  # cards hung again in one go; staff find the rest in the queue


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many cards are owed anew: not hanging yet, out of date, and as they should be."""

    missing: int
    outdated: int
    current: int


async def staff_address(tx: Transaction, policy: Policy) -> Address | None:
    """Give the staff group's address; None until one is bound."""
    chat = await tx.facts.get(CHAT)
    return Address(policy.staff_bot, chat, await tx.facts.get(THREAD) or None) if chat else None


async def configure_group(tx: Transaction, chat: str, policy: Policy, now: datetime) -> None:
    """Take the group from the configuration, unless the program has learnt its new id since.

    A topic that was bound in that very group stays the desk.
    """
    if await tx.facts.get(CONFIGURED) == chat:
        return
    await tx.facts.put(CONFIGURED, chat)
    if await tx.facts.get(CHAT) != chat:
        address = Address(policy.staff_bot, chat)
        await _settle(tx, address)
        await hang_open_cards(tx, address, mark=now.isoformat())


async def bind_group(tx: Transaction, address: Address, by: Actor, now: datetime) -> None:
    """Make a chat, and a topic of it, the staff desk, and hang every open card there."""
    await _settle(tx, address)
    detail = {"chat": address.chat, "thread": address.thread}
    await tx.history.add(HistoryEntry(now, Event.GROUP_BOUND, by.user, by.name, detail=detail))
    # A desk that moves away and comes back hangs its cards there a second time.
    await hang_open_cards(tx, address, mark=now.isoformat())


async def follow_group(tx: Transaction, old: Address, new_chat: str) -> None:
    """A group became a supergroup: its id is new and its old messages can no longer be edited.

    Learnt twice, from the service message and from an error of the Bot API; the second time
    changes nothing. What waits for any other group goes to its new id as well.
    """
    new = Address(old.bot, new_chat)
    await tx.outbox.readdress(old, new)
    if await tx.facts.get(CHAT) != old.chat:
        return
    await _settle(tx, new)
    await tx.cards.drop_all(old)
    await hang_open_cards(tx, new)


async def hang_open_cards(tx: Transaction, address: Address, mark: str = "") -> None:
    """Owe a card for every open registration whose card does not hang there as it stands now.

    Once for each address, and once more for each `mark`.
    """
    mark = f"{address.chat}:{address.thread}:{mark}"
    for registration in await tx.registrations.open_by_due(AT_ONCE):
        place = await tx.cards.get(registration.id)
        if place is None or (place.address, place.shown_version) != (address, registration.version):
            await hang_card(tx, registration, address, mark)


async def refresh_open_cards(
    tx: Transaction, actor: Actor, policy: Policy, now: datetime
) -> Refreshed:
    """Owe every open card, also those that seem to hang: nobody tells us of a deleted message.

    Open to officers and leads; once in ten minutes, however often it is asked for. One that hangs
    is edited in place, and posted again if it can no longer be. Raises `Problem` without a group.
    """
    actor.require(Right.DECIDE)
    address = await staff_address(tx, policy)
    if address is None:
        raise Problem(text("bind-how"))
    slot = f"{now:%Y-%m-%dT%H}:{now.minute // 10}"
    mark = f"{address.chat}:{address.thread}:fresh:{slot}"
    missing = outdated = current = 0
    for registration in await tx.registrations.open_by_due(AT_ONCE):
        place = await tx.cards.get(registration.id)
        if place is None or place.address != address:
            missing += 1
        elif place.shown_version != registration.version:
            outdated += 1
        else:
            current += 1
        await tx.outbox.put(_card(registration, address, mark, REDRAWN, PATIENT))
    return Refreshed(missing, outdated, current)


async def hang_card(
    tx: Transaction, registration: Registration, address: Address, mark: str = ""
) -> None:
    """Owe a card that nobody is waiting for; it gives way to whatever somebody does."""
    await tx.outbox.put(_card(registration, address, mark, priority=PATIENT))


async def bring_card(
    tx: Transaction, registration: Registration, address: Address, mark: str
) -> None:
    """Owe the card at the end of the chat, where it is at hand; once per `mark`."""
    await tx.outbox.put(_card(registration, address, mark, ANEW))


async def redraw_card(
    tx: Transaction,
    registration: Registration,
    policy: Policy,
    mark: str,
    priority: int = NORMAL,
) -> None:
    """Owe the card for something that its version does not tell; once per `mark`."""
    address = await staff_address(tx, policy)
    if address is not None:
        await tx.outbox.put(_card(registration, address, mark, REDRAWN, priority))


async def refresh_card(
    tx: Transaction, registration: Registration, policy: Policy, priority: int = NORMAL
) -> None:
    """Owe the card of a registration as it stands now; it is edited in place if it hangs."""
    address = await staff_address(tx, policy)
    if address is not None:
        await tx.outbox.put(_card(registration, address, priority=priority))


def _card(
    registration: Registration,
    address: Address,
    mark: str = "",
    way: str = "",
    priority: int = NORMAL,
) -> Outgoing:
    return Outgoing(
        key=f"card:{registration.id}:{registration.version}:{mark}",
        kind=Kind.CARD,
        address=address,
        registration_id=registration.id,
        context={"card": way} if way else {},
        priority=priority,
    )


async def _settle(tx: Transaction, address: Address) -> None:
    await tx.facts.put(CHAT, address.chat)
    await tx.facts.put(THREAD, address.thread or "")
