"""Reads a spreadsheet that somebody sent, and trusts nothing of it.

A workbook is a ZIP archive of XML: what it claims to unpack to is looked at before anything is
unpacked, entities are refused (defusedxml, which openpyxl uses where it is installed), formulas
are never computed, and the sheet is read row by row, up to a limit.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import TYPE_FORMULA
from openpyxl.utils.escape import unescape

from core.errors import Problem
from core.messages import text
from core.ports import Grid

UNPACKED = 64 * 1024 * 1024  # bytes; the list of all facilities unpacks to a tenth of it
PARTS = 1000
ROWS, COLUMNS = 50_000, 30
CELL = 1000  # characters kept of one cell
EXACT = 10**15  # from here on a spreadsheet rounds whole numbers

_ARCHIVE, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NEVER_TEXT = (b"%PDF", b"{\\rtf")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ";,\t"


def read(content: bytes) -> Grid:
    """Read an XLSX or CSV file; raise `Problem` for anything else, and for what is unsafe.

    CSV may be UTF-8 or UTF-16 with or without its mark, or Windows-1258, as Excel writes it.
    """
    if content.startswith(_ARCHIVE):
        return _read_workbook(content)
    if content.startswith(_OLD):
        raise Problem(text("sheet-old"))
    return _read_text(content)


# ── workbooks ────────────────────────────────────────────────────────────────────────────────────


def _read_workbook(content: bytes) -> Grid:
    _inspect(content)
    try:
        workbook = load_workbook(BytesIO(content), read_only=True, keep_links=False)
        try:
            sheet = workbook.worksheets[0]
            merged = _MERGED.search(workbook._archive.read(sheet._worksheet_path)) is not None
            return _grid(sheet.iter_rows(max_row=ROWS + 1, max_col=COLUMNS), merged=merged)
        finally:
            workbook.close()
    except Problem:
        raise
    except Exception as broken:  # openpyxl raises whatever it stumbles over
        raise Problem(text("sheet-broken")) from broken


def _inspect(content: bytes) -> None:
    """Refuse what is no workbook, holds macros, or unpacks to too much, before unpacking it."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (BadZipFile, ValueError, OSError) as broken:
        raise Problem(text("sheet-broken")) from broken
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        raise Problem(text("sheet-not"))
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Problem(text("sheet-macros"))
    # Python reads no more of a part than its entry claims, so the claims are the limit.
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise Problem(text("sheet-too-big"))


def _grid(rows: Iterable[Iterable[Any]], *, merged: bool) -> Grid:
    kept: list[tuple[str, ...]] = []
    formulas, odd = set(), set()
    filled = 0
    for number, row in enumerate(rows):
        values = []
        for column, cell in enumerate(row):
            value, exact = _as_text(cell.value)
            values.append(value)
            if cell.data_type == TYPE_FORMULA:
                formulas.add((number, column))
            elif not exact:
                odd.add((number, column))
        while values and not values[-1]:
            values.pop()
        kept.append(tuple(values))
        filled = number + 1 if values else filled
    if filled > ROWS:
        raise Problem(text("sheet-too-long", limit=ROWS))
    return Grid(tuple(kept[:filled]), frozenset(formulas), frozenset(odd), merged=merged)


def _as_text(value: object) -> tuple[str, bool]:
    """Give a cell's value as text, and whether that is exactly what was typed."""
    if value is None:
        return "", True
    if isinstance(value, str):
        return unescape(value).strip()[:CELL], True
    if isinstance(value, int | float) and not isinstance(value, bool):
        whole = value == int(value) and abs(value) < EXACT
        return (str(int(value)), True) if whole else (str(value), False)
    return str(value)[:CELL], False


# ── text files ───────────────────────────────────────────────────────────────────────────────────


def _read_text(content: bytes) -> Grid:
    if content.startswith(_NEVER_TEXT):
        raise Problem(text("sheet-not"))
    words = _decoded(content)
    if not words.strip() or _CONTROL.search(words):
        raise Problem(text("sheet-not"))
    try:
        rows = tuple(_csv_rows(words))
    except csv.Error as broken:
        raise Problem(text("sheet-not")) from broken
    if len(rows) > ROWS:
        raise Problem(text("sheet-too-long", limit=ROWS))
    return Grid(rows, csv=True)


def _decoded(content: bytes) -> str:
    marked = next((encoding for mark, encoding in _BOMS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1258"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Problem(text("sheet-not"))


def _csv_rows(words: str) -> Iterator[tuple[str, ...]]:
    start = words[:4096]
    delimiter = max(_DELIMITERS, key=start.count)
    for row in csv.reader(StringIO(words, newline=""), delimiter=delimiter):
        yield tuple(value.strip()[:CELL] for value in row[:COLUMNS])
