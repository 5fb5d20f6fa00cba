"""What needs repair, and what is asked of facilities: each counts once."""

import asyncio
from dataclasses import replace

from core.messages import MAIL, Address, Kind, Outgoing
from core.people import Actor
from core.ports import Ailment, Event, HistoryEntry, Sent, Trouble
from storage import migrate
from storage.store import SqlStore
from tests.storage.clock import NOW, HandClock, later
from tests.storage.conftest import MirrorVault
from tests.storage.examples import registration

LAN, MINH = Actor("tg:7", "Lan"), Actor("tg:8", "Minh")


async def _case(store: SqlStore, name: str = "1") -> int:
    async with store.begin() as tx:
        stored = await tx.registrations.add(registration(name, result_failed=True))
    assert stored is not None
    return stored.id


async def test_a_trouble_is_noted_once_handled_once_and_over_once(store: SqlStore) -> None:
    case = await _case(store)
    async with store.begin() as tx:
        await tx.troubles.open(case, Ailment.MAIL, NOW)
        await tx.troubles.open(case, Ailment.MAIL, later(hours=1))
        await tx.troubles.open(case, Ailment.CHAT, later(hours=2))
        listed = [(one.id, what) for one, what in await tx.troubles.unhandled(NOW, 9)]
        handled = [await tx.troubles.handle(case, "Lan", later(hours=n)) for n in (3, 4)]
        assert await tx.troubles.of(case) == [
            Trouble(case, Ailment.MAIL, NOW, None, later(hours=3), "Lan"),
            Trouble(case, Ailment.CHAT, later(hours=2), None, later(hours=3), "Lan"),
        ]
        unhandled = await tx.troubles.unhandled(NOW, 9)
        closed = [await tx.troubles.close(case, Ailment.MAIL) for _ in range(2)]
        left = [one.ailment for one in await tx.troubles.of(case)]

    assert listed == [(case, Ailment.MAIL), (case, Ailment.CHAT)]
    assert (handled, unhandled) == ([True, False], [])
    assert (closed, left) == ([True, False], [Ailment.CHAT])


async def test_what_was_mended_or_is_out_of_time_is_not_listed(store: SqlStore) -> None:
    mended, late = await _case(store, "1"), await _case(store, "2")
    async with store.begin() as tx:
        for case in (mended, late):
            await tx.troubles.open(case, Ailment.MAIL, NOW)
        before = await tx.registrations.get(mended)
        assert before is not None
        await tx.registrations.save(before, before.with_result_owed())
        term = before.reopens_at

        assert [one.id for one, _ in await tx.troubles.unhandled(NOW, 9)] == [late]
        assert await tx.troubles.unhandled(term, 9) == []


async def test_a_facility_is_asked_for_an_e_mail_again_only_after_a_pause(store: SqlStore) -> None:
    case = await _case(store)
    async with store.begin() as tx:
        none = await tx.troubles.asked(case, NOW, NOW)
        await tx.troubles.open(case, Ailment.MAIL, NOW)
        asked = [
            await tx.troubles.asked(case, later(minutes=n), later(minutes=n - 60))
            for n in (0, 59, 60)
        ]
        await tx.troubles.handle(case, "Lan", NOW)
        handled = await tx.troubles.asked(case, later(hours=9), later(hours=8))

    assert (none, asked, handled) == (False, [True, False, True], False)


async def test_of_two_questions_at_once_one_is_asked(postgres_store: SqlStore) -> None:
    case = await _case(postgres_store)

    async def ask(by: Actor) -> int | None:
        async with postgres_store.begin() as tx:
            return await tx.inquiries.ask(case, by, NOW)

    numbers = await asyncio.gather(ask(LAN), ask(MINH))
    assert [number is None for number in sorted(numbers, key=str)] in ([False, True], [True, False])


