"""What the rules need from outside, as protocols: a transaction, a clock, a vault, messengers."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from core.calendar import WorkingCalendar
from core.charts import Chart
from core.conversation import Conversation
from core.limits import UNLIMITED, Limits
from core.messages import Address, Kind, MailKind, Message, Outgoing, Text
from core.people import Actor, Role
from core.reasons import Reason
from core.registration import Registration


class Clock(Protocol):
    """The only source of the present moment."""

    def now(self) -> datetime:
        """Give the present as an aware UTC datetime."""


class Vault(Protocol):
    """Keeps secrets unreadable in the database, and derives keys for codes and tickets."""

    def seal(self, plain: bytes) -> bytes:
        """Encrypt; `open` gives `plain` back as long as the key is configured."""

    def open(self, sealed: bytes) -> bytes:
        """Decrypt what `seal` made, with any of the configured keys; raise ValueError otherwise."""

    def keys(self, purpose: str) -> Sequence[bytes]:
        """Derive one 32-byte key per configured key for a purpose, newest first."""


class Wording(Protocol):
    """The catalogue, for the few places where the conversation itself needs the words."""

    def say(self, text: Text, locale: str) -> str:
        """Word a `Text` as plain text without markup."""


# ── storage ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An update that a messenger handed over. `payload` is its raw JSON, empty if no key opens it.

    `begun` counts how often it was begun alone and did not come to an end. `tried` says that a
    worker had it in hand before, and ended or rolled back; on SQLite nothing tells.
    """

    id: int
    bot: str
    update_id: str
    conversation: str
    payload: bytes
    received_at: datetime
    attempts: int = 0
    begun: int = 0
    tried: bool = False


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update to be stored. `(bot, update_id)` is unique; a second arrival changes nothing."""

    bot: str
    update_id: str
    conversation: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Parked:
    """An update that was given up, and the class of what went wrong."""

    row: InboxRow
    error: str


class Inbox(Protocol):
    """Updates in order of arrival, each processed once."""

    async def put(self, updates: Sequence[NewUpdate], now: datetime) -> int:
        """Store the new ones among `updates`; return how many were new."""

    async def heads(self, limit: int, now: datetime, *, begun: bool = True) -> list[InboxRow]:
        """Lock and return the oldest unprocessed update of up to `limit` conversations.

        The lock is the claim: it lasts as long as the transaction, and a crash frees it.
        A conversation whose oldest update waits for another attempt is left out; with `begun`
        False also one whose oldest was begun alone before.
        """

    async def begin(self, row: InboxRow, now: datetime, until: datetime) -> bool:
        """Note that `row` is about to be handled alone; False if another worker was faster.

        Once committed, the note outlives the process, and `heads` leaves the row out until a
        moment. Whatever becomes of the row but the end of its worker takes the note back.
        """

    async def head(self, row_id: int) -> InboxRow | None:
        """Lock and return one update that was begun, as `heads` would if it were due."""

    async def let_go(self, row_id: int) -> None:
        """Take the note of `begin` back, for a worker that lives and could not go on."""

    async def youngest(self) -> int:
        """Give the id of the youngest unprocessed update, 0 if there is none."""

    async def waits(self, now: datetime) -> bool:
        """Tell whether an update is due, even if another worker is just at it."""

    async def done(self, ids: Sequence[int], now: datetime) -> None:
        """Mark as processed and forget the payloads."""

    async def failed(
        self, row_id: int, retry_at: datetime, error: str, *, park: bool, now: datetime
    ) -> bool:
        """Count an attempt that failed; `park` gives the update up (its payload is kept).

        False if it has come to its end meanwhile, and nothing is counted.
        """

    async def backlog(self) -> tuple[int, datetime | None]:
        """Count the unprocessed updates and give the arrival of the oldest."""

    async def parked(self) -> int:
        """Count the updates that were given up."""

    async def all_parked(self, limit: int) -> list[Parked]:
        """Give the updates that were given up, oldest first."""

    async def retry(self, row_id: int) -> bool:
        """Have a parked update handled after all; False if it is not parked any more.

        One that was begun too often may be begun once more.
        """

    async def drop(self, row_id: int) -> bool:
        """Forget a parked update for good; False if it is not parked any more."""

    async def forget(self, before: datetime, parked_before: datetime) -> int:
        """Delete what was processed, or parked, before a moment; return how many."""


class Conversations(Protocol):
    """One row per conversation; `get` sees what `save` wrote in the same transaction."""

    async def prefetch(self, keys: Sequence[str]) -> None:
        """Load several at once, so that `get` needs no statement of its own."""

    async def get(self, key: str) -> Conversation | None:
        """Load a conversation."""

    async def save(self, conversation: Conversation) -> None:
        """Write a conversation, at the end of the transaction at the latest."""

    async def to_remind(self, now: datetime, limit: int) -> list[Conversation]:
        """Give conversations whose `remind_at` has passed."""

    async def to_forget(self, touched_before: datetime, limit: int) -> list[Conversation]:
        """Give conversations that hold a draft, a prompt or an aside not touched since."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Which pending registrations: due until a day, claimed by somebody, claimed by nobody.

    `mismatched` are those that the register does not know, or by another name.
    """

    due_until: date | None = None
    claimed_by: str | None = None
    unclaimed: bool = False
    mismatched: bool = False


class Match(StrEnum):
    """How a registration compares with the register; the values are of the database."""

    SAME = "same"
    DIFFERS = "differs"
    MISSING = "missing"


class Registrations(Protocol):
    """Registrations; at most one live one per licence and per e-mail key (rule 1)."""

    async def add(self, new: Registration, match: Match | None = None) -> Registration | None:
        """Insert, giving it an id; None if the licence, e-mail, ticket or reference is taken.

        `match` is None as long as there is no register.
        """

    async def set_match(self, ids: Sequence[int], match: Match | None) -> None:
        """Write how registrations compare with the register; their versions stay."""

    async def save(self, before: Registration, after: Registration) -> bool:
        """Write `after`, a version on, only if the row has the status and version of `before`.

        False, too, when `after` is live and the licence, e-mail or ticket that it did not hold
        before is taken by now.
        """

    async def get(self, registration_id: int) -> Registration | None:
        """Load by id."""

    async def by_reference(self, reference: str) -> Registration | None:
        """Load by the reference that people quote."""

    async def live_by_licence(self, licence_key: str) -> Registration | None:
        """Find the live registration of a licence."""

    async def live_by_email(self, email_key: str) -> Registration | None:
        """Find the live registration of a mailbox."""

    async def live_by_ticket(self, ticket: str) -> Registration | None:
        """Find the live registration that spent a ticket (its nonce, hex)."""

    async def of_user(self, user: str, limit: int) -> list[Registration]:
        """Give a person's registrations, newest first."""

    async def related(self, one: Registration, limit: int) -> list[Registration]:
        """Give earlier registrations of its licence or mailbox, then those of its account alone.

        The newest first.
        """

    async def same_name(self, one: Registration, limit: int) -> list[Registration]:
        """Give earlier registrations of other licences by the same name, newest first."""

    async def of_licence(self, licence_key: str, limit: int) -> list[Registration]:
        """Give a licence's registrations, whatever became of them, newest first."""

    async def by_words(self, words: Sequence[str], limit: int) -> tuple[list[Registration], bool]:
        """Give registrations that have all words (see `core.search`), newest first.

        The last word need only be begun; at least one word is given. The flag says that there
        may be more than `limit`, or that the words are too common to tell.
        """

    async def overdue(self, now: datetime, limit: int) -> list[Registration]:
        """Give open ones with `reopens_at <= now` whose mail is not being sent just now."""

    async def open_by_due(self, limit: int, offset: int = 0) -> list[Registration]:
        """Give pending and approved registrations, the nearest due day first."""

    async def count_open(self, due_until: date | None = None) -> int:
        """Count pending and approved registrations, or those due until a day (included)."""

    async def pending_by_due(self) -> dict[date, int]:
        """Count pending registrations by due day."""

    async def count_decided(self, since: datetime, until: datetime) -> int:
        """Count the decisions of `[since, until)` that stand."""

    async def count_waiting(
        self, wanted: Waiting, now: datetime, until: tuple[date, int] | None = None
    ) -> int:
        """Count pending registrations, or those up to a due day and id (included)."""

    async def waiting_at(
        self, wanted: Waiting, now: datetime, position: int
    ) -> Registration | None:
        """Give the pending registration at a position from 0, the nearest due day first."""

    async def expired_between(self, after: datetime, until: datetime) -> list[Registration]:
        """Give the registrations that expired in `(after, until]`, by `reopens_at`."""

    async def active_since(self, since: datetime) -> list[Registration]:
        """Give those handed in, decided, answered or expired since a moment."""

    async def began(self) -> datetime | None:
        """Give when the first registration of all was handed in."""

    async def count_received(self, since: datetime, until: datetime) -> int:
        """Count those handed in in `[since, until)`."""

    async def received(self, since: datetime, until: datetime) -> list[Registration]:
        """Give those handed in in `[since, until)`, in that order."""


