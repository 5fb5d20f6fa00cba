"""Spreadsheets that people send are read with distrust: what is unsafe is refused."""

import pytest

from bot.sheets.reading import ROWS, read
from core.errors import Problem
from tests.sheets.made import (
    bomb,
    entities,
    far_row,
    macros,
    plain_archive,
    with_part,
    workbook,
)

GOOD = workbook([["a"]])
REFUSED = {
    "an old .xls, or one with a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 64, "sheet-old"),
    "macros": (macros(), "sheet-macros"),
    "a zip bomb": (bomb(), "sheet-too-big"),
    "entities that multiply": (entities(), "sheet-broken"),
    "an archive that is no workbook": (plain_archive(), "sheet-not"),
    "half a workbook": (GOOD[: len(GOOD) // 2], "sheet-broken"),
    "a sheet that is not XML": (
        with_part(GOOD, "xl/worksheets/sheet1.xml", b"<worksheet"),
        "sheet-broken",
    ),
    "a workbook without its list of sheets": (
        with_part(GOOD, "xl/workbook.xml", b"<x/>"),
        "sheet-broken",
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "sheet-not"),
    "a PDF": (b"%PDF-1.4", "sheet-not"),
    "nothing": (b"", "sheet-not"),
    "a text with NUL": (b"a;b\n\x00", "sheet-not"),
    "too many rows": (b"a\n" * (ROWS + 1), "sheet-too-long"),
}
HEADERS = "Số GCN;Tên cơ sở\n03-0001/ĐKKDD-HNO;Nhà thuốc Ánh Dương\n"
ENCODED = {
    "UTF-8": HEADERS.encode(),
    "UTF-8 with its mark": HEADERS.encode("utf-8-sig"),
    "UTF-16": HEADERS.encode("utf-16"),
    "UTF-16, big end first": b"\xfe\xff" + HEADERS.encode("utf-16-be"),
    "commas": HEADERS.replace(";", ",").encode(),
    "tabs": HEADERS.replace(";", "\t").encode("utf-16"),
    "the line ends of Windows": HEADERS.replace("\n", "\r\n").encode(),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_unsafe_or_no_spreadsheet_is_refused(name: str) -> None:
    content, key = REFUSED[name]
    with pytest.raises(Problem) as refused:
        read(content)

    assert refused.value.text.key == key


@pytest.mark.parametrize("name", ENCODED)
def test_text_files_are_read_in_the_encodings_of_spreadsheet_programs(name: str) -> None:
    grid = read(ENCODED[name])

    assert grid.csv
    assert grid.rows == (
        ("Số GCN", "Tên cơ sở"),
        ("03-0001/ĐKKDD-HNO", "Nhà thuốc Ánh Dương"),
    )


def test_windows_1258_is_read_where_it_is_not_utf_8() -> None:
    grid = read("Tên;Nhà thuô\u0301c".encode("cp1258"))

    assert grid.rows == (("Tên", "Nhà thuô\u0301c"),)


def test_formulas_and_what_is_not_text_are_marked() -> None:
    grid = read(workbook([["007", "=1+1", 12, 3.0, 1.5, True, 10**16, None, " a "]]))

    assert grid.rows == (("007", "=1+1", "12", "3", "1.5", "True", "1e+16", "", "a"),)
    assert grid.formulas == {(0, 1)}
    assert grid.odd == {(0, 4), (0, 5), (0, 6)}


def test_a_cell_in_the_last_row_there_can_be_costs_nothing() -> None:
    assert read(far_row()).rows == ()


def test_merged_cells_are_noticed() -> None:
    assert read(workbook([["a", "b"]], merge="A1:B1")).merged
    assert not read(GOOD).merged


def test_empty_rows_at_the_end_are_left_out_and_others_keep_their_place() -> None:
    assert read(workbook([["a"], [], ["b", ""], [None]])).rows == (("a",), (), ("b",))
