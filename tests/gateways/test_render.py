"""Splitting of long texts: nothing lost, nothing broken, nothing too long."""

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.render import clip, shorten, split, units
from bot.texts.catalogue import to_plain

WORDS = st.text(alphabet="ab &<>\n😀ệ", max_size=40).map(html.escape)
MARKUP = st.recursive(
    WORDS,
    lambda inner: (
        st.builds(
            lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
            st.sampled_from(["b", "i", "code", "blockquote"]),
            st.lists(inner, min_size=1, max_size=4),
        )
        | st.lists(inner, max_size=6).map("\n".join)
    ),
    max_leaves=30,
)


class Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


def balanced(markup: str) -> bool:
    reader = Balance()
    reader.feed(markup)
    reader.close()
    return not reader.opened


def blanks_aside(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(MARKUP, st.integers(20, 200))
def test_parts_hold_everything_in_whole_tags_within_the_limit(markup: str, limit: int) -> None:
    parts = split(markup, limit)

    assert all(units(part) <= limit for part in parts)
    assert all(balanced(part) for part in parts)
    assert blanks_aside("".join(map(to_plain, parts))) == blanks_aside(to_plain(markup))
    assert all(to_plain(part).strip() for part in parts) or len(parts) == 1


@given(MARKUP, st.integers(20, 200))
def test_a_shortened_text_fits_and_shows_that_it_was_cut(markup: str, limit: int) -> None:
    short = shorten(markup, limit)

    assert units(short) <= limit
    assert balanced(short)
    assert short == markup or short.endswith("…")


def test_a_text_that_fits_is_left_alone() -> None:
    assert split("a\n\n<b>b</b>\n") == ["a\n\n<b>b</b>\n"]
    assert split("") == [""]


def test_cuts_fall_between_lines() -> None:
    lines = ["một hai ba", "bốn năm sáu", "bảy tám chín"]

    assert split("\n".join(lines), 25) == ["một hai ba\nbốn năm sáu", "bảy tám chín"]


def test_a_line_too_long_is_cut_between_words() -> None:
    assert split("một hai ba bốn năm", 8) == ["một hai", "ba bốn", "năm"]


def test_a_tag_open_at_a_cut_is_opened_again() -> None:
    assert split('<a href="tg://user?id=1"><b>một\nhai</b></a>', 4) == [
        '<a href="tg://user?id=1"><b>một</b></a>',
        '<a href="tg://user?id=1"><b>hai</b></a>',
    ]


def test_an_entity_is_never_cut() -> None:
    assert split("&lt;" * 10, 4) == ["&lt;" * 4, "&lt;" * 4, "&lt;" * 2]


@pytest.mark.parametrize(("text", "length"), [("a", 1), ("ệ", 1), ("😀", 2), ("<b>&amp;</b>", 1)])
def test_length_is_counted_as_entities_are(text: str, length: int) -> None:
    assert units(text) == length


def test_a_notice_is_clipped() -> None:
    assert clip("a" * 200) == "a" * 200
    assert clip("a" * 201) == "a" * 199 + "…"
