"""The purge: what is kept how long, and what is never purged."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.messages import Kind
from core.ports import NewUpdate
from core.registration import Status
from core.usecases.purge import purge
from storage.tables import inbox, outbox, secret
from tests.core.usecases.office import NOW, Office


async def test_a_processed_update_is_kept_for_three_days(office: Office) -> None:
    async with office.store.begin() as tx:
        updates = [NewUpdate("public", str(number), "public:5", b"{}") for number in (1, 2)]
        await tx.inbox.put(updates, NOW)
        (head,) = await tx.inbox.heads(1, NOW)
        await tx.inbox.done([head.id], NOW)

    kept = await office.does(purge, NOW + timedelta(days=3))
    purged = await office.does(purge, NOW + timedelta(days=3, seconds=1))

    assert (kept["inbox"], purged["inbox"]) == (0, 1)
    assert [row["update_id"] for row in await office.rows(inbox)] == ["2"]


async def test_what_was_sent_is_kept_for_sixty_days_and_what_is_owed_for_ever(
    office: Office,
) -> None:
    await office.refuses(await office.submits())
    await office.result_leaves()
    sent = office.now

    kept = await office.does(purge, sent + timedelta(days=60))
    purged = await office.does(purge, sent + timedelta(days=60, seconds=1))

    assert (kept["outbox"], purged["outbox"]) == (0, 1)
    assert {row["kind"] for row in await office.rows(outbox)} == {Kind.CARD, Kind.SAY}


@pytest.mark.parametrize("status", Status)
async def test_rule_8_an_account_is_kept_for_an_approved_registration_only(
    office: Office, status: Status
) -> None:
    case = await office.approves_and_enters()
    async with office.store.begin() as tx:
        await tx.registrations.save(case, replace(case, status=status))

    counts = await office.does(purge, office.now)

    left = 1 if status is Status.APPROVED else 0
    assert counts == {"inbox": 0, "outbox": 0, "processes": 0, "secrets": 1 - left}
    assert len(await office.rows(secret)) == left
