"""Side by side: every bot answers the same people, in turn, several times."""

import asyncio
import gc
import os
import secrets
import statistics
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple

import asyncpg

from bot.vault import new_key
from sandbox import Sandbox
from storage.migrate import upgrade
from tests.benchmarks.people import UPDATES, Crowd
from tests.benchmarks.processes import (
    cpu_seconds,
    forget_peak,
    peak_megabytes,
    started,
    unless_it_ends,
)
from tests.postgres import Cluster, find_programs, fresh_database, server_account

BARE_AIOGRAM = "tests.benchmarks.bots.bare_aiogram"
BARE_PTB = "tests.benchmarks.bots.bare_ptb"
OURS = "tests.benchmarks.bots.ours"


class Kind(NamedTuple):
    """A program and the database it keeps its answers in: "sqlite", "postgresql" or none."""

    name: str
    module: str
    database: str | None = None


OURS_ON = {
    "sqlite": Kind("KNLT, SQLite", OURS, "sqlite"),
    "postgresql": Kind("KNLT, PostgreSQL", OURS, "postgresql"),
}
BARE_ON = {
    "sqlite": Kind("aiogram + ORM, SQLite", BARE_AIOGRAM, "sqlite"),
    "postgresql": Kind("aiogram + ORM, PostgreSQL", BARE_AIOGRAM, "postgresql"),
}
IN_MEMORY = (
    Kind("aiogram, memory only", BARE_AIOGRAM),
    Kind("python-telegram-bot, memory only", BARE_PTB),
)


class Size(NamedTuple):
    """One kind of run: how many people at once make how many registrations, and how often."""

    at_once: int
    registrations: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run cost. Times of an update are in milliseconds, replies in seconds."""

    bot_ms: float
    database_ms: float
    registrations_a_second: float
    median: float
    percentile_99: float
    peak_mb: float


@dataclass(slots=True)
class Contestant:
    """A running bot and its people. `database_pid` is that of a server of its own kind."""

    kind: Kind
    crowd: Crowd
    pid: int
    database_pid: int | None

    async def run(self, registrations: int, at_once: int) -> Figures:
        """Have so many registrations made by so many people at once."""
        self.crowd.waits.clear()
        forget_peak(self.pid)
        loop = asyncio.get_running_loop()
        bot, database, began = self._bot_cpu(), self._database_cpu(), loop.time()
        try:
            await self.crowd.register(registrations, at_once)
        except TimeoutError:
            raise AssertionError(f"{self.kind.name} left somebody without an answer") from None
        seconds = loop.time() - began
        updates = registrations * UPDATES
        waits = sorted(self.crowd.waits)
        return Figures(
            bot_ms=(self._bot_cpu() - bot) * 1000 / updates,
            database_ms=(self._database_cpu() - database) * 1000 / updates,
            registrations_a_second=registrations / seconds,
            median=statistics.median(waits),
            percentile_99=waits[int(len(waits) * 0.99)],
            peak_mb=peak_megabytes(self.pid),
        )

    def _bot_cpu(self) -> float:
        return cpu_seconds(self.pid)

    def _database_cpu(self) -> float:
        return cpu_seconds(self.database_pid) if self.database_pid else 0.0


@dataclass(slots=True)
class Arena:
    """The sandbox, a PostgreSQL where one can be had, and a folder; all gone afterwards."""

    sandbox: Sandbox
    folder: Path
    postgres: Cluster | None
    _stack: AsyncExitStack

    async def database(self, name: str) -> str:
        """Make an empty database, "sqlite" or "postgresql"; return its URL."""
        if name == "sqlite":
            return f"sqlite+aiosqlite:///{self.folder / secrets.token_hex(4)}.db"
        assert self.postgres is not None
        return await self._stack.enter_async_context(fresh_database(self.postgres.url))

    def environment(self, token: str, url: str) -> dict[str, str]:
        """Give the environment of `knlt run` for one of the sandbox's bots."""
        return {
            "PUBLIC_TOKEN": token,
            "TELEGRAM_API": self.sandbox.api_url,
            "DATABASE_URL": url,
            "SMTP_URL": self.sandbox.smtp_url,
            "MAIL_FROM": "no-reply@soyte.example.vn",
            "SECRET_KEYS": new_key(),
            "EMAIL_CODE": "off",
            "LISTEN": "127.0.0.1:0",
            "LOG_LEVEL": "warning",
        }

    async def enter(self, kind: Kind, url: str | None = None) -> Contestant:
        """Start a bot, on the database at `url` or an empty one; wait until it has answered."""
        number = len(self.sandbox.world.bots) + 1
        bot = self.sandbox.world.bot(f"Bot{number}", f"{1_000_000 + number}:{'t' * 35}")
        if kind.database is not None and url is None:
            url = await self.database(kind.database)
        environment: dict[str, str] = {}
        arguments = [kind.module, bot.token, self.sandbox.api_url]
        if kind.module == OURS:
            assert url is not None
            await upgrade(url)
            environment, arguments = self.environment(bot.token, url), [kind.module]
        elif url is not None:
            arguments.append(url)
        log = self.folder / f"{number}.log"
        process = await self._stack.enter_async_context(started(arguments, environment, log))
        crowd = Crowd(self.sandbox.world, bot)
        await unless_it_ends(process, crowd.register(1, 1), log)
        on_server = kind.database == "postgresql" and self.postgres is not None
        server = _postmaster(self.postgres) if on_server else None
        return Contestant(kind, crowd, process.pid, server)


