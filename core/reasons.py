"""The reasons for a refusal: a list that leads keep, each wording with slots for values.

A slot is written {so_gcn}, {ma_khac} or {muc}; what fills it belongs to one refusal.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.errors import Problem
from core.messages import text
from core.registration import Registration
from core.text import clean

WORDING_LENGTH = range(10, 201)  # characters
ITEM_LENGTH = range(2, 101)  # characters
OWN_LENGTH = range(10, 501)  # characters of what staff write themselves
WHOLE_LENGTH = 2000  # characters of all reasons together: a card shows them
MOST = 16  # reasons in use; the question must fit one message


class Slot(StrEnum):
    """A gap in a wording: the licence, another registration's reference, what is wrong."""

    LICENCE = "so_gcn"
    OTHER = "ma_khac"
    ITEM = "muc"


_SLOT = re.compile(r"\{ *(" + "|".join(Slot) + r") *\}")
_BRACES = re.compile(r"\{[^{}]*\}?|\}")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `code` stays for good; `position` orders those in use.

    `en` is None where leads worded the reason in the chat: then `vi` is for everybody. A retired
    one can no longer be chosen, and what was refused with it keeps its words.
    """

    code: str
    position: int
    vi: str
    en: str | None = None
    retired_at: datetime | None = None

    def wording(self, locale: str) -> str:
        """Give the wording in a language, its slots open."""
        return self.en if locale == "en" and self.en is not None else self.vi


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why one registration is refused: reasons of the list, own words, and what fills slots.

    `values` are by reason and slot, such as "R09.muc"; the licence is known without.
    """

    reasons: tuple[Reason, ...]
    own: str | None
    values: Mapping[str, str]

    def open_slots(self, locale: str) -> list[str]:
        """Name the slots that still need a value, in order."""
        return [
            key
            for reason in self.reasons
            for slot in slots_of(reason.wording(locale))
            if slot is not Slot.LICENCE and (key := slot_key(reason.code, slot)) not in self.values
        ]

    def lines(self, registration: Registration) -> list[str]:
        """Word the grounds as the facility reads them, a line for each reason, own words last."""
        locale = registration.locale
        lines = [
            worded(one.wording(locale), registration.licence, self._of(one.code))
            for one in self.reasons
        ]
        return [*lines, self.own] if self.own else lines

    def _of(self, code: str) -> dict[str, str]:
        return {
            key.removeprefix(f"{code}."): value
            for key, value in self.values.items()
            if key.startswith(f"{code}.")
        }


def slot_key(code: str, slot: Slot) -> str:
    """Name a slot of one reason."""
    return f"{code}.{slot.value}"


def slots_of(wording: str) -> list[Slot]:
    """Give the slots of a wording, each once, in order."""
    return list(dict.fromkeys(Slot(name) for name in _SLOT.findall(wording)))


def worded(wording: str, licence: str, values: Mapping[str, str]) -> str:
    """Fill a wording; a slot without a value shows as an ellipsis."""
    known = {Slot.LICENCE.value: licence, **values}
    return _SLOT.sub(lambda slot: known.get(slot[1], "…"), wording)


def headline(wording: str, limit: int = 60) -> str:
    """Shorten a wording to at most `limit` characters for a list, its slots left out."""
    plain = _SLOT.sub("…", wording)
    return plain if len(plain) <= limit else f"{plain[: limit - 1].rsplit(' ', 1)[0]}…"


def in_use(reasons: Sequence[Reason]) -> list[Reason]:
    """Give the reasons that can be chosen, in their order."""
    return [one for one in reasons if one.retired_at is None]


def read_wording(typed: str) -> str:
    """Read a wording that a lead typed; raise `Problem` if it cannot be one."""
    wording = _SLOT.sub(lambda slot: f"{{{slot[1]}}}", clean(typed))
    if len(wording) not in WORDING_LENGTH:
        raise Problem(text("wording-length"))
    unknown = _BRACES.search(_SLOT.sub("", wording))
    if unknown is not None:
        raise Problem(text("wording-unknown-slot", given=unknown[0]))
    return wording


def read_item(typed: str) -> str:
    """Read which item is wrong or missing; raise `Problem` if that is no answer."""
    item = clean(typed)
    if len(item) not in ITEM_LENGTH or _BRACES.search(item):
        raise Problem(text("reason-item-length"))
    return item


def is_reason(words: str) -> bool:
    """Tell whether a facility may read these words of staff: neither too short nor too long."""
    return len(words) in OWN_LENGTH and _SLOT.search(words) is None


def read_own_words(typed: str) -> str:
    """Read what staff write themselves; raise `Problem` if it is too short, too long, or a form."""
    words = clean(typed)
    if len(words) not in OWN_LENGTH:
        raise Problem(text("reason-length"))
    refuse_open_slots(words)
    return words


def refuse_open_slots(words: str) -> None:
    """Raise `Problem` if a slot is still open in what a facility is about to read."""
    still_open = _SLOT.search(words)
    if still_open is not None:
        raise Problem(text("reason-open-slot", slot=still_open[0]))
