"""Core and storage against a simple model: people, officers, mails and time in any order, updates
twice and late, and a crash on either side of any commit.

The model knows what each registration is and what is owed to whom; nothing may be lost, no decision
may count twice, and a crash explains one more copy at most (rule 10). MODEL_EXAMPLES=500 looks
longer.
"""

import asyncio
import json
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.calendar import WorkingCalendar
from core.errors import Problem
from core.limits import UNLIMITED
from core.messages import Address, MailKind, Message
from core.people import Actor, Role
from core.policy import Policy
from core.ports import Capabilities, Fault, Mail, NewUpdate, SendFailed, Transaction
from core.usecases.account import Account, enter_account
from core.usecases.decide import approve, refuse, undo
from core.usecases.expire import expire_due
from core.usecases.staff_group import CHAT
from core.usecases.submit import submit
from scheduler.delivery import MAIL_PAUSES, Deliverer
from storage.engine import open_engines
from storage.store import SqlStore, SqlTransaction
from storage.tables import metadata, outbox, registration
from tests.core.usecases.office import conversation, draft
from tests.storage.clock import HandClock
from tests.storage.conftest import MirrorVault

EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "15"))
BUTTONS = {
    "approve": ("pending",),
    "refuse": ("pending",),
    "enter": ("approved",),
    "undo": ("approved", "refused"),
}
START = datetime(2026, 3, 2, 2, tzinfo=ZoneInfo("UTC"))  # a Monday, 9:00 in Hanoi
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
POLICY = Policy(staff_bot="staff", mail_domain="syt.example", mail_daily_cap=1_000_000)
OFFICER = Actor("tg:7", "Trần Văn Minh", Role.OFFICER)
ACCOUNT = Account("HNO-1", "antam", "Mat-Khau-7")
GROUP = "-100"
SIDES = st.integers(0, 12)  # of a commit, until the process dies; 0 lets it live
ANSWERS = st.sampled_from([None, None, None, Fault.RETRY, Fault.INVALID])  # of the mail server
NOTICES = {"issued": "approval-chat", "refused": "refusal-chat", "expired": "expiry-notice"}


class Crash(BaseException):
    """The process is no more."""


@dataclass
class FrailStore:
    """A store whose process ends at the `left`-th side of a commit; each commit has two."""

    inner: SqlStore
    left: int = 0

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqlTransaction]:
        async with self.inner.begin() as tx:
            yield tx
            self._passes()
        self._passes()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlTransaction]:
        async with self.inner.read() as tx:
            yield tx

    def _passes(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Crash


@dataclass
class World:
    """What has left the program: the mails that were taken, and the words in the chats."""

    mails: Counter[tuple[str, str, MailKind]] = field(default_factory=Counter)
    said: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    answer: Fault | None = None
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(
            buttons=True, edit=True, delete=True, files_in=True, max_text=4096
        )
    )

    async def send(self, address: Address, message: Message, locale: str) -> str:
        for line in message.lines:
            self.said[address.chat, line.key, str(line.args.get("reference"))] += 1
        return str(next(self.numbers))

    async def edit(self, address: Address, message_id: str, message: Message, locale: str) -> None:
        del address, message_id, message, locale

    async def delete(self, address: Address, message_id: str) -> None:
        del address, message_id

    async def acknowledge(self, press_id: str, notice: str | None, *, alert: bool) -> None:
        del press_id, notice, alert


@dataclass
class Post:
    """The mail server, in the mood of the moment."""

    world: World

    async def send(self, mail: Mail) -> None:
        if self.world.answer is not None:
            raise SendFailed(self.world.answer, "as the model wills")
        self.world.mails[mail.to, mail.reference or "", mail.kind] += 1


# ── the model ────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Letter:
    """A mail that is owed."""

    kind: MailKind
    due: datetime
    attempts: int = 0


@dataclass
class Case:
    """What the model knows of one registration. It has the number of its submission."""

    licence: int
    email: int
    user: str
    reopens_at: datetime
    status: str = "pending"
    version: int = 1
    decided_at: datetime | None = None
    account_at: datetime | None = None
    given: bool = False
    failed: bool = False
    result: Letter | None = None
    expiry: Letter | None = None
    mailed: set[MailKind] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    @property
    def live(self) -> bool:
        return self.status in ("pending", "approved", "issued")

    def becomes(self, status: str) -> None:
        self.status = status
        self.version += 1


def reopening(now: datetime) -> datetime:
    """The midnight after the tenth working day, by counting on the fingers."""
    day, left = now.astimezone(HANOI).date(), 10
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), HANOI)


