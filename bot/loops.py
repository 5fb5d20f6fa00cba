"""The loops of one process: each works as long as there is work, then waits to be woken."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger()

GLANCE = 3.0  # seconds: how soon a loop looks by itself when nobody wakes it
RARE_GLANCE = 10.0  # seconds, where other processes ring when they put something
TROUBLE = 5.0  # seconds to wait after a failure, such as a database that is away


@dataclass(slots=True)
class Loop:
    """Runs `work` until `stop`. `work` returns how much it did; 0 means there is nothing to do.

    Then it waits to be woken, for `sweep` seconds at most, or for `pause` if that is less.
    """

    name: str
    work: Callable[[], Awaitable[int]]
    pause: Callable[[], Awaitable[float]] | None = None
    sweep: Callable[[], float] = lambda: GLANCE
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    def wake(self) -> None:
        """There may be work."""
        self._wake.set()

    def stop(self) -> None:
        """Finish what is under way and return."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Work until stopped; a failure is logged and costs a pause, never the loop."""
        while not self._stopping:
            self._wake.clear()
            try:
                busy = await self.work()
                wait = 0.0 if busy else await self._pause()
            except Exception:
                log.exception("loop_failed", loop=self.name)
                wait = TROUBLE
            if wait:
                await self._sleep(wait)

    async def _pause(self) -> float:
        sweep = self.sweep()
        return sweep if self.pause is None else min(sweep, await self.pause())

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return
