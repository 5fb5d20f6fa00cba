"""Buttons on the wire: what is written is read back, anything else is nobody's button."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.actions import LIMIT, Action, card, is_menu, menu, read_action, read_number, step

WORD = st.text(st.characters(exclude_characters=".", exclude_categories=["Cs"]), max_size=8)


@given(subject=WORD, verb=WORD, args=st.lists(WORD, max_size=3))
def test_an_action_is_read_back_as_it_was_written(subject: str, verb: str, args: list[str]) -> None:
    action = Action(subject, verb, tuple(args))
    try:
        wire = str(action)
    except ValueError:
        assert len(".".join(("1", subject, verb, *args)).encode()) > LIMIT
    else:
        assert read_action(wire) == action


@given(st.text(max_size=70))
def test_reading_a_button_never_raises_and_invents_nothing(wire: str) -> None:
    action = read_action(wire)
    if action is not None and len(wire.encode("utf-8", "surrogatepass")) <= LIMIT:
        assert str(action) == wire


def test_a_button_holds_at_most_64_bytes() -> None:
    assert len(str(Action("s", "x" * 60)).encode()) == LIMIT
    with pytest.raises(ValueError, match="64 bytes"):
        str(Action("s", "x" * 61))
    with pytest.raises(ValueError, match="64 bytes"):
        str(Action("s", "ế" * 21))


@pytest.mark.parametrize("wire", ["", "1", "1.s", "0.s.role.king", "2.s.role.king", "s.role.king"])
def test_a_button_of_another_version_is_not_read(wire: str) -> None:
    assert read_action(wire) is None


def test_each_kind_of_button_has_its_subject() -> None:
    assert step("role", "director") == "1.s.role.director"
    assert menu("again", "1f") == "1.m.again.1f"
    assert card("approve", 31, 2) == "1.c.approve.1f.2"


def test_a_menu_button_is_told_from_the_others() -> None:
    assert is_menu(menu("status"))
    assert not is_menu(step("role", "director"))
    assert not is_menu(card("approve", 31, 2))


@given(st.integers(0, 16**15 - 1))
def test_a_number_is_read_back(number: int) -> None:
    assert read_number(f"{number:x}") == number


@pytest.mark.parametrize("part", ["", "-1", "zz", "1 ", "+1", "0x1", "f" * 16, "1\n", "١"])
def test_what_is_no_number_is_not_read(part: str) -> None:
    assert read_number(part) is None
