"""Open to leads: import the office's list of issued certificates, and compare with it.

The list found in a spreadsheet takes the place of the one there was. Two columns are read, the
licence and the facility's name; nothing else of the list is kept.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from core.errors import Problem
from core.licence import Authority, LicenceStatus, read_licence
from core.messages import PATIENT, Text, text
from core.people import Actor, Right
from core.policy import Policy
from core.ports import Event, Grid, HistoryEntry, Match, RegisterEntry, Transaction, Upload, Vault
from core.registration import Registration
from core.sheets import find_columns, squeeze
from core.text import clean
from core.usecases.batches import UPLOAD_LIFE
from core.usecases.open_cases import open_cases
from core.usecases.staff_group import redraw_card

READ = (LicenceStatus.OK, LicenceStatus.CONFIRM)
NAME_LIMIT = 200  # characters, as of a name that a facility types
SPELLINGS = {
    "licence": (
        "sogcn", "sogiaychungnhan", "sogcndkkdd", "sogcndkkdduoc", "gcn", "gcndkkdd", "dkkdd",
        "sogcnddkkdd", "gcnddkkdd", "soddkkdd", "sogiayddkkdd", "sodkkdd",
        "sogiaychungnhandudieukienkinhdoanhduoc", "sogcndudieukienkinhdoanhduoc",
        "sogiaydkkdd", "sogiayphep", "sochungnhan", "licence", "license", "licenceno",
    ),
    "facility": (
        "tencoso", "tencosokinhdoanh", "tencosokinhdoanhduoc", "tencosobanle", "tennhathuoc",
        "tenquaythuoc", "tendonvi", "coso", "cosokinhdoanh", "facility", "facilityname", "name",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """What a spreadsheet says: the entries, the rows (as people count them) without a licence
    of ours, and how many rows name a licence that another names, too (the last one counts).
    """

    entries: tuple[RegisterEntry, ...]
    unreadable: tuple[int, ...] = ()
    twice: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """What an import changes: entries to write, and keys to delete."""

    new: tuple[RegisterEntry, ...]
    changed: tuple[RegisterEntry, ...]
    gone: tuple[str, ...]


def looks_like_register(grid: Grid) -> bool:
    """Tell whether both columns are there."""
    return len(find_columns(grid, SPELLINGS)[1]) == len(SPELLINGS)


def read_register(grid: Grid, authority: Authority) -> RegisterFile:
    """Read the list; raise `Problem` if there is nothing to read in it."""
    header, columns = find_columns(grid, SPELLINGS)
    entries: dict[str, RegisterEntry] = {}
    unreadable, named = [], 0
    for number, row in enumerate(grid.rows[header + 1 :], header + 2):
        licence, facility = (_cell(row, columns[name]) for name in ("licence", "facility"))
        if not licence and not facility:
            continue
        entry = _entry(licence, facility, authority)
        if entry is None:
            unreadable.append(number)
        else:
            named += 1
            entries[entry.licence_key] = entry
    if not entries:
        raise Problem(text("register-nothing"))
    return RegisterFile(tuple(entries.values()), tuple(unreadable), named - len(entries))


async def compare(tx: Transaction, entries: Sequence[RegisterEntry]) -> Difference:
    """Say what an import of these entries would change."""
    return _difference(await _by_key(tx), entries)


async def import_register(
    tx: Transaction,
    actor: Actor,
    entries: Sequence[RegisterEntry],
    policy: Policy,
    now: datetime,
) -> Difference:
    """Put these entries in place of the register.

    Open cases are compared anew, and the cards drawn again on which that shows.
    """
    actor.require(Right.MANAGE)
    known = await _by_key(tx)
    found = _difference(known, entries)
    await tx.register.change((*found.new, *found.changed), found.gone)
    await _compare_cases(tx, known, {entry.licence_key: entry for entry in entries}, policy, now)
    detail = {"new": len(found.new), "changed": len(found.changed), "gone": len(found.gone)}
    await tx.history.add(
        HistoryEntry(now, Event.REGISTER_IMPORTED, actor.user, actor.name, detail=detail)
    )
    return found


async def _by_key(tx: Transaction) -> dict[str, RegisterEntry]:
    return {entry.licence_key: entry for entry in await tx.register.all()}


def _difference(known: Mapping[str, RegisterEntry], entries: Sequence[RegisterEntry]) -> Difference:
    listed = {entry.licence_key for entry in entries}
    return Difference(
        tuple(entry for entry in entries if entry.licence_key not in known),
        tuple(e for e in entries if e.licence_key in known and known[e.licence_key] != e),
        tuple(key for key in known if key not in listed),
    )


async def _compare_cases(
    tx: Transaction,
    before: Mapping[str, RegisterEntry],
    after: Mapping[str, RegisterEntry],
    policy: Policy,
    now: datetime,
) -> None:
    """Write how the open cases compare now, and owe the cards that say something else by it."""
    changed: dict[Match | None, list[int]] = {}
    for case in await open_cases(tx):
        was, entry = before.get(case.licence_key), after.get(case.licence_key)
        match = _match(entry, case.facility, listed=bool(after))
        if match is not _match(was, case.facility, listed=bool(before)):
            changed.setdefault(match, []).append(case.id)
        elif match is not Match.DIFFERS or was == entry:
            continue
        if await tx.cards.get(case.id) is not None:  # else it is still to be drawn
            await redraw_card(tx, case, policy, f"register:{now.isoformat()}", PATIENT)
    for match, ids in changed.items():
        await tx.registrations.set_match(ids, match)


async def keep(
    tx: Transaction,
    conversation: str,
    mark: str,
    entries: Sequence[RegisterEntry],
    vault: Vault,
    now: datetime,
) -> None:
    """Keep a list until it is confirmed."""
    plain = json.dumps([conversation, list(map(astuple, entries))]).encode()
    await tx.uploads.put(Upload(conversation, mark, vault.seal(plain), now + UPLOAD_LIFE))


async def kept(
    tx: Transaction, conversation: str, mark: str, vault: Vault, now: datetime
) -> list[RegisterEntry]:
    """Open the list that was kept; raise `Problem` when it is no longer there."""
    upload = await tx.uploads.get(conversation)
    if upload is None or upload.mark != mark or upload.until <= now:
        raise Problem(text("upload-gone"))
    owner, entries = json.loads(vault.open(upload.sealed))
    if owner != conversation:
        raise ValueError("the sealed upload belongs to another conversation")
    return [RegisterEntry(*each) for each in entries]


async def match(tx: Transaction, licence_key: str, facility: str) -> Match | None:
    """Compare a licence and a name with the register; None if there is no register."""
    entry = await tx.register.get(licence_key)
    listed = entry is not None or not await tx.register.is_empty()
    return _match(entry, facility, listed=listed)


async def register_line(tx: Transaction, registration: Registration) -> tuple[Text, ...]:
    """Say on a card whether the register knows the licence, and by which name."""
    entry = await tx.register.get(registration.licence_key)
    if entry is None:
        return () if await tx.register.is_empty() else (text("card-register-missing"),)
    if _same_name(entry, registration.facility):
        return (text("card-register-match"),)
    return (text("card-register-differs", facility=entry.facility),)


def _match(entry: RegisterEntry | None, facility: str, *, listed: bool) -> Match | None:
    if entry is None:
        return Match.MISSING if listed else None
    return Match.SAME if _same_name(entry, facility) else Match.DIFFERS


def _same_name(entry: RegisterEntry, facility: str) -> bool:
    return squeeze(entry.facility) == squeeze(facility)


def as_data(read: RegisterFile) -> Mapping[str, object]:
    """Put what was read into the data of an event."""
    return {
        "entries": list(map(astuple, read.entries)),
        "unreadable": read.unreadable,
        "twice": read.twice,
    }


def _entry(licence: str, facility: str, authority: Authority) -> RegisterEntry | None:
    name = clean(facility, NAME_LIMIT)
    reading = read_licence(licence, authority)
    found = reading.licence
    if not name or found is None or reading.status not in READ:
        return None
    return RegisterEntry(found.key, found.canonical, name)


def _cell(row: tuple[str, ...], place: int) -> str:
    return row[place] if place < len(row) else ""