@dataclass
class Model:
    """The rules of the office in a few lines, without a database."""

    cases: list[Case] = field(default_factory=list)

    def act(self, action: dict[str, Any], now: datetime) -> None:
        what = action["what"]
        if what == "submit":
            self._submit(action, now)
        elif action["case"] < len(self.cases):
            case = self.cases[action["case"]]
            if case.version == action["version"]:
                getattr(self, f"_{what}")(case, now)

    def _submit(self, action: dict[str, Any], now: datetime) -> None:
        licence, email = action["licence"], action["email"]
        if not self._taken(licence, email):
            self.cases.append(Case(licence, email, action["user"], reopening(now)))

    def _taken(self, licence: int, email: int) -> bool:
        return any(c.live and (c.licence == licence or c.email == email) for c in self.cases)

    def _approve(self, case: Case, now: datetime) -> None:
        if case.status == "pending":
            case.becomes("approved")
            case.decided_at = now

    def _refuse(self, case: Case, now: datetime) -> None:
        if case.status == "pending":
            case.becomes("refused")
            case.decided_at = now
            case.result = Letter(MailKind.REFUSAL, now + POLICY.undo)

    def _enter(self, case: Case, now: datetime) -> None:
        if case.status == "approved" and case.account_at is None:
            case.becomes("approved")
            case.account_at, case.failed = now, False
            case.result = Letter(MailKind.ACCOUNT, now + POLICY.undo)

    def _undo(self, case: Case, now: datetime) -> None:
        last = case.account_at or case.decided_at
        if case.status not in ("approved", "refused") or case.given or last is None:
            return
        late = now - last > POLICY.undo and not case.failed
        if late or (case.status == "refused" and self._taken(case.licence, case.email)):
            return
        if case.account_at is not None and not case.failed:
            case.becomes("approved")
        else:
            case.becomes("pending")
            case.decided_at, case.failed = None, False
        case.account_at = case.result = None

    def expire(self, now: datetime) -> None:
        for case in self.cases:
            if case.status in ("pending", "approved") and case.reopens_at <= now:
                case.becomes("expired")
                case.result = None
                case.expiry = Letter(MailKind.EXPIRY, now)
                case.told.add("expired")

    def deliver(self, now: datetime, answer: Fault | None) -> None:
        for case in self.cases:
            for letter in (case.result, case.expiry):
                if letter is None or letter.due > now:
                    continue
                if answer is Fault.RETRY:
                    letter.attempts += 1
                    pause = MAIL_PAUSES[min(letter.attempts, len(MAIL_PAUSES)) - 1]
                    letter.due = now + timedelta(seconds=pause)
                else:
                    self._settle(case, letter, answer)

    def _settle(self, case: Case, letter: Letter, answer: Fault | None) -> None:
        if letter is case.expiry:
            case.expiry = None
        else:
            case.result = None
            case.version += 1
            case.failed, case.given = answer is not None, answer is None
            if case.given and case.status == "approved":
                case.status = "issued"
            if case.given:
                case.told.add(case.status)
        if answer is None:
            case.mailed.add(letter.kind)


# ── the program ──────────────────────────────────────────────────────────────────────────────────


