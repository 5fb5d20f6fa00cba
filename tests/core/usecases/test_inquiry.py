"""Questions to facilities: who may ask and when, who may answer, and what either side sees."""

from dataclasses import replace
from datetime import datetime

import pytest

from core.errors import AlreadyDecided, NotAllowed, Problem
from core.events import read_event
from core.messages import Address, Kind, Message, Outgoing, Text, text
from core.people import Actor
from core.ports import CardPlace, Event, HistoryEntry, Inquiry
from core.registration import Registration
from core.usecases.expire import expire_due
from core.usecases.inquiry import (
    answer,
    inquire,
    inquiry_line,
    load_for_inquiry,
    load_own_inquiry,
    not_delivered,
    question_of,
    state_if_closed,
)
from core.usecases.withdraw import withdraw
from storage.tables import inbox
from tests.core.usecases.office import (
    COLLEAGUE,
    GROUP,
    LEAD,
    OFFICER,
    STRANGER,
    VIEWER,
    Office,
    card_owed,
    problem_of,
)

QUESTION = "GCN của cơ sở đã đổi tên chưa ạ?"
ANSWER = "Dạ chưa"


async def asks(
    office: Office, case: Registration, by: Actor = OFFICER, words: str = QUESTION
) -> Registration:
    return await office.does(inquire, by, case.id, words, office.policy, office.now)


async def answers(
    office: Office, words: str = ANSWER, *, number: int = 1, user: str = "tg:5"
) -> Registration:
    return await office.does(answer, user, number, words, office.policy, office.now)


async def is_not_delivered(office: Office, number: int = 1) -> None:
    await office.does(not_delivered, number, office.policy, office.now)


async def asked(office: Office) -> Registration:
    """Hand in a case about which an officer asks a minute later."""
    case = await office.submits()
    office.waits(minutes=1)
    await asks(office, case)
    await office.forgets_owed()
    return case


def redrawn(case: Registration, mark: str) -> Outgoing:
    return replace(card_owed(case, mark), context={"card": "redrawn"})


def said_in_group(key: str, *lines: Text, reply_to: str | None = None) -> Outgoing:
    return Outgoing(key, Kind.SAY, GROUP, message=Message(lines, reply_to=reply_to))


async def hangs(office: Office, case: Registration, address: Address) -> None:
    async with office.store.begin() as tx:
        await tx.cards.put(CardPlace(case.id, address, "77", 1))


# ── asking ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_question_goes_to_the_facility_and_shows_on_the_card(office: Office) -> None:
    case = await office.submits()
    await office.forgets_owed()
    office.waits(hours=1)

    assert await asks(office, case, words=f"  {QUESTION}\u200b\n") == case

    async with office.store.begin() as tx:
        (row,) = await tx.inbox.heads(9, office.now)
    assert (row.conversation, row.received_at) == ("public:5", office.now)
    assert read_event(row) == ("inquiry", {"inquiry": 1, "user": "tg:5"})
    assert await office.owed() == [redrawn(case, "inquiry:1")]
    assert await office.does(inquiry_line, case) == (
        text("card-asked", name=OFFICER.name, at=office.now),
    )
    assert (await office.history(case))[1:] == [
        HistoryEntry(
            office.now, Event.INQUIRY_ASKED, OFFICER.user, OFFICER.name, case.id, words=QUESTION
        )
    ]


@pytest.mark.parametrize("by", [OFFICER, LEAD], ids=lambda by: by.user)
async def test_an_approved_case_may_be_asked_about_too(office: Office, by: Actor) -> None:
    case = await office.approves(await office.submits())

    assert await asks(office, case, by) == case


@pytest.mark.parametrize("by", [STRANGER, VIEWER], ids=lambda by: by.user)
async def test_rule_7_nobody_but_officers_and_leads_asks(office: Office, by: Actor) -> None:
    case = await office.submits()

    with pytest.raises(NotAllowed):
        await asks(office, case, by)

    assert await office.events(case) == ["submitted"]


async def test_rule_7_nobody_asks_about_a_registration_of_their_own(office: Office) -> None:
    case = await office.submits(user=OFFICER.user)

    assert await problem_of(asks(office, case)) == Text("staff-own-registration")


async def test_a_closed_case_is_not_asked_about_and_staff_hear_how_it_stands(
    office: Office,
) -> None:
    refused = await office.refuses(await office.submits("a"), by=LEAD)
    withdrawn = await office.submits("b")
    await office.does(withdraw, "tg:5", withdrawn.id, office.policy, office.now)

    assert await problem_of(asks(office, refused)) == text(
        "stands-refused-by", reference=refused.reference, name=LEAD.name, at=office.now
    )
    assert await problem_of(asks(office, withdrawn)) == text(
        "stands-withdrawn", reference=withdrawn.reference
    )


