"""Several processes on one database: order per conversation, and everything once."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from core.ports import Sent
from storage.store import SqlStore
from tests.storage.clock import NOW, later
from tests.storage.examples import conversation, say, update

CONVERSATIONS = 20
UPDATES = 20
WORKERS = 4

Open = Callable[[], SqlStore]


async def test_read_then_write_loses_nothing(store: SqlStore, another: Open) -> None:
    """Twenty transactions at once, each adding one to what it read under a row's lock."""
    async with store.begin() as tx:
        await tx.inbox.put([update(1)], NOW)
    stores = [store, another(), another()]

    async def add_one(each: SqlStore) -> None:
        done = False
        while not done:
            async with each.begin() as tx:
                for head in await tx.inbox.heads(1, NOW):
                    await tx.facts.put("sum", str(int(await tx.facts.get("sum") or "0") + 1))
                    await tx.inbox.failed(head.id, NOW, "again", park=False, now=NOW)
                    done = True

    await asyncio.gather(*(add_one(stores[n % 3]) for n in range(20)))

    async with store.read() as tx:
        assert await tx.facts.get("sum") == "20"


async def test_a_row_another_worker_holds_is_left_alone(postgres_store: SqlStore) -> None:
    """On PostgreSQL two transactions overlap; on SQLite the second one would wait."""
    async with postgres_store.begin() as tx:
        await tx.inbox.put([update(1, "a"), update(2, "a"), update(3, "b")], NOW)
    async with postgres_store.begin() as first, postgres_store.begin() as second:
        held = await first.inbox.heads(1, NOW)
        others = await second.inbox.heads(10, NOW)

    assert [row.update_id for row in held] == ["1"]
    assert [row.update_id for row in others] == ["3"]


async def test_an_update_that_shows_up_late_waits_for_the_younger_one_at_work(
    postgres_store: SqlStore,
) -> None:
    async with postgres_store.begin() as late:
        await late.inbox.put([update(1, "a")], NOW)
        async with postgres_store.begin() as tx:
            await tx.inbox.put([update(2, "a")], NOW)
        at_work = postgres_store.begin()
        [younger] = await (await at_work.__aenter__()).inbox.heads(1, NOW)
    async with postgres_store.begin() as tx:
        meanwhile = await tx.inbox.heads(10, NOW)
    await at_work.__aexit__(None, None, None)
    async with postgres_store.begin() as tx:
        after = await tx.inbox.heads(10, NOW)

    assert younger.update_id == "2"
    assert meanwhile == []
    assert [row.update_id for row in after] == ["1"]


async def test_what_a_worker_had_in_hand_when_it_ended_shows_it(postgres_store: SqlStore) -> None:
    """Whoever comes next is careful, though it heard of no end; what failed was reported."""
    async with postgres_store.begin() as tx:
        await tx.inbox.put([update(n, str(n)) for n in (1, 2, 3)], NOW)
    dying = postgres_store.begin()
    held = await (await dying.__aenter__()).inbox.heads(2, NOW)
    rolled_back = postgres_store.begin()
    beside = await (await rolled_back.__aenter__()).inbox.heads(10, NOW)
    for ended in (dying, rolled_back):
        await ended.__aexit__(RuntimeError, RuntimeError("ended"), None)
    async with postgres_store.begin() as tx:
        await tx.inbox.failed(beside[0].id, NOW, "KeyError", park=False, now=NOW)
    async with postgres_store.begin() as tx:
        after = await tx.inbox.heads(10, NOW)

    assert [row.tried for row in (*held, *beside)] == [False, False, False]
    assert [row.tried for row in after] == [True, True, False]


async def test_the_lock_of_an_update_that_was_begun_is_one_workers(
    postgres_store: SqlStore,
) -> None:
    """The first one is so slow that the update is due again."""
    async with postgres_store.begin() as tx:
        await tx.inbox.put([update(1)], NOW)
        [seen] = await tx.inbox.heads(1, NOW)
        await tx.inbox.begin(seen, NOW, later(seconds=30))
    async with postgres_store.begin() as slow, postgres_store.begin() as other:
        mine = await slow.inbox.head(seen.id)
        due = await other.inbox.heads(10, later(seconds=31))
        theirs = await other.inbox.head(seen.id)

    assert mine is not None
    assert (due, theirs) == ([], None)


async def test_a_lane_another_worker_claims_is_left_alone(postgres_store: SqlStore) -> None:
    async with postgres_store.begin() as tx:
        for key, chat in [("a1", "a"), ("a2", "a"), ("b1", "b")]:
            await tx.outbox.put(say(key, chat=chat))
    async with postgres_store.begin() as first, postgres_store.begin() as second:
        held = await first.outbox.claim("one", NOW, later(minutes=1), 1, mail=False)
        others = await second.outbox.claim("two", NOW, later(minutes=1), 10, mail=False)

    assert [row.outgoing.key for row in held] == ["a1"]
    assert [row.outgoing.key for row in others] == ["b1"]


