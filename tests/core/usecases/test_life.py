"""Lives of registrations in any order of steps, against a model of a few lines.

Several facilities want the same licences and mailboxes, officers decide and take back, mails
leave or fail, days pass. After each step the database must say what the model says.
"""

import asyncio
import shutil
from collections.abc import Awaitable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.errors import Problem
from core.messages import Kind
from core.registration import LIVE, OPEN, Registration, Status
from core.usecases.expire import expire_due
from core.usecases.withdraw import withdraw
from tests.core.usecases.conftest import open_office
from tests.core.usecases.office import Office

T = TypeVar("T")

WHICH = st.integers(0, 9)  # of the registrations there are, counted round


@dataclass
class Case:
    """What the model knows of a registration. `step_at` is when its last step was taken."""

    licence: str
    mailbox: str
    status: Status = Status.PENDING
    entered: bool = False
    given: bool = False
    failed: bool = False
    step_at: datetime | None = None

    @property
    def mail_waits(self) -> bool:
        has_result = self.status is Status.REFUSED or self.entered
        return (
            has_result
            and self.status in (Status.APPROVED, Status.REFUSED)
            and not (self.given or self.failed)
        )


# What each fact makes of a registration; the same fact in another state would be a defect.
TOLD = {
    ("", "submitted"): "pending",
    ("pending", "approved"): "approved",
    ("pending", "refused"): "refused",
    ("pending", "expired"): "expired",
    ("pending", "withdrawn"): "withdrawn",
    ("approved", "undone"): "pending",
    ("approved", "expired"): "expired",
    ("approved", "account-entered"): "entered",
    ("entered", "undone"): "approved",
    ("entered", "expired"): "expired",
    ("entered", "result-mailed"): "issued",
    ("entered", "result-failed"): "entered-failed",
    ("entered-failed", "undone"): "pending",
    ("entered-failed", "expired"): "expired",
    ("refused", "undone"): "pending",
    ("refused", "result-mailed"): "refused-told",
    ("refused", "result-failed"): "refused-failed",
    ("refused-failed", "undone"): "pending",
}


