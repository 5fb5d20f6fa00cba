"""A calendar month, and how people name one."""

import re
from dataclasses import dataclass
from datetime import date

from core.text import fold

_DECEMBER = 12
_CENTURY = 2000
_THIS = frozenset({"", "nay", "thang nay", "this month"})
_LAST = frozenset({"truoc", "thang truoc", "last month", "previous month"})
_WORD = r"(?:thang|month|t)?\s*"
_MONTH = re.compile(rf"{_WORD}(\d{{1,2}})")
_MONTH_YEAR = re.compile(rf"{_WORD}(\d{{1,2}})(?:\s*[/.,-]\s*|\s+(?:nam\s+)?)(\d{{4}}|\d{{2}})")
_YEAR_MONTH = re.compile(r"(\d{4})\s*[/.-]\s*(\d{1,2})")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month of one year; `number` counts from 1."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.number:02}/{self.year}"

    @property
    def starts(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def after(self) -> "Month":
        """The month that follows."""
        if self.number == _DECEMBER:
            return Month(self.year + 1, 1)
        return Month(self.year, self.number + 1)

    @property
    def before(self) -> "Month":
        """The month that precedes."""
        if self.number == 1:
            return Month(self.year - 1, _DECEMBER)
        return Month(self.year, self.number - 1)


def month_of(day: date) -> Month:
    """Give the month a day lies in."""
    return Month(day.year, day.month)


def read_month(typed: str, today: date) -> Month | None:
    """Read what people type for a month: nothing, "10", "tháng 10/2026", "tháng trước", "2026-10".

    Without a year it is the newest such month up to today's. None for anything else; years are of
    this century.
    """
    words, this = fold(typed), month_of(today)
    if words in _THIS:
        return this
    if words in _LAST:
        return this.before
    if found := _MONTH.fullmatch(words):
        number = int(found[1])
        return _month(this.year if number <= this.number else this.year - 1, number)
    if found := _MONTH_YEAR.fullmatch(words):
        return _month(int(found[2]), int(found[1]))
    if found := _YEAR_MONTH.fullmatch(words):
        return _month(int(found[1]), int(found[2]))
    return None


def _month(year: int, number: int) -> Month | None:
    full = year if year >= _CENTURY else year + _CENTURY
    known = 1 <= number <= _DECEMBER and full < _CENTURY + 100
    return Month(full, number) if known else None
