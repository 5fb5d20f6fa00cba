"""Presence: each process says again and again that it lives, and one of them polls.

What a process held is free for the others soon after its last word, and at once when it leaves.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from core.errors import Fenced
from core.ports import Clock, Store, Transaction

log = structlog.get_logger()

LIFE = timedelta(seconds=15)  # how long a word counts
BEAT = 5.0  # seconds from one word to the next

Told = Callable[[int, bool], None]


@dataclass(slots=True)
class Presence:
    """One process among those that share a database. `owner` is unique per process and start.

    `listeners` hear with each beat how many processes deliver, and whether this one is new to it.
    """

    store: Store
    clock: Clock
    owner: str
    listeners: list[Told] = field(default_factory=list)
    epoch: int | None = None
    _delivers: bool = False
    _polls: bool = False
    _alone: bool = True
    _entered: datetime | None = None
    _last: datetime | None = None
    _back: datetime | None = None
    _chosen: asyncio.Event = field(default_factory=asyncio.Event)
    _now: asyncio.Event = field(default_factory=asyncio.Event)

    async def enter(self, *, delivers: bool, polls: bool, alone: bool) -> None:
        """Be there from now on. `alone` says that nobody else can be, so all others have ended."""
        self._delivers, self._polls, self._alone = delivers, polls, alone
        self._entered = self.clock.now()
        if alone:
            async with self.store.begin() as tx:
                await tx.processes.end_others(self.owner, self._entered)
        await self.beat()

    async def run(self) -> None:
        """Beat until cancelled; a database that is away is tried again."""
        while True:
            try:
                async with asyncio.timeout(BEAT):
                    await self._now.wait()
            except TimeoutError:
                pass
            self._now.clear()
            try:
                await self.beat()
            except Exception as error:
                log.warning("presence_not_told", reason=type(error).__name__)

    def wake(self) -> None:
        """Beat at once: time has moved."""
        self._now.set()

    def sure(self) -> bool:
        """Tell whether those whose words have lapsed have ended.

        After an outage in which nobody could say a word, the first one back would take everybody
        else for ended: whoever was silent for that long lets the others speak first.
        """
        if self._alone or self._last is None:
            return True
        now, others = self.clock.now(), timedelta(seconds=2 * BEAT)
        return now - self._last < LIFE and (self._back is None or now - self._back >= others)

    async def beat(self) -> None:
        """Say that this process lives; take the polling over if nobody who lives has it."""
        now = self.clock.now()
        async with self.store.begin() as tx:
            senders = await tx.processes.beat(self.owner, now, now + LIFE, delivers=self._delivers)
            wanted = self._polls and self.epoch is None
            epoch = await tx.processes.take_polling(self.owner, now) if wanted else self.epoch
        if wanted and epoch is not None:
            log.info("polling", epoch=epoch)
            self.epoch = epoch
            self._chosen.set()
        if self._last is not None and now - self._last >= LIFE:
            self._entered = self._back = now
        self._last = now
        # A beat later, everybody who was there before has heard of this one.
        new = self._entered is None or now - self._entered < timedelta(seconds=BEAT)
        for told in self.listeners:
            told(max(1, senders), new)

    async def leave(self) -> None:
        """Be gone: what this process held is free at once."""
        async with self.store.begin() as tx:
            await tx.processes.leave(self.owner, self.clock.now())

    # ── polling ──────────────────────────────────────────────────────────────────────────────────

    async def turn(self) -> None:
        """Wait until this process is the one that polls."""
        await self._chosen.wait()

    async def still(self) -> bool:
        """Ask the database whether this process is still the one that polls."""
        try:
            async with self.store.begin() as tx:
                await self.guard(tx)
        except Fenced:
            return False
        return True

    async def guard(self, tx: Transaction) -> None:
        """Raise `Fenced` if another process polls by now; else none can until `tx` has ended."""
        if self.epoch is None or not await tx.processes.polls(self.owner, self.epoch):
            self.epoch = None
            self._chosen.clear()
            raise Fenced("another process polls by now")
