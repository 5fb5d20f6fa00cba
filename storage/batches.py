"""Batches of registrations that staff take away in a spreadsheet, and spreadsheets sent back."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, delete, exists, literal_column, select, update

from core.people import Actor
from core.ports import Batch, Held, Upload
from core.registration import Registration, Status
from storage.registrations import COLUMNS, read_row
from storage.tables import OPEN_ROWS, batch, batch_row, registration, upload
from storage.work import Work, on_each, upsert

AT_ONCE = 500  # references in one query: a database limits its parameters

_WAITING = (
    select(registration.c.id)
    .where(
        OPEN_ROWS,
        registration.c.status == literal_column(f"'{Status.APPROVED}'"),
        registration.c.account_at.is_(None),
        registration.c.user_id != bindparam("user"),
        ~exists().where(batch_row.c.registration_id == registration.c.id),
    )
    .order_by(registration.c.due, registration.c.id)
    .limit(bindparam("limit"))
)
_OPEN = batch.insert().returning(batch.c.number)
_HOLD = on_each(lambda insert: insert(batch_row).on_conflict_do_nothing())
_GET = select(batch.c.number, batch.c.by, batch.c.by_name, batch.c.at, batch.c.released_at).where(
    batch.c.number == bindparam("wanted")
)
_CASES = (
    select(*COLUMNS)
    .join(batch_row, batch_row.c.registration_id == registration.c.id)
    .where(batch_row.c.batch == bindparam("wanted"))
    .order_by(registration.c.due, registration.c.id)
)
_FIND = (
    select(batch_row.c.batch, *COLUMNS)
    .select_from(
        registration.outerjoin(batch_row, batch_row.c.registration_id == registration.c.id)
    )
    .where(registration.c.reference.in_(bindparam("references", expanding=True)))
)
_RELEASE = (
    update(batch)
    .where(batch.c.number == bindparam("wanted"), batch.c.released_at.is_(None))
    .values(released_at=bindparam("now"))
)
_LET_GO = delete(batch_row).where(batch_row.c.batch == bindparam("wanted"))

_LET_ONE_GO = delete(batch_row).where(batch_row.c.registration_id == bindparam("case_id"))

_PUT_UPLOAD = upsert(upload)
_UPLOAD = select(upload.c.conversation, upload.c.mark, upload.c.sealed, upload.c.until).where(
    upload.c.conversation == bindparam("key")
)
_DELETE_UPLOAD = delete(upload).where(upload.c.conversation == bindparam("key"))
_FORGET_UPLOADS = delete(upload).where(upload.c.until <= bindparam("now"))


class SqlBatches:
    """Implements `core.ports.Batches`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def waiting(self, user: str, limit: int) -> list[int]:
        """See `Batches.waiting`."""
        return list((await self._work.run(_WAITING, {"user": user, "limit": limit})).scalars())

    async def open(self, by: Actor, cases: Sequence[int], now: datetime) -> Batch:
        """See `Batches.open`."""
        row = {"by": by.user, "by_name": by.name, "at": now}
        number = (await self._work.run(_OPEN, row)).scalar_one()
        if cases:
            held: list[dict[str, Any]] = [
                {"registration_id": case, "batch": number} for case in cases
            ]
            await self._work.run(_HOLD, held)
        return Batch(number, by.user, by.name, now)

    async def get(self, number: int) -> Batch | None:
        """See `Batches.get`."""
        row = (await self._work.run(_GET, {"wanted": number})).one_or_none()
        return None if row is None else Batch(*row)

    async def cases(self, number: int) -> list[Registration]:
        """See `Batches.cases`."""
        return [read_row(row) for row in await self._work.run(_CASES, {"wanted": number})]

    async def find(self, references: Sequence[str]) -> dict[str, Held]:
        """See `Batches.find`."""
        found: dict[str, Held] = {}
        wanted = iter(references)
        while some := list(islice(wanted, AT_ONCE)):
            for number, *row in await self._work.run(_FIND, {"references": some}):
                one = read_row(row)
                found[one.reference] = Held(one, number)
        return found

    async def let_go(self, registration_id: int) -> None:
        """See `Batches.let_go`."""
        await self._work.run(_LET_ONE_GO, {"case_id": registration_id})

    async def release(self, number: int, now: datetime) -> bool:
        """See `Batches.release`."""
        released = await self._work.run(_RELEASE, {"wanted": number, "now": now})
        await self._work.run(_LET_GO, {"wanted": number})
        return released.rowcount == 1


class SqlUploads:
    """Implements `core.ports.Uploads`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, upload: Upload) -> None:
        """See `Uploads.put`; of what it replaces nothing stays in the file."""
        row = {
            "conversation": upload.conversation,
            "mark": upload.mark,
            "sealed": upload.sealed,
            "until": upload.until,
        }
        await self._work.run(_PUT_UPLOAD, row)
        self._work.erased = True

    async def get(self, conversation: str) -> Upload | None:
        """See `Uploads.get`."""
        row = (await self._work.run(_UPLOAD, {"key": conversation})).one_or_none()
        return None if row is None else Upload(*row)

    async def delete(self, conversation: str) -> None:
        """See `Uploads.delete`."""
        deleted = (await self._work.run(_DELETE_UPLOAD, {"key": conversation})).rowcount
        self._work.erased |= deleted > 0

    async def forget(self, now: datetime) -> int:
        """See `Uploads.forget`."""
        deleted = (await self._work.run(_FORGET_UPLOADS, {"now": now})).rowcount
        self._work.erased |= deleted > 0
        return deleted
