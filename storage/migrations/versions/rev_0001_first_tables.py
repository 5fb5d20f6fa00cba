"""The first tables. Revisions never change once released: a correction is a revision of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(26), "sqlite")

UNDONE = "done_at IS NULL"
QUEUED_MAIL = "state = 'queued' AND kind = 'mail'"
LIVE = "status IN ('pending', 'approved', 'issued')"
OPEN = "status IN ('pending', 'approved')"


def _partial(
    name: str, table: str, columns: list[str], where: str, *, unique: bool = False
) -> None:
    condition = sa.text(where)
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition
    )


def upgrade() -> None:
    op.create_table(
        "calendar",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("known_until", sa.Date(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_calendar_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("worked", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "consent_text",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_consent_text")),
    )
    op.create_table(
        "conversation",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("touched_at", MOMENT),
        sa.Column("remind_at", MOMENT),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_conversation")),
    )
    _partial("ix_conversation_held", "conversation", ["touched_at"], "held")
    op.create_index("ix_conversation_remind", "conversation", ["remind_at"])
    op.create_table(
        "fact",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_fact")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("update_id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary()),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("retry_at", MOMENT),
        sa.Column("error", sa.Text()),
        sa.Column("parked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("done_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("bot", "update_id", name=op.f("uq_inbox_bot_update_id")),
        sqlite_autoincrement=True,
    )
    _partial("ix_inbox_heads", "inbox", ["conversation", "id"], UNDONE)
    _partial("ix_inbox_parked", "inbox", ["id"], "parked")
    _partial("ix_inbox_undone", "inbox", ["id"], UNDONE)
    op.create_table(
        "job_run",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_run")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text()),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("body", sa.Text()),
        sa.Column("target", sa.Text()),
        sa.Column("registration_id", ID),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("scheduled", MOMENT),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("lease_until", MOMENT),
        sa.Column("error", sa.Text()),
        sa.Column("ended_at", MOMENT),
        sa.Column("message_id", sa.Text()),
        sa.CheckConstraint(
            "state IN ('queued', 'sent', 'failed', 'cancelled')", name=op.f("ck_outbox_state")
        ),
        sa.CheckConstraint(
            "kind IN ('say', 'card', 'delete', 'mail')", name=op.f("ck_outbox_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sqlite_autoincrement=True,
    )
    _partial("ix_outbox_chats", "outbox", ["priority", "id"], "state = 'queued' AND kind <> 'mail'")
    _partial("ix_outbox_failed", "outbox", ["ended_at"], "state = 'failed'")
    _partial("ix_outbox_lane", "outbox", ["lane", "id"], "state = 'queued'")
    _partial("ix_outbox_mails", "outbox", ["priority", "id"], QUEUED_MAIL)
    _partial("ix_outbox_mails_sent", "outbox", ["ended_at"], "state = 'sent' AND kind = 'mail'")
    _partial(
        "ix_outbox_message",
        "outbox",
        ["bot", "chat", "message_id"],
        "state = 'sent' AND message_id IS NOT NULL",
    )
    _partial("ix_outbox_result", "outbox", ["registration_id"], QUEUED_MAIL)
    op.create_table(
        "place",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("scans", sa.Integer(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_place")),
    )
    op.create_table(
        "registration",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("licence_key", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("licence_raw", sa.Text(), nullable=False),
        sa.Column("facility", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("email_proved", sa.Boolean(), nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("reopens_at", MOMENT, nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Text()),
        sa.Column("ticket", sa.Text()),
        sa.Column("previous_id", ID),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_name", sa.Text()),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("reason_text", sa.Text()),
        sa.Column("account_at", MOMENT),
        sa.Column("result_at", MOMENT),
        sa.Column("result_failed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'approved', 'issued', 'refused', 'expired', 'withdrawn')",
            name=op.f("ck_registration_status"),
        ),
        sa.CheckConstraint("role IN ('director', 'pharmacist')", name=op.f("ck_registration_role")),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["registration.id"], name=op.f("fk_registration_previous_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("reference", name=op.f("uq_registration_reference")),
        sqlite_autoincrement=True,
    )
    _partial("ix_registration_due", "registration", ["due", "id"], OPEN)
    _partial("ix_registration_expired", "registration", ["reopens_at"], "status = 'expired'")
    _partial("ix_registration_overdue", "registration", ["reopens_at"], OPEN)
    _partial("ix_registration_repair", "registration", ["id"], "result_failed")
    op.create_index("ix_registration_user", "registration", ["user_id", "id"])
    _partial("uq_registration_email", "registration", ["email_key"], LIVE, unique=True)
    _partial("uq_registration_licence", "registration", ["licence_key"], LIVE, unique=True)
    _partial(
        "uq_registration_ticket",
        "registration",
        ["ticket"],
        f"{LIVE} AND ticket IS NOT NULL",
        unique=True,
    )
    op.create_table(
        "staff",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT),
        sa.CheckConstraint("role IN ('viewer', 'officer', 'lead')", name=op.f("ck_staff_role")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_staff")),
    )
    op.create_table(
        "card",
        sa.Column("registration_id", ID, nullable=False),
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text()),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("shown_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_card_registration_id")
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_card")),
    )
    op.create_table(
        "consent",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["text_hash"], ["consent_text.hash"], name=op.f("fk_consent_text_hash")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "history",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("registration_id", ID),
        sa.Column("detail", sa.Text()),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_history_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    op.create_index("ix_history_registration", "history", ["registration_id", "id"])
    op.create_table(
        "secret",
        sa.Column("registration_id", ID, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_secret_registration_id")
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_secret")),
    )


def downgrade() -> None:
    for table in (
        "secret",
        "history",
        "consent",
        "card",
        "staff",
        "registration",
        "place",
        "outbox",
        "job_run",
        "inbox",
        "fact",
        "conversation",
        "consent_text",
        "calendar_day",
        "calendar",
    ):
        op.drop_table(table)
