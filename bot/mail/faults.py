"""What a mail server's refusals call for: try later, give this mail up, or ask the operator.

Sources: RFC 5321 section 4.2 (4xx passing, 5xx lasting), RFC 3463 (enhanced codes) and the texts
of Gmail, Microsoft 365 and Postfix. Nothing a server says after it has seen a password or a mail
is repeated, since it may quote them.
"""

import re
import ssl
from dataclasses import dataclass

import aiosmtplib

from core.ports import Fault, SendFailed

LIMIT_PAUSE = 3600.0  # seconds; the limits are counted over an hour or a day

_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_LONGEST = 200  # characters of a server's answer worth keeping

_LIMIT = re.compile(
    r"^... 5\.4\.5"  # Gmail: Daily user sending limit exceeded
    r"|^454 4\.7\.0"  # Gmail: Too many login attempts
    r"|\b(sending|submission|relay|rate|quota|message) ?limit"  # Microsoft 365, Workspace, Exim
    r"|\btoo many (login|messages|connections)"
    r"|\brate[- ]limited",
    re.IGNORECASE,
)
_OURS = re.compile(r"^5(30|34|35|38)\b|^5\d\d .*\brelay", re.IGNORECASE | re.DOTALL)
_LASTING = re.compile(r"^5")
_ANY = re.compile("")

_SESSION = (
    aiosmtplib.SMTPAuthenticationError,
    aiosmtplib.SMTPHeloError,
    # A refused sender is refused for every mail: giving them up one by one would lose them all.
    aiosmtplib.SMTPSenderRefused,
)
_MAIL = (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError)


@dataclass(frozen=True, slots=True)
class _Rule:
    errors: type[Exception] | tuple[type[Exception], ...]
    answer: re.Pattern[str]
    fault: Fault
    retry_after: float | None = None


# The first rule that fits counts; `answer` is searched in "CODE TEXT".
RULES = (
    _Rule(aiosmtplib.SMTPResponseException, _LIMIT, Fault.RETRY, LIMIT_PAUSE),
    _Rule((*_SESSION, *_MAIL), _OURS, Fault.CONFIG),
    _Rule(_SESSION, _LASTING, Fault.CONFIG),
    _Rule(_MAIL, _LASTING, Fault.INVALID),
    _Rule(aiosmtplib.SMTPResponseException, _ANY, Fault.RETRY),
)

REFUSED: dict[type[Exception], str] = {
    aiosmtplib.SMTPAuthenticationError: "the sign-in",
    aiosmtplib.SMTPHeloError: "the greeting",
    aiosmtplib.SMTPSenderRefused: "the sender",
    aiosmtplib.SMTPRecipientRefused: "the recipient",
    aiosmtplib.SMTPDataError: "the mail",
}
_MAY_QUOTE = (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPDataError)


def failure(error: Exception) -> SendFailed:
    """Judge what aiosmtplib, the network or TLS raised; the reason names no person or secret."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refused(error)
    untrusted = _certificate_error(error)
    if untrusted is not None:
        reason = f"the mail server's certificate cannot be trusted: {untrusted.verify_message}"
        return SendFailed(Fault.CONFIG, reason)
    if type(error) is aiosmtplib.SMTPException:  # its own words: no AUTH, no STARTTLS offered
        return SendFailed(Fault.CONFIG, _without_addresses(error.message))
    # A mail whose answer was lost may have arrived; its Message-ID stays the same.
    return SendFailed(
        Fault.RETRY, _without_addresses(str(error) or "the mail server did not answer in time")
    )


def _refused(error: aiosmtplib.SMTPResponseException) -> SendFailed:
    answer = f"{error.code} {error.message}"
    rule = next(
        rule for rule in RULES if isinstance(error, rule.errors) and rule.answer.search(answer)
    )
    if isinstance(error, _MAY_QUOTE):
        enhanced = _ENHANCED.match(error.message)
        answer = f"{error.code} {enhanced[0]}" if enhanced else str(error.code)
    refused = REFUSED.get(type(error), "the connection")
    reason = f"the mail server refused {refused}: {_without_addresses(answer)}"
    return SendFailed(rule.fault, reason, retry_after=rule.retry_after)


def _certificate_error(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__
    return error


def _without_addresses(answer: str) -> str:
    shown = _ADDRESS.sub("(address)", answer).encode("ascii", "replace").decode("ascii")
    return " ".join(shown.split())[:_LONGEST]
