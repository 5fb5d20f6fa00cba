"""The registration's life: the table allows the moves, and nothing else happens."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.people import Actor, Role
from core.registration import (
    LIVE,
    OPEN,
    TRANSITIONS,
    IllegalMove,
    PersonRole,
    Registration,
    Status,
)

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
OFFICER = Actor("tg:7", "Trần Văn Minh", Role.OFFICER)
FRESH = Registration(
    id=1,
    version=1,
    reference="26-K7QX9M",
    status=Status.PENDING,
    bot="public",
    chat="5",
    user="tg:5",
    locale="vi",
    licence_key="03-1234-HNO",
    licence="03-1234/ĐKKDD-HNO",
    licence_raw="03-1234",
    facility="Nhà thuốc An Tâm",
    role=PersonRole.DIRECTOR,
    person="Nguyễn Thị Lan",
    email="lan@example.vn",
    email_key="lan@example.vn",
    email_proved=True,
    submitted_at=NOW,
    due=date(2026, 3, 16),
    reopens_at=NOW + timedelta(days=14),
    provisional=False,
)
MOVES: dict[str, tuple[Status, Callable[[Registration], Registration]]] = {
    "approve": (Status.APPROVED, lambda r: r.approve(OFFICER, NOW)),
    "refuse": (Status.REFUSED, lambda r: r.refuse(OFFICER, NOW, ("R02",), "Tên không khớp")),
    "reopen": (Status.PENDING, lambda r: r.reopen()),
    "expire": (Status.EXPIRED, lambda r: r.expire()),
    "withdraw": (Status.WITHDRAWN, lambda r: r.withdraw()),
}


class Life(RuleBasedStateMachine):
    """Any move at any time: it follows the table, or raises and changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.case = FRESH

    @rule(name=st.sampled_from(sorted(MOVES)))
    def moves(self, name: str) -> None:
        to, move = MOVES[name]
        before = self.case
        if to in TRANSITIONS[before.status]:
            self.case = move(before)
            assert self.case.status is to
        else:
            with pytest.raises(IllegalMove):
                move(before)

    @rule()
    def an_account_is_entered(self) -> None:
        if self.case.status is Status.APPROVED:
            self.case = self.case.with_account(NOW)
        else:
            with pytest.raises(IllegalMove):
                self.case.with_account(NOW)

    @rule()
    def the_account_is_taken_back(self) -> None:
        if self.case.status is Status.APPROVED and self.case.account_at is not None:
            self.case = self.case.without_account()
            assert self.case.status is Status.APPROVED
        else:
            with pytest.raises(IllegalMove):
                self.case.without_account()

    @rule()
    def the_result_leaves(self) -> None:
        if self.case.status in (Status.APPROVED, Status.REFUSED):
            self.case = self.case.with_result(NOW)

    @rule()
    def the_result_cannot_leave(self) -> None:
        self.case = self.case.with_failed_result()

    @invariant()
    def who_asked_for_what_never_changes(self) -> None:
        kept = ("id", "reference", "user", "licence_key", "email", "submitted_at", "due")
        assert all(getattr(self.case, name) == getattr(FRESH, name) for name in kept)

    @invariant()
    def a_pending_case_bears_no_trace_of_a_decision(self) -> None:
        if self.case.status is Status.PENDING:
            assert self.case.decided_by is None
            assert self.case.reason_text is None
            assert self.case.account_at is None

    @invariant()
    def what_is_final_stays_so(self) -> None:
        if not TRANSITIONS[self.case.status]:
            assert self.case.status in {Status.EXPIRED, Status.WITHDRAWN}


TestLife = Life.TestCase


@pytest.mark.parametrize("status", Status)
def test_every_status_has_its_row_in_the_table(status: Status) -> None:
    assert status in TRANSITIONS


@pytest.mark.parametrize("status", Status)
def test_rule_1_live_are_pending_approved_and_issued(status: Status) -> None:
    case = replace(FRESH, status=status)

    assert case.is_live == (status in {Status.PENDING, Status.APPROVED, Status.ISSUED})
    assert OPEN < LIVE


def test_a_decision_records_who_and_when() -> None:
    approved = FRESH.approve(OFFICER, NOW)

    assert (approved.decided_by, approved.decided_name) == ("tg:7", "Trần Văn Minh")
    assert approved.decided_at == NOW


def test_a_refusal_keeps_its_reasons() -> None:
    refused = FRESH.refuse(OFFICER, NOW, ("R02",), "Tên không khớp")

    assert (refused.reasons, refused.reason_text) == (("R02",), "Tên không khớp")
    assert refused.with_result(NOW).status is Status.REFUSED


def test_rule_9_an_approval_is_issued_only_when_its_mail_was_accepted() -> None:
    entered = FRESH.approve(OFFICER, NOW).with_account(NOW)
    assert entered.status is Status.APPROVED

    given = entered.with_failed_result().with_result(NOW)
    assert (given.status, given.result_at, given.result_failed) == (Status.ISSUED, NOW, False)


def test_an_account_taken_back_leaves_an_approval_without_a_failed_mail() -> None:
    approved = FRESH.approve(OFFICER, NOW)

    assert approved.with_account(NOW).with_failed_result().without_account() == approved


def test_an_account_that_is_entered_anew_has_not_failed_yet() -> None:
    approved = FRESH.approve(OFFICER, NOW)

    assert not approved.with_failed_result().with_account(NOW).result_failed


@pytest.mark.parametrize(
    ("case", "move", "why"),
    [
        (FRESH.withdraw(), lambda r: r.expire(), "withdrawn -> expired"),
        (FRESH, lambda r: r.with_account(NOW), "an account for a registration that is pending"),
        (
            FRESH.approve(OFFICER, NOW),
            lambda r: r.without_account(),
            "no account to take back from a registration that is approved",
        ),
    ],
)
def test_a_move_that_is_not_allowed_says_which(
    case: Registration, move: Callable[[Registration], Registration], why: str
) -> None:
    with pytest.raises(IllegalMove, match=f"^{why}$"):
        move(case)


def test_a_move_leaves_the_value_it_starts_from_alone() -> None:
    FRESH.expire()

    assert FRESH.status is Status.PENDING
