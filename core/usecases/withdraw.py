"""Open to the applicant: take a registration back while nobody has decided."""

from datetime import datetime

from core.errors import AlreadyDecided, Problem
from core.messages import text
from core.policy import Policy
from core.ports import Event, HistoryEntry, Transaction
from core.registration import Registration, Status
from core.usecases.decide import how_it_stands, load
from core.usecases.staff_group import refresh_card


async def withdraw(
    tx: Transaction, user: str, registration_id: int, policy: Policy, now: datetime
) -> Registration:
    """Withdraw a pending registration of one's own; licence and e-mail are free at once."""
    before = await load(tx, registration_id)
    if before.user != user:
        raise Problem(text("case-unknown"))
    if before.status is not Status.PENDING or not await tx.registrations.save(
        before, before.withdraw()
    ):
        raise AlreadyDecided(how_it_stands(await load(tx, registration_id)))
    await tx.history.add(HistoryEntry(now, Event.WITHDRAWN, user, "", registration_id))
    after = await load(tx, registration_id)
    await refresh_card(tx, after, policy)
    return after
