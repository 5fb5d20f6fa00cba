"""An officer asks a facility something about its open case, and the answer comes back to the card.

Asking is open to officers and leads while the case is open, answering to the applicant, whatever
has become of the case meanwhile: an answer is worth having, and both sides are told how it stands.
"""

from datetime import datetime, timedelta

from core.errors import AlreadyDecided, Problem
from core.events import event
from core.messages import Address, Kind, Message, Outgoing, Text, text
from core.people import Actor
from core.policy import Policy
from core.ports import Event, HistoryEntry, Inquiry, Transaction
from core.registration import OPEN, Registration
from core.text import clean
from core.usecases.decide import how_it_stands, load, load_for_staff
from core.usecases.staff_group import redraw_card, staff_address

QUESTION_LENGTH = range(10, 501)  # characters
ANSWER_LENGTH = range(1, 1001)
STALE = timedelta(days=1)  # after which a question without an answer may be followed by another
INQUIRY = "inquiry"


async def load_for_inquiry(
    tx: Transaction, actor: Actor, registration_id: int, now: datetime
) -> Registration:
    """Load an open registration whose facility may be asked something; raise `Problem` if not."""
    registration = await load_for_staff(tx, actor, registration_id)
    if registration.status not in OPEN:
        raise AlreadyDecided(how_it_stands(registration))
    last = await tx.inquiries.last(registration_id)
    if last is not None and last.is_open and now - last.at < STALE:
        raise AlreadyDecided(_is_open(last))
    return registration


async def inquire(
    tx: Transaction, actor: Actor, registration_id: int, typed: str, policy: Policy, now: datetime
) -> Registration:
    """Ask the facility; of two officers at once the first one's question goes out.

    A question that has had no answer for a day makes way.
    """
    words = clean(typed)
    if len(words) not in QUESTION_LENGTH:
        raise Problem(text("inquiry-length"))
    registration = await load_for_inquiry(tx, actor, registration_id, now)
    last = await tx.inquiries.last(registration_id)
    if last is not None and last.is_open:
        await tx.inquiries.close(last.id, now)
    number = await tx.inquiries.ask(registration_id, actor, now)
    if number is None:
        raise AlreadyDecided(text("inquiry-lost-race"))
    told = event(
        Address(registration.bot, registration.chat).lane,
        INQUIRY,
        f"{number}",
        inquiry=number,
        user=registration.user,
    )
    await tx.inbox.put([told], now)
    await _record(tx, Event.INQUIRY_ASKED, actor, registration, now, words)
    await redraw_card(tx, registration, policy, mark=f"inquiry:{number}")
    return registration


async def question_of(tx: Transaction, inquiry: Inquiry) -> str:
    """Give the words of a question; they lie in the history."""
    entries = await tx.history.of(inquiry.registration_id)
    return next(
        one.words
        for one in entries
        if one.words and one.event is Event.INQUIRY_ASKED and one.at == inquiry.at
    )


async def load_own_inquiry(tx: Transaction, user: str, number: int) -> tuple[Inquiry, Registration]:
    """Load a question to this person that still waits for an answer; raise `Problem` otherwise."""
    inquiry = await tx.inquiries.get(number)
    if inquiry is None:
        raise Problem(text("inquiry-unknown"))
    registration = await load(tx, inquiry.registration_id)
    if registration.user != user:
        raise Problem(text("inquiry-unknown"))
    if not inquiry.is_open:
        raise Problem(text("inquiry-closed", reference=registration.reference))
    return inquiry, registration


async def answer(
    tx: Transaction, user: str, number: int, typed: str, policy: Policy, now: datetime
) -> Registration:
    """Take the facility's answer once, and hand it to staff under the card."""
    words = clean(typed)
    if len(words) not in ANSWER_LENGTH:
        raise Problem(text("inquiry-answer-length"))
    inquiry, registration = await load_own_inquiry(tx, user, number)
    if not await tx.inquiries.answer(number, now):
        raise Problem(text("inquiry-closed", reference=registration.reference))
    await _record(tx, Event.INQUIRY_ANSWERED, Actor(user, ""), registration, now, words)
    lines = (
        text("inquiry-answer", reference=registration.reference, name=inquiry.by_name),
        text("history-words", words=words),
        *state_if_closed(registration),
    )
    await _tell_staff(tx, registration, policy, lines, key=f"inquiry-answer:{number}")
    await redraw_card(tx, registration, policy, mark=f"answer:{number}")
    return registration


async def not_delivered(tx: Transaction, number: int, policy: Policy, now: datetime) -> None:
    """The question cannot reach the facility: staff are told, and may ask again later."""
    inquiry = await tx.inquiries.get(number)
    if inquiry is None or not await tx.inquiries.close(number, now):
        return
    registration = await load(tx, inquiry.registration_id)
    await _record(tx, Event.INQUIRY_FAILED, Actor("system", ""), registration, now)
    line = text("inquiry-failed", reference=registration.reference, name=inquiry.by_name)
    await _tell_staff(tx, registration, policy, (line,), key=f"inquiry-failed:{number}")
    await redraw_card(tx, registration, policy, mark=f"inquiry-failed:{number}")


async def inquiry_line(tx: Transaction, registration: Registration) -> tuple[Text, ...]:
    """Tell on the card what was asked last, and whether an answer came."""
    last = await tx.inquiries.last(registration.id)
    if last is None:
        return ()
    if last.answered_at is not None:
        return (text("card-answered", at=last.answered_at),)
    if last.closed_at is not None:
        return (text("card-inquiry-failed", name=last.by_name, at=last.at),)
    return (text("card-asked", name=last.by_name, at=last.at),)


def state_if_closed(registration: Registration) -> tuple[Text, ...]:
    """Say how a case stands that is no longer open; nothing of one that is."""
    if registration.status in OPEN:
        return ()
    return (text("inquiry-state", state=text(f"status-{registration.status.value}")),)


def _is_open(inquiry: Inquiry) -> Text:
    return text("inquiry-open", name=inquiry.by_name, at=inquiry.at)


async def _tell_staff(
    tx: Transaction, registration: Registration, policy: Policy, lines: tuple[Text, ...], key: str
) -> None:
    address, place = await staff_address(tx, policy), await tx.cards.get(registration.id)
    if address is None:
        return
    hangs_here = place is not None and place.address.lane == address.lane
    reply_to = place.message_id if place is not None and hangs_here else None
    message = Message(lines, reply_to=reply_to)
    await tx.outbox.put(Outgoing(key, Kind.SAY, address, message=message))


async def _record(
    tx: Transaction,
    what: Event,
    actor: Actor,
    registration: Registration,
    now: datetime,
    words: str | None = None,
) -> None:
    await tx.history.add(
        HistoryEntry(now, what, actor.user, actor.name, registration.id, words=words)
    )
