"""When the term of a registration began anew."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(26), "sqlite")


def upgrade() -> None:
    op.add_column("registration", sa.Column("reopened_at", MOMENT))


def downgrade() -> None:
    op.drop_column("registration", "reopened_at")
