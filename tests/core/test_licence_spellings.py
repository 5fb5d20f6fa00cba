"""A known licence, spelled in ways that no list holds, is still that licence."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.licence import Licence, LicenceStatus, read_licence

DASHES = "-‐‑‒–—―−_~\u00ad－﹣"
SLASHES = "/⁄∕／\\|"
SPACES = "\u0020\u00a0\u2009\u3000\t"
UNSEEN = "\u200b\u200e\u202d\ufeff\u2060"

USUAL_KINDS = ("ĐKKDD", "ÐKKDD", "ƉKKDD", "DKKDD", "ĐKKĐ", "DKKD", "ĐĐKKDD", "DDKKDD", "GCN ĐKKDD")
ODD_KINDS = ("D9KKDD", "ĐKKDDD", "ĐKDD", "ĐKKKDD", "ĐKKDDT")
EXACT_NAMES = ("HNO", "SYT-HNO", "SYT HNO", "SYT.HNO", "Sở Y tế HNO", "TP.HNO")
UNSURE_NAMES = ("HN", "HN0", "HNOI", "Hà Nội", "HANOI", "Ha-Noi", "Sở Y tế Hà Nội", "TP Hà Nội")

BEFORE = ("", "Số: ", "số ", "SỐ:", "GCN số ", "Số GCN ĐĐKKDD: ", "Dạ của em là ", "“")
AFTER = (
    *("", " ", ".", " ngày 26/12/2022", ", cấp ngày 26-12-2022", " ngày 26 tháng 12 năm 2022"),
    *("/CL1", "/CL2", "-CL 3", " (cấp lại lần 2)", "”", ", nhà thuốc Minh Châu", " do Sở cấp"),
    " ạ",
)


@dataclass
class Spelling:
    """One way to type a licence, and whether it leaves nothing to confirm."""

    licence: Licence
    text: str
    sure: bool


@st.composite
def licences(draw: st.DrawFn) -> Licence:
    prefix = draw(
        st.none() | st.sampled_from(["01", "03"]) | st.integers(1, 99).map("{:02d}".format)
    )
    return Licence(prefix, draw(st.integers(1, 99_999)), "HNO")


def separator(draw: st.DrawFn, marks: str) -> str:
    spaces = st.sampled_from(["", "", "", *SPACES])
    return "".join([draw(spaces), draw(st.sampled_from(marks)), draw(spaces)])


def written_number(draw: st.DrawFn, licence: Licence) -> str:
    digits = f"{licence.number:0{draw(st.sampled_from([1, 4]))}d}"
    if licence.prefix is None:
        return digits
    prefix = draw(st.sampled_from([licence.prefix, licence.prefix.lstrip("0")]))
    marks = DASHES + SLASHES
    if len(digits) != 3 or prefix.startswith("0"):
        marks += "."
    joint = separator(draw, marks)
    if prefix.startswith("0") and draw(st.booleans()):
        joint = draw(st.sampled_from(SPACES))
    return prefix + joint + digits


def shaped(draw: st.DrawFn, text: str) -> str:
    cased = draw(st.sampled_from([text, text.upper(), text.lower()]))
    return draw(st.sampled_from([cased, unicodedata.normalize("NFD", cased)]))


def digits_disguised(draw: st.DrawFn, number: str) -> str:
    wide = {ord(d): chr(ord(d) + 0xFEE0) for d in "0123456789"}
    disguises: list[dict[int, Any]] = [{}, {}, {ord("0"): "O"}, {ord("0"): "o"}, wide]
    return number.translate(draw(st.sampled_from(disguises)))


@st.composite
def spellings(draw: st.DrawFn) -> Spelling:
    licence = draw(licences())
    kind = draw(st.sampled_from(USUAL_KINDS + ODD_KINDS))
    name = draw(st.sampled_from(EXACT_NAMES + UNSURE_NAMES))
    parts = [kind, name] if draw(st.booleans()) else [name, kind]
    number = digits_disguised(draw, written_number(draw, licence))
    if draw(st.booleans()):
        body = number + separator(draw, SLASHES) + parts[0] + separator(draw, DASHES) + parts[1]
    else:
        body = " ".join([number, *parts])
    text = shaped(draw, draw(st.sampled_from(BEFORE)) + body + draw(st.sampled_from(AFTER)))
    place = draw(st.integers(0, len(text)))
    text = text[:place] + draw(st.sampled_from(["", *UNSEEN])) + text[place:]
    sure = bool(licence.prefix) and kind in USUAL_KINDS and name in EXACT_NAMES
    return Spelling(licence, text, sure)


@settings(max_examples=1000)
@given(spellings())
def test_every_spelling_is_the_licence_it_spells(spelling: Spelling) -> None:
    reading = read_licence(spelling.text)

    assert reading.licence == spelling.licence
    assert reading.status is (LicenceStatus.OK if spelling.sure else LicenceStatus.CONFIRM)


@given(
    licences(),
    st.sampled_from(BEFORE),
    st.sampled_from(USUAL_KINDS + ODD_KINDS),
    st.sampled_from(AFTER),
)
def test_without_the_authority_it_is_to_be_confirmed(
    licence: Licence, before: str, kind: str, after: str
) -> None:
    prefix = f"{licence.prefix}-" if licence.prefix else ""

    reading = read_licence(f"{before}{prefix}{licence.number}/{kind}{after}")

    assert (reading.status, reading.licence) == (LicenceStatus.CONFIRM, licence)


@given(spellings(), spellings())
def test_two_spellings_share_a_key_only_when_they_are_one_licence(
    one: Spelling, other: Spelling
) -> None:
    first, second = read_licence(one.text).licence, read_licence(other.text).licence
    assert first is not None
    assert second is not None

    assert (first.key == second.key) == (one.licence == other.licence)