class Lives(RuleBasedStateMachine):
    """The office and its model side by side."""

    def __init__(self, template: Path, path: Path) -> None:
        super().__init__()
        shutil.copyfile(template, path)
        self.loop = asyncio.Runner()
        self.office: Office = open_office(path)
        self.cases: list[Case] = []
        self.stored: list[Registration] = []

    def run(self, step: Awaitable[T]) -> T:
        async def taken() -> T:
            return await step

        return self.loop.run(taken())

    def happens(self, step: Awaitable[T], *, allowed: bool) -> bool:
        """Take a step; it must succeed where the model allows it, and be refused elsewhere."""
        with nullcontext() if allowed else pytest.raises(Problem):
            self.run(step)
        return allowed

    def pick(self, which: int) -> tuple[Case, Registration]:
        at = which % len(self.cases)
        return self.cases[at], self.stored[at]

    def holds(self, licence: str, mailbox: str) -> bool:
        return any(
            case.status in LIVE and (case.licence == licence or case.mailbox == mailbox)
            for case in self.cases
        )

    @initialize()
    def the_desk_opens(self) -> None:
        self.run(self.office.opens_desk())

    @rule(licence=st.sampled_from("AB"), mailbox=st.sampled_from("xyz"))
    def a_facility_hands_in(self, licence: str, mailbox: str) -> None:
        step = self.office.submits(licence, email=f"{mailbox}.an@example.vn")
        if self.happens(step, allowed=not self.holds(licence, mailbox)):
            self.cases.append(Case(licence, mailbox))

    @precondition(lambda self: self.cases)
    @rule(which=WHICH, stale=st.sampled_from([0, 0, 0, 1]), refuses=st.booleans())
    def an_officer_decides(self, which: int, stale: int, *, refuses: bool) -> None:
        case, seen = self.pick(which)
        decide = self.office.refuses if refuses else self.office.approves
        shown = _shown(seen, stale)
        if self.happens(decide(shown), allowed=case.status is Status.PENDING and not stale):
            case.status = Status.REFUSED if refuses else Status.APPROVED
            case.step_at = self.office.now

    @precondition(lambda self: self.cases)
    @rule(which=WHICH)
    def an_officer_enters_the_account(self, which: int) -> None:
        case, seen = self.pick(which)
        allowed = case.status is Status.APPROVED and not case.entered
        if self.happens(self.office.enters(seen), allowed=allowed):
            case.entered, case.step_at = True, self.office.now

    @precondition(lambda self: self.cases)
    @rule(which=WHICH, stale=st.sampled_from([0, 0, 0, 1]))
    def the_step_is_taken_back(self, which: int, stale: int) -> None:
        case, seen = self.pick(which)
        reached = case.status in (Status.APPROVED, Status.REFUSED) and not case.given
        fresh = case.step_at is not None and self.office.now - case.step_at <= (
            self.office.policy.undo
        )
        replaced = case.status is Status.REFUSED and self.holds(case.licence, case.mailbox)
        allowed = reached and (fresh or case.failed) and not replaced and not stale
        if self.happens(self.office.undoes(_shown(seen, stale)), allowed=allowed):
            if case.entered and not case.failed:
                # The approval stands, and its own window has run since it was given.
                case.step_at = self.run(self.office.case(seen)).decided_at
            else:
                case.status, case.failed = Status.PENDING, False
            case.entered = False

    @precondition(lambda self: self.cases)
    @rule(which=WHICH)
    def the_facility_withdraws(self, which: int) -> None:
        case, seen = self.pick(which)
        step = self.office.does(withdraw, "tg:5", seen.id, self.office.policy, self.office.now)
        if self.happens(step, allowed=case.status is Status.PENDING):
            case.status = Status.WITHDRAWN

    @rule(seconds=st.sampled_from([1, 119, 120, 121]))
    def a_moment_passes(self, seconds: int) -> None:
        self.office.waits(seconds=seconds)

    @rule(accepted=st.booleans())
    def the_mails_leave(self, *, accepted: bool) -> None:
        self.run(self.office.result_leaves(accepted=accepted))
        for case in self.cases:
            if case.mail_waits:
                case.given, case.failed = accepted, not accepted
                if accepted and case.status is Status.APPROVED:
                    case.status = Status.ISSUED

    @rule(days=st.sampled_from([1, 15]))
    def days_pass(self, days: int) -> None:
        self.office.waits(days=days)
        now = self.office.now
        self.run(self.office.does(expire_due, self.office.policy, now))
        for case, stored in zip(self.cases, self.stored, strict=True):
            if case.status in OPEN and stored.reopens_at <= now:
                case.status = Status.EXPIRED

    @invariant()
    def every_rule_holds(self) -> None:
        self.stored = self.run(self._all())
        self.the_database_says_what_the_model_says()
        self.rule_1_at_most_one_is_live_per_licence_and_per_mailbox()
        self.rule_6_the_history_tells_the_state_and_no_decision_counts_twice()
        self.rule_8_an_account_is_kept_exactly_while_it_waits_for_its_mail()
        self.rule_9_a_result_is_owed_for_each_decision_and_for_nothing_else()

    def the_database_says_what_the_model_says(self) -> None:
        for case, stored in zip(self.cases, self.stored, strict=True):
            assert stored.status is case.status
            assert stored.result_failed == case.failed
            assert (stored.result_at is not None) == case.given

    def rule_1_at_most_one_is_live_per_licence_and_per_mailbox(self) -> None:
        live = [stored for stored in self.stored if stored.is_live]

        assert len({stored.licence_key for stored in live}) == len(live)
        assert len({stored.email_key for stored in live}) == len(live)

    def rule_6_the_history_tells_the_state_and_no_decision_counts_twice(self) -> None:
        for stored in self.stored:
            state = ""
            for event in self.run(self.office.events(stored)):
                state = TOLD[state, event]
            assert state.partition("-")[0].replace("entered", "approved") == stored.status.value

    def rule_8_an_account_is_kept_exactly_while_it_waits_for_its_mail(self) -> None:
        for case, stored in zip(self.cases, self.stored, strict=True):
            waits = case.status is Status.APPROVED and case.entered
            assert (self.run(self.office.secret(stored)) is not None) == waits

    def rule_9_a_result_is_owed_for_each_decision_and_for_nothing_else(self) -> None:
        owed = sorted(
            mail.registration_id or 0
            for mail in self.run(self.office.owed(Kind.MAIL))
            if mail.context["mail"] in ("account", "refusal")
        )

        assert owed == [
            stored.id
            for case, stored in zip(self.cases, self.stored, strict=True)
            if case.mail_waits
        ]

    async def _all(self) -> list[Registration]:
        async with self.office.store.read() as tx:
            return (await tx.registrations.of_user("tg:5", 100))[::-1]

    def teardown(self) -> None:
        self.run(self.office.store.close())
        self.loop.close()


def _shown(seen: Registration, stale: int) -> Registration:
    return replace(seen, version=seen.version - stale)


def test_a_registration_lives_by_the_rules_in_any_order_of_steps(
    template: Path, tmp_path: Path
) -> None:
    numbers = count()

    class LivesHere(Lives):
        def __init__(self) -> None:
            super().__init__(template, tmp_path / f"{next(numbers)}.db")

    run_state_machine_as_test(
        LivesHere,
        settings=settings(max_examples=25, stateful_step_count=25),
    )