class Office(RuleBasedStateMachine):
    """One office from one Monday on, and its model beside it."""

    open_store: Callable[[HandClock], SqlStore]
    runner: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.clock = HandClock(START)
        self.vault = MirrorVault()
        self.model, self.world = Model(), World()
        self.store = FrailStore(type(self).open_store(self.clock))
        self.names = count(1)
        self.crashes = 0
        self.handed_over: list[NewUpdate] = []
        self.held: list[dict[str, Any]] = []
        self.deliverer: Deliverer
        self.runner.run(self._open())
        self.runner.run(self._new_process())

    async def _open(self) -> None:
        async with self.store.inner.engines.write() as connection:
            for table in reversed(metadata.sorted_tables):
                await connection.execute(table.delete())
        async with self.store.inner.begin() as tx:
            nothing: frozenset[date] = frozenset()
            calendar = WorkingCalendar(nothing, nothing, date(2100, 1, 1))
            await tx.calendar.replace(calendar, {})
            await tx.facts.put(CHAT, GROUP)

    def teardown(self) -> None:
        self.runner.run(self.store.inner.close())

    async def _new_process(self) -> None:
        owner, now = f"process {next(self.names)}", self.clock.moment
        self.deliverer = Deliverer(
            self.store,
            self.clock,
            {"public": self.world, "staff": self.world},
            Post(self.world),
            self.vault,
            POLICY,
            owner,
            UNLIMITED,
        )
        async with self.store.inner.begin() as tx:
            await tx.processes.end_others(owner, now)
            await tx.processes.beat(owner, now, now + timedelta(days=999), delivers=True)

    # ── what happens ─────────────────────────────────────────────────────────────────────────────

    @rule(licence=st.integers(0, 2), email=st.integers(0, 2), user=st.integers(50, 52))
    def somebody_registers(self, licence: int, email: int, user: int) -> None:
        self._hand_over({"what": "submit", "licence": licence, "email": email, "user": f"{user}"})

    @rule(
        what=st.sampled_from(["approve", "approve", "refuse", "enter", "enter", "undo"]),
        which=st.integers(0, 3),
        stale=st.sampled_from([0, 0, 0, 1]),
        sides=SIDES,
    )
    def an_officer_works(self, what: str, which: int, stale: int, sides: int) -> None:
        """On one of the newest cards, or on one that shows an older version."""
        self.store.left = sides
        self._hand_over(self._press(what, which, stale))

    @rule(
        what=st.sampled_from([("approve", "enter"), ("enter",), ("refuse",)]),
        which=st.integers(0, 2),
        answer=ANSWERS,
        sides=SIDES,
    )
    def a_result_is_given(
        self, what: tuple[str, ...], which: int, answer: Fault | None, sides: int
    ) -> None:
        """A decision, and its mail two minutes later."""
        for step in what:
            self._hand_over(self._press(step, which, 0))
        self.time_passes(121, deliver_first=True, answer=answer, sides=sides)

    @rule(what=st.sampled_from(["approve", "refuse", "undo"]), which=st.integers(0, 3))
    def a_press_is_held_up(self, what: str, which: int) -> None:
        self.held.append(self._press(what, which, 0))

    @rule()
    def what_was_held_up_comes_late(self) -> None:
        while self.held:
            self._hand_over(self.held.pop())

    @rule(which=st.integers(0, 5))
    def an_update_comes_twice(self, which: int) -> None:
        if self.handed_over:
            again = self.handed_over[-1 - which % len(self.handed_over)]
            self.runner.run(self._put(again))
            self._settle(deliver_first=True)

    @rule(
        length=st.sampled_from([1, 119, 121, 4000, 86400, 13 * 86400, 15 * 86400]),
        deliver_first=st.booleans(),
        answer=ANSWERS,
        sides=SIDES,
    )
    def time_passes(
        self, length: int, deliver_first: bool, answer: Fault | None, sides: int
    ) -> None:
        self.store.left, self.world.answer = sides, answer
        self.clock.moment += timedelta(seconds=length)
        self._settle(deliver_first=deliver_first)

    def _press(self, what: str, which: int, stale: int) -> dict[str, Any]:
        """A press on a card that has such a button, if there is one; else on any."""
        cases = list(enumerate(self.model.cases))
        fitting = [each for each in cases if each[1].status in BUTTONS[what]] or cases
        if not fitting:
            return {"what": what, "case": 99, "version": 1}
        number, case = fitting[-1 - which % len(fitting)]
        return {"what": what, "case": number, "version": case.version - stale}

    def _hand_over(self, action: dict[str, Any]) -> None:
        self.clock.moment += timedelta(seconds=1)
        payload = json.dumps(action).encode()
        update = NewUpdate("public", f"{len(self.handed_over) + 1}", "public:1", payload)
        self.handed_over.append(update)
        self.runner.run(self._put(update))
        self.model.act(action, self.clock.moment)
        self._settle(deliver_first=True)

    def _settle(self, *, deliver_first: bool) -> None:
        now = self.clock.moment
        steps = [lambda: self.model.deliver(now, self.world.answer), lambda: self.model.expire(now)]
        for step in [*(steps if deliver_first else reversed(steps)), steps[0]]:
            step()
        self.runner.run(self._work(deliver_first=deliver_first))

    # ── the program at work ──────────────────────────────────────────────────────────────────────

    async def _put(self, update: NewUpdate) -> None:
        """Until it is safe, as the messenger hands an update over again."""
        while True:
            try:
                async with self.store.begin() as tx:
                    await tx.inbox.put([update], self.clock.moment)
            except Crash:
                await self._crashed()
            else:
                return

    async def _work(self, *, deliver_first: bool) -> None:
        parts = [self._deliver, self._expire]
        while True:
            try:
                await self._handle()
                for part in [*(parts if deliver_first else reversed(parts)), self._deliver]:
                    await part()
                await self._handle()
            except Crash:
                await self._crashed()
            else:
                return

    async def _crashed(self) -> None:
        self.crashes += 1
        for sending in self.deliverer._sending.values():
            sending.cancel()
        await self._new_process()

    async def _handle(self) -> None:
        busy = True
        while busy:
            async with self.store.begin() as tx:
                rows = await tx.inbox.heads(9, self.clock.moment)
                for row in rows:
                    await self._act(tx, json.loads(row.payload))
                await tx.inbox.done([row.id for row in rows], self.clock.moment)
            busy = bool(rows)

    async def _act(self, tx: Transaction, action: dict[str, Any]) -> None:
        now, what = self.clock.moment, action.get("what")
        if what is None:  # what the program tells a conversation
            return
        try:
            if what == "submit":
                name = f"{action['licence']}"
                facts = draft(name, email=f"coso{action['email']}@example.vn")
                talk = conversation(facts, f"tg:{action['user']}")
                await submit(tx, talk, POLICY, lambda below: len(self.handed_over) % below, now)
                return
            number, version = await self._id(tx, action["case"]), action["version"]
            if what == "approve":
                await approve(tx, OFFICER, number, version, POLICY, now)
            elif what == "refuse":
                await refuse(tx, OFFICER, number, version, ("R02",), "Chưa khớp", POLICY, now)
            elif what == "undo":
                await undo(tx, OFFICER, number, version, POLICY, now)
            else:
                await enter_account(tx, OFFICER, number, version, ACCOUNT, self.vault, POLICY, now)
        except Problem:
            return

    async def _id(self, tx: Transaction, number: int) -> int:
        del tx
        rows = await self._rows()
        return rows[number]["id"] if number < len(rows) else 0

    async def _deliver(self) -> None:
        while await self.deliverer.chat_round() + await self.deliverer.mail_round():
            pass

    async def _expire(self) -> None:
        async with self.store.begin() as tx:
            await expire_due(tx, POLICY, self.clock.moment)

    async def _rows(self) -> list[dict[str, Any]]:
        async with self.store.inner.engines.read() as connection:
            found = await connection.execute(registration.select().order_by(registration.c.id))
            return [dict(row) for row in found.mappings()]

    # ── what must hold ───────────────────────────────────────────────────────────────────────────

    @invariant()
    def each_registration_is_what_the_model_says(self) -> None:
        rows = self.runner.run(self._rows())
        found = [(row["status"], row["version"], row["result_failed"]) for row in rows]

        assert found == [(case.status, case.version, case.failed) for case in self.model.cases]
        for row, case in zip(rows, self.model.cases, strict=True):
            assert row["reopens_at"] == case.reopens_at
            assert (row["result_at"] is not None) == case.given

    @invariant()
    def everybody_got_what_is_owed_and_hardly_more(self) -> None:
        for row, case in zip(self.runner.run(self._rows()), self.model.cases, strict=True):
            name = row["reference"]
            mails = {
                kind: sent for (_, about, kind), sent in self.world.mails.items() if about == name
            }
            assert set(mails) == case.mailed
            for status, key in NOTICES.items():
                told = self.world.said[case.user, key, name]
                assert bool(told) == (status in case.told), (name, status, told)
            assert sum(mails.values()) <= len(case.mailed) + self.crashes

    @invariant()
    def nothing_is_stuck(self) -> None:
        assert self.runner.run(self._left()) == (0, [])

    async def _left(self) -> tuple[int, list[str]]:
        async with self.store.inner.read() as tx:
            waiting, _ = await tx.inbox.backlog()
        async with self.store.inner.engines.read() as connection:
            rows = await connection.execute(
                outbox.select().where(outbox.c.state == "queued", outbox.c.due <= self.clock.moment)
            )
            return waiting, [row.key for row in rows]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_office_and_its_model_agree_however_often_the_process_dies(
    database: str, request: pytest.FixtureRequest, tmp_path: Any
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/model.db"
    if database == "postgresql":
        url = request.getfixturevalue("postgres_url")
    with asyncio.Runner() as runner:
        runner.run(_make_tables(url))

        def open_store(clock: HandClock) -> SqlStore:
            return SqlStore.open(url, MirrorVault(), clock, synchronous="NORMAL")

        class Here(Office):
            pass

        Here.open_store = staticmethod(open_store)
        Here.runner = runner
        run_state_machine_as_test(
            Here,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


async def _make_tables(url: str) -> None:
    engines = open_engines(url)
    async with engines.write() as connection:
        await connection.run_sync(metadata.create_all)
    await engines.close()
