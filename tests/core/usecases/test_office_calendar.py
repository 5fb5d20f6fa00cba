"""The calendar is a lead's to change, and a promise moves later, with notice, or not at all."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.errors import LostRace, NotAllowed
from core.messages import Address, Kind, Message, Outgoing, Text, text
from core.people import Actor
from core.ports import Event, HistoryEntry, SpecialDay
from core.registration import Registration
from core.usecases.office_calendar import Change, Edit, Impact, change_calendar, impact
from core.usecases.reopen import reopen
from storage.tables import history
from tests.core.usecases.office import (
    LEAD,
    OFFICER,
    STRANGER,
    VIEWER,
    Office,
    card_in_time,
    problem_of,
)

# Handed in on Monday 2 March 2026, due on Monday 16 March.
DUE = date(2026, 3, 16)
TUESDAY = Edit(date(2026, 3, 10), Change.CLOSE, "họp ngành")
SATURDAY = Edit(date(2026, 3, 7), Change.WORK)
HOLIDAY = Edit(date(2026, 4, 27), Change.DROP)


async def changes(office: Office, edit: Edit, *, extend: bool = False, by: Actor = LEAD) -> int:
    return await office.does(change_calendar, by, edit, office.policy, office.now, extend=extend)


async def means(office: Office, edit: Edit, by: Actor = LEAD) -> Impact:
    return await office.does(impact, by, edit, office.policy, office.now)


async def special(office: Office, day: date) -> SpecialDay | None:
    async with office.store.read() as tx:
        return next((one for one in await tx.calendar.days() if one.day == day), None)


async def changed(office: Office) -> list[tuple[object, ...]]:
    """Who changed the calendar, when, and what the history says of it."""
    return [
        (row["at"], row["by"], row["by_name"], row["detail"])
        for row in await office.rows(history)
        if row["event"] == Event.CALENDAR_CHANGED.value
    ]


def moved(case: Registration, due: date) -> Registration:
    midnight = datetime(due.year, due.month, due.day, 17, tzinfo=UTC)
    return replace(case, version=case.version + 1, due=due, reopens_at=midnight)


# ── what a change would mean ─────────────────────────────────────────────────────────────────────


async def test_before_it_is_saved_a_lead_sees_how_many_promises_it_touches(
    office: Office,
) -> None:
    for name in "ab":
        await office.submits(name)
    await office.approves(await office.submits("c"))
    await office.refuses(await office.submits("d"))

    assert await means(office, TUESDAY) == Impact(total=3, later=3, sooner=0, days=1)
    assert await means(office, SATURDAY) == Impact(total=3, later=0, sooner=3, days=0)
    assert await means(office, HOLIDAY) == Impact(total=3, later=0, sooner=0, days=0)
    assert await changed(office) == []


async def test_the_longest_delay_is_told_in_days_of_the_calendar(office: Office) -> None:
    await office.submits("a")
    office.waits(days=4)
    await office.submits("b")  # due on Friday 20 March

    assert await means(office, Edit(date(2026, 3, 13), Change.CLOSE)) == Impact(2, 2, 0, 3)
    assert await means(office, Edit(date(2026, 3, 16), Change.CLOSE)) == Impact(2, 2, 0, 3)
    assert await means(office, Edit(date(2026, 3, 17), Change.CLOSE)) == Impact(2, 1, 0, 3)


async def test_with_nothing_open_a_change_touches_nothing(office: Office) -> None:
    assert await means(office, TUESDAY) == Impact(0, 0, 0, 0)


async def test_rule_3_the_office_counts_its_own_number_of_days(office: Office) -> None:
    hurried = replace(office, policy=replace(office.policy, working_days=5))
    case = await hurried.submits()  # due on Monday 9 March

    assert (await means(hurried, TUESDAY)).later == 0
    assert (await means(hurried, Edit(date(2026, 3, 9), Change.CLOSE))).later == 1
    assert await changes(hurried, Edit(date(2026, 3, 9), Change.CLOSE), extend=True) == 1
    assert (await office.case(case)).due == date(2026, 3, 10)


async def test_rule_3_a_case_of_the_early_morning_counts_from_its_local_day(
    office: Office,
) -> None:
    office.clock.moment = datetime(2026, 3, 2, 17, tzinfo=UTC)  # 0:00 on Tuesday 3 March
    case = await office.submits()

    assert await means(office, TUESDAY) == Impact(1, 1, 0, 1)
    await changes(office, TUESDAY, extend=True)
    assert (await office.case(case)).due == date(2026, 3, 18)


# ── what a change does ───────────────────────────────────────────────────────────────────────────


async def test_a_promise_is_kept_unless_the_lead_says_so(office: Office) -> None:
    case = await office.submits()
    await office.forgets_owed()
    office.waits(hours=1)

    assert await changes(office, TUESDAY) == 0

    assert await special(office, TUESDAY.day) == SpecialDay(
        TUESDAY.day, worked=False, note="họp ngành"
    )
    assert await office.case(case) == case
    assert await office.owed() == []
    assert await changed(office) == [
        (
            office.now,
            LEAD.user,
            LEAD.name,
            '{"day": "2026-03-10", "change": "close", "note": "họp ngành", "moved": 0}',
        )
    ]


async def test_a_promise_that_moves_is_told_on_the_card_in_the_history_and_to_the_facility(
    office: Office,
) -> None:
    case = await office.submits(locale="en")
    await office.forgets_owed()
    office.waits(hours=1)

    assert await changes(office, TUESDAY, extend=True) == 1

    later = moved(case, date(2026, 3, 17))
    assert await office.case(case) == later
    assert (await office.history(case))[1:] == [
        HistoryEntry(
            office.now,
            Event.DUE_MOVED,
            LEAD.user,
            LEAD.name,
            case.id,
            {"from": "2026-03-16", "to": "2026-03-17"},
        )
    ]
    told = text("due-moved", reference=case.reference, due=date(2026, 3, 17), was=DUE)
    assert await office.owed() == [
        card_in_time(later),
        Outgoing(
            key=f"due-moved:{case.id}:2",
            kind=Kind.SAY,
            address=Address("public", "5"),
            locale="en",
            message=Message((told,)),
            registration_id=case.id,
        ),
    ]
    assert '"moved": 1' in str(await changed(office))


async def test_every_open_case_that_has_less_time_moves_and_no_other(office: Office) -> None:
    early = await office.submits("a")
    refused = await office.refuses(await office.submits("b"))
    office.waits(days=7)
    waiting = await office.submits("c")  # due on Monday 23 March
    approved = await office.approves(await office.submits("d"))

    assert await changes(office, Edit(date(2026, 3, 17), Change.CLOSE), extend=True) == 2

    assert [(await office.case(one)).due for one in (early, refused, waiting, approved)] == [
        DUE,
        DUE,
        date(2026, 3, 24),
        date(2026, 3, 24),
    ]


async def test_a_term_that_began_anew_counts_from_then(office: Office) -> None:
    case = await office.submits()
    office.waits(days=4)
    await office.refuses(case)
    await office.result_leaves()
    case = await office.case(case)
    why = "Đối chiếu lại: đã từ chối nhầm"
    await office.does(reopen, LEAD, case.id, case.version, why, office.policy, office.now)
    assert (await office.case(case)).due == date(2026, 3, 20)

    assert await means(office, HOLIDAY) == Impact(total=1, later=0, sooner=0, days=0)
    assert await means(office, SATURDAY) == Impact(total=1, later=0, sooner=1, days=0)
    assert await changes(office, TUESDAY, extend=True) == 1
    assert (await office.case(case)).due == date(2026, 3, 23)


async def test_rule_3_no_change_makes_a_promise_earlier(office: Office) -> None:
    case = await office.submits()

    assert await changes(office, SATURDAY, extend=True) == 0

    assert await special(office, SATURDAY.day) == SpecialDay(SATURDAY.day, worked=True)
    assert await office.case(case) == case


async def test_a_promise_past_the_published_calendar_becomes_provisional(office: Office) -> None:
    office.clock.moment = datetime(2026, 12, 17, 2, tzinfo=UTC)
    case = await office.submits()
    assert (case.due, case.provisional) == (date(2026, 12, 31), False)

    await changes(office, Edit(date(2026, 12, 24), Change.CLOSE), extend=True)

    after = await office.case(case)
    assert (after.due > date(2026, 12, 31), after.provisional) == (True, True)


async def test_a_special_day_is_dropped_and_its_weekday_counts_again(office: Office) -> None:
    closed = await special(office, HOLIDAY.day)

    await changes(office, HOLIDAY)

    assert closed is not None
    assert not closed.worked
    assert await special(office, HOLIDAY.day) is None
    assert await problem_of(changes(office, HOLIDAY)) == text("calendar-no-change", day=HOLIDAY.day)


async def test_a_day_can_be_closed_opened_and_closed_again(office: Office) -> None:
    await changes(office, SATURDAY)
    await changes(office, Edit(SATURDAY.day, Change.CLOSE))
    assert await special(office, SATURDAY.day) == SpecialDay(SATURDAY.day, worked=False)
    await changes(office, TUESDAY)
    await changes(office, Edit(TUESDAY.day, Change.WORK))

    assert await special(office, TUESDAY.day) == SpecialDay(TUESDAY.day, worked=True)


# ── what is no change ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "edit",
    [
        Edit(SATURDAY.day, Change.CLOSE),
        Edit(SATURDAY.day, Change.DROP),
        Edit(TUESDAY.day, Change.WORK),
        Edit(TUESDAY.day, Change.DROP),
        Edit(HOLIDAY.day, Change.CLOSE),
    ],
)
async def test_a_day_that_is_so_already_is_no_change(office: Office, edit: Edit) -> None:
    expected = text("calendar-no-change", day=edit.day)

    assert await problem_of(means(office, edit)) == expected
    assert await problem_of(changes(office, edit)) == expected
    assert await changed(office) == []


async def test_the_day_that_has_begun_stays_as_it_is(office: Office) -> None:
    today = Edit(date(2026, 3, 2), Change.CLOSE)
    tomorrow = Edit(date(2026, 3, 3), Change.CLOSE)

    assert await problem_of(means(office, today)) == Text("calendar-past")
    office.clock.moment = datetime(2026, 3, 2, 17, tzinfo=UTC)  # 0:00 on the 3rd in Hanoi
    assert await problem_of(changes(office, tomorrow)) == Text("calendar-past")
    office.waits(microseconds=-1)
    assert await changes(office, tomorrow) == 0


@pytest.mark.parametrize("by", [STRANGER, VIEWER, OFFICER], ids=lambda by: by.user)
async def test_rule_7_nobody_but_a_lead_changes_the_calendar(office: Office, by: Actor) -> None:
    with pytest.raises(NotAllowed):
        await means(office, TUESDAY, by)
    with pytest.raises(NotAllowed):
        await changes(office, TUESDAY, by=by)

    assert await special(office, TUESDAY.day) is None


async def test_without_a_calendar_there_is_nothing_to_change(office: Office) -> None:
    async with office.store.engines.write() as connection:
        await connection.exec_driver_sql("DELETE FROM calendar")

    with pytest.raises(LookupError, match=r"^the database holds no calendar$"):
        await means(office, TUESDAY)


async def test_a_change_that_loses_a_race_moves_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await office.submits()

    async def lose(before: Registration, after: Registration) -> bool:
        return False

    async def change_late() -> None:
        async with office.store.begin() as tx:
            monkeypatch.setattr(tx.registrations, "save", lose)
            await change_calendar(tx, LEAD, TUESDAY, office.policy, office.now, extend=True)

    with pytest.raises(LostRace):
        await change_late()

    assert await special(office, TUESDAY.day) is None
    assert await office.events(case) == ["submitted"]