async def test_a_question_is_answered_or_closed_once(store: SqlStore) -> None:
    case = await _case(store)
    async with store.begin() as tx:
        first = await tx.inquiries.ask(case, LAN, NOW)
        assert first is not None
        assert await tx.inquiries.ask(case, MINH, NOW) is None
        assert [one.id for one in await tx.inquiries.open_among([case, 99])] == [first]
        answered = [await tx.inquiries.answer(first, later(hours=n)) for n in (1, 2)]
        closed = await tx.inquiries.close(first, later(hours=3))
        second = await tx.inquiries.ask(case, MINH, later(hours=4))
        last = await tx.inquiries.last(case)
        found = await tx.inquiries.get(first)

    assert (answered, closed) == ([True, False], False)
    assert last is not None
    assert found is not None
    assert (last.id, last.by_name, last.is_open) == (second, "Minh", True)
    assert (found.answered_at, found.is_open) == (later(hours=1), False)


async def test_another_e_mail_is_refused_when_somebody_has_it(store: SqlStore) -> None:
    one, two = await _case(store, "1"), await _case(store, "2")
    async with store.begin() as tx:
        before, other = await tx.registrations.get(one), await tx.registrations.get(two)
        assert before is not None
        assert other is not None
        taken = before.with_email(other.email, other.email_key, proved=True)
        assert not await tx.registrations.save(before, taken)
        free = before.with_email("x@example.vn", "x@example.vn", proved=True)
        assert await tx.registrations.save(before, free)
        stored = await tx.registrations.get(one)

    assert stored == replace(free, version=before.version + 1)


async def test_a_mail_that_was_given_up_is_owed_again_once_and_elsewhere(store: SqlStore) -> None:
    mail = Outgoing("result", Kind.MAIL, Address(MAIL, "old@example.vn"), registration_id=7)
    new = Address(MAIL, "new@example.vn")
    async with store.begin() as tx:
        await tx.outbox.put(mail)
        assert not await tx.outbox.again("result", new, NOW)
        (row,) = await tx.outbox.claim("me", NOW, later(minutes=1), 9, mail=True)
        await tx.outbox.failed("me", row.id, NOW, "invalid: 550")
        again = [await tx.outbox.again("result", new, later(hours=1)) for _ in range(2)]
        early = await tx.outbox.claim("me", NOW, later(minutes=1), 9, mail=True)
        (due,) = await tx.outbox.claim("me", later(hours=1), later(hours=2), 9, mail=True)

    assert (again, early) == ([True, False], [])
    assert (due.id, due.attempts, due.outgoing) == (row.id, 1, replace(mail, address=new))


async def test_a_mail_that_came_back_counts_as_given_up_and_is_owed_again(
    store: SqlStore,
) -> None:
    mail = Outgoing("result", Kind.MAIL, Address(MAIL, "a@example.vn"), registration_id=7)
    async with store.begin() as tx:
        await tx.outbox.put(mail)
        await tx.outbox.came_back("result", NOW)
        (row,) = await tx.outbox.claim("me", NOW, later(minutes=1), 9, mail=True)
        await tx.outbox.sent("me", [Sent(row)], NOW)
        await tx.outbox.came_back("another", NOW)
        before = (
            await tx.outbox.failures(later(hours=-1)),
            await tx.outbox.mails_sent(later(days=-1)),
        )
        await tx.outbox.came_back("result", later(hours=1))
        after = await tx.outbox.failures(NOW), await tx.outbox.mails_sent(later(days=-1))
        again = await tx.outbox.again("result", mail.address, later(hours=2))

    assert (before, after, again) == ((0, 1), (1, 0), True)


async def test_migrating_notes_the_troubles_that_are_there(database_url: str) -> None:
    await migrate.upgrade(database_url)
    store = SqlStore.open(database_url, MirrorVault(), HandClock())
    case = await _case(store)
    async with store.begin() as tx:
        for n in (2, 1):
            at = later(hours=n)
            await tx.history.add(HistoryEntry(at, Event.UNREACHABLE, "system", "", case))
    await migrate.downgrade(database_url, "0009")
    await migrate.upgrade(database_url)
    async with store.read() as tx:
        troubles = await tx.troubles.of(case)
    await store.close()

    assert {one.ailment: one.at for one in troubles}.keys() == {Ailment.MAIL, Ailment.CHAT}
    assert troubles[-1] == Trouble(case, Ailment.CHAT, later(hours=1))