class Event(StrEnum):
    """What the history records."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    UNDONE = "undone"
    REOPENED = "reopened"
    ACCOUNT_ENTERED = "account-entered"
    RESULT_MAILED = "result-mailed"
    RESULT_FAILED = "result-failed"
    RESULT_BOUNCED = "result-bounced"
    RESULT_RESENT = "result-resent"
    ACCOUNT_GONE = "account-gone"
    EMAIL_ASKED = "email-asked"
    EMAIL_CORRECTED = "email-corrected"
    HANDLED = "handled"
    INQUIRY_ASKED = "inquiry-asked"
    INQUIRY_ANSWERED = "inquiry-answered"
    INQUIRY_FAILED = "inquiry-failed"
    CLAIMED = "claimed"
    RELEASED = "released"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"
    STAFF_ADDED = "staff-added"
    STAFF_REMOVED = "staff-removed"
    GROUP_BOUND = "group-bound"
    CALENDAR_CHANGED = "calendar-changed"
    DUE_MOVED = "due-moved"
    REPORT_EXPORTED = "report-exported"
    BATCH_EXPORTED = "batch-exported"
    BATCH_RELEASED = "batch-released"
    REGISTER_IMPORTED = "register-imported"
    DEAD_RETRIED = "dead-retried"
    DEAD_DROPPED = "dead-dropped"
    REASONS_CHANGED = "reasons-changed"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One fact: who did what, when. `detail` holds primitives and no personal data or secrets.

    `words` are what was written about the case: why it was refused, a question, its answer.
    """

    at: datetime
    event: Event
    by: str
    by_name: str
    registration_id: int | None = None
    detail: Mapping[str, Any] | None = None
    words: str | None = None


