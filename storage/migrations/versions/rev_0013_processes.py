"""Which processes live and which one polls; how often a row's senders died, what a chat heard."""

from collections.abc import Sequence
from typing import Any

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

# SQLite adds a column behind the constraints, where the text of the table differs from what
# `metadata.create_all` writes; so the table is filled anew.
LAST = "message_id TEXT, "
DEATHS = "\n\tdeaths INTEGER DEFAULT '0' NOT NULL, "
LAST_ID = (
    "INSERT INTO sqlite_sequence"
    " SELECT 'outbox', seq FROM sqlite_sequence WHERE name = 'outbox_before'"
)


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
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_outbox(LAST, f"{LAST}{DEATHS}", "*, 0")
    else:
        op.add_column(
            "outbox", sa.Column("deaths", sa.Integer(), server_default="0", nullable=False)
        )
    _count_for(SAID)


def downgrade() -> None:
    _count_for(SAID_TO_GROUPS)
    if op.get_bind().dialect.name == "sqlite":
        columns = ", ".join(row[1] for row in _columns() if row[1] != "deaths")
        _rebuild_outbox(DEATHS, "", columns)
    else:
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


def _columns() -> Sequence[Any]:
    return op.get_bind().exec_driver_sql("PRAGMA table_info(outbox)").all()


def _rebuild_outbox(old: str, new: str, kept: str) -> None:
    """Fill a new table with what is `kept` of the old one, and go on with its last id."""
    connection = op.get_bind()
    stored = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'outbox' AND sql IS NOT NULL"
    )
    made: dict[str, str] = dict(tuple(row) for row in stored)
    table = made.pop("outbox")
    if old not in table:
        raise RuntimeError("the outbox is not as this migration knows it")
    steps = (
        "ALTER TABLE outbox RENAME TO outbox_before",
        *(f"DROP INDEX {name}" for name in made),
        table.replace(old, new),
        f"INSERT INTO outbox SELECT {kept} FROM outbox_before",  # noqa: S608 - names of columns
        "DELETE FROM sqlite_sequence WHERE name = 'outbox'",
        LAST_ID,
        "DROP TABLE outbox_before",
        *made.values(),
    )
    for step in steps:
        connection.exec_driver_sql(step)
