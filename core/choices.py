"""Typed answers matched to offered choices, so that every button also works as words."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

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
        for reading in _READINGS:
            found = [o for n, o in enumerate(options, 1) if reading(spoken, n, o)]
            if found:
                return found[0] if len(found) == 1 else None
    return None


def _is_exact(words: Sequence[str], number: int, option: Option) -> bool:
    return _is_number(words, number) or "".join(words) in _names(option)


def _is_number_and_name(words: Sequence[str], number: int, option: Option) -> bool:
    return _is_number(words[:1], number) and _opens_name("".join(words[1:]), option)


def _is_prefix(words: Sequence[str], number: int, option: Option) -> bool:
    del number
    return _opens_name("".join(words), option)


_READINGS: tuple[Callable[[Sequence[str], int, Option], bool], ...] = (
    _is_exact,
    _is_number_and_name,
    _is_prefix,
)


def _is_number(words: Sequence[str], number: int) -> bool:
    return len(words) == 1 and words[0].isdecimal() and words[0].lstrip("0") == str(number)


def _opens_name(typed: str, option: Option) -> bool:
    letters = sum(map(str.isalpha, typed))
    return letters >= _SHORTEST_PREFIX and any(n.startswith(typed) for n in _names(option))


def _names(option: Option) -> Iterable[str]:
    return filter(None, ("".join(_WORDS.findall(fold(n))) for n in (option.label, *option.aliases)))


def _without_manners(words: Sequence[str]) -> Sequence[str]:
    start, end = 0, len(words)
    while start < end and words[start] in _LEADING:
        start += 1
    while end > start and words[end - 1] in _TRAILING:
        end -= 1
    return words[start:end]