@asynccontextmanager
async def arena(*, postgres: bool) -> AsyncIterator[Arena]:
    """Set everything up; `postgres` also starts a server that keeps what it commits."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="knlt-bench-")))
        cluster = None
        if postgres:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="knlt-pg-")))
            cluster = Cluster(find_programs(), home, server_account())
            cluster.start()
            stack.callback(cluster.stop)
            await _keep_commits(cluster)
        sandbox = await stack.enter_async_context(Sandbox(limits=False))
        # The sandbox's own collections would show up in the bots' reply times.
        stack.callback(gc.unfreeze)
        stack.callback(gc.set_threshold, *gc.get_threshold())
        gc.freeze()
        gc.set_threshold(100_000, 50, 1000)
        yield Arena(sandbox, folder, cluster, stack)


async def contest(
    the_arena: Arena,
    kinds: Sequence[Kind],
    plan: Sequence[Size],
    say: Callable[[str], None],
) -> dict[tuple[Kind, int], Figures]:
    """Run every bot in turn, as often as each size of `plan` says.

    Gives the median of each figure by bot and number of people.
    """
    running = [await the_arena.enter(kind) for kind in kinds]
    for contestant in running:  # the first updates pay for what is compiled once
        await contestant.run(50, 25)
    runs: dict[tuple[Kind, int], list[Figures]] = {}
    for number in range(max(size.rounds for size in plan)):
        for size in plan:
            if number < size.rounds:
                for contestant in running:
                    figures = await contestant.run(size.registrations, size.at_once)
                    runs.setdefault((contestant.kind, size.at_once), []).append(figures)
                load = os.getloadavg()[0]
                say(f"round {number + 1} of {size.rounds}: {size.at_once} at once, load {load:.1f}")
    return {which: _medians(each) for which, each in runs.items()}


def _medians(runs: Sequence[Figures]) -> Figures:
    names = [field.name for field in fields(Figures)]
    return Figures(*(statistics.median(getattr(run, name) for run in runs) for name in names))


def _postmaster(cluster: Cluster | None) -> int:
    assert cluster is not None
    pid = (cluster.directory / "data" / "postmaster.pid").read_text(encoding="utf-8")
    return int(pid.splitlines()[0])


async def _keep_commits(cluster: Cluster) -> None:
    """Undo what makes the tests' server quick and forgetful."""
    dsn = cluster.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(dsn)
    try:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            await connection.execute(f"ALTER SYSTEM SET {setting} = on")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()
