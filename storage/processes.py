"""Which processes live, and which one of them polls."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Executable,
    Table,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)

from storage.tables import QUEUED, outbox, polling, process
from storage.work import Work, on_each

LATELY = timedelta(seconds=1)  # the window of a bot's limit

_others = process.alias("others")


def _beat(insert: Callable[[Table], Any]) -> Executable:
    put = insert(process)
    others = (
        select(func.count())
        .where(
            _others.c.until > bindparam("lately"),
            _others.c.delivers,
            _others.c.owner != bindparam("me"),
        )
        .scalar_subquery()
    )
    told: Executable = put.on_conflict_do_update(
        index_elements=["owner"], set_={name: put.excluded[name] for name in ("until", "delivers")}
    ).returning(others)
    return told


def _take(insert: Callable[[Table], Any]) -> Executable:
    lives = exists().where(process.c.owner == polling.c.owner, process.c.until > bindparam("now"))
    put = insert(polling)
    taken: Executable = put.on_conflict_do_update(
        index_elements=["id"],
        set_={"owner": put.excluded.owner, "epoch": polling.c.epoch + 1},
        where=or_(~lives, polling.c.owner == put.excluded.owner),
    ).returning(polling.c.epoch)
    return taken


_BEAT = on_each(_beat)
_LEAVE = update(process).where(process.c.owner == bindparam("me")).values(until=bindparam("now"))
_END_OTHERS = (
    update(process)
    .where(process.c.owner != bindparam("me"), process.c.until > bindparam("now"))
    .values(until=bindparam("now"))
)
# Whoever leaves says that nothing more will come of what it holds; whoever was ended did not.
_LET_GO = (
    update(outbox)
    .where(outbox.c.owner == bindparam("me"), QUEUED)
    .values(owner=null(), lease_until=null())
)
_FREE_OTHERS = (
    update(outbox)
    .where(outbox.c.owner != bindparam("me"), outbox.c.lease_until > bindparam("now"), QUEUED)
    .values(lease_until=bindparam("now"))
)
_TAKE = on_each(_take)
_POLLS: Executable = (
    select(literal_column("1"))
    .select_from(polling)
    .where(polling.c.owner == bindparam("me"), polling.c.epoch == bindparam("mine"))
    .with_for_update(read=True)
)
_FORGET = delete(process).where(process.c.until < bindparam("before"))


class SqlProcesses:
    """Implements `core.ports.Processes`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def beat(self, owner: str, now: datetime, until: datetime, *, delivers: bool) -> int:
        """See `Processes.beat`."""
        told = await self._work.run(
            _BEAT,
            {
                "owner": owner,
                "until": until,
                "delivers": delivers,
                "me": owner,
                "lately": now - LATELY,
            },
        )
        return int(told.scalar_one()) + int(delivers)

    async def leave(self, owner: str, now: datetime) -> None:
        """See `Processes.leave`."""
        await self._work.run(_LEAVE, {"me": owner, "now": now})
        await self._work.run(_LET_GO, {"me": owner})

    async def end_others(self, owner: str, now: datetime) -> None:
        """See `Processes.end_others`."""
        await self._work.run(_END_OTHERS, {"me": owner, "now": now})
        await self._work.run(_FREE_OTHERS, {"me": owner, "now": now})

    async def take_polling(self, owner: str, now: datetime) -> int | None:
        """See `Processes.take_polling`."""
        taken = await self._work.run(_TAKE, {"id": 1, "owner": owner, "epoch": 1, "now": now})
        epoch: int | None = taken.scalar()
        return epoch

    async def polls(self, owner: str, epoch: int) -> bool:
        """See `Processes.polls`. On SQLite the transaction itself is the lock."""
        found = await self._work.run(_POLLS, {"me": owner, "mine": epoch})
        return found.scalar() is not None

    async def forget(self, before: datetime) -> int:
        """See `Processes.forget`."""
        return (await self._work.run(_FORGET, {"before": before})).rowcount
