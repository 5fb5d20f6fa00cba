"""The office's list of issued certificates."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, exists, select

from core.ports import RegisterEntry
from storage.tables import register_entry
from storage.work import Work, upsert

_ALL = select(register_entry.c.licence_key, register_entry.c.licence, register_entry.c.facility)
_GET = _ALL.where(register_entry.c.licence_key == bindparam("wanted"))
_ANY = select(exists(select(register_entry.c.licence_key)))
_PUT = upsert(register_entry)
_DELETE = delete(register_entry).where(register_entry.c.licence_key == bindparam("gone"))


class SqlRegister:
    """Implements `core.ports.Register`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, licence_key: str) -> RegisterEntry | None:
        """See `Register.get`."""
        row = (await self._work.run(_GET, {"wanted": licence_key})).one_or_none()
        return None if row is None else RegisterEntry(*row)

    async def all(self) -> list[RegisterEntry]:
        """See `Register.all`."""
        return [RegisterEntry(*row) for row in await self._work.run(_ALL)]

    async def is_empty(self) -> bool:
        """See `Register.is_empty`."""
        return not (await self._work.run(_ANY)).scalar_one()

    async def change(self, put: Sequence[RegisterEntry], gone: Sequence[str]) -> None:
        """See `Register.change`."""
        if gone:
            await self._work.run(_DELETE, [{"gone": key} for key in gone])
        if put:
            rows = [
                {"licence_key": e.licence_key, "licence": e.licence, "facility": e.facility}
                for e in put
            ]
            await self._work.run(_PUT, rows)
