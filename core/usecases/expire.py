"""Time only: at 00:00 after the due day an open registration expires and reopens (rule 3)."""

from datetime import datetime

from core import actions
from core.errors import LostRace
from core.mailbox import mask
from core.messages import MAIL, PATIENT, Address, Choice, Kind, MailKind, Message, Outgoing, text
from core.policy import Policy
from core.ports import Event, HistoryEntry, Transaction
from core.registration import Registration
from core.usecases.decide import take_back_mail
from core.usecases.staff_group import refresh_card

AT_ONCE = 200
SYSTEM = "system"


async def expire_due(tx: Transaction, policy: Policy, now: datetime) -> int:
    """Expire what is overdue, tell the facilities by mail and chat; return how many.

    One whose account mail is being sent this very moment is left for the next tick.
    """
    overdue = await tx.registrations.overdue(now, AT_ONCE)
    return sum([await _expire(tx, registration, policy, now) for registration in overdue])


def again_choice(registration: Registration) -> Choice:
    """Offer a new registration with everything filled in from an earlier one (rule 2)."""
    return Choice(actions.menu("again", f"{registration.id:x}"), text("button-again"))


async def _expire(tx: Transaction, before: Registration, policy: Policy, now: datetime) -> bool:
    if not await take_back_mail(tx, before, now):
        return False
    if not await tx.registrations.save(before, before.expire()):
        raise LostRace
    await _tell(tx, before, policy, now)
    return True


async def _tell(tx: Transaction, before: Registration, policy: Policy, now: datetime) -> None:
    await tx.history.add(HistoryEntry(now, Event.EXPIRED, SYSTEM, "", before.id))
    await tx.outbox.put(
        Outgoing(
            key=f"expiry:{before.id}",
            kind=Kind.MAIL,
            address=Address(MAIL, before.email),
            locale=before.locale,
            registration_id=before.id,
            context={"mail": MailKind.EXPIRY.value},
            priority=2,
        )
    )
    notice = text("expiry-notice", reference=before.reference, email=mask(before.email))
    await tx.outbox.put(
        Outgoing(
            key=f"expiry-chat:{before.id}",
            kind=Kind.SAY,
            address=Address(before.bot, before.chat),
            locale=before.locale,
            message=Message((notice,), ((again_choice(before),),)),
            registration_id=before.id,
        )
    )
    expired = await tx.registrations.get(before.id)
    if expired is not None:
        await refresh_card(tx, expired, policy, PATIENT)
