"""Files on their way: what is owed for them, and what a conversation is told that sent one."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import pytest

from core.errors import Problem
from core.events import read_event
from core.licence import HANOI
from core.messages import Address, Kind, Outgoing, Text, text
from core.ports import Fault, Grid, InboxRow, NewUpdate, OutboxRow, SendFailed, Sheet
from core.usecases.batches import COLUMNS, Line
from core.usecases.report import COLUMNS as REPORT
from core.usecases.spreadsheets import (
    document,
    failed_data,
    fetch,
    problem_data,
    read_file,
    told,
)
from tests.core.usecases.office import NOW

DESK = Address("staff", "7", "3")
BATCH = tuple(column.header for column in COLUMNS.values())
ROW = ("1", "26-K7QX9M", "03-0001/ĐKKDD-HNO", "An Tâm", "Lan", "", "Cấp", "HNO-1", "an", "0012", "")
LISTED = (("Số GCN", "Tên cơ sở"), ("03-1/ĐKKDD-HNO", "An Tâm"), ("?", "Số 2"))


class Holding:
    """A file that holds this sheet, or cannot be read."""

    def __init__(self, grid: Grid | Problem) -> None:
        self._grid = grid

    def read(self, content: bytes) -> Grid:
        assert content == b"the file"
        if isinstance(self._grid, Problem):
            raise self._grid
        return self._grid

    def write(self, sheet: Sheet) -> bytes:
        raise NotImplementedError


def read(grid: Grid | Problem) -> Mapping[str, Any]:
    return read_file(b"the file", Holding(grid), HANOI)


def test_a_file_that_was_sent_is_owed_its_reading() -> None:
    assert fetch("fetch:5", "staff:7", DESK, "file-1", "77") == Outgoing(
        key="fetch:5",
        kind=Kind.FETCH,
        address=DESK,
        context={"file": "file-1", "conversation": "staff:7", "message": "77"},
    )


def test_a_batch_is_owed_as_a_spreadsheet_in_the_officers_language() -> None:
    assert document("batch:4", DESK, "en", 4) == Outgoing(
        key="batch:4", kind=Kind.DOCUMENT, address=DESK, locale="en", context={"batch": 4}
    )


def test_a_batch_that_came_back_is_told_row_by_row() -> None:
    line = Line(2, *ROW[:5], *ROW[6:])

    assert read(Grid((BATCH, ROW))) == {"batch": [asdict(line)]}


def test_a_list_of_certificates_is_told_with_what_was_left_out() -> None:
    assert read(Grid((*LISTED, LISTED[1]))) == {
        "register": {
            "entries": [("03-1-HNO", "03-0001/ĐKKDD-HNO", "An Tâm")],
            "unreadable": (3,),
            "twice": 1,
        }
    }


def test_licences_of_the_authority_that_was_asked_for_are_read() -> None:
    hcm = replace(HANOI, code="HCM", unsure=())
    rows = (LISTED[0], ("03-1/ĐKKDD-HCM", "An Tâm"))

    told = read_file(b"the file", Holding(Grid(rows)), hcm)

    assert told["register"]["entries"] == [("03-1-HCM", "03-0001/ĐKKDD-HCM", "An Tâm")]


@pytest.mark.parametrize(
    ("grid", "problem"),
    [
        (Grid((("Họ tên", "Ngày sinh"), ("An", "1990"))), {"problem": "sheet-columns"}),
        (Grid((tuple(c.header for c in REPORT), ("1",) * 14)), {"problem": "sheet-report"}),
        (Grid((LISTED[0], LISTED[2])), {"problem": "register-nothing"}),
        (Grid((BATCH, ROW), merged=True), {"problem": "sheet-merged"}),
        (
            Grid((BATCH[:-1], ROW)),
            {"problem": "sheet-columns-missing", "args": {"columns": "Lý do từ chối"}},
        ),
        (
            Problem(text("sheet-too-long", limit=9)),
            {"problem": "sheet-too-long", "args": {"limit": 9}},
        ),
    ],
)
def test_of_any_other_file_it_is_told_what_is_wrong(
    grid: Grid | Problem, problem: dict[str, Any]
) -> None:
    assert read(grid) == {"args": {}} | problem


def test_a_file_that_could_not_be_fetched_is_too_big_or_gone() -> None:
    too_big = SendFailed(Fault.INVALID, "file too big")
    gone = SendFailed(Fault.RETRY, "network")

    assert failed_data(too_big) == problem_data(Text("sheet-too-big"))
    assert failed_data(gone) == problem_data(Text("sheet-gone"))


def test_rule_10_what_a_file_says_is_told_its_conversation_once() -> None:
    row = OutboxRow(31, fetch("fetch:5", "staff:7", DESK, "file-1", "77"), 1, NOW)

    update = told(row, {"problem": "sheet-gone"})

    assert update == replace(told(replace(row, attempts=2), {}), payload=update.payload)
    assert update == NewUpdate("staff", "sheet:1f", "staff:7", update.payload)
    arrived = InboxRow(1, update.bot, update.update_id, update.conversation, update.payload, NOW)
    assert read_event(arrived) == (
        "sheet",
        {"mark": "1f", "message": "77", "problem": "sheet-gone"},
    )
