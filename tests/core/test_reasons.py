"""The wording of reasons: what may stand in one, and how its slots are filled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Problem
from core.reasons import (
    WORDING_LENGTH,
    Grounds,
    Reason,
    Slot,
    headline,
    is_reason,
    read_item,
    read_wording,
    slots_of,
    worded,
)
from tests.storage.examples import registration

FORM = "GCN {so_gcn} trùng với {ma_khac}, thiếu {muc}"
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=220)


@given(anything)
def test_what_is_taken_as_a_wording_is_clean_and_has_known_slots_only(typed: str) -> None:
    try:
        wording = read_wording(typed)
    except Problem:
        return

    assert len(wording) in WORDING_LENGTH
    assert wording.isprintable()
    assert not set("{}") & set(worded(wording, "", dict.fromkeys(Slot, "")))
    assert read_wording(wording) == wording


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "wording-length"),
        ("ngắn", "wording-length"),
        ("\u200b" * 30, "wording-length"),
        ("a" * 201, "wording-length"),
        ("Thiếu giấy tờ {ten}", "wording-unknown-slot"),
        ("Thiếu giấy tờ {{muc}}", "wording-unknown-slot"),
        ("Thiếu giấy tờ }", "wording-unknown-slot"),
        ("Thiếu giấy tờ {muc", "wording-unknown-slot"),
    ],
)
def test_what_cannot_be_a_wording_is_named(typed: str, problem: str) -> None:
    with pytest.raises(Problem) as raised:
        read_wording(typed)

    assert raised.value.text.key == problem


def test_a_wording_is_one_line_with_its_slots_in_one_spelling() -> None:
    assert read_wording(" Thiếu\u200b giấy\n\ttờ: { muc } ") == "Thiếu giấy tờ: {muc}"


@given(anything, anything, anything)
def test_a_value_is_never_read_as_a_slot(licence: str, other: str, item: str) -> None:
    values = {Slot.OTHER.value: other, Slot.ITEM.value: item}

    assert worded(FORM, licence, values) == f"GCN {licence} trùng với {other}, thiếu {item}"


def test_what_is_open_is_asked_for_each_reason_by_itself() -> None:
    one, two = Reason("R01", 1, FORM, "Missing {muc}"), Reason("R02", 2, "Sai {muc} trên GCN")
    grounds = Grounds((one, two), "Ghi thêm", {"R01.muc": "tên"})

    assert slots_of(FORM) == [Slot.LICENCE, Slot.OTHER, Slot.ITEM]
    assert grounds.open_slots("vi") == ["R01.ma_khac", "R02.muc"]
    assert grounds.open_slots("en") == ["R02.muc"]


def test_the_lines_are_in_the_language_of_the_facility_or_in_vietnamese() -> None:
    reasons = (Reason("R01", 1, "Thiếu {muc} ạ", "Missing {muc}"), Reason("R02", 2, "Sai GCN"))
    grounds = Grounds(reasons, "Ghi thêm", {"R01.muc": "tên"})

    assert grounds.lines(registration(locale="vi")) == ["Thiếu tên ạ", "Sai GCN", "Ghi thêm"]
    assert grounds.lines(registration(locale="en")) == ["Missing tên", "Sai GCN", "Ghi thêm"]


@pytest.mark.parametrize("typed", ["", "x", "a" * 101, "{muc}", "số }"])
def test_an_item_is_short_and_without_braces(typed: str) -> None:
    with pytest.raises(Problem):
        read_item(typed)


def test_own_words_with_an_open_slot_are_no_reason() -> None:
    assert is_reason("Thiếu giấy tờ {khác}")
    assert not is_reason("Thiếu giấy tờ {muc}")


@given(anything)
def test_a_headline_fits_a_line(wording: str) -> None:
    assert len(headline(wording)) <= 60
