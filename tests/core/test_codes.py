"""Codes: six digits, bound to the conversation, the address and the mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codes import code_matches, email_code

KEY, OLD_KEY = b"k" * 32, b"o" * 32
TALK, EMAIL = "public:5", "lan@example.vn"


@given(st.integers(0, 2**63))
def test_a_code_is_six_digits_and_matches_itself(nonce: int) -> None:
    code = email_code(KEY, TALK, EMAIL, nonce)

    assert len(code) == 6
    assert code.isdecimal()
    assert code_matches(code, [KEY], TALK, EMAIL, nonce)


@pytest.mark.parametrize("shape", ["{a}{b}", "{a} {b}", " {a}-{b} ", "Mã: {a}{b}."])
def test_what_stands_around_the_digits_does_not_matter(shape: str) -> None:
    code = email_code(KEY, TALK, EMAIL, 1)

    assert code_matches(shape.format(a=code[:3], b=code[3:]), [KEY], TALK, EMAIL, 1)


def test_a_code_of_an_older_key_still_counts() -> None:
    code = email_code(OLD_KEY, TALK, EMAIL, 1)

    assert code_matches(code, [KEY, OLD_KEY], TALK, EMAIL, 1)
    assert not code_matches(code, [KEY], TALK, EMAIL, 1)


def test_a_code_that_was_mailed_before_an_update_of_the_program_still_counts() -> None:
    assert email_code(KEY, TALK, EMAIL, 1) == "547372"
    assert email_code(KEY, TALK, EMAIL, 2) == "075987"


def test_a_code_belongs_to_one_conversation_one_address_and_one_mail() -> None:
    code = email_code(KEY, TALK, EMAIL, 1)

    assert not code_matches(code, [KEY], "public:6", EMAIL, 1)
    assert not code_matches(code, [KEY], TALK, "mai@example.vn", 1)
    assert not code_matches(code, [KEY], TALK, EMAIL, 2)


@pytest.mark.parametrize("typed", ["", "abc", "１２３", "١٢٣٤٥٦", "12345", "1234567"])
def test_anything_else_does_not_match(typed: str) -> None:
    assert not code_matches(typed, [KEY], TALK, EMAIL, 1)
