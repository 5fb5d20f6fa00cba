"""The registration: its states, the moves between them, and what each move records.

Every move returns a new value; it is written with `WHERE id AND status AND version`, so that of
two people who press at once only the first one wins.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from core.people import Actor


class Status(StrEnum):
    """Where a registration stands. The result of an approval is given once it is ISSUED."""

    PENDING = "pending"
    APPROVED = "approved"
    ISSUED = "issued"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


LIVE = frozenset({Status.PENDING, Status.APPROVED, Status.ISSUED})
OPEN = frozenset({Status.PENDING, Status.APPROVED})

# Two ways lead back to PENDING: undo, by a lead or the decider, and reopening, by a lead, which
# also leads from ISSUED to APPROVED; as does a mail that came back.
TRANSITIONS = MappingProxyType(
    {
        Status.PENDING: frozenset(
            {Status.APPROVED, Status.REFUSED, Status.EXPIRED, Status.WITHDRAWN}
        ),
        Status.APPROVED: frozenset({Status.ISSUED, Status.EXPIRED, Status.PENDING}),
        Status.REFUSED: frozenset({Status.PENDING}),
        Status.ISSUED: frozenset({Status.APPROVED}),
        Status.EXPIRED: frozenset[Status](),
        Status.WITHDRAWN: frozenset[Status](),
    }
)


class IllegalMove(Exception):
    """A move that the table does not allow; callers check the status first, so this is a defect."""


class PersonRole(StrEnum):
    """Whose e-mail it is. The letter accepts these two only (rule 4)."""

    DIRECTOR = "director"
    PHARMACIST = "pharmacist"


@dataclass(frozen=True, slots=True)
class Registration:
    """One registration of one facility.

    - `reference` is what people quote; `id` and `version` are for the database.
    - `bot`, `chat`, `user` say where it came from; the applicant is told there.
    - `due` is the last day in time (local date), `reopens_at` the moment it expires (UTC).
    - `decided_*` belong to the last decision; `reasons` are codes of the refusal list and
      `reason_text` is the wording that the facility reads.
    - `account_at` is when an officer entered the account; `result_at` when the mail server took
      the mail with the result (rule 9).
    - `reopened_at` is when its term began anew, after a result that did not stand.
    """

    id: int
    version: int
    reference: str
    status: Status
    bot: str
    chat: str
    user: str
    locale: str
    licence_key: str
    licence: str
    licence_raw: str
    facility: str
    role: PersonRole
    person: str
    email: str
    email_key: str
    email_proved: bool
    submitted_at: datetime
    due: date
    reopens_at: datetime
    provisional: bool
    place: str | None = None
    ticket: str | None = None
    previous_id: int | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    decided_name: str | None = None
    reasons: tuple[str, ...] = ()
    reason_text: str | None = None
    account_at: datetime | None = None
    result_at: datetime | None = None
    result_failed: bool = False
    reopened_at: datetime | None = None

    @property
    def term_from(self) -> datetime:
        """Day 0 of the term is the local date of this moment (rule 3)."""
        return self.reopened_at or self.submitted_at

    @property
    def is_live(self) -> bool:
        """A live registration keeps its licence and its e-mail to itself (rule 1)."""
        return self.status in LIVE

    def approve(self, by: Actor, now: datetime) -> "Registration":
        """Staff agree; the account is still to be entered."""
        return self._decided(Status.APPROVED, by, now)

    def refuse(
        self, by: Actor, now: datetime, reasons: tuple[str, ...], reason_text: str
    ) -> "Registration":
        """Staff refuse, with the reasons the facility will read; licence and e-mail are free."""
        refused = self._decided(Status.REFUSED, by, now)
        return replace(refused, reasons=reasons, reason_text=reason_text)

    def reopen(self) -> "Registration":
        """Take a decision back: the registration waits again as if it had not been decided."""
        return replace(
            self._moved(Status.PENDING),
            decided_at=None,
            decided_by=None,
            decided_name=None,
            reasons=(),
            reason_text=None,
            account_at=None,
            result_at=None,
            result_failed=False,
        )

    def recall(self) -> "Registration":
        """Take an issued account back: approved as before, and another one is still to come."""
        return replace(self._moved(Status.APPROVED), account_at=None, result_at=None)

    def with_account(self, now: datetime) -> "Registration":
        """An officer entered the account; it is ISSUED only when its mail was accepted."""
        if self.status is not Status.APPROVED:
            raise IllegalMove(f"an account for a registration that is {self.status}")
        return replace(self, account_at=now, result_failed=False)

    def without_account(self) -> "Registration":
        """Take an entered account back before its mail has left; the approval stands."""
        if self.status is not Status.APPROVED or self.account_at is None:
            raise IllegalMove(f"no account to take back from a registration that is {self.status}")
        return replace(self, account_at=None, result_failed=False)

    def with_result(self, at: datetime) -> "Registration":
        """The mail server accepted the result: an approval is issued, a refusal stays refused."""
        given = replace(self, result_at=at, result_failed=False)
        return given._moved(Status.ISSUED) if self.status is Status.APPROVED else given

    def with_email(self, email: str, key: str, *, proved: bool) -> "Registration":
        """The facility gave another e-mail, to which its result goes."""
        return replace(self, email=email, email_key=key, email_proved=proved)

    def with_result_owed(self) -> "Registration":
        """The mail that was refused is sent once more."""
        return replace(self, result_failed=False)

    def with_failed_result(self) -> "Registration":
        """The mail with the result was refused for good; staff must repair it."""
        return replace(self, result_failed=True)

    def bounced(self) -> "Registration":
        """The mail with the result came back after the mail server had taken it: none was given.

        An account counts as entered still: another one comes once there is where to send it.
        """
        if self.result_at is None:
            raise IllegalMove(f"no mail to come back from a registration that is {self.status}")
        back = replace(self, result_at=None, result_failed=True)
        return back._moved(Status.APPROVED) if self.status is Status.ISSUED else back

    def expire(self) -> "Registration":
        """The due day has passed without a result (rule 3)."""
        return self._moved(Status.EXPIRED)

    def withdraw(self) -> "Registration":
        """The facility takes its registration back while nobody has decided."""
        return self._moved(Status.WITHDRAWN)

    def _decided(self, status: Status, by: Actor, now: datetime) -> "Registration":
        moved = self._moved(status)
        return replace(moved, decided_at=now, decided_by=by.user, decided_name=by.name)

    def _moved(self, status: Status) -> "Registration":
        if status not in TRANSITIONS[self.status]:
            raise IllegalMove(f"{self.status} -> {status}")
        return replace(self, status=status)
