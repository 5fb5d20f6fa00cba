"""The tables, their constraints and indexes, and how long personal data stays in each.

"The purge" is the scheduled job behind the `forget` methods of the ports; how old a row must be
for it is the scheduler's decision.
Conditions of partial indexes are written once, here, and used by the queries too: a database uses
such an index only for a query that repeats its condition as a constant, not as a parameter.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    false,
    text,
)

from storage.types import Folded, Id, UTCDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

UNDONE = text("done_at IS NULL")
PARKED = text("parked")
QUEUED = text("state = 'queued'")
QUEUED_MAIL = text("state = 'queued' AND kind = 'mail'")
QUEUED_CARD = text("state = 'queued' AND kind = 'card'")
QUEUED_CHAT = text("state = 'queued' AND kind <> 'mail'")
SENT_MAIL = text("state = 'sent' AND kind = 'mail'")
SENT_MESSAGE = text("state = 'sent' AND message_id IS NOT NULL")
# Telegram's group ids are negative. The index is that of all that was said, to private chats too.
GROUP_MESSAGE = text("state = 'sent' AND message_id IS NOT NULL AND substr(chat, 1, 1) = '-'")
GIVEN_UP = text("state = 'failed'")
LIVE_ROWS = text("status IN ('pending', 'approved', 'issued')")
LIVE_TICKET = text("status IN ('pending', 'approved', 'issued') AND ticket IS NOT NULL")
OPEN_ROWS = text("status IN ('pending', 'approved')")
DECIDED_ROWS = text("decided_at IS NOT NULL")
MISMATCHED = text("status = 'pending' AND register_match IN ('differs', 'missing')")
EXPIRED_ROWS = text("status = 'expired'")
UNHANDLED = text("handled_at IS NULL")
UNANSWERED = text("answered_at IS NULL AND closed_at IS NULL")
HELD = text("held")


def _partial(name: str, *columns: Column[object], where: TextClause, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


# Personal data: what people typed, in `payload`, sealed. It is gone with the transaction that
# processed the update; only a parked update keeps it, until a lead deals with it. The purge deletes
# both.
inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot", Text, nullable=False),
    Column("update_id", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("payload", LargeBinary),
    Column("received_at", UTCDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("retry_at", UTCDateTime),
    Column("error", Text),
    Column("parked", Boolean, nullable=False, server_default=false()),
    Column("done_at", UTCDateTime),
    Column("begun", Integer, nullable=False, server_default="0"),  # see `InboxRow`
    UniqueConstraint("bot", "update_id"),
    sqlite_autoincrement=True,  # a purged id never returns, so logs stay unambiguous
)
_partial("ix_inbox_undone", inbox.c.id, where=UNDONE)
_partial("ix_inbox_heads", inbox.c.conversation, inbox.c.id, where=UNDONE)
_partial("ix_inbox_parked", inbox.c.id, where=PARKED)

# Personal data: a person's name, and the draft with its answers until it is submitted, dropped or
# forgotten (the drafts job asks `to_forget`). Who spoke to the bot, and in which language, stays.
conversation = Table(
    "conversation",
    metadata,
    Column("key", Text, primary_key=True),
    Column("data", Text, nullable=False),  # the whole of it; the other columns are for the queries
    Column("user_id", Text, nullable=False),
    Column("touched_at", UTCDateTime),
    Column("remind_at", UTCDateTime),
    Column("held", Boolean, nullable=False),  # holds a draft, a prompt or an aside
)
_partial("ix_conversation_held", conversation.c.touched_at, where=HELD)
Index("ix_conversation_remind", conversation.c.remind_at)

# Personal data: the whole table. It is the file of the procedure and stays as long as the office
# keeps files; nothing in the program deletes it, so that a reference is never used again.
registration = Table(
    "registration",
    metadata,
    Column("id", Id, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("reference", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("bot", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("licence_key", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("licence_raw", Text, nullable=False),
    Column("facility", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False),
    Column("email_proved", Boolean, nullable=False),
    Column("submitted_at", UTCDateTime, nullable=False),
    Column("due", Date, nullable=False),
    Column("reopens_at", UTCDateTime, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("place", Text),
    Column("ticket", Text),
    Column("previous_id", Id, ForeignKey("registration.id")),
    Column("decided_at", UTCDateTime),
    Column("decided_by", Text),
    Column("decided_name", Text),
    Column("reasons", Text, nullable=False),
    Column("reason_text", Text),
    Column("account_at", UTCDateTime),
    Column("result_at", UTCDateTime),
    Column("result_failed", Boolean, nullable=False),
    Column("reopened_at", UTCDateTime),
    Column("facility_key", Text),  # the name, squeezed: two ways to type it are one key
    Column("register_match", Text),  # None as long as there is no register
    UniqueConstraint("reference"),
    _one_of("status", "pending", "approved", "issued", "refused", "expired", "withdrawn"),
    _one_of("role", "director", "pharmacist"),
    sqlite_autoincrement=True,
)
# Rule 1: the database itself allows one live registration per licence, mailbox and ticket.
_partial("uq_registration_licence", registration.c.licence_key, where=LIVE_ROWS, unique=True)
_partial("uq_registration_email", registration.c.email_key, where=LIVE_ROWS, unique=True)
_partial("uq_registration_ticket", registration.c.ticket, where=LIVE_TICKET, unique=True)
Index("ix_registration_user", registration.c.user_id, registration.c.id)
_partial("ix_registration_due", registration.c.due, registration.c.id, where=OPEN_ROWS)
_partial("ix_registration_mismatch", registration.c.due, registration.c.id, where=MISMATCHED)
_partial("ix_registration_overdue", registration.c.reopens_at, where=OPEN_ROWS)
_partial("ix_registration_decided", registration.c.decided_at, where=DECIDED_ROWS)
_partial("ix_registration_expired", registration.c.reopens_at, where=EXPIRED_ROWS)

Index("ix_registration_licence", registration.c.licence_key, registration.c.id)
Index("ix_registration_facility", registration.c.facility_key, registration.c.id)
Index("ix_registration_email", registration.c.email_key, registration.c.id)

# Personal data: the words of each registration that staff find it by. Stays with it.
search_word = Table(
    "search_word",
    metadata,
    Column("registration_id", Id, ForeignKey("registration.id"), primary_key=True),
    Column("word", Folded, primary_key=True),
    sqlite_with_rowid=False,
)
Index("ix_search_word", search_word.c.word, search_word.c.registration_id)

# Personal data: the names of staff who acted, and what they wrote about a case. Stays with the
# registrations.
history = Table(
    "history",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("event", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("registration_id", Id, ForeignKey("registration.id")),
    Column("detail", Text),
    Column("words", Text),
)
Index("ix_history_registration", history.c.registration_id, history.c.id)

# Personal data: the address, and `body` until the row is sent, given up or cancelled; a message
# whose attempts ran out keeps it until a lead or the purge lets it rest. The purge deletes what has
# ended.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("bot", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("thread", Text),
    Column("locale", Text, nullable=False),
    Column("body", Text),  # the Message
    Column("target", Text),  # `Outgoing.message_id`: what DELETE deletes
    Column("registration_id", Id),
    Column("context", Text, nullable=False),
    Column("scheduled", UTCDateTime),
    Column("priority", Integer, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("due", UTCDateTime, nullable=False),  # not to be tried before
    Column("holds", Boolean, nullable=False),  # younger rows of its lane wait for it, due or not
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("owner", Text),
    Column("lease_until", UTCDateTime),
    Column("error", Text),
    Column("ended_at", UTCDateTime),
    Column("message_id", Text),  # the messenger's, once sent
    Column("deaths", Integer, nullable=False, server_default="0"),  # see `OutboxRow`
    UniqueConstraint("key"),
    _one_of("state", "queued", "sent", "failed", "cancelled"),
    _one_of("kind", "say", "card", "delete", "mail", "fetch", "document"),
    sqlite_autoincrement=True,  # a mail's Message-ID may be made of the id: never used twice
)
_partial("ix_outbox_chats", outbox.c.priority, outbox.c.id, where=QUEUED_CHAT)
_partial("ix_outbox_mails", outbox.c.priority, outbox.c.id, where=QUEUED_MAIL)
_partial("ix_outbox_lane", outbox.c.lane, outbox.c.id, where=QUEUED)
_partial("ix_outbox_result", outbox.c.registration_id, where=QUEUED_MAIL)
_partial("ix_outbox_mails_sent", outbox.c.ended_at, where=SENT_MAIL)
_partial("ix_outbox_message", outbox.c.bot, outbox.c.chat, outbox.c.message_id, where=SENT_MESSAGE)
_partial("ix_outbox_cards", outbox.c.registration_id, where=QUEUED_CARD)
_partial("ix_outbox_said", outbox.c.lane, outbox.c.ended_at, where=SENT_MESSAGE)
_partial("ix_outbox_failed", outbox.c.ended_at, where=GIVEN_UP)

# No personal data: one row for each process that works or has worked lately; `owner` is the name
# it leases under. Those that ended are deleted within hours.
process = Table(
    "process",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("until", UTCDateTime, nullable=False),
    Column("delivers", Boolean, nullable=False),
)

# No personal data: which process polls, for the how-manieth time this has changed.
polling = Table(
    "polling",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False),
    Column("epoch", Id, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

# Personal data: names of staff. A member who was removed keeps the row, without rights, as proof
# of who had them; nothing deletes it.
staff = Table(
    "staff",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("added_at", UTCDateTime, nullable=False),
    Column("removed_at", UTCDateTime),
    _one_of("role", "viewer", "officer", "lead"),
)

# No personal data: the wording that was shown, once per hash.
consent_text = Table(
    "consent_text",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("shown", Text, nullable=False),
)

# Personal data: the name of the officer who took a batch of registrations away in a spreadsheet.
# One row for each, so that a number is never used again.
batch = Table(
    "batch",
    metadata,
    Column("number", Id, primary_key=True),
    Column("by", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("released_at", UTCDateTime),
    sqlite_autoincrement=True,
)

# No personal data: which batch holds which registration; the primary key allows one only.
batch_row = Table(
    "batch_row",
    metadata,
    Column("registration_id", Id, ForeignKey("registration.id"), primary_key=True),
    Column("batch", Id, ForeignKey("batch.number"), nullable=False),
)
Index("ix_batch_row_batch", batch_row.c.batch)

# Personal data: a spreadsheet that was sent to the bot, sealed: of a batch with the passwords.
# Deleted when it was dealt with or cancelled, else half an hour later (the uploads job).
upload = Table(
    "upload",
    metadata,
    Column("conversation", Text, primary_key=True),
    Column("mark", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("until", UTCDateTime, nullable=False),
)

# Personal data: names of facilities, which may be those of people. The office's own list of issued
# certificates; an import replaces it.
register_entry = Table(
    "register_entry",
    metadata,
    Column("licence_key", Text, primary_key=True),
    Column("licence", Text, nullable=False),
    Column("facility", Text, nullable=False),
)

# No personal data: the reasons for a refusal. A retired one stays, for the figures; what was
# refused with it has its words in the registration.
reason = Table(
    "reason",
    metadata,
    Column("code", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("vi", Text, nullable=False),
    Column("en", Text),
    Column("retired_at", UTCDateTime),
)

# Personal data: who consented or declined. It is the proof the law asks for, and outlives the
# draft; nothing deletes it.
consent = Table(
    "consent",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("channel", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("text_hash", Text, ForeignKey("consent_text.hash"), nullable=False),
    Column("given", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

# No personal data: which message of the staff group shows which registration.
card = Table(
    "card",
    metadata,
    Column("registration_id", Id, ForeignKey("registration.id"), primary_key=True),
    Column("bot", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("thread", Text),
    Column("message_id", Text, nullable=False),
    Column("shown_version", Integer, nullable=False),
)

# Personal data: who among staff is working on a case, until they decide or the claim lapses. The
# row stays until the next claim on the case.
claim = Table(
    "claim",
    metadata,
    Column("registration_id", Id, ForeignKey("registration.id"), primary_key=True),
    Column("by", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("until", UTCDateTime, nullable=False),
)

# Personal data: the name of the officer who put a trouble aside. Gone when the trouble is over,
# else it stays with the registration.
trouble = Table(
    "trouble",
    metadata,
    Column("registration_id", Id, ForeignKey("registration.id"), primary_key=True),
    Column("ailment", Text, primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("asked_at", UTCDateTime),
    Column("handled_at", UTCDateTime),
    Column("handled_name", Text),
    _one_of("ailment", "mail", "chat"),
)
_partial("ix_trouble_unhandled", trouble.c.registration_id, where=UNHANDLED)

# Personal data: the name of the officer who asked a facility something. The words of question and
# answer lie in the history; both stay with the registration.
inquiry = Table(
    "inquiry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("registration_id", Id, ForeignKey("registration.id"), nullable=False),
    Column("by", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("answered_at", UTCDateTime),
    Column("closed_at", UTCDateTime),
    sqlite_autoincrement=True,  # a button with the number of a question never means another
)
_partial("uq_inquiry_open", inquiry.c.registration_id, where=UNANSWERED, unique=True)
Index("ix_inquiry_registration", inquiry.c.registration_id, inquiry.c.id)

# Personal data: the account, sealed. Deleted when its mail has left, or by the purge
# (`delete_stale`) when the registration is no longer approved.
secret = Table(
    "secret",
    metadata,
    Column("registration_id", Id, ForeignKey("registration.id"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
)

# No personal data. One row, and one for each day that differs from Monday-to-Friday.
calendar = Table(
    "calendar",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("known_until", Date, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
calendar_day = Table(
    "calendar_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("worked", Boolean, nullable=False),
    Column("note", Text),
)

# No personal data: counts.
place = Table(
    "place",
    metadata,
    Column("code", Text, primary_key=True),
    Column("scans", Integer, nullable=False),
    Column("last_at", UTCDateTime, nullable=False),
)

# No personal data: values the program learnt, such as the id of the staff group.
fact = Table(
    "fact",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# No personal data: one row for each slot of a job, a few a day; nothing deletes them.
job_run = Table(
    "job_run",
    metadata,
    Column("job", Text, primary_key=True),
    Column("slot", Text, primary_key=True),
    Column("taken_at", UTCDateTime, nullable=False),
)
