"""Every button can also be typed: number, label, abbreviation; two that fit are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.choices import Option, pick

DIRECTOR = Option("director", "Giám đốc (chủ cơ sở)", ("gd", "giám đốc", "chủ hộ"))
PHARMACIST = Option("pharmacist", "Dược sỹ phụ trách chuyên môn (DS PTCM)", ("ds", "ds ptcm"))
ROLES = (DIRECTOR, PHARMACIST)

APPROVE = Option("approve", "✅ Duyệt", ("ok", "dong y"))
REFUSE = Option("refuse", "❌ Từ chối")
DETAILS = Option("details", "Chi tiết")
CLAIM = Option("claim", "Nhận xử lý")
DESK = (APPROVE, REFUSE, DETAILS, CLAIM)


@pytest.mark.parametrize(
    "typed", ["1", "1.", " 1 ", "(1)", "1)", "01", "số 1", "SỐ 1", "so 1", "chọn 1", "１", "1️⃣", "①"]
)
def test_a_number_is_the_place_in_the_list(typed: str) -> None:
    assert pick(typed, ROLES) is DIRECTOR


@pytest.mark.parametrize(
    "typed", ["0", "3", "00", "-", "12", "1 2", "1.5", "1/2", "", "   ", "✅", "số"]
)
def test_other_numbers_and_signs_are_nothing(typed: str) -> None:
    assert pick(typed, ROLES) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Giám đốc (chủ cơ sở)", DIRECTOR),
        ("giam doc chu co so", DIRECTOR),
        ("GIÁM ĐỐC", DIRECTOR),
        ("giám  ðốc", DIRECTOR),
        ("GĐ", DIRECTOR),
        ("gd.", DIRECTOR),
        ("Gia\u0301m đo\u0302\u0301c", DIRECTOR),
        ("dạ giám đốc ạ", DIRECTOR),
        ("gia", DIRECTOR),
        ("DS", PHARMACIST),
        ("dsptcm", PHARMACIST),
        ("Ds. PTCM nhé", PHARMACIST),
        ("dược sỹ", PHARMACIST),
        ("duoc", PHARMACIST),
    ],
)
def test_roles_are_taken_as_people_write_them(typed: str, meant: Option) -> None:
    assert pick(typed, ROLES) is meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("✅ Duyệt", APPROVE),
        ("duyệt", APPROVE),
        ("DUYET", APPROVE),
        ("ok", APPROVE),
        ("tu choi", REFUSE),
        ("Chi tiết", DETAILS),
        ("nhan", CLAIM),
    ],
)
def test_an_emoji_on_the_button_need_not_be_typed(typed: str, meant: Option) -> None:
    assert pick(typed, DESK) is meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1. Giám đốc (chủ cơ sở)", DIRECTOR),
        ("2 dược sỹ", PHARMACIST),
        ("số 2: ds ptcm", PHARMACIST),
        ("1. Dược sỹ", None),
        ("3. Giám đốc", None),
    ],
)
def test_a_copied_line_counts_when_number_and_words_agree(typed: str, meant: Option | None) -> None:
    assert pick(typed, ROLES) is meant


@pytest.mark.parametrize("typed", ["gi", "du", "d", "giám đốc nhà thuốc", "xin chào", "ptcm"])
def test_short_beginnings_and_other_words_are_nothing(typed: str) -> None:
    assert pick(typed, ROLES) is None


def test_a_beginning_that_fits_two_is_neither() -> None:
    options = (Option("a", "Nhà thuốc"), Option("b", "Nhà thuốc bệnh viện"), Option("c", "Nhà máy"))

    assert pick("nha", options) is None
    assert pick("nhà thuốc", options) is options[0]
    assert pick("nhà thuốc b", options) is options[1]
    assert pick("2. nhà thuốc", options) is options[1]


def test_an_alias_shared_by_two_is_neither() -> None:
    options = (Option("a", "Một", ("x",)), Option("b", "Hai", ("x",)))

    assert pick("x", options) is None


def test_a_label_that_is_the_number_of_another_is_neither() -> None:
    options = (Option("a", "2"), Option("b", "10"))

    assert pick("2", options) is None
    assert pick("1", options) is options[0]
    assert pick("10", options) is options[1]


def test_a_polite_word_that_is_an_answer_is_that_answer() -> None:
    yes, no = Option("yes", "Đồng ý", ("vâng", "dạ", "có")), Option("no", "Không đồng ý")

    assert pick("vâng", (yes, no)) is yes
    assert pick("dạ", (yes, no)) is yes
    assert pick("dạ vâng ạ", (yes, no)) is None
    assert pick("dạ không ạ", (yes, no)) is no
    assert pick("đồng ý nha", (yes, no)) is yes


def test_a_button_without_words_is_found_by_its_number_only() -> None:
    options = (Option("up", "⬆️"), Option("down", "⬇️"))

    assert pick("⬆️", options[:1]) is None
    assert pick("2", options) is options[1]


def test_digits_alone_are_no_beginning() -> None:
    options = (Option("a", "2026"), Option("b", "Khác"))

    assert pick("202", options) is None
    assert pick("2026", options) is options[0]


LABELS = st.lists(st.text(min_size=1, max_size=12), max_size=6)


@given(LABELS, st.text())
def test_any_text_gets_an_option_or_none(labels: list[str], typed: str) -> None:
    options = [Option(str(n), label) for n, label in enumerate(labels)]

    assert pick(typed, options) in (None, *options)


@given(st.lists(st.text("abcdeghik", min_size=1, max_size=8), unique=True, min_size=1, max_size=6))
def test_every_number_and_every_label_finds_its_option(labels: list[str]) -> None:
    options = [Option(str(n), label) for n, label in enumerate(labels)]

    for number, option in enumerate(options, 1):
        assert pick(str(number), options) is option
        assert pick(option.label.upper(), options) is option


def test_no_options_nothing_to_pick() -> None:
    assert pick("1", ()) is None
