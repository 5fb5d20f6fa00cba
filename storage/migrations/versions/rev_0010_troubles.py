"""What needs repair: results that could not be mailed, facilities that cannot be reached."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(26), "sqlite")

MAILS = (
    "INSERT INTO trouble (registration_id, ailment, at)"
    " SELECT id, 'mail', COALESCE(account_at, decided_at, submitted_at)"
    " FROM registration WHERE result_failed"
)
CHATS = (
    "INSERT INTO trouble (registration_id, ailment, at)"
    " SELECT registration_id, 'chat', MIN(at) FROM history"
    " WHERE event = 'unreachable' AND registration_id IS NOT NULL GROUP BY registration_id"
)


def upgrade() -> None:
    op.create_table(
        "trouble",
        sa.Column("registration_id", ID, nullable=False),
        sa.Column("ailment", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("asked_at", MOMENT),
        sa.Column("handled_at", MOMENT),
        sa.Column("handled_name", sa.Text()),
        sa.CheckConstraint("ailment IN ('mail', 'chat')", name=op.f("ck_trouble_ailment")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_trouble_registration_id")
        ),
        sa.PrimaryKeyConstraint("registration_id", "ailment", name=op.f("pk_trouble")),
    )
    condition = sa.text("handled_at IS NULL")
    op.create_index(
        "ix_trouble_unhandled",
        "trouble",
        ["registration_id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
    op.execute(MAILS)
    op.execute(CHATS)
    op.drop_index("ix_registration_repair", "registration")


def downgrade() -> None:
    condition = sa.text("result_failed")
    op.create_index(
        "ix_registration_repair",
        "registration",
        ["id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
    op.drop_table("trouble")
