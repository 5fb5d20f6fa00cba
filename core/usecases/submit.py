"""Open to the facility: hand in a complete draft. One live registration per licence and e-mail."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from core.calendar import WorkingCalendar, deadline
from core.conversation import Conversation, Draft
from core.errors import Taken
from core.mailbox import match_key
from core.messages import PATIENT, text
from core.policy import Policy
from core.ports import Event, HistoryEntry, Transaction
from core.reference import new_reference
from core.registration import Registration, Status
from core.usecases.register import match
from core.usecases.staff_group import refresh_card

T = TypeVar("T")

Draw = Callable[[int], int]  # a number in [0, n), as secrets.randbelow gives it
REFERENCE_TRIES = 5


async def check_free(
    tx: Transaction, *, licence_key: str | None = None, email: str | None = None
) -> None:
    """Raise `Taken`, with what the person should know, if the licence or e-mail is not free."""
    if licence_key is not None:
        holder = await tx.registrations.live_by_licence(licence_key)
        if holder is not None:
            raise _licence_taken(holder)
    if email is not None:
        holder = await tx.registrations.live_by_email(match_key(email))
        if holder is not None:
            raise Taken(text("email-used"))


async def submit(
    tx: Transaction,
    conversation: Conversation,
    policy: Policy,
    draw: Draw,
    now: datetime,
) -> Registration:
    """Turn the draft into a pending registration with its due date; raise `Taken`.

    The due date is computed once and stored (rule 3): day 0 is the local date of `now`.
    """
    draft, calendar = _given(conversation.draft), await tx.calendar.load()
    if calendar is None:
        raise LookupError("the database holds no calendar")
    listed = await match(tx, _given(draft.licence_key), _given(draft.facility))
    for _ in range(REFERENCE_TRIES):
        wanted = _registration(conversation, draft, calendar, policy, draw, now)
        stored = await tx.registrations.add(wanted, listed)
        if stored is not None:
            await _record(tx, stored, draft, now)
            await refresh_card(tx, stored, policy, PATIENT)
            return stored
        await check_free(tx, licence_key=wanted.licence_key, email=wanted.email)
        if draft.ticket and await tx.registrations.live_by_ticket(draft.ticket):
            raise Taken(text("ticket-used"))
    raise RuntimeError("no unused reference found")


def _registration(
    conversation: Conversation,
    draft: Draft,
    calendar: WorkingCalendar,
    policy: Policy,
    draw: Draw,
    now: datetime,
) -> Registration:
    term = deadline(now, calendar, policy.working_days, tz=policy.tz)
    email = _given(draft.email)
    return Registration(
        id=0,
        version=1,
        reference=new_reference(policy.today(now).year, draw),
        status=Status.PENDING,
        bot=conversation.address.bot,
        chat=conversation.address.chat,
        user=conversation.user,
        locale=conversation.locale,
        licence_key=_given(draft.licence_key),
        licence=_given(draft.licence),
        licence_raw=_given(draft.licence_raw),
        facility=_given(draft.facility),
        role=_given(draft.role),
        person=_given(draft.person),
        email=email,
        email_key=match_key(email),
        email_proved=draft.proved == email,
        submitted_at=now,
        due=term.due,
        reopens_at=term.reopens_at,
        provisional=term.provisional,
        place=draft.place,
        ticket=draft.ticket,
        previous_id=draft.previous_id,
    )


async def _record(tx: Transaction, stored: Registration, draft: Draft, now: datetime) -> None:
    detail = {
        "consent": draft.consent_id,
        "due": stored.due.isoformat(),
        "provisional": stored.provisional,
    }
    await tx.history.add(HistoryEntry(now, Event.SUBMITTED, stored.user, "", stored.id, detail))


def _given(answer: T | None) -> T:
    if answer is None:
        raise ValueError("the draft is not complete")
    return answer


def _licence_taken(holder: Registration) -> Taken:
    if holder.status is Status.ISSUED:
        return Taken(text("licence-done", licence=holder.licence))
    return Taken(text("licence-used", licence=holder.licence, due=holder.due))
