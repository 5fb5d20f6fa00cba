"""One run of the crash loop: workers, people, weather and kills, then quiet, then the evidence."""

import asyncio
import itertools
import json
import math
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import bindparam, func, select

from bot.loops import TROUBLE
from bot.vault import new_key
from core.people import Role
from core.ports import Member
from sandbox import Mail, Sandbox, SandboxClock
from sandbox.events import Event, MessageSent
from sandbox.faults import Fault
from sandbox.mail import MailFault
from storage.engine import DatabaseUnavailable, Engines, open_engines
from storage.migrate import upgrade
from storage.store import SqlStore
from storage.tables import inbox, outbox
from tests.crash.checker import RECORDING
from tests.crash.evidence import Cut, Evidence, read_database, read_diary
from tests.crash.nursery import Order
from tests.crash.servers import Restart
from tests.crash.shared_clock import SharedClock
from tests.crash.town import CASES_OF_AN_OFFICER, Town
from tests.crash.worker import POINTS, TRY_AGAIN
from tests.storage.conftest import MirrorVault

ROOT = Path(__file__).parents[2]
START = datetime.fromisoformat("2026-03-02T09:00:00+07:00")  # a Monday without holidays near
TERM = timedelta(days=20)  # more than ten working days
PUBLIC_TOKEN, STAFF_TOKEN = "1000001:" + "p" * 35, "1000002:" + "s" * 35
CALM = 120.0  # seconds in which a program that nobody kills must come to rest
DRAIN = timedelta(minutes=6)  # what a mail that was refused twice waits

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done to whom. `every` are the seconds from one kill to the next try.

    With `gently` workers are asked to stop, and nobody is killed. An update with `poison` in it
    kills whoever handles it.
    """

    registrations: int = 2000
    kills: int = 100
    roles: Sequence[str] = ("all", "all", "worker", "worker")
    at_once: int = 48
    every: tuple[float, float] = (1.5, 3.5)
    aimed: float = 0.4  # how many of the workers are given a place to die at
    seed: int = 1
    gently: bool = False
    away: float = 6.0  # seconds without a database: longer than the last word of a process counts
    poison: str = ""


@dataclass(eq=False, slots=True)
class Nursery:
    """The process that forks workers, seen from here."""

    process: asyncio.subprocess.Process
    ended: "asyncio.Queue[Mapping[str, object]]" = field(default_factory=asyncio.Queue)
    running: set[str] = field(default_factory=set)
    _started: "asyncio.Queue[int]" = field(default_factory=asyncio.Queue)

    async def start(self, order: Order) -> int:
        """Start a worker; give its process id."""
        assert self.process.stdin is not None
        self.process.stdin.write(order.line)
        return await self._started.get()

    async def listen(self) -> None:
        """Take its news until it ends."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            news = json.loads(line)
            if "started" in news:
                self._started.put_nowait(news["pid"])
            elif "running" in news:
                self.running.add(news["running"])
            elif "ended" in news:
                self.running.discard(news["ended"])
                self.ended.put_nowait(news)


