"""Figures of our program by itself: start-up, idle cost, memory over a soak."""

import asyncio
import os
import resource
import signal
import sys
from pathlib import Path
from typing import NamedTuple

from storage.migrate import upgrade
from tests.benchmarks.contest import OURS, OURS_ON, Arena
from tests.benchmarks.people import UPDATES, Crowd
from tests.benchmarks.processes import ROOT, cpu_seconds, peak_megabytes, resident, started

IMPORT_SDK = "from bot.telegram.late_types import load_aiogram; load_aiogram()"


class StartUp(NamedTuple):
    """Processor seconds."""

    help: float
    sdk: float
    answer: float


class Idle(NamedTuple):
    """Share of one core in percent, and statements a second, BEGIN and COMMIT not counted."""

    core: float
    statements: float


async def start_up(arena: Arena) -> StartUp:
    """Measure `knlt --help`, the import of the SDK, and `knlt run` until it has answered."""
    bot = arena.sandbox.world.bot("StartUp", f"{2_000_001}:{'t' * 35}")
    url = await arena.database("sqlite")
    await upgrade(url)
    environment = arena.environment(bot.token, url)
    crowd = Crowd(arena.sandbox.world, bot)
    async with started(["bot", "run"], environment, arena.folder / "start.log") as process:
        await crowd.greet()
        answer = cpu_seconds(process.pid)
    return StartUp(
        help=await _ends(sys.executable, "-m", "bot", "--help"),
        sdk=await _ends(sys.executable, "-c", IMPORT_SDK),
        answer=answer,
    )


async def idle(arena: Arena, database: str, seconds: float) -> Idle:
    """Leave a program that has answered somebody alone for a while."""
    number = len(arena.sandbox.world.bots)
    bot = arena.sandbox.world.bot(f"Idle{number}", f"{3_000_000 + number}:{'t' * 35}")
    url = await arena.database(database)
    await upgrade(url)
    environment = arena.environment(bot.token, url)
    log = arena.folder / f"idle-{number}.log"
    async with started([OURS, "--count"], environment, log) as process:
        await Crowd(arena.sandbox.world, bot).register(1, 1)
        await asyncio.sleep(3)
        before, cpu = await _statements(process), cpu_seconds(process.pid)
        await asyncio.sleep(seconds)
        spent = cpu_seconds(process.pid) - cpu
        statements = await _statements(process) - before - 1  # the count counts itself
    return Idle(spent / seconds * 100, statements / seconds)


async def soak(arena: Arena, updates: int) -> list[tuple[int, float]]:
    """Give the resident memory in MB after each tenth of so many updates, 50 people at once."""
    contestant = await arena.enter(OURS_ON["sqlite"])
    pid = contestant.pid
    found = []
    for tenth in range(1, 11):
        await contestant.crowd.register(max(50, updates // UPDATES // 10), 50)
        found.append((tenth * updates // 10, resident(pid)))
    found.append((updates, peak_megabytes(pid)))
    return found


async def _statements(process: asyncio.subprocess.Process) -> int:
    assert process.stdout is not None
    process.send_signal(signal.SIGUSR1)
    return int(await process.stdout.readline())


async def _ends(*command: str) -> float:
    before = _spent_by_children()
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.DEVNULL,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(ROOT))},
    )
    assert await process.wait() == 0
    return _spent_by_children() - before


def _spent_by_children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
