"""What officers ask facilities: one open question for a case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, bindparam, select, update

from core.people import Actor
from core.ports import Inquiry
from storage.tables import UNANSWERED, inquiry
from storage.work import Work, on_each

_ASK = on_each(lambda insert: insert(inquiry).on_conflict_do_nothing().returning(inquiry.c.id))
_GET = select(inquiry).where(inquiry.c.id == bindparam("number"))
_LAST = (
    select(inquiry)
    .where(inquiry.c.registration_id == bindparam("case_id"))
    .order_by(inquiry.c.id.desc())
    .limit(1)
)
_OPEN_AMONG = (
    select(inquiry)
    .where(inquiry.c.registration_id.in_(bindparam("cases", expanding=True)), UNANSWERED)
    .order_by(inquiry.c.id)
)
_ANSWER = (
    update(inquiry)
    .where(inquiry.c.id == bindparam("number"), UNANSWERED)
    .values(answered_at=bindparam("now"))
)
_CLOSE = (
    update(inquiry)
    .where(inquiry.c.id == bindparam("number"), UNANSWERED)
    .values(closed_at=bindparam("now"))
)


class SqlInquiries:
    """Implements `core.ports.Inquiries`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def ask(self, registration_id: int, by: Actor, now: datetime) -> int | None:
        """See `Inquiries.ask`."""
        row = {"registration_id": registration_id, "by": by.user, "by_name": by.name, "at": now}
        number: int | None = (await self._work.run(_ASK, row)).scalar()
        return number

    async def get(self, number: int) -> Inquiry | None:
        """See `Inquiries.get`."""
        return _one(await self._work.run(_GET, {"number": number}))

    async def last(self, registration_id: int) -> Inquiry | None:
        """See `Inquiries.last`."""
        return _one(await self._work.run(_LAST, {"case_id": registration_id}))

    async def open_among(self, cases: Sequence[int]) -> list[Inquiry]:
        """See `Inquiries.open_among`; the oldest first."""
        return [Inquiry(*row) for row in await self._work.run(_OPEN_AMONG, {"cases": list(cases)})]

    async def answer(self, number: int, now: datetime) -> bool:
        """See `Inquiries.answer`."""
        return (await self._work.run(_ANSWER, {"number": number, "now": now})).rowcount == 1

    async def close(self, number: int, now: datetime) -> bool:
        """See `Inquiries.close`."""
        return (await self._work.run(_CLOSE, {"number": number, "now": now})).rowcount == 1


def _one(found: CursorResult[*tuple[Any, ...]]) -> Inquiry | None:
    row = found.one_or_none()
    return None if row is None else Inquiry(*row)
