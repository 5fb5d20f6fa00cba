"""The ticker: APScheduler says when, a use case says what.

Deadlines are columns and each job looks for what is due, so a missed tick heals itself, and a job
that two processes run at once is right in both (slots and guarded writes decide).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core.policy import Policy
from core.ports import Clock, Store
from core.usecases import queue_card
from core.usecases.digest import send_digest
from core.usecases.drafts import forget_drafts, remind_drafts
from core.usecases.expire import expire_due
from core.usecases.purge import forget_uploads, purge

log = structlog.get_logger()

Job = Callable[[], Awaitable[object]]
SWEEP, CHORES = 30, 3600  # seconds


@dataclass(slots=True)
class Ticker:
    """Runs the jobs by the clock it is given. `beat` is the last moment a sweep succeeded."""

    store: Store
    clock: Clock
    policy: Policy
    beat: datetime | None = None
    _scheduler: AsyncIOScheduler = field(init=False)

    def __post_init__(self) -> None:
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(job_defaults=defaults, timezone=self.policy.tz)

    def start(self) -> None:
        """Start ticking on the running event loop."""
        self._scheduler.add_job(self.sweep, "interval", seconds=SWEEP)
        self._scheduler.add_job(self.chores, "interval", seconds=CHORES)
        self._scheduler.start()

    def stop(self) -> None:
        """Stop; a job cut short is one transaction rolled back."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def sweep(self) -> None:
        """Do what is due: expiry, digest, reminders, drafts, uploads, the queue card.

        No failure stops another.
        """
        jobs = (
            self._expire,
            self._digest,
            self._remind,
            self._forget,
            self._forget_uploads,
            self._queue_card,
        )
        if await self._each(*jobs):
            self.beat = self.clock.now()

    async def chores(self) -> None:
        """Forget what is no longer needed."""
        await self._each(self._purge)

    async def _each(self, *jobs: Job) -> bool:
        """Run one after the other, whatever becomes of each; tell whether all succeeded."""
        succeeded = [await self._succeeds(job) for job in jobs]
        return all(succeeded)

    async def _succeeds(self, job: Job) -> bool:
        try:
            await job()
        except Exception:
            log.exception("job_failed", job=getattr(job, "__name__", "job"))
            return False
        return True

    async def _expire(self) -> None:
        more = True
        while more:
            async with self.store.begin() as tx:
                more = await expire_due(tx, self.policy, self.clock.now()) > 0

    async def _digest(self) -> None:
        async with self.store.begin() as tx:
            await send_digest(tx, self.policy, self.clock.now())

    async def _remind(self) -> None:
        async with self.store.begin() as tx:
            await remind_drafts(tx, self.clock.now())

    async def _forget(self) -> None:
        async with self.store.begin() as tx:
            await forget_drafts(tx, self.policy, self.clock.now())

    async def _forget_uploads(self) -> None:
        async with self.store.begin() as tx:
            await forget_uploads(tx, self.clock.now())

    async def _queue_card(self) -> None:
        async with self.store.begin() as tx:
            await queue_card.keep_up(tx, self.policy, self.clock.now())

    async def _purge(self) -> None:
        async with self.store.begin() as tx:
            counts = await purge(tx, self.clock.now())
        log.info("purged", **counts)
