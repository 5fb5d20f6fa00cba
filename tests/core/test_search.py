"""The words by which a registration is found, however staff spell them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.search import LONGEST, MOST_WORDS, index_words, question_words


def words_of_a_case() -> frozenset[str]:
    return index_words(
        reference="26-K7QX9M",
        licence="03-0467/ĐKKDD-HNO",
        facility="Nhà thuốc Tâm Đức",
        person="Nguyễn Thị Lan",
        email="Lan.TamDuc+knlt@gmail.com",
    )


def test_words_are_folded_and_numbers_lose_their_zeros() -> None:
    words = words_of_a_case()

    assert {"k7qx9m", "nha", "thuoc", "tam", "duc", "nguyen", "thi", "lan"} <= words
    assert {"03", "3", "0467", "467"} <= words


def test_an_address_is_found_whole_by_its_match_key_and_by_its_parts() -> None:
    whole = {"lan.tamduc+knlt@gmail.com", "lantamduc@gmail.com"}

    assert whole | {"tamduc", "lantamduc"} <= words_of_a_case()


def test_what_every_licence_says_finds_nothing() -> None:
    assert not {"dkkdd", "hno"} & words_of_a_case()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Tâm Đức", ("tam", "duc")),
        ("  TAM   duc tam ", ("tam", "duc")),
        ("Lan.Tam.Duc@gmail.com", ("lantamduc@gmail.com",)),
        ("Lan.Tam.Duc@gmail.com Tâm Đức", ("lantamduc@gmail.com", "tam", "duc")),
        ("lan.tam@", ("lan", "tam")),
        ("(0467)", ("0467",)),
        ("!!! —", ()),
        ("", ()),
    ],
)
def test_a_question_is_spelled_like_the_words(typed: str, words: tuple[str, ...]) -> None:
    assert question_words(typed) == words


@given(st.text(max_size=300))
def test_any_question_gives_few_short_words(typed: str) -> None:
    words = question_words(typed)

    assert len(words) <= MOST_WORDS
    assert all(0 < len(word) <= LONGEST for word in words)


@given(st.text(max_size=100))
def test_a_name_is_found_by_what_it_is_called(name: str) -> None:
    words = index_words(reference="", licence="", facility=name, person="", email="")

    assert {word for word in question_words(name) if "@" not in word} <= words
