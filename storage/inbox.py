"""Updates in order of arrival, sealed, each claimed by a row lock."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    update,
)

from core.ports import InboxRow, NewUpdate, Parked, Vault
from storage.tables import PARKED, UNDONE, inbox
from storage.work import PerDialect, Work, looked_up, on_each

_older = inbox.alias("older")

_COLUMNS = (
    inbox.c.id,
    inbox.c.bot,
    inbox.c.update_id,
    inbox.c.conversation,
    inbox.c.payload,
    inbox.c.received_at,
    inbox.c.attempts,
    inbox.c.begun,
)
_DUE_NOW = or_(inbox.c.retry_at.is_(None), inbox.c.retry_at <= bindparam("now"))

_PUT = on_each(
    lambda insert: (
        insert(inbox)
        .on_conflict_do_nothing(index_elements=["bot", "update_id"])
        .returning(inbox.c.id)
    )
)


# Right under READ COMMITTED with several workers, on PostgreSQL:
# - A row that another worker holds is skipped, and NOT EXISTS still sees it as undone in our
#   snapshot, so no younger row of its conversation takes its place.
# - A row that another worker finished after our snapshot was taken is locked, read again and
#   dropped, since it no longer meets the conditions; the younger rows are blocked as above.
# On SQLite the transaction itself is the lock, and the compiler leaves FOR UPDATE out.
def _heads(wanted: ColumnElement[bool]) -> PerDialect:
    def oldest(tried: ColumnElement[bool]) -> Select[Any]:
        return (
            select(*_COLUMNS, tried.label("tried"))
            .where(
                UNDONE,
                wanted,
                ~looked_up(
                    select(_older.c.id).where(
                        _older.c.conversation == inbox.c.conversation,
                        _older.c.done_at.is_(None),
                        _older.c.id < inbox.c.id,
                    )
                ),
            )
            .order_by(inbox.c.id)
            .limit(bindparam("limit"))
            .with_for_update(skip_locked=True)
        )

    # A lock on a row is written into the row (xmax), and stays there when whoever took it ends or
    # rolls back; a row that was changed since has none. A hint only: a vacuum may clear it.
    locked = oldest(literal_column("inbox.xmax <> 0", Boolean)).subquery("oldest")
    return {
        "sqlite": oldest(false()),
        # An update may become visible after a younger one of its conversation that is being
        # handled: ids are given before the commit. The conversation itself is locked against that.
        "postgresql": select(locked)
        .where(func.pg_try_advisory_xact_lock(func.hashtextextended(locked.c.conversation, 0)))
        .order_by(locked.c.id),
    }


_HEADS = _heads(and_(_DUE_NOW, or_(inbox.c.begun == 0, bindparam("begun_too", type_=Boolean()))))
_HEAD = _heads(inbox.c.id == bindparam("row_id"))
_BEGIN = (
    update(inbox)
    .where(inbox.c.id == bindparam("row_id"), UNDONE, _DUE_NOW, inbox.c.begun == bindparam("known"))
    .values(begun=inbox.c.begun + 1, retry_at=bindparam("until"))
)
_ONE_LESS = case((inbox.c.begun > 0, inbox.c.begun - 1), else_=0)
_LET_GO = (
    update(inbox)
    .where(inbox.c.id == bindparam("row_id"), UNDONE)
    .values(begun=_ONE_LESS, retry_at=null())
)
_YOUNGEST = select(func.max(inbox.c.id)).where(UNDONE)
_WAITS = select(exists(select(inbox.c.id).where(UNDONE, _DUE_NOW)))
_DONE = (
    update(inbox)
    .where(inbox.c.id == bindparam("row_id"), UNDONE)
    .values(done_at=bindparam("now"), payload=null())
)
_RETRY = (
    update(inbox)
    .where(inbox.c.id == bindparam("row_id"), UNDONE)
    .values(
        attempts=inbox.c.attempts + 1,
        begun=0,
        retry_at=bindparam("retry_at"),
        error=bindparam("why"),
    )
)
_PARK = (
    update(inbox)
    .where(inbox.c.id == bindparam("row_id"), UNDONE)
    .values(
        attempts=inbox.c.attempts + case((inbox.c.begun > 0, inbox.c.begun), else_=1),
        done_at=bindparam("now"),
        parked=true(),
        error=bindparam("why"),
    )
)
_BACKLOG = select(func.count(), func.min(inbox.c.received_at)).where(UNDONE)
_PARKED = select(func.count()).select_from(inbox).where(PARKED)
_ALL_PARKED = (
    select(*_COLUMNS, inbox.c.error).where(PARKED).order_by(inbox.c.id).limit(bindparam("limit"))
)
_RETRY_PARKED = (
    update(inbox)
    .where(inbox.c.id == bindparam("row_id"), PARKED)
    .values(parked=false(), done_at=null(), attempts=0, begun=_ONE_LESS, retry_at=null())
)
_DROP = (
    update(inbox)
    .where(inbox.c.id == bindparam("row_id"), PARKED)
    .values(parked=false(), payload=null())
)
_FORGET = delete(inbox).where(
    or_(
        and_(inbox.c.done_at < bindparam("before"), ~inbox.c.parked),
        inbox.c.done_at < bindparam("parked_before"),
    )
)


class SqlInbox:
    """Implements `core.ports.Inbox`; payloads lie in the table sealed by the vault."""

    def __init__(self, work: Work, vault: Vault) -> None:
        self._work = work
        self._vault = vault

    async def put(self, updates: Sequence[NewUpdate], now: datetime) -> int:
        """See `Inbox.put`."""
        if not updates:
            return 0
        result = await self._work.run(_PUT, [self._to_row(new, now) for new in updates])
        fresh = len(result.all())
        if fresh:
            self._work.put.add("inbox")
        return fresh

    async def heads(self, limit: int, now: datetime, *, begun: bool = True) -> list[InboxRow]:
        """See `Inbox.heads`."""
        return await self._locked(_HEADS, {"limit": limit, "now": now, "begun_too": begun})

    async def begin(self, row: InboxRow, now: datetime, until: datetime) -> bool:
        """See `Inbox.begin`."""
        seen = {"row_id": row.id, "known": row.begun, "now": now, "until": until}
        return (await self._work.run(_BEGIN, seen)).rowcount == 1

    async def head(self, row_id: int) -> InboxRow | None:
        """See `Inbox.head`."""
        found = await self._locked(_HEAD, {"limit": 1, "row_id": row_id})
        return found[0] if found else None

    async def let_go(self, row_id: int) -> None:
        """See `Inbox.let_go`."""
        await self._work.run(_LET_GO, {"row_id": row_id})

    async def youngest(self) -> int:
        """See `Inbox.youngest`."""
        return (await self._work.run(_YOUNGEST)).scalar() or 0

    async def waits(self, now: datetime) -> bool:
        """See `Inbox.waits`."""
        return bool((await self._work.run(_WAITS, {"now": now})).scalar())

    async def done(self, ids: Sequence[int], now: datetime) -> None:
        """See `Inbox.done`."""
        if ids:
            await self._work.run(_DONE, [{"row_id": row_id, "now": now} for row_id in ids])

    async def failed(
        self, row_id: int, retry_at: datetime, error: str, *, park: bool, now: datetime
    ) -> bool:
        """See `Inbox.failed`."""
        if park:
            noted = await self._work.run(_PARK, {"row_id": row_id, "now": now, "why": error})
        else:
            retry = {"row_id": row_id, "retry_at": retry_at, "why": error}
            noted = await self._work.run(_RETRY, retry)
        return noted.rowcount == 1

    async def backlog(self) -> tuple[int, datetime | None]:
        """See `Inbox.backlog`."""
        count, oldest = (await self._work.run(_BACKLOG)).one()
        return count, oldest

    async def parked(self) -> int:
        """See `Inbox.parked`."""
        return int((await self._work.run(_PARKED)).scalar_one())

    async def all_parked(self, limit: int) -> list[Parked]:
        """See `Inbox.all_parked`."""
        found = await self._work.run(_ALL_PARKED, {"limit": limit})
        return [
            Parked(_row(columns, self._opened(columns.payload)), columns.error or "")
            for columns in found
        ]

    async def retry(self, row_id: int) -> bool:
        """See `Inbox.retry`; its attempts are counted anew."""
        self._work.put.add("inbox")
        return (await self._work.run(_RETRY_PARKED, {"row_id": row_id})).rowcount == 1

    async def drop(self, row_id: int) -> bool:
        """See `Inbox.drop`."""
        return (await self._work.run(_DROP, {"row_id": row_id})).rowcount == 1

    async def forget(self, before: datetime, parked_before: datetime) -> int:
        """See `Inbox.forget`."""
        moments = {"before": before, "parked_before": parked_before}
        return (await self._work.run(_FORGET, moments)).rowcount

    async def _locked(self, heads: PerDialect, wanted: dict[str, Any]) -> list[InboxRow]:
        return [
            _row(columns, self._opened(columns.payload), tried=columns.tried)
            for columns in await self._work.run(heads, wanted)
        ]

    def _opened(self, sealed: bytes) -> bytes:
        """Give the payload; nothing if no key opens it."""
        try:
            return self._vault.open(sealed)
        except ValueError:
            return b""

    def _to_row(self, new: NewUpdate, now: datetime) -> dict[str, Any]:
        return {
            "bot": new.bot,
            "update_id": new.update_id,
            "conversation": new.conversation,
            "payload": self._vault.seal(new.payload),
            "received_at": now,
        }


def _row(columns: Any, payload: bytes, *, tried: bool = False) -> InboxRow:
    return InboxRow(
        columns.id,
        columns.bot,
        columns.update_id,
        columns.conversation,
        payload,
        columns.received_at,
        columns.attempts,
        columns.begun,
        tried,
    )
