"""Typed text: made fit to store and show, and folded into a key to search by."""

import re
import unicodedata

_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})

# Letters, marks and symbols by category, yet drawn as nothing at all.
_BLANKS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)

# Vietnamese stacks two marks on a letter. Taller piles deface what is shown, and putting a
# long pile into canonical order takes time that grows with its square.
_TALLEST_PILE = 4

_LOOKALIKES = {"Ð": "Đ", "Ɖ": "Đ", "ð": "đ", "ɖ": "đ"}
_LOOKALIKE = re.compile("[" + "".join(_LOOKALIKES) + "]")
_STROKED = str.maketrans("đðɖ", "ddd")


def visible(text: str) -> str:
    """Return `text` without what cannot be seen, every white space character made a plain space.

    Control, format (bidi, zero-width), surrogate, private and unassigned characters go, and so
    do marks beyond the fourth on one letter. Letters keep their form (NFC or NFD).
    """
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    pile = 0
    for char in text:
        if char.isspace():
            kept.append(" ")
            pile = 0
            continue
        category = unicodedata.category(char)
        if category in _UNSEEN_CATEGORIES or char in _BLANKS:
            continue
        pile = pile + 1 if category.startswith("M") else 0
        if pile <= _TALLEST_PILE:
            kept.append(char)
    return "".join(kept)


def clean(text: str, limit: int | None = None) -> str:
    """Return `text` as it is stored: NFC, only visible characters, single spaces, stripped.

    Eth and African D become the Vietnamese Đ unless a lower-case letter stands before them
    (Đ opens a word or an abbreviation; "Guðrún" keeps hers). With `limit`, at most that many
    characters, never cut between a letter and its marks. Idempotent.
    """
    composed = visible(unicodedata.normalize("NFC", visible(text)))
    settled = " ".join(_LOOKALIKE.sub(_to_vietnamese, composed).split())
    return settled if limit is None else _cut(settled, limit)


def fold(text: str) -> str:
    """Return the search key of `text`: lower case, no diacritics, đ as d, single spaces.

    Full-width and other compatibility forms become plain ones. Idempotent.
    """
    plain = unicodedata.normalize("NFKD", clean(text)).casefold()
    letters = (c for c in unicodedata.normalize("NFKD", plain) if not _is_mark(c))
    return " ".join("".join(letters).translate(_STROKED).split())


def _to_vietnamese(match: re.Match[str]) -> str:
    before = match.string[: match.start()][-1:]
    return match[0] if before.islower() else _LOOKALIKES[match[0]]


def _cut(text: str, limit: int) -> str:
    end = limit
    while end and _is_mark(text[end : end + 1] or " "):
        end -= 1
    return text[:end].rstrip()


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")
