"""Wording of single texts: values, markup, days and moments, and what is missing."""

import logging
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.catalogue import APOLOGY, Catalogue, WordingError, to_plain
from core.messages import Text, text

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
VI = """
-office = Sở Y tế
welcome = Chào <b>{ $name }</b>
frame = [{ $inner }]
still = Xin chào & <i>tạm biệt</i>
waiting = { $count ->
    [0] Không còn đăng ký nào
   *[other] Còn { $count } đăng ký
}
due = { WEEKDAY($due) }, { DAY($due) }
seen = { TIME($at) } | { MOMENT($at) }
who = { $name } của { -office }
only-vi = chỉ tiếng Việt
half = Mã { $code } của { $name }
"""
EN = """
welcome = Hello <b>{ $name }</b>
frame = ({ $inner })
still = Hello
due = { WEEKDAY($due) }, { DAY($due) }
seen = { TIME($at) } | { MOMENT($at) }
half = Code { $code }
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue({"vi": [VI], "en": [EN]}, HANOI, strict=True)


@pytest.fixture
def forgiving() -> Catalogue:
    return Catalogue({"vi": [VI], "en": [EN]}, HANOI)


@pytest.mark.parametrize("name", ["<b>", "_*[", "a & b", "</code>", '"quoted"', "it's", "&lt;"])
def test_what_a_person_typed_never_becomes_markup(catalogue: Catalogue, name: str) -> None:
    markup = catalogue.html(text("welcome", name=name), "vi")

    assert markup.startswith("Chào <b>")
    assert markup.endswith("</b>")
    assert "<" not in markup.removeprefix("Chào <b>").removesuffix("</b>")
    assert catalogue.plain(text("welcome", name=name), "vi") == f"Chào {name}"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_plain_gives_back_any_value_as_it_was(name: str) -> None:
    whole = Catalogue({"vi": ["whole = { $name }"]}, HANOI, strict=True)

    assert whole.plain(text("whole", name=name), "vi") == name


def test_no_invisible_marks_stand_around_values(catalogue: Catalogue) -> None:
    assert catalogue.plain(text("frame", inner="26-K7QX9M"), "vi") == "[26-K7QX9M]"


def test_a_text_within_a_text_is_worded_in_the_same_language(catalogue: Catalogue) -> None:
    nested = text("frame", inner=text("welcome", name="<3"))

    assert catalogue.html(nested, "vi") == "[Chào <b>&lt;3</b>]"
    assert catalogue.html(nested, "en") == "(Hello <b>&lt;3</b>)"


def test_a_value_may_be_longer_than_fluent_allows(catalogue: Catalogue) -> None:
    long = "việc " * 1_000

    assert catalogue.plain(text("frame", inner=long), "vi") == f"[{long}]"
    assert catalogue.plain(text("frame", inner=text("frame", inner=long)), "vi") == f"[[{long}]]"


def test_numbers_choose_the_sentence(catalogue: Catalogue) -> None:
    assert catalogue.plain(text("waiting", count=0), "vi") == "Không còn đăng ký nào"
    assert catalogue.plain(text("waiting", count=1200), "vi") == "Còn 1.200 đăng ký"


@pytest.mark.parametrize(
    ("day", "vi", "en"),
    [
        (date(2026, 11, 24), "thứ Ba, 24/11/2026", "Tuesday, 24/11/2026"),
        (date(2026, 11, 22), "Chủ Nhật, 22/11/2026", "Sunday, 22/11/2026"),
        (
            datetime(2026, 11, 23, 17, 30, tzinfo=UTC),  # already Tuesday in Hanoi
            "thứ Ba, 24/11/2026",
            "Tuesday, 24/11/2026",
        ),
    ],
)
def test_days(catalogue: Catalogue, day: date, vi: str, en: str) -> None:
    assert catalogue.plain(text("due", due=day), "vi") == vi
    assert catalogue.plain(text("due", due=day), "en") == en


def test_moments_are_shown_in_local_time(catalogue: Catalogue) -> None:
    at = text("seen", at=datetime(2026, 11, 24, 3, 5, tzinfo=UTC))

    assert catalogue.plain(at, "vi") == "10:05 | 10:05 ngày 24/11/2026"
    assert catalogue.plain(at, "en") == "10:05 | 10:05 on 24/11/2026"


def test_a_moment_without_a_zone_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(WordingError):
        catalogue.plain(Text("seen", {"at": "2026-11-24T10:05:00"}), "vi")


@pytest.mark.parametrize(
    ("missing", "locale"),
    [
        (Text("nowhere"), "vi"),
        (Text("only-vi"), "en"),
        (Text("welcome"), "vi"),
        (Text("still"), "fr"),
        (Text("due", {"due": "tomorrow"}), "vi"),
        (text("frame", inner=Text("nowhere")), "vi"),
    ],
)
def test_what_is_missing_raises_when_strict(
    catalogue: Catalogue, missing: Text, locale: str
) -> None:
    with pytest.raises(WordingError):
        catalogue.html(missing, locale)


@pytest.mark.parametrize(
    ("missing", "locale", "shown"),
    [
        (Text("nowhere"), "vi", APOLOGY),
        (Text("nowhere"), "en", APOLOGY),
        (Text("only-vi"), "en", "chỉ tiếng Việt"),
        (text("welcome", name="Lan"), "fr", "Chào Lan"),
        (text("half", code="K7"), "vi", "Mã K7 của name"),
        (text("frame", inner=Text("nowhere")), "vi", f"[{APOLOGY}]"),
    ],
)
def test_in_production_a_reader_gets_something_and_the_log_says_what_is_missing(
    forgiving: Catalogue,
    caplog: pytest.LogCaptureFixture,
    missing: Text,
    locale: str,
    shown: str,
) -> None:
    with caplog.at_level(logging.ERROR):
        assert forgiving.plain(missing, locale) == shown

    assert caplog.records


def test_a_text_without_values_is_worded_once(catalogue: Catalogue) -> None:
    first = catalogue.html(Text("still"), "vi")

    assert catalogue.html(Text("still"), "vi") is first
    assert catalogue.html(Text("still"), "en") == "Hello"


def test_files_that_fluent_cannot_read_are_refused() -> None:
    with pytest.raises(ValueError, match="not Fluent: 1 = một"):
        Catalogue({"vi": ["1 = một"]}, HANOI)


@pytest.mark.parametrize("twice", ["a = 1\n", "-a = 1\n"])
def test_a_name_defined_twice_is_refused(twice: str) -> None:
    with pytest.raises(ValueError, match="twice"):
        Catalogue({"vi": [twice, twice]}, HANOI)


def test_a_text_and_a_term_may_share_a_name() -> None:
    both = Catalogue({"vi": ["-a = A\na = { -a }"]}, HANOI, strict=True)

    assert both.plain(Text("a"), "vi") == "A"


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<b>a</b> &lt;b&gt; &amp;amp;", "a <b> &amp;"),
        ('<a href="tg://user?id=1">x</a>', "x"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ],
)
def test_plain_text_of_markup(markup: str, plain: str) -> None:
    assert to_plain(markup) == plain
