"""Officers, a lead, a facility and time, in any order, pressing whatever a screen ever showed.

However it goes: no two decisions stand, no two results are mailed, nobody decides without the
right or on a registration of their own, and no reason is lost (rules 6, 7 and 9).
"""

import asyncio
import shutil
import tempfile
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.stage import Stage, staging
from core.people import Right, Role
from core.ports import Event, HistoryEntry
from core.registration import LIVE, Status
from sandbox import Message, NothingToPress, Person
from storage.migrate import upgrade
from tests.handlers.actors import parked
from tests.handlers.cases import LOGIN, PASSWORD, SITE, Case, employ, hands_in
from tests.handlers.conftest import MONDAY

STEPS = {Event.APPROVED, Event.REFUSED, Event.ACCOUNT_ENTERED}
REASONS = st.sampled_from(["Tên giám đốc chưa đúng", "ngắn", "<b>GCN</b> chưa đúng mẫu"])
PAUSES = st.sampled_from([1, 59, 121, 121, 121, 16 * 60, 31 * 60, 26 * 3600, 14 * 86400])
LABELS = st.sampled_from(
    [
        "✅ Duyệt",
        "✖️ Từ chối",
        "↩️ Hoàn tác",
        "🔑 Nhập tài khoản",
        "6",
        "9",
        "Tiếp ▶",
        "Sửa lý do",
        "✖️ Từ chối và gửi thư",
    ]
)
WHO = st.sampled_from(["officer", "another", "lead", "stranger"])


