"""A bot's queue of updates: numbered, filtered, confirmed by offset, delayed or doubled at will."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_FIRST_ID = 701_000_001
UPDATE_KINDS = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
    }
)
USUAL_KINDS = UPDATE_KINDS - {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(eq=False)
class Update:
    """One update; `copies` is how many times more it is to be handed over."""

    id: int
    kind: str
    body: dict[str, Any]
    chat_id: int
    copies: int = 1

    @property
    def json(self) -> dict[str, Any]:
        """The Update object."""
        return {"update_id": self.id, self.kind: self.body}


class UpdateQueue:
    """Updates not yet confirmed, oldest first.

    Tests bend delivery here: `hold`/`release` for late updates, `double` for an update handed
    over twice under the same id, `repeat` for the same content under a new id. `on_arrival` is
    called after every update put in; a webhook's deliverer listens there.
    """

    def __init__(self) -> None:
        self.allowed: frozenset[str] = USUAL_KINDS
        self.held: list[Update] = []
        self.sent: deque[Update] = deque(maxlen=1000)
        self._pending: deque[Update] = deque()
        self._next_id = _FIRST_ID
        self._confirmed = 0
        self._to_hold = 0
        self._to_double = 0
        self.on_arrival: Callable[[], None] | None = None
        self._waiting: list[asyncio.Future[None]] = []

    def __len__(self) -> int:
        return len(self._pending)

    def put(self, kind: str, body: dict[str, Any], chat_id: int) -> Update | None:
        """Queue an update; None when the bot did not ask for its kind (allowed_updates)."""
        if kind not in self.allowed:
            return None
        update = Update(self._new_id(), kind, body, chat_id)
        self.sent.append(update)
        if self._to_double:
            self._to_double -= 1
            update.copies = 2
        if self._to_hold:
            self._to_hold -= 1
            self.held.append(update)
        else:
            self._enqueue(update)
        return update

    def take(self, offset: int, limit: int) -> list[Update]:
        """Confirm all updates before `offset` and return up to `limit` of the rest.

        A negative offset keeps only that many from the end, as getUpdates does.
        """
        if offset < 0:
            while len(self._pending) > -offset:
                self._pending.popleft()
        else:
            self._confirm(offset)
        return sorted(self._pending, key=lambda update: update.id)[:limit]

    def __iter__(self) -> Iterator[Update]:
        """Iterate over the unconfirmed updates, oldest first."""
        return iter(self._pending)

    def done(self, update: Update) -> None:
        """Count one hand-over of an update; after its last it leaves the queue."""
        update.copies -= 1
        if update.copies < 1 and update in self._pending:
            self._pending.remove(update)

    def clear(self) -> None:
        """Forget everything unconfirmed (drop_pending_updates)."""
        self._pending.clear()

    def hold(self, count: int = 1) -> None:
        """Keep back the next `count` updates until `release`."""
        self._to_hold += count

    def release(self, updates: Iterable[Update] | None = None) -> None:
        """Hand over held updates (all, or those given in that order), after newer ones.

        They keep their ids, now out of order, unless getUpdates has confirmed past them: such an
        id could never be fetched again, so the update gets a new one.
        """
        for update in list(self.held if updates is None else updates):
            self.held.remove(update)
            if update.id < self._confirmed:
                update.id = self._new_id()
            self._enqueue(update)

    def double(self, count: int = 1) -> None:
        """Hand over each of the next `count` updates twice, under one update_id."""
        self._to_double += count

    def repeat(self, update: Update | None = None) -> Update:
        """Queue the content of an earlier update (default: the latest) under a new update_id."""
        old = self.sent[-1] if update is None else update
        again = Update(self._new_id(), old.kind, old.body, old.chat_id)
        self._enqueue(again)
        return again

    def arrival(self) -> "asyncio.Future[None]":
        """Return a future that is done when the next update is put into the queue."""
        waiting = asyncio.get_running_loop().create_future()
        self._waiting = [*(w for w in self._waiting if not w.done()), waiting]
        return waiting

    @property
    def awaited(self) -> bool:
        """Whether somebody waits for the next update: a long poll is under way."""
        return any(not waiting.done() for waiting in self._waiting)

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1

    def _enqueue(self, update: Update) -> None:
        self._pending.append(update)
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()
        if self.on_arrival is not None:
            self.on_arrival()

    def _confirm(self, offset: int) -> None:
        self._confirmed = max(self._confirmed, offset)
        kept = deque[Update]()
        for update in self._pending:
            if update.id < offset:
                update.copies -= 1
            if update.copies > 0:
                kept.append(update)
        if len(kept) != len(self._pending):
            self._pending = kept
