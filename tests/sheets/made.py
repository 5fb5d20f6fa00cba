"""Spreadsheets that tests send: good ones, and ones that nobody should."""

import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook

BOMB_ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData></worksheet>'
)
SHEET = "xl/worksheets/sheet1.xml"


def workbook(rows: Iterable[Sequence[object]], *, merge: str = "") -> bytes:
    """An XLSX file as a spreadsheet program would make it: a leading = is a formula."""
    made = Workbook()
    page = made.active
    for row in rows:
        page.append(list(row))
    if merge:
        page.merge_cells(merge)
    return saved(made)


def saved(made: Workbook) -> bytes:
    written = BytesIO()
    made.save(written)
    return written.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same archive with a part added, or replaced."""
    written = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as before,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for one in before.infolist():
            if one.filename != name:
                after.writestr(one, before.read(one))
        after.writestr(name, part)
    return written.getvalue()


def macros() -> bytes:
    """An .xlsm, whatever it is called."""
    return with_part(workbook([["a"]]), "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")


def bomb() -> bytes:
    """Some kilobytes that unpack to 80 million bytes."""
    return with_part(workbook([["a"]]), SHEET, b" " * 80_000_000)


def entities() -> bytes:
    """XML whose entities multiply (billion laughs)."""
    return with_part(workbook([["a"]]), SHEET, BOMB_ENTITIES.encode())


def far_row() -> bytes:
    """One cell in the last row a sheet can have."""
    made = Workbook()
    made.active.cell(1_048_576, 1).value = "x"
    return saved(made)


def plain_archive() -> bytes:
    """A ZIP archive that is no workbook."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("readme.txt", "xin chào")
    return written.getvalue()
