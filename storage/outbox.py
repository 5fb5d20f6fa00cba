"""What is owed until it was sent: lanes keep their order, leases survive a crash."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Executable,
    Integer,
    Select,
    TextClause,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    tuple_,
    update,
)

from core.limits import UNLIMITED, Limits
from core.messages import Address, Kind, Message, Outgoing
from core.ports import Clock, GivenUp, OutboxRow, Sent
from storage.tables import (
    GIVEN_UP,
    GROUP_MESSAGE,
    QUEUED,
    QUEUED_CHAT,
    QUEUED_MAIL,
    SENT_MAIL,
    SENT_MESSAGE,
    outbox,
    process,
)
from storage.work import Work, looked_up, on_each

_BODY = TypeAdapter(Message)

_FREE = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= bindparam("now"))
# Only word of its end frees what a process holds before the time: one that was never heard of may
# still be there. A process knows of itself that it lives, whatever its last word says. And what was
# claimed a moment ago was claimed by somebody alive: the clock has jumped past their last word.
_MOMENT = timedelta(seconds=10)
_ENDED = select(process.c.owner).where(
    process.c.until <= bindparam("now"), process.c.owner != bindparam("claimant")
)

# A row waits while another of its lane is being sent or was tried in vain and has to pause, and for
# every more urgent or older one that is due or that was claimed before. What was scheduled for
# later, and not claimed yet, lets others pass.
_other = outbox.alias("other")


def _blocked(being_sent: ColumnElement[bool]) -> ColumnElement[bool]:
    return looked_up(
        select(_other.c.id).where(
            _other.c.lane == outbox.c.lane,
            _other.c.state == literal_column("'queued'"),
            _other.c.id != outbox.c.id,
            or_(
                being_sent,
                (_other.c.attempts > 0) & (_other.c.due > bindparam("now")),
                (tuple_(_other.c.priority, _other.c.id) < tuple_(outbox.c.priority, outbox.c.id))
                & (_other.c.holds | (_other.c.due <= bindparam("now"))),
            ),
        )
    )


_LEASED = _other.c.lease_until > bindparam("now")
_BLOCKED = _blocked(_LEASED)
_BLOCKED_BY_THE_LIVING = _blocked(
    and_(
        _LEASED,
        or_(_other.c.owner.not_in(_ENDED), _other.c.lease_until > bindparam("old")),
    )
)

# What a person was told lately is in the table already: counting it there needs no statement of its
# own, holds for all processes together, and outlives each of them. (Of a group, part of what it may
# hear is for the more urgent; there the delivery itself counts, by `said`.)
_said = outbox.alias("said")
_PACED = and_(
    func.substr(outbox.c.chat, 1, 1) != literal_column("'-'"),
    outbox.c.kind.not_in([literal_column("'delete'"), literal_column("'fetch'")]),
)
_HEARD = (
    _said.c.lane == outbox.c.lane,
    _said.c.state == literal_column("'sent'"),
    _said.c.message_id.is_not(None),
    _said.c.ended_at > bindparam("chat_since"),
    _said.c.ended_at <= bindparam("now"),
)
_FULL = and_(
    _PACED,
    select(func.count()).where(*_HEARD).correlate(outbox).scalar_subquery()
    >= bindparam("chat_most", type_=Integer()),
)
_OLDEST = select(func.min(_said.c.ended_at)).where(*_HEARD).correlate(outbox).scalar_subquery()


def _window(limits: Limits, now: datetime) -> dict[str, Any]:
    return {"chat_since": now - limits.chat.span, "chat_most": limits.chat.count}


def _claim(rows: TextClause, *more: ColumnElement[bool]) -> Executable:
    # The common table expression makes PostgreSQL choose once; a plain sub-select may be run again
    # for each row, and then locks more than the limit.
    heads = (
        select(outbox.c.id)
        .where(
            rows,
            outbox.c.due <= bindparam("now"),
            or_(_FREE, and_(outbox.c.owner.in_(_ENDED), outbox.c.lease_until <= bindparam("old"))),
            ~_BLOCKED_BY_THE_LIVING,
            *more,
        )
        .order_by(outbox.c.priority, outbox.c.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
        .cte("heads")
    )
    return (
        update(outbox)
        .where(outbox.c.id.in_(select(heads.c.id)))
        .values(
            owner=bindparam("claimant"),
            lease_until=bindparam("until"),
            # Whoever had it before ended without a word. One that lives has only lost its lease.
            deaths=outbox.c.deaths + case((outbox.c.owner.in_(_ENDED), 1), else_=0),
            holds=true(),
        )
        .returning(
            outbox.c.id,
            outbox.c.attempts,
            outbox.c.deaths,
            outbox.c.created_at,
            outbox.c.key,
            outbox.c.kind,
            outbox.c.bot,
            outbox.c.chat,
            outbox.c.thread,
            outbox.c.locale,
            outbox.c.body,
            outbox.c.target,
            outbox.c.registration_id,
            outbox.c.context,
            outbox.c.scheduled,
            outbox.c.priority,
        )
    )


def _next_due(rows: TextClause) -> Select[Any]:
    leased = outbox.c.lease_until > bindparam("now")
    return select(func.min(case((leased, outbox.c.lease_until), else_=outbox.c.due))).where(
        rows, ~_BLOCKED
    )


def _next_said() -> Select[Any]:
    """When the next row falls due, and the oldest words in any window that is full."""
    leased = outbox.c.lease_until > bindparam("now")
    return select(
        func.min(case((leased, outbox.c.lease_until), (_FULL, null()), else_=outbox.c.due)),
        func.min(case((_FULL, _OLDEST))),
    ).where(QUEUED_CHAT, ~_BLOCKED)


_PUT = on_each(lambda insert: insert(outbox).on_conflict_do_nothing(index_elements=["key"]))
# Whoever claimed it and ended without a word may have sent it.
_CANCEL = (
    update(outbox)
    .where(outbox.c.key == bindparam("wanted"), QUEUED, outbox.c.owner.is_(None))
    .values(state="cancelled", ended_at=bindparam("now"), body=null())
)
_AGAIN = (
    update(outbox)
    .where(outbox.c.key == bindparam("wanted"), GIVEN_UP, outbox.c.kind == literal_column("'mail'"))
    .values(
        state="queued",
        chat=bindparam("new_chat"),
        due=bindparam("now"),
        attempts=0,
        deaths=0,
        error=null(),
        ended_at=null(),
    )
)
_CAME_BACK = (
    update(outbox)
    .where(outbox.c.key == bindparam("wanted"), SENT_MAIL)
    .values(state="failed", ended_at=bindparam("now"), error="invalid: came back")
)
_CLAIM_CHAT = _claim(QUEUED_CHAT, ~_FULL)
_CLAIM_MAIL = _claim(QUEUED_MAIL)
_HELD = (
    select(outbox.c.id)
    .where(
        outbox.c.id.in_(bindparam("ids", expanding=True)),
        outbox.c.owner == bindparam("claimant"),
        QUEUED,
    )
    .order_by(outbox.c.id)
    .with_for_update()
)
_MINE = (outbox.c.id == bindparam("row_id"), outbox.c.owner == bindparam("claimant"), QUEUED)
_SENT = (
    update(outbox)
    .where(*_MINE)
    .values(
        state="sent",
        ended_at=bindparam("now"),
        message_id=bindparam("named"),
        body=null(),
        owner=null(),
        lease_until=null(),
    )
)
_POSTPONE = (
    update(outbox)
    .where(*_MINE)
    .values(
        due=bindparam("until"),
        attempts=outbox.c.attempts + bindparam("counted"),
        deaths=case((bindparam("counted", type_=Integer()) > 0, 0), else_=outbox.c.deaths),
        error=func.coalesce(bindparam("why"), outbox.c.error),
        owner=null(),
        lease_until=null(),
    )
)
_FAILED = (
    update(outbox)
    .where(*_MINE)
    .values(
        state="failed",
        ended_at=bindparam("now"),
        attempts=outbox.c.attempts + 1,
        error=bindparam("why"),
        body=case((bindparam("keep", type_=Boolean()), outbox.c.body)),
        owner=null(),
        lease_until=null(),
    )
)
_READDRESS = (
    update(outbox)
    .where(outbox.c.bot == bindparam("old_bot"), outbox.c.chat == bindparam("old_chat"), QUEUED)
    .values(
        bot=bindparam("new_bot"),
        chat=bindparam("new_chat"),
        thread=bindparam("new_thread"),
        lane=bindparam("new_lane"),
    )
)
_FIND_SENT = (
    select(outbox.c.context)
    .where(
        outbox.c.bot == bindparam("bot"),
        outbox.c.chat == bindparam("chat"),
        outbox.c.message_id == bindparam("message_id"),
        SENT_MESSAGE,
    )
    .order_by(outbox.c.id.desc())  # a card is sent once and edited many times
    .limit(1)
)
_SAID = (
    select(outbox.c.ended_at, outbox.c.priority)
    .where(
        outbox.c.lane == bindparam("lane"), outbox.c.ended_at > bindparam("since"), GROUP_MESSAGE
    )
    .order_by(outbox.c.ended_at)
)
_NEXT_DUE = _next_due(QUEUED)
_NEXT_MAIL = _next_due(QUEUED_MAIL)
_NEXT_SAID = _next_said()
_MAILS_SENT = (
    select(func.count())
    .select_from(outbox)
    .where(SENT_MAIL, outbox.c.ended_at > bindparam("since"))
)
_WINDOW = (
    select(outbox.c.ended_at)
    .where(SENT_MAIL, outbox.c.ended_at > bindparam("since"))
    .order_by(outbox.c.ended_at.desc())
    .offset(bindparam("newer"))
    .limit(1)
)
_BACKLOG = select(
    func.count(), func.min(func.coalesce(outbox.c.scheduled, outbox.c.created_at))
).where(QUEUED, outbox.c.due <= bindparam("now"))
_FAILURES = (
    select(func.count()).select_from(outbox).where(GIVEN_UP, outbox.c.ended_at > bindparam("since"))
)
_DEAD = (GIVEN_UP, outbox.c.kind.not_in(["mail", "delete"]), outbox.c.error.not_like("stopped:%"))
_ALL_GIVEN_UP = (
    select(
        outbox.c.id,
        outbox.c.kind,
        outbox.c.bot,
        outbox.c.ended_at,
        outbox.c.attempts,
        outbox.c.error,
        outbox.c.body.is_not(None),
    )
    .where(*_DEAD)
    .order_by(outbox.c.ended_at)
    .limit(bindparam("limit"))
)
# A new row, so that it comes behind what waits. It keeps its attempts: they are used up, and the
# next failure gives it up again instead of holding up its lane.
_SAME = (
    outbox.c.key,
    outbox.c.lane,
    outbox.c.kind,
    outbox.c.bot,
    outbox.c.chat,
    outbox.c.thread,
    outbox.c.locale,
    outbox.c.body,
    outbox.c.registration_id,
    outbox.c.context,
    outbox.c.priority,
    outbox.c.attempts,
)
_TO_RETRY = select(*_SAME).where(
    outbox.c.id == bindparam("row_id"),
    *_DEAD,
    or_(outbox.c.kind == literal_column("'card'"), outbox.c.body.is_not(None)),
)
_DROP = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"), *_DEAD)
    .values(state="cancelled", ended_at=bindparam("now"), body=null())
)
_LET_REST = (
    update(outbox)
    .where(*_DEAD, outbox.c.ended_at < bindparam("before"))
    .values(state="cancelled", body=null())
)
_FORGET = delete(outbox).where(outbox.c.ended_at < bindparam("before"))


class SqlOutbox:
    """Implements `core.ports.Outbox`."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work = work
        self._clock = clock
        self._unsaved: list[dict[str, Any]] = []
        work.later(self._flush)

    async def put(self, outgoing: Outgoing) -> None:
        """See `Outbox.put`; written at the end of the transaction at the latest."""
        self._unsaved.append(_to_row(outgoing, self._clock.now()))

    async def again(self, key: str, address: Address, now: datetime) -> bool:
        """See `Outbox.again`."""
        self._work.put.add("mail")
        values = {"wanted": key, "new_chat": address.chat, "now": now}
        return (await self._work.run(_AGAIN, values)).rowcount == 1

    async def came_back(self, key: str, now: datetime) -> None:
        """See `Outbox.came_back`."""
        await self._work.run(_CAME_BACK, {"wanted": key, "now": now})

    async def cancel(self, key: str, now: datetime) -> bool:
        """See `Outbox.cancel`."""
        await self._flush()
        return (await self._work.run(_CANCEL, {"wanted": key, "now": now})).rowcount == 1

    async def claim(
        self,
        owner: str,
        now: datetime,
        lease_until: datetime,
        limit: int,
        *,
        mail: bool,
        limits: Limits = UNLIMITED,
    ) -> list[OutboxRow]:
        """See `Outbox.claim`; the most urgent first, then the oldest."""
        await self._flush()
        wanted = {
            "claimant": owner,
            "now": now,
            "until": lease_until,
            "old": lease_until - _MOMENT,
            "limit": limit,
        }
        if mail:
            claimed = await self._work.run(_CLAIM_MAIL, wanted)
        else:
            claimed = await self._work.run(_CLAIM_CHAT, wanted | _window(limits, now))
        rows = [_from_row(*row) for row in claimed]
        return sorted(rows, key=lambda row: (row.outgoing.priority, row.id))

    async def sent(self, owner: str, done: Sequence[Sent], now: datetime) -> set[int]:
        """See `Outbox.sent`."""
        if not done:
            return set()
        ids = [each.row.id for each in done]
        held = set((await self._work.run(_HELD, {"ids": ids, "claimant": owner})).scalars())
        settled = [
            {"row_id": each.row.id, "claimant": owner, "named": each.message_id, "now": now}
            for each in done
            if each.row.id in held
        ]
        if settled:
            await self._work.run(_SENT, settled)
        return held

    async def postpone(self, owner: str, row_id: int, until: datetime, error: str | None) -> bool:
        """See `Outbox.postpone`; younger rows of the lane wait, whether or not it counted."""
        given_back = {
            "row_id": row_id,
            "claimant": owner,
            "until": until,
            "why": error,
            "counted": 0 if error is None else 1,
        }
        return (await self._work.run(_POSTPONE, given_back)).rowcount == 1

    async def failed(
        self, owner: str, row_id: int, now: datetime, error: str, *, keep: bool = False
    ) -> bool:
        """See `Outbox.failed`."""
        given_up = {"row_id": row_id, "claimant": owner, "now": now, "why": error, "keep": keep}
        return (await self._work.run(_FAILED, given_up)).rowcount == 1

    async def all_given_up(self, limit: int) -> list[GivenUp]:
        """See `Outbox.all_given_up`."""
        found = await self._work.run(_ALL_GIVEN_UP, {"limit": limit})
        return [
            GivenUp(row_id, Kind(kind), bot, at, attempts, error.partition(":")[0], has_words)
            for row_id, kind, bot, at, attempts, error, has_words in found
        ]

    async def retry(self, row_id: int, now: datetime) -> bool:
        """See `Outbox.retry`; of two at once, `drop` lets one go on."""
        await self._flush()
        found = (await self._work.run(_TO_RETRY, {"row_id": row_id})).mappings().first()
        if found is None or not await self.drop(row_id, now):
            return False
        again = {"key": f"{found['key']}:again", "created_at": now, "due": now, "holds": True}
        await self._work.run(_PUT, {**found, **again})
        self._work.put.add("chat")
        return True

    async def drop(self, row_id: int, now: datetime) -> bool:
        """See `Outbox.drop`."""
        return (await self._work.run(_DROP, {"row_id": row_id, "now": now})).rowcount == 1

    async def readdress(self, old: Address, new: Address) -> int:
        """See `Outbox.readdress`. Every topic of the old chat goes to the topic of the new one."""
        await self._flush()
        moved = {
            "old_bot": old.bot,
            "old_chat": old.chat,
            "new_bot": new.bot,
            "new_chat": new.chat,
            "new_thread": new.thread,
            "new_lane": new.lane,
        }
        return (await self._work.run(_READDRESS, moved)).rowcount

    async def find_sent(self, address: Address, message_id: str) -> Mapping[str, Any] | None:
        """See `Outbox.find_sent`; a message is one of its chat, whatever the topic."""
        wanted = {"bot": address.bot, "chat": address.chat, "message_id": message_id}
        context = (await self._work.run(_FIND_SENT, wanted)).scalar()
        return None if context is None else json.loads(context)

    async def said(self, address: Address, since: datetime) -> list[tuple[datetime, int]]:
        """See `Outbox.said`."""
        found = await self._work.run(_SAID, {"lane": address.lane, "since": since})
        return [(at, priority) for at, priority in found]

    async def next_due(
        self, now: datetime, *, mail: bool | None = None, limits: Limits = UNLIMITED
    ) -> datetime | None:
        """See `Outbox.next_due`."""
        await self._flush()
        if mail is None or mail:
            statement = _NEXT_DUE if mail is None else _NEXT_MAIL
            due: datetime | None = (await self._work.run(statement, {"now": now})).scalar()
            return due
        found = await self._work.run(_NEXT_SAID, {"now": now} | _window(limits, now))
        due, oldest = found.one()
        freed = oldest and oldest + limits.chat.span
        return min((moment for moment in (due, freed) if moment), default=None)

    async def mails_sent(self, since: datetime) -> int:
        """See `Outbox.mails_sent`."""
        return int((await self._work.run(_MAILS_SENT, {"since": since})).scalar_one())

    async def mail_window_frees(self, since: datetime, cap: int) -> datetime | None:
        """See `Outbox.mail_window_frees`; `cap` is at least 1."""
        found = await self._work.run(_WINDOW, {"since": since, "newer": cap - 1})
        sent_at: datetime | None = found.scalar()
        return sent_at

    async def backlog(self) -> tuple[int, datetime | None]:
        """See `Outbox.backlog`; what is being sent just now counts."""
        await self._flush()
        count, oldest = (await self._work.run(_BACKLOG, {"now": self._clock.now()})).one()
        return count, oldest

    async def failures(self, since: datetime) -> int:
        """See `Outbox.failures`."""
        return int((await self._work.run(_FAILURES, {"since": since})).scalar_one())

    async def forget(self, before: datetime, given_up_before: datetime) -> int:
        """See `Outbox.forget`."""
        await self._work.run(_LET_REST, {"before": given_up_before})
        return (await self._work.run(_FORGET, {"before": before})).rowcount

    async def _flush(self) -> None:
        if self._unsaved:
            await self._work.run(_PUT, self._unsaved)
            kinds = {row["kind"] for row in self._unsaved}
            self._unsaved = []
            self._work.put |= {"mail" if kind == Kind.MAIL else "chat" for kind in kinds}


