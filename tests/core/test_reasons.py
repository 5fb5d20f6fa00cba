"""The wording of reasons: what may stand in one, and how its slots are filled."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Problem
from core.messages import Text, text
from core.reasons import (
    WORDING_LENGTH,
    Grounds,
    Reason,
    Slot,
    headline,
    in_use,
    is_reason,
    read_item,
    read_own_words,
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


@pytest.mark.parametrize("length", [10, 200])
def test_a_wording_has_ten_to_two_hundred_characters(length: int) -> None:
    assert read_wording(f" {'a' * length}\u200b") == "a" * length
    for beyond in (9, 201):
        with pytest.raises(Problem, match="wording-length"):
            read_wording("a" * beyond)


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        ("Thiếu {ten} và {khac}", "{ten}"),
        ("Thiếu giấy tờ }", "}"),
        ("Thiếu {muc} {ten", "{ten"),
        ("Thiếu giấy tờ {{muc}}", "{}"),
    ],
)
def test_the_slot_that_is_not_understood_is_quoted(typed: str, given: str) -> None:
    with pytest.raises(Problem) as raised:
        read_wording(typed)

    assert raised.value.text == text("wording-unknown-slot", given=given)


def test_a_slot_without_a_value_shows_as_an_ellipsis() -> None:
    grounds = Grounds((Reason("R01", 1, FORM), Reason("R011", 2, "Sai {muc} trên GCN")), None, {})

    assert grounds.lines(registration(licence="03-1/ĐKKDD-HNO")) == [
        "GCN 03-1/ĐKKDD-HNO trùng với …, thiếu …",
        "Sai … trên GCN",
    ]


def test_what_was_given_for_one_reason_fills_no_other() -> None:
    reasons = (Reason("R01", 1, "Thiếu {muc} ạ"), Reason("R011", 2, "Sai {muc} trên GCN"))
    grounds = Grounds(reasons, "", {"R011.muc": "tên"})

    assert grounds.lines(registration()) == ["Thiếu … ạ", "Sai tên trên GCN"]


def test_each_slot_is_asked_for_once() -> None:
    assert slots_of("Thiếu {muc}, {so_gcn}, { muc }, {ten}") == [Slot.ITEM, Slot.LICENCE]


def test_only_what_is_in_use_can_be_chosen_in_its_order() -> None:
    one, two, three = (Reason(f"R0{n}", n, "Lý do có sẵn") for n in (1, 2, 3))

    assert in_use([one, replace(two, retired_at=datetime(2026, 3, 2, tzinfo=UTC)), three]) == [
        one,
        three,
    ]


@pytest.mark.parametrize("typed", ["", "x", "a" * 101, "{muc}", "số }"])
def test_an_item_is_short_and_without_braces(typed: str) -> None:
    with pytest.raises(Problem) as raised:
        read_item(typed)

    assert raised.value.text == Text("reason-item-length")


@pytest.mark.parametrize("length", [2, 100])
def test_an_item_is_taken_as_it_is_stored(length: int) -> None:
    assert read_item(f" {'a' * length}\u200b") == "a" * length


def test_own_words_with_an_open_slot_are_no_reason() -> None:
    assert is_reason("Thiếu giấy tờ {khác}")
    assert not is_reason("Thiếu giấy tờ {muc}")


def test_the_slot_that_is_still_open_in_own_words_is_quoted() -> None:
    with pytest.raises(Problem) as raised:
        read_own_words("Thiếu giấy tờ { muc } và {ma_khac}")

    assert raised.value.text == text("reason-open-slot", slot="{ muc }")


@pytest.mark.parametrize(("length", "taken"), [(9, False), (10, True), (500, True), (501, False)])
def test_own_words_have_ten_to_five_hundred_characters(length: int, taken: bool) -> None:
    words = "a" * length

    assert is_reason(words) is taken
    if taken:
        assert read_own_words(f" {words}\u200b") == words
    else:
        with pytest.raises(Problem) as raised:
            read_own_words(words)
        assert raised.value.text == Text("reason-length")


@given(anything)
def test_a_headline_fits_a_line(wording: str) -> None:
    assert len(headline(wording)) <= 60


@pytest.mark.parametrize(
    ("wording", "limit", "shown"),
    [
        ("Thiếu {muc} trên GCN", 60, "Thiếu … trên GCN"),
        ("một hai ba", 10, "một hai ba"),
        ("một hai ba", 9, "một hai…"),
        ("một hai ba", 8, "một…"),
        ("một hai ba", 4, "một…"),
    ],
)
def test_a_headline_is_cut_between_words(wording: str, limit: int, shown: str) -> None:
    assert headline(wording, limit) == shown


def test_a_headline_has_sixty_characters_unless_told_otherwise() -> None:
    assert headline("a" * 60) == "a" * 60
    assert headline("a" * 61) == "a" * 59 + "…"
