"""Working days of state agencies and the deadline: day 0, day 10, and 24:00."""

import json
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import (
    CalendarError,
    Deadline,
    WorkingCalendar,
    bundled_calendar,
    deadline,
    parse_calendar,
)

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR, NOTES = bundled_calendar()
VECTORS = json.loads(
    (Path(__file__).parents[1] / "data" / "calendar_vectors.json").read_text("utf-8")
)["vectors"]
ONE_DAY = timedelta(days=1)

WEEKENDS_ONLY = WorkingCalendar(frozenset(), frozenset(), date(2026, 12, 31))


def submitted(text: str) -> Deadline:
    """The deadline of a registration submitted at an ISO moment."""
    return deadline(datetime.fromisoformat(text), CALENDAR, tz=HANOI)


# ---- the deadline -----------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["id"])
def test_agreed_deadlines(vector: dict[str, str]) -> None:
    due = submitted(vector["submitted"])

    assert due.due.isoformat() == vector["due_date"]
    assert due.reopens_at == datetime.fromisoformat(vector["email_reopens_at"])
    assert due.reopens_at.tzinfo is UTC


def test_midnight_into_a_saturday_changes_nothing() -> None:
    assert submitted("2025-03-14T23:59:59+07:00") == submitted("2025-03-15T00:00:00+07:00")


def test_midnight_into_a_working_day_is_one_day_more() -> None:
    before = submitted("2025-03-19T23:59:59.999999+07:00")
    after = submitted("2025-03-20T00:00:00+07:00")

    assert after.due == before.due + ONE_DAY


def test_the_day_is_that_of_vietnam_not_of_utc() -> None:
    assert submitted("2026-03-05T16:59:59Z").due == date(2026, 3, 19)
    assert submitted("2026-03-05T17:00:00Z").due == date(2026, 3, 20)


def test_a_worked_saturday_can_be_the_due_date() -> None:
    assert submitted("2026-08-10T09:00:00+07:00").due == date(2026, 8, 22)
    assert date(2026, 8, 22).strftime("%A") == "Saturday"


def test_a_worked_saturday_counts_for_who_submits_before_it_only() -> None:
    assert submitted("2026-01-09T09:00:00+07:00").due == date(2026, 1, 22)
    assert submitted("2026-01-10T09:00:00+07:00").due == date(2026, 1, 23)


def test_the_last_second_before_tet_waits_for_the_whole_of_tet() -> None:
    assert submitted("2026-02-13T23:59:59+07:00").due == date(2026, 3, 6)
    assert submitted("2026-02-14T00:00:00+07:00").due == date(2026, 3, 6)


def test_culture_day_2026_is_not_counted() -> None:
    assert submitted("2026-11-23T09:00:00+07:00").due == date(2026, 12, 8)


def test_it_reopens_at_24_00_of_the_due_date() -> None:
    due = submitted("2025-03-10T09:00:00+07:00")

    assert due.reopens_at == datetime(2025, 3, 24, 17, tzinfo=UTC)


def test_past_the_published_notices_it_is_provisional() -> None:
    within, beyond = submitted("2026-12-17T09:00:00+07:00"), submitted("2026-12-18T09:00:00+07:00")

    assert (within.due, within.provisional) == (date(2026, 12, 31), False)
    assert (beyond.due, beyond.provisional) == (date(2027, 1, 4), True)


def test_days_that_the_law_fixes_count_before_any_notice() -> None:
    assert not CALENDAR.is_working_day(date(2027, 1, 1))
    assert submitted("2026-12-21T09:00:00+07:00").due == date(2027, 1, 5)


def test_the_number_of_days_is_configuration() -> None:
    friday = datetime(2025, 3, 14, 9, tzinfo=HANOI)

    assert deadline(friday, CALENDAR, 1, tz=HANOI).due == date(2025, 3, 17)
    assert deadline(friday, CALENDAR, working_days=5, tz=HANOI).due == date(2025, 3, 21)


