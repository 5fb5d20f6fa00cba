"""How each registration compares with the register, and its name as a key."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from core.sheets import squeeze

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MISMATCHED = sa.text("status = 'pending' AND register_match IN ('differs', 'missing')")
AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("registration", sa.Column("facility_key", sa.Text()))
    op.add_column("registration", sa.Column("register_match", sa.Text()))
    _fill_in()
    op.create_index("ix_registration_facility", "registration", ["facility_key", "id"])
    op.create_index(
        "ix_registration_mismatch",
        "registration",
        ["due", "id"],
        sqlite_where=MISMATCHED,
        postgresql_where=MISMATCHED,
    )


def downgrade() -> None:
    op.drop_index("ix_registration_mismatch", "registration")
    op.drop_index("ix_registration_facility", "registration")
    op.drop_column("registration", "register_match")
    op.drop_column("registration", "facility_key")


def _fill_in() -> None:
    """Compare as the program of today does: it is what will compare what comes next."""
    connection = op.get_bind()
    entries = connection.execute(sa.text("SELECT licence_key, facility FROM register_entry"))
    listed = {entry.licence_key: entry.facility for entry in entries}
    found = connection.execute(sa.text("SELECT id, licence_key, facility FROM registration")).all()
    rows = [_row(listed, *one) for one in found]
    written = sa.text(
        "UPDATE registration SET facility_key = :name, register_match = :match WHERE id = :case_id"
    )
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(written, rows[start : start + AT_ONCE])


def _row(listed: dict[str, str], case_id: int, licence_key: str, facility: str) -> dict[str, Any]:
    name, known = squeeze(facility), listed.get(licence_key)
    match = "missing" if known is None else "same" if squeeze(known) == name else "differs"
    return {"case_id": case_id, "name": name, "match": match if listed else None}
