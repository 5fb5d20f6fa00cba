"""Whether the queue will be late if it goes on at the pace of the last working days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from core.calendar import WorkingCalendar

PACE_DAYS = 5  # working days
FEWEST = 10  # decisions in them: fewer are chance, or a quiet week, and tell no pace


@dataclass(frozen=True, slots=True)
class Forecast:
    """`day` is the first due day to pass with somebody waiting, `late` how many will be."""

    day: date
    late: int


def forecast(
    waiting: Mapping[date, int], decided: int, today: date, calendar: WorkingCalendar
) -> Forecast | None:
    """Tell from which due day on the queue is late; None if it is not, or too little is known.

    `waiting` counts the undecided by due day, `decided` the decisions of the last `PACE_DAYS`
    working days before `today`. The queue is taken to be decided in the order of its due days, at
    that pace on every working day from `today` on, and is in time until the end of a due day.
    What was due before `today` is lost already and left out. Under `FEWEST` decisions there is no
    pace to speak of.
    """
    if decided < FEWEST:
        return None
    yesterday = today - timedelta(days=1)
    queued = 0
    for due in sorted(day for day in waiting if day >= today):
        queued += waiting[due]
        done = decided * calendar.working_days_between(yesterday, due) // PACE_DAYS
        if queued > done:
            return Forecast(due, queued - done)
    return None
