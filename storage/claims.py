"""Who is working on which case."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Table, bindparam, delete, or_, select

from core.ports import Claim
from storage.tables import claim
from storage.work import Work, on_each

_GET = select(claim.c.registration_id, claim.c.by, claim.c.by_name, claim.c.until).where(
    claim.c.registration_id == bindparam("case_id")
)
_DROP = delete(claim).where(claim.c.registration_id == bindparam("case_id"))


def _take(insert: Callable[[Table], Any]) -> Executable:
    put = insert(claim)
    taken: Executable = put.on_conflict_do_update(
        index_elements=["registration_id"],
        set_={name: put.excluded[name] for name in ("by", "by_name", "until")},
        where=or_(claim.c.until <= bindparam("now"), claim.c.by == put.excluded.by),
    )
    return taken


_TAKE = on_each(_take)


class SqlClaims:
    """Implements `core.ports.Claims`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, registration_id: int) -> Claim | None:
        """See `Claims.get`."""
        row = (await self._work.run(_GET, {"case_id": registration_id})).one_or_none()
        return None if row is None else Claim(*row)

    async def take(self, wanted: Claim, now: datetime) -> bool:
        """See `Claims.take`."""
        row = {
            "registration_id": wanted.registration_id,
            "by": wanted.by,
            "by_name": wanted.by_name,
            "until": wanted.until,
            "now": now,
        }
        return (await self._work.run(_TAKE, row)).rowcount == 1

    async def drop(self, registration_id: int) -> None:
        """See `Claims.drop`."""
        await self._work.run(_DROP, {"case_id": registration_id})
