"""What staff wrote about a case, beside the fact in the history."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("history", sa.Column("words", sa.Text()))


def downgrade() -> None:
    op.drop_column("history", "words")
