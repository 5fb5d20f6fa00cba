"""What a case needs when its facility could not be told: by staff, by the facility, or by time.

Sending again, asking for another e-mail, putting aside and saying that a mail came back are open to
officers and leads, giving another e-mail to the applicant; each counts once, and only while the
term of the case runs: that of an issued one begins anew when its mail came back.
"""

from datetime import datetime, timedelta

from core import actions
from core.errors import AlreadyDecided, LostRace, Problem, Taken
from core.events import event
from core.mailbox import match_key
from core.messages import MAIL, Address, Choice, MailKind, Text, text
from core.people import Actor
from core.policy import Policy
from core.ports import Ailment, Event, HistoryEntry, NewUpdate, Transaction, Trouble
from core.registration import Registration, Status
from core.usecases.decide import (
    how_it_stands,
    load,
    load_for_staff,
    refuse_if_replaced,
    result_key,
    result_mail,
)
from core.usecases.reopen import with_new_term
from core.usecases.staff_group import redraw_card, refresh_card

ASK_PAUSE = timedelta(hours=1)  # before the same facility is asked for another e-mail once more
BOUNCES_FOR = timedelta(days=14)  # mail servers try for five days; somebody reads it after Tết
LOOKED_AT = 20  # of a person's registrations, newest first
SENT_AGAIN = frozenset({Event.RESULT_RESENT, Event.EMAIL_CORRECTED})
EMAIL_WANTED = "email-wanted"


def may_bounce(registration: Registration, now: datetime) -> bool:
    """Tell whether the mail with the result may still come back, and sending it again is of use.

    An account is always owed; a refusal only within its term, as in `needs_mail`.
    """
    if registration.result_at is None:
        return False
    if registration.status is Status.REFUSED:
        return now < registration.reopens_at
    return now < registration.result_at + BOUNCES_FOR


def needs_mail(registration: Registration, now: datetime) -> bool:
    """Tell whether a result could not be mailed and is still owed.

    Once the term has passed nothing is: licence and e-mail are free anyway (rule 3).
    """
    decided = registration.status in (Status.APPROVED, Status.REFUSED)
    return decided and registration.result_failed and now < registration.reopens_at


# ── staff ────────────────────────────────────────────────────────────────────────────────────────


async def resend(
    tx: Transaction, actor: Actor, registration_id: int, version: int, policy: Policy, now: datetime
) -> Registration:
    """Owe the mail with the result once more, at once.

    An approved registration whose sealed account is gone by now goes back to waiting for one: then
    no mail is owed, and `account_at` of what is returned is None.
    """
    before = await _load_broken(tx, actor, registration_id, now)
    if before.version != version:
        raise Problem(text("card-changed"))
    return await _send_again(tx, actor, Event.RESULT_RESENT, before, before, policy, now)


async def ask_other_email(
    tx: Transaction, actor: Actor, registration_id: int, policy: Policy, now: datetime
) -> Registration:
    """Have the facility asked in its chat for another e-mail; raise `Problem` if it just was."""
    registration = await _load_broken(tx, actor, registration_id, now)
    if not await tx.troubles.asked(registration_id, now, now - ASK_PAUSE):
        raise AlreadyDecided(await _why_not_asked(tx, registration_id))
    await tx.inbox.put([email_wanted(registration, now)], now)
    await _record(tx, Event.EMAIL_ASKED, actor, registration, now)
    await redraw_card(tx, registration, policy, mark=f"asked:{now.isoformat()}")
    return registration


async def put_aside(
    tx: Transaction, actor: Actor, registration_id: int, policy: Policy, now: datetime
) -> Registration:
    """Mark what is wrong with a case as handled: the digest leaves it out from now on.

    An account that could not be mailed is forgotten with it (rule 8).
    """
    before = await load_for_staff(tx, actor, registration_id)
    if not await tx.troubles.handle(registration_id, actor.name, now):
        raise AlreadyDecided(await _who_put_aside(tx, registration_id))
    if before.result_failed:
        # A colleague may have sent it again meanwhile: then the mail needs its account.
        if not await tx.registrations.save(before, before):
            raise LostRace
        await tx.secrets.delete(registration_id)
    saved = await load(tx, registration_id)
    await _record(tx, Event.HANDLED, actor, saved, now)
    await redraw_card(tx, saved, policy, mark=f"handled:{now.isoformat()}")
    return saved