def test_another_time_zone_is_another_day() -> None:
    moment = datetime(2025, 3, 10, 20, tzinfo=UTC)

    assert deadline(moment, CALENDAR, tz=ZoneInfo("UTC")).due == date(2025, 3, 24)
    assert deadline(moment, CALENDAR, tz=HANOI).due == date(2025, 3, 25)


class Nowhere(tzinfo):
    """A time zone that does not say its offset, which leaves a datetime naive."""

    def utcoffset(self, dt: datetime | None) -> None:
        return None

    dst = tzname = utcoffset


@pytest.mark.parametrize("tz", [None, Nowhere()])
def test_a_moment_without_time_zone_is_refused(tz: tzinfo | None) -> None:
    with pytest.raises(ValueError, match=r"^submitted_at must carry its time zone$"):
        deadline(datetime(2025, 3, 10, 9, tzinfo=tz), CALENDAR, tz=HANOI)


@pytest.mark.parametrize("days", [0, -1])
def test_a_deadline_needs_a_working_day(days: int) -> None:
    with pytest.raises(ValueError, match=r"^a deadline needs at least 1 working day$"):
        deadline(datetime(2025, 3, 10, tzinfo=UTC), CALENDAR, days, tz=HANOI)


MOMENTS = st.datetimes(
    datetime(2023, 1, 1),  # noqa: DTZ001
    datetime(2026, 11, 30),  # noqa: DTZ001
    timezones=st.just(HANOI),
)


@given(MOMENTS, MOMENTS)
def test_who_submits_later_is_never_due_earlier(one: datetime, other: datetime) -> None:
    earlier, later = sorted([one, other])

    assert deadline(earlier, CALENDAR, tz=HANOI).due <= deadline(later, CALENDAR, tz=HANOI).due


@given(MOMENTS)
def test_the_hour_of_the_day_does_not_matter(moment: datetime) -> None:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)

    assert deadline(moment, CALENDAR, tz=HANOI) == deadline(midnight, CALENDAR, tz=HANOI)


@given(MOMENTS)
def test_the_due_date_is_the_tenth_working_day(moment: datetime) -> None:
    due = deadline(moment, CALENDAR, tz=HANOI).due
    days = [moment.date() + n * ONE_DAY for n in range(1, (due - moment.date()).days + 1)]

    assert sum(map(CALENDAR.is_working_day, days)) == 10
    assert CALENDAR.is_working_day(due)


@given(MOMENTS, st.dates(date(2023, 1, 1), date(2026, 12, 31)))
def test_one_more_closed_day_never_shortens_a_deadline(moment: datetime, closed: date) -> None:
    fuller = WorkingCalendar(
        CALENDAR.closed | ({closed} - CALENDAR.worked), CALENDAR.worked, CALENDAR.known_until
    )

    assert deadline(moment, fuller, tz=HANOI).due >= deadline(moment, CALENDAR, tz=HANOI).due


# ---- counting ---------------------------------------------------------------------------------

DAYS = st.dates(date(2022, 6, 1), date(2027, 6, 1))
CALENDARS = st.builds(
    lambda closed, worked: WorkingCalendar(closed, worked - closed, date(2026, 12, 31)),
    st.frozensets(DAYS, max_size=40),
    st.frozensets(DAYS, max_size=40),
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), True),
        (date(2026, 11, 24), False),
        (date(2026, 8, 22), True),
        (date(2026, 8, 23), False),
        (date(2026, 1, 2), False),
        (date(2026, 1, 10), True),
    ],
)
def test_working_days_of_2026(day: date, works: bool) -> None:
    assert CALENDAR.is_working_day(day) is works


@given(CALENDARS, DAYS, st.integers(1, 40))
def test_adding_days_is_walking_day_by_day(calendar: WorkingCalendar, start: date, n: int) -> None:
    walked, left = start, n
    while left:
        walked += ONE_DAY
        left -= calendar.is_working_day(walked)

    assert calendar.add_working_days(start, n) == walked


@given(CALENDARS, DAYS, DAYS)
def test_days_between_are_those_after_the_first_through_the_last(
    calendar: WorkingCalendar, a: date, b: date
) -> None:
    first, last = sorted([a, b])
    days = (first + n * ONE_DAY for n in range(1, (last - first).days + 1))
    count = sum(map(calendar.is_working_day, days))

    assert calendar.working_days_between(first, last) == count
    assert calendar.working_days_between(last, first) == -count


