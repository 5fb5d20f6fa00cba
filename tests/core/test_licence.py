"""What each class of typed licence number leads to."""

import json
import re
import time
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import licence as rules
from core.licence import HANOI, Authority, Licence, LicenceReading, LicenceStatus, read_licence

VECTORS = json.loads(
    (Path(__file__).parents[1] / "data" / "licence_vectors.json").read_text("utf-8")
)
OK, CONFIRM = LicenceStatus.OK, LicenceStatus.CONFIRM
HCM = Authority("HCM", exact=("TP HCM",), unsure=("SG", "SAI GON", "HO CHI MINH"))


@pytest.mark.parametrize("vector", [pytest.param(each, id=repr(each["input"])) for each in VECTORS])
def test_agreed_inputs_get_the_agreed_answer(vector: dict[str, str | None]) -> None:
    reading = read_licence(str(vector["input"]))

    assert (reading.status, reading.code) == (vector["status"], vector["code"])
    assert (reading.licence.key if reading.licence else None) == vector["key"]


def reads(text: str, authority: Authority = HANOI) -> tuple[str, str]:
    """The status, and the key of what was read or else the code."""
    reading = read_licence(text, authority)
    licence = reading.licence or reading.completion
    return reading.status.value, licence.key if licence else reading.code


# ---- ours -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Số03-10429/ĐKKDD-HNO", "ok"),
        ("GCN đủ điều kiện kinh doanh dược số 03-10429/ĐKKDD-HNO", "ok"),
        ("GCN ĐĐKKDD số: 03-10429/ĐKKDD-HNO", "ok"),
        ("03-10429/ĐĐKKDD-HNO", "ok"),
        ("03-10429 GCN ĐKKDD-HNO", "ok"),
        ("03-10429/GCN-ĐKKDD-HNO", "ok"),
        ("03-10429 đkkđ hno", "ok"),
        ("03-10429/Đ.K.K.D.D-HNO", "ok"),
        ("03-10429/D KKD D-HNO", "ok"),
        ("03-10429ĐKKDDHNO", "ok"),
        ("03-10429ĐKKDDTPHNO", "ok"),
        ("03-10429/GCNĐKKDD-HNO", "ok"),
        ("03-10429/HNO-ĐKKDD do Sở cấp", "ok"),
        ("03-10429/ĐKKDD-HNO ngày 1/2/2022", "ok"),
        ("03-10429/ĐKKDD-HNO1/2/22", "ok"),
        ("03:10429/ĐKKDD-HNO", "ok"),
        ("03_10429_ĐKKDD_HNO", "ok"),
        ("03/10429/ĐKKDD/HNO", "ok"),
        ("03,10429/ĐKKDD-HNO", "ok"),
        ("03 10429/ĐKKDD-HNO", "ok"),
        ("O3 10429/ĐKKDD-HNO", "ok"),
        ("O3-1O429/ĐKKDD-HNO", "ok"),
        ("03-10.429/ĐKKDD-HNO", "ok"),
        ("03-10 429/ĐKKDD-HNO", "ok"),
        ("03--10429//ĐKKDD -/ HNO", "ok"),
        ("“03-10429/ĐKKDD-HNO”", "ok"),
        ("(03-10429)/ĐKKDD[HNO]", "ok"),
        ("03-010429/ĐKKDD-HNO", "ok"),
        ("03-10429/SYT-HNO-ĐKKDD", "ok"),
        ("03-10429/HNO-SYT-ĐKKDD", "invalid"),
        ("03-10429HNO-ĐKKDD", "ok"),
        ("03-10429/HNOĐKKDD", "ok"),
        ("03-10429/ĐKKDD-SYTHNO", "ok"),
        ("03-10429/ĐKKDD-Sở Y tế-HNO", "ok"),
        ("03-10429/ĐKKDD-SYT TP HNO", "ok"),
        ("03-10429/ĐKKDD-HNOCL2", "ok"),
        ("03-10429/ĐKKDD-HNO CL 1", "ok"),
        ("03-10429/ĐKKDD-HNO26/12/2022", "ok"),
        ("26/12/2022: 03-10429/ĐKKDD-HNO", "ok"),
        ("03-10429/ĐKKDD-HNO ạ", "ok"),
        ("03-10429/ĐKKDD-HNO, email a1@b.vn", "ok"),
        ("a-1/DKKDD-HCM@gmail.com 03-10429/ĐKKDD-HNO", "ok"),
        ("nhà thuốc 24h 03-10429/ĐKKDD-HNO", "ok"),
        ("03-10429/ĐKKDD-HNO\n03-10429/ĐKKDD-HNO", "ok"),
        ("03-10429/ĐKKDD-HNO, GPP: 10429/GPP", "ok"),
        ("0912345678 - 03-10429/ĐKKDD-HNO", "confirm"),
        ("1. 03-10429/ĐKKDD-HNO", "confirm"),
        ("1) 03-10429/ĐKKDD-HNO", "confirm"),
        ("0310429/ĐKKDD-HNO", "confirm"),
        ("03-10429/ĐKKDD ngày 26/12/2022", "confirm"),
        ("03-10429/ĐKKDD cấp ngày 26 tháng 12 năm 2022", "confirm"),
        ("03-10429/ĐKKDD - Nhà thuốc Minh Châu", "confirm"),
        ("03-10429/ĐKKDD Long Biên", "confirm"),
        ("03-10429/ĐKKDD-SYT", "confirm"),
        ("03-10429/ĐKKDD-CL", "confirm"),
        ("03-10429/ĐKKDD/CL12", "confirm"),
        ("03-10429/ĐKKDD-ABCDEFG", "confirm"),
        ("03-10429/SYT-ĐKKDD", "confirm"),
        ("03-10429/ĐKKDD-GPP", "confirm"),
        ("03-10429/ĐKKDD-Hà Nội", "confirm"),
        ("03-10429/ĐKKDD-Ha-Noi", "confirm"),
        ("03-10429/ĐKKDD - Sở Y tế Hà Nội", "confirm"),
        ("03-10429/ĐKKDD Sở Y tế thành phố Hà Nội cấp", "confirm"),
        ("03-10429/ĐKKDD-TP.HN", "confirm"),
        ("03-10429/HN-ĐKKDD", "confirm"),
        ("03-10429/ĐKKDD-NHO", "confirm"),
        ("03-10429/ĐKKDD-HNO1", "confirm"),
        ("03-10429/D9KKDD-HNO", "confirm"),
        ("03-10429/ĐKDD-HNO", "confirm"),
        ("03-10429/ĐKKKDD-HNO", "confirm"),
        ("03-10429/ĐKKDDT-HNO", "confirm"),
        ("03-10429/ĐĐĐKKDD-HNO", "confirm"),
        ("hno 03-10429 đkkdd", "confirm"),
    ],
)
def test_spellings_of_one_licence(text: str, status: str) -> None:
    expected = (status, "not_recognised" if status == "invalid" else "03-10429-HNO")

    assert reads(text) == expected


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("10.429/ĐKKDD-HNO", ("confirm", "??-10429-HNO")),
        ("10 429/ĐKKDD-HNO", ("confirm", "??-10429-HNO")),
        ("110.429/ĐKKDD-HNO", ("confirm", "??-110429-HNO")),
        ("03-110.429/ĐKKDD-HNO", ("ok", "03-110429-HNO")),
        ("03-1.429/ĐKKDD-HNO", ("ok", "03-1429-HNO")),
        ("Số10429/ĐKKDD-HNO", ("confirm", "??-10429-HNO")),
        ("03123456/ĐKKDD-HNO", ("wrong_document", "phone_tax_or_id")),
        ("3.429/ĐKKDD-HNO", ("confirm", "??-3429-HNO")),
        ("03.429/ĐKKDD-HNO", ("ok", "03-429-HNO")),
        ("3-429/ĐKKDD-HNO", ("ok", "03-429-HNO")),
        ("3.0429/ĐKKDD-HNO", ("ok", "03-429-HNO")),
        ("12-7/ĐKKDD-HNO", ("ok", "12-7-HNO")),
        ("036619/HNO-ĐKKDD", ("confirm", "03-6619-HNO")),
        ("06619/HNO-ĐKKDD", ("confirm", "??-6619-HNO")),
        ("136619/HNO-ĐKKDD", ("confirm", "??-136619-HNO")),
        ("1366190/HNO-ĐKKDD", ("invalid", "not_recognised")),
        ("12345678/ĐKKDD-HNO", ("wrong_document", "phone_tax_or_id")),
        ("03-1 0429/ĐKKDD-HNO", ("invalid", "not_recognised")),
        ("6619/1/ĐKKDD-HNO", ("invalid", "not_recognised")),
        ("00-1234/ĐKKDD-HNO", ("invalid", "not_recognised")),
        ("03-0000/ĐKKDD-HNO", ("invalid", "not_recognised")),
        ("OO-OOOO/ĐKKDD-HNO", ("invalid", "not_recognised")),
        ("03-/ĐKKDD-HNO", ("invalid", "not_recognised")),
        ("03/ĐKKDD-HNO", ("invalid", "not_recognised")),
        ("7/ĐKKDD-HNO", ("confirm", "??-7-HNO")),
        ("12/ĐKKDD-HNO", ("confirm", "??-12-HNO")),
    ],
)
def test_prefix_and_number_are_told_apart_and_never_torn(
    text: str, reading: tuple[str, str]
) -> None:
    assert reads(text) == reading


