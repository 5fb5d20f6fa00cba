"""What follows when something owed was sent, or could not be; in the transaction that says so."""

from collections.abc import Callable
from datetime import datetime

from core.events import event
from core.mailbox import mask
from core.messages import Address, Kind, MailKind, Message, Outgoing, text
from core.policy import Policy
from core.ports import Ailment, CardPlace, Event, HistoryEntry, OutboxRow, Transaction
from core.registration import Registration, Status
from core.usecases.expire import SYSTEM, again_choice
from core.usecases.inquiry import INQUIRY, not_delivered
from core.usecases.repair import ask_by_itself, needs_mail
from core.usecases.staff_group import redraw_card, refresh_card, staff_address

SAVE_TRIES = 3


async def mail_accepted(tx: Transaction, row: OutboxRow, policy: Policy, now: datetime) -> None:
    """The mail server took a mail. A result is given from this moment (rule 9)."""
    kind = MailKind(row.outgoing.context["mail"])
    if kind not in (MailKind.ACCOUNT, MailKind.REFUSAL):
        return
    given = await _update(tx, row, lambda before: before.with_result(now))
    if given is None:
        return
    await tx.secrets.delete(given.id)
    await tx.history.add(HistoryEntry(now, Event.RESULT_MAILED, SYSTEM, "", given.id))
    await refresh_card(tx, given, policy)
    # The same row is sent a second time if its mail came back.
    key = f"result-chat:{row.id}:{given.version}"
    await _tell_facility(tx, given, _result_notice(given, now), key=key)


async def mail_failed(
    tx: Transaction,
    row: OutboxRow,
    policy: Policy,
    now: datetime,
    *,
    final: bool,
    refused: bool = False,
) -> None:
    """A mail was not taken: a code tells its conversation each time, a result staff at the end.

    `refused` says that the mail server named the address as the cause.
    """
    context = row.outgoing.context
    kind = MailKind(context["mail"])
    if kind is MailKind.CODE:
        told = event(
            context["conversation"],
            "code-failed",
            f"{row.id}:{row.attempts}",
            nonce=context["nonce"],
            final=final,
            refused=refused,
        )
        await tx.inbox.put([told], now)
    elif final and kind is not MailKind.EXPIRY:
        await _result_failed(tx, row, policy, now, refused=refused)


async def card_shown(tx: Transaction, row: OutboxRow, message_id: str, shown_version: int) -> None:
    """A card hangs in the group as of `shown_version`; where it hung before, it is taken down."""
    address, registration_id = row.outgoing.address, row.outgoing.registration_id or 0
    before = await tx.cards.get(registration_id)
    await tx.cards.put(CardPlace(registration_id, address, message_id, shown_version))
    if before is not None and (before.address.lane, before.message_id) != (
        address.lane,
        message_id,
    ):
        moved = Message((text("card-moved"),))
        await tx.outbox.put(
            Outgoing(
                key=f"card-gone:{row.id}",
                kind=Kind.DELETE,
                address=before.address,
                message=moved,
                message_id=before.message_id,
            )
        )


async def chat_stopped(tx: Transaction, row: OutboxRow, policy: Policy, now: datetime) -> None:
    """A person cannot be reached: they blocked the bot, or an officer never opened it.

    Staff see on the card that the facility was not told in its chat.
    """
    outgoing = row.outgoing
    if "officer" in outgoing.context:
        address = await staff_address(tx, policy)
        if address is not None:
            hint = text("staff-open-private", name=outgoing.context["officer"])
            await tx.outbox.put(
                Outgoing(f"hint:{row.id}", Kind.SAY, address, message=Message((hint,)))
            )
        return
    await tx.inbox.put([event(outgoing.address.lane, "unreachable", str(row.id))], now)
    registration = await tx.registrations.get(outgoing.registration_id or 0)
    if registration is not None and outgoing.kind is Kind.SAY:
        await tx.troubles.open(registration.id, Ailment.CHAT, now)
        await tx.history.add(HistoryEntry(now, Event.UNREACHABLE, SYSTEM, "", registration.id))
        await redraw_card(tx, registration, policy, mark=f"{row.id}")


async def message_given_up(tx: Transaction, row: OutboxRow, policy: Policy, now: datetime) -> None:
    """A chat message cannot be delivered: if it asked something, staff must not wait for it."""
    number = row.outgoing.context.get(INQUIRY)
    if number is not None:
        await not_delivered(tx, number, policy, now)


async def _result_failed(
    tx: Transaction, row: OutboxRow, policy: Policy, now: datetime, *, refused: bool
) -> None:
    failed = await _update(tx, row, Registration.with_failed_result)
    if failed is None:
        return
    await tx.history.add(HistoryEntry(now, Event.RESULT_FAILED, SYSTEM, "", failed.id))
    await tx.troubles.open(failed.id, Ailment.MAIL, now)
    await refresh_card(tx, failed, policy)
    owed = needs_mail(failed, now)
    if owed and refused:
        await ask_by_itself(tx, failed, now)
        return
    key = "email-delayed" if owed else "email-bounced"
    notice = text(key, email=mask(failed.email), reference=failed.reference)
    again = () if failed.is_live else ((again_choice(failed),),)
    await _tell_facility(tx, failed, Message((notice,), again), key=f"bounced-chat:{row.id}")


async def _update(
    tx: Transaction, row: OutboxRow, outcome: Callable[[Registration], Registration]
) -> Registration | None:
    """Write the outcome, however the case moves meanwhile; None if it no longer waits for it."""
    for _ in range(SAVE_TRIES):
        before = await tx.registrations.get(row.outgoing.registration_id or 0)
        if before is None or before.status not in (Status.APPROVED, Status.REFUSED):
            return None
        if await tx.registrations.save(before, outcome(before)):
            return await tx.registrations.get(before.id)
    raise RuntimeError(f"registration {row.outgoing.registration_id} keeps changing")


def _result_notice(registration: Registration, now: datetime) -> Message:
    email = mask(registration.email)
    if registration.status is Status.ISSUED:
        line = text("approval-chat", reference=registration.reference, email=email, at=now)
        return Message((line,))
    line = text(
        "refusal-chat",
        reference=registration.reference,
        email=email,
        reason=registration.reason_text or "",
    )
    return Message((line,), ((again_choice(registration),),))


async def _tell_facility(
    tx: Transaction, registration: Registration, message: Message, key: str
) -> None:
    address = Address(registration.bot, registration.chat)
    await tx.outbox.put(
        Outgoing(
            key=key,
            kind=Kind.SAY,
            address=address,
            locale=registration.locale,
            message=message,
            registration_id=registration.id,
        )
    )
