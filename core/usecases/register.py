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
from core.messages import Text, text
from core.people import Actor, Right
from core.ports import Event, Grid, HistoryEntry, RegisterEntry, Transaction, Upload, Vault
from core.registration import Registration
from core.sheets import find_columns, squeeze
from core.text import clean
from core.usecases.batches import UPLOAD_LIFE

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
    known = {entry.licence_key: entry for entry in await tx.register.all()}
    listed = {entry.licence_key for entry in entries}
    return Difference(
        tuple(entry for entry in entries if entry.licence_key not in known),
        tuple(e for e in entries if e.licence_key in known and known[e.licence_key] != e),
        tuple(key for key in known if key not in listed),
    )


async def import_register(
    tx: Transaction, actor: Actor, entries: Sequence[RegisterEntry], now: datetime
) -> Difference:
    """Put these entries in place of the register."""
    actor.require(Right.MANAGE)
    found = await compare(tx, entries)
    await tx.register.change((*found.new, *found.changed), found.gone)
    detail = {"new": len(found.new), "changed": len(found.changed), "gone": len(found.gone)}
    await tx.history.add(
        HistoryEntry(now, Event.REGISTER_IMPORTED, actor.user, actor.name, detail=detail)
    )
    return found


async def keep(
    tx: Transaction,
    conversation: str,
    mark: str,
    entries: Sequence[RegisterEntry],
    vault: Vault,
    now: datetime,
) -> None:
    """Keep a list until it is confirmed."""
    plain = json.dumps([conversation, list(map(astuple, entries))], ensure_ascii=False).encode()
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


async def register_line(tx: Transaction, registration: Registration) -> tuple[Text, ...]:
    """Say on a card whether the register knows the licence, and by which name."""
    entry = await tx.register.get(registration.licence_key)
    if entry is None:
        return () if await tx.register.is_empty() else (text("card-register-missing"),)
    if squeeze(entry.facility) == squeeze(registration.facility):
        return (text("card-register-match"),)
    return (text("card-register-differs", facility=entry.facility),)


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
