"""Open to officers and leads: approve, refuse, take back. A decision counts once (rule 6)."""

from datetime import datetime

from core.errors import AlreadyDecided, LostRace, Problem
from core.events import event
from core.mailbox import mask
from core.messages import MAIL, Address, Kind, MailKind, Message, Outgoing, Text, text
from core.people import Actor, Right
from core.policy import Policy
from core.ports import Ailment, Event, HistoryEntry, Transaction
from core.reasons import refuse_open_slots
from core.registration import Registration, Status
from core.usecases.staff_group import refresh_card

EMAIL_NO_LONGER = "email-no-longer"  # tells a conversation to stop asking for another e-mail
STEPS = frozenset({Event.APPROVED, Event.REFUSED, Event.ACCOUNT_ENTERED})


def result_key(registration: Registration) -> str:
    """Name the mail that carries a registration's current result, so that undo can find it."""
    stamp = registration.account_at or registration.decided_at or registration.submitted_at
    return f"result:{registration.id}:{stamp.isoformat()}"


async def load_for_staff(
    tx: Transaction, actor: Actor, registration_id: int, right: Right = Right.DECIDE
) -> Registration:
    """Load a registration for somebody with a right; `Problem` if it is their own (rule 7)."""
    actor.require(right)
    registration = await load(tx, registration_id)
    if registration.user == actor.user:
        raise Problem(text("staff-own-registration"))
    return registration


async def load_for_decision(
    tx: Transaction, actor: Actor, registration_id: int, version: int
) -> Registration:
    """Load a pending registration that this person may decide as they saw it.

    Raises `NotAllowed` without the right, `AlreadyDecided` when somebody was faster, and
    `Problem` for one's own registration (rule 7) or a card that has changed since.
    """
    registration = await load_for_staff(tx, actor, registration_id)
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
    not be blank or have a slot open.
    """
    if not reason.strip():
        raise Problem(text("reason-missing"))
    refuse_open_slots(reason)
    before = await load_for_decision(tx, actor, registration_id, version)
    after = before.refuse(actor, now, codes, reason)
    saved = await _move(tx, actor, before, after, Event.REFUSED, policy, now)
    await tx.outbox.put(result_mail(saved, MailKind.REFUSAL, policy, now))
    return saved


async def undo(
    tx: Transaction, actor: Actor, registration_id: int, version: int, policy: Policy, now: datetime
) -> Registration:
    """Take the last step back while its mail still waits, as the card showed it at `version`.

    Open to leads, and to the officer who took that step, for `policy.undo`. An entered account
    goes back to approved; an approval or a refusal goes back to pending. A refusal stays when
    something newer is live for its licence or e-mail. A result that could not be mailed can be
    taken back at any time, all the way to pending: it never reached anybody. The facility, which
    knows that its mail failed, is told.
    """
    before = await load_for_staff(tx, actor, registration_id)
    if before.status not in (Status.APPROVED, Status.REFUSED) or before.result_at is not None:
        raise AlreadyDecided(how_it_stands(before))
    if before.version != version:
        raise Problem(text("card-changed"))
    last = await last_step(tx, before)
    if not (actor.may(Right.MANAGE) or actor.user == last.by):
        raise Problem(text("undo-not-yours", name=last.by_name))
    if now - last.at > policy.undo and not before.result_failed:
        raise Problem(text("undo-too-late"))
    if before.status is Status.REFUSED:
        await refuse_if_replaced(tx, before)
    if not await take_back_mail(tx, before, now):
        raise Problem(text("undo-too-late"))
    after = before.without_account() if _may_be_entered_again(before) else before.reopen()
    try:
        saved = await _move(tx, actor, before, after, Event.UNDONE, policy, now)
    except AlreadyDecided as lost:
        raise LostRace from lost
    if before.result_failed:
        await tell_reopened(tx, saved, "-unmailed")
    return saved


async def last_step(tx: Transaction, registration: Registration) -> HistoryEntry:
    """Find who took the step that stands: entered the account, or decided.

    A step that was taken back does not count. StopIteration if nobody has decided.
    """
    moment = registration.account_at or registration.decided_at
    entries = reversed(await tx.history.of(registration.id))
    return next(entry for entry in entries if entry.event in STEPS and entry.at == moment)


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


async def tell_reopened(tx: Transaction, saved: Registration, how: str = "") -> None:
    """Tell the facility in its chat that a decision it knows of was taken back."""
    told = text(
        f"reopened-{saved.status.value}{how}",
        reference=saved.reference,
        email=mask(saved.email),
        due=saved.due,
    )
    await tx.outbox.put(
        Outgoing(
            key=f"reopened:{saved.id}:{saved.version}",
            kind=Kind.SAY,
            address=Address(saved.bot, saved.chat),
            locale=saved.locale,
            message=Message((told,)),
            registration_id=saved.id,
        )
    )


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


def _may_be_entered_again(registration: Registration) -> bool:
    return registration.account_at is not None and not registration.result_failed


async def take_back_mail(tx: Transaction, registration: Registration, now: datetime) -> bool:
    """Stop the mail with the result and forget its secret; False if it is on its way just now.

    If the mail had failed, the facility is no longer asked for another e-mail.
    """
    decided = registration.status is Status.REFUSED or registration.account_at is not None
    waits = decided and registration.result_at is None and not registration.result_failed
    if waits and not await tx.outbox.cancel(result_key(registration), now):
        return False
    await tx.troubles.close(registration.id, Ailment.MAIL)
    if registration.result_failed:
        told = event(
            Address(registration.bot, registration.chat).lane,
            EMAIL_NO_LONGER,
            f"{registration.id}:{now.isoformat()}",
            registration=registration.id,
        )
        await tx.inbox.put([told], now)
    await tx.secrets.delete(registration.id)
    return True


async def refuse_if_replaced(tx: Transaction, registration: Registration) -> None:
    """Raise `Problem` if something newer is live for the licence or the mailbox (rule 1)."""
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
    detail = {"reasons": list(after.reasons)}
    await tx.history.add(
        HistoryEntry(now, event, actor.user, actor.name, before.id, detail, words=after.reason_text)
    )
    saved = await load(tx, before.id)
    await refresh_card(tx, saved, policy)
    return saved
