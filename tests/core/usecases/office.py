"""An office on a database of its own: use cases run on it, and what they wrote is looked up."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest
from pydantic import TypeAdapter
from sqlalchemy import Table, select

from bot.vault import FernetVault
from core.conversation import Conversation, Draft, Step
from core.errors import Problem
from core.messages import PATIENT, Address, Kind, Message, Outgoing, Text
from core.people import Actor, Role
from core.policy import Policy
from core.ports import HistoryEntry, OutboxRow, Sent, Transaction
from core.registration import PersonRole, Registration
from core.usecases.account import Account, enter_account
from core.usecases.decide import approve, refuse, undo
from core.usecases.delivered import mail_accepted, mail_failed
from core.usecases.staff_group import CHAT
from core.usecases.submit import submit
from storage.store import SqlStore
from storage.tables import outbox
from tests.storage.clock import HandClock

P = ParamSpec("P")
T = TypeVar("T")

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)  # a Monday, 9:00 in Hanoi
GROUP = Address("staff", "-100")
POLICY = Policy(staff_bot="staff", mail_domain="syt.example", bot_link="https://t.me/knlt_bot")
OFFICER = Actor("tg:7", "Trần Văn Minh", Role.OFFICER)
COLLEAGUE = Actor("tg:8", "Phạm Thu Hà", Role.OFFICER)
LEAD = Actor("tg:9", "Lê Quang Huy", Role.LEAD)
VIEWER = Actor("tg:10", "Đỗ Thị Mai", Role.VIEWER)
STRANGER = Actor("tg:11", "Người lạ")
ACCOUNT = Account("HNO-1234", "antam.hno", "Canary#Mat-Khau-7")
REASON = "Tên cơ sở không khớp giấy phép"
LEASE = timedelta(minutes=1)

_MESSAGE = TypeAdapter(Message)


@dataclass(frozen=True)
class Office:
    """The use cases and their database. `now` moves only when somebody waits."""

    store: SqlStore
    clock: HandClock
    vault: FernetVault
    policy: Policy = POLICY
    drawn: "count[int]" = field(default_factory=count)

    @property
    def now(self) -> datetime:
        return self.clock.moment

    def waits(self, **length: float) -> None:
        self.clock.moment += timedelta(**length)

    async def does(
        self,
        use_case: Callable[Concatenate[Transaction, P], Awaitable[T]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a use case in a transaction of its own."""
        async with self.store.begin() as tx:
            return await use_case(tx, *args, **kwargs)

    def draw(self, below: int) -> int:
        return next(self.drawn) % below

    # ── what people do ───────────────────────────────────────────────────────────────────────────

    async def opens_desk(self, chat: str = GROUP.chat) -> None:
        async with self.store.begin() as tx:
            await tx.facts.put(CHAT, chat)

    async def submits(
        self, name: str = "a", user: str = "tg:5", locale: str = "vi", **answers: Any
    ) -> Registration:
        """Hand in a complete draft; `name` tells its licence and e-mail."""
        talk = conversation(draft(name, **answers), user, locale)
        return await self.does(submit, talk, self.policy, self.draw, self.now)

    async def approves(self, case: Registration, by: Actor = OFFICER) -> Registration:
        return await self.does(approve, by, case.id, case.version, self.policy, self.now)

    async def refuses(
        self,
        case: Registration,
        by: Actor = OFFICER,
        *,
        codes: tuple[str, ...] = ("R02",),
        reason: str = REASON,
    ) -> Registration:
        return await self.does(
            refuse, by, case.id, case.version, codes, reason, self.policy, self.now
        )

    async def undoes(self, case: Registration, by: Actor = OFFICER) -> Registration:
        return await self.does(undo, by, case.id, case.version, self.policy, self.now)

    async def enters(self, case: Registration, by: Actor = OFFICER) -> Registration:
        return await self.does(
            enter_account,
            by,
            case.id,
            case.version,
            ACCOUNT,
            self.vault,
            self.policy,
            self.now,
        )

    async def approves_and_enters(self, name: str = "a") -> Registration:
        return await self.enters(await self.approves(await self.submits(name)))

    async def sends_mails(self) -> list[OutboxRow]:
        """Take the mails that are due, as delivery does before it speaks to the mail server."""
        async with self.store.begin() as tx:
            until = self.now + LEASE
            return await tx.outbox.claim("postman", self.now, until, 100, mail=True)

    async def mail_is_accepted(self, row: OutboxRow) -> None:
        async with self.store.begin() as tx:
            await tx.outbox.sent("postman", [Sent(row)], self.now)
            await mail_accepted(tx, row, self.policy, self.now)

    async def mail_is_refused(self, row: OutboxRow) -> None:
        async with self.store.begin() as tx:
            await tx.outbox.failed("postman", row.id, self.now, "550 no such user")
            await mail_failed(tx, row, self.policy, self.now, final=True, refused=True)

    async def result_leaves(self, *, accepted: bool = True) -> None:
        """Wait until the undo window has passed, and have the mails leave."""
        self.waits(seconds=self.policy.undo.total_seconds())
        for row in await self.sends_mails():
            await (self.mail_is_accepted(row) if accepted else self.mail_is_refused(row))

    # ── what is written ──────────────────────────────────────────────────────────────────────────

    async def case(self, case: Registration) -> Registration:
        async with self.store.read() as tx:
            found = await tx.registrations.get(case.id)
        assert found is not None
        return found

    async def history(self, case: Registration) -> list[HistoryEntry]:
        async with self.store.read() as tx:
            return await tx.history.of(case.id)

    async def events(self, case: Registration) -> list[str]:
        return [entry.event.value for entry in await self.history(case)]

    async def secret(self, case: Registration) -> bytes | None:
        async with self.store.read() as tx:
            return await tx.secrets.get(case.id)

    async def fact(self, name: str) -> str | None:
        async with self.store.read() as tx:
            return await tx.facts.get(name)

    async def rows(self, table: Table) -> list[dict[str, Any]]:
        """Give the rows of a table that no port lists, oldest first."""
        async with self.store.engines.read() as connection:
            found = await connection.execute(select(table).order_by(*table.primary_key))
            return [dict(row) for row in found.mappings()]

    async def owed(self, kind: Kind | None = None) -> list[Outgoing]:
        """Give what is still owed, in the order it was decided."""
        rows = [row for row in await self.rows(outbox) if row["state"] == "queued"]
        return [_outgoing(row) for row in rows if kind in (None, Kind(row["kind"]))]

    async def cancelled(self) -> list[tuple[str, datetime]]:
        """Give the keys of what was taken back, and when."""
        rows = await self.rows(outbox)
        return [(row["key"], row["ended_at"]) for row in rows if row["state"] == "cancelled"]

    async def forgets_owed(self) -> None:
        """Clear the outbox, so that a test sees only what comes next."""
        async with self.store.engines.write() as connection:
            await connection.execute(outbox.delete())

    async def forgets_cards(self) -> None:
        """Clear what the group is owed; mails stay, whatever became of them."""
        async with self.store.engines.write() as connection:
            await connection.execute(outbox.delete().where(outbox.c.kind == Kind.CARD))


