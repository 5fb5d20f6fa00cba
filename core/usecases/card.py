"""The card of a registration in the staff group, and its details: always rendered from state."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice

from core import actions
from core.mailbox import mask
from core.messages import Choice, Message, Text, text
from core.policy import Policy
from core.ports import Claim, Event, HistoryEntry, Transaction
from core.registration import OPEN, Registration, Status
from core.sheets import squeeze
from core.usecases.claim import held
from core.usecases.inquiry import inquiry_line
from core.usecases.register import register_line
from core.usecases.repair import bounce_rows, repair_rows, trouble_lines

RELATED = 50  # earlier registrations looked at
NAMED = 3  # of each kind, by reference


async def card(
    tx: Transaction, registration: Registration, policy: Policy, now: datetime
) -> Message:
    """Render the card as the case stands now, with the buttons that the case allows."""
    today = policy.today(now)
    calendar = await tx.calendar.load()
    left = calendar.working_days_between(today, registration.due) if calendar else None
    current = await held(tx, registration.id, now) if _waits(registration) else None
    troubles = await tx.troubles.of(registration.id)
    lines = (
        *_facts(registration),
        *_term(registration, left, today),
        *_held(current),
        *await register_line(tx, registration),
        *await _related(tx, registration),
        *_outcome(registration),
        *trouble_lines(registration, troubles),
        *await inquiry_line(tx, registration),
    )
    rows = (*_buttons(registration, current), *bounce_rows(registration, now))
    return Message(lines, (*repair_rows(registration, troubles, now), *rows))


async def details(tx: Transaction, registration: Registration) -> Message:
    """Tell the whole history of a registration."""
    entries = await tx.history.of(registration.id)
    title = text("details-title", reference=registration.reference)
    raw = text("details-raw", licence=registration.licence_raw)
    return Message((title, raw, *chain.from_iterable(map(_event_lines, entries))))


def queue_line(registration: Registration, today: date, left: int) -> Text:
    """One line of a list: reference, facility, days left, the sooner the more pressing."""
    return text(
        "queue-line",
        mark=urgency(left),
        reference=registration.reference,
        facility=registration.facility,
        due=registration.due,
        left=left,
        state=text(f"status-{registration.status.value}"),
        late="yes" if registration.due < today else "no",
    )


def urgency(left: int) -> str:
    """Mark working days left: red for today or late, amber for up to two, green for more."""
    return "🔴" if left <= 0 else "🟠" if left <= 2 else "🟢"


def open_button(registration: Registration) -> Choice:
    """Show one registration's card by itself."""
    return Choice(
        actions.card("show", registration.id, registration.version),
        text("button-open", reference=registration.reference),
    )


def _facts(registration: Registration) -> tuple[Text, ...]:
    return (
        text(
            "card-title",
            reference=registration.reference,
            state=text(f"status-{registration.status.value}"),
        ),
        text("card-licence", licence=registration.licence),
        text("card-facility", facility=registration.facility),
        text(
            "card-person",
            role=text(f"role-{registration.role.value}"),
            person=registration.person,
        ),
        text(
            "card-email" if registration.email_proved else "card-email-unproved",
            email=mask(registration.email),
        ),
    )


def _term(registration: Registration, left: int | None, today: date) -> tuple[Text, ...]:
    if registration.status not in OPEN or left is None:
        return ()
    late = "yes" if registration.due < today else "no"
    lines = [text("card-due", mark=urgency(left), due=registration.due, left=left, late=late)]
    if registration.provisional:
        lines.append(text("card-provisional"))
    return tuple(lines)


def _waits(registration: Registration) -> bool:
    return registration.status is Status.PENDING


def _held(current: Claim | None) -> tuple[Text, ...]:
    if current is None:
        return ()
    return (text("card-held", name=current.by_name, until=current.until),)


