"""What waits for a decision, by due day, as the pager of the queue leafs through it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    TextClause,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from core.ports import Waiting
from storage.tables import MISMATCHED, OPEN_ROWS, claim, registration
from storage.work import Work

_PENDING = registration.c.status == literal_column("'pending'")
_CLAIMED = exists().where(
    claim.c.registration_id == registration.c.id, claim.c.until > bindparam("now")
)
_MINE = exists().where(
    claim.c.registration_id == registration.c.id,
    claim.c.until > bindparam("now"),
    claim.c.by == bindparam("by"),
)
_UNTIL = or_(
    registration.c.due < bindparam("last_due"),
    and_(registration.c.due == bindparam("last_due"), registration.c.id <= bindparam("last_id")),
)


class WaitingList:
    """Counts and finds pending registrations, the nearest due day first."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def count(self, wanted: Waiting, now: datetime, until: tuple[date, int] | None) -> int:
        """Count those wanted; with `until` only those up to that due day and id."""
        conditions, values = _conditions(wanted, now)
        if until is not None:
            conditions.append(_UNTIL)
            values |= {"last_due": until[0], "last_id": until[1]}
        counting = select(func.count()).select_from(registration).where(*conditions)
        return int((await self._work.run(counting, values)).scalar_one())

    async def at(self, wanted: Waiting, now: datetime, position: int) -> int | None:
        """Give the id of the one at a position, counted from 0."""
        conditions, values = _conditions(wanted, now)
        finding = (
            select(registration.c.id)
            .where(*conditions)
            .order_by(registration.c.due, registration.c.id)
            .limit(1)
            .offset(bindparam("position"))
        )
        found = await self._work.run(finding, values | {"position": position})
        row_id: int | None = found.scalar()
        return row_id


def _conditions(
    wanted: Waiting, now: datetime
) -> tuple[list[ColumnElement[bool] | TextClause], dict[str, Any]]:
    conditions: list[ColumnElement[bool] | TextClause] = [OPEN_ROWS, _PENDING]
    values: dict[str, Any] = {}
    if wanted.mismatched:
        conditions = [MISMATCHED]
    if wanted.due_until is not None:
        conditions.append(registration.c.due <= bindparam("due_until"))
        values["due_until"] = wanted.due_until
    if wanted.claimed_by is not None:
        conditions.append(_MINE)
        values |= {"now": now, "by": wanted.claimed_by}
    if wanted.unclaimed:
        conditions.append(~_CLAIMED)
        values["now"] = now
    return conditions, values