async def plan_bounce(
    tx: Transaction, actor: Actor, registration_id: int, version: int, policy: Policy, now: datetime
) -> tuple[Registration, Registration]:
    """Give a mailed case, as its card showed it at `version`, and what a bounce makes of it.

    The term of an issued one begins anew, as when it is reopened. Raises `AlreadyDecided` when its
    result is not mailed (any more), and `Problem` for a card that has changed since, a bounce that
    comes too late, or a refusal whose licence or mailbox has something newer live.
    """
    before = await load_for_staff(tx, actor, registration_id)
    if before.result_at is None:
        raise AlreadyDecided(await _how_the_bounce_stands(tx, before))
    if before.version != version:
        raise Problem(text("card-changed"))
    if not may_bounce(before, now):
        raise Problem(text("bounced-too-late", reference=before.reference))
    if before.status is Status.REFUSED:
        await refuse_if_replaced(tx, before)
        return before, before.bounced()
    return before, await with_new_term(tx, before.bounced(), policy, now)


async def bounced(
    tx: Transaction, actor: Actor, registration_id: int, version: int, policy: Policy, now: datetime
) -> Registration:
    """Take an officer's word that the mail with the result came back: as if it had been refused.

    The facility is asked for another e-mail at once. Raises what `plan_bounce` raises.
    """
    before, after = await plan_bounce(tx, actor, registration_id, version, policy, now)
    # The trouble before the registration, as everywhere: no deadlock.
    await tx.troubles.open(registration_id, Ailment.MAIL, now)
    if not await tx.registrations.save(before, after):
        raise LostRace
    await tx.outbox.came_back(result_key(before), now)
    # A file that is sent once more must not count its row as done.
    await tx.batches.let_go(registration_id)
    saved = await load(tx, registration_id)
    detail = {"due": saved.due.isoformat()}
    await tx.history.add(
        HistoryEntry(now, Event.RESULT_BOUNCED, actor.user, actor.name, saved.id, detail)
    )
    await ask_by_itself(tx, saved, now)
    await refresh_card(tx, saved, policy)
    return saved


# ── the facility ─────────────────────────────────────────────────────────────────────────────────


def email_wanted(registration: Registration, now: datetime) -> NewUpdate:
    """Tell the facility's conversation to ask for another e-mail."""
    return event(
        Address(registration.bot, registration.chat).lane,
        EMAIL_WANTED,
        f"{registration.id}:{now.isoformat()}",
        registration=registration.id,
        user=registration.user,
    )


async def ask_by_itself(tx: Transaction, registration: Registration, now: datetime) -> None:
    """Have the facility asked for another e-mail once its mail has failed, by nobody's press."""
    await tx.troubles.asked(registration.id, now, now)
    await tx.inbox.put([email_wanted(registration, now)], now)


async def load_own_broken(
    tx: Transaction, user: str, registration_id: int, now: datetime
) -> Registration:
    """Load a person's own registration that waits for another e-mail; raise `Problem` otherwise."""
    registration = await load(tx, registration_id)
    if registration.user != user:
        raise Problem(text("case-unknown"))
    if not needs_mail(registration, now):
        raise Problem(text("email-no-longer", reference=registration.reference))
    return registration


async def check_mailbox(tx: Transaction, registration: Registration, email: str) -> None:
    """Raise `Taken` if another live registration has the mailbox (rule 1)."""
    holder = await tx.registrations.live_by_email(match_key(email))
    if holder is not None and holder.id != registration.id:
        raise Taken(text("email-used"))


async def correct_email(
    tx: Transaction,
    user: str,
    registration_id: int,
    email: str,
    policy: Policy,
    now: datetime,
    *,
    proved: bool,
) -> Registration:
    """Take another e-mail from the facility, and owe the result to it at once.

    As with `resend`, an account that is gone has to be entered again first.
    """
    before = await load_own_broken(tx, user, registration_id, now)
    await check_mailbox(tx, before, email)
    after = before.with_email(email, match_key(email), proved=proved)
    facility = Actor(user, "")
    return await _send_again(tx, facility, Event.EMAIL_CORRECTED, before, after, policy, now)


async def reached_again(tx: Transaction, user: str, policy: Policy, now: datetime) -> None:
    """A facility that could not be told anything in its chat is back."""
    for registration in await tx.registrations.of_user(user, LOOKED_AT):
        if await tx.troubles.close(registration.id, Ailment.CHAT):
            await redraw_card(tx, registration, policy, mark=f"back:{now.isoformat()}")


# ── on the card and in the digest ────────────────────────────────────────────────────────────────


def trouble_lines(registration: Registration, troubles: list[Trouble]) -> tuple[Text, ...]:
    """Tell what is wrong and what was done about it; the failed mail has a line of its own."""
    mine = [t for t in troubles if t.ailment is Ailment.CHAT or registration.result_failed]
    told = [text("card-unreachable", at=t.at) for t in mine if t.ailment is Ailment.CHAT]
    asked = [
        text("card-email-asked", at=t.asked_at)
        for t in mine
        if t.ailment is Ailment.MAIL and t.asked_at is not None
    ]
    handled = [
        text("card-handled", name=t.handled_name or "", at=t.handled_at)
        for t in mine
        if t.handled_at is not None
    ]
    return (*told, *asked, *handled[-1:])