async def _related(tx: Transaction, registration: Registration) -> tuple[Text, ...]:
    """Tell what became of earlier registrations, each under the strongest thing in common.

    And that a facility is typed in two ways: one licence by two names, one name for two licences.
    """
    related = await tx.registrations.related(registration, RELATED)
    known = {one.id for one in related}
    kinds: dict[str, list[Registration]] = {}
    for one in related:
        kinds.setdefault(_in_common(one, registration), []).append(one)
    for one in await tx.registrations.same_name(registration, RELATED):
        if one.id not in known:
            kinds.setdefault("name", []).append(one)
    return (
        *(
            text(f"card-related-{kind}", count=len(kinds[kind]), list=_enumerated(kinds[kind]))
            for kind in ("licence", "email", "account", "name")
            if kind in kinds
        ),
        *_typed_otherwise(registration, kinds.get("licence", ())),
    )


def _typed_otherwise(
    registration: Registration, of_licence: Sequence[Registration]
) -> tuple[Text, ...]:
    """Quote the newest other name by which the licence was registered."""
    name = squeeze(registration.facility)
    others = (one for one in of_licence if squeeze(one.facility) != name)
    return tuple(
        text("card-typed-otherwise", reference=one.reference, facility=one.facility)
        for one in islice(others, 1)
    )


def _in_common(one: Registration, other: Registration) -> str:
    if one.licence_key == other.licence_key:
        return "licence"
    return "email" if one.email_key == other.email_key else "account"


def _enumerated(registrations: Sequence[Registration]) -> Text:
    """Name the newest few in one line."""
    first, *rest = registrations[:NAMED]
    listed = _outcome_of(first)
    for one in rest:
        listed = text("related-and", first=listed, second=_outcome_of(one))
    return text("related-more", list=listed) if len(registrations) > NAMED else listed


def _outcome_of(one: Registration) -> Text:
    state = text(f"status-{one.status.value}")
    return text("related-one", reference=one.reference, state=state)


def _outcome(registration: Registration) -> tuple[Text, ...]:
    lines = []
    if registration.decided_at is not None:
        verdict = "refused" if registration.status is Status.REFUSED else "approved"
        name = registration.decided_name or ""
        lines.append(text(f"card-decided-{verdict}", name=name, at=registration.decided_at))
    if registration.reason_text:
        lines.append(text("card-reason", reason=registration.reason_text))
    if registration.status is not Status.EXPIRED:
        lines.extend(_mail_line(registration))
    return tuple(lines)


def _mail_line(registration: Registration) -> tuple[Text, ...]:
    if registration.result_failed:
        return (text("card-mail-failed", email=mask(registration.email)),)
    if registration.result_at is not None:
        return (text("card-mail-sent", at=registration.result_at),)
    if registration.status is Status.REFUSED or registration.account_at is not None:
        return (text("card-mail-queued"),)
    if registration.status is Status.APPROVED:
        return (text("card-account-missing"),)
    return ()


def _buttons(registration: Registration, current: Claim | None) -> tuple[tuple[Choice, ...], ...]:
    def button(verb: str) -> Choice:
        wire = actions.card(verb, registration.id, registration.version)
        return Choice(wire, text(f"button-{verb}"))

    if _waits(registration):
        take = "claim" if current is None else "release"
        rows = ((button("approve"), button("refuse")), (button("details"), button(take)))
        return (*rows, (button("ask"),))
    if registration.result_at is not None:
        return ((button("details"), button("reopen")),)
    if registration.status is Status.APPROVED and registration.account_at is None:
        rows = ((button("account"), button("undo")), (button("details"), button("reopen")))
        return (*rows, (button("ask"),))
    if registration.status is Status.APPROVED:
        return ((button("undo"), button("reopen")), (button("details"), button("ask")))
    if registration.status is Status.REFUSED:
        return ((button("undo"), button("reopen")), (button("details"),))
    return ((button("details"),),)


def _event_lines(entry: HistoryEntry) -> Iterator[Text]:
    key = f"history-{entry.event.value}"
    if entry.event is Event.DUE_MOVED:
        yield text(key, at=entry.at, name=entry.by_name, due=str((entry.detail or {})["to"]))
    else:
        yield text(key, at=entry.at, name=entry.by_name)
    if entry.words:
        yield text("history-words", words=entry.words)
