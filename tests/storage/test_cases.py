"""History, cards and secrets keep what their ports promise."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from core.messages import NORMAL, PATIENT, Address, Kind, Outgoing
from core.ports import CardPlace, Event, HistoryEntry
from core.registration import Registration, Status
from storage.store import SqlStore
from tests.storage.clock import NOW, later
from tests.storage.examples import registration
from tests.storage.statements import counted


async def _add(store: SqlStore, name: str = "a", status: Status = Status.PENDING) -> Registration:
    async with store.begin() as tx:
        stored = await tx.registrations.add(registration(name, status=status))
    assert stored is not None
    return stored


async def test_history_gives_the_facts_of_a_registration_oldest_first(store: SqlStore) -> None:
    mine, other = await _add(store, "a"), await _add(store, "b")
    facts = [
        HistoryEntry(NOW, Event.SUBMITTED, "tg:1", "An", mine.id),
        HistoryEntry(NOW, Event.REFUSED, "tg:7", "Lan", mine.id, {"reasons": ["1"], "n": 2}),
        HistoryEntry(later(hours=-1), Event.UNDONE, "tg:7", "Lan", mine.id, {}),
    ]
    with counted(store) as statements:
        async with store.begin() as tx:
            for fact in facts:
                await tx.history.add(fact)
            await tx.history.add(HistoryEntry(NOW, Event.SUBMITTED, "tg:2", "Bình", other.id))
            await tx.history.add(HistoryEntry(NOW, Event.GROUP_BOUND, "tg:7", "Lan"))
    async with store.read() as tx:
        assert await tx.history.of(mine.id) == facts
        assert await tx.history.of(99) == []
    assert len(statements) == 1


async def test_history_sees_what_was_added_in_the_same_transaction(store: SqlStore) -> None:
    mine = await _add(store)
    fact = HistoryEntry(NOW, Event.APPROVED, "tg:7", "Lan", mine.id)
    async with store.begin() as tx:
        await tx.history.add(fact)
        assert await tx.history.of(mine.id) == [fact]


async def test_a_fact_about_no_registration_of_ours_is_refused(store: SqlStore) -> None:
    with pytest.raises(IntegrityError):
        async with store.begin() as tx:
            await tx.history.add(HistoryEntry(NOW, Event.APPROVED, "tg:7", "Lan", 99))


async def test_a_card_is_found_where_it_hangs(store: SqlStore) -> None:
    mine = await _add(store)
    place = CardPlace(mine.id, Address("staff", "-100", "5"), "77", 1)
    async with store.begin() as tx:
        nowhere = await tx.cards.get(mine.id)
        await tx.cards.put(place)
        first = await tx.cards.get(mine.id)
        await tx.cards.put(replace(place, message_id="78", shown_version=2))
        second = await tx.cards.get(mine.id)

    assert (nowhere, first) == (None, place)
    assert second == replace(place, message_id="78", shown_version=2)


async def test_drop_all_forgets_the_cards_of_a_chat_in_every_topic(store: SqlStore) -> None:
    here = Address("staff", "-100", "5")
    elsewhere = Address("staff", "-200")
    cases = [(await _add(store, str(n))).id for n in range(3)]
    async with store.begin() as tx:
        for case, address in zip(cases, [here, replace(here, thread=None), elsewhere], strict=True):
            await tx.cards.put(CardPlace(case, address, "1", 1))
        dropped = await tx.cards.drop_all(replace(here, thread="9"))
        again = await tx.cards.drop_all(here)
        left = [await tx.cards.get(case) for case in cases]

    assert (dropped, again) == (2, 0)
    assert left == [None, None, CardPlace(cases[2], elsewhere, "1", 1)]


async def test_cards_are_held_back_only_when_many_wait_and_none_is_lost(store: SqlStore) -> None:
    group = Address("staff", "-100")
    owed, hanging, sending, asked, other = [(await _add(store, name)).id for name in "abcde"]
    approved = (await _add(store, "g", Status.APPROVED)).id
    ended = (await _add(store, "f", Status.WITHDRAWN)).id

    def card(case: int, address: Address = group, priority: int = PATIENT) -> Outgoing:
        key = f"{case}:{address.chat}"
        return Outgoing(key, Kind.CARD, address, registration_id=case, priority=priority)

    async with store.begin() as tx:
        await tx.cards.put(CardPlace(hanging, group, "1", 1))
        await tx.outbox.put(card(sending))
        await tx.outbox.claim("ended", NOW, NOW, 9, mail=False)  # it may have sent the card
        for each in (
            card(owed),
            card(ended),
            card(approved),
            card(hanging),
            card(asked, priority=NORMAL),
        ):
            await tx.outbox.put(each)
        await tx.outbox.put(card(other, Address("staff", "-200")))
        before = await tx.cards.count_missing(group)
        few = await tx.cards.hold_back(group, 3, NOW)
        many = await tx.cards.hold_back(group, 2, NOW)
        missing = [one.id for one in await tx.cards.missing(group, 9)]
        elsewhere = [one.id for one in await tx.cards.missing(replace(group, thread="5"), 9)]

    assert (before, few, many) == (0, 0, 3)
    assert missing == [owed, approved]
    assert elsewhere == [owed, approved]


async def test_what_is_missing_comes_by_due_day(store: SqlStore) -> None:
    days = [date(2026, 12, day) for day in (9, 7, 8)]
    group = Address("staff", "-100")
    async with store.begin() as tx:
        for n, day in enumerate(days):
            await tx.registrations.add(registration(f"{n}", due=day))
        found = await tx.cards.missing(group, 2)
        count = await tx.cards.count_missing(group)

    assert [one.due for one in found] == sorted(days)[:2]
    assert count == 3


async def test_a_secret_is_kept_replaced_and_forgotten(store: SqlStore) -> None:
    mine = await _add(store)
    async with store.begin() as tx:
        none = await tx.secrets.get(mine.id)
        await tx.secrets.put(mine.id, b"one", NOW)
        await tx.secrets.put(mine.id, b"two", NOW)
        two = await tx.secrets.get(mine.id)
        await tx.secrets.delete(mine.id)
        gone = await tx.secrets.get(mine.id)

    assert (none, two, gone) == (None, b"two", None)


async def test_rule_8_secrets_of_what_is_no_longer_approved_are_stale(store: SqlStore) -> None:
    stored = [await _add(store, status.value, status) for status in Status]
    async with store.begin() as tx:
        for each in stored:
            await tx.secrets.put(each.id, b"sealed", NOW)
        deleted = await tx.secrets.delete_stale()
        again = await tx.secrets.delete_stale()
        left = [each.status for each in stored if await tx.secrets.get(each.id)]

    assert (deleted, again) == (5, 0)
    assert left == [Status.APPROVED]
