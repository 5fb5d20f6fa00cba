"""Every open registration at once, for what concerns them all."""

from core.ports import Transaction
from core.registration import Registration

AT_ONCE = 500  # loaded in one go


async def open_cases(tx: Transaction) -> list[Registration]:
    """Give all pending and approved registrations, the nearest due day first."""
    cases: list[Registration] = []
    while page := await tx.registrations.open_by_due(AT_ONCE, len(cases)):
        cases += page
    return cases
