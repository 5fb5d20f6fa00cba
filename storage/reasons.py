"""The list of reasons for a refusal."""

from dataclasses import asdict

from sqlalchemy import select

from core.reasons import Reason
from storage.tables import reason
from storage.work import Work, on_each, upsert

_ALL = select(reason.c.code, reason.c.position, reason.c.vi, reason.c.en, reason.c.retired_at)
_IN_ORDER = _ALL.order_by(reason.c.retired_at.is_not(None), reason.c.position, reason.c.code)
# By code, so that two who lock all do it in the same order; on SQLite the transaction is the lock.
_LOCK = select(reason.c.code).order_by(reason.c.code).with_for_update()
_ADD = on_each(lambda insert: insert(reason).on_conflict_do_nothing())
_PUT = upsert(reason)


class SqlReasons:
    """Implements `core.ports.Reasons`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def all(self) -> list[Reason]:
        """See `Reasons.all`."""
        return [Reason(*row) for row in await self._work.run(_IN_ORDER)]

    async def take(self) -> list[Reason]:
        """See `Reasons.take`; read once more after the lock, as the one before left them."""
        await self._work.run(_LOCK)
        return await self.all()

    async def add(self, new: Reason) -> bool:
        """See `Reasons.add`."""
        return (await self._work.run(_ADD, asdict(new))).rowcount == 1

    async def put(self, changed: Reason) -> None:
        """See `Reasons.put`."""
        await self._work.run(_PUT, asdict(changed))
