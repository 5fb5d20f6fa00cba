"""Typed answers matched to offered choices, so that every button also works as words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.text import fold

_SHORTEST_PREFIX = 3
_WORDS = re.compile(r"[^\W_]+")
_LEADING = frozenset({"da", "vang", "chon", "so", "muc", "cau", "phuong", "an"})
_TRAILING = frozenset({"a", "ah", "nhe", "nha"})


@dataclass(frozen=True)
class Option:
    """One offered choice: `key` for the program, `label` and `aliases` for people."""

    key: str
    label: str
    aliases: tuple[str, ...] = ()


def pick(text: str, options: Sequence[Option]) -> Option | None:
    """Return the option that `text` names, or None when none or more than one fits.

    Taken are the number of the option from 1 ("1", "1.", "số 1"), its label, an alias, number and
    label together, and a prefix of at least 3 letters; case, diacritics, spaces, punctuation,
    emoji and polite words around do not matter.
    """
    words = _WORDS.findall(fold(text))
    for spoken in (words, _without_manners(words)):
        for reading in (_by_number_or_name, _by_number_and_name, _by_prefix):
            found = reading(spoken, options)
            if found:
                return found[0] if len(found) == 1 else None
    return None


def _by_number_or_name(words: Sequence[str], options: Sequence[Option]) -> list[Option]:
    typed = "".join(words)
    return [o for n, o in enumerate(options, 1) if _is_number(words, n) or typed in _names(o)]


def _by_number_and_name(words: Sequence[str], options: Sequence[Option]) -> list[Option]:
    named = _by_prefix(words[1:], options)
    return [o for n, o in enumerate(options, 1) if _is_number(words[:1], n) and o in named]


def _by_prefix(words: Sequence[str], options: Sequence[Option]) -> list[Option]:
    typed = "".join(words)
    if sum(map(str.isalpha, typed)) < _SHORTEST_PREFIX:
        return []
    return [o for o in options if any(name.startswith(typed) for name in _names(o))]


def _is_number(words: Sequence[str], number: int) -> bool:
    return len(words) == 1 and words[0].isdecimal() and words[0].lstrip("0") == str(number)


def _names(option: Option) -> set[str]:
    return {_run_together(name) for name in (option.label, *option.aliases)} - {""}


@lru_cache(512)  # there are some hundred labels and aliases, and they are the same all day
def _run_together(name: str) -> str:
    return "".join(_WORDS.findall(fold(name)))


def _without_manners(words: Sequence[str]) -> Sequence[str]:
    start, end = 0, len(words)
    while start < end and words[start] in _LEADING:
        start += 1
    while end > start and words[end - 1] in _TRAILING:
        end -= 1
    return words[start:end]