class History(Protocol):
    """Append-only."""

    async def add(self, entry: HistoryEntry) -> None:
        """Append a fact."""

    async def of(self, registration_id: int) -> list[HistoryEntry]:
        """Give a registration's facts, oldest first."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An `Outgoing` on its way. `attempts` counts this one and those that were reported.

    `deaths` counts the senders that ended without a word while they held it, since the last report.
    """

    id: int
    outgoing: Outgoing
    attempts: int
    created_at: datetime
    deaths: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a sent row: the messenger's id of the message, if there is one."""

    row: OutboxRow
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A chat message that was given up: when, after how many attempts, for which fault.

    `has_words` says that they were kept, so that it can be sent again.
    """

    id: int
    kind: Kind
    bot: str
    at: datetime
    attempts: int
    fault: str
    has_words: bool


class Outbox(Protocol):
    """What is owed, until it was sent."""

    async def put(self, outgoing: Outgoing) -> None:
        """Owe something; the same key a second time changes nothing."""

    async def again(self, key: str, address: Address, now: datetime) -> bool:
        """Owe a mail that was given up once more, to `address`; False if it was not given up."""

    async def came_back(self, key: str, now: datetime) -> None:
        """Count a mail that the server took as given up, if it is there still."""

    async def cancel(self, key: str, now: datetime) -> bool:
        """Take back what nobody has begun to send; False if it is too late, or may be.

        What somebody claimed and never reported on may have left: it is settled by its next sender.
        """

    async def claim(
        self,
        owner: str,
        now: datetime,
        lease_until: datetime,
        limit: int,
        *,
        mail: bool,
        limits: Limits = UNLIMITED,
    ) -> list[OutboxRow]:
        """Lease the first due row of up to `limit` lanes to `owner`, mails or chat messages.

        A chat that has heard as much as `limits` allow, from whichever process, is left out.
        A lease ends with its time, or with the process that has it (see `Processes`).
        """

    async def sent(self, owner: str, done: Sequence[Sent], now: datetime) -> set[int]:
        """Mark rows as sent and forget their bodies; return the ids that `owner` still held."""

    async def postpone(self, owner: str, row_id: int, until: datetime, error: str | None) -> bool:
        """Give a row back, not to be tried before `until`. Only an `error` counts as an attempt."""

    async def failed(
        self, owner: str, row_id: int, now: datetime, error: str, *, keep: bool = False
    ) -> bool:
        """Give a row up. `error` is the fault, a colon and the reason; `keep` keeps its words."""

    async def all_given_up(self, limit: int) -> list[GivenUp]:
        """Give the chat messages that were given up for another reason than a chat's silence.

        Oldest first. Deletions are left out, and mails: a result's mail belongs to its case.
        """

    async def retry(self, row_id: int, now: datetime) -> bool:
        """Owe what was given up once more, behind all that waits; False if its words are gone.

        A card has none and needs none. There is one attempt: nothing newer is held up for long.
        """

    async def drop(self, row_id: int, now: datetime) -> bool:
        """Let what was given up rest, without its words; False if it does already."""

    async def readdress(self, old: Address, new: Address) -> int:
        """Send what waits for one chat to another; return how many rows."""

    async def find_sent(self, address: Address, message_id: str) -> Mapping[str, Any] | None:
        """Give the `context` of a message this program sent, or None."""

    async def said(self, address: Address, since: datetime) -> list[tuple[datetime, int]]:
        """Give when messages were sent to a group since a moment, by whichever process, and their
        priorities; the oldest first. Nothing for any other chat.
        """

    async def next_due(
        self, now: datetime, *, mail: bool | None = None, limits: Limits = UNLIMITED
    ) -> datetime | None:
        """Give the moment at which the next waiting row can be sent, if any waits.

        Of mails or of chat messages alone when `mail` says so: mails held back by their daily cap
        are due all the while, and must not keep the loop of the chats awake.
        """

    async def mails_sent(self, since: datetime) -> int:
        """Count the mails the server accepted since a moment."""

    async def mail_window_frees(self, since: datetime, cap: int) -> datetime | None:
        """Give when the `cap`-th newest mail since `since` was sent; None below the cap."""

    async def backlog(self) -> tuple[int, datetime | None]:
        """Count the rows that could be sent now, and give when the oldest was owed."""

    async def failures(self, since: datetime) -> int:
        """Count the rows given up since a moment."""

    async def forget(self, before: datetime, given_up_before: datetime) -> int:
        """Delete what was sent, cancelled or given up before a moment; return how many.

        What was given up before the other moment rests from now on, as if it had been dropped.
        """


class Processes(Protocol):
    """The processes that work on this database, and which one of them polls."""

    async def beat(self, owner: str, now: datetime, until: datetime, *, delivers: bool) -> int:
        """Count as alive until a moment; return how many processes deliver now.

        Those that ended within the last second count, too: what they said is still in the window.
        """

    async def leave(self, owner: str, now: datetime) -> None:
        """Count as ended from now on."""

    async def end_others(self, owner: str, now: datetime) -> None:
        """Count every other process as ended."""

    async def take_polling(self, owner: str, now: datetime) -> int | None:
        """Become the one that polls, unless another one that lives is; give the new epoch."""

    async def polls(self, owner: str, epoch: int) -> bool:
        """Tell whether this is still the one that polls, and keep it so until the commit."""

    async def forget(self, before: datetime) -> int:
        """Delete those that ended before a moment; return how many."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person on the staff list."""

    user: str
    name: str
    role: Role
    added_by: str
    added_at: datetime


