"""Finding registrations by words, and by licence or mailbox whatever became of them."""

import sqlalchemy as sa
from alembic import op

from core.search import index_words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FOLDED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
AT_ONCE = 1000


def upgrade() -> None:
    words = op.create_table(
        "search_word",
        sa.Column("registration_id", ID, nullable=False),
        sa.Column("word", FOLDED, nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_search_word_registration_id")
        ),
        sa.PrimaryKeyConstraint("registration_id", "word", name=op.f("pk_search_word")),
        sqlite_with_rowid=False,
    )
    _index_what_is_there(words)
    op.create_index("ix_search_word", "search_word", ["word", "registration_id"])
    op.create_index("ix_registration_licence", "registration", ["licence_key", "id"])
    op.create_index("ix_registration_email", "registration", ["email_key", "id"])


def downgrade() -> None:
    op.drop_index("ix_registration_email", "registration")
    op.drop_index("ix_registration_licence", "registration")
    op.drop_table("search_word")


def _index_what_is_there(words: sa.Table) -> None:
    """Spell the words as the program of today does: it is what will look for them."""
    connection = op.get_bind()
    found = connection.execute(
        sa.text("SELECT id, reference, licence, facility, person, email FROM registration")
    ).all()
    rows = [
        {"registration_id": row.id, "word": word}
        for row in found
        for word in sorted(
            index_words(
                reference=row.reference,
                licence=row.licence,
                facility=row.facility,
                person=row.person,
                email=row.email,
            )
        )
    ]
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(words.insert(), rows[start : start + AT_ONCE])