@pytest.mark.parametrize(("length", "taken"), [(9, False), (10, True), (500, True), (501, False)])
async def test_a_question_has_ten_to_five_hundred_characters(
    office: Office, length: int, taken: bool
) -> None:
    case = await office.submits()
    words = f" {'x' * length}\u200b"

    if taken:
        await asks(office, case, words=words)
    else:
        assert await problem_of(asks(office, case, words=words)) == Text("inquiry-length")

    assert (await office.events(case))[1:] == ["inquiry-asked"] * taken


async def test_while_a_question_is_open_a_colleague_hears_who_asked_and_when(
    office: Office,
) -> None:
    case = await asked(office)
    is_open = text("inquiry-open", name=OFFICER.name, at=office.now)
    office.waits(days=1, microseconds=-1)

    with pytest.raises(AlreadyDecided) as pressed:
        await office.does(load_for_inquiry, COLLEAGUE, case.id, office.now)
    assert pressed.value.text == is_open
    assert await problem_of(asks(office, case, COLLEAGUE)) == is_open
    assert await office.owed() == []


async def test_after_a_day_another_question_takes_the_place_of_one_without_an_answer(
    office: Office,
) -> None:
    case = await asked(office)
    first = office.now
    office.waits(days=1)

    assert await office.does(load_for_inquiry, COLLEAGUE, case.id, office.now) == case
    await asks(office, case, COLLEAGUE, "Cơ sở còn ở địa chỉ cũ không?")

    assert len(await office.rows(inbox)) == 2  # the facility hears of either
    assert await office.owed() == [redrawn(case, "inquiry:2")]
    assert await office.does(inquiry_line, case) == (
        text("card-asked", name=COLLEAGUE.name, at=office.now),
    )
    async with office.store.read() as tx:
        one, two = await tx.inquiries.get(1), await tx.inquiries.get(2)
        assert one == Inquiry(1, case.id, OFFICER.user, OFFICER.name, first, closed_at=office.now)
        assert two == Inquiry(2, case.id, COLLEAGUE.user, COLLEAGUE.name, office.now)
        assert await question_of(tx, one) == QUESTION
        assert await question_of(tx, two) == "Cơ sở còn ở địa chỉ cũ không?"
    assert await problem_of(answers(office)) == text("inquiry-closed", reference=case.reference)
    await answers(office, number=2)


async def test_once_it_was_answered_another_question_may_follow_at_once(office: Office) -> None:
    case = await asked(office)
    office.waits(minutes=1)
    await answers(office)
    await asks(office, case, COLLEAGUE)

    assert (await office.events(case))[1:] == [
        "inquiry-asked",
        "inquiry-answered",
        "inquiry-asked",
    ]


async def test_of_two_questions_at_the_same_moment_one_goes_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await asked(office)

    async with office.store.begin() as tx:

        async def none_yet(registration_id: int) -> None:
            return None

        monkeypatch.setattr(tx.inquiries, "last", none_yet)
        with pytest.raises(AlreadyDecided) as late:
            await inquire(tx, COLLEAGUE, case.id, QUESTION, office.policy, office.now)

    assert late.value.text == Text("inquiry-lost-race")
    assert await office.owed() == []


async def test_one_may_be_open_for_each_case(office: Office) -> None:
    await asked(office)
    other = await office.submits("b")

    await asks(office, other)

    assert (await office.events(other))[1:] == ["inquiry-asked"]


async def test_without_a_group_a_question_still_goes_out(office: Office) -> None:
    case = await office.submits()
    await office.opens_desk("")
    await office.forgets_owed()

    await asks(office, case)
    await answers(office)

    assert await office.owed() == []
    assert (await office.events(case))[1:] == ["inquiry-asked", "inquiry-answered"]


# ── answering ────────────────────────────────────────────────────────────────────────────────────


async def test_an_answer_stands_under_the_card_once(office: Office) -> None:
    case = await asked(office)
    await hangs(office, case, GROUP)
    office.waits(minutes=1)

    assert await answers(office, f" {ANSWER}\n") == case

    assert await office.owed() == [
        said_in_group(
            "inquiry-answer:1",
            text("inquiry-answer", reference=case.reference, name=OFFICER.name),
            text("history-words", words=ANSWER),
            reply_to="77",
        ),
        redrawn(case, "answer:1"),
    ]
    assert (await office.history(case))[2:] == [
        HistoryEntry(office.now, Event.INQUIRY_ANSWERED, "tg:5", "", case.id, words=ANSWER)
    ]
    assert await office.does(inquiry_line, case) == (text("card-answered", at=office.now),)
    assert await problem_of(answers(office)) == text("inquiry-closed", reference=case.reference)
    assert len(await office.history(case)) == 3