class Staff(Protocol):
    """The staff list. Whoever is not on it has no rights."""

    async def actor(self, user: str, name: str) -> Actor:
        """Give the person with the role the list gives them now."""

    async def put(self, member: Member) -> None:
        """Add a member or change their role."""

    async def remove(self, user: str, now: datetime) -> bool:
        """End a member's rights at once; False if they had none."""

    async def all(self) -> list[Member]:
        """Give the list, leads first, then by name."""


@dataclass(frozen=True, slots=True)
class ConsentProof:
    """What a person was shown and what they answered. Never changed, never deleted with a draft."""

    user: str
    at: datetime
    channel: str
    locale: str
    text_hash: str  # SHA-256 in hex
    given: bool


class Consents(Protocol):
    """Proof of consent (Law 91/2025/QH15 art. 9)."""

    async def add(self, proof: ConsentProof, shown: str) -> int:
        """Store a proof, and once per hash the text that was shown; return the proof's id."""


@dataclass(frozen=True, slots=True)
class CardPlace:
    """Where a registration's card hangs, and the version of the case it shows."""

    registration_id: int
    address: Address
    message_id: str
    shown_version: int


class Cards(Protocol):
    """Where each card hangs in the staff group."""

    async def get(self, registration_id: int) -> CardPlace | None:
        """Find a card."""

    async def put(self, place: CardPlace) -> None:
        """Remember where a card hangs and what it shows."""

    async def drop_all(self, address: Address) -> int:
        """Forget every card in a chat (its messages are dead); return how many."""

    async def hold_back(self, address: Address, more_than: int, now: datetime) -> int:
        """Take back the patient cards owed to a place where they do not hang yet.

        Only if there are more than so many; return how many were taken back. Those that are open
        are `missing` then.
        """

    async def missing(self, address: Address, limit: int) -> list[Registration]:
        """Give open registrations whose card neither hangs in a place nor is owed to any.

        The nearest due day first.
        """

    async def count_missing(self, address: Address) -> int:
        """Count what `missing` would give without a limit."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody says they are working on a case, until it lapses."""

    registration_id: int
    by: str
    by_name: str
    until: datetime