def draft(name: str = "a", **answers: Any) -> Draft:
    email = answers.get("email", f"lan.{name}@example.vn")
    complete = Draft(
        step=Step.SUMMARY,
        started_at=NOW,
        consent_id=3,
        licence_key=f"03-{name}-HNO",
        licence=f"03-{name}/ĐKKDD-HNO",
        licence_raw=f"03 {name}",
        facility=f"Nhà thuốc {name}",
        role=PersonRole.PHARMACIST,
        person="Nguyễn Thị Lan",
        email=email,
        proved=email,
    )
    return replace(complete, **answers)


def conversation(
    draft: Draft | None = None, user: str = "tg:5", locale: str = "vi", **fields: Any
) -> Conversation:
    address = Address("public", user.removeprefix("tg:"))
    talk = Conversation(address.lane, address, user, "Lan", locale, draft=draft)
    return replace(talk, **fields)


def card_owed(case: Registration, mark: str = "", address: Address = GROUP) -> Outgoing:
    """Give the card of a case as it is owed to the group after each step."""
    key = f"card:{case.id}:{case.version}:{mark}"
    return Outgoing(key, Kind.CARD, address, registration_id=case.id)


def card_in_time(case: Registration, mark: str = "", address: Address = GROUP) -> Outgoing:
    """Give the card of a case that nobody is waiting for."""
    return replace(card_owed(case, mark, address), priority=PATIENT)


def said(message: Message) -> list[Text]:
    return list(message.lines)


def keys(message: Message) -> list[str]:
    return [line.key for line in message.lines]


async def problem_of(attempt: Awaitable[object]) -> Text:
    """Give what a person is told instead of what they asked for."""
    with pytest.raises(Problem) as raised:
        await attempt
    return raised.value.text


def _outgoing(row: dict[str, Any]) -> Outgoing:
    return Outgoing(
        key=row["key"],
        kind=Kind(row["kind"]),
        address=Address(row["bot"], row["chat"], row["thread"]),
        locale=row["locale"],
        message=_MESSAGE.validate_json(row["body"]) if row["body"] else None,
        message_id=row["target"],
        registration_id=row["registration_id"],
        context=json.loads(row["context"]),
        scheduled=row["scheduled"],
        priority=row["priority"],
    )
