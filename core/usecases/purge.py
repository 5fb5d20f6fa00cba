"""Time only: forget what is no longer needed (Law 91/2025/QH15 art. 3)."""

from datetime import datetime, timedelta

from core.ports import Transaction

INBOX_KEPT = timedelta(days=3)  # Telegram hands an update over again for up to 24 hours
DEAD_KEPT = timedelta(days=30)  # with its words, until a lead has it tried again or dropped
PROCESSES_KEPT = timedelta(hours=1)  # far longer than a lease
OUTBOX_KEPT = timedelta(days=60)  # cards and prompts are recognised as long as a case can be open


async def forget_uploads(tx: Transaction, now: datetime) -> int:
    """Delete spreadsheets that were sent in and not confirmed in time (rule 8); return how many."""
    return await tx.uploads.forget(now)


async def purge(tx: Transaction, now: datetime) -> dict[str, int]:
    """Delete old updates, settled messages and orphaned secrets; return the counts."""
    return {
        "inbox": await tx.inbox.forget(now - INBOX_KEPT, now - DEAD_KEPT),
        "outbox": await tx.outbox.forget(now - OUTBOX_KEPT, now - DEAD_KEPT),
        "processes": await tx.processes.forget(now - PROCESSES_KEPT),
        "secrets": await tx.secrets.delete_stale(),
    }
