"""An e-mail address as somebody typed it: damaged, perhaps another one, or as it stands."""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from core.mailbox import suggestion, typing_damage, untangle


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed, without what stood around it.

    `damaged` has letters that a Vietnamese keyboard made; `meant` is to be offered as a question.
    """

    address: str
    damaged: bool = False
    meant: str | None = None


def read_address(typed: str) -> Reading:
    """Read an address; whether it is free, and whether it is one at all, is asked later."""
    address = untangle(typed)
    if "@" in address and typing_damage(address):
        return Reading(address, damaged=True)
    meant = suggestion(address)
    return Reading(address, meant=meant if meant and valid_address(meant) else None)


def valid_address(address: str) -> str | None:
    """Give the address to send to, by syntax alone: a resolver that is down must refuse nobody."""
    try:
        valid = validate_email(
            address, check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError:
        return None
    return valid.normalized
