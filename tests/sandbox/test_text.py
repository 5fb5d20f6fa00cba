"""Texts as Telegram keeps them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.text import clean, find_entities, units


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a \n b\n ", "a \n b"),
        ("a\tb\x00c\r\nd", "a b c\nd"),
        ("a\u2028b\u202ec\u202d", "abc"),
        ("\u200b \u200f\ufeff\xa0\n", ""),
        ("", ""),
        ("e\u0323\u0302 NFD", "e\u0323\u0302 NFD"),
    ],
)
def test_cleans(typed: str, kept: str) -> None:
    assert clean(typed, []) == (kept, [])


def test_entities_move_with_the_text() -> None:
    bold = {"type": "bold", "offset": 3, "length": 4}
    assert clean(" \r a\u202eb ", [bold]) == ("a b", []) or clean(" 👍ab  ", [bold]) == (
        "👍ab",
        [{"type": "bold", "offset": 2, "length": 2}],
    )
    assert clean("👍\u202e a b ", [{"type": "bold", "offset": 4, "length": 4}]) == (
        "👍 a b",
        [{"type": "bold", "offset": 3, "length": 3}],
    )


def test_blanks_at_the_start_of_an_entity_stay() -> None:
    bold = {"type": "bold", "offset": 1, "length": 3}
    assert clean("  ab", [bold]) == (" ab", [{"type": "bold", "offset": 0, "length": 3}])


@given(st.text(max_size=50))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once, _ = clean(text, [])
    assert clean(once, []) == (once, [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start abc", [("bot_command", 0, 6)]),
        ("👍 /tim@KnltBot x", [("bot_command", 3, 12)]),
        ("a/b 1/2", []),
        ("gọi @KnltBot", [("mention", 4, 8)]),
        ("lan@nhathuoc.vn", [("email", 0, 15)]),
        ("xem https://knlt.vn/a?b=c, nhé", [("url", 4, 21)]),
        ("xem knlt.vn.", [("url", 4, 7)]),
        ("#hồ_sơ #1", [("hashtag", 0, 6)]),
    ],
)
def test_finds(text: str, found: list[tuple[str, int, int]]) -> None:
    entities = find_entities(text, [])
    assert [(e["type"], e["offset"], e["length"]) for e in entities] == found


def test_finds_nothing_inside_code_and_links() -> None:
    code: dict[str, Any] = {"type": "code", "offset": 0, "length": 6}
    assert find_entities("/start", [code]) == [code]


def test_measures_in_utf16() -> None:
    assert [units(text) for text in ("ab", "ạ", "👍", "")] == [2, 1, 2, 0]