def test_two_licences_in_one_message_are_asked_about() -> None:
    assert reads("03-10429/ĐKKDD-HNO và 03-6619/HNO-ĐKKDD") == ("confirm", "03-10429-HNO")
    assert reads("13352/ĐKKDD-HCM, 03-6619/HNO-ĐKKDD") == ("confirm", "03-6619-HNO")


def test_a_licence_is_found_behind_many_mentions_of_the_paper() -> None:
    assert reads("ĐKKDD " * 6 + "x " * 300 + "03-6619/HNO-ĐKKDD") == ("ok", "03-6619-HNO")


# ---- others' ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("02-13352/ĐKKDD-HCM", "other_province", "02-13352-HCM"),
        ("13352/HCM-ĐKKDD", "other_province", "??-13352-HCM"),
        ("13352 DKKDD HCM", "other_province", "??-13352-HCM"),
        ("13352/ĐKKDD-HCM ngày 01/02/2020", "other_province", "??-13352-HCM"),
        ("13352/ĐKKDD-HCM2", "other_province", "??-13352-HCM2"),
        ("13352/ĐKKDD-HCM và 7/ĐKKDD-PT", "other_province", "??-13352-HCM"),
        ("6782/ĐKKDDD-ĐNai", "other_province", "??-6782-DNAI"),
        ("1234/ĐKKDD-HNA", "other_province", "??-1234-HNA"),
        ("1234/ĐKKDD-ABCDEF", "other_province", "??-1234-ABCDEF"),
        ("4517/ĐKKDD Phú Thọ", "other_province", "??-4517-PHUTHO"),
        ("4517/ĐKKDD-SYT tỉnh Đồng Nai", "other_province", "??-4517-DONGNAI"),
        ("793/BYT-ĐKKDD", "issued_by_moh", "??-793-BYT"),
        ("793/ĐKKDD-QLD", "issued_by_moh", "??-793-QLD"),
    ],
)
def test_licences_of_others_are_out_of_scope(text: str, code: str, key: str) -> None:
    reading = read_licence(text)

    assert (reading.status, reading.code) == (LicenceStatus.OUT_OF_SCOPE, code)
    assert reading.licence == Licence.from_key(key)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("GPP 10429", "gpp"),
        ("số gpp: 10429", "gpp"),
        ("6619/1/GPP", "gpp"),
        ("10429GPP", "gpp"),
        ("GPP10429", "gpp"),
        ("7/GPP", "gpp"),
        ("10429/GCN-GPP", "gpp"),
        ("1440/GDP ngày 01/02/2020", "gdp"),
        ("05495/CCHN-D-SYT-HNO", "cchn"),
        ("2355/CCHN-D-SYT-ĐT", "cchn"),
        ("CCHND số 01576", "cchn"),
        ("CCHN 01576", "cchn"),
        ("CCHND SYT HNO 01576", "cchn"),
        ("01576/SYT-HNO-CCHND", "cchn"),
        ("chứng chỉ hành nghề 01576", "cchn"),
        ("chứng chỉ hành nghề dược số 01576", "cchn"),
        ("01576/HNO-CC HND", "cchn"),
        ("41A8012345", "business_reg"),
        ("01D-8012345", "business_reg"),
        ("0106459996/ĐKKD", "business_reg"),
        ("ĐKKD số 0106459996", "business_reg"),
        ("ĐKKD0106459996", "business_reg"),
        ("0106459996ĐKKD", "business_reg"),
        ("12345678 ĐKKD", "business_reg"),
        ("12345678 ĐKKDD", "phone_tax_or_id"),
        ("MST 0106459996", "phone_tax_or_id"),
        ("+84 912.345.678", "phone_tax_or_id"),
        ("(024) 3823 4567", "phone_tax_or_id"),
        ("Gọi tôi 0912-345-678 nhé", "phone_tax_or_id"),
        ("001099012345", "phone_tax_or_id"),
        ("38234567", "phone_tax_or_id"),
    ],
)
def test_another_paper_is_named(text: str, code: str) -> None:
    assert read_licence(text) == LicenceReading(LicenceStatus.WRONG_DOCUMENT, code)


