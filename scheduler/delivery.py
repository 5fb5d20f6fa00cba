"""Delivery: claim what is owed, send it, record what became of it.

Claim, commit, send, record: a crash in between leaves the row claimed; once its process counts as
ended it is sent again. Nothing is lost, and a crash repeats at most what was on its way (rule 10).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from core.errors import Unavailable
from core.limits import Limits
from core.messages import PATIENT, Kind, MailKind, Outgoing
from core.policy import Policy
from core.ports import (
    Clock,
    Fault,
    Messenger,
    NewUpdate,
    OutboxRow,
    Postbox,
    SendFailed,
    Sent,
    Store,
    Transaction,
    Vault,
)
from core.usecases import delivered, queue_card
from core.usecases.card import card
from core.usecases.dead import keeps_words
from core.usecases.letters import letter
from core.usecases.queue import pager_shown
from core.usecases.staff_group import ANEW, REDRAWN, follow_group
from scheduler.files import Files
from scheduler.pace import Pace

log = structlog.get_logger()

LEASE = timedelta(seconds=90)  # longer than any sending may take, by a process that lives
LINGER = 1.0  # seconds for which the quick ones of a round wait for the slow ones
CHAT_BATCH, MAIL_BATCH = 64, 4
CHAT_PAUSES = (2, 5, 15, 60, 300)  # seconds; the last one repeats
MAIL_PAUSES = (60, 300, 900, 3600, 4 * 3600)
CODE_PAUSE, CODE_ATTEMPTS = 5, 2
ATTEMPTS = 30  # of anything else, before staff are asked
SUSPECT = 2  # deaths after which a row is sent alone, so that no other is blamed for the next
DEADLY = 5  # deaths after which it is given up
CAP_REACHED = "daily cap reached"
KILLS = "whoever sends it dies"
SECOND = timedelta(seconds=1)
DAY = timedelta(hours=24)
CAP_LOOK = timedelta(hours=1)  # a cap that an operator has raised holds nobody up for longer


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: sent (a message id, a version shown, news of it), or a fault."""

    row: OutboxRow
    message_id: str | None = None
    shown_version: int | None = None
    told: NewUpdate | None = None
    failure: SendFailed | None = None
    wait_until: datetime | None = None

    @property
    def done(self) -> bool:
        """Whether nothing more is to be sent."""
        return self.failure is None and self.wait_until is None


