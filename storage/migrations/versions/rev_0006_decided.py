"""An index of when decisions were taken, for the pace of the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NAME = "ix_registration_decided"
ROWS = sa.text("decided_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(NAME, "registration", ["decided_at"], sqlite_where=ROWS, postgresql_where=ROWS)


def downgrade() -> None:
    op.drop_index(NAME, "registration")