class Desk(RuleBasedStateMachine):
    """One office, from one Monday morning on."""

    template: ClassVar[Path | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.cases: list[Case] = []
        self.people: dict[str, Person] = {}
        self.seen: dict[int, int] = {}
        self.stage: Stage

    @initialize()
    def opens(self) -> None:
        self.runner.run(self._open())

    async def _open(self) -> None:
        self.exits = AsyncExitStack()
        folder = Path(self.exits.enter_context(tempfile.TemporaryDirectory()))
        if Desk.template is None:
            Desk.template = Path(tempfile.mkdtemp()) / "stage.db"
            await upgrade(f"sqlite+aiosqlite:///{Desk.template}")
        shutil.copy(Desk.template, folder / "stage.db")
        self.stage = await self.exits.enter_async_context(staging(folder, MONDAY, own_desk=False))
        self.people = {
            "officer": self.stage.officer,
            "another": self.stage.group.member("Phạm Thu Hà"),
            "lead": self.stage.lead,
            "stranger": self.stage.group.member("Người lạ"),
        }
        for name in ("officer", "another"):
            await employ(self.stage, self.people[name], Role.OFFICER)
        for person in self.people.values():
            self.stage.sandbox.world.private(self.stage.desk, person).may_write = True
        await self._hand_in(self.stage.director)

    def teardown(self) -> None:
        if hasattr(self, "exits"):
            self.runner.run(self.exits.aclose())
        self.runner.close()

    # ── what happens ─────────────────────────────────────────────────────────────────────────────

    @rule(own=st.booleans())
    def a_facility_registers(self, own: bool) -> None:
        """Or an officer does, for a facility of their own."""
        self.runner.run(self._hand_in(self.people["officer"] if own else self.stage.director))

    async def _hand_in(self, person: Person) -> None:
        number = 1 if person is self.stage.director else 2
        for case in self.cases:
            stored = await case.stored()
            if stored.user == f"tg:{person.id}" and stored.status in LIVE:
                return
        licence, email = f"03-{number}/ĐKKDD-HNO", f"coso{number}@gmail.com"
        self.cases.append(await hands_in(self.stage, person, licence=licence, email=email))

    @rule(who=WHO, label=LABELS, which=st.integers(0, 1))
    def somebody_works_on_a_card(self, who: str, label: str, which: int) -> None:
        """By a button that it has, or once had."""
        case = self.cases[-1 - which % len(self.cases)]
        if case.cards:
            self._press(who, label, case.cards[-1])

    @rule(who=WHO, label=LABELS)
    def somebody_goes_on_with_the_newest_question(self, who: str, label: str) -> None:
        self._press(who, label, self.stage.group.cards[-1])

    @rule(who=WHO, reason=st.integers(1, 12), which=st.integers(0, 1))
    def somebody_refuses_from_end_to_end(self, who: str, reason: int, which: int) -> None:
        case = self.cases[-1 - which % len(self.cases)]
        for label in ("✖️ Từ chối", f"{reason}", "Tiếp ▶", "✖️ Từ chối và gửi thư"):
            if case.cards:
                self._press(who, label, case.cards[-1] if label == "✖️ Từ chối" else None)

    @rule(who=WHO, which=st.integers(0, 1), sure=st.booleans())
    def somebody_enters_an_account(self, who: str, which: int, sure: bool) -> None:
        case = self.cases[-1 - which % len(self.cases)]
        if case.cards:
            self._press("lead", "✅ Duyệt", case.cards[-1])
            self._press(who, "🔑 Nhập tài khoản", case.cards[-1])
            self.somebody_types_an_account_in_private(who)
            chat = self.stage.sandbox.world.private(self.stage.desk, self.people[who])
            heard = [m for m in chat.visible() if m.from_bot]
            if sure and heard:
                self._press(who, "✅ Đúng, gửi cho cơ sở", heard[-1])

    def _press(self, who: str, label: str, on: Message | None) -> None:
        try:
            self.people[who].presses(label, on=on, in_=None if on else self.stage.group)
        except NothingToPress:
            return
        self.runner.run(self.stage.settle())

    @rule(who=WHO, pick=st.integers(0, 10_000))
    def somebody_presses_what_a_card_ever_offered(self, who: str, pick: int) -> None:
        buttons = [
            (message, str(button["callback_data"]))
            for message in self.stage.group.cards
            for keyboard in (message.keyboard, *message.past_keyboards)
            for row in keyboard
            for button in row
        ]
        self._tap(who, buttons, pick)

    @rule(who=WHO, pick=st.integers(0, 10_000))
    def somebody_presses_the_newest_message(self, who: str, pick: int) -> None:
        newest = self.stage.group.cards[-1]
        self._tap(
            who,
            [(newest, str(b["callback_data"])) for row in newest.keyboard for b in row],
            pick,
        )

    @rule(who=WHO, pick=st.integers(0, 10_000))
    def somebody_presses_in_private(self, who: str, pick: int) -> None:
        chat = self.stage.sandbox.world.private(self.stage.desk, self.people[who])
        buttons = [
            (message, str(button["callback_data"]))
            for message in chat.visible()
            for row in message.keyboard
            for button in row
        ]
        self._tap(who, buttons, pick)

    def _tap(self, who: str, buttons: list[tuple[Message, str]], pick: int) -> None:
        if buttons:
            message, data = buttons[pick % len(buttons)]
            self.people[who].taps(message, data)
            self.runner.run(self.stage.settle())

    @rule(who=WHO, words=REASONS)
    def somebody_replies_to_the_newest_message(self, who: str, words: str) -> None:
        self.people[who].replies(self.stage.group.cards[-1], words)
        self.runner.run(self.stage.settle())

    @rule(who=WHO)
    def somebody_types_an_account_in_private(self, who: str) -> None:
        self.people[who].types(f"{SITE}\n{LOGIN}\n{PASSWORD}", in_=self.stage.desk)
        self.runner.run(self.stage.settle())

    @rule(seconds=PAUSES)
    def time_passes(self, seconds: int) -> None:
        self.runner.run(self.stage.moves(timedelta(seconds=seconds)))

    @rule(role=st.sampled_from([None, Role.VIEWER, Role.OFFICER]))
    def the_staff_list_changes(self, role: Role | None) -> None:
        self.runner.run(employ(self.stage, self.people["another"], role))

    @rule(refused=st.booleans())
    def the_mail_server_has_a_bad_moment(self, refused: bool) -> None:
        reply = "550 5.1.1 no such user" if refused else "451 4.3.0 try later"
        self.stage.sandbox.inbox.refuses(reply)

    # ── what must hold ───────────────────────────────────────────────────────────────────────────

    @invariant()
    def the_rules_hold(self) -> None:
        if self.cases:
            self.runner.run(self._check())

    async def _check(self) -> None:
        assert await parked(self.stage) == 0
        for case in self.cases:
            entries = await case.history()
            await self._check_rights(case, entries[self.seen.get(case.id, 0) :])
            self.seen[case.id] = len(entries)
            await self._check_decision(case, [entry.event for entry in entries])

    async def _check_rights(self, case: Case, fresh: list[HistoryEntry]) -> None:
        owner = (await case.stored()).user
        for entry in fresh:
            if entry.event in STEPS | {Event.UNDONE}:
                async with self.stage.app.store.read() as tx:
                    actor = await tx.staff.actor(entry.by, entry.by_name)
                assert actor.may(Right.DECIDE), entry
                assert entry.by != owner, entry

    async def _check_decision(self, case: Case, events: list[Event]) -> None:
        stored = await case.stored()
        decisions = [e for e in events if e in (Event.APPROVED, Event.REFUSED)]
        undone = events.count(Event.UNDONE)
        assert len(decisions) - undone <= 1, events
        given = [m for m in case.result_mails if "Quá hạn" not in m and "đến nay vẫn" not in m]
        assert len(given) == events.count(Event.RESULT_MAILED) <= 1, events
        assert (stored.result_at is not None) == bool(given)
        if stored.status is Status.REFUSED:
            assert stored.reason_text
            for line in stored.reason_text.splitlines():
                assert line in case.card_texts
                assert all(line in mail for mail in given)
        if given and stored.status is Status.ISSUED:
            assert PASSWORD in given[0]


TestDesk: Any = Desk.TestCase
TestDesk.settings = settings(
    max_examples=20,
    stateful_step_count=30,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