@dataclass(slots=True)
class Deliverer:
    """Sends what is owed. `owner` is unique per process and start; it fences off late finishers.

    While this process is not `sure` which others have ended, it takes nothing on.
    """

    store: Store
    clock: Clock
    messengers: Mapping[str, Messenger]
    postbox: Postbox
    vault: Vault
    policy: Policy
    owner: str
    limits: Limits = field(default_factory=Limits)
    observe: Callable[[str, str], None] | None = None
    files: Files | None = None
    sure: Callable[[], bool] = lambda: True
    pace: Pace = field(init=False)
    _sending: dict[int, asyncio.Task[Outcome]] = field(default_factory=dict, init=False)
    _spoken: list[Outcome] = field(default_factory=list, init=False)
    _mailed: list[Outcome] = field(default_factory=list, init=False)
    _unsent: list[OutboxRow] = field(default_factory=list, init=False)
    _suspect: int | None = field(default=None, init=False)
    _stopping: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.pace = Pace(self.limits)

    async def chat_round(self) -> int:
        """Send the next message of every chat that waits for one; return how many rows that was.

        What takes long is recorded by a later round, so that one slow chat holds up no other.
        """
        await self._record_spoken()
        room = CHAT_BATCH - len(self._sending)
        rows = await self._claim(room, mail=False) if room else []
        # What has been on its way for longer than its lease was only claimed again.
        fresh = {
            row.id: asyncio.create_task(self._chat(row))
            for row in rows
            if row.id not in self._sending
        }
        self._sending |= fresh
        if not self._sending:
            return 0
        first = asyncio.ALL_COMPLETED if fresh else asyncio.FIRST_COMPLETED
        waited_for = (fresh or self._sending).values()
        await asyncio.wait(waited_for, timeout=LINGER, return_when=first)
        await self._record_spoken()
        return max(1, len(rows))

    async def mail_round(self) -> int:
        """Send a few mails, one after the other; return how many rows that was."""
        await self._record(self._mailed)
        rows = await self._claim(MAIL_BATCH, mail=True)
        left = deque(rows)
        try:
            while left and not self._stopping:
                self._mailed.append(await self._mail(left[0]))
                left.popleft()
                await self._record(self._mailed)
        finally:
            self._unsent += left
            self._out_of_hand(left)
        return len(rows)

    def stop(self) -> None:
        """Begin no further mail: whoever comes next sends it."""
        self._stopping = True

    async def finish(self, seconds: float) -> None:
        """Let what is on its way to the chats arrive, and record it; leave the rest to others."""
        try:
            if self._sending:
                await asyncio.wait(self._sending.values(), timeout=seconds)
            await self._record(self._mailed)
            await self._record_spoken()
        finally:
            for sending in self._sending.values():
                sending.cancel()
            await asyncio.gather(*self._sending.values(), return_exceptions=True)
            self._sending.clear()

    async def _claim(self, limit: int, *, mail: bool) -> list[OutboxRow]:
        if not self.sure():
            return []
        now = self.clock.now()
        taken: list[OutboxRow] = []
        unsent, self._unsent = self._unsent, []
        try:
            async with self.store.begin() as tx:
                for row in unsent:
                    await tx.outbox.postpone(self.owner, row.id, now, error=None)
                rows = await tx.outbox.claim(
                    self.owner, now, now + LEASE, limit, mail=mail, limits=self.limits
                )
                taken = self._apart(rows)
                alone = bool(taken) and taken[0].deaths >= SUSPECT
                for row in rows if len(taken) < len(rows) else ():
                    if row not in taken:
                        # The next round takes it; a suspect waits for the one in the other loop.
                        until = now if alone else now + SECOND
                        await tx.outbox.postpone(self.owner, row.id, until, error=None)
                await self._recall(tx, taken, now)
        except BaseException:
            # What was taken is ours if only the answer to the commit was lost.
            self._unsent += [*unsent, *taken]
            self._out_of_hand(taken)
            raise
        return taken

    async def _recall(self, tx: Transaction, rows: list[OutboxRow], now: datetime) -> None:
        """Look up what the groups have heard, before anybody sends: else they would come last."""
        for address in {row.outgoing.address for row in rows}:
            lately = self.pace.remembers(address)
            if lately:
                self.pace.recall(address, await tx.outbox.said(address, now - lately))

    def _apart(self, rows: list[OutboxRow]) -> list[OutboxRow]:
        """Choose what to send now: a row whose senders keep dying goes by itself.

        The others of its round would die with it, and be given up for no fault of theirs. It is in
        hand from here on: until the commit the other loop may choose one, too.
        """
        suspects = [row for row in rows if row.deaths >= SUSPECT]
        if suspects and self._suspect is None:
            self._suspect = suspects[0].id
            return suspects[:1]
        return [row for row in rows if row.deaths < SUSPECT] if suspects else rows

    def _out_of_hand(self, rows: Iterable[OutboxRow]) -> None:
        if any(row.id == self._suspect for row in rows):
            self._suspect = None

    # ── sending ──────────────────────────────────────────────────────────────────────────────────

    async def _chat(self, row: OutboxRow) -> Outcome:
        # Deleting and reading are not messages, and the limits do not count them.
        free = row.outgoing.kind in (Kind.DELETE, Kind.FETCH)
        to, priority = row.outgoing.address, row.outgoing.priority
        wait = None if free else self.pace.take(to, self.clock.now(), priority)
        if wait is not None:
            return Outcome(row, wait_until=wait)
        return await self._attempt(row, self._speak)

    async def _attempt(
        self, row: OutboxRow, send: Callable[[OutboxRow], Awaitable[Outcome]]
    ) -> Outcome:
        """Send; a defect of ours counts as one failed attempt and holds up nobody else."""
        try:
            return self._refuse(row) if row.deaths >= DEADLY else await send(row)
        except SendFailed as failure:
            return Outcome(row, failure=failure)
        except Exception as defect:
            log.exception("sending_failed", key=row.outgoing.key)
            return Outcome(row, failure=SendFailed(Fault.RETRY, type(defect).__name__))

    def _refuse(self, row: OutboxRow) -> Outcome:
        """Give up a row that ends whoever sends it; whoever sent a file is told."""
        failure = SendFailed(Fault.INVALID, KILLS)
        if row.outgoing.kind is Kind.FETCH and self.files is not None:
            return Outcome(row, told=self.files.refuse(row, failure))
        raise failure

    async def _speak(self, row: OutboxRow) -> Outcome:
        outgoing = row.outgoing
        messenger = self.messengers.get(outgoing.address.bot)
        if messenger is None:
            raise SendFailed(Fault.CONFIG, f"no bot is configured as {outgoing.address.bot}")
        if outgoing.kind is Kind.CARD:
            return await self._show_card(row, messenger)
        if outgoing.kind is Kind.DELETE:
            await _taken_down(messenger, outgoing)
            return Outcome(row)
        if outgoing.kind in (Kind.FETCH, Kind.DOCUMENT):
            return await self._carry_file(row)
        if outgoing.message is None:
            raise SendFailed(Fault.INVALID, "nothing to say")
        if outgoing.message_id is not None and await _replaced(messenger, outgoing):
            return Outcome(row, message_id=outgoing.message_id)
        sent = await messenger.send(outgoing.address, outgoing.message, outgoing.locale)
        return Outcome(row, message_id=sent)

    async def _carry_file(self, row: OutboxRow) -> Outcome:
        if self.files is None:
            raise SendFailed(Fault.CONFIG, "nothing here reads or writes files")
        if row.outgoing.kind is Kind.FETCH:
            return Outcome(row, told=await self.files.fetch(row))
        return Outcome(row, message_id=await self.files.send(row))

    async def _show_card(self, row: OutboxRow, messenger: Messenger) -> Outcome:
        outgoing = row.outgoing
        async with self.store.read() as tx:
            registration = await tx.registrations.get(outgoing.registration_id or 0)
            if registration is None:
                raise SendFailed(Fault.INVALID, "no such registration")
            message = await card(tx, registration, self.policy, self.clock.now())
            place = await tx.cards.get(registration.id)
        way = outgoing.context.get("card")
        hangs_here = place is not None and place.address == outgoing.address
        if place is not None and hangs_here and way != ANEW:
            if place.shown_version >= registration.version and way != REDRAWN:
                return Outcome(row, place.message_id, place.shown_version)
            try:
                await messenger.edit(outgoing.address, place.message_id, message, outgoing.locale)
            except SendFailed as failure:
                if failure.fault is not Fault.INVALID:
                    raise
                log.warning("card_posted_again", registration=registration.id)
            else:
                return Outcome(row, place.message_id, registration.version)
        sent = await messenger.send(outgoing.address, message, outgoing.locale)
        return Outcome(row, sent, registration.version)

    async def _mail(self, row: OutboxRow) -> Outcome:
        now = self.clock.now()
        async with self.store.read() as tx:
            frees = await tx.outbox.mail_window_frees(now - DAY, self.policy.mail_daily_cap)
        if frees is None:
            return await self._attempt(row, self._post)
        if _is_code(row.outgoing):
            return Outcome(row, failure=SendFailed(Fault.INVALID, CAP_REACHED))
        return Outcome(row, wait_until=min(frees + DAY, now + CAP_LOOK))

    async def _post(self, row: OutboxRow) -> Outcome:
        async with self.store.read() as tx:
            mail = await letter(tx, row, self.vault, self.policy)
        if mail is None:
            raise SendFailed(Fault.INVALID, "no longer owed")
        await self.postbox.send(mail)
        return Outcome(row)

    # ── recording ────────────────────────────────────────────────────────────────────────────────

    async def _record_spoken(self) -> None:
        for row_id, sending in list(self._sending.items()):
            if sending.done():
                self._spoken.append(self._sending.pop(row_id).result())
        await self._record(self._spoken)

    async def _record(self, outcomes: list[Outcome]) -> None:
        """Record what became of rows and empty the list.

        While the database is away they stay in it: what has been sent must not be sent again.
        What cannot be recorded for a reason of its own holds up no other.
        """
        batch = list(outcomes)
        if not batch:
            return
        try:
            await self._write(batch)
        except Unavailable:
            raise
        except Exception:
            log.warning("round_recorded_one_by_one", exc_info=True)
            for outcome in batch:
                await self._write_alone(outcome)
        outcomes[:] = outcomes[len(batch) :]
        self._out_of_hand(outcome.row for outcome in batch)
        for outcome in batch:
            self._observe(outcome)

    async def _write_alone(self, outcome: Outcome) -> None:
        """Write one outcome; without all that follows from it if that cannot be written."""
        try:
            await self._write([outcome])
        except Unavailable:
            raise
        except Exception as defect:
            log.exception("outcome_without_consequences", key=outcome.row.outgoing.key)
            now, row = self.clock.now(), outcome.row
            async with self.store.begin() as tx:
                if outcome.done and outcome.told is None:
                    await tx.outbox.sent(self.owner, [Sent(row, outcome.message_id)], now)
                else:
                    later = now + timedelta(seconds=CHAT_PAUSES[-1])
                    await tx.outbox.postpone(self.owner, row.id, later, type(defect).__name__)

    async def _write(self, outcomes: list[Outcome]) -> None:
        now = self.clock.now()
        sent = [outcome for outcome in outcomes if outcome.done]
        async with self.store.begin() as tx:
            ours = await tx.outbox.sent(self.owner, [Sent(o.row, o.message_id) for o in sent], now)
            for outcome in sent:
                if outcome.row.id in ours:
                    await self._after_sent(tx, outcome, now)
            for outcome in outcomes:
                if outcome.wait_until is not None:
                    await tx.outbox.postpone(
                        self.owner, outcome.row.id, outcome.wait_until, error=None
                    )
                    await self._after_wait(tx, outcome.row, now)
                elif outcome.failure is not None:
                    await self._after_failure(tx, outcome.row, outcome.failure, now)

    async def _after_wait(self, tx: Transaction, row: OutboxRow, now: datetime) -> None:
        if row.outgoing.kind is Kind.CARD and row.outgoing.priority >= PATIENT:
            await queue_card.hold_back(tx, row.outgoing.address, self.policy, now)

    async def _after_sent(self, tx: Transaction, outcome: Outcome, now: datetime) -> None:
        row = outcome.row
        if row.outgoing.kind is Kind.MAIL:
            await delivered.mail_accepted(tx, row, self.policy, now)
        elif outcome.told is not None:
            await tx.inbox.put([outcome.told], now)
        elif outcome.shown_version is not None and outcome.message_id is not None:
            await delivered.card_shown(tx, row, outcome.message_id, outcome.shown_version)
        elif outcome.message_id is not None and "pager" in row.outgoing.context:
            await pager_shown(tx, row, outcome.message_id)
        elif outcome.message_id is not None and queue_card.MARK in row.outgoing.context:
            await queue_card.shown(tx, row, outcome.message_id)

    async def _after_failure(
        self, tx: Transaction, row: OutboxRow, failure: SendFailed, now: datetime
    ) -> None:
        outgoing = row.outgoing
        if failure.moved_to is not None:
            await tx.outbox.postpone(self.owner, row.id, now, error=None)
            await follow_group(tx, outgoing.address, failure.moved_to)
            return
        pause = next_pause(outgoing, row.attempts, failure)
        if pause is not None:
            log.info("will_try_again", key=outgoing.key, reason=failure.reason, after=pause)
            kept = await tx.outbox.postpone(
                self.owner, row.id, now + timedelta(seconds=pause), error=failure.reason
            )
        else:
            log.warning("given_up", key=outgoing.key, reason=failure.reason)
            error = f"{failure.fault}: {failure.reason}"
            keep = keeps_words(outgoing, failure.fault)
            kept = await tx.outbox.failed(self.owner, row.id, now, error, keep=keep)
        if not kept:
            return
        if outgoing.kind is Kind.MAIL:
            refused = failure.fault is Fault.INVALID and failure.reason not in (CAP_REACHED, KILLS)
            await delivered.mail_failed(
                tx, row, self.policy, now, final=pause is None, refused=refused
            )
            return
        if failure.fault is Fault.STOPPED:
            await delivered.chat_stopped(tx, row, self.policy, now)
        if pause is None:
            await delivered.message_given_up(tx, row, self.policy, now)

    def _observe(self, outcome: Outcome) -> None:
        if self.observe is not None and outcome.wait_until is None:
            fault = outcome.failure.fault.value if outcome.failure else "sent"
            self.observe(outcome.row.outgoing.address.bot, fault)


