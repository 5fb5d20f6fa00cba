"""The way in: updates are committed to the inbox before they are acknowledged, many at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from core.ports import Clock, NewUpdate, Store, Transaction


class Interrupted(Exception):
    """The commit was cut short: these updates are not safe, and the messenger will repeat them."""


@dataclass(eq=False, slots=True)
class _Batch:
    updates: list[NewUpdate] = field(default_factory=list)
    safe: asyncio.Future[None] = field(default_factory=asyncio.Future)


class Intake:
    """Shares one commit among all who hand over updates while the one before is under way.

    `guard` is asked in each such transaction, and raises if this process must not take updates in.
    """

    guard: Callable[[Transaction], Awaitable[None]] | None = None

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._gathering: _Batch | None = None
        self._one_at_a_time = asyncio.Lock()

    async def put(self, updates: Sequence[NewUpdate]) -> None:
        """Return when the updates are committed; raise if they are not."""
        batch = self._gathering = self._gathering or _Batch()
        batch.updates.extend(updates)
        async with self._one_at_a_time:
            if not batch.safe.done():
                self._gathering = None
                await self._commit(batch)
        await batch.safe

    async def _commit(self, batch: _Batch) -> None:
        try:
            async with self._store.begin() as tx:
                if self.guard is not None:
                    await self.guard(tx)
                await tx.inbox.put(batch.updates, self._clock.now())
        except Exception as error:
            batch.safe.set_exception(error)
        except BaseException:
            batch.safe.set_exception(Interrupted())
            raise
        else:
            batch.safe.set_result(None)
