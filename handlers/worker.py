"""The inbox worker: claim the head of each conversation, handle it, commit all of it at once.

One transaction holds the update's end, the conversation's new state and everything owed. If
anything in a batch fails, the batch is rolled back and its updates are handled one by one, so that
one poisonous update costs nobody else.

An update that a process may have died of is handled with nothing else in hand, after a commit which
says so: whoever finds that said too often parks the update instead of dying of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from core.conversation import Conversation
from core.errors import LostRace
from core.events import read_event
from core.messages import Address, Kind, Message, Outgoing, text
from core.people import Actor
from core.ports import Clock, InboxRow, Store, Transaction
from handlers.incoming import Incoming, What
from handlers.router import route
from handlers.turn import Acknowledgement, Tools, Turn

log = structlog.get_logger()

BATCH = 32
ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=2)
DEADLY = 3  # times an update was begun alone and nobody came to its end
# Until such an update is begun again, and for which a process must have lived by then: others are
# served meanwhile, the dead are back, and what kills soon after each start is not put down to it.
REST = timedelta(seconds=30)
KILLS = "whoever handles it dies"
LOST_KEY = "no key opens the payload"

Parse = Callable[[InboxRow], Incoming | None]
Acknowledge = Callable[[list[Acknowledgement]], Awaitable[None]]


@dataclass(slots=True)
class InboxWorker:
    """Handles what the messengers handed over. `parse` reads the updates of each bot.

    `more` says after a round whether another one would find something; it may be wrong when
    another process is at it.
    """

    store: Store
    clock: Clock
    tools: Tools
    parse: Mapping[str, Parse]
    acknowledge: Acknowledge
    batch: int = BATCH
    calm: bool = field(default=True, init=False)
    more: bool = field(default=False, init=False)
    _doubtful: int = field(default=0, init=False)
    _started: datetime | None = field(default=None, init=False)

    async def beware(self) -> None:
        """Suspect what waits at a start: the process before this one may have died of it."""
        self._started = self.clock.now()
        async with self.store.read() as tx:
            self._doubtful = await tx.inbox.youngest()

    async def run_once(self) -> int:
        """Handle one batch; return how many updates it held."""
        self.more = True
        if self.calm:
            try:
                return await self._handle_batch(self.batch)
            except Exception:
                log.warning("batch_rolled_back", exc_info=True)
                self.calm = False
        return await self._one_by_one()

    async def _one_by_one(self) -> int:
        handled = 0
        for _ in range(self.batch):
            one = await self._handle_one()
            handled += one
            if not one:
                self.calm = True
                break
        else:
            self.calm = True
        return handled

    async def _handle_one(self) -> int:
        try:
            return await self._handle_batch(1)
        except _Failed as failed:
            await self._count_failure(failed)
            return 1

    async def _handle_batch(self, limit: int) -> int:
        now = self.clock.now()
        rows: list[InboxRow] = []
        try:
            async with self.store.begin() as tx:
                settled = self._started is None or now - self._started >= REST
                rows = await tx.inbox.heads(limit, now, begun=settled)
                if not rows:
                    self.more = False
                    return 0
                suspects = [row for row in rows if self._suspects(row)]
                innocent = [row for row in rows if row not in suspects]
                presses = await self._handle_all(tx, innocent, now)
                self.more = len(rows) == limit or await tx.inbox.waits(now)
        except Exception as error:
            if limit == 1 and rows and not isinstance(error, _Failed):
                # What it wrote could not be stored. A database that is away takes no note of it.
                raise _Failed(rows[0], error) from error
            raise
        await self._answer(presses)
        later: list[Acknowledgement] = []
        for row in suspects:
            later += await self._handle_alone(row)
        await self._answer(later)
        return len(rows)

    async def _handle_all(
        self, tx: Transaction, rows: Sequence[InboxRow], now: datetime
    ) -> list[Acknowledgement]:
        presses: list[Acknowledgement] = []
        await tx.conversations.prefetch([row.conversation for row in rows])
        for row in rows:
            if not row.payload:
                log.error("update_sealed_with_a_lost_key", inbox=row.id)
                await _park(tx, row, LOST_KEY, now)
                continue
            try:
                presses += await self._handle(tx, row, now)
            except Exception as error:
                raise _Failed(row, error) from error
        await tx.inbox.done([row.id for row in rows], now)
        return presses

    async def _answer(self, presses: list[Acknowledgement]) -> None:
        if presses:
            await self.acknowledge(presses)

    # ── suspects ─────────────────────────────────────────────────────────────────────────────────

    def _suspects(self, row: InboxRow) -> bool:
        return row.begun > 0 or row.tried or row.id <= self._doubtful

    async def _handle_alone(self, suspect: InboxRow) -> list[Acknowledgement]:
        if suspect.begun >= DEADLY:
            await self._give_up(suspect)
            return []
        now = self.clock.now()
        try:
            async with self.store.begin() as tx:
                if not await tx.inbox.begin(suspect, now, now + REST):
                    return []
            if suspect.begun:
                log.warning("update_begun_again", inbox=suspect.id, begun=suspect.begun)
            async with self.store.begin() as tx:
                row = await tx.inbox.head(suspect.id)
                presses = await self._handle_all(tx, [row] if row else [], now)
                if row is None:  # an older one has come to light in its conversation
                    await tx.inbox.let_go(suspect.id)
                return presses
        except Exception as error:
            failed = error if isinstance(error, _Failed) else _Failed(suspect, error)
            await self._count_failure(failed)
            return []
        except asyncio.CancelledError:
            async with self.store.begin() as tx:
                await tx.inbox.let_go(suspect.id)
            raise

    async def _give_up(self, row: InboxRow) -> None:
        """Park it without trying; it goes the way of every other parked update from here on."""
        log.error("update_kills", inbox=row.id, begun=row.begun)
        async with self.store.begin() as tx:
            await _park(tx, row, KILLS, self.clock.now())

    # ── one update ───────────────────────────────────────────────────────────────────────────────

    async def _handle(self, tx: Transaction, row: InboxRow, now: datetime) -> list[Acknowledgement]:
        known = await tx.conversations.get(row.conversation)
        incoming = self._read(row, known)
        if incoming is None:
            return []
        conversation = known or Conversation(
            row.conversation, incoming.address, incoming.user, incoming.name
        )
        gap = (now - conversation.touched_at).total_seconds() if conversation.touched_at else 0.0
        if incoming.what is not What.EVENT:
            name = incoming.name or conversation.name
            conversation = replace(conversation, touched_at=now, name=name)
        actor = Actor(incoming.user, incoming.name)
        turn = Turn(tx, self.tools, incoming, conversation, actor, row.id, now, gap)
        await route(turn)
        await tx.conversations.save(turn.conversation)
        return _answer_press(turn)

    def _read(self, row: InboxRow, known: Conversation | None) -> Incoming | None:
        told = read_event(row)
        if told is None:
            return self.parse[row.bot](row)
        name, data = told
        if known is None and "user" not in data:
            return None
        return Incoming(
            what=What.EVENT,
            address=known.address if known else _address(row.conversation),
            user=data.get("user") or (known.user if known else ""),
            name=data.get("who") or (known.name if known else ""),
            private=True,
            command=name,
            data=data,
        )

    async def _count_failure(self, failed: "_Failed") -> None:
        row, error, now = failed.row, failed.error, self.clock.now()
        park = row.attempts + 1 >= ATTEMPTS
        pause = timedelta(0) if isinstance(error, LostRace) else FIRST_PAUSE * 2**row.attempts
        log.error("update_failed", inbox=row.id, attempt=row.attempts + 1, exc_info=error)
        async with self.store.begin() as tx:
            reason = type(error).__name__
            if park:
                await _park(tx, row, reason, now)
            else:
                await tx.inbox.failed(row.id, now + pause, reason, park=False, now=now)


class _Failed(Exception):
    """One update of a batch could not be handled."""

    def __init__(self, row: InboxRow, error: Exception) -> None:
        super().__init__(str(row.id))
        self.row = row
        self.error = error


async def _park(tx: Transaction, row: InboxRow, why: str, now: datetime) -> None:
    """Give an update up and own up to it, unless another worker has come to its end."""
    if not await tx.inbox.failed(row.id, now, why, park=True, now=now):
        return
    known = await tx.conversations.get(row.conversation)  # its sender may be new to us
    await tx.outbox.put(
        Outgoing(
            key=f"parked:{row.id}",
            kind=Kind.SAY,
            address=known.address if known else _address(row.conversation),
            locale=known.locale if known else "vi",
            message=Message((text("error"),)),
        )
    )


def _address(conversation: str) -> Address:
    bot, chat = conversation.split(":")[:2]
    return Address(bot, chat)


def _answer_press(turn: Turn) -> list[Acknowledgement]:
    press = turn.incoming.press_id
    if press is None:
        return []
    plain = Acknowledgement(turn.incoming.address.bot, press)
    return [turn.acknowledgement or plain]
