"""Office hours: how far a stretch of working time reaches, over nights, weekends and holidays."""

from datetime import UTC, datetime, timedelta

from core.calendar import WorkingCalendar
from core.policy import Policy


def after_office_time(
    start: datetime, length: timedelta, calendar: WorkingCalendar, policy: Policy
) -> datetime:
    """Return the moment (UTC) at which the office has been open for `length` since `start`.

    Open means `policy.opens` to `policy.closes` on working days, lunch included: it is a promise
    to colleagues, not a time sheet. `start` carries its time zone, `length` is over zero.
    """
    day = policy.today(start)
    while True:
        opens, closes = policy.local(day, policy.opens), policy.local(day, policy.closes)
        if calendar.is_working_day(day):
            begin = max(start, opens)
            if begin + length <= closes:
                return (begin + length).astimezone(UTC)
            length -= max(closes - begin, timedelta())
        day = calendar.next_working_day(day)
