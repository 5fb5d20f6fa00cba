"""No edit of the calendar ever makes a promised date earlier."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.calendar import WorkingCalendar, deadline
from core.policy import Policy
from core.usecases.office_calendar import Change, Edit, edited, extended
from tests.storage.examples import registration

POLICY = Policy()
DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))
EDITS = st.lists(st.builds(Edit, DAYS, st.sampled_from(Change)), max_size=12)
MOMENTS = st.integers(0, 60 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
CALENDARS = st.builds(
    lambda closed, worked: WorkingCalendar(closed - worked, worked, date(2026, 2, 15)),
    st.frozensets(DAYS, max_size=10),
    st.frozensets(DAYS, max_size=10),
)


@given(CALENDARS, MOMENTS, EDITS)
def test_no_edit_makes_a_promised_date_earlier(
    calendar: WorkingCalendar, submitted_at: datetime, edits: list[Edit]
) -> None:
    term = deadline(submitted_at, calendar, tz=POLICY.tz)
    case = replace(
        registration(),
        submitted_at=submitted_at,
        due=term.due,
        reopens_at=term.reopens_at,
        provisional=term.provisional,
    )

    for edit in edits:
        calendar = edited(calendar, edit)
        later = extended(case, calendar, POLICY)
        wanted = deadline(submitted_at, calendar, tz=POLICY.tz)
        if later is None:
            assert wanted.due <= case.due
        else:
            assert later.due == wanted.due > case.due
            assert later.reopens_at == wanted.reopens_at > case.reopens_at
            assert (
                replace(
                    later, due=case.due, reopens_at=case.reopens_at, provisional=case.provisional
                )
                == case
            )
            case = later


@given(CALENDARS, DAYS, st.sampled_from(Change))
def test_an_edit_changes_its_own_day_alone(
    calendar: WorkingCalendar, day: date, change: Change
) -> None:
    after = edited(calendar, Edit(day, change))

    assert (
        after.is_working_day(day)
        is {
            Change.CLOSE: False,
            Change.WORK: True,
            Change.DROP: day.weekday() < 5,
        }[change]
    )
    others = (calendar.closed | calendar.worked | after.closed | after.worked) - {day}
    assert all(after.is_working_day(one) == calendar.is_working_day(one) for one in others)
