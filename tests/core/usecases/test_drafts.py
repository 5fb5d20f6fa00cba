"""Abandoned drafts: when they are mentioned, and when they are forgotten."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.usecases.drafts import forget_drafts, remind_drafts, reminder_time
from storage.tables import inbox
from tests.core.usecases.office import NOW, POLICY, Office, conversation, draft


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """Give a moment in March 2026 by the clocks of Hanoi."""
    return datetime(2026, 3, day, hour, minute, tzinfo=POLICY.tz)


@pytest.mark.parametrize(
    ("touched", "reminded"),
    [
        (local(2, 9), local(2, 11)),
        (local(2, 18, 59), local(2, 20, 59)),
        (local(2, 19), local(3, 7)),
        (local(2, 23), local(3, 7)),
        (local(3, 4, 59), local(3, 7)),
        (local(3, 5), local(3, 7)),
        (local(3, 5, 1), local(3, 7, 1)),
        (local(31, 20), datetime(2026, 4, 1, 7, tzinfo=POLICY.tz)),
    ],
)
def test_a_draft_is_mentioned_after_two_hours_in_the_daytime(
    touched: datetime, reminded: datetime
) -> None:
    assert reminder_time(touched.astimezone(UTC), POLICY) == reminded


def test_a_draft_is_not_mentioned_once_it_is_forgotten() -> None:
    short = replace(POLICY, draft_life=timedelta(hours=2))
    barely = replace(POLICY, draft_life=timedelta(hours=2, microseconds=1))

    assert reminder_time(local(2, 9), short) is None
    assert reminder_time(local(2, 9), barely) == local(2, 11)


async def told(office: Office) -> list[tuple[str, str, str, object]]:
    return [
        (r["bot"], r["conversation"], r["update_id"], json.loads(office.vault.open(r["payload"])))
        for r in await office.rows(inbox)
    ]


async def test_a_conversation_is_reminded_once_when_it_is_due(office: Office) -> None:
    at = NOW + timedelta(hours=2)
    async with office.store.begin() as tx:
        await tx.conversations.save(conversation(draft(), touched_at=NOW, remind_at=at))

    assert await office.does(remind_drafts, at - timedelta(seconds=1)) == 0
    assert await office.does(remind_drafts, at) == 1
    assert await office.does(remind_drafts, at) == 0

    said = {"event": "remind", "data": {}}
    assert await told(office) == [
        ("public", "public:5", "remind:public:5:20260302040000", said),
    ]
    assert (await office.rows(inbox))[0]["received_at"] == at


async def test_a_draft_is_forgotten_when_its_life_is_over(office: Office) -> None:
    touched = NOW + timedelta(microseconds=7)
    async with office.store.begin() as tx:
        await tx.conversations.save(conversation(draft(), touched_at=touched))
        await tx.conversations.save(conversation(None, "tg:6", touched_at=touched))
    over = touched + POLICY.draft_life

    assert await office.does(forget_drafts, POLICY, over - timedelta(seconds=1)) == 0
    assert await office.does(forget_drafts, POLICY, over + timedelta(seconds=1)) == 1
    assert await office.does(forget_drafts, POLICY, over + timedelta(seconds=1)) == 0

    said = {"event": "forget", "data": {}}
    assert await told(office) == [
        ("public", "public:5", "forget:public:5:20260302020000000007", said),
    ]
    assert (await office.rows(inbox))[0]["received_at"] == over + timedelta(seconds=1)
