"""What needs repair between us and a facility."""

from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, literal_column, or_, select, update

from core.ports import Ailment, Trouble
from core.registration import Registration
from storage.registrations import COLUMNS, read_row
from storage.tables import UNHANDLED, registration, trouble
from storage.work import Work, on_each

_OF_CASE = trouble.c.registration_id == bindparam("case_id")
_MAIL: ColumnElement[str] = literal_column(f"'{Ailment.MAIL}'")

_OPEN = on_each(lambda insert: insert(trouble).on_conflict_do_nothing())
_OF = select(trouble).where(_OF_CASE).order_by(trouble.c.at, trouble.c.ailment)
_ASKED = (
    update(trouble)
    .where(
        _OF_CASE,
        trouble.c.ailment == _MAIL,
        UNHANDLED,
        or_(trouble.c.asked_at.is_(None), trouble.c.asked_at <= bindparam("not_since")),
    )
    .values(asked_at=bindparam("now"))
)
_HANDLE = (
    update(trouble)
    .where(_OF_CASE, UNHANDLED)
    .values(handled_at=bindparam("now"), handled_name=bindparam("name"))
)
_CLOSE = delete(trouble).where(_OF_CASE, trouble.c.ailment == bindparam("what"))
# Redundant, but with statistics of a time without troubles SQLite would begin with all
# registrations.
_TROUBLED = registration.c.id.in_(
    select(trouble.c.registration_id).where(UNHANDLED).correlate(None)
)
_UNHANDLED = (
    select(*COLUMNS, trouble.c.ailment)
    .join(registration, registration.c.id == trouble.c.registration_id)
    .where(
        UNHANDLED,
        _TROUBLED,
        registration.c.reopens_at > bindparam("now"),
        or_(trouble.c.ailment != _MAIL, registration.c.result_failed),
    )
    .order_by(registration.c.due, registration.c.id, trouble.c.ailment.desc())
    .limit(bindparam("limit"))
)


class SqlTroubles:
    """Implements `core.ports.Troubles`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def open(self, registration_id: int, ailment: Ailment, now: datetime) -> None:
        """See `Troubles.open`."""
        row = {"registration_id": registration_id, "ailment": ailment.value, "at": now}
        await self._work.run(_OPEN, row)

    async def of(self, registration_id: int) -> list[Trouble]:
        """See `Troubles.of`; the oldest first."""
        found = await self._work.run(_OF, {"case_id": registration_id})
        return [Trouble(case, Ailment(what), *rest) for case, what, *rest in found]

    async def asked(self, registration_id: int, now: datetime, not_since: datetime) -> bool:
        """See `Troubles.asked`."""
        values = {"case_id": registration_id, "now": now, "not_since": not_since}
        return (await self._work.run(_ASKED, values)).rowcount == 1

    async def handle(self, registration_id: int, by_name: str, now: datetime) -> bool:
        """See `Troubles.handle`."""
        values = {"case_id": registration_id, "now": now, "name": by_name}
        return (await self._work.run(_HANDLE, values)).rowcount > 0

    async def close(self, registration_id: int, ailment: Ailment) -> bool:
        """See `Troubles.close`."""
        values = {"case_id": registration_id, "what": ailment.value}
        return (await self._work.run(_CLOSE, values)).rowcount == 1

    async def unhandled(self, now: datetime, limit: int) -> list[tuple[Registration, Ailment]]:
        """See `Troubles.unhandled`; of one registration the mail before the chat."""
        found = await self._work.run(_UNHANDLED, {"now": now, "limit": limit})
        return [(read_row(row), Ailment(ailment)) for *row, ailment in found]
