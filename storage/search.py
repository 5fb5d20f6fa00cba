"""Finding registrations by words: one table and one index, the same on both databases."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    bindparam,
    delete,
    func,
    literal_column,
    select,
)

from core.registration import Registration
from core.search import index_words
from storage.tables import search_word
from storage.work import Work, on_each

ENOUGH = 1500  # rows of the rarest word that are looked through, at a few microseconds each

_found_by = attrgetter("reference", "licence", "facility", "person", "email")
_LAST = "\U0010ffff"  # sorts after every letter

_PUT = on_each(lambda insert: insert(search_word).on_conflict_do_nothing())
_FORGET = delete(search_word).where(search_word.c.registration_id == bindparam("case_id"))


def words_of(registration: Registration) -> frozenset[str]:
    """Give the words by which a registration is found."""
    return index_words(
        reference=registration.reference,
        licence=registration.licence,
        facility=registration.facility,
        person=registration.person,
        email=registration.email,
    )


class WordIndex:
    """Keeps the words of registrations; written at the end of the transaction at the latest."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._unsaved: list[dict[str, Any]] = []
        work.later(self._flush)

    def put(self, registration: Registration) -> None:
        """Index a registration that is new."""
        self._unsaved += [
            {"registration_id": registration.id, "word": word}
            for word in sorted(words_of(registration))
        ]

    async def replace(self, before: Registration, after: Registration) -> None:
        """Index a registration anew if what it is found by has changed."""
        if _found_by(before) != _found_by(after):
            await self._flush()
            await self._work.run(_FORGET, {"case_id": before.id})
            self.put(after)

    async def find(self, words: Sequence[str], limit: int) -> tuple[list[int], bool]:
        """Give the ids of up to `limit` registrations that have all words, the last one begun.

        The flag says that there may be more. The rarest word leads: its rows are looked through,
        up to `ENOUGH`, and the other words are asked for each.
        """
        await self._flush()
        spans = [*((word, word) for word in words[:-1]), (words[-1], words[-1] + _LAST)]
        counts = await self._counts(spans)
        # Of words as common as each other the later one tells more: "Nhà thuốc" comes first.
        lead, *others = sorted(range(len(spans)), key=lambda n: (counts[n], -n))
        statement, values = _having(spans[lead], [spans[n] for n in others])
        found = await self._work.run(statement, values | {"limit": limit + 1})
        ids = list(found.scalars())
        return ids[:limit], len(ids) > limit or counts[lead] >= ENOUGH

    async def _counts(self, spans: Sequence[tuple[str, str]]) -> Sequence[int]:
        values = {
            f"{end}{n}": word
            for n, span in enumerate(spans)
            for end, word in zip(("low", "high"), span, strict=True)
        }
        counting = select(*(_count(f"low{n}", f"high{n}") for n in range(len(spans))))
        return (await self._work.run(counting, values)).one()

    async def _flush(self) -> None:
        if self._unsaved:
            rows, self._unsaved = self._unsaved, []
            await self._work.run(_PUT, rows)


def _within(low: str, high: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (search_word.c.word >= bindparam(low), search_word.c.word <= bindparam(high))


def _count(low: str, high: str) -> ScalarSelect[int]:
    rows = select(literal_column("1")).where(*_within(low, high)).limit(ENOUGH).subquery()
    return select(func.count()).select_from(rows).scalar_subquery()


def _having(
    lead: tuple[str, str], others: Iterable[tuple[str, str]]
) -> tuple[Select[Any], dict[str, Any]]:
    values = {"low": lead[0], "high": lead[1]}
    rarest = (
        select(search_word.c.registration_id)
        .where(*_within("low", "high"))
        .order_by(search_word.c.word, search_word.c.registration_id)
        .limit(ENOUGH)
        .subquery("rarest")
    )
    statement = select(rarest.c.registration_id).distinct()
    for n, (low, high) in enumerate(others):
        values |= {f"low{n}": low, f"high{n}": high}
        probe = search_word.alias(f"probe{n}")
        # A scalar, not EXISTS: PostgreSQL would turn that into a join with every row of a word
        # that half of all registrations have.
        has = (
            select(literal_column("1"))
            .where(
                probe.c.registration_id == rarest.c.registration_id,
                probe.c.word >= bindparam(f"low{n}"),
                probe.c.word <= bindparam(f"high{n}"),
            )
            .limit(1)
            .correlate(rarest)
            .scalar_subquery()
        )
        statement = statement.where(has.is_not(None))
    return statement.order_by(rarest.c.registration_id.desc()).limit(bindparam("limit")), values
