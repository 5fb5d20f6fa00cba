"""Open to officers and leads: enter the account of an approved registration (rule 8)."""

import json
from dataclasses import dataclass
from datetime import datetime

from core.errors import AlreadyDecided, LostRace, Problem
from core.messages import MailKind, Text, text
from core.people import Actor
from core.policy import Policy
from core.ports import Event, HistoryEntry, Transaction, Vault
from core.registration import Registration, Status
from core.usecases.decide import how_it_stands, last_step, load, load_for_staff, result_mail
from core.usecases.staff_group import refresh_card

SITE_LIMIT, LOGIN_LIMIT, PASSWORD_LIMIT = 50, 50, 64  # the portal's own limits are 50, 50 and 30
SHORTEST_PASSWORD = 4


@dataclass(frozen=True, slots=True)
class Account:
    """Mã cơ sở, tên đăng nhập, mật khẩu ban đầu; its repr shows no password."""

    site: str
    login: str
    password: str

    def __repr__(self) -> str:
        return f"Account(site={self.site!r}, login={self.login!r})"


async def load_for_account(tx: Transaction, actor: Actor, registration_id: int) -> Registration:
    """Load an approved registration that still needs its account; raise `Problem` otherwise."""
    registration = await load_for_staff(tx, actor, registration_id)
    if registration.status is not Status.APPROVED:
        raise AlreadyDecided(how_it_stands(registration))
    if registration.account_at is not None:
        raise AlreadyDecided(await _who_entered(tx, registration))
    return registration


async def enter_account(
    tx: Transaction,
    actor: Actor,
    registration_id: int,
    version: int,
    account: Account,
    vault: Vault,
    policy: Policy,
    now: datetime,
) -> Registration:
    """Seal the account and owe its mail; the sealed account goes once the mail has left.

    Raises `Problem` if the case has changed since it was shown at `version`.
    """
    before = await load_for_account(tx, actor, registration_id)
    if before.version != version:
        raise Problem(text("card-changed"))
    if not await tx.registrations.save(before, before.with_account(now)):
        raise LostRace
    await tx.secrets.put(registration_id, seal_account(registration_id, account, vault), now)
    await tx.history.add(
        HistoryEntry(now, Event.ACCOUNT_ENTERED, actor.user, actor.name, registration_id)
    )
    saved = await load(tx, registration_id)
    await tx.outbox.put(result_mail(saved, MailKind.ACCOUNT, policy, now))
    await refresh_card(tx, saved, policy)
    return saved


def is_one_word(value: str, shortest: int, longest: int) -> bool:
    """Tell whether a value survives copying: one line, no white space, nothing invisible."""
    return (
        shortest <= len(value) <= longest
        and value.isprintable()
        and not any(character.isspace() for character in value)
    )


async def _who_entered(tx: Transaction, registration: Registration) -> Text:
    step = await last_step(tx, registration)
    return text(
        "stands-account-entered", reference=registration.reference, name=step.by_name, at=step.at
    )


def seal_account(registration_id: int, account: Account, vault: Vault) -> bytes:
    """Seal an account together with whose it is, so that it opens for that registration only."""
    plain = [registration_id, account.site, account.login, account.password]
    return vault.seal(json.dumps(plain).encode())


def open_account(registration_id: int, sealed: bytes, vault: Vault) -> Account:
    """Open a sealed account; ValueError if it belongs to another registration."""
    owner, site, login, password = json.loads(vault.open(sealed))
    if owner != registration_id:
        raise ValueError("the sealed account belongs to another registration")
    return Account(site, login, password)
