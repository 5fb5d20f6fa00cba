"""The card and the details: every line and button follows from how the case stands."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.messages import Choice, Message, Text, text
from core.registration import PersonRole, Registration, Status
from core.usecases.card import card, details, open_button, queue_line, urgency
from core.usecases.claim import claim
from core.usecases.delivered import chat_stopped
from core.usecases.office_calendar import Change, Edit, change_calendar
from core.usecases.repair import BOUNCES_FOR
from tests.core.usecases.office import COLLEAGUE, LEAD, NOW, OFFICER, REASON, Office

DUE = date(2026, 3, 16)
EMAIL = "l***@example.vn"


async def shown(office: Office, case: Registration) -> Message:
    """Render the card of a case as it is stored."""
    return await office.does(card, await office.case(case), office.policy, office.now)


def facts(case: Registration, status: str) -> tuple[Text, ...]:
    return (
        text("card-title", reference=case.reference, state=text(f"status-{status}")),
        text("card-licence", licence="03-a/ĐKKDD-HNO"),
        text("card-facility", facility="Nhà thuốc a"),
        text("card-person", role=text("role-pharmacist"), person="Nguyễn Thị Lan"),
        text("card-email", email=EMAIL),
    )


def term(left: int, mark: str = "🟢", late: str = "no") -> Text:
    return text("card-due", mark=mark, due=DUE, left=left, late=late)


def buttons(case: Registration, *rows: tuple[str, ...]) -> tuple[tuple[Choice, ...], ...]:
    return tuple(
        tuple(
            Choice(f"1.c.{verb}.{case.id:x}.{case.version:x}", Text(f"button-{verb}"))
            for verb in row
        )
        for row in rows
    )


async def test_a_pending_case_can_be_decided(office: Office) -> None:
    case = await office.submits()

    assert await shown(office, case) == Message(
        (*facts(case, "pending"), term(10)),
        buttons(case, ("approve", "refuse"), ("details", "claim"), ("ask",)),
    )


async def test_an_approved_case_asks_for_its_account(office: Office) -> None:
    case = await office.approves(await office.submits())
    office.waits(days=1)

    assert await shown(office, case) == Message(
        (
            *facts(case, "approved"),
            term(9),
            text("card-decided-approved", name=OFFICER.name, at=NOW),
            Text("card-account-missing"),
        ),
        buttons(case, ("account", "undo"), ("details", "reopen"), ("ask",)),
    )


async def test_rule_9_an_entered_account_waits_for_its_mail(office: Office) -> None:
    case = await office.approves_and_enters()

    assert await shown(office, case) == Message(
        (
            *facts(case, "approved"),
            term(10),
            text("card-decided-approved", name=OFFICER.name, at=NOW),
            Text("card-mail-queued"),
        ),
        buttons(case, ("undo", "reopen"), ("details", "ask")),
    )


async def test_rule_9_an_issued_case_says_when_its_mail_left(office: Office) -> None:
    await office.result_leaves()
    case = await office.approves_and_enters()
    decided = office.now
    await office.result_leaves()
    case = await office.case(case)

    assert await shown(office, case) == Message(
        (
            *facts(case, "issued"),
            text("card-decided-approved", name=OFFICER.name, at=decided),
            text("card-mail-sent", at=office.now),
        ),
        buttons(case, ("details", "reopen"), ("bounced",)),
    )


@pytest.mark.parametrize("refused", [False, True])
async def test_a_mail_can_come_back_as_long_as_sending_it_again_is_of_use(
    office: Office, *, refused: bool
) -> None:
    case = await office.submits()
    await (office.refuses(case) if refused else office.enters(await office.approves(case)))
    await office.result_leaves()
    case = await office.case(case)
    ends = case.reopens_at if refused else office.now + BOUNCES_FOR
    office.clock.moment = ends - timedelta(seconds=1)
    assert (await shown(office, case)).choices[-1:] == buttons(case, ("bounced",))
    office.waits(seconds=1)

    assert (await shown(office, case)).choices == buttons(case, ("details", "reopen"))


async def test_a_refused_case_says_why_and_that_its_mail_waits(office: Office) -> None:
    case = await office.refuses(await office.submits())

    assert await shown(office, case) == Message(
        (
            *facts(case, "refused"),
            text("card-decided-refused", name=OFFICER.name, at=NOW),
            text("card-reason", reason=REASON),
            Text("card-mail-queued"),
        ),
        buttons(case, ("undo", "reopen"), ("details",)),
    )


async def test_a_refusal_that_was_mailed_can_be_reopened_or_have_come_back(office: Office) -> None:
    case = await office.refuses(await office.submits())
    await office.result_leaves()
    case = await office.case(case)

    message = await shown(office, case)

    assert message.lines[-1] == text("card-mail-sent", at=office.now)
    assert message.choices == buttons(case, ("details", "reopen"), ("bounced",))


async def test_a_result_that_could_not_be_mailed_is_shown_before_anything_else(
    office: Office,
) -> None:
    for name in ("a", "b"):
        case = await office.submits(name)
        case = await (
            office.refuses(case) if name == "b" else office.enters(await office.approves(case))
        )
        await office.result_leaves(accepted=False)
        case = await office.case(case)

        message = await shown(office, case)

        assert message.lines[-2:] == (
            text("card-mail-failed", email=EMAIL),
            text("card-email-asked", at=office.now),
        )
        repairs = tuple(
            Choice(f"1.c.{verb}.{case.id:x}.{case.version:x}", Text(f"button-repair-{verb}"))
            for verb in ("resend", "email", "handled")
        )
        others = ("details",) if name == "b" else ("details", "ask")
        assert message.choices == (repairs, *buttons(case, ("undo", "reopen"), others))


@pytest.mark.parametrize("status", [Status.EXPIRED, Status.WITHDRAWN])
async def test_what_has_ended_without_a_result_offers_its_details_only(
    office: Office, status: Status
) -> None:
    case = replace(await office.submits(), status=status)

    message = await office.does(card, case, office.policy, NOW)

    assert message == Message(facts(case, status.value), buttons(case, ("details",)))


async def test_an_expired_case_says_nothing_of_the_mail_that_never_left(office: Office) -> None:
    entered = await office.approves_and_enters()
    expired = replace(entered, status=Status.EXPIRED, result_failed=True)

    message = await office.does(card, expired, office.policy, NOW)

    assert [line.key for line in message.lines[-2:]] == ["card-email", "card-decided-approved"]


async def test_an_address_that_was_not_proved_is_marked(office: Office) -> None:
    case = await office.submits(proved=None)

    assert (await shown(office, case)).lines[4] == text("card-email-unproved", email=EMAIL)


async def test_the_role_is_named(office: Office) -> None:
    case = await office.submits(role=PersonRole.DIRECTOR)

    assert (await shown(office, case)).lines[3].args["role"] == Text("role-director")


async def test_a_provisional_due_date_says_so_while_the_case_is_open(office: Office) -> None:
    pending = replace(await office.submits(), provisional=True)
    approved = replace(pending, status=Status.APPROVED)
    refused = replace(pending, status=Status.REFUSED)

    for case, expected in ((pending, 1), (approved, 1), (refused, 0)):
        message = await office.does(card, case, office.policy, NOW)
        assert message.lines.count(Text("card-provisional")) == expected


async def test_rule_3_a_case_is_late_from_the_day_after_its_due_date(office: Office) -> None:
    case = await office.submits()
    last_moment = datetime(2026, 3, 16, 16, 59, tzinfo=UTC)

    on_time = await office.does(card, case, office.policy, last_moment)
    late = await office.does(card, case, office.policy, last_moment + timedelta(minutes=1))

    assert on_time.lines[5] == term(0, "🔴")
    assert late.lines[5] == term(-1, "🔴", "yes")


async def test_without_a_calendar_the_card_tells_no_days(office: Office) -> None:
    case = await office.submits()
    async with office.store.engines.write() as connection:
        await connection.exec_driver_sql("DELETE FROM calendar")

    assert (await shown(office, case)).lines == facts(case, "pending")


async def test_rule_2_a_new_registration_names_the_one_it_follows(office: Office) -> None:
    earlier = await office.refuses(await office.submits("a"))
    case = await office.submits("a", previous_id=earlier.id)

    told = text("related-one", reference=earlier.reference, state=text("status-refused"))
    assert (await shown(office, case)).lines[6:] == (
        text("card-related-licence", count=1, list=told),
    )


async def test_a_decision_without_a_name_is_shown_without(office: Office) -> None:
    case = replace(await office.approves(await office.submits()), decided_name=None)

    message = await office.does(card, case, office.policy, NOW)

    assert text("card-decided-approved", name="", at=NOW) in message.lines


async def test_a_facility_that_cannot_be_reached_is_marked_since_the_first_time(
    office: Office,
) -> None:
    case = await office.refuses(await office.submits())
    await office.result_leaves()
    first = office.now
    for _ in range(2):
        async with office.store.begin() as tx:
            (row,) = (
                r
                for r in await tx.outbox.claim("x", office.now, office.now, 9, mail=False)
                if r.outgoing.key.startswith("result-chat")
            )
            await chat_stopped(tx, row, office.policy, office.now)
        office.waits(minutes=1)

    assert (await shown(office, case)).lines[-1] == text("card-unreachable", at=first)


async def test_the_details_tell_the_whole_history(office: Office) -> None:
    case = await office.approves(await office.submits())

    assert await office.does(details, case) == Message(
        (
            text("details-title", reference=case.reference),
            text("details-raw", licence="03 a"),
            text("history-submitted", at=NOW, name=""),
            text("history-approved", at=NOW, name=OFFICER.name),
        )
    )


async def test_the_details_tell_what_was_written_and_to_which_day_a_promise_moved(
    office: Office,
) -> None:
    case = await office.submits()
    edit = Edit(date(2026, 3, 10), Change.CLOSE)
    await office.does(change_calendar, LEAD, edit, office.policy, NOW, extend=True)
    office.waits(hours=1)
    await office.refuses(await office.case(case))

    told = await office.does(details, case)

    assert told.lines[3:] == (
        text("history-due-moved", at=NOW, name=LEAD.name, due=date(2026, 3, 17)),
        text("history-refused", at=office.now, name=OFFICER.name),
        text("history-words", words=REASON),
    )


@pytest.mark.parametrize(
    ("left", "mark"), [(-1, "🔴"), (0, "🔴"), (1, "🟠"), (2, "🟠"), (3, "🟢"), (10, "🟢")]
)
def test_the_colour_tells_how_pressing_a_case_is(left: int, mark: str) -> None:
    assert urgency(left) == mark


async def test_a_line_of_a_list_tells_what_and_how_pressing(office: Office) -> None:
    case = await office.submits()

    assert queue_line(case, DUE, 0) == text(
        "queue-line",
        mark="🔴",
        reference=case.reference,
        facility="Nhà thuốc a",
        due=DUE,
        left=0,
        state=text("status-pending"),
        late="no",
    )
    assert queue_line(case, DUE + timedelta(days=1), -1).args["late"] == "yes"


async def test_a_case_is_opened_by_its_reference(office: Office) -> None:
    case = await office.approves(await office.submits())

    assert open_button(case) == Choice(
        f"1.c.show.{case.id:x}.2", text("button-open", reference=case.reference)
    )


# ── who works on it, and what is related ─────────────────────────────────────────────────────────


def about(message: Message, prefix: str) -> list[Text]:
    return [line for line in message.lines if line.key.startswith(prefix)]


def outcome(case: Registration, status: str) -> Text:
    return text("related-one", reference=case.reference, state=text(f"status-{status}"))


async def test_a_claimed_case_names_who_works_on_it_until_the_claim_lapses(office: Office) -> None:
    case = await office.submits()
    taken = await office.does(claim, COLLEAGUE, case.id, case.version, office.policy, NOW)

    claimed = await shown(office, case)
    assert about(claimed, "card-held") == [
        text("card-held", name=COLLEAGUE.name, until=taken.until)
    ]
    assert claimed.choices == buttons(case, ("approve", "refuse"), ("details", "release"), ("ask",))

    office.clock.moment = taken.until
    lapsed = await shown(office, case)
    assert about(lapsed, "card-held") == []
    assert lapsed.choices == buttons(case, ("approve", "refuse"), ("details", "claim"), ("ask",))


async def test_a_claim_is_of_no_interest_once_the_case_is_decided(office: Office) -> None:
    case = await office.submits()
    await office.does(claim, COLLEAGUE, case.id, case.version, office.policy, NOW)

    approved = await office.approves(case)

    assert about(await shown(office, approved), "card-held") == []


async def test_each_earlier_case_is_named_under_the_strongest_thing_in_common(
    office: Office,
) -> None:
    same_all = await office.refuses(await office.submits("a"))
    same_email = await office.refuses(await office.submits("b", email="lan.a@example.vn"))
    same_person = await office.approves(await office.submits("c"))
    await office.submits("d", user="tg:6")

    case = await office.submits("a")

    assert about(await shown(office, case), "card-related") == [
        text("card-related-licence", count=1, list=outcome(same_all, "refused")),
        text("card-related-email", count=1, list=outcome(same_email, "refused")),
        text("card-related-account", count=1, list=outcome(same_person, "approved")),
    ]
    assert about(await shown(office, same_all), "card-related") == []


@pytest.mark.parametrize("earlier", [2, 3, 4])
async def test_the_newest_three_earlier_cases_are_named_and_all_are_counted(
    office: Office, earlier: int
) -> None:
    cases = [await office.refuses(await office.submits("a")) for _ in range(earlier)]

    (line,) = about(await shown(office, await office.submits("a")), "card-related")

    newest, *others = [outcome(case, "refused") for case in reversed(cases)][:3]
    listed = newest
    for other in others:
        listed = text("related-and", first=listed, second=other)
    if earlier > 3:
        listed = text("related-more", list=listed)
    assert line == text("card-related-licence", count=earlier, list=listed)


async def test_one_name_for_two_licences_is_pointed_out_unless_the_sender_is_the_same(
    office: Office,
) -> None:
    other = await office.submits("a", user="tg:6", facility="NHÀ THUỐC AN-TÂM")
    older = await office.submits("b", user="tg:7", facility="Nhà thuốc An Tâm")
    own = await office.submits("c", facility="Nhà thuốc An Tâm")
    await office.submits("d", user="tg:8", facility="Nhà thuốc Khác")

    case = await office.submits("e", facility="Nhà thuốc An Tâm")

    both = text("related-and", first=outcome(older, "pending"), second=outcome(other, "pending"))
    assert about(await shown(office, case), "card-related") == [
        text("card-related-account", count=1, list=outcome(own, "pending")),
        text("card-related-name", count=2, list=both),
    ]


async def test_a_licence_that_came_by_another_name_quotes_the_newest_other_one(
    office: Office,
) -> None:
    _, newest, _ = [
        await office.refuses(await office.submits("a", facility=facility))
        for facility in ("Quầy thuốc cũ", "NT An Tam", "NHÀ THUỐC AN-TÂM")
    ]

    case = await office.submits("a", facility="Nhà thuốc An Tâm")

    assert about(await shown(office, case), "card-typed-otherwise") == [
        text("card-typed-otherwise", reference=newest.reference, facility="NT An Tam")
    ]
    await office.refuses(case)
    other = await office.submits("b", email="lan.a@example.vn", facility="Nhà thuốc Khác")
    assert about(await shown(office, other), "card-typed-otherwise") == []
