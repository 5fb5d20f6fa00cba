"""Licence numbers (Giấy chứng nhận đủ điều kiện kinh doanh dược), read as people type them.

Hanoi prints 03-10429/ĐKKDD-HNO today and 03-6619/HNO-ĐKKDD before; prefix 01 is seen on
companies, 03 on nhà thuốc, and any one- or two-digit prefix is taken. A reissue mark (/CL2) and
the order of the parts do not make another licence.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Self

from core.text import visible


class LicenceStatus(StrEnum):
    """What to do with a typed licence number."""

    OK = "ok"
    CONFIRM = "confirm"
    OUT_OF_SCOPE = "out_of_scope"
    WRONG_DOCUMENT = "wrong_document"
    INCOMPLETE = "incomplete"
    INVALID = "invalid"


@dataclass(frozen=True)
class Authority:
    """An issuing health department.

    `code` is how it signs its licences. `exact` spellings are taken at their word, `unsure` ones
    need a yes from the person; both in capitals without diacritics, a space standing for any or
    no separator. The code itself, 2 to 16 capitals or digits, is always exact. Raises ValueError
    otherwise.
    """

    code: str
    exact: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code):
            raise ValueError(f"{self.code!r} is not the code of an authority")
        for spelling in (*self.exact, *self.unsure):
            if not _SPELLING.fullmatch(spelling):
                raise ValueError(f"{spelling!r} is not a spelling in plain capitals")


@dataclass(frozen=True)
class Licence:
    """One licence; equal when prefix, number and authority are equal.

    `prefix` is two digits ("03") or None when it was not given, `number` 1 to 999,999,
    `authority` 2 to 16 capitals or digits. Raises ValueError otherwise.
    """

    prefix: str | None
    number: int
    authority: str

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError(f"not a licence: {self.key!r}")

    @classmethod
    def from_key(cls, key: str) -> Self:
        """Return the licence whose `.key` is `key`; ValueError when there is none."""
        match = _KEY.fullmatch(key)
        if not match:
            raise ValueError(f"not a licence key: {key!r}")
        prefix = None if match["prefix"] == _NO_PREFIX else match["prefix"]
        return cls(prefix, int(match["number"]), match["authority"])

    @property
    def key(self) -> str:
        """The unique key, "03-10429-HNO", or "??-1234-HNO" without a prefix."""
        return f"{self.prefix or _NO_PREFIX}-{self.number}-{self.authority}"

    @property
    def canonical(self) -> str:
        """The number as the department prints it, padded to four digits: "03-0467/ĐKKDD-HNO"."""
        prefix = f"{self.prefix}-" if self.prefix else ""
        return f"{prefix}{self.number:04d}/ĐKKDD-{self.authority}"


_NO_PREFIX = "??"
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,15}")
_SPELLING = re.compile(r"[A-Z][A-Z0-9]*(?: [A-Z0-9]+)*")
_KEY = re.compile(
    r"(?P<prefix>\?\?|0[1-9]|[1-9][0-9])-(?P<number>[1-9][0-9]{0,5})"
    rf"-(?P<authority>{_CODE.pattern})"
)

HANOI = Authority(
    code="HNO",
    unsure=("HN", "HN0", "HNOI", "HA NOI", "HON", "NHO", "HNP", "HNI", "HNOO", "HNNO", "HHNO"),
)


@dataclass(frozen=True)
class LicenceReading:
    """What was understood of a typed licence number.

    `code` says why: licence; other_province, issued_by_moh (out of scope); gpp, gdp, cchn,
    business_reg, phone_tax_or_id (another paper); bare_number; empty, not_recognised. `licence`
    is set when one was read, `completion` when a bare number could be one of ours: a question to
    ask, never an answer to assume.
    """

    status: LicenceStatus
    code: str
    licence: Licence | None = None
    completion: Licence | None = None


def read_licence(text: str, authority: Authority = HANOI) -> LicenceReading:
    """Return what `text` says about a licence of `authority`; never raises.

    The first licence of `authority` wins over others, which leave it to be confirmed, and any
    licence over another paper or a bare number beside it. Time grows linearly with the text.
    """
    plain = _plain(text)
    if not plain:
        return LicenceReading(LicenceStatus.INVALID, "empty")
    # Addresses hold numbers and abbreviations of their own.
    words = " ".join(w for w in plain.split() if "@" not in w and not w.startswith("HTTP"))
    undated = _DATE.sub(" ", words)
    return (
        _read_full(undated, authority)
        or _read_other_paper(undated)
        or _read_bare(undated, authority)
        or _read_long_number(undated)
        or LicenceReading(LicenceStatus.INVALID, "not_recognised")
    )


# ---- spelling ---------------------------------------------------------------------------------

_LONGEST = 4096

# Before compatibility normalisation: it would turn some of these into other things.
_SAME_MARKS = str.maketrans(
    dict.fromkeys("\u00ad‐‑‒–—―−﹘﹣－_~˗", "-")
    | dict.fromkeys("⁄∕／⧸\\|", "/")
    | dict.fromkeys(",;，；", ".")
    | dict.fromkeys("()[]{}<>\"'`“”‘’«»*", " ")
)
_SAME_LETTERS = str.maketrans("ĐđÐðƉɖ", "DDDDDD")
_SEPARATORS = re.compile(r"[ ./:\-]+")


def _plain(text: str) -> str:
    """Return capitals A–Z, digits, and single separators, whatever the keyboard made of them."""
    seen = visible(text[:_LONGEST].translate(_SAME_MARKS))
    parts = unicodedata.normalize("NFKD", seen)[:_LONGEST].translate(_SAME_LETTERS)
    letters = "".join(c for c in parts if not unicodedata.category(c).startswith("M"))
    capitals = letters.upper().translate(_SAME_MARKS)
    return _SEPARATORS.sub(_one_separator, capitals).strip()


def _one_separator(run: re.Match[str]) -> str:
    return run[0].strip(" ")[:1] or " "


# ---- grammar ----------------------------------------------------------------------------------
# Every repeat is bounded, so a search costs the same few steps at each character.

_D = "[0-9O]"
_SEP = r"[ ./:\-]"
_END = "(?![A-Z0-9])"
# A number may follow a word ("số03-…") but never starts inside another number.
_START = "(?:(?<![0-9A-Z])|(?<=[A-Z])(?=[0-9]))"
_NUMBER = (
    rf"{_START}(?:(?P<prefix>{_D}{{1,2}}(?=[./\-])|[0O][1-9])(?P<joint>{_SEP}))?"
    rf"(?P<number>[1-9]{_D}{{0,2}}[ .]{_D}{{3}}|{_D}{{1,7}}+)"
)
# ĐKKDD; ĐKKĐ after Telex, D9KKDD after VNI; letters dropped or doubled; spelled with stops.
_KIND = (
    rf"(?:GCN{_SEP}?)?(?P<kind>(?:D9|D(?:[ .]?D){{0,2}})[ .]?K(?:[ .]?K){{0,2}}[ .]?"
    r"D(?:D|[ .]D(?![A-Z])){0,2}(?:T(?![A-Z]))?)"
)
_KIND_ALONE = re.compile(_KIND)
_USUAL_KIND = re.compile(r"D{1,2}KKD{1,2}")
_ISSUER = rf"(?:(?:SYT|SO Y TE|THANH PHO|TINH|TP){_SEP}?){{0,2}}"

# Words, not codes of provinces, that follow a licence number in a sentence.
_WORDS = (
    r"(?:CL[0-9]{0,2}|A|ANH|CAP|CHI|CHO|CHUOI|CO|CONG|CTY|CUA|DA|DIA|DO|DUOC|EM|EMAIL|GCN|GDP|"
    r"GIAM|GIAY|GPP|HO|KHO|LAN|MA|NAM|NAY|NGAY|NHA|NHE|NHUNG|QUAN|QUAY|SO|SYT|TAI|TEN|THANG|"
    r"THUOC|TOI|TU|VA|VOI|XA)(?![A-Z0-9])"
)
_PROVINCES = (
    "AN GIANG|BA RIA VUNG TAU|BAC GIANG|BAC KAN|BAC LIEU|BAC NINH|BEN TRE|BINH DINH|BINH DUONG|"
    "BINH PHUOC|BINH THUAN|CA MAU|CAN THO|CAO BANG|DA NANG|DAK LAK|DAK NONG|DIEN BIEN|DONG NAI|"
    "DONG THAP|GIA LAI|HA GIANG|HA NAM|HA NOI|HA TINH|HAI DUONG|HAI PHONG|HAU GIANG|HO CHI MINH|"
    "HOA BINH|HUNG YEN|KHANH HOA|KIEN GIANG|KON TUM|LAI CHAU|LAM DONG|LANG SON|LAO CAI|LONG AN|"
    "NAM DINH|NGHE AN|NINH BINH|NINH THUAN|PHU THO|PHU YEN|QUANG BINH|QUANG NAM|QUANG NGAI|"
    "QUANG NINH|QUANG TRI|SOC TRANG|SON LA|TAY NINH|THAI BINH|THAI NGUYEN|THANH HOA|"
    "THUA THIEN HUE|TIEN GIANG|TRA VINH|TUYEN QUANG|VINH LONG|VINH PHUC|YEN BAI"
)
_MINISTRY = frozenset({"BYT", "QLD", "CQLD"})

_LONE_PREFIX = re.compile(f"[0O]{_D}")

_DAY, _MONTH_NO, _CENTURY = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "(?:19|20)"
_DATE = re.compile(
    rf"(?<![0-9])(?:{_DAY}[ ./\-]{_MONTH_NO}[ ./\-]{_CENTURY}?[0-9]{{2}}"
    rf"|{_CENTURY}[0-9]{{2}}-{_MONTH_NO}-{_DAY})(?![0-9])"
)
_MONTH = re.compile(rf"{_MONTH_NO}/{_CENTURY}[0-9]{{2}}(?![0-9])")


def _paper(word: str) -> str:
    """Return a pattern for the number of a paper called `word`, before or after it."""
    return (
        rf"[0-9]{_SEP}?(?:[A-Z]{{1,6}}{_SEP}){{0,2}}{word}"
        rf"|{word}{_SEP}?(?:[A-Z]{{1,6}}{_SEP}){{0,2}}[0-9]"
    )


_BUSINESS = (
    rf"(?<![0-9A-Z])[0-9]{{2}}[A-Z]-?[0-9]{{7}}{_END}"
    rf"|[0-9]{{8}}{_SEP}?DKKD{_END}"
    rf"|DKKD{_SEP}?(?:SO{_SEP})?[0-9]{{8}}"
)
_OTHER_PAPERS = (
    ("gpp", re.compile(_paper("GPP"))),
    ("gdp", re.compile(_paper("GDP"))),
    ("cchn", re.compile(_paper("(?:CC ?HND?|CHUNG CHI HANH NGHE)"))),
    ("business_reg", re.compile(_BUSINESS)),
)
_LONG_NUMBER = re.compile(rf"(?<![0-9A-Z])\+?[0-9](?:[ .\-]?[0-9]){{7,12}}{_END}")

# What may stand beside a bare number without making it a sentence.
_LABELS = re.compile(
    rf"(?<![A-Z0-9])(?:GCN|GIAY|CHUNG|NHAN|PHEP|DU|DIEU|KIEN|KINH|DOANH|DUOC|THUOC|SO|NO|N|MA|LA|"
    rf"NGAY|CAP|CUA|EM|TOI|DA|A|D{{1,2}}KKD{{1,2}}){_END}"
)


@dataclass(frozen=True)
class _Grammar:
    full: re.Pattern[str]
    own: re.Pattern[str]
    exact: frozenset[str]


@cache
def _grammar(authority: Authority) -> _Grammar:
    exact = (authority.code, *authority.exact)
    spellings = sorted({*exact, *authority.unsure}, key=len, reverse=True)
    own = "(?:" + "|".join(s.replace(" ", rf"{_SEP}?") for s in spellings) + ")"
    other = (
        rf"(?:(?:{_PROVINCES}){_END}|(?!{_WORDS})[A-Z][A-Z0-9]{{1,5}}{_END}(?! (?!{_WORDS})[A-Z]))"
    )
    return _Grammar(
        full=re.compile(
            rf"{_NUMBER}{_SEP}?"
            rf"{_ISSUER}(?:(?P<own_before>{own}){_SEP}?|(?P<other_before>{other}){_SEP})?"
            rf"{_KIND}"
            rf"(?:{_SEP}?{_ISSUER}(?P<own_after>{own})(?:(?=CL[0-9])|{_END})"
            rf"|{_SEP}{_ISSUER}(?P<other_after>{other}))?"
        ),
        own=re.compile(f"{_ISSUER}{own}"),
        exact=frozenset(map(_squeezed, exact)),
    )


def _squeezed(text: str) -> str:
    return _SEPARATORS.sub("", text)


_REACH = 96
_MOST_KINDS = 8

# ---- readings ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    licence: Licence
    sure: bool


def _read_full(text: str, authority: Authority) -> LicenceReading | None:
    matches = _full_matches(text, _grammar(authority).full)
    found = [f for f in (_understand(m, authority) for m in matches) if f]
    if not found:
        return None
    ours = [f for f in found if f.licence.authority == authority.code]
    if not ours:
        return _elsewhere(found[0].licence)
    alone = len({f.licence for f in found}) == 1
    status = LicenceStatus.OK if ours[0].sure and alone else LicenceStatus.CONFIRM
    return LicenceReading(status, "licence", ours[0].licence)


def _full_matches(text: str, full: re.Pattern[str]) -> Iterator[re.Match[str]]:
    # A licence lies around its kind; looking nowhere else keeps long texts cheap.
    end = 0
    for kind in islice(_KIND_ALONE.finditer(text), _MOST_KINDS):
        match = full.search(text, max(end, kind.start() - _REACH), kind.end() + _REACH)
        if match:
            end = match.end()
            yield match


def _elsewhere(licence: Licence) -> LicenceReading:
    code = "issued_by_moh" if licence.authority in _MINISTRY else "other_province"
    return LicenceReading(LicenceStatus.OUT_OF_SCOPE, code, licence)


def _understand(match: re.Match[str], authority: Authority) -> _Found | None:
    prefix, number, split = _parts(match)
    torn = match.string[: match.start()].rstrip(" ./:-O")[-1:].isdigit()
    if prefix is None and (torn or _LONE_PREFIX.fullmatch(match["number"])):
        return None
    code, named = _issuer(match, authority)
    try:
        licence = Licence(prefix, number, code)
    except ValueError:
        return None
    usual = _USUAL_KIND.fullmatch(re.sub("[ .]", "", match["kind"]))
    return _Found(licence, bool(prefix and named and usual and not torn and not split))


def _parts(match: re.Match[str]) -> tuple[str | None, int, bool]:
    """Return prefix, number, and whether they had to be told apart by guess."""
    prefix, digits = (_digits(match[name] or "") for name in ("prefix", "number"))
    if match["joint"] == "." and len(digits) == 3 and not prefix.startswith("0"):
        # 10.429 is a number written with a thousands stop.
        return None, int(prefix + digits), True
    glued = not prefix and len(digits) >= 6 and digits.startswith("0")
    if glued:
        prefix, digits = digits[:2], digits[2:]
    return (prefix.zfill(2) if prefix else None), int(digits), glued


def _digits(typed: str) -> str:
    return re.sub("[ .]", "", typed).replace("O", "0")


def _issuer(match: re.Match[str], authority: Authority) -> tuple[str, bool]:
    """Return the code of the issuing authority, and whether the text spells it exactly."""
    own = match["own_before"] or match["own_after"]
    other = match["other_before"] or match["other_after"]
    if own or not other:
        return authority.code, _squeezed(own or "") in _grammar(authority).exact
    code = _squeezed(other)
    letters = code.rstrip("0123456789")
    if _grammar(authority).own.fullmatch(letters):
        return authority.code, False
    return code, True


def _read_other_paper(text: str) -> LicenceReading | None:
    for code, pattern in _OTHER_PAPERS:
        if pattern.search(text):
            return LicenceReading(LicenceStatus.WRONG_DOCUMENT, code)
    return None


_BARE = re.compile(_NUMBER)
_LONGEST_BARE = 120


def _read_bare(text: str, authority: Authority) -> LicenceReading | None:
    if len(text) > _LONGEST_BARE:
        return None
    unnamed = _LABELS.sub(" ", _grammar(authority).own.sub(" ", _MONTH.sub("x", text)))
    match = _BARE.fullmatch(unnamed.strip(" ./:-"))
    if not match or len(_digits(match["number"])) < 3:
        return None
    prefix, number, _ = _parts(match)
    try:
        completion = Licence(prefix, number, authority.code)
    except ValueError:
        return None
    return LicenceReading(LicenceStatus.INCOMPLETE, "bare_number", completion=completion)


def _read_long_number(text: str) -> LicenceReading | None:
    if _LONG_NUMBER.search(text):
        return LicenceReading(LicenceStatus.WRONG_DOCUMENT, "phone_tax_or_id")
    return None
