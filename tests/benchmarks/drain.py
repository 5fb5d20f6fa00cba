"""Two workers on one PostgreSQL against one: what `make bench ARGS="--only workers"` measures.

An inbox that was filled beforehand is emptied by workers whose messages go nowhere, so that no
sandbox and no people share the machine with them. Each statement takes 5 ms longer, as if the
database were in another building: on a machine with few cores, two workers and their database
would otherwise take the processor from one another. So this shows whether workers wait for one
another in the database, and not what the machine can do.
"""

import asyncio
import os
import statistics
from contextlib import AsyncExitStack
from datetime import datetime

import asyncpg

from bot.clock import SystemClock
from bot.telegram.updates import new_update
from bot.vault import FernetVault
from core.ports import NewUpdate
from storage.bell import CHANNEL
from storage.migrate import upgrade
from storage.store import SqlStore
from tests.benchmarks.contest import Arena, arena
from tests.benchmarks.processes import cpu_seconds, started

MUTE = "tests.benchmarks.bots.mute"
PEOPLE = 100
UPDATES = 8

_SENT = "SELECT count(*) FROM outbox WHERE state = 'sent'"


def talk(number: int) -> list[NewUpdate]:
    """Give all that one person types, from /start to the receipt."""
    person = {"id": 50_000 + number, "is_bot": False, "first_name": f"Người {number}"}
    said = (
        "/start", "đồng ý", f"03-{number}/ĐKKDD-HNO", f"Nhà thuốc {number}", "giám đốc",
        "Nguyễn Thị Lan", f"nhathuoc{number}@gmail.com", "gửi",
    )  # fmt: skip
    return [
        new_update(
            {
                "update_id": number * UPDATES + step,
                "message": {
                    "message_id": step + 1,
                    "date": 1_790_000_000,
                    "chat": {"id": person["id"], "type": "private", "first_name": "Người"},
                    "from": person,
                    "text": words,
                },
            },
            "public",
        )
        for step, words in enumerate(said)
    ]


async def drain(the_arena: Arena, workers: int) -> tuple[float, float]:
    """Have so many workers empty a full inbox; return updates a second and milliseconds each."""
    bot = the_arena.sandbox.world.bot(f"Mute{len(the_arena.sandbox.world.bots)}")
    url = await the_arena.database("postgresql")
    await upgrade(url)
    environment = the_arena.environment(bot.token, url)
    async with AsyncExitStack() as stack:
        processes = [
            await stack.enter_async_context(
                started([MUTE], environment, the_arena.folder / f"mute-{n}.log")
            )
            for n in range(workers)
        ]
        for process in processes:
            assert process.stdout is not None
            await process.stdout.readline()
        dsn = url.replace("+asyncpg", "")
        connection = await asyncpg.connect(dsn)
        stack.push_async_callback(connection.close)
        await _fill(url, environment["SECRET_KEYS"])
        pids = [process.pid for process in processes]
        before = sum(map(cpu_seconds, pids))
        await connection.execute("SELECT pg_notify($1, 'inbox')", CHANNEL)
        while await connection.fetchval(_SENT) < PEOPLE * UPDATES:  # noqa: ASYNC110 - of others
            await asyncio.sleep(0.2)
        spent = sum(map(cpu_seconds, pids)) - before
        first: datetime = await connection.fetchval("SELECT min(done_at) FROM inbox")
        last: datetime = await connection.fetchval("SELECT max(ended_at) FROM outbox")
    count = PEOPLE * UPDATES
    return count / (last - first).total_seconds(), spent * 1000 / count


async def _fill(url: str, keys: str) -> None:
    store = SqlStore.open(url, FernetVault([keys]), SystemClock())
    try:
        async with store.begin() as tx:
            talks = [talk(number) for number in range(1, PEOPLE + 1)]
            for step in zip(*talks, strict=True):
                await tx.inbox.put(step, SystemClock().now())
    finally:
        await store.close()


async def two_workers(rounds: int) -> str:
    """Measure in turns and give one line of figures."""
    found: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    async with arena(postgres=True) as the_arena:
        for _ in range(rounds):
            for workers, runs in found.items():
                runs.append(await drain(the_arena, workers))
    (one, one_ms), (two, two_ms) = (
        map(statistics.median, zip(*runs, strict=True)) for runs in found.values()
    )
    return (
        f"\nworkers on one PostgreSQL that is 5 ms away, medians of {rounds}:"
        f" one {one:.0f} updates/s ({one_ms:.2f} ms each), two {two:.0f} ({two_ms:.2f} ms),"
        f" {two / one:.2f} times; load {os.getloadavg()[0]:.1f}"
    )
