"""SQLAlchemy tables and repositories, the inbox and the outbox, and the migrations."""