class Claims(Protocol):
    """Who is working on which case; at most one each."""

    async def get(self, registration_id: int) -> Claim | None:
        """Find the claim on a case, lapsed or not."""

    async def take(self, wanted: Claim, now: datetime) -> bool:
        """Write a claim, unless somebody else holds one that has not lapsed: then False."""

    async def drop(self, registration_id: int) -> None:
        """End the claim on a case."""


class Ailment(StrEnum):
    """What may be wrong between us and the facility of a registration."""

    MAIL = "mail"  # the mail with the result was refused for good, or came back
    CHAT = "chat"  # the facility cannot be told anything in its chat


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that needs repair: since when, and what was done about it.

    `asked_at` is when the facility was last asked for another e-mail; `handled_*` say which member
    of staff put it aside.
    """

    registration_id: int
    ailment: Ailment
    at: datetime
    asked_at: datetime | None = None
    handled_at: datetime | None = None
    handled_name: str | None = None


class Troubles(Protocol):
    """What needs repair; of each ailment a registration has one at most."""

    async def open(self, registration_id: int, ailment: Ailment, now: datetime) -> None:
        """Note a trouble; one that is noted already stays as it is."""

    async def of(self, registration_id: int) -> list[Trouble]:
        """Give a registration's troubles, handled or not."""

    async def asked(self, registration_id: int, now: datetime, not_since: datetime) -> bool:
        """Note that the facility is asked for another e-mail; False if it was after `not_since`.

        False, too, when its mail has no trouble, or one that was handled.
        """

    async def handle(self, registration_id: int, by_name: str, now: datetime) -> bool:
        """Put a registration's troubles aside; False if there is none that nobody handled."""

    async def close(self, registration_id: int, ailment: Ailment) -> bool:
        """A trouble is over; False if there was none."""

    async def unhandled(self, now: datetime, limit: int) -> list[tuple[Registration, Ailment]]:
        """Give what nobody has handled and whose term has not passed, the nearest due day first."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question of staff to the facility of a registration; its words lie in the history.

    It is open until it was answered, or closed: not delivered, or replaced by another.
    """

    id: int
    registration_id: int
    by: str
    by_name: str
    at: datetime
    answered_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """An open question waits for its answer."""
        return self.answered_at is None and self.closed_at is None