@given(CALENDARS, DAYS, st.integers(0, 400))
def test_adding_and_counting_agree(calendar: WorkingCalendar, start: date, n: int) -> None:
    assert calendar.working_days_between(start, calendar.add_working_days(start, n)) == n


@given(CALENDARS, DAYS)
def test_the_next_working_day_is_the_first_after(calendar: WorkingCalendar, d: date) -> None:
    following = calendar.next_working_day(d)

    assert following == calendar.add_working_days(d, 1)
    assert following > d
    assert calendar.is_working_day(following)


def test_no_day_added_is_the_same_day_even_a_closed_one() -> None:
    assert CALENDAR.add_working_days(date(2026, 11, 22), 0) == date(2026, 11, 22)


def test_days_are_not_taken_back() -> None:
    with pytest.raises(ValueError, match="cannot add -1 working days"):
        CALENDAR.add_working_days(date(2026, 11, 22), -1)


def test_a_year_closed_throughout_is_passed_over() -> None:
    closed = frozenset(date(2026, 1, 1) + n * ONE_DAY for n in range(365))
    calendar = WorkingCalendar(closed, frozenset(), date(2026, 12, 31))

    assert calendar.next_working_day(date(2025, 12, 31)) == date(2027, 1, 1)


def test_counting_looks_up_few_days_however_far_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    count = WorkingCalendar._worked_through

    def counted(calendar: WorkingCalendar, ordinal: int) -> int:
        asked.append(ordinal)
        return count(calendar, ordinal)

    monkeypatch.setattr(WorkingCalendar, "_worked_through", counted)

    WEEKENDS_ONLY.add_working_days(date(2026, 1, 1), 100_000)

    assert len(asked) <= 20


def test_closed_weekends_and_worked_weekdays_change_nothing() -> None:
    idle = WorkingCalendar(
        frozenset({date(2026, 11, 21)}), frozenset({date(2026, 11, 20)}), date(2026, 12, 31)
    )

    assert idle.working_days_between(date(2026, 11, 1), date(2026, 11, 30)) == 21
    assert idle.next_working_day(date(2026, 11, 20)) == date(2026, 11, 23)


def test_a_day_cannot_be_closed_and_worked() -> None:
    both = frozenset({date(2026, 8, 22), date(2026, 1, 10)})

    with pytest.raises(CalendarError, match="2026-01-10 is listed both as closed and as worked"):
        WorkingCalendar(both, both, date(2026, 12, 31))


def test_a_calendar_cannot_be_changed_and_compares_by_value() -> None:
    same, _ = bundled_calendar()
    CALENDAR.next_working_day(date(2026, 1, 1))

    assert same == CALENDAR
    assert hash(same) == hash(CALENDAR)
    with pytest.raises(AttributeError):
        CALENDAR.known_until = date.max  # type: ignore[misc]


@pytest.mark.parametrize(
    ("today", "soon"),
    [
        (date(2026, 11, 1), True),
        (date(2026, 10, 31), False),
        (date(2026, 12, 31), True),
        (date(2027, 6, 1), True),
    ],
)
def test_sixty_days_before_the_notices_end_staff_are_warned(today: date, soon: bool) -> None:
    assert CALENDAR.ends_soon(today) is soon


def test_the_last_published_day_is_certain_and_the_next_is_not() -> None:
    assert not CALENDAR.is_provisional(date(2026, 12, 31))
    assert CALENDAR.is_provisional(date(2027, 1, 1))


# ---- the file ---------------------------------------------------------------------------------


def test_the_bundled_calendar_names_every_closed_day() -> None:
    assert CALENDAR.known_until == date(2026, 12, 31)
    assert NOTES[date(2026, 11, 24)] == "Ngày Văn hóa Việt Nam"
    assert NOTES.keys() == CALENDAR.closed
    assert sorted(CALENDAR.worked) == [
        date(2024, 5, 4),
        date(2025, 4, 26),
        date(2026, 1, 10),
        date(2026, 8, 22),
    ]