# ---- neither ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("03-10429", "03-10429-HNO"),
        ("03—10429", "03-10429-HNO"),
        ("0310429", "03-10429-HNO"),
        ("Số 10 429", "??-10429-HNO"),
        ("03-10429/HNO", "03-10429-HNO"),
        ("ĐKKDD-HNO 03-10429", "03-10429-HNO"),
        ("ĐĐKKDD 03-10429", "03-10429-HNO"),
        ("ĐKKĐ 03-10429", "03-10429-HNO"),
        ("03-10429HNO", "03-10429-HNO"),
        ("SYT Hà Nội: 03-10429", "03-10429-HNO"),
        ("03-10429 ngày 1/2/2022", "03-10429-HNO"),
        ("03-10429 ngày 1/2/22", "03-10429-HNO"),
        ("12/20229", "12-20229-HNO"),
        ("GCN đủ điều kiện kinh doanh dược số 03-10429 ngày 26/12/2022", "03-10429-HNO"),
        ("123", "??-123-HNO"),
        ("2022", "??-2022-HNO"),
    ],
)
def test_a_bare_number_is_kept_for_a_completion_to_offer(text: str, key: str) -> None:
    completion = Licence.from_key(key)

    assert read_licence(text) == LicenceReading(
        LicenceStatus.INCOMPLETE, "bare_number", completion=completion
    )