class Inquiries(Protocol):
    """Questions to facilities; a registration has one open one at most."""

    async def ask(self, registration_id: int, by: Actor, now: datetime) -> int | None:
        """Open a question and give its number; None if one is open."""

    async def get(self, number: int) -> Inquiry | None:
        """Find a question."""

    async def last(self, registration_id: int) -> Inquiry | None:
        """Give a registration's newest question."""

    async def open_among(self, cases: Sequence[int]) -> list[Inquiry]:
        """Give the open questions about these registrations."""

    async def answer(self, number: int, now: datetime) -> bool:
        """Note that it was answered; False if it is not open."""

    async def close(self, number: int, now: datetime) -> bool:
        """No answer is waited for any more; False if it is not open."""


class Secrets(Protocol):
    """Sealed accounts, each until its mail has left (rule 8)."""

    async def put(self, registration_id: int, sealed: bytes, now: datetime) -> None:
        """Keep the sealed account of a registration, replacing an earlier one."""

    async def get(self, registration_id: int) -> bytes | None:
        """Read it; None once it is gone."""

    async def delete(self, registration_id: int) -> None:
        """Forget it."""

    async def delete_stale(self) -> int:
        """Forget those whose registration is no longer approved; return how many."""


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """A certificate that was issued, as the office's list has it: `licence` is canonical."""

    licence_key: str
    licence: str
    facility: str


class Register(Protocol):
    """The office's list of issued certificates; empty until it was imported."""

    async def get(self, licence_key: str) -> RegisterEntry | None:
        """Find a certificate."""

    async def all(self) -> list[RegisterEntry]:
        """Give the whole list."""

    async def is_empty(self) -> bool:
        """Tell whether no list was imported."""

    async def change(self, put: Sequence[RegisterEntry], gone: Sequence[str]) -> None:
        """Write entries, in place of those of the same licence, and delete others by their key."""


