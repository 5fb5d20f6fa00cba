"""Registrations: rule 1 is kept by the database, and a move is one guarded UPDATE."""

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    TextClause,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from core.ports import Match, Waiting
from core.registration import PersonRole, Registration, Status
from core.sheets import squeeze
from storage.search import WordIndex
from storage.tables import (
    DECIDED_ROWS,
    EXPIRED_ROWS,
    LIVE_ROWS,
    LIVE_TICKET,
    OPEN_ROWS,
    QUEUED_MAIL,
    outbox,
    registration,
)
from storage.waiting import WaitingList
from storage.work import Work, on_each

_FIELDS = tuple(field.name for field in fields(Registration))
# "user" is a function in PostgreSQL: a person who asks the database for it by hand would be misled.
COLUMNS = tuple(registration.c["user_id" if name == "user" else name] for name in _FIELDS)


def _where(*conditions: ColumnElement[bool] | TextClause) -> Select[Any]:
    return select(*COLUMNS).where(*conditions)


def _live(column: str, rows: TextClause = LIVE_ROWS) -> Select[Any]:
    return _where(registration.c[column] == bindparam("key"), rows)


_ADD = on_each(
    lambda insert: insert(registration).on_conflict_do_nothing().returning(registration.c.id)
)
_SAVE = (
    update(registration)
    .where(
        registration.c.id == bindparam("was_id"),
        registration.c.status == bindparam("was_status"),
        registration.c.version == bindparam("was_version"),
    )
    .values({column.name: bindparam(column.name) for column in COLUMNS if column.name != "id"})
)
_GET = _where(registration.c.id == bindparam("key"))
_BY_REFERENCE = _where(registration.c.reference == bindparam("key"))
_LIVE_BY_LICENCE = _live("licence_key")
_LIVE_BY_EMAIL = _live("email_key")
_LIVE_BY_TICKET = _live("ticket", LIVE_TICKET)
_OF_USER = (
    _where(registration.c.user_id == bindparam("user_id"))
    .order_by(registration.c.id.desc())
    .limit(bindparam("limit"))
)
_OVERDUE = (
    _where(
        OPEN_ROWS,
        registration.c.reopens_at <= bindparam("now"),
        ~exists().where(
            outbox.c.registration_id == registration.c.id,
            QUEUED_MAIL,
            outbox.c.lease_until > bindparam("now"),
        ),
    )
    .order_by(registration.c.reopens_at, registration.c.id)
    .limit(bindparam("limit"))
)
_OPEN_BY_DUE = (
    _where(OPEN_ROWS)
    .order_by(registration.c.due, registration.c.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_COUNT_OPEN = select(func.count()).select_from(registration).where(OPEN_ROWS)
_COUNT_DUE = _COUNT_OPEN.where(registration.c.due <= bindparam("due_until"))
_PENDING_BY_DUE = (
    select(registration.c.due, func.count().label("waiting"))
    .where(OPEN_ROWS, registration.c.status == literal_column("'pending'"))
    .group_by(registration.c.due)
)
_COUNT_DECIDED = (
    select(func.count())
    .select_from(registration)
    .where(
        DECIDED_ROWS,
        registration.c.decided_at >= bindparam("since"),
        registration.c.decided_at < bindparam("until"),
    )
)
_EXPIRED = _where(
    EXPIRED_ROWS,
    registration.c.reopens_at > bindparam("after"),
    registration.c.reopens_at <= bindparam("until"),
).order_by(registration.c.reopens_at, registration.c.id)
_ACTIVE = _where(
    or_(
        registration.c.submitted_at >= bindparam("since"),
        registration.c.decided_at >= bindparam("since"),
        registration.c.result_at >= bindparam("since"),
        and_(EXPIRED_ROWS, registration.c.reopens_at >= bindparam("since")),
    )
).order_by(registration.c.id)
_BEGAN = select(registration.c.submitted_at).order_by(registration.c.id).limit(1)
_RECEIVED_IN = (
    registration.c.submitted_at >= bindparam("since"),
    registration.c.submitted_at < bindparam("until"),
)
_RECEIVED = _where(*_RECEIVED_IN).order_by(registration.c.submitted_at, registration.c.id)
_COUNT_RECEIVED = select(func.count()).select_from(registration).where(*_RECEIVED_IN)

_SAME_FACILITY = or_(
    registration.c.licence_key == bindparam("licence_key"),
    registration.c.email_key == bindparam("email_key"),
)
_RELATED = (
    _where(
        registration.c.id < bindparam("before"),
        or_(_SAME_FACILITY, registration.c.user_id == bindparam("user_id")),
    )
    # Somebody who registers for many facilities must not push the one that matters off the end.
    .order_by(_SAME_FACILITY.desc(), registration.c.id.desc())
    .limit(bindparam("limit"))
)
_SAME_NAME = (
    _where(
        registration.c.facility_key == bindparam("facility_key"),
        registration.c.licence_key != bindparam("licence_key"),
        registration.c.id < bindparam("before"),
    )
    .order_by(registration.c.id.desc())
    .limit(bindparam("limit"))
)
_SET_MATCH = (
    update(registration)
    .where(registration.c.id == bindparam("case_id"))
    .values(register_match=bindparam("match"))
)
_OF_LICENCE = (
    _where(registration.c.licence_key == bindparam("key"))
    .order_by(registration.c.id.desc())
    .limit(bindparam("limit"))
)
_THESE = _where(registration.c.id.in_(bindparam("ids", expanding=True))).order_by(
    registration.c.id.desc()
)


class SqlRegistrations:
    """Implements `core.ports.Registrations`."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._words = WordIndex(work)
        self._waiting = WaitingList(work)

    async def add(self, new: Registration, match: Match | None = None) -> Registration | None:
        """See `Registrations.add`; the `id` of `new` is not looked at."""
        row = _to_row(new) | {
            "facility_key": squeeze(new.facility),
            "register_match": match and match.value,
        }
        del row["id"]
        row_id = (await self._work.run(_ADD, row)).scalar()
        if row_id is None:
            return None
        stored = replace(new, id=row_id)
        self._words.put(stored)
        return stored

    async def save(self, before: Registration, after: Registration) -> bool:
        """See `Registrations.save`. The row's version is one more than that of `before`."""
        row = _to_row(after) | {
            "was_id": before.id,
            "was_status": before.status.value,
            "was_version": before.version,
            "version": before.version + 1,
        }
        del row["id"]
        holds_more = not before.is_live or after.email_key != before.email_key
        saved = await self._write(row, guarded=after.is_live and holds_more)
        if saved:
            await self._words.replace(before, after)
        return saved

    async def set_match(self, ids: Sequence[int], match: Match | None) -> None:
        """See `Registrations.set_match`."""
        if ids:
            value = match and match.value
            rows = [{"case_id": row_id, "match": value} for row_id in ids]
            await self._work.run(_SET_MATCH, rows)

    async def get(self, registration_id: int) -> Registration | None:
        """See `Registrations.get`."""
        return await self._one(_GET, registration_id)

    async def by_reference(self, reference: str) -> Registration | None:
        """See `Registrations.by_reference`."""
        return await self._one(_BY_REFERENCE, reference)

    async def live_by_licence(self, licence_key: str) -> Registration | None:
        """See `Registrations.live_by_licence`."""
        return await self._one(_LIVE_BY_LICENCE, licence_key)

    async def live_by_email(self, email_key: str) -> Registration | None:
        """See `Registrations.live_by_email`."""
        return await self._one(_LIVE_BY_EMAIL, email_key)

    async def live_by_ticket(self, ticket: str) -> Registration | None:
        """See `Registrations.live_by_ticket`."""
        return await self._one(_LIVE_BY_TICKET, ticket)

    async def of_user(self, user: str, limit: int) -> list[Registration]:
        """See `Registrations.of_user`."""
        return await self._all(_OF_USER, user_id=user, limit=limit)

    async def overdue(self, now: datetime, limit: int) -> list[Registration]:
        """See `Registrations.overdue`; the longest overdue first."""
        return await self._all(_OVERDUE, now=now, limit=limit)

    async def open_by_due(self, limit: int, offset: int = 0) -> list[Registration]:
        """See `Registrations.open_by_due`."""
        return await self._all(_OPEN_BY_DUE, limit=limit, offset=offset)

    async def count_open(self, due_until: date | None = None) -> int:
        """See `Registrations.count_open`."""
        if due_until is None:
            found = await self._work.run(_COUNT_OPEN)
        else:
            found = await self._work.run(_COUNT_DUE, {"due_until": due_until})
        return int(found.scalar_one())

    async def pending_by_due(self) -> dict[date, int]:
        """See `Registrations.pending_by_due`."""
        found = await self._work.run(_PENDING_BY_DUE)
        return {row.due: row.waiting for row in found}

    async def count_decided(self, since: datetime, until: datetime) -> int:
        """See `Registrations.count_decided`."""
        found = await self._work.run(_COUNT_DECIDED, {"since": since, "until": until})
        return int(found.scalar_one())

    async def count_waiting(
        self, wanted: Waiting, now: datetime, until: tuple[date, int] | None = None
    ) -> int:
        """See `Registrations.count_waiting`."""
        return await self._waiting.count(wanted, now, until)

    async def waiting_at(
        self, wanted: Waiting, now: datetime, position: int
    ) -> Registration | None:
        """See `Registrations.waiting_at`."""
        found = await self._waiting.at(wanted, now, position)
        return None if found is None else await self.get(found)

    async def expired_between(self, after: datetime, until: datetime) -> list[Registration]:
        """See `Registrations.expired_between`; the first to expire first."""
        return await self._all(_EXPIRED, after=after, until=until)

    async def active_since(self, since: datetime) -> list[Registration]:
        """See `Registrations.active_since`; reads the whole table: reports are rare."""
        return await self._all(_ACTIVE, since=since)

    async def began(self) -> datetime | None:
        """See `Registrations.began`."""
        moment: datetime | None = (await self._work.run(_BEGAN)).scalar()
        return moment

    async def count_received(self, since: datetime, until: datetime) -> int:
        """See `Registrations.count_received`; reads the whole table, as `received`."""
        found = await self._work.run(_COUNT_RECEIVED, {"since": since, "until": until})
        return int(found.scalar_one())

    async def received(self, since: datetime, until: datetime) -> list[Registration]:
        """See `Registrations.received`."""
        return await self._all(_RECEIVED, since=since, until=until)

    async def related(self, one: Registration, limit: int) -> list[Registration]:
        """See `Registrations.related`."""
        return await self._all(
            _RELATED,
            before=one.id,
            licence_key=one.licence_key,
            email_key=one.email_key,
            user_id=one.user,
            limit=limit,
        )

    async def same_name(self, one: Registration, limit: int) -> list[Registration]:
        """See `Registrations.same_name`."""
        return await self._all(
            _SAME_NAME,
            before=one.id,
            facility_key=squeeze(one.facility),
            licence_key=one.licence_key,
            limit=limit,
        )

    async def of_licence(self, licence_key: str, limit: int) -> list[Registration]:
        """See `Registrations.of_licence`."""
        return await self._all(_OF_LICENCE, key=licence_key, limit=limit)

    async def by_words(self, words: Sequence[str], limit: int) -> tuple[list[Registration], bool]:
        """See `Registrations.by_words`."""
        ids, more = await self._words.find(words, limit)
        return await self._all(_THESE, ids=ids), more

    async def _write(self, row: dict[str, Any], *, guarded: bool) -> bool:
        if not guarded:
            return (await self._work.run(_SAVE, row)).rowcount == 1
        try:
            async with self._work.connection.begin_nested():
                return (await self._work.run(_SAVE, row)).rowcount == 1
        except IntegrityError:
            return False

    async def _one(self, statement: Executable, key: int | str) -> Registration | None:
        row = (await self._work.run(statement, {"key": key})).one_or_none()
        return None if row is None else read_row(row)

    async def _all(self, statement: Executable, **parameters: Any) -> list[Registration]:
        return [read_row(row) for row in await self._work.run(statement, parameters)]


def _to_row(each: Registration) -> dict[str, Any]:
    values: dict[str, Any] = {
        column.name: getattr(each, name) for name, column in zip(_FIELDS, COLUMNS, strict=True)
    }
    return values | {
        "status": each.status.value,
        "role": each.role.value,
        "reasons": json.dumps(each.reasons, ensure_ascii=False),
    }


def read_row(row: Sequence[Any]) -> Registration:
    """Make a registration of a row of `COLUMNS`."""
    values = dict(zip(_FIELDS, row, strict=True))
    values["status"] = Status(values["status"])
    values["role"] = PersonRole(values["role"])
    values["reasons"] = tuple(json.loads(values["reasons"]))
    return Registration(**values)