@pytest.mark.parametrize(
    "text",
    [
        "xin chào",
        "tôi có 2 nhà thuốc",
        "nhà thuốc GPP Minh Châu",
        "1",
        "12",
        "03-12",
        "00-123",
        "0000",
        "1234567",
        "26/12/2022",
        "26-12-2022",
        "26.12.22",
        "2022-12-26",
        "21/07 2025",
        "12/2022",
        "ngày 26 tháng 12 năm 2022",
        "lan@gmail.com",
        "gpp10429@gmail.com",
        "0912345678@zalo.vn",
        "https://duoc.vn/10429/GPP",
        "/start p-abc",
        "03-10429/HCM",
        "03-10429a",
        "A0912345678",
        "0912345678A",
        "01234567890123",
        "141A8012345",
        "41A80123456",
        "41A801234",
        "GCN",
        "ĐKKDD",
        "???",
        "٠٣-١٠٤٢٩",
        "03-10429" + " " * 10 + "là số của cửa hàng",
        "số " * 60 + "10429",
    ],
)
def test_anything_else_is_asked_again(text: str) -> None:
    assert read_licence(text) == LicenceReading(LicenceStatus.INVALID, "not_recognised")


@pytest.mark.parametrize("text", ["", "  \n", "\u200b\u202e", "()", "\u0301"])
def test_nothing_visible_is_empty(text: str) -> None:
    assert read_licence(text) == LicenceReading(LicenceStatus.INVALID, "empty")


