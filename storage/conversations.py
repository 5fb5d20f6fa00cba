"""Conversations, read several at a time and written together at the end of the transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, or_, select

from core.conversation import Conversation
from storage.tables import HELD, conversation
from storage.work import Work, upsert

_JSON = TypeAdapter(Conversation)

_LOAD = select(conversation.c.key, conversation.c.data).where(
    conversation.c.key.in_(bindparam("keys", expanding=True))
)

_SAVE = upsert(conversation)
_TO_REMIND = (
    select(conversation.c.data)
    .where(conversation.c.remind_at <= bindparam("now"))
    .order_by(conversation.c.remind_at)
    .limit(bindparam("limit"))
)
_TO_FORGET = (
    select(conversation.c.data)
    .where(
        HELD,
        or_(
            conversation.c.touched_at.is_(None),
            conversation.c.touched_at < bindparam("touched_before"),
        ),
    )
    .order_by(conversation.c.touched_at)
    .limit(bindparam("limit"))
)


class SqlConversations:
    """Implements `core.ports.Conversations`."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._stored: dict[str, Conversation | None] = {}
        self._unsaved: dict[str, Conversation] = {}
        work.later(self._flush)

    async def prefetch(self, keys: Sequence[str]) -> None:
        """See `Conversations.prefetch`."""
        missing = [key for key in keys if key not in self._stored]
        if not missing:
            return
        self._stored.update(dict.fromkeys(missing))
        for key, data in await self._work.run(_LOAD, {"keys": missing}):
            self._stored[key] = _JSON.validate_json(data)

    async def get(self, key: str) -> Conversation | None:
        """See `Conversations.get`."""
        if key in self._unsaved:
            return self._unsaved[key]
        await self.prefetch([key])
        return self._stored[key]

    async def save(self, conversation: Conversation) -> None:
        """See `Conversations.save`; what has not changed costs nothing."""
        self._unsaved[conversation.key] = conversation

    async def to_remind(self, now: datetime, limit: int) -> list[Conversation]:
        """See `Conversations.to_remind`."""
        await self._flush()
        found = await self._work.run(_TO_REMIND, {"now": now, "limit": limit})
        return [_JSON.validate_json(data) for data in found.scalars()]

    async def to_forget(self, touched_before: datetime, limit: int) -> list[Conversation]:
        """See `Conversations.to_forget`."""
        await self._flush()
        found = await self._work.run(_TO_FORGET, {"touched_before": touched_before, "limit": limit})
        return [_JSON.validate_json(data) for data in found.scalars()]

    async def _flush(self) -> None:
        changed = [c for c in self._unsaved.values() if self._stored.get(c.key) != c]
        if changed:
            await self._work.run(_SAVE, [_to_row(each) for each in changed])
        self._stored.update(self._unsaved)
        self._unsaved.clear()


def _to_row(each: Conversation) -> dict[str, Any]:
    return {
        "key": each.key,
        "data": _JSON.dump_json(each).decode(),
        "user_id": each.user,
        "touched_at": each.touched_at,
        "remind_at": each.remind_at,
        "held": (each.draft, each.desk, each.aside) != (None, None, None),
    }
