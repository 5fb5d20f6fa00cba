"""Which processes live and which one polls; how often a row's senders died, what a chat heard."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(26), "sqlite")
SAID_TO_GROUPS = sa.text("state = 'sent' AND message_id IS NOT NULL AND substr(chat, 1, 1) = '-'")
SAID = sa.text("state = 'sent' AND message_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "process",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("delivers", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_process")),
    )
    op.create_table(
        "polling",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("epoch", ID, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_polling_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polling")),
    )
    op.add_column("outbox", sa.Column("deaths", sa.Integer(), server_default="0", nullable=False))
    _count_for(SAID)


def downgrade() -> None:
    _count_for(SAID_TO_GROUPS)
    op.drop_column("outbox", "deaths")
    op.drop_table("polling")
    op.drop_table("process")


def _count_for(where: sa.TextClause) -> None:
    op.drop_index("ix_outbox_said", "outbox")
    op.create_index(
        "ix_outbox_said",
        "outbox",
        ["lane", "ended_at"],
        sqlite_where=where,
        postgresql_where=where,
    )
