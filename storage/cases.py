"""What belongs to a registration: its history, its card in the group, its sealed account."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, literal_column, select, update

from core.messages import PATIENT, Address
from core.ports import CardPlace, Event, HistoryEntry
from core.registration import Registration, Status
from storage.registrations import COLUMNS, read_row
from storage.tables import (
    OPEN_ROWS,
    QUEUED_CARD,
    card,
    history,
    outbox,
    registration,
    secret,
)
from storage.work import Work, looked_up, upsert

_REMEMBER = history.insert()
_HISTORY_OF = (
    select(
        history.c.at,
        history.c.event,
        history.c.by,
        history.c.by_name,
        history.c.registration_id,
        history.c.detail,
        history.c.words,
    )
    .where(history.c.registration_id == bindparam("registration_id"))
    .order_by(history.c.id)
)

_CARD = select(
    card.c.registration_id,
    card.c.bot,
    card.c.chat,
    card.c.thread,
    card.c.message_id,
    card.c.shown_version,
).where(card.c.registration_id == bindparam("registration_id"))
_PUT_CARD = upsert(card)
_DROP_CARDS = delete(card).where(card.c.bot == bindparam("bot"), card.c.chat == bindparam("chat"))

# By topic, too: a desk that moves to another topic of its chat hangs its cards there anew.
_HANGS = looked_up(
    select(card.c.registration_id).where(
        card.c.registration_id == registration.c.id,
        card.c.bot == bindparam("at_bot"),
        card.c.chat == bindparam("at_chat"),
        card.c.thread.is_not_distinct_from(bindparam("at_thread")),
    )
)
_OWED = looked_up(
    select(outbox.c.id).where(outbox.c.registration_id == registration.c.id, QUEUED_CARD)
)
_TAKEN_BACK = (
    QUEUED_CARD,
    outbox.c.lane == bindparam("at_lane"),
    outbox.c.priority >= PATIENT,
    outbox.c.owner.is_(None),  # nobody may have sent it
    exists().where(registration.c.id == outbox.c.registration_id, ~_HANGS),
)
_COUNT_TAKEN_BACK = select(func.count()).select_from(outbox).where(*_TAKEN_BACK)
_TAKE_BACK = update(outbox).where(*_TAKEN_BACK).values(state="cancelled", ended_at=bindparam("now"))
_MISSING = (
    OPEN_ROWS,
    ~_HANGS,
    ~_OWED,
)
_FIND_MISSING = (
    select(*COLUMNS)
    .where(*_MISSING)
    .order_by(registration.c.due, registration.c.id)
    .limit(bindparam("limit"))
)
_COUNT_MISSING = select(func.count()).select_from(registration).where(*_MISSING)

_SECRET = select(secret.c.sealed).where(secret.c.registration_id == bindparam("registration_id"))
_PUT_SECRET = upsert(secret)
_DELETE_SECRET = delete(secret).where(secret.c.registration_id == bindparam("case_id"))
_DELETE_STALE = delete(secret).where(
    ~exists().where(
        registration.c.id == secret.c.registration_id,
        registration.c.status == literal_column(f"'{Status.APPROVED}'"),
    )
)


class SqlHistory:
    """Implements `core.ports.History`."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._unsaved: list[dict[str, Any]] = []
        work.later(self._flush)

    async def add(self, entry: HistoryEntry) -> None:
        """See `History.add`; written at the end of the transaction at the latest."""
        detail = (
            None if entry.detail is None else json.dumps(dict(entry.detail), ensure_ascii=False)
        )
        self._unsaved.append(
            {
                "at": entry.at,
                "event": entry.event.value,
                "by": entry.by,
                "by_name": entry.by_name,
                "registration_id": entry.registration_id,
                "detail": detail,
                "words": entry.words,
            }
        )

    async def of(self, registration_id: int) -> list[HistoryEntry]:
        """See `History.of`."""
        await self._flush()
        found = await self._work.run(_HISTORY_OF, {"registration_id": registration_id})
        return [
            HistoryEntry(
                at,
                Event(event),
                by,
                by_name,
                case,
                None if detail is None else json.loads(detail),
                words,
            )
            for at, event, by, by_name, case, detail, words in found
        ]

    async def _flush(self) -> None:
        if self._unsaved:
            await self._work.run(_REMEMBER, self._unsaved)
            self._unsaved = []


class SqlCards:
    """Implements `core.ports.Cards`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, registration_id: int) -> CardPlace | None:
        """See `Cards.get`."""
        row = (await self._work.run(_CARD, {"registration_id": registration_id})).one_or_none()
        if row is None:
            return None
        case, bot, chat, thread, message_id, shown_version = row
        return CardPlace(case, Address(bot, chat, thread), message_id, shown_version)

    async def put(self, place: CardPlace) -> None:
        """See `Cards.put`."""
        await self._work.run(
            _PUT_CARD,
            {
                "registration_id": place.registration_id,
                "bot": place.address.bot,
                "chat": place.address.chat,
                "thread": place.address.thread,
                "message_id": place.message_id,
                "shown_version": place.shown_version,
            },
        )

    async def drop_all(self, address: Address) -> int:
        """See `Cards.drop_all`; every topic of the chat."""
        found = await self._work.run(_DROP_CARDS, {"bot": address.bot, "chat": address.chat})
        return found.rowcount

    async def hold_back(self, address: Address, more_than: int, now: datetime) -> int:
        """See `Cards.hold_back`; not what somebody has begun to send."""
        await self._work.flush()
        where = _place(address) | {"at_lane": address.lane, "now": now}
        count = int((await self._work.run(_COUNT_TAKEN_BACK, where)).scalar_one())
        if count <= more_than:
            return 0
        return (await self._work.run(_TAKE_BACK, where)).rowcount

    async def missing(self, address: Address, limit: int) -> list[Registration]:
        """See `Cards.missing`; what this transaction owes counts."""
        await self._work.flush()
        found = await self._work.run(_FIND_MISSING, _place(address) | {"limit": limit})
        return [read_row(row) for row in found]

    async def count_missing(self, address: Address) -> int:
        """See `Cards.count_missing`."""
        await self._work.flush()
        return int((await self._work.run(_COUNT_MISSING, _place(address))).scalar_one())


def _place(address: Address) -> dict[str, Any]:
    return {"at_bot": address.bot, "at_chat": address.chat, "at_thread": address.thread}


class SqlSecrets:
    """Implements `core.ports.Secrets`."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, registration_id: int, sealed: bytes, now: datetime) -> None:
        """See `Secrets.put`."""
        row = {"registration_id": registration_id, "sealed": sealed, "created_at": now}
        await self._work.run(_PUT_SECRET, row)

    async def get(self, registration_id: int) -> bytes | None:
        """See `Secrets.get`."""
        found = await self._work.run(_SECRET, {"registration_id": registration_id})
        sealed: bytes | None = found.scalar()
        return sealed

    async def delete(self, registration_id: int) -> None:
        """See `Secrets.delete`."""
        await self._work.run(_DELETE_SECRET, {"case_id": registration_id})
        self._work.erased = True

    async def delete_stale(self) -> int:
        """See `Secrets.delete_stale`."""
        deleted = (await self._work.run(_DELETE_STALE)).rowcount
        self._work.erased |= deleted > 0
        return deleted