# ---- another department -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("13352/ĐKKDD-HCM", ("confirm", "??-13352-HCM")),
        ("02-13352/ĐKKDD-TP.HCM", ("ok", "02-13352-HCM")),
        ("02-13352/ĐKKDD-Sài Gòn", ("confirm", "02-13352-HCM")),
        ("02-13352/ĐKKDD-TP Hồ Chí Minh", ("confirm", "02-13352-HCM")),
        ("03-10429/ĐKKDD-HNO", ("out_of_scope", "03-10429-HNO")),
        ("03-10429/ĐKKDD-Hà Nội", ("out_of_scope", "03-10429-HANOI")),
        ("02-13352", ("incomplete", "02-13352-HCM")),
    ],
)
def test_the_authority_is_configuration(text: str, reading: tuple[str, str]) -> None:
    assert reads(text, HCM) == reading


def test_a_ministry_can_be_the_authority() -> None:
    assert reads("01-793/ĐKKDD-BYT", Authority("BYT")) == ("ok", "01-793-BYT")


@pytest.mark.parametrize("code", ["", "H", "hno", "HÀ", "H NO", "1HN", "H" * 17])
def test_an_authority_needs_a_plain_code(code: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(code))):
        Authority(code)


@pytest.mark.parametrize("spelling", ["", "hn", "Hà Nội", "H  N", "H.*", "(", " HN"])
def test_an_authority_needs_plain_spellings(spelling: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(spelling))):
        Authority("HNO", exact=(spelling,))
    with pytest.raises(ValueError, match=re.escape(repr(spelling))):
        Authority("HNO", unsure=(spelling,))


# ---- the value --------------------------------------------------------------------------------

LICENCES = st.builds(
    Licence,
    prefix=st.none() | st.integers(1, 99).map("{:02d}".format),
    number=st.integers(1, 999_999),
    authority=st.from_regex(r"[A-Z][A-Z0-9]{1,15}", fullmatch=True),
)


@pytest.mark.parametrize(
    ("licence", "key", "canonical"),
    [
        (Licence("03", 10429, "HNO"), "03-10429-HNO", "03-10429/ĐKKDD-HNO"),
        (Licence("01", 467, "HNO"), "01-467-HNO", "01-0467/ĐKKDD-HNO"),
        (Licence(None, 1234, "HNO"), "??-1234-HNO", "1234/ĐKKDD-HNO"),
        (Licence(None, 7, "HNO"), "??-7-HNO", "0007/ĐKKDD-HNO"),
    ],
)
def test_key_and_canonical_form(licence: Licence, key: str, canonical: str) -> None:
    assert (licence.key, licence.canonical) == (key, canonical)


@given(LICENCES)
def test_a_licence_is_its_key(licence: Licence) -> None:
    assert Licence.from_key(licence.key) == licence


@given(LICENCES)
def test_the_canonical_form_reads_back(licence: Licence) -> None:
    reading = read_licence(licence.canonical, Authority(licence.authority))

    assert reading.licence == licence
    assert reading.status is (OK if licence.prefix else CONFIRM)


@pytest.mark.parametrize(
    ("prefix", "number", "authority"),
    [
        ("3", 1, "HNO"),
        ("00", 1, "HNO"),
        ("003", 1, "HNO"),
        ("", 1, "-"),
        ("03", 0, "HNO"),
        ("03", -1, "HNO"),
        ("03", 1_000_000, "HNO"),
        ("03", 1, "H"),
        ("03", 1, "hno"),
        ("03", 1, "H" * 17),
        ("03", 1, "HNO\n"),
    ],
)
def test_an_impossible_licence_cannot_be_built(prefix: str, number: int, authority: str) -> None:
    with pytest.raises(ValueError, match="not a licence"):
        Licence(prefix, number, authority)


