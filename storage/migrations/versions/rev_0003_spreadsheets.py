"""Batches of registrations in spreadsheets, spreadsheets sent in, and files among what is owed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(26), "sqlite")

BEFORE = "kind IN ('say', 'card', 'delete', 'mail')"
AFTER = "kind IN ('say', 'card', 'delete', 'mail', 'fetch', 'document')"

LAST_ID = (
    "INSERT INTO sqlite_sequence"
    " SELECT 'outbox', seq FROM sqlite_sequence WHERE name = 'outbox_before'"
)


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("number", ID, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("released_at", MOMENT),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_batch")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "batch_row",
        sa.Column("registration_id", ID, nullable=False),
        sa.Column("batch", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_batch_row_registration_id")
        ),
        sa.ForeignKeyConstraint(["batch"], ["batch.number"], name=op.f("fk_batch_row_batch")),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_batch_row")),
    )
    op.create_index("ix_batch_row_batch", "batch_row", ["batch"])
    op.create_table(
        "upload",
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("conversation", name=op.f("pk_upload")),
    )
    _check_kinds(BEFORE, AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE kind IN ('fetch', 'document')")
    _check_kinds(AFTER, BEFORE)
    for table in ("upload", "batch_row", "batch"):
        op.drop_table(table)


def _check_kinds(old: str, new: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_outbox(old, new)
    else:
        op.drop_constraint(op.f("ck_outbox_kind"), "outbox", type_="check")
        op.create_check_constraint(op.f("ck_outbox_kind"), "outbox", new)


def _rebuild_outbox(old: str, new: str) -> None:
    """SQLite changes no constraint of a table: fill a new one, and go on with its last id."""
    connection = op.get_bind()
    stored = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'outbox' AND sql IS NOT NULL"
    )
    made: dict[str, str] = dict(tuple(row) for row in stored)
    table = made.pop("outbox")
    steps = (
        "ALTER TABLE outbox RENAME TO outbox_before",
        *(f"DROP INDEX {name}" for name in made),
        table.replace(old, new),
        "INSERT INTO outbox SELECT * FROM outbox_before",
        "DELETE FROM sqlite_sequence WHERE name = 'outbox'",
        LAST_ID,
        "DROP TABLE outbox_before",
        *made.values(),
    )
    for step in steps:
        connection.exec_driver_sql(step)
