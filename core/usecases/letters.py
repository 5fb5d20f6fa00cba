"""What a mail says, looked up at the moment it leaves: nothing of it waits in the outbox."""

from core.codes import CODE_LIFE, PURPOSE, email_code
from core.messages import Kind, MailKind
from core.policy import Policy
from core.ports import Mail, OutboxRow, Transaction, Vault
from core.registration import Registration, Status
from core.usecases.account import open_account


async def letter(tx: Transaction, row: OutboxRow, vault: Vault, policy: Policy) -> Mail | None:
    """Compose the mail of an outbox row; None when the case has moved on and nothing is owed."""
    outgoing = row.outgoing
    if outgoing.kind is not Kind.MAIL:
        raise ValueError(f"not a mail: {outgoing.key}")
    kind = MailKind(outgoing.context["mail"])
    if kind is MailKind.CODE:
        code = email_code(
            vault.keys(PURPOSE)[0],
            outgoing.context["conversation"],
            outgoing.address.chat,
            outgoing.context["nonce"],
        )
        minutes = int(CODE_LIFE.total_seconds()) // 60
        return _mail(row, kind, None, {"code": code, "minutes": minutes}, policy)
    registration = await tx.registrations.get(outgoing.registration_id or 0)
    if registration is None:
        return None
    values = await _result_values(tx, kind, registration, vault, policy)
    return _mail(row, kind, registration.reference, values, policy) if values else None


async def _result_values(
    tx: Transaction, kind: MailKind, registration: Registration, vault: Vault, policy: Policy
) -> dict[str, str | int] | None:
    common: dict[str, str | int] = {
        "facility": registration.facility,
        "licence": registration.licence,
    }
    match kind, registration.status:
        case MailKind.ACCOUNT, Status.APPROVED:
            sealed = await tx.secrets.get(registration.id)
            if sealed is None:
                return None
            account = open_account(registration.id, sealed, vault)
            return {
                **common,
                "site_code": account.site,
                "login": account.login,
                "password": account.password,
            }
        case MailKind.REFUSAL, Status.REFUSED:
            return {**common, "reasons": registration.reason_text or "", "link": policy.bot_link}
        case MailKind.EXPIRY, Status.EXPIRED:
            return {**common, "due": registration.due.isoformat(), "link": policy.bot_link}
        case _:
            return None


def _mail(
    row: OutboxRow,
    kind: MailKind,
    reference: str | None,
    values: dict[str, str | int],
    policy: Policy,
) -> Mail:
    outgoing = row.outgoing
    return Mail(
        kind=kind,
        to=outgoing.address.chat,
        message_id=f"<knlt.{row.id}.{row.created_at:%Y%m%d%H%M%S}@{policy.mail_domain}>",
        reference=reference,
        values=values,
        locale=outgoing.locale,
    )