class Reasons(Protocol):
    """The reasons for a refusal, in use and retired."""

    async def all(self) -> list[Reason]:
        """Give every reason: those in use in their order, then the retired ones."""

    async def take(self) -> list[Reason]:
        """Give every reason as `all` does, and let nobody else change one until the commit."""

    async def add(self, new: Reason) -> bool:
        """Write a new reason; False if its code is taken."""

    async def put(self, changed: Reason) -> None:
        """Write a reason in place of what its code was."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Registrations that an officer took away in a spreadsheet, until they were `released_at`."""

    number: int
    by: str
    by_name: str
    at: datetime
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A registration, and the number of the batch that holds it, if any."""

    registration: Registration
    batch: int | None


class Batches(Protocol):
    """Batches; a registration is in one at most."""

    async def waiting(self, user: str, limit: int) -> list[int]:
        """Give the ids of approved registrations without an account that no batch holds.

        The nearest due day first; none that `user` handed in.
        """

    async def open(self, by: Actor, cases: Sequence[int], now: datetime) -> Batch:
        """Take a batch of these registrations; those that another batch holds by now stay there."""

    async def get(self, number: int) -> Batch | None:
        """Load a batch."""

    async def cases(self, number: int) -> list[Registration]:
        """Give the registrations that a batch holds, the nearest due day first."""

    async def find(self, references: Sequence[str]) -> dict[str, Held]:
        """Find registrations by reference; references of none are left out."""

    async def let_go(self, registration_id: int) -> None:
        """Let one registration go from the batch that holds it, if one does."""

    async def release(self, number: int, now: datetime) -> bool:
        """Let the registrations of a batch go; False if there is none or it was released."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A spreadsheet that somebody sent and has still to confirm, or that is being worked through.

    `mark` tells it from others of the conversation, `sealed` is its content, readable with the keys
    only, and `until` when it is forgotten.
    """

    conversation: str
    mark: str
    sealed: bytes
    until: datetime


class Uploads(Protocol):
    """Spreadsheets on their way in, at most one per conversation; they may hold passwords."""

    async def put(self, upload: Upload) -> None:
        """Keep an upload in place of an earlier one of its conversation."""

    async def get(self, conversation: str) -> Upload | None:
        """Load the upload of a conversation."""

    async def delete(self, conversation: str) -> None:
        """Forget the upload of a conversation."""

    async def forget(self, now: datetime) -> int:
        """Forget those whose time is over; return how many."""


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that differs from its weekday: worked or closed, and why."""

    day: date
    worked: bool
    note: str | None = None


class CalendarDays(Protocol):
    """The working calendar as staff see and edit it."""

    async def load(self) -> WorkingCalendar | None:
        """Read the calendar; None when it was never seeded."""

    async def replace(self, calendar: WorkingCalendar, notes: Mapping[date, str]) -> None:
        """Write the calendar whole; `notes` say why a day is special."""

    async def days(self) -> list[SpecialDay]:
        """Give the special days in their order."""

    async def put(self, special: SpecialDay) -> None:
        """Write one special day, and leave the others alone."""

    async def drop(self, day: date) -> None:
        """Let a day be what its weekday says."""


class Places(Protocol):
    """Scans counted per printed place code."""

    async def scanned(self, code: str, now: datetime) -> None:
        """Count one scan."""

    async def all(self) -> dict[str, int]:
        """Give the scans per code."""


class Facts(Protocol):
    """A few named values that the program learns while it runs, such as the staff group's id."""

    async def get(self, name: str) -> str | None:
        """Read a value."""

    async def put(self, name: str, value: str) -> None:
        """Write a value."""

    async def take(self, name: str) -> str | None:
        """Read a value and let nobody else write it before this transaction ends."""


class JobRuns(Protocol):
    """Slots of scheduled jobs, each taken by one process only."""

    async def take(self, job: str, slot: str, now: datetime) -> bool:
        """Take a slot; False if somebody has it."""

    async def last(self, job: str) -> datetime | None:
        """Give when the newest slot of a job was taken."""


class Transaction(Protocol):
    """One unit of work. Leaving it normally commits; an exception rolls everything back."""

    inbox: Inbox
    conversations: Conversations
    registrations: Registrations
    history: History
    outbox: Outbox
    processes: Processes
    staff: Staff
    consents: Consents
    cards: Cards
    claims: Claims
    troubles: Troubles
    inquiries: Inquiries
    secrets: Secrets
    batches: Batches
    uploads: Uploads
    register: Register
    reasons: Reasons
    calendar: CalendarDays
    places: Places
    facts: Facts
    job_runs: JobRuns


class Store(Protocol):
    """Opens transactions."""

    def begin(self) -> AbstractAsyncContextManager[Transaction]:
        """Start a transaction that may write."""

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        """Start a transaction that only reads, and holds up no writer."""


