"""Registrations keep what `core.ports.Registrations` promises, and the database keeps rule 1."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Executable
from sqlalchemy.exc import IntegrityError

from core.registration import Registration, Status
from storage.store import SqlStore
from storage.tables import registration as table
from tests.storage.clock import NOW, later
from tests.storage.examples import OFFICER, mail, registration

FREE = [Status.REFUSED, Status.EXPIRED, Status.WITHDRAWN]
LIVE = [Status.PENDING, Status.APPROVED, Status.ISSUED]


async def _add(store: SqlStore, new: Registration) -> Registration:
    async with store.begin() as tx:
        stored = await tx.registrations.add(new)
    assert stored is not None
    return stored


async def _save(store: SqlStore, before: Registration, after: Registration) -> bool:
    async with store.begin() as tx:
        return await tx.registrations.save(before, after)


async def test_add_gives_an_id_and_stores_every_field(store: SqlStore) -> None:
    first = await _add(store, registration("first"))
    full = registration(
        "full",
        version=3,
        status=Status.REFUSED,
        provisional=True,
        place="q1",
        previous_id=first.id,
        decided_at=NOW,
        decided_by="tg:7",
        decided_name="Lan",
        reasons=("1", "4"),
        reason_text="Sai số giấy",
        account_at=NOW,
        result_at=later(seconds=1),
        result_failed=True,
    )
    stored = await _add(store, full)
    async with store.read() as tx:
        by_id = await tx.registrations.get(stored.id)
        by_reference = await tx.registrations.by_reference(full.reference)

    assert stored == replace(full, id=stored.id)
    assert stored.id > first.id
    assert by_id == by_reference == stored


async def test_what_is_unknown_is_none(store: SqlStore) -> None:
    async with store.read() as tx:
        found = [
            await tx.registrations.get(99),
            await tx.registrations.by_reference("26-none"),
            await tx.registrations.live_by_licence("none"),
            await tx.registrations.live_by_email("none"),
            await tx.registrations.live_by_ticket("none"),
        ]

    assert found == [None] * 5


@pytest.mark.parametrize("status", LIVE)
@pytest.mark.parametrize("field", ["licence_key", "email_key", "ticket"])
async def test_rule_1_a_live_registration_keeps_its_licence_email_and_ticket(
    store: SqlStore, field: str, status: Status
) -> None:
    holder = await _add(store, registration("a", status=status))
    async with store.begin() as tx:
        second = await tx.registrations.add(
            replace(registration("b"), **{field: getattr(holder, field)})
        )
        by_licence = await tx.registrations.live_by_licence("licence-a")
        by_email = await tx.registrations.live_by_email("email-a")
        by_ticket = await tx.registrations.live_by_ticket("ticket-a")

    assert second is None
    assert by_licence == by_email == by_ticket == holder


@pytest.mark.parametrize("status", FREE)
async def test_rule_2_what_is_over_frees_licence_email_and_ticket(
    store: SqlStore, status: Status
) -> None:
    await _add(store, registration("a", status=status))
    async with store.begin() as tx:
        found = await tx.registrations.live_by_licence("licence-a")
        again = await tx.registrations.add(registration("a", reference="26-again"))

    assert found is None
    assert again is not None


@pytest.mark.parametrize("status", LIVE + FREE)
async def test_a_reference_is_never_used_again(store: SqlStore, status: Status) -> None:
    await _add(store, registration("a", status=status))
    async with store.begin() as tx:
        assert await tx.registrations.add(registration("b", reference="26-a")) is None


async def test_many_live_registrations_have_no_ticket(store: SqlStore) -> None:
    await _add(store, registration("a", ticket=None))
    await _add(store, registration("b", ticket=None))


async def _execute(store: SqlStore, statement: Executable) -> None:
    async with store.engines.write() as connection:
        await connection.execute(statement)


async def test_rule_1_holds_below_the_program(store: SqlStore) -> None:
    await _add(store, registration("a", status=Status.REFUSED))
    await _add(store, registration("a", reference="26-newer"))
    revive_all = table.update().values(status="approved")

    with pytest.raises(IntegrityError):
        await _execute(store, revive_all)


async def test_a_status_outside_the_table_is_refused(store: SqlStore) -> None:
    await _add(store, registration())

    with pytest.raises(IntegrityError):
        await _execute(store, table.update().values(status="lost"))


async def test_of_two_adds_at_once_one_wins(
    store: SqlStore, another: Callable[[], SqlStore]
) -> None:
    rivals = [another(), another(), another(), store]

    async def add(rival: SqlStore, number: int) -> Registration | None:
        async with rival.begin() as tx:
            return await tx.registrations.add(registration("a", reference=f"26-{number}"))

    added = await asyncio.gather(*(add(rival, n) for n, rival in enumerate(rivals)))

    assert sum(each is not None for each in added) == 1


async def test_rule_6_of_two_decisions_at_once_the_first_wins(
    store: SqlStore, another: Callable[[], SqlStore]
) -> None:
    before = await _add(store, registration())
    approved = before.approve(OFFICER, NOW)
    refused = before.refuse(OFFICER, NOW, (), "Sai số giấy")
    won = await asyncio.gather(
        _save(another(), before, approved), _save(another(), before, refused)
    )

    assert sorted(won) == [False, True]
    async with store.read() as tx:
        after = await tx.registrations.get(before.id)
    winner = approved if won[0] else refused
    assert after == replace(winner, version=before.version + 1)


async def test_save_needs_the_status_and_the_version(store: SqlStore) -> None:
    before = await _add(store, registration())
    touched = replace(before, person="Người khác")

    assert not await _save(store, replace(before, version=2), touched)
    assert not await _save(store, replace(before, status=Status.APPROVED), touched)
    assert await _save(store, before, touched)
    assert not await _save(store, before, touched)


async def test_a_refusal_is_reopened_while_nothing_newer_is_live(store: SqlStore) -> None:
    pending = await _add(store, registration())
    refused = replace(pending.refuse(OFFICER, NOW, (), "Sai"), version=2)
    await _save(store, pending, refused)

    assert await _save(store, refused, refused.reopen())


async def test_a_refusal_is_not_reopened_over_a_newer_registration(store: SqlStore) -> None:
    refused = await _add(store, registration("a", status=Status.REFUSED))
    newer = await _add(store, registration("a", reference="26-newer"))
    async with store.begin() as tx:
        reopened = await tx.registrations.save(refused, refused.reopen())
        still = await tx.registrations.get(refused.id)
        await tx.registrations.save(newer, newer.withdraw())

    assert (reopened, still) == (False, refused)
    async with store.read() as tx:
        last = await tx.registrations.get(newer.id)
    assert last is not None
    assert last.status is Status.WITHDRAWN


async def test_of_user_gives_the_newest_first(store: SqlStore) -> None:
    old = await _add(store, registration("a"))
    new = await _add(store, registration("b"))
    await _add(store, registration("c", user="tg:2"))
    async with store.read() as tx:
        both = await tx.registrations.of_user("tg:1", 10)
        newest = await tx.registrations.of_user("tg:1", 1)

    assert (both, newest) == ([new, old], [new])


async def test_overdue_gives_open_ones_whose_time_is_up(store: SqlStore) -> None:
    names = {
        "late": (later(hours=-1), Status.PENDING),
        "later": (NOW, Status.APPROVED),
        "in time": (later(seconds=1), Status.PENDING),
        "issued": (later(hours=-1), Status.ISSUED),
        "refused": (later(hours=-1), Status.REFUSED),
    }
    for name, (reopens_at, status) in names.items():
        await _add(store, registration(name, reopens_at=reopens_at, status=status))
    async with store.read() as tx:
        overdue = await tx.registrations.overdue(NOW, 10)
        limited = await tx.registrations.overdue(NOW, 1)

    assert [each.reference for each in overdue] == ["26-late", "26-later"]
    assert [each.reference for each in limited] == ["26-late"]


async def test_overdue_waits_while_the_result_is_being_mailed(store: SqlStore) -> None:
    stored = await _add(store, registration(reopens_at=NOW, status=Status.APPROVED))
    async with store.begin() as tx:
        await tx.outbox.put(mail("result", registration_id=stored.id))
        queued = await tx.registrations.overdue(NOW, 10)
        await tx.outbox.claim("me", NOW, later(minutes=1), 1, mail=True)
        sending = await tx.registrations.overdue(later(seconds=59), 10)
        lapsed = await tx.registrations.overdue(later(minutes=1), 10)

    assert (queued, sending, lapsed) == ([stored], [], [stored])


async def test_open_by_due_gives_the_nearest_first_page_by_page(store: SqlStore) -> None:
    days = {"c": 9, "a": 7, "b": 8, "a2": 7}
    for name, day in days.items():
        await _add(store, registration(name, due=date(2026, 12, day)))
    await _add(store, registration("issued", status=Status.ISSUED))
    async with store.read() as tx:
        page = await tx.registrations.open_by_due(3)
        rest = await tx.registrations.open_by_due(3, offset=3)

    assert [each.reference for each in page] == ["26-a", "26-a2", "26-b"]
    assert [each.reference for each in rest] == ["26-c"]


async def test_count_open_counts_all_or_those_due_until_a_day(store: SqlStore) -> None:
    await _add(store, registration("a", due=date(2026, 12, 7)))
    await _add(store, registration("b", due=date(2026, 12, 8), status=Status.APPROVED))
    await _add(store, registration("c", due=date(2026, 12, 7), status=Status.EXPIRED))
    async with store.read() as tx:
        counts = (
            await tx.registrations.count_open(),
            await tx.registrations.count_open(date(2026, 12, 7)),
            await tx.registrations.count_open(date(2026, 12, 6)),
        )

    assert counts == (2, 1, 0)


async def test_expired_between_leaves_out_the_beginning(store: SqlStore) -> None:
    hour = timedelta(hours=1)
    for n in range(4):
        await _add(store, registration(str(n), reopens_at=NOW + n * hour, status=Status.EXPIRED))
    await _add(store, registration("open", reopens_at=NOW + hour))
    async with store.read() as tx:
        expired = await tx.registrations.expired_between(NOW, NOW + 2 * hour)

    assert [each.reference for each in expired] == ["26-1", "26-2"]


async def test_related_are_the_earlier_ones_of_its_licence_mailbox_or_account(
    store: SqlStore,
) -> None:
    licence = await _add(
        store, registration("a", licence_key="l", user="tg:2", status=Status.REFUSED)
    )
    mailbox = await _add(
        store, registration("b", email_key="e", user="tg:3", status=Status.EXPIRED)
    )
    account = await _add(store, registration("c", user="tg:4"))
    await _add(store, registration("d", user="tg:5"))
    case = await _add(store, registration("x", licence_key="l", email_key="e", user="tg:4"))
    await _add(store, registration("later", user="tg:4"))

    async with store.read() as tx:
        found = await tx.registrations.related(case, 9)
        first = await tx.registrations.related(case, 1)

    assert found == [mailbox, licence, account]
    assert first == [mailbox]


async def test_active_is_what_was_handed_in_decided_answered_or_expired_since(
    store: SqlStore,
) -> None:
    old = {"submitted_at": later(days=-9), "reopens_at": later(days=-1)}
    expired = {"status": Status.EXPIRED, **old}
    stored = [
        await _add(store, one)
        for one in (
            registration("new"),
            registration("decided", **old | {"decided_at": NOW}),
            registration("answered", **old | {"result_at": later(seconds=1)}),
            registration("expired", **expired | {"reopens_at": NOW}),
            registration("before", **expired | {"decided_at": later(seconds=-1)}),
            registration("open", **old | {"reopens_at": later(days=1)}),
        )
    ]

    async with store.read() as tx:
        assert await tx.registrations.active_since(NOW) == stored[:4]