async def test_rule_10_conversations_see_every_update_once_and_in_order(
    store: SqlStore, another: Open
) -> None:
    """Four workers; one is cancelled in the middle of a transaction, which then never was."""
    total = CONVERSATIONS * UPDATES
    async with store.begin() as tx:
        await tx.inbox.put([update(n, f"public:{n % CONVERSATIONS}") for n in range(total)], NOW)
    reached_the_middle = asyncio.Event()

    async def work(each: SqlStore, *, hang: bool = False) -> None:
        while True:
            async with each.begin() as tx:
                heads = await tx.inbox.heads(7, NOW)
                await tx.conversations.prefetch([head.conversation for head in heads])
                for head in heads:
                    known = await tx.conversations.get(head.conversation)
                    seen = known or conversation(head.conversation, name="")
                    seen = replace(seen, name=f"{seen.name} {head.update_id}")
                    await tx.conversations.save(seen)
                await tx.inbox.done([head.id for head in heads], NOW)
                if hang and heads:
                    await tx.conversations.to_remind(NOW, 1)  # has everything written already
                    reached_the_middle.set()
                    await asyncio.Event().wait()
                waiting, _ = await tx.inbox.backlog()
            if waiting == 0:
                return

    victim = asyncio.create_task(work(another(), hang=True))
    await reached_the_middle.wait()
    workers = asyncio.gather(*(work(another()) for _ in range(WORKERS - 1)))
    victim.cancel()
    await asyncio.gather(victim, return_exceptions=True)
    await workers

    async with store.read() as tx:
        for n in range(CONVERSATIONS):
            seen = await tx.conversations.get(f"public:{n}")
            assert seen is not None
            assert seen.name.split() == [str(i) for i in range(n, total, CONVERSATIONS)]


async def test_a_cancelled_transaction_never_was_and_holds_up_nobody(store: SqlStore) -> None:
    inside = asyncio.Event()

    async def hang() -> None:
        async with store.begin() as tx:
            await tx.facts.put("name", "cancelled")
            inside.set()
            await asyncio.Event().wait()

    async def write() -> None:
        async with store.begin() as tx:
            assert await tx.facts.get("name") is None
            await tx.facts.put("name", "written")

    hanging = asyncio.create_task(hang())
    await inside.wait()
    writing = asyncio.create_task(write())
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)
    await writing

    async with store.read() as tx:
        assert await tx.facts.get("name") == "written"


async def test_a_statement_cancelled_half_way_holds_up_nobody(store: SqlStore) -> None:
    async def write(value: str) -> None:
        async with store.begin() as tx:
            await tx.facts.put("name", value)

    await write("before")
    for steps in range(12):  # each step of the loop is another place to be interrupted at
        writing = asyncio.create_task(write("cancelled"))
        for _ in range(steps):
            await asyncio.sleep(0)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    await write("after")

    async with store.read() as tx:
        assert await tx.facts.get("name") == "after"


async def test_four_claimers_deliver_each_row_once_and_in_order(
    store: SqlStore, another: Open
) -> None:
    lanes, depth = 12, 10
    async with store.begin() as tx:
        for n in range(lanes * depth):
            await tx.outbox.put(say(f"{n:03}", chat=str(n % lanes)))
    delivered: dict[str, list[str]] = defaultdict(list)

    async def deliver(each: SqlStore, owner: str) -> None:
        while True:
            async with each.begin() as tx:
                rows = await tx.outbox.claim(owner, NOW, later(minutes=1), 5, mail=False)
            for row in rows:
                delivered[row.outgoing.address.chat].append(row.outgoing.key)
            async with each.begin() as tx:
                held = await tx.outbox.sent(owner, [Sent(row) for row in rows], NOW)
                assert held == {row.id for row in rows}
                waiting, _ = await tx.outbox.backlog()
            if waiting == 0:
                return

    await asyncio.gather(*(deliver(another(), f"worker-{n}") for n in range(4)))

    for lane in range(lanes):
        assert delivered[str(lane)] == [f"{n:03}" for n in range(lane, lanes * depth, lanes)]


async def test_what_a_dead_worker_held_is_sent_by_another(store: SqlStore, another: Open) -> None:
    async with store.begin() as tx:
        await tx.outbox.put(say("a"))
    lease = timedelta(minutes=1)
    async with store.begin() as tx:
        await tx.processes.beat("dead", NOW, NOW + lease, delivers=True)
        await tx.outbox.claim("dead", NOW, NOW + lease, 1, mail=False)
    survivor = another()
    async with survivor.begin() as tx:
        too_early = await tx.outbox.claim("alive", NOW, NOW + lease, 1, mail=False)
        taken_over = await tx.outbox.claim("alive", NOW + lease, NOW + 2 * lease, 1, mail=False)

    assert too_early == []
    assert [(row.outgoing.key, row.attempts, row.deaths) for row in taken_over] == [("a", 1, 1)]


async def test_writers_of_an_sqlite_file_take_turns_in_the_order_they_came(
    sqlite_store: SqlStore,
) -> None:
    wrote: list[int] = []
    asked: list[int] = []

    async def write(number: int) -> None:
        asked.append(number)
        async with sqlite_store.begin() as tx:
            await tx.facts.put("last", str(number))
            wrote.append(number)

    async with sqlite_store.begin() as tx:
        tasks = [asyncio.create_task(write(n)) for n in range(10)]
        while len(asked) < len(tasks):
            await tx.facts.put("first", "0")
        before_their_turn = list(wrote)
    await asyncio.gather(*tasks)

    assert before_their_turn == []
    assert wrote == asked