@dataclass(eq=False, slots=True)
class Loop:
    """A run under way."""

    plan: Plan
    folder: Path
    url: str
    sandbox: Sandbox
    clock: SharedClock
    town: Town
    nursery: Nursery
    environment: Mapping[str, str]
    restart: Restart | None
    say: Say
    engines: Engines
    dice: random.Random
    cuts: list[Cut] = field(default_factory=list)
    outage: tuple[float, float] = (math.inf, math.inf)
    deaths: Counter[str] = field(default_factory=Counter)
    weather: Counter[str] = field(default_factory=Counter)
    losing: Fault = field(default_factory=lambda: Fault(0))
    losing_mail: MailFault = field(default_factory=lambda: MailFault("lost", "", 0))
    deaths_at_start: int = 0
    slowest_stop: float = 0.0
    alive: dict[str, int] = field(default_factory=dict)
    points: dict[str, str] = field(default_factory=dict)
    killing: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: bool = False

    def __post_init__(self) -> None:
        self.sandbox.world.events.subscribe(self._loses)
        self.sandbox.inbox.subscribe(self._loses_mail)

    # ── workers ──────────────────────────────────────────────────────────────────────────────────

    async def start(self, name: str) -> None:
        """Start a worker, perhaps with a place to die at."""
        more = self.killing.is_set() and self.kills < self.plan.kills
        aimed = more and not self.plan.gently and self.dice.random() < self.plan.aimed
        point = self.dice.choice(POINTS) if aimed else ""
        self.points[name] = point
        order = Order(
            name,
            name.split("-")[0],
            str(self.folder / "clock"),
            str(self.folder / f"{name}.log"),
            str(self.folder / "diary"),
            self.environment,
            point,
            self.dice.randint(1, 40),
            self.plan.poison,
        )
        self.alive[name] = await self.nursery.start(order)

    async def tend(self) -> None:
        """Note who dies, and start them again."""
        while True:
            news = await self.nursery.ended.get()
            name = str(news["ended"])
            self.alive.pop(name, None)
            if news["signal"] == signal.SIGKILL:
                at = self.town.moment()
                self.cuts.append(Cut(at, int(str(news["pid"])), self._deaf(at)))
                self.deaths[self.points[name] or "anywhere"] += 1
            elif self.plan.gently and news["status"] == 0:
                self.deaths["asked to stop"] += 1
            elif news["status"] == TRY_AGAIN:
                self.deaths_at_start += 1
                await asyncio.sleep(0.5)
            elif not self.stopping:
                log = (self.folder / f"{name}.log").read_text(encoding="utf-8")[-2000:]
                raise RuntimeError(f"{name} ended by itself: {news}\n{log}")
            if not self.stopping:
                await self.start(name)

    async def stop(self) -> None:
        """Stop all workers for good."""
        self.stopping = True
        for pid in self.alive.values():
            os.kill(pid, signal.SIGTERM)
        while self.alive:  # noqa: ASYNC110 - seconds do not matter
            await asyncio.sleep(0.1)

    async def kill(self) -> None:
        """Kill somebody every few seconds, while killing is allowed and until it is enough."""
        while True:
            await asyncio.sleep(self.dice.uniform(*self.plan.every))
            await self.killing.wait()
            running = sorted(self.nursery.running & self.alive.keys())
            if running and self.kills < self.plan.kills:
                name = self.dice.choice(running)
                self.points[name] = ""
                await self._end(name, self.alive.pop(name))

    async def _end(self, name: str, pid: int) -> None:
        if not self.plan.gently:
            with suppress(ProcessLookupError):  # it has just died at its failpoint
                os.kill(pid, signal.SIGKILL)
            return
        began = self.town.moment()
        os.kill(pid, signal.SIGTERM)
        while name not in self.alive:  # noqa: ASYNC110 - until `tend` has started it again
            await asyncio.sleep(0.1)
        self.slowest_stop = max(self.slowest_stop, self.town.moment() - began)

    @property
    def kills(self) -> int:
        """How many workers have died by SIGKILL, or stopped when they were asked to."""
        return self.deaths.total()

    # ── weather ──────────────────────────────────────────────────────────────────────────────────

    async def storm(self) -> None:
        """Have the outside world fail in turn: Telegram, its updates, the mail server."""
        faults, updates = self.sandbox.faults, self.town.bot.updates

        def flood() -> None:
            faults.flood(1, times=8, method="sendMessage")

        def fail() -> None:
            faults.fail(502, "Bad Gateway", times=5, html=True)

        def drop() -> None:
            faults.drop(times=3)

        def lose() -> None:
            self.losing = faults.drop(times=3, method="sendMessage", effect=True)
            faults.drop(times=2, method="editMessageText", effect=True)
            faults.drop(times=1, method="getUpdates", effect=True)
            self.losing_mail = self.sandbox.inbox.loses_reply()

        def twice() -> None:
            updates.double(10)
            self.town.desk.updates.double(3)

        def late() -> None:
            updates.hold(3)

        async def no_mail() -> None:
            await self.sandbox.mail_server.stop()
            await asyncio.sleep(4)
            await self.sandbox.mail_server.start()

        kinds: list[Callable[[], Awaitable[None] | None]] = [
            flood, lose, fail, twice, late, drop, no_mail,
        ]  # fmt: skip
        for kind in itertools.cycle(kinds):
            await asyncio.sleep(4)
            await self.killing.wait()
            done = kind()
            if done is not None:
                await done
            self.weather[kind.__name__] += 1
            await asyncio.sleep(1)
            faults.clear()  # else the pollers would meet them one by one, at growing intervals

    def _loses(self, event: Event) -> None:
        """Note a message whose answer is lost: it is said right after the fault has hit."""
        if self.losing.hits and isinstance(event, MessageSent) and event.message.from_bot:
            self.losing.hits = 0
            self._lost(self.town.lane_of(event.message))

    def _loses_mail(self, mail: Mail) -> None:
        if self.losing_mail.hits:
            self.losing_mail.hits = 0
            self._lost(str(mail.message["Message-ID"]))

    def _lost(self, where: str) -> None:
        self.cuts.append(Cut(self.town.moment(), where=where))
        self.weather["answers lost"] += 1

    async def release(self) -> None:
        """Let updates that were held up come, late.

        Under new ids: an old one could be confirmed, unseen, together with newer ones that were
        fetched a moment ago.
        """
        updates = self.town.bot.updates
        while True:
            await asyncio.sleep(1)
            for update in list(updates.held):
                updates.held.remove(update)
                self.town.renumbered(update.id, updates.repeat(update).id)

    async def tell(self) -> None:
        """Say from time to time how far it is."""
        began = self.town.moment()
        while True:
            await asyncio.sleep(10)
            self.say(
                f"{self.town.moment() - began:5.0f} s: {self.town.registered} registered,"
                f" {self.town.decided} decided, {self.kills} kills, {await self._backlog()};"
                f" {self.town.waiting}"
            )

    async def _backlog(self) -> str:
        try:
            async with self.engines.read() as connection:
                updates = (await connection.execute(_UNDONE)).scalar_one()
                waiting = (await connection.execute(_QUEUED)).scalar_one()
        except DatabaseUnavailable:
            return "no database"
        return f"{updates} updates and {waiting} messages wait"

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Have everything happen: a first wave, the term's end, a second wave, and quiet."""
        town, plan = self.town, self.plan
        numbers = iter(range(1, plan.registrations + 1))
        first = itertools.islice(numbers, plan.registrations * 3 // 4)
        for number, role in enumerate(plan.roles):
            await self.start(f"{role}-{number}")
        self.killing.set()
        async with asyncio.TaskGroup() as wave:
            wave.create_task(town.register(first, plan.at_once))
            wave.create_task(self._outage(plan.registrations * 3 // 8))
        await self._afterwards()
        await town.accounts_in_bulk()
        await self.rest()
        self.say("moving the clock past the term")
        self.shift(TERM)
        self.killing.set()
        await town.register(numbers, plan.at_once)
        await self._afterwards()
        while self.kills < plan.kills:  # noqa: ASYNC110 - seconds do not matter
            await asyncio.sleep(1)
        await self.rest()

    async def _outage(self, registered: int) -> None:
        """Take the database away once so many have registered, while messages are on their way."""
        if self.restart is None:
            return
        while self.town.registered < registered:  # noqa: ASYNC110 - seconds do not matter
            await asyncio.sleep(0.1)
        faults = self.sandbox.faults
        slow = Fault(0)
        while not slow.hits:  # planned anew, since the weather clears all that is planned
            faults.end(slow)
            slow = faults.delay(1.0, times=8, method="sendMessage")
            await asyncio.sleep(0.1)
        self.say("restarting the database")
        self.outage = (self.town.moment(), math.inf)
        await self.restart(self.plan.away)
        await self.engines.close()  # our own connections ended with the server
        self.outage = (self.outage[0], self.town.moment())
        self.weather["no_database"] += 1

    def _deaf(self, at: float) -> float:
        """Give since when a process that dies at a moment had no database to record anything in.

        Once it is back, a loop that failed looks again after a pause.
        """
        began, ended = self.outage
        return began if began <= at <= ended + TROUBLE + RECORDING else math.inf

    async def _afterwards(self) -> None:
        """Wait for the decisions of a wave, and for those who come again after a refusal."""
        await self.town.all_decided()
        await self.rest()
        self.killing.set()
        await self.town.all_again()

    async def rest(self) -> None:
        """Stop the kills and the weather, and wait until nothing is left to be done."""
        self.killing.clear()
        self.sandbox.faults.clear()
        self.say("waiting for rest")
        deadline = self.town.moment() + CALM
        while await self._under_way():
            if self.town.moment() > deadline:
                self.say("it does not come to rest")
                return
            await asyncio.sleep(0.5)
            if await self._only_later():
                self.shift(DRAIN)

    def shift(self, by: timedelta) -> None:
        """Move everybody's clock. Nothing may be on its way: its lease would end."""
        self.sandbox.clock.shift(by)
        self.clock.shift(by)

    async def _under_way(self) -> int:
        async with self.engines.read() as connection:
            updates = (await connection.execute(_UNDONE)).scalar_one()
            waiting = (await connection.execute(_QUEUED)).scalar_one()
        fetched = len(self.town.bot.updates) + len(self.town.desk.updates)
        return int(updates + waiting) + fetched

    async def _only_later(self) -> bool:
        """Whether all that is owed waits for a moment that is more than a few seconds away."""
        soon = self.clock.now() + timedelta(seconds=15)
        async with self.engines.read() as connection:
            updates = (await connection.execute(_UNDONE)).scalar_one()
            leased = (await connection.execute(_LEASED, {"now": self.clock.now()})).scalar_one()
            due = (await connection.execute(_NEXT)).scalar()
        return not updates and not leased and due is not None and due > soon


_UNDONE = select(func.count()).select_from(inbox).where(inbox.c.done_at.is_(None))
_WAITING = outbox.c.state == "queued"
_QUEUED = select(func.count()).select_from(outbox).where(_WAITING)
_LEASED = (
    select(func.count())
    .select_from(outbox)
    .where(_WAITING, outbox.c.lease_until > bindparam("now"))
)
_NEXT = select(func.min(outbox.c.due)).where(_WAITING)


async def crash_loop(
    plan: Plan,
    url: str,
    folder: Path,
    say: Say,
    restart: Restart | None = None,
) -> tuple[Evidence, Loop]:
    """Carry out a plan on an empty database; give what was left behind, and the loop that ended.

    `restart` takes the database down and brings it back after so many seconds.
    """
    async with set_up(plan, url, folder, say, restart) as loop:
        helpers = [
            loop.nursery.listen(),
            loop.tend(),
            loop.kill(),
            loop.storm(),
            loop.release(),
            loop.tell(),
        ]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in (*helpers, loop.town.decide())]
            await loop.run()
            await loop.stop()
            for task in tasks:
                task.cancel()
        town = loop.town
        evidence = Evidence(
            group=f"staff:{town.group.id}",
            said=town.said,
            mails=town.mails,
            handed=town.handed,
            sendings=read_diary(folder / "diary"),
            cuts=loop.cuts,
            **await read_database(url),
        )
        return evidence, loop


@asynccontextmanager
async def set_up(
    plan: Plan,
    url: str,
    folder: Path,
    say: Say,
    restart: Restart | None = None,
) -> AsyncIterator[Loop]:
    """Have a town, and a nursery that can start workers; nothing happens yet."""
    await upgrade(url)
    sandbox_clock = SandboxClock(START)
    async with Sandbox(clock=sandbox_clock, limits=False) as sandbox, _nursery(folder) as nursery:
        clock = SharedClock.made(folder / "clock", START)
        world = sandbox.world
        bot, desk = world.bot("KnltBot", PUBLIC_TOKEN), world.bot("DeskBot", STAFF_TOKEN)
        places = plan.registrations // CASES_OF_AN_OFFICER
        officers = [world.person(f"Cán bộ {n}") for n in range(3 * places // 2 + 40)]
        group = world.group("Tổ KNLT", members=officers, bots=[desk])
        for officer in officers:
            world.private(desk, officer).may_write = True
        await _employ(url, clock, [f"tg:{officer.id}" for officer in officers])
        engines = open_engines(url)
        try:
            yield Loop(
                plan=plan,
                folder=folder,
                url=url,
                sandbox=sandbox,
                clock=clock,
                town=Town(sandbox, bot, desk, group, officers=officers),
                nursery=nursery,
                environment=_environment(sandbox, url, group.id),
                restart=restart,
                say=say,
                engines=engines,
                dice=random.Random(plan.seed),  # noqa: S311 - a run that can be repeated
            )
        finally:
            await engines.close()


@asynccontextmanager
async def _nursery(folder: Path) -> AsyncIterator[Nursery]:
    with (folder / "nursery.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.crash.nursery",
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    assert process.stdin is not None
    try:
        yield Nursery(process)
    finally:
        process.stdin.close()
        await process.wait()


async def _employ(url: str, clock: SharedClock, users: Sequence[str]) -> None:
    store = SqlStore.open(url, MirrorVault(), clock)
    async with store.begin() as tx:
        for user in users:
            await tx.staff.put(Member(user, user, Role.OFFICER, "test", clock.now()))
    await store.close()


def _environment(sandbox: Sandbox, url: str, group: int) -> dict[str, str]:
    return {
        "PUBLIC_TOKEN": PUBLIC_TOKEN,
        "STAFF_TOKEN": STAFF_TOKEN,
        "STAFF_CHAT": str(group),
        "TELEGRAM_API": sandbox.api_url,
        "DATABASE_URL": url,
        "SMTP_URL": sandbox.smtp_url,
        "MAIL_FROM": "no-reply@soyte.example.vn",
        "MAIL_DAILY_CAP": "1000000",
        "SECRET_KEYS": new_key(),
        "UNDO_SECONDS": "2",
        "LISTEN": "127.0.0.1:0",
        "LOG_LEVEL": "info",
    }
