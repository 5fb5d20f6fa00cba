"""The months that people name. Today is 2 March 2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.months import Month, month_of, read_month

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("", "03/2026"),
        ("  ", "03/2026"),
        ("tháng này", "03/2026"),
        ("this month", "03/2026"),
        ("tháng trước", "02/2026"),
        ("THANG TRUOC", "02/2026"),
        ("last month", "02/2026"),
        ("3", "03/2026"),
        ("4", "04/2025"),  # the newest April there was
        ("tháng 10", "10/2025"),
        ("t2", "02/2026"),
        ("10/2025", "10/2025"),
        ("1/26", "01/2026"),
        ("tháng 10 năm 2025", "10/2025"),
        ("tháng 10/2025", "10/2025"),
        ("10-2025", "10/2025"),
        ("2025-10", "10/2025"),
        ("12/2026", "12/2026"),  # still to come, which is for others to say
    ],
)
def test_a_month_is_named_in_many_ways(typed: str, month: str) -> None:
    assert f"{read_month(typed, TODAY)}" == month


@pytest.mark.parametrize(
    "typed",
    ["13", "0", "0/2026", "13/2026", "10/1999", "10/2100", "102026", "hôm qua", "1/2/2026", "-1"],
)
def test_what_is_no_month_is_none(typed: str) -> None:
    assert read_month(typed, TODAY) is None


@given(st.text(max_size=12))
def test_whatever_is_typed_gives_a_month_or_none(typed: str) -> None:
    read_month(typed, TODAY)


@given(st.dates(date(2000, 2, 1), date(2099, 11, 30)))
def test_months_follow_each_other_and_are_read_as_they_are_written(day: date) -> None:
    month = month_of(day)

    assert month.starts <= day < month.after.starts
    assert month.before < month < month.after
    assert month.before.after == month.after.before == month
    assert read_month(f"{month}", TODAY) == month


def test_the_year_turns() -> None:
    assert Month(2025, 12).after == Month(2026, 1)
    assert read_month("tháng trước", date(2026, 1, 31)) == Month(2025, 12)
