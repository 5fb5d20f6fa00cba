"""The words a registration is found by, and those of a question, in one folded spelling.

Folded means lower case without diacritics (`core.text.fold`), so "Tâm Đức" is found by "tam duc".
"""

import re

from core.mailbox import match_key
from core.text import fold

MOST_WORDS = 8  # of a question; what is typed beyond them is not looked at
LONGEST = 64  # characters of a word; an index has no use for more

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[0-9]+")


def index_words(
    *, reference: str, licence: str, facility: str, person: str, email: str
) -> frozenset[str]:
    """Return the words by which staff find a registration.

    Every word of the reference, the facility, the person and the e-mail; the e-mail whole, as
    typed and by its match key; the numbers of the licence with and without leading zeros. What
    every licence of an office says (ĐKKDD, HNO) is left out: it finds everything and nothing.
    """
    key = match_key(email)
    numbers = _NUMBER.findall(licence)
    words = _words(" ".join((reference, facility, person, email, key)))
    bare = (number.lstrip("0") for number in numbers)
    return frozenset(
        word[:LONGEST] for word in (*words, *numbers, *bare, fold(email), fold(key)) if word
    )


def question_words(typed: str) -> tuple[str, ...]:
    """Return the words of a question, each once, as `index_words` spells them.

    What holds an @ stays one word, by its match key, so that dots and +tags at Gmail do not matter.
    """
    found: dict[str, None] = {}
    for part in fold(typed).split():
        words = [match_key(part)] if "@" in part.strip("@") else _words(part)
        found.update(dict.fromkeys(word[:LONGEST] for word in words if word))
    return tuple(found)[:MOST_WORDS]


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))