def calendar_file(**changes: Any) -> str:
    """A good calendar file with `changes`; a change to None leaves the field out."""
    content = {
        "known_until": "2026-12-31",
        "closed_weekdays": {"2026-01-01": "Tết Dương lịch"},
        "worked_saturdays": ["2026-01-10"],
    } | changes
    return json.dumps({k: v for k, v in content.items() if v is not None})


def test_a_file_says_closed_days_with_notes_worked_days_and_how_far_it_goes() -> None:
    calendar, notes = parse_calendar(calendar_file(about="…", notices={"2026": "x"}))

    assert calendar == WorkingCalendar(
        frozenset({date(2026, 1, 1)}), frozenset({date(2026, 1, 10)}), date(2026, 12, 31)
    )
    assert notes == {date(2026, 1, 1): "Tết Dương lịch"}


def test_a_byte_order_mark_and_a_worked_sunday_pass() -> None:
    calendar, _ = parse_calendar("\ufeff" + calendar_file(worked_saturdays=["2026-01-11"]))

    assert calendar.is_working_day(date(2026, 1, 11))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the calendar is not JSON: line 1, column 1"),
        ('{\n "known_until": 2026-12-31}', "the calendar is not JSON: line 2, column 21"),
        ("[" * 100_000, "the calendar is nested too deeply"),
        ("9" * 5000, "the calendar must be an object"),
        ("[]", "the calendar must be an object"),
        (calendar_file(known_until=None), "the calendar lacks 'known_until'"),
        (
            calendar_file(worked_saturdays=None, closed_weekdays=None),
            "the calendar lacks 'closed_weekdays'",
        ),
        (calendar_file(worked_sat=[], zzz=1), "the calendar has an unknown field 'worked_sat'"),
        ('{"about": 1, "about": 2}', "the calendar lists 'about' twice"),
        (
            calendar_file().replace('{"2026-01-01"', '{"2026-01-01": "", "2026-01-01"'),
            "the calendar lists '2026-01-01' twice",
        ),
        (calendar_file(known_until=20261231), "known_until: 20261231.0 is not a date"),
        (
            calendar_file(known_until="31/12/2026"),
            "known_until: '31/12/2026' is not a date (YYYY-MM-DD)",
        ),
        (calendar_file(known_until="20261231"), "known_until: '20261231' is not a date"),
        (calendar_file(known_until="2026-W01-1"), "known_until: '2026-W01-1' is not a date"),
        (calendar_file(closed_weekdays=[]), "closed_weekdays must be an object"),
        (calendar_file(closed_weekdays={"2026-02-30": ""}), "closed_weekdays: '2026-02-30' is not"),
        (
            calendar_file(closed_weekdays={"2026-01-03": ""}),
            "closed_weekdays: 2026-01-03 is not a weekday",
        ),
        (
            calendar_file(closed_weekdays={"2026-01-01": 1}),
            "closed_weekdays: the note of 2026-01-01 must be text",
        ),
        (calendar_file(worked_saturdays={}), "worked_saturdays must be a list"),
        (calendar_file(worked_saturdays=[None]), "worked_saturdays: None is not a date"),
        (
            calendar_file(worked_saturdays=["2026-01-09"]),
            "worked_saturdays: 2026-01-09 is a weekday",
        ),
    ],
)
def test_a_broken_file_is_refused_in_one_plain_sentence(text: str, problem: str) -> None:
    with pytest.raises(CalendarError) as refusal:
        parse_calendar(text)

    assert str(refusal.value).startswith(problem)
    assert "\n" not in str(refusal.value)


@given(st.text())
def test_any_text_is_a_calendar_or_refused(text: str) -> None:
    with pytest.raises(CalendarError):
        parse_calendar(text)


def test_the_last_working_days_are_counted_back_over_closed_days_and_weekends() -> None:
    monday = date(2026, 5, 4)

    assert CALENDAR.last_working_days(monday, 3) == [date(2026, 4, 28), date(2026, 4, 29), monday]
    assert CALENDAR.last_working_days(date(2026, 5, 3), 1) == [date(2026, 4, 29)]