@pytest.mark.parametrize(
    "key", ["", "03-10429", "03-010429-HNO", "?-1-HNO", "03-10429-HNO ", "3-1-HNO"]
)
def test_a_foreign_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=f"not a licence key: {re.escape(repr(key))}"):
        Licence.from_key(key)


# ---- hostile input ----------------------------------------------------------------------------

BITS = st.sampled_from(
    [
        *("0", "O", "3", "03-10429", "/", "-", ".", " ", "ĐKKDD", "D", "K", "HNO", "HN", "SYT"),
        *("TP ", "CL1", "GPP", "CCHN", "26/12/2022", "@", "số ", "Hà Nội", "An Giang", "A"),
        *("\u0301", "\u200b", "９", "ﷺ"),
    ]
)
SCRAPS = st.lists(BITS, max_size=40).map("".join)


@given(st.one_of(st.text(), SCRAPS))
def test_any_text_gets_a_consistent_reading(text: str) -> None:
    reading = read_licence(text)

    assert (reading.licence is not None) == (
        reading.status in (OK, CONFIRM, LicenceStatus.OUT_OF_SCOPE)
    )
    assert (reading.completion is not None) == (reading.status is LicenceStatus.INCOMPLETE)
    if reading.status in (OK, CONFIRM):
        assert reading.licence is not None
        assert reading.licence.authority == "HNO"


SEARCHES = {
    "full": rules._grammar(HANOI).full,
    "kind": rules._KIND_ALONE,
    "own": rules._grammar(HANOI).own,
    "labels": rules._LABELS,
    "date": rules._DATE,
    "month": rules._MONTH,
    "long number": rules._LONG_NUMBER,
    **dict(rules._OTHER_PAPERS),
}


@pytest.mark.parametrize("pattern", SEARCHES.values(), ids=SEARCHES.keys())
def test_no_search_looks_further_than_a_few_dozen_characters(pattern: re.Pattern[str]) -> None:
    """Bounded work at each character is what makes the whole linear."""
    _, widest = _parser.parse(pattern.pattern).getwidth()

    assert widest <= 2 * rules._REACH


def test_the_neighbourhood_searched_holds_every_licence() -> None:
    _, full = _parser.parse(SEARCHES["full"].pattern).getwidth()
    _, kind = _parser.parse(SEARCHES["kind"].pattern).getwidth()
    shortest_before = 1

    assert full - kind - shortest_before <= rules._REACH


HOSTILE = [
    "0-", "0", "O0", "KD O0-", "KD 0-0 000 ", "03-10429/", "D ", "1/D K K D", "03-10429/HNO-SYT-",
    "CC HN ", "1 GPP A-A-", "so y te ", "01/01/20 ", "03-1/TP SYT ", "1 2 ", "1 AB DD", "a@ ",
    "ạ̣\u0301\u0323\u0301", "ﷺ", "\U0001d15e", "(", "-", " ",
]  # fmt: skip


def cost(text: str) -> float:
    """The least processor time of a few readings, in seconds."""

    def once() -> float:
        start = time.process_time()
        read_licence(text)
        return time.process_time() - start

    return min(once() for _ in range(5))


@pytest.mark.parametrize("unit", HOSTILE)
def test_cost_grows_with_length_and_not_with_its_square(unit: str) -> None:
    short, long = ((unit * 4096)[:length] for length in (512, 4096))

    assert cost(long) < 30 * (cost(short) + 5e-5)


@pytest.mark.parametrize("unit", HOSTILE)
def test_more_than_one_message_holds_is_not_read(unit: str) -> None:
    text = (unit * 4096)[:4096]

    assert read_licence(text + "03-10429/ĐKKDD-HNO" * 1000) == read_licence(text)
