"""Which question is next, which was before, and how the steps are numbered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.conversation import (
    AccountPrompt,
    Conversation,
    Draft,
    Step,
    next_step,
    position,
    previous_step,
    steps_in_use,
)
from core.messages import Address
from core.registration import PersonRole

NOW = datetime(2026, 3, 2, tzinfo=UTC)
EMPTY = Draft(step=Step.CONSENT, started_at=NOW)
FULL = replace(
    EMPTY,
    consent_id=1,
    licence_key="03-1234-HNO",
    facility="Nhà thuốc An Tâm",
    role=PersonRole.DIRECTOR,
    person="Nguyễn Thị Lan",
    email="lan@example.vn",
    proved="lan@example.vn",
)


@pytest.mark.parametrize(
    ("missing", "step"),
    [
        ("consent_id", Step.CONSENT),
        ("licence_key", Step.LICENCE),
        ("facility", Step.NAME),
        ("role", Step.ROLE),
        ("person", Step.PERSON),
        ("email", Step.EMAIL),
        ("proved", Step.CODE),
    ],
)
def test_the_first_question_without_an_answer_is_next(missing: str, step: Step) -> None:
    draft = replace(FULL, **{missing: None})  # type: ignore[arg-type]

    assert next_step(draft, ask_code=True) is step


def test_with_every_answer_the_summary_is_next() -> None:
    assert next_step(FULL, ask_code=True) is Step.SUMMARY


def test_a_code_entered_for_another_address_proves_nothing() -> None:
    assert next_step(replace(FULL, email="mai@example.vn"), ask_code=True) is Step.CODE


def test_a_mailbox_need_not_be_proved_without_codes_or_when_mail_is_down() -> None:
    unproved = replace(FULL, proved=None)

    assert next_step(unproved, ask_code=False) is Step.SUMMARY
    assert next_step(replace(unproved, unproved_ok=True), ask_code=True) is Step.SUMMARY


@pytest.mark.parametrize("ask_code", [True, False])
def test_back_from_the_end_visits_every_numbered_step(*, ask_code: bool) -> None:
    visited = [Step.SUMMARY]
    while (before := previous_step(visited[-1], ask_code=ask_code)) is not None:
        visited.append(before)

    assert tuple(reversed(visited)) == steps_in_use(ask_code=ask_code)


def test_a_yes_or_no_leads_back_to_its_question() -> None:
    assert previous_step(Step.LICENCE_CHECK, ask_code=True) is Step.LICENCE
    assert previous_step(Step.EMAIL_CHECK, ask_code=True) is Step.EMAIL


def test_before_the_first_question_there_is_none() -> None:
    assert previous_step(Step.LICENCE, ask_code=True) is None
    assert previous_step(Step.CONSENT, ask_code=True) is None


def test_steps_are_numbered_without_gaps() -> None:
    for ask_code in (True, False):
        used = steps_in_use(ask_code=ask_code)
        numbers = [position(step, ask_code=ask_code) for step in used]
        assert numbers == list(range(1, len(used) + 1))


def test_a_yes_or_no_has_the_number_of_its_question_and_the_consent_none() -> None:
    assert position(Step.LICENCE_CHECK, ask_code=True) == position(Step.LICENCE, ask_code=True)
    assert position(Step.EMAIL_CHECK, ask_code=True) == position(Step.EMAIL, ask_code=True)
    assert position(Step.CONSENT, ask_code=True) == 0
    assert position(Step.CODE, ask_code=False) == 0


def test_an_officer_is_at_the_desk_until_the_prompt_is_out_of_time() -> None:
    until = NOW + timedelta(minutes=30)
    talk = Conversation("public:5", Address("public", "5"), "tg:5", "Lan")
    prompted = replace(talk, desk=AccountPrompt(7, 1, until))

    assert not talk.is_at_desk(NOW)
    assert prompted.is_at_desk(until - timedelta(seconds=1))
    assert not prompted.is_at_desk(until)
