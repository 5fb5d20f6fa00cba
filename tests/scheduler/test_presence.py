"""One of several processes polls, and another takes over when it ends; a late one is fenced off."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.intake import Intake
from core.errors import Fenced
from core.ports import NewUpdate, Transaction
from scheduler.presence import BEAT, LIFE, Presence
from storage.store import SqlStore
from tests.storage.clock import HandClock
from tests.storage.conftest import another, clock, database_url, store
from tests.storage.examples import update

__all__ = ["another", "clock", "database_url", "store"]

Open = Callable[[], SqlStore]
TAKEOVER = timedelta(seconds=30)


@dataclass
class Site:
    """One process that takes updates in."""

    store: SqlStore
    clock: HandClock
    name: str
    heard: list[tuple[int, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.presence = Presence(self.store, self.clock, self.name)
        self.presence.listeners.append(lambda *told: self.heard.append(told))
        self.intake = Intake(self.store, self.clock)
        self.intake.guard = self.presence.guard

    async def enters(self, *, alone: bool = False) -> "Site":
        await self.presence.enter(delivers=True, polls=True, alone=alone)
        return self

    async def stores(self, *updates: NewUpdate) -> bool:
        """Whether what was fetched is safe now, and may be confirmed."""
        try:
            await self.intake.put(updates)
        except Fenced:
            return False
        return True

    @property
    def polls(self) -> bool:
        return self.presence.epoch is not None


async def stored(store: SqlStore) -> int:
    async with store.read() as tx:
        count, _ = await tx.inbox.backlog()
        return count


async def test_exactly_one_polls_and_another_takes_over_when_it_was_killed(
    store: SqlStore, another: Open, clock: HandClock
) -> None:
    stores = {"a": store, "b": another(), "c": another()}
    sites = [await Site(each, clock, name).enters() for name, each in stores.items()]
    assert [site.polls for site in sites] == [True, False, False]

    began = clock.moment
    while not any(site.polls for site in sites[1:]):
        clock.moment += timedelta(seconds=5)
        for site in sites[1:]:
            await site.presence.beat()

    assert clock.moment - began <= TAKEOVER
    assert [site.polls for site in sites[1:]] == [True, False]


async def test_an_old_one_that_wakes_up_late_stores_and_confirms_nothing(
    store: SqlStore, another: Open, clock: HandClock
) -> None:
    old = await Site(store, clock, "old").enters()
    assert await old.stores(update(1))
    clock.moment += LIFE
    new = await Site(another(), clock, "new").enters()

    assert new.polls
    assert await old.stores(update(2)) is False
    assert not old.polls
    assert await stored(store) == 1
    assert await new.stores(update(2))
    await old.presence.beat()
    assert (old.polls, new.polls) == (False, True)
    assert await new.presence.still()
    assert not await old.presence.still()


async def test_who_was_only_slow_goes_on(store: SqlStore, clock: HandClock) -> None:
    """Its word has lapsed, but nobody took its place."""
    site = await Site(store, clock, "slow").enters()
    clock.moment += timedelta(hours=1)

    assert await site.stores(update(1))
    await site.presence.beat()
    assert site.polls


async def test_a_clean_stop_hands_over_at_once(
    store: SqlStore, another: Open, clock: HandClock
) -> None:
    first = await Site(store, clock, "first").enters()
    second = await Site(another(), clock, "second").enters()
    await first.presence.leave()
    await second.presence.beat()

    assert second.polls
    assert first.heard[0] == (1, True)
    assert second.heard == [(2, True), (2, True)]
    clock.moment += timedelta(seconds=5)
    await second.presence.beat()
    assert second.heard[-1] == (1, False)


async def test_a_restart_where_only_one_can_be_waits_for_nobody(
    store: SqlStore, clock: HandClock
) -> None:
    await Site(store, clock, "killed").enters()
    again = await Site(store, clock, "again").enters(alone=True)

    assert again.polls


async def test_a_database_that_is_away_ends_no_presence(
    store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = await Site(store, clock, "a").enters()
    beats = asyncio.Event()
    failures = iter([ConnectionError("away"), None])

    async def beat() -> None:
        failure = next(failures)
        if failure is not None:
            site.presence.wake()
            raise failure
        beats.set()

    monkeypatch.setattr(Presence, "beat", lambda _: beat())
    running = asyncio.create_task(site.presence.run())
    site.presence.wake()
    await asyncio.wait_for(beats.wait(), 5)
    running.cancel()


async def test_who_waits_for_the_turn_is_woken_by_it(store: SqlStore, clock: HandClock) -> None:
    first = await Site(store, clock, "first").enters()
    second = await Site(store, clock, "second").enters()
    waiting = asyncio.create_task(second.presence.turn())
    await first.presence.leave()
    await asyncio.sleep(0)
    assert not waiting.done()
    await second.presence.beat()

    await asyncio.wait_for(waiting, 5)


async def test_the_guard_asks_in_the_transaction_that_stores(
    store: SqlStore, clock: HandClock
) -> None:
    site = await Site(store, clock, "a").enters()
    asked: list[Transaction] = []

    async def guard(tx: Transaction) -> None:
        asked.append(tx)
        await tx.inbox.put([update(7)], clock.now())
        raise Fenced

    site.intake.guard = guard
    assert await site.stores(update(1)) is False

    assert len(asked) == 1
    assert await stored(store) == 0


async def test_after_an_outage_nobody_takes_another_for_ended_before_it_could_speak(
    store: SqlStore, another: Open, clock: HandClock
) -> None:
    first = await Site(store, clock, "a").enters()
    second = await Site(another(), clock, "b").enters()
    assert (first.presence.sure(), second.presence.sure()) == (True, True)

    clock.moment += LIFE  # the database is back, but nobody has said a word yet
    assert (first.presence.sure(), second.presence.sure()) == (False, False)
    await second.presence.beat()
    assert second.presence.sure() is False
    await first.presence.beat()
    assert second.heard[-1] == (2, True)  # like a newcomer, it speaks slowly at first
    for _ in range(2):
        assert (first.presence.sure(), second.presence.sure()) == (False, False)
        clock.moment += timedelta(seconds=BEAT)
        await first.presence.beat()
        await second.presence.beat()

    assert (first.presence.sure(), second.presence.sure()) == (True, True)
    assert second.heard[-1] == (2, False)


async def test_whoever_spoke_all_the_time_is_sure_of_those_who_did_not(
    store: SqlStore, another: Open, clock: HandClock
) -> None:
    living = await Site(store, clock, "lives").enters()
    await Site(another(), clock, "ends").enters()
    for _ in range(4):
        clock.moment += timedelta(seconds=BEAT)
        await living.presence.beat()
        assert living.presence.sure()


async def test_a_process_alone_is_always_sure(store: SqlStore, clock: HandClock) -> None:
    site = await Site(store, clock, "a").enters(alone=True)
    clock.moment += LIFE * 2

    assert site.presence.sure()
