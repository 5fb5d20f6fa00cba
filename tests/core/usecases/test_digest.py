"""The digest: on which mornings, what it lists and in which order, and once."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.calendar import WorkingCalendar
from core.forecast import FEWEST
from core.messages import Choice, Kind, Message, Outgoing, Text, text
from core.ports import NewUpdate
from core.registration import Registration, Status
from core.usecases import digest as module
from core.usecases.digest import digest, send_digest
from core.usecases.expire import expire_due
from tests.core.usecases.office import GROUP, NOW, POLICY, Office

CALENDAR = WorkingCalendar(frozenset(), frozenset(), known_until=date(2026, 12, 31))
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)  # 8:00 in Hanoi
TUESDAY = MONDAY + timedelta(days=1)


async def sends(office: Office, now: datetime) -> bool:
    return await office.does(send_digest, office.policy, now)


async def composed(office: Office, now: datetime, since: datetime | None = None) -> Message | None:
    return await office.does(digest, CALENDAR, office.policy, now, since=since)


def line(case: Registration, mark: str, left: int, state: str, late: str = "no") -> Text:
    return text(
        "queue-line",
        mark=mark,
        reference=case.reference,
        facility=case.facility,
        due=case.due,
        left=left,
        state=text(f"status-{state}"),
        late=late,
    )


def opens(case: Registration) -> Choice:
    return Choice(
        f"1.c.show.{case.id:x}.{case.version:x}", text("button-open", reference=case.reference)
    )


async def parks_an_update(office: Office) -> None:
    async with office.store.begin() as tx:
        await tx.inbox.put([NewUpdate("public", "1", "public:5", b"{}")], NOW)
        (row,) = await tx.inbox.heads(1, NOW)
        await tx.inbox.failed(row.id, NOW, "defect", park=True, now=NOW)


async def due_on(office: Office, name: str, due: date) -> Registration:
    case = await office.submits(name)
    async with office.store.begin() as tx:
        moved = replace(case, due=due)
        assert await tx.registrations.save(case, moved)
    return await office.case(case)


async def test_it_is_owed_to_the_group_at_eight(office: Office) -> None:
    case = await office.submits()
    await office.forgets_owed()

    assert await sends(office, TUESDAY)

    lines = (
        text("digest-title", day=date(2026, 3, 3), count=1),
        text("digest-waiting", count=1),
        line(case, "🟢", 9, "pending"),
    )
    assert await office.owed() == [
        Outgoing(
            key="digest:2026-03-03",
            kind=Kind.SAY,
            address=GROUP,
            message=Message(lines, ((opens(case),),)),
        )
    ]


@pytest.mark.parametrize(
    ("after", "sent"),
    [
        (timedelta(microseconds=-1), False),
        (timedelta(), True),
        (timedelta(hours=12, microseconds=-1), True),
        (timedelta(hours=12), False),
    ],
)
async def test_a_slot_lasts_from_its_hour_for_half_a_day(
    office: Office, after: timedelta, sent: bool
) -> None:
    await office.submits()

    assert await sends(office, TUESDAY + after) is sent


async def test_the_hour_is_the_offices_to_set(office: Office) -> None:
    await office.submits()
    later = replace(POLICY, digest_at=time(9, 30))

    assert not await office.does(send_digest, later, TUESDAY)
    assert await office.does(send_digest, later, TUESDAY + timedelta(hours=1, minutes=30))


async def test_it_is_sent_once_a_day(office: Office) -> None:
    await office.submits()
    await office.forgets_owed()

    assert await sends(office, TUESDAY)
    assert not await sends(office, TUESDAY + timedelta(minutes=1))
    assert await sends(office, TUESDAY + timedelta(days=1))
    assert [owed.key for owed in await office.owed()] == ["digest:2026-03-03", "digest:2026-03-04"]


async def test_not_on_a_day_the_office_is_closed(office: Office) -> None:
    await office.submits()

    assert not await sends(office, MONDAY + timedelta(days=5))  # a Saturday
    assert not await sends(office, datetime(2026, 4, 30, 1, tzinfo=UTC))


async def test_not_without_a_group_or_a_calendar(office: Office) -> None:
    await office.submits()
    await office.forgets_owed()
    await office.opens_desk("")
    assert not await sends(office, TUESDAY)

    await office.opens_desk()
    async with office.store.engines.write() as connection:
        await connection.exec_driver_sql("DELETE FROM calendar")
    assert not await sends(office, TUESDAY)
    assert await office.owed() == []


async def test_an_empty_one_is_sent_on_monday_only(office: Office) -> None:
    assert await sends(office, MONDAY)
    assert not await sends(office, TUESDAY)

    clear = Message((text("digest-title", day=date(2026, 3, 2), count=0), Text("digest-clear")))
    assert [owed.message for owed in await office.owed()] == [clear]


async def test_a_morning_without_news_takes_its_slot(office: Office) -> None:
    assert not await sends(office, TUESDAY)
    await office.submits()

    assert not await sends(office, TUESDAY + timedelta(minutes=5))


async def test_cases_are_listed_by_how_pressing_they_are(office: Office) -> None:
    later = await due_on(office, "later", date(2026, 3, 5))
    soon = await due_on(office, "soon", date(2026, 3, 4))
    soonest = await due_on(office, "soonest", date(2026, 3, 3))
    today = await due_on(office, "today", date(2026, 3, 2))
    late = await due_on(office, "late", date(2026, 2, 27))

    message = await composed(office, MONDAY)

    assert message == Message(
        (
            text("digest-title", day=date(2026, 3, 2), count=5),
            text("digest-due-today", count=2),
            line(late, "🔴", -1, "pending", "yes"),
            line(today, "🔴", 0, "pending"),
            text("digest-due-soon", count=2),
            line(soonest, "🟠", 1, "pending"),
            line(soon, "🟠", 2, "pending"),
            text("digest-waiting", count=1),
            line(later, "🟢", 3, "pending"),
        ),
        ((opens(late), opens(today)), (opens(soonest), opens(soon)), (opens(later),)),
    )


async def test_what_expired_since_the_last_one_is_listed_without_a_button(
    office: Office,
) -> None:
    case = await office.submits()
    await office.does(expire_due, office.policy, case.reopens_at)
    case = await office.case(case)
    morning = case.reopens_at + timedelta(hours=8)

    message = await composed(office, morning, since=case.reopens_at - timedelta(hours=1))

    assert message == Message(
        (
            text("digest-title", day=date(2026, 3, 17), count=0),
            text("digest-expired", count=1),
            line(case, "🔴", 0, "expired", "yes"),
        )
    )
    assert await composed(office, morning, since=case.reopens_at) is None


async def test_the_first_one_looks_back_a_day(office: Office) -> None:
    case = await office.submits()
    await office.does(expire_due, office.policy, case.reopens_at)

    day = timedelta(days=1)
    assert await composed(office, case.reopens_at + day - timedelta(seconds=1)) is not None
    assert await composed(office, case.reopens_at + day) is None


async def test_the_next_one_looks_back_to_the_last(office: Office) -> None:
    case = await office.submits()
    friday = datetime(2026, 3, 13, 1, tzinfo=UTC)
    assert await sends(office, friday)
    await office.does(expire_due, office.policy, case.reopens_at)
    await office.forgets_owed()

    assert await sends(office, datetime(2026, 3, 19, 1, tzinfo=UTC))  # three days after

    (owed,) = await office.owed()
    assert owed.message is not None
    assert owed.message.lines[1] == text("digest-expired", count=1)


async def test_a_result_that_could_not_be_mailed_comes_first_among_the_buttons(
    office: Office,
) -> None:
    refused = await office.refuses(await office.submits("a"))
    await office.result_leaves(accepted=False)
    refused = await office.case(refused)
    waiting = await office.submits("b")

    message = await composed(office, TUESDAY)

    assert message == Message(
        (
            text("digest-title", day=date(2026, 3, 3), count=1),
            text("digest-waiting", count=1),
            line(waiting, "🟢", 9, "pending"),
            text("digest-repair", count=1),
            text(
                "digest-repair-line",
                line=line(refused, "🟢", 9, "refused"),
                wrong=Text("repair-mail"),
            ),
        ),
        (
            (opens(refused),),
            tuple(
                Choice(
                    f"1.c.{verb}.{refused.id:x}.{refused.version:x}",
                    Text(f"button-repair-{verb}"),
                )
                for verb in ("resend", "email", "handled")
            ),
            (opens(waiting),),
        ),
    )


async def test_each_of_several_that_need_repair_has_its_buttons(office: Office) -> None:
    for name in "ab":
        await office.refuses(await office.submits(name))
    await office.result_leaves(accepted=False)

    message = await composed(office, TUESDAY)

    assert message is not None
    assert [[choice.label.key for choice in row] for row in message.choices] == [
        ["button-open"],
        ["button-repair-resend", "button-repair-email", "button-repair-handled"],
    ] * 2


async def test_nothing_needs_repair_once_its_term_has_passed(office: Office) -> None:
    refused = await office.refuses(await office.submits())
    await office.result_leaves(accepted=False)
    morning = refused.reopens_at - timedelta(seconds=1)

    assert await composed(office, morning) is not None
    assert await composed(office, refused.reopens_at) is None


async def test_an_update_that_was_given_up_is_mentioned(office: Office) -> None:
    await parks_an_update(office)

    assert await composed(office, TUESDAY) == Message(
        (text("digest-title", day=date(2026, 3, 3), count=0), text("digest-parked", count=1)),
        ((Choice("1.d.list", Text("button-dead")),),),
    )
    monday = await composed(office, MONDAY)
    assert monday is not None
    assert Text("digest-clear") not in monday.lines


async def test_updates_and_messages_that_were_given_up_are_counted_together(
    office: Office,
) -> None:
    await parks_an_update(office)
    async with office.store.begin() as tx:
        await tx.outbox.put(Outgoing("1", Kind.SAY, GROUP, message=Message((Text("help"),))))
        (row,) = await tx.outbox.claim("sender", NOW, NOW, 1, mail=False)
        await tx.outbox.failed("sender", row.id, NOW, "never: too long")

    message = await composed(office, TUESDAY)

    assert message is not None
    assert message.lines[1:] == (text("digest-parked", count=2),)


@pytest.mark.parametrize("what", ["open", "expired", "repair"])
async def test_all_is_clear_only_when_nothing_is_to_be_said(office: Office, what: str) -> None:
    case = await office.submits()
    if what == "expired":
        async with office.store.begin() as tx:
            gone = replace(case, status=Status.EXPIRED, reopens_at=MONDAY - timedelta(hours=1))
            await tx.registrations.save(case, gone)
    if what == "repair":
        await office.refuses(case)
        await office.result_leaves(accepted=False)

    message = await composed(office, MONDAY)

    assert message is not None
    assert Text("digest-clear") not in message.lines


async def test_a_long_list_is_cut_and_the_rest_counted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LISTED", 3)
    monkeypatch.setattr(module, "BUTTONS", 2)
    for number in range(4):
        await office.submits(f"n{number}")

    message = await composed(office, TUESDAY)

    assert message is not None
    assert [shown.key for shown in message.lines] == [
        "digest-title",
        "digest-waiting",
        *["queue-line"] * 3,
        "digest-more",
    ]
    assert message.lines[0].args["count"] == 4
    assert message.lines[1].args["count"] == 3
    assert message.lines[-1] == text("digest-more", count=1)
    assert [len(row) for row in message.choices] == [2]


async def test_a_list_of_another_kind_is_cut_too_and_says_how_long_it_is(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LISTED", 2)
    for number in range(3):
        await office.refuses(await office.submits(f"n{number}"))
    await office.result_leaves(accepted=False)

    message = await composed(office, TUESDAY)

    assert message is not None
    assert [shown.key for shown in message.lines[1:]] == [
        "digest-repair",
        *["digest-repair-line"] * 2,
    ]
    assert message.lines[1].args["count"] == 3


async def test_as_many_as_fit_are_not_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LISTED", 2)
    for number in range(2):
        await office.submits(f"n{number}")

    message = await composed(office, TUESDAY)

    assert message is not None
    assert [shown.key for shown in message.lines][-1] == "queue-line"


async def test_it_says_from_when_the_queue_is_late_at_the_pace_of_the_last_days(
    office: Office,
) -> None:
    for number in range(FEWEST):
        await office.approves(await office.submits(f"decided{number}"))
    await office.undoes(await office.approves(await office.submits("undone")))
    next_monday = MONDAY + timedelta(days=7)
    for name in ("x", "y"):
        await due_on(office, name, date(2026, 3, 9))

    for name in ("p", "q", "r"):
        await due_on(office, name, date(2026, 3, 6))

    new_here = await composed(office, MONDAY + timedelta(days=4))
    in_time = await composed(office, next_monday)
    await due_on(office, "z", date(2026, 3, 9))
    late = await composed(office, next_monday)
    nobody_knows = await composed(office, next_monday + timedelta(days=7))

    assert late is not None
    line = text("digest-forecast", decided=FEWEST, day=date(2026, 3, 9), late=1)
    assert late.lines[1] == line
    for other in (new_here, in_time, nobody_knows):
        assert other is not None
        assert "digest-forecast" not in {each.key for each in other.lines}


async def test_a_decision_tells_the_pace_of_the_next_five_working_days(office: Office) -> None:
    for number in range(FEWEST):
        await office.approves(await office.submits(f"decided{number}"))
    for name in "abcde":
        await due_on(office, name, date(2026, 3, 10))

    fifth = await composed(office, MONDAY + timedelta(days=7))
    sixth = await composed(office, MONDAY + timedelta(days=8))

    assert fifth is not None
    assert sixth is not None
    assert text("digest-forecast", decided=FEWEST, day=date(2026, 3, 10), late=1) in fifth.lines
    assert "digest-forecast" not in {each.key for each in sixth.lines}
