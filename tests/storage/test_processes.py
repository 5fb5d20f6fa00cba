"""Processes that live, end and poll: what one held is free once it ended, and one only polls."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from core.ports import OutboxRow
from storage.store import SqlStore
from tests.storage.clock import NOW, later
from tests.storage.examples import say

LIFE = timedelta(seconds=15)

Open = Callable[[], SqlStore]


async def beat(store: SqlStore, owner: str, now: datetime = NOW, *, delivers: bool = True) -> int:
    async with store.begin() as tx:
        return await tx.processes.beat(owner, now, now + LIFE, delivers=delivers)


async def claim(store: SqlStore, owner: str, now: datetime = NOW) -> list[OutboxRow]:
    async with store.begin() as tx:
        return await tx.outbox.claim(owner, now, now + timedelta(seconds=90), 9, mail=False)


async def test_those_that_deliver_and_live_are_counted(store: SqlStore) -> None:
    counts = [
        await beat(store, "a"),
        await beat(store, "b", later(seconds=10)),
        await beat(store, "page", later(seconds=10), delivers=False),
        await beat(store, "b", later(seconds=15.9)),  # a was heard a second ago
        await beat(store, "b", later(seconds=16)),
        await beat(store, "a", later(seconds=16)),
    ]

    assert counts == [1, 2, 2, 2, 1, 2]


async def test_what_a_process_held_is_free_when_its_last_word_has_lapsed(store: SqlStore) -> None:
    async with store.begin() as tx:
        for key in ("first", "second"):
            await tx.outbox.put(say(key))
    await beat(store, "killed")
    assert len(await claim(store, "killed")) == 1

    early = await claim(store, "other", later(seconds=14.9))
    taken = await claim(store, "other", later(seconds=15))
    assert early == []
    assert [(row.outgoing.key, row.attempts, row.deaths) for row in taken] == [("first", 1, 1)]


async def test_what_a_process_held_is_free_when_it_leaves(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.outbox.put(say("a"))
    await beat(store, "stopped")
    await claim(store, "stopped")
    async with store.begin() as tx:
        await tx.processes.leave("stopped", later(seconds=1))

    assert len(await claim(store, "other", later(seconds=1))) == 1


async def test_a_process_that_was_never_heard_of_keeps_its_lease(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.outbox.put(say("a"))
    await claim(store, "silent")

    assert await claim(store, "other", later(seconds=89)) == []
    assert len(await claim(store, "other", later(seconds=90))) == 1


async def test_a_process_whose_word_has_lapsed_does_not_take_from_itself(store: SqlStore) -> None:
    """The clock jumped, or the database was away: what it sends is still being sent."""
    async with store.begin() as tx:
        await tx.outbox.put(say("a"))
    await beat(store, "me")
    await claim(store, "me")

    assert await claim(store, "me", later(seconds=60)) == []


async def test_a_jump_of_the_clock_ends_nobody_who_has_just_claimed(store: SqlStore) -> None:
    """Until the next beat each process looks as if it had ended long ago."""
    async with store.begin() as tx:
        await tx.outbox.put(say("a"))
    await beat(store, "lives")
    assert len(await claim(store, "lives", later(days=20))) == 1

    assert await claim(store, "other", later(days=20, seconds=4)) == []
    assert len(await claim(store, "other", later(days=20, seconds=10))) == 1


async def test_a_clean_end_is_no_death(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.outbox.put(say("a"))
    await beat(store, "stopped")
    await claim(store, "stopped")
    async with store.begin() as tx:
        await tx.processes.leave("stopped", later(seconds=1))
    [row] = await claim(store, "other", later(seconds=1))

    assert (row.attempts, row.deaths) == (1, 0)


async def test_whoever_is_alone_ends_all_others(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.outbox.put(say("a"))
    await beat(store, "killed")
    await claim(store, "killed")
    async with store.begin() as tx:
        await tx.processes.end_others("me", later(seconds=1))

    assert len(await claim(store, "me", later(seconds=1))) == 1


async def test_one_polls_until_it_leaves_or_lapses(store: SqlStore) -> None:
    taken: list[int | None] = []
    for owner, seconds in [("a", 0.0), ("b", 1.0), ("a", 1.0), ("b", 14.9), ("b", 15.0)]:
        async with store.begin() as tx:
            if seconds <= 1:
                await tx.processes.beat(owner, NOW, NOW + LIFE, delivers=True)
            taken.append(await tx.processes.take_polling(owner, later(seconds=seconds)))
    async with store.begin() as tx:
        late = await tx.processes.polls("a", 2)
        now = await tx.processes.polls("b", 3)
        await tx.processes.beat("b", later(seconds=15), later(seconds=30), delivers=True)
        await tx.processes.leave("b", later(seconds=16))
        again = await tx.processes.take_polling("a", later(seconds=16))

    assert taken == [1, None, 2, None, 3]
    assert (late, now, again) == (False, True, 4)


async def test_two_that_take_the_polling_at_once_do_not_both_get_it(
    postgres_store: SqlStore,
) -> None:
    for owner in "ab":
        await beat(postgres_store, owner)

    async def take(owner: str) -> int | None:
        async with postgres_store.begin() as tx:
            return await tx.processes.take_polling(owner, NOW)

    taken = await asyncio.gather(take("a"), take("b"))

    assert sorted(taken, key=str) == [1, None]


async def test_nobody_takes_the_polling_while_updates_are_being_stored(
    postgres_store: SqlStore,
) -> None:
    async with postgres_store.begin() as tx:
        await tx.processes.take_polling("a", NOW)

    async def takes_over() -> int | None:
        async with postgres_store.begin() as other:
            return await other.processes.take_polling("b", later(minutes=1))

    async with postgres_store.begin() as tx:
        held = await tx.processes.polls("a", 1)
        successor = asyncio.create_task(takes_over())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(successor), 0.2)

    assert held
    assert await successor == 2


async def test_those_that_ended_are_forgotten(store: SqlStore) -> None:
    await beat(store, "old")
    await beat(store, "new", later(hours=1))
    async with store.begin() as tx:
        forgotten = await tx.processes.forget(later(minutes=30))

    assert forgotten == 1
    assert await beat(store, "me", later(hours=1)) == 2
