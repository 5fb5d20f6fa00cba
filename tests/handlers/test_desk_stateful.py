"""Officers, a lead, a facility and time, in any order, pressing whatever a screen ever showed.

However it goes: no two decisions stand, no decision is mailed twice, nobody decides or reopens
without the right or on a registration of their own, and no reason is lost (rules 6, 7 and 9).
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
BY_STAFF = STEPS | {
    Event.UNDONE,
    Event.REOPENED,
    Event.RESULT_RESENT,
    Event.EMAIL_ASKED,
    Event.HANDLED,
    Event.INQUIRY_ASKED,
}
REASONS = st.sampled_from(
    ["Tên giám đốc chưa đúng", "<b>GCN</b> chưa đúng mẫu", "ngắn", "Thiếu {muc} trên GCN"]
)
PAUSES = st.sampled_from([1, 59, 121, 121, 121, 16 * 60, 31 * 60, 26 * 3600, 14 * 86400])
LABELS = st.sampled_from(
    [
        "✅ Duyệt",
        "✖️ Từ chối",
        "↩️ Hoàn tác",
        "🔑 Nhập tài khoản",
        "🔓 Mở lại",
        "🙋 Nhận xử lý",
        "Thôi xử lý",
        "6",
        "✅ 6",
        "9",
        "Tiếp ▶",
        "Sửa lý do",
        "Điền lại chỗ trống",
        "Bỏ lý do tự ghi",
        "✖️ Từ chối và gửi thư",
        "📤 Gửi lại",
        "☑️ Đã xử lý",
        "❓ Hỏi cơ sở",
    ]
)
LIST_VERBS = ["retire", "restore", "word", "open"]
NUMBERS = st.sampled_from([[6], [2, 10], [9, 6], [12, 1, 3], []])
LEADS = st.sampled_from(["lead", "lead", "lead", "officer"])
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
        await self._hand_in(self.stage.director, 1)

    def teardown(self) -> None:
        if hasattr(self, "exits"):
            self.runner.run(self.exits.aclose())
        self.runner.close()

    # ── what happens ─────────────────────────────────────────────────────────────────────────────

    @rule(number=st.integers(0, 4))
    def a_facility_registers(self, number: int) -> None:
        """One of several of a director's, or an officer for a facility of their own."""
        self.runner.run(
            self._hand_in(self.stage.director if number else self.stage.officer, number)
        )

    async def _hand_in(self, person: Person, number: int) -> None:
        for case in self.cases:
            stored = await case.stored()
            if stored.email == f"coso{number}@gmail.com" and stored.status in LIVE:
                return
        licence, email = f"03-{number + 1}/ĐKKDD-HNO", f"coso{number}@gmail.com"
        self.cases.append(await hands_in(self.stage, person, licence=licence, email=email))

    @rule(who=WHO, label=LABELS, which=st.integers(0, 2))
    def somebody_works_on_a_card(self, who: str, label: str, which: int) -> None:
        """By a button that it has, or once had."""
        case = self.cases[-1 - which % len(self.cases)]
        if case.cards:
            self._press(who, label, case.cards[-1])

    @rule(who=WHO, label=LABELS)
    def somebody_goes_on_with_the_newest_question(self, who: str, label: str) -> None:
        self._press(who, label, self.stage.group.cards[-1])

    @rule(who=WHO, reasons=NUMBERS, own=st.none() | REASONS, which=st.integers(0, 2))
    def somebody_refuses_from_end_to_end(
        self, who: str, reasons: list[int], own: str | None, which: int
    ) -> None:
        """For reasons of the list, in their own words, or both."""
        case = self.cases[-1 - which % len(self.cases)]
        if case.cards:
            self._press(who, "✖️ Từ chối", case.cards[-1])
            for label in (*map(str, reasons), "Tiếp ▶"):
                self._press(who, label, None)
            if own is not None:
                self.somebody_replies_to_the_newest_message(who, own)
            self._press(who, "✖️ Từ chối và gửi thư", None)

    @rule(who=LEADS, words=REASONS, which=st.integers(0, 2), first=st.integers(0, 3))
    def somebody_reopens_from_end_to_end(
        self, who: str, words: str, which: int, first: int
    ) -> None:
        """What was decided, or is decided first, its result sent or still waiting."""
        case = self.cases[-1 - which % len(self.cases)]
        if first == 1:
            self.somebody_refuses_from_end_to_end("lead", [6, 2], None, which)
        elif first > 1:
            self.somebody_enters_an_account("lead", which, sure=True)
        if first != 2:
            self.time_passes(121)
        if case.cards:
            self._press(who, "🔓 Mở lại", case.cards[-1])
            self.somebody_replies_to_the_newest_message(who, words)

    @rule(who=WHO)
    def somebody_has_the_cards_hung_again(self, who: str) -> None:
        self.people[who].types("/lammoi", in_=self.stage.group)
        self._settle()

    @rule(who=WHO, code=st.sampled_from(["R06", "R09"]), verb=st.sampled_from(LIST_VERBS))
    def somebody_changes_the_list_of_reasons(self, who: str, code: str, verb: str) -> None:
        """While officers have it before them."""
        self._tap(who, [(self.stage.group.cards[-1], f"1.l.{verb}.{code}")], 0)

    @rule(who=WHO, which=st.integers(0, 2), sure=st.booleans())
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
        self._settle()

    def _settle(self) -> None:
        """No two things are ever done at the very same moment."""
        self.runner.run(self.stage.settle())
        self.stage.clock.shift(timedelta(seconds=1))

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
            self._settle()

    @rule(who=WHO, words=REASONS)
    def somebody_replies_to_the_newest_message(self, who: str, words: str) -> None:
        self.people[who].replies(self.stage.group.cards[-1], words)
        self._settle()

    @rule(who=WHO)
    def somebody_types_an_account_in_private(self, who: str) -> None:
        self.people[who].types(f"{SITE}\n{LOGIN}\n{PASSWORD}", in_=self.stage.desk)
        self._settle()

    @rule(words=REASONS)
    def the_facility_types_something(self, words: str) -> None:
        self.stage.director.types(words, in_=self.stage.bot)
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
            await self._check_decision(case, entries)

    async def _check_rights(self, case: Case, fresh: list[HistoryEntry]) -> None:
        owner = (await case.stored()).user
        for entry in fresh:
            if entry.event in BY_STAFF:
                async with self.stage.app.store.read() as tx:
                    actor = await tx.staff.actor(entry.by, entry.by_name)
                needed = Right.MANAGE if entry.event is Event.REOPENED else Right.DECIDE
                assert actor.may(needed), entry
                assert entry.by != owner, entry
            if entry.event in (Event.REFUSED, Event.REOPENED):
                assert len(entry.words or "") >= 10, entry
                assert "{muc}" not in (entry.words or ""), entry

    async def _check_decision(self, case: Case, entries: list[HistoryEntry]) -> None:
        stored, events = await case.stored(), [entry.event for entry in entries]
        decided = sum(event in (Event.APPROVED, Event.REFUSED) for event in events)
        assert decided - events.count(Event.UNDONE) - _sent_back(entries) <= 1, events
        given = [m for m in case.result_mails if "Quá hạn" not in m and "đến nay vẫn" not in m]
        assert len(given) == events.count(Event.RESULT_MAILED), events
        assert (stored.result_at is not None) == _mailed_since_reopened(events), events
        if stored.status is Status.REFUSED:
            refusal = [entry for entry in entries if entry.event is Event.REFUSED][-1]
            assert stored.reason_text
            assert stored.reason_text == refusal.words
            for line in stored.reason_text.splitlines():
                assert line in case.card_texts
                assert stored.result_at is None or line in given[-1]
        if stored.status is Status.ISSUED:
            assert PASSWORD in given[-1]


def _sent_back(entries: list[HistoryEntry]) -> int:
    """How often a lead sent a decided case all the way back."""
    return sum(
        entry.event is Event.REOPENED and (entry.detail or {})["to"] == Status.PENDING
        for entry in entries
    )


def _mailed_since_reopened(events: list[Event]) -> bool:
    """Whether the result that stands has left; no result leaves twice."""
    mailed = False
    for event in events:
        assert not (mailed and event is Event.RESULT_MAILED), events
        mailed = (mailed or event is Event.RESULT_MAILED) and event is not Event.REOPENED
    return mailed


TestDesk: Any = Desk.TestCase
TestDesk.settings = settings(
    max_examples=20,
    stateful_step_count=30,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
