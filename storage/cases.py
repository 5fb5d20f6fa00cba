"""What belongs to a registration: its history, its card in the group, its sealed account."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, literal_column, select

from core.messages import Address
from core.ports import CardPlace, Event, HistoryEntry
from core.registration import Status
from storage.tables import card, history, registration, secret
from storage.work import Work, upsert

_REMEMBER = history.insert()
_HISTORY_OF = (
    select(
        history.c.at,
        history.c.event,
        history.c.by,
        history.c.by_name,
        history.c.registration_id,
        history.c.detail,
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
            }
        )

    async def of(self, registration_id: int) -> list[HistoryEntry]:
        """See `History.of`."""
        await self._flush()
        found = await self._work.run(_HISTORY_OF, {"registration_id": registration_id})
        return [
            HistoryEntry(
                at, Event(event), by, by_name, case, None if detail is None else json.loads(detail)
            )
            for at, event, by, by_name, case, detail in found
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
