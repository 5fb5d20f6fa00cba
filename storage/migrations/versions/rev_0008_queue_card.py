"""Which cards are still owed, and how much was said to a group lately."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

QUEUED_CARD = sa.text("state = 'queued' AND kind = 'card'")
GROUP_MESSAGE = sa.text("state = 'sent' AND message_id IS NOT NULL AND substr(chat, 1, 1) = '-'")


def upgrade() -> None:
    _partial("ix_outbox_cards", ["registration_id"], QUEUED_CARD)
    _partial("ix_outbox_said", ["lane", "ended_at"], GROUP_MESSAGE)


def downgrade() -> None:
    op.drop_index("ix_outbox_said", "outbox")
    op.drop_index("ix_outbox_cards", "outbox")


def _partial(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "outbox", columns, sqlite_where=where, postgresql_where=where)
