"""Which other registrations are of the same facility, for whoever calls one a repetition."""

from core.ports import Transaction
from core.registration import Registration

LOOKED_AT = 50


async def same_facility(tx: Transaction, registration: Registration) -> list[Registration]:
    """Give earlier registrations with its licence or mailbox, newest first.

    One sender may register several facilities, so the same account is no sign.
    """
    return [
        one
        for one in await tx.registrations.related(registration, LOOKED_AT)
        if one.licence_key == registration.licence_key or one.email_key == registration.email_key
    ]