# ── spreadsheets ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Grid:
    """The first sheet of a spreadsheet as text, from its first row; its repr shows no cell.

    `formulas` are the cells with a formula, `odd` those that are neither text nor a whole number
    (dates, errors, fractions), as (row, column) from 0. `csv` tells a text file from a workbook.
    """

    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    formulas: frozenset[tuple[int, int]] = frozenset()
    odd: frozenset[tuple[int, int]] = frozenset()
    merged: bool = False
    csv: bool = False


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a spreadsheet to write. Only an `answer` may be changed in it.

    `width` is in characters; `choices` are offered in a drop-down.
    """

    header: str
    width: int
    answer: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A spreadsheet to write: every cell is text. `notes` stand on a sheet of their own.

    `heading` and `footing` are printed on every page. Without answers nothing is locked.
    """

    title: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    heading: str = ""
    footing: str = ""


class Sheets(Protocol):
    """Spreadsheets as files. Both take seconds of processor time, so not in a transaction."""

    def read(self, content: bytes) -> Grid:
        """Read an XLSX or CSV file; raise `Problem` for anything else, and for what is unsafe."""

    def write(self, sheet: Sheet) -> bytes:
        """Make an XLSX file."""


class Charts(Protocol):
    """Figures as pictures."""

    def draw(self, chart: Chart, locale: str) -> bytes:
        """Draw a PNG of at most 10 MB; takes a second of processor time."""


# ── messengers and mail ──────────────────────────────────────────────────────────────────────────


class Fault(StrEnum):
    """What a failed sending calls for."""

    RETRY = "retry"  # later: the network, 429, 5xx, 4xx of a mail server
    STOPPED = "stopped"  # the person blocked the bot or is gone: this chat, until they come back
    INVALID = "invalid"  # this message can never be sent
    CONFIG = "config"  # our own token or password: everything waits for the operator


class SendFailed(Exception):
    """A sending did not succeed. `retry_after` in seconds; `moved_to` is a chat's new id."""

    def __init__(
        self,
        fault: Fault,
        reason: str,
        *,
        retry_after: float | None = None,
        moved_to: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.fault = fault
        self.reason = reason
        self.retry_after = retry_after
        self.moved_to = moved_to


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a messenger can do; the renderer must ask. `max_text` in the messenger's own unit."""

    buttons: bool
    edit: bool
    delete: bool
    files_in: bool
    max_text: int


class Messenger(Protocol):
    """One bot on one messenger. Every method raises `SendFailed`."""

    capabilities: Capabilities

    async def send(self, address: Address, message: Message, locale: str) -> str:
        """Send a message; return its id."""

    async def edit(self, address: Address, message_id: str, message: Message, locale: str) -> None:
        """Make a sent message show something else; showing it already counts as done."""

    async def delete(self, address: Address, message_id: str) -> None:
        """Delete a message; a message that is gone already counts as done."""

    async def acknowledge(self, press_id: str, notice: str | None, *, alert: bool) -> None:
        """Answer a press, with a short notice or none. At most once and best effort."""


class Courier(Protocol):
    """How one bot carries files. Every method raises `SendFailed`."""

    async def download(self, file_id: str, limit: int) -> bytes:
        """Fetch a file that somebody sent; INVALID if it is larger than `limit` bytes, or gone."""

    async def send_file(
        self, address: Address, name: str, content: bytes, caption: Sequence[Text], locale: str
    ) -> str:
        """Send a file over the lines of its caption; return the message's id."""

    async def send_photo(
        self, address: Address, name: str, content: bytes, caption: Sequence[Text], locale: str
    ) -> str:
        """Send a picture, to be seen at once; the caption says what it shows."""

    async def show_working(self, address: Address) -> None:
        """Show for a few seconds that an answer is being made. At most once and best effort."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to be written and sent. `values` are what its texts need; a password is among them."""

    kind: MailKind
    to: str
    message_id: str
    reference: str | None
    values: Mapping[str, "str | int"]
    locale: str


class Postbox(Protocol):
    """The way to the mail server."""

    async def send(self, mail: Mail) -> None:
        """Return when the server has accepted the mail; raise `SendFailed` otherwise."""
