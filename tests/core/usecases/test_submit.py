"""Handing in: what is stored, what is owed, and whose licence or e-mail is taken."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.calendar import WorkingCalendar
from core.errors import Taken
from core.messages import Text, text
from core.ports import Event, HistoryEntry
from core.registration import PersonRole, Registration, Status
from core.usecases import submit as module
from core.usecases.submit import check_free, submit
from tests.core.usecases.office import (
    GROUP,
    NOW,
    POLICY,
    Office,
    card_in_time,
    conversation,
    draft,
)

DUE = date(2026, 3, 16)
REOPENS = datetime(2026, 3, 16, 17, tzinfo=UTC)


async def test_rule_3_what_was_answered_is_stored_with_its_due_date(office: Office) -> None:
    earlier = await office.submits("earlier")
    answers = draft(
        "a",
        email="Lan.Anh+kt@gmail.com",
        role=PersonRole.PHARMACIST,
        place="Q1",
        ticket="beef",
        previous_id=earlier.id,
    )

    stored = await office.does(
        submit, conversation(answers, "tg:5", "en"), office.policy, lambda _: 0, NOW
    )

    assert stored == Registration(
        id=2,
        version=1,
        reference="26-C22222",
        status=Status.PENDING,
        bot="public",
        chat="5",
        user="tg:5",
        locale="en",
        licence_key="03-a-HNO",
        licence="03-a/ĐKKDD-HNO",
        licence_raw="03 a",
        facility="Nhà thuốc a",
        role=PersonRole.PHARMACIST,
        person="Nguyễn Thị Lan",
        email="Lan.Anh+kt@gmail.com",
        email_key="lananh@gmail.com",
        email_proved=True,
        submitted_at=NOW,
        due=DUE,
        reopens_at=REOPENS,
        provisional=False,
        place="Q1",
        ticket="beef",
        previous_id=earlier.id,
    )
    assert await office.case(stored) == stored


async def test_the_first_fact_names_the_consent_and_the_due_date(office: Office) -> None:
    stored = await office.submits("a", consent_id=3)

    detail = {"consent": 3, "due": "2026-03-16", "provisional": False}
    assert await office.history(stored) == [
        HistoryEntry(NOW, Event.SUBMITTED, "tg:5", "", stored.id, detail)
    ]


async def test_a_card_is_owed_to_the_staff_group_at_once(office: Office) -> None:
    stored = await office.submits()

    assert await office.owed() == [card_in_time(stored)]
    assert card_in_time(stored).address == GROUP


async def test_an_address_without_its_code_is_stored_as_not_proved(office: Office) -> None:
    assert not (await office.submits("a", proved=None)).email_proved
    assert not (await office.submits("b", proved="lan.a@example.vn")).email_proved


async def test_rule_3_a_due_date_past_the_published_notices_is_provisional(office: Office) -> None:
    known = WorkingCalendar(frozenset(), frozenset(), known_until=DUE - timedelta(days=1))
    async with office.store.begin() as tx:
        await tx.calendar.replace(known, {})

    stored = await office.submits()

    assert stored.provisional
    assert (await office.history(stored))[0].detail == {
        "consent": 3,
        "due": "2026-03-16",
        "provisional": True,
    }


async def test_the_year_of_a_reference_is_the_local_one(office: Office) -> None:
    new_year = datetime(2025, 12, 31, 17, tzinfo=UTC)  # 0:00 in Hanoi

    stored = await office.does(submit, conversation(draft()), office.policy, office.draw, new_year)

    assert stored.reference.startswith("26-")


async def test_rule_3_the_working_days_are_the_offices_to_set(office: Office) -> None:
    policy = replace(POLICY, working_days=3)

    stored = await office.does(submit, conversation(draft()), policy, office.draw, NOW)

    assert stored.due == date(2026, 3, 5)


async def test_rule_1_a_licence_in_use_is_refused_with_its_due_date(office: Office) -> None:
    first = await office.submits("a")

    with pytest.raises(Taken) as refused:
        await office.submits("a", email="other@example.vn")

    assert refused.value.text == text("licence-used", licence=first.licence, due=DUE)
    assert len(await office.owed()) == 1


async def test_rule_1_an_approved_licence_is_in_use_and_an_issued_one_is_done(
    office: Office,
) -> None:
    case = await office.approves_and_enters("a")
    with pytest.raises(Taken) as refused:
        await office.submits("a", email="other@example.vn")
    assert refused.value.text == text("licence-used", licence=case.licence, due=DUE)

    await office.result_leaves()
    with pytest.raises(Taken) as refused:
        await office.submits("a", email="other@example.vn")
    assert refused.value.text == text("licence-done", licence=case.licence)


async def test_rule_1_a_mailbox_in_use_is_refused_however_it_is_spelt(office: Office) -> None:
    await office.submits("a", email="lananh@gmail.com")

    with pytest.raises(Taken) as refused:
        await office.submits("b", email="Lan.Anh+2@googlemail.com")

    assert refused.value.text == text("email-used")


async def test_a_ticket_that_a_live_registration_spent_is_refused(office: Office) -> None:
    await office.submits("a", ticket="beef")

    with pytest.raises(Taken) as refused:
        await office.submits("b", ticket="beef")

    assert refused.value.text == Text("ticket-used")


async def test_rule_2_a_refusal_frees_licence_mailbox_and_ticket(office: Office) -> None:
    await office.refuses(await office.submits("a", ticket="beef"))

    again = await office.submits("a", ticket="beef")

    assert again.status is Status.PENDING


async def test_rule_1_what_is_free_is_not_refused(office: Office) -> None:
    held = await office.submits("a")

    await office.does(check_free)
    await office.does(check_free, licence_key="03-b-HNO", email="b@example.vn")
    with pytest.raises(Taken):
        await office.does(check_free, licence_key=held.licence_key)
    with pytest.raises(Taken):
        await office.does(check_free, licence_key="03-b-HNO", email=held.email)


async def test_a_reference_is_never_used_twice(office: Office) -> None:
    drawn = [0] * 6 + [0] * 6 + [1] * 6
    first = await office.does(
        submit, conversation(draft("a")), office.policy, lambda _: drawn.pop(0), NOW
    )

    second = await office.does(
        submit, conversation(draft("b", ticket="beef")), office.policy, lambda _: drawn.pop(0), NOW
    )

    assert (first.reference, second.reference) == ("26-C22222", "26-F33333")


async def test_a_source_that_draws_one_reference_only_is_a_defect(office: Office) -> None:
    drawn: list[int] = []

    def draw(below: int) -> int:
        drawn.append(below)
        return 0

    await office.does(submit, conversation(draft("a")), office.policy, draw, NOW)
    drawn.clear()

    with pytest.raises(RuntimeError, match=r"^no unused reference found$"):
        await office.does(submit, conversation(draft("b")), office.policy, draw, NOW)
    assert len(drawn) == 6 * module.REFERENCE_TRIES


@pytest.mark.parametrize(
    "missing", ["licence_key", "licence", "licence_raw", "facility", "role", "person", "email"]
)
async def test_rule_4_an_answer_that_is_missing_is_a_defect(office: Office, missing: str) -> None:
    incomplete = conversation(replace(draft(), **{missing: None}))  # type: ignore[arg-type]

    with pytest.raises(ValueError, match=r"^the draft is not complete$"):
        await office.does(submit, incomplete, office.policy, office.draw, NOW)


async def test_no_draft_is_a_defect(office: Office) -> None:
    with pytest.raises(ValueError, match=r"^the draft is not complete$"):
        await office.does(submit, conversation(None), office.policy, office.draw, NOW)


async def test_without_a_calendar_nothing_can_be_handed_in(office: Office) -> None:
    async with office.store.engines.write() as connection:
        await connection.exec_driver_sql("DELETE FROM calendar")

    with pytest.raises(LookupError, match=r"^the database holds no calendar$"):
        await office.submits()
