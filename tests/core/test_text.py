"""Stored text is normalised and visible; the search key forgets case and diacritics."""

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import clean, fold, visible

Form = Literal["NFC", "NFD"]

VIETNAMESE = "Nhà thuốc Đức Hạnh – Quầy số 2, phường Gia Thuỵ"

# Letters, marks and blanks that fight each other; plain `text()` rarely puts them together.
AWKWARD = st.text(
    st.sampled_from(
        "aAeđĐÐðƉɖGg \t\n\u00a0\u0301\u0302\u0323\u0308\u0344\u20dd\u034f\u200b\u202e\ufe0f"
    )
)
ANYTHING = st.one_of(st.text(), AWKWARD)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_are_stored_composed_whatever_the_phone_sends(form: Form) -> None:
    assert clean(unicodedata.normalize(form, VIETNAMESE)) == VIETNAMESE


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        pytest.param("  Minh \t Châu\r\n\n ", "Minh Châu", id="white space"),
        pytest.param("Minh\u00a0\u3000\u2003Châu", "Minh Châu", id="wide and hard spaces"),
        pytest.param("\u202eMinh\u202c Châu\u200f", "Minh Châu", id="bidi"),
        pytest.param("Mi\u200bnh\u2060 Ch\ufeffâ\u00adu", "Minh Châu", id="zero width"),
        pytest.param("Minh\x00 \x1b[31mChâu\x7f", "Minh [31mChâu", id="control"),
        pytest.param("Minh \ud83d Châu\udc00", "Minh Châu", id="halves of an emoji"),
        pytest.param("Minh\ue000 Châu\uffff", "Minh Châu", id="private and unassigned"),
        pytest.param("\u3164\u115f\u2800Minh\u034f\ufe0f\U000e0100", "Minh", id="blank letters"),
        pytest.param("M\ufe00\ufe0f\U000e0100\U000e01efi", "Mi", id="variation selectors"),
        pytest.param("M\ufe10i", "M\ufe10i", id="next to a variation selector"),
        pytest.param("<b>_*[Minh]", "<b>_*[Minh]", id="markup is text"),
        pytest.param("🏥 Minh Châu", "🏥 Minh Châu", id="emoji stay"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_only_what_can_be_seen_is_stored(typed: str, stored: str) -> None:
    assert clean(typed) == stored


def test_characters_beside_a_removed_one_are_composed() -> None:
    assert clean("Cha\u200b\u0302u") == "Châu"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Ðức Hạnh", "Đức Hạnh"),
        ("Ɖức ɖức ðức", "Đức đức đức"),
        ("GÐ QÐ-BYT", "GĐ QĐ-BYT"),
        ("03-1/ÐKKDD", "03-1/ĐKKDD"),
        ("(ðiện thoại", "(điện thoại"),
        ("Guðrún Sigurðardóttir", "Guðrún Sigurðardóttir"),
        ("ðð", "đð"),
    ],
)
def test_lookalikes_become_the_vietnamese_letter_where_a_word_opens(
    typed: str, stored: str
) -> None:
    assert clean(typed) == stored


def test_marks_do_not_pile_up_beyond_four() -> None:
    piled = "a" + "\u0334" * 50 + "b" + "\u0334" * 5 + "c" + "\u0334" * 4

    assert clean(piled) == "a" + "\u0334" * 4 + "b" + "\u0334" * 4 + "c" + "\u0334" * 4


def test_a_space_starts_a_new_pile() -> None:
    four = "\u0334" * 4
    assert visible(f"a{four} {four}b") == f"a{four} {four}b"


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("Minh Châu", 9, "Minh Châu"),
        ("Minh Châu", 6, "Minh C"),
        ("Minh Châu", 5, "Minh"),
        ("Minh", 0, ""),
        ("ab\u0334\u0334c", 3, "a"),
        ("ab\u0334\u0334c", 4, "ab\u0334\u0334"),
        ("ab\u0334\u0334", 4, "ab\u0334\u0334"),
    ],
)
def test_a_limit_never_cuts_between_a_letter_and_its_marks(
    text: str, limit: int, kept: str
) -> None:
    assert clean(text, limit) == kept


@given(ANYTHING)
def test_clean_is_idempotent_composed_and_visible(text: str) -> None:
    once = clean(text)

    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert visible(once) == once
    once.encode("utf-8")


@given(ANYTHING, st.integers(0, 20))
def test_a_limit_is_kept_and_idempotent(text: str, limit: int) -> None:
    cut = clean(text, limit)

    assert len(cut) <= limit
    assert clean(cut, limit) == cut
    assert clean(text).startswith(cut)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (VIETNAMESE, "nha thuoc duc hanh – quay so 2, phuong gia thuy"),
        ("ĐỖ đð Ðɖ Ɖ", "do dd dd d"),
        ("Ｎhà ｔhuốc №１", "nha thuoc no1"),
        ("Straße", "strasse"),
        ("  A  B ", "a b"),
    ],
)
def test_the_search_key_has_no_case_and_no_diacritics(text: str, key: str) -> None:
    assert fold(text) == key


@given(ANYTHING)
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạ ĂÂĐÊÔƠƯ0123456789"))
def test_fold_gives_the_same_key_for_every_way_to_type_vietnamese(text: str) -> None:
    cased = (text, text.upper(), text.lower())
    decomposed = (unicodedata.normalize("NFD", c) for c in cased)

    assert {fold(v) for v in (*cased, *decomposed)} == {fold(text)}
    assert fold(text).isascii()