@pytest.mark.parametrize("elsewhere", [Address("staff", "-200"), Address("public", "-100")])
async def test_an_answer_replies_to_no_card_of_another_chat(
    office: Office, elsewhere: Address
) -> None:
    case = await asked(office)
    await hangs(office, case, elsewhere)
    await answers(office)

    (said,) = await office.owed(Kind.SAY)
    assert said.message is not None
    assert (said.address, said.message.reply_to) == (GROUP, None)


@pytest.mark.parametrize(("length", "taken"), [(0, False), (1, True), (1000, True), (1001, False)])
async def test_an_answer_has_one_to_a_thousand_characters(
    office: Office, length: int, taken: bool
) -> None:
    case = await asked(office)
    words = f" {'x' * length}\u200b"

    if taken:
        await answers(office, words)
    else:
        assert await problem_of(answers(office, words)) == Text("inquiry-answer-length")

    assert (await office.events(case))[2:] == ["inquiry-answered"] * taken


async def test_nobody_answers_for_somebody_else_or_what_was_never_asked(office: Office) -> None:
    case = await asked(office)

    for answering in (
        answers(office, user="tg:6"),
        answers(office, number=2),
        office.does(load_own_inquiry, "tg:6", 1),
    ):
        assert await problem_of(answering) == Text("inquiry-unknown")
    assert (await office.events(case))[2:] == []


async def test_a_facility_opens_its_own_question(office: Office) -> None:
    case = await asked(office)

    inquiry, registration = await office.does(load_own_inquiry, "tg:5", 1)

    assert (inquiry.id, inquiry.is_open, registration) == (1, True, case)


async def test_of_two_answers_at_the_same_moment_one_counts(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await asked(office)

    async with office.store.begin() as tx:

        async def too_late(number: int, now: datetime) -> bool:
            return False

        monkeypatch.setattr(tx.inquiries, "answer", too_late)
        with pytest.raises(Problem) as late:
            await answer(tx, "tg:5", 1, ANSWER, office.policy, office.now)

    assert late.value.text == text("inquiry-closed", reference=case.reference)
    assert await office.owed() == []


async def test_an_answer_to_a_closed_case_reaches_staff_with_how_it_stands(
    office: Office,
) -> None:
    case = await asked(office)
    refused = await office.refuses(case)
    await office.forgets_owed()

    assert await answers(office) == refused

    state = text("inquiry-state", state=text("status-refused"))
    assert state_if_closed(refused) == (state,)
    assert await office.owed() == [
        said_in_group(
            "inquiry-answer:1",
            text("inquiry-answer", reference=case.reference, name=OFFICER.name),
            text("history-words", words=ANSWER),
            state,
        ),
        redrawn(refused, "answer:1"),
    ]


async def test_rule_3_an_answer_after_the_term_says_that_the_case_has_expired(
    office: Office,
) -> None:
    case = await asked(office)
    office.clock.moment = case.reopens_at
    await office.does(expire_due, office.policy, office.now)

    expired = await answers(office)

    assert state_if_closed(expired) == (text("inquiry-state", state=text("status-expired")),)


async def test_of_an_open_case_nothing_is_said_about_how_it_stands(office: Office) -> None:
    case = await office.submits()

    assert state_if_closed(case) == ()
    assert state_if_closed(await office.approves(case)) == ()


# ── what does not arrive ─────────────────────────────────────────────────────────────────────────


async def test_a_question_that_did_not_arrive_is_told_under_the_card_once(office: Office) -> None:
    case = await asked(office)
    at = office.now
    await hangs(office, case, GROUP)
    office.waits(minutes=1)

    await is_not_delivered(office)
    await is_not_delivered(office)

    failed = text("inquiry-failed", reference=case.reference, name=OFFICER.name)
    assert await office.owed() == [
        said_in_group("inquiry-failed:1", failed, reply_to="77"),
        redrawn(case, "inquiry-failed:1"),
    ]
    assert (await office.history(case))[2:] == [
        HistoryEntry(office.now, Event.INQUIRY_FAILED, "system", "", case.id)
    ]
    assert await office.does(inquiry_line, case) == (
        text("card-inquiry-failed", name=OFFICER.name, at=at),
    )
    await asks(office, case, COLLEAGUE)


async def test_an_answer_that_came_all_the_same_stands(office: Office) -> None:
    case = await asked(office)
    await answers(office)
    await office.forgets_owed()

    await is_not_delivered(office)
    await is_not_delivered(office, 99)

    assert await office.owed() == []
    assert (await office.events(case))[2:] == ["inquiry-answered"]


async def test_a_card_without_a_question_says_nothing_of_one(office: Office) -> None:
    assert await office.does(inquiry_line, await office.submits()) == ()
