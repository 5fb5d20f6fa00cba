"""Open to all staff: find registrations by whatever is at hand."""

from dataclasses import dataclass

from core.licence import Licence, read_licence
from core.people import Actor, Right
from core.policy import Policy
from core.ports import Transaction
from core.reference import read_reference
from core.registration import OPEN, Registration
from core.search import question_words
from core.text import fold

SHOWN = 10
LOOKED_AT = 50  # hits, of which the best are shown


@dataclass(frozen=True, slots=True)
class Found:
    """The best hits, at most `SHOWN`; `more` when there may be others."""

    hits: tuple[Registration, ...]
    more: bool = False


async def find(tx: Transaction, actor: Actor, typed: str, policy: Policy) -> Found:
    """Find by reference, else by licence in any spelling, else by words of name and e-mail.

    Of words, names that hold them side by side come first, then what is open, then the newest.
    """
    actor.require(Right.VIEW)
    reading = read_licence(typed, policy.authority)
    exact = await _by_reference(tx, typed) or await _by_licence(tx, reading.licence)
    if exact:
        return Found(exact[:SHOWN], len(exact) > SHOWN)
    bare = reading.completion
    words = question_words(typed) if bare is None else (str(bare.number),)
    if not words:
        return Found(())
    hits, more = await tx.registrations.by_words(words, LOOKED_AT)
    phrase = fold(typed)

    def rank(one: Registration) -> tuple[bool, bool]:
        named = phrase in fold(one.facility) or phrase in fold(one.person)
        return not named, one.status not in OPEN

    return Found(tuple(sorted(hits, key=rank)[:SHOWN]), more or len(hits) > SHOWN)


async def _by_reference(tx: Transaction, typed: str) -> tuple[Registration, ...]:
    reference = read_reference(typed)
    if reference is None:
        return ()
    found = await tx.registrations.by_reference(reference)
    return () if found is None else (found,)


async def _by_licence(tx: Transaction, licence: Licence | None) -> tuple[Registration, ...]:
    if licence is None:
        return ()
    return tuple(await tx.registrations.of_licence(licence.key, LOOKED_AT))
