"""Open to officers and leads: approve, refuse, take back. A decision counts once (rule 6)."""

from datetime import datetime

from core.errors import AlreadyDecided, LostRace, Problem
from core.messages import MAIL, Address, Kind, MailKind, Outgoing, Text, text
from core.people import Actor, Right
from core.policy import Policy
from core.ports import Event, HistoryEntry, Transaction
from core.registration import Registration, Status
from core.usecases.staff_group import refresh_card


def result_key(registration: Registration) -> str:
    """Name the mail that carries a registration's current result, so that undo can find it."""
    stamp = registration.account_at or registration.decided_at or registration.submitted_at
    return f"result:{registration.id}:{stamp.isoformat()}"


async def load_for_decision(
    tx: Transaction, actor: Actor, registration_id: int, version: int
) -> Registration:
    """Load a pending registration that this person may decide as they saw it.

    Raises `NotAllowed` without the right, `AlreadyDecided` when somebody was faster, and
    `Problem` for one's own registration (rule 7) or a card that has changed since.
    """
    actor.require(Right.DECIDE)
    registration = await load(tx, registration_id)
    if registration.user == actor.user:
        raise Problem(text("staff-own-registration"))
    if registration.status is not Status.PENDING:
        raise AlreadyDecided(how_it_stands(registration))
    if registration.version != version:
        raise Problem(text("card-changed"))
    return registration


async def approve(
    tx: Transaction, actor: Actor, registration_id: int, version: int, policy: Policy, now: datetime
) -> Registration:
    """Approve; the account is entered next."""
    before = await load_for_decision(tx, actor, registration_id, version)
    return await _move(tx, actor, before, before.approve(actor, now), Event.APPROVED, policy, now)


async def refuse(
    tx: Transaction,
    actor: Actor,
    registration_id: int,
    version: int,
    codes: tuple[str, ...],
    reason: str,
    policy: Policy,
    now: datetime,
) -> Registration:
    """Refuse with a reason. Licence and e-mail are free at once (rule 2); the mail waits for undo.

    `codes` are of the refusal list and may be empty; `reason` is what the facility reads and may
    not be blank.
    """
    if not reason.strip():
        raise Problem(text("reason-missing"))
    before = await load_for_decision(tx, actor, registration_id, version)
    after = before.refuse(actor, now, codes, reason)
    saved = await _move(tx, actor, before, after, Event.REFUSED, policy, now)
    await tx.outbox.put(result_mail(saved, MailKind.REFUSAL, policy, now))
    return saved


async def undo(
    tx: Transaction, actor: Actor, registration_id: int, policy: Policy, now: datetime
) -> Registration:
    """Take a decision or an entered account back while its mail still waits.

    Open to leads, and to the officer who decided, for `policy.undo`. An entered account goes
    back to approved; an approval or a refusal goes back to pending. A refusal stays when
    something newer is live for its licence or e-mail.
    """
    actor.require(Right.DECIDE)
    before = await load(tx, registration_id)
    if before.user == actor.user:
        raise Problem(text("staff-own-registration"))
    if before.status not in (Status.APPROVED, Status.REFUSED) or before.result_at is not None:
        raise AlreadyDecided(how_it_stands(before))
    if not (actor.may(Right.MANAGE) or actor.user == before.decided_by):
        raise Problem(text("undo-not-yours", name=before.decided_name or ""))
    last = before.account_at or before.decided_at
    if last is None or now - last > policy.undo:
        raise Problem(text("undo-too-late"))
    if before.status is Status.REFUSED:
        await _refuse_if_replaced(tx, before)
    await _take_back_mail(tx, before, now)
    after = before.without_account() if before.account_at else before.reopen()
    try:
        return await _move(tx, actor, before, after, Event.UNDONE, policy, now)
    except AlreadyDecided as lost:
        raise LostRace from lost


def result_mail(
    registration: Registration, kind: MailKind, policy: Policy, now: datetime
) -> Outgoing:
    """Owe the mail with the result, not before the undo window has passed."""
    return Outgoing(
        key=result_key(registration),
        kind=Kind.MAIL,
        address=Address(MAIL, registration.email),
        locale=registration.locale,
        registration_id=registration.id,
        context={"mail": kind.value},
        scheduled=now + policy.undo,
        priority=1,
    )


async def load(tx: Transaction, registration_id: int) -> Registration:
    """Load a registration that a card names; raise `Problem` if there is none."""
    registration = await tx.registrations.get(registration_id)
    if registration is None:
        raise Problem(text("case-unknown"))
    return registration


def how_it_stands(registration: Registration) -> Text:
    """Tell a late presser who decided what, and when (rule 6)."""
    if registration.decided_at is None:
        return text(f"stands-{registration.status.value}", reference=registration.reference)
    return text(
        f"stands-{registration.status.value}-by",
        reference=registration.reference,
        name=registration.decided_name or "",
        at=registration.decided_at,
    )


async def _take_back_mail(tx: Transaction, registration: Registration, now: datetime) -> None:
    owes_mail = registration.status is Status.REFUSED or registration.account_at is not None
    if owes_mail and not await tx.outbox.cancel(result_key(registration), now):
        raise Problem(text("undo-too-late"))
    await tx.secrets.delete(registration.id)


async def _refuse_if_replaced(tx: Transaction, registration: Registration) -> None:
    newer = await tx.registrations.live_by_licence(
        registration.licence_key
    ) or await tx.registrations.live_by_email(registration.email_key)
    if newer is not None:
        raise Problem(text("undo-replaced", reference=newer.reference))


async def _move(
    tx: Transaction,
    actor: Actor,
    before: Registration,
    after: Registration,
    event: Event,
    policy: Policy,
    now: datetime,
) -> Registration:
    if not await tx.registrations.save(before, after):
        raise AlreadyDecided(how_it_stands(await load(tx, before.id)))
    await tx.history.add(
        HistoryEntry(
            now, event, actor.user, actor.name, before.id, {"reasons": list(after.reasons)}
        )
    )
    saved = await load(tx, before.id)
    await refresh_card(tx, saved, policy)
    return saved
