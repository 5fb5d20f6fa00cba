"""Spreadsheets on their way in and out: what is owed for them, and what is told when one was read.

A file that somebody sent is fetched and read where messages are sent, outside of every
transaction; what it says comes back through the inbox of its conversation, sealed as everything
there, so that a crash on the way loses nothing and nothing happens twice.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from core.errors import Problem
from core.events import event
from core.licence import Authority
from core.messages import Address, Kind, Outgoing, Text, text
from core.ports import Grid, NewUpdate, OutboxRow, SendFailed, Sheets
from core.usecases.batches import looks_like_batch, read_batch
from core.usecases.register import as_data, looks_like_register, read_register
from core.usecases.report import looks_like_report

LARGEST = 10 * 1024 * 1024  # bytes of a file
TRIES = 5  # at fetching a file, before its sender is asked to send it again
SHEET = "sheet"  # the event


def fetch(key: str, conversation: str, address: Address, file_id: str, message_id: str) -> Outgoing:
    """Owe the reading of a file that came in a message."""
    context = {"file": file_id, "conversation": conversation, "message": message_id}
    return Outgoing(key=key, kind=Kind.FETCH, address=address, context=context)


def document(key: str, address: Address, locale: str, batch: int) -> Outgoing:
    """Owe the spreadsheet of a batch as it stands when it is sent."""
    return Outgoing(
        key=key, kind=Kind.DOCUMENT, address=address, locale=locale, context={"batch": batch}
    )


def read_file(content: bytes, sheets: Sheets, authority: Authority) -> Mapping[str, Any]:
    """Read a file into what its conversation is told: a batch, a register, or what is wrong."""
    try:
        return _understood(sheets.read(content), authority)
    except Problem as problem:
        return problem_data(problem.text)


def failed_data(failure: SendFailed) -> Mapping[str, Any]:
    """Tell that a file could not be fetched."""
    return problem_data(text("sheet-too-big" if "too big" in failure.reason else "sheet-gone"))


def problem_data(problem: Text) -> Mapping[str, Any]:
    """Put a problem into the data of an event."""
    return {"problem": problem.key, "args": dict(problem.args)}


def told(row: OutboxRow, data: Mapping[str, Any]) -> NewUpdate:
    """Build the update that tells a conversation what its file says; a row is told once."""
    context = row.outgoing.context
    mark = f"{row.id:x}"
    return event(
        context["conversation"], SHEET, mark, mark=mark, message=context["message"], **data
    )


def _understood(grid: Grid, authority: Authority) -> Mapping[str, Any]:
    if looks_like_batch(grid):
        return {"batch": [asdict(line) for line in read_batch(grid)]}
    if looks_like_report(grid):
        raise Problem(text("sheet-report"))
    if looks_like_register(grid):
        return {"register": as_data(read_register(grid, authority))}
    raise Problem(text("sheet-columns"))
