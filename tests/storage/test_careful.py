"""Workers that die at any moment: what kills them is parked, and nothing else ever is.

The workers are real, and so are both databases; an update is read and has no further effect.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.ports import InboxRow
from handlers.incoming import Incoming
from handlers.turn import Acknowledgement, Tools
from handlers.worker import DEADLY, REST, InboxWorker
from storage.store import SqlStore
from storage.tables import inbox, outbox
from tests.storage.clock import NOW, HandClock
from tests.storage.conftest import stores
from tests.storage.examples import update
from tests.storage.test_model import Crash, FrailStore

CONVERSATIONS, ROUNDS = 4, 200

Run = Callable[[Callable[[SqlStore], Coroutine[Any, Any, None]]], None]


@dataclass
class Town:
    """Some workers on one database. `poison` are the updates that end whoever reads them."""

    store: SqlStore
    clock: HandClock
    poison: set[int]
    read: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    killed: int = 0
    workers: list[InboxWorker] = field(default_factory=list)

    def parse(self, row: InboxRow) -> Incoming | None:
        self.read[row.conversation].append(int(row.update_id))
        if int(row.update_id) in self.poison:
            raise Crash
        return None

    async def starts(self) -> InboxWorker:
        async def acknowledge(presses: list[Acknowledgement]) -> None:
            del presses

        # What has no further effect needs no tools.
        worker = InboxWorker(
            FrailStore(self.store),
            self.clock,
            cast("Tools", None),
            {"public": self.parse},
            acknowledge,
        )
        await worker.beware()
        return worker

    async def works(self, seat: int, side: int = 0) -> int:
        """Have a worker do a round; it dies at some side of a commit, or of what it reads."""
        worker = self.workers[seat]
        cast("FrailStore", worker.store).left = side
        try:
            return await worker.run_once()
        except Crash:
            self.killed += 1
            self.workers[seat] = await self.starts()
            return 1

    async def parked(self) -> list[int]:
        async with self.store.engines.read() as connection:
            rows = select(inbox.c.update_id).where(inbox.c.parked)
            return sorted(int(number) for number in (await connection.execute(rows)).scalars())

    async def waiting(self) -> int:
        async with self.store.read() as tx:
            return (await tx.inbox.backlog())[0]

    async def comes_to_rest(self) -> None:
        for n in range(ROUNDS):
            if not await self.works(n % len(self.workers)):
                self.clock.moment += REST / 2
            if not await self.waiting():
                return


@pytest.fixture
def run(database_url: str) -> Iterator[Run]:
    """Run a coroutine with one store, kept open from one example to the next."""
    with asyncio.Runner() as runner:
        opened = stores(database_url, HandClock())
        store = runner.run(opened.__aenter__())()
        yield lambda ask: runner.run(ask(store))
        runner.run(opened.__aexit__(None, None, None))


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    batches=st.lists(st.lists(st.integers(0, CONVERSATIONS - 1), max_size=6), max_size=4),
    deadly=st.sets(st.integers(0, 11), max_size=2),
    seats=st.integers(1, 3),
    kills=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6)), max_size=DEADLY - 1),
    choice=st.randoms(use_true_random=False),
)
def test_what_kills_is_parked_and_all_else_is_handled_in_order(
    run: Run,
    batches: list[list[int]],
    deadly: set[int],
    seats: int,
    kills: list[tuple[int, int]],
    choice: Any,
) -> None:
    async def check(store: SqlStore) -> None:
        async with store.engines.write() as connection:
            await connection.execute(inbox.delete())
            await connection.execute(outbox.delete())
        town = Town(store, HandClock(), deadly)
        town.workers = [await town.starts() for _ in range(seats if store.shared else 1)]
        count = 0
        for n, talks in enumerate(batches):
            new = [update(count + i, f"public:{talk}") for i, talk in enumerate(talks)]
            count += len(new)
            async with store.begin() as tx:
                await tx.inbox.put(new, NOW)
            for when, side in kills:
                if when == n:
                    await town.works(choice.randrange(len(town.workers)), side)
            await town.works(choice.randrange(len(town.workers)))
        await town.comes_to_rest()

        met = deadly & set(range(count))
        assert await town.waiting() == 0
        assert await town.parked() == sorted(met)
        assert all(numbers == sorted(numbers) for numbers in town.read.values())
        assert {n for numbers in town.read.values() for n in numbers} == set(range(count))
        async with store.read() as tx:
            assert (await tx.outbox.backlog())[0] == len(met), "whoever sent it is told"
        assert town.killed <= len(kills) + len(met) * (DEADLY + 1)

    run(check)