def repair_rows(
    registration: Registration, troubles: list[Trouble], now: datetime
) -> tuple[tuple[Choice, ...], ...]:
    """Offer what can be done about it."""
    if now >= registration.reopens_at:
        return ()
    unhandled = {one.ailment for one in troubles if one.handled_at is None}
    verbs = ["resend"] if needs_mail(registration, now) else []
    if verbs and Ailment.MAIL in unhandled:
        verbs.append("email")
    if unhandled:
        verbs.append("handled")
    row = tuple(
        Choice(
            actions.card(verb, registration.id, registration.version),
            text(f"button-repair-{verb}"),
        )
        for verb in verbs
    )
    return (row,) if row else ()


def bounce_rows(registration: Registration, now: datetime) -> tuple[tuple[Choice, ...], ...]:
    """Offer to say that the mail with the result came back."""
    if not may_bounce(registration, now):
        return ()
    wire = actions.card("bounced", registration.id, registration.version)
    return ((Choice(wire, text("button-bounced")),),)


# ── inside ───────────────────────────────────────────────────────────────────────────────────────


async def _load_broken(
    tx: Transaction, actor: Actor, registration_id: int, now: datetime
) -> Registration:
    registration = await load_for_staff(tx, actor, registration_id)
    if not needs_mail(registration, now):
        raise AlreadyDecided(await _how_it_went_on(tx, registration))
    return registration


async def _send_again(
    tx: Transaction,
    actor: Actor,
    what: Event,
    before: Registration,
    after: Registration,
    policy: Policy,
    now: datetime,
) -> Registration:
    approved = before.status is Status.APPROVED
    lost = approved and await tx.secrets.get(before.id) is None
    after = after.without_account() if lost else after.with_result_owed()
    # The trouble before the registration, as whoever takes the result back: no deadlock.
    await tx.troubles.close(before.id, Ailment.MAIL)
    if not await tx.registrations.save(before, after):
        raise LostRace
    saved = await load(tx, before.id)
    if not lost or what is Event.EMAIL_CORRECTED:
        await _record(tx, what, actor, saved, now)
    if lost:
        await _record(tx, Event.ACCOUNT_GONE, actor, saved, now)
    else:
        address = Address(MAIL, saved.email)
        if not await tx.outbox.again(result_key(saved), address, now):
            kind = MailKind.ACCOUNT if approved else MailKind.REFUSAL
            await tx.outbox.put(result_mail(saved, kind, policy, now))
    await refresh_card(tx, saved, policy)
    return saved


async def _how_it_went_on(tx: Transaction, registration: Registration) -> Text:
    """Tell a late presser what became of the mail, or of the case."""
    reference = registration.reference
    if registration.result_at is not None:
        return text("repair-mailed", reference=reference, at=registration.result_at)
    if registration.status is Status.APPROVED and registration.account_at is None:
        return text("repair-account-gone", reference=reference)
    resent = [e for e in await tx.history.of(registration.id) if e.event in SENT_AGAIN]
    decided = registration.status in (Status.APPROVED, Status.REFUSED)
    if decided and resent and not registration.result_failed:
        last = resent[-1]
        by_facility = last.event is Event.EMAIL_CORRECTED
        by = text("repair-by-facility") if by_facility else text("repair-by", name=last.by_name)
        return text("repair-resent", reference=reference, by=by, at=last.at)
    if decided and registration.result_failed:
        return text("repair-out-of-time", reference=reference)
    return how_it_stands(registration)


async def _how_the_bounce_stands(tx: Transaction, registration: Registration) -> Text:
    """Tell a late presser who said so already, or what became of the case since."""
    if not registration.result_failed:
        return await _how_it_went_on(tx, registration)
    entries = await tx.history.of(registration.id)
    told = [entry for entry in entries if entry.event is Event.RESULT_BOUNCED]
    if not told:
        return text("card-changed")
    last = told[-1]
    return text("repair-bounced", reference=registration.reference, name=last.by_name, at=last.at)


async def _why_not_asked(tx: Transaction, registration_id: int) -> Text:
    for trouble in await tx.troubles.of(registration_id):
        if trouble.ailment is Ailment.MAIL:
            if trouble.handled_at is None and trouble.asked_at is not None:
                return text("repair-asked", at=trouble.asked_at)
            return await _who_put_aside(tx, registration_id)
    return text("repair-nothing")


async def _who_put_aside(tx: Transaction, registration_id: int) -> Text:
    for trouble in await tx.troubles.of(registration_id):
        if trouble.handled_at is not None:
            return text("repair-handled", name=trouble.handled_name or "", at=trouble.handled_at)
    return text("repair-nothing")


async def _record(
    tx: Transaction, what: Event, actor: Actor, registration: Registration, now: datetime
) -> None:
    await tx.history.add(HistoryEntry(now, what, actor.user, actor.name, registration.id))