def _to_row(outgoing: Outgoing, now: datetime) -> dict[str, Any]:
    message = outgoing.message
    later = outgoing.scheduled is not None and outgoing.scheduled > now
    return {
        "key": outgoing.key,
        "lane": outgoing.lane,
        "kind": outgoing.kind.value,
        "bot": outgoing.address.bot,
        "chat": outgoing.address.chat,
        "thread": outgoing.address.thread,
        "locale": outgoing.locale,
        "body": None if message is None else _BODY.dump_json(message).decode(),
        "target": outgoing.message_id,
        "registration_id": outgoing.registration_id,
        "context": json.dumps(dict(outgoing.context), ensure_ascii=False),
        "scheduled": outgoing.scheduled,
        "priority": outgoing.priority,
        "created_at": now,
        "due": outgoing.scheduled if later else now,
        "holds": not later,
    }


def _from_row(
    row_id: int, reported: int, deaths: int, created_at: datetime, key: str, kind: str, bot: str,
    chat: str,
    thread: str | None, locale: str, body: str | None, target: str | None,
    registration_id: int | None, context: str, scheduled: datetime | None, priority: int,
) -> OutboxRow:  # fmt: skip
    outgoing = Outgoing(
        key=key,
        kind=Kind(kind),
        address=Address(bot, chat, thread),
        locale=locale,
        message=None if body is None else _BODY.validate_json(body),
        message_id=target,
        registration_id=registration_id,
        context=json.loads(context),
        scheduled=scheduled,
        priority=priority,
    )
    return OutboxRow(row_id, outgoing, reported + 1, created_at, deaths)
