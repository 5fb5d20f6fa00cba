"""Time only: remind of an abandoned draft once, and forget it after its life."""

from datetime import datetime, time, timedelta

from core.events import event
from core.policy import Policy
from core.ports import Transaction

AT_ONCE = 200
REMIND_AFTER = timedelta(hours=2)
MORNING, EVENING = time(7), time(21)


def reminder_time(touched_at: datetime, policy: Policy) -> datetime | None:
    """Give when to mention an abandoned draft: after two hours, in the daytime, while it lives."""
    at = (touched_at + REMIND_AFTER).astimezone(policy.tz)
    if at.time() >= EVENING:
        at = policy.local(at.date() + timedelta(days=1), MORNING)
    at = max(at, policy.local(at.date(), MORNING))
    return at if at < touched_at + policy.draft_life else None


async def remind_drafts(tx: Transaction, now: datetime) -> int:
    """Tell the conversations whose reminder is due; each decides whether it still applies."""
    due = await tx.conversations.to_remind(now, AT_ONCE)
    return await tx.inbox.put(
        [event(c.key, "remind", f"{c.key}:{c.remind_at:%Y%m%d%H%M%S}") for c in due], now
    )


async def forget_drafts(tx: Transaction, policy: Policy, now: datetime) -> int:
    """Tell the conversations whose draft has outlived its last word."""
    stale = await tx.conversations.to_forget(now - policy.draft_life, AT_ONCE)
    return await tx.inbox.put(
        [event(c.key, "forget", f"{c.key}:{c.touched_at:%Y%m%d%H%M%S%f}") for c in stale], now
    )