async def _taken_down(messenger: Messenger, outgoing: Outgoing) -> None:
    """Delete a message; where that is too late, show in its place what is to stand there."""
    try:
        await messenger.delete(outgoing.address, outgoing.message_id or "")
    except SendFailed as failure:
        too_late = failure.fault is Fault.INVALID and outgoing.message is not None
        if not too_late or not await _replaced(messenger, outgoing):
            raise


async def _replaced(messenger: Messenger, outgoing: Outgoing) -> bool:
    """Show the message in place of an earlier one; False if that one can no longer be edited."""
    if outgoing.message is None or outgoing.message_id is None:
        return False
    try:
        await messenger.edit(
            outgoing.address, outgoing.message_id, outgoing.message, outgoing.locale
        )
    except SendFailed as failure:
        if failure.fault is not Fault.INVALID:
            raise
        return False
    return True


def next_pause(outgoing: Outgoing, attempts: int, failure: SendFailed) -> float | None:
    """Give the seconds until the next attempt; None when staff must look at it.

    A code is worth two attempts only: the person is waiting for it, and is told after each.
    A card waits for a group that shut the bot out; other messages to it are given up.
    """
    shut_out = failure.fault is Fault.STOPPED and outgoing.kind is not Kind.CARD
    if shut_out or failure.fault is Fault.INVALID:
        return None
    if _is_code(outgoing):
        return CODE_PAUSE if attempts < CODE_ATTEMPTS else None
    if attempts >= ATTEMPTS and failure.fault is not Fault.CONFIG:
        return None
    pauses = MAIL_PAUSES if outgoing.kind is Kind.MAIL else CHAT_PAUSES
    return failure.retry_after or pauses[min(attempts, len(pauses)) - 1]


def _is_code(outgoing: Outgoing) -> bool:
    return outgoing.context.get("mail") == MailKind.CODE
