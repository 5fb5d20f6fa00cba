"""Human references of registrations, such as 26-K7QX9M.

Two digits of the year, a letter, five symbols. No symbol looks like another one (none of
0 O D, 1 I L, S, B, G, Z, U) and no vowel is left to spell a word. All six symbols are random,
without a check character: 15 × 23⁵ ≈ 96 million values a year make a mistyped reference
miss every real one, and a guessed one too, which a check character would make 23 times easier.
"""

import re
from collections.abc import Callable

from core.text import clean

_LETTERS = "CFHJKMNPQRTVWXY"
_SYMBOLS = "23456789" + _LETTERS
_REST = 5

# What may be typed for one of our symbols; each stands for one symbol only.
_MISREADINGS = {
    "0": "Q",
    "1": "7",
    "B": "8",
    "D": "Q",
    "G": "6",
    "O": "Q",
    "S": "5",
    "U": "V",
    "Z": "2",
}
_CORRECTIONS = str.maketrans(_MISREADINGS)
_FIRST = _LETTERS + "DOU"
_ANY = _SYMBOLS + "".join(_MISREADINGS)

# The first symbol is a letter, so that dates and telephone numbers are not references.
_TYPED = re.compile(
    rf"(?<!\w)([0-9]{{2}})[ .\-/]{{0,3}}([{_FIRST}](?:[ \-]?[{_ANY}]){{{_REST}}})(?!\w)"
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−_~", "-"))


def new_reference(year: int, draw: Callable[[int], int]) -> str:
    """Return a new reference of `year` (four digits).

    `draw(n)` gives a number in [0, n), as `secrets.randbelow` does. Uniqueness is the store's.
    """
    first = _LETTERS[draw(len(_LETTERS))]
    rest = "".join(_SYMBOLS[draw(len(_SYMBOLS))] for _ in range(_REST))
    return f"{year % 100:02d}-{first}{rest}"


def read_reference(text: str) -> str | None:
    """Return the one reference that `text` holds, as `new_reference` writes it, or None.

    Forgives case, spaces, other dashes or none, misread symbols and words around it. Two
    different references in one text give None. Whether it exists is the store's to say.
    """
    typed = clean(text).upper().translate(_DASHES)
    found = {f"{m[1]}-{_correct(m[2])}" for m in _TYPED.finditer(typed)}
    return found.pop() if len(found) == 1 else None


def _correct(symbols: str) -> str:
    return symbols.replace(" ", "").replace("-", "").translate(_CORRECTIONS)
