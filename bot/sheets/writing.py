"""Writes a spreadsheet for staff: text cells, locked around answers, ready to print.

Every cell is text, also what looks like a formula or a number: leading zeros stay, and nothing is
executed, neither here nor when somebody edits the cell (`quotePrefix`).
"""

import re
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import TYPE_STRING, Cell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from core.ports import Sheet, SheetColumn
from core.text import visible

TEXT_FORMAT = "@"
NOTES_TITLE = "Hướng dẫn"
NOTES_WIDTH = 100
PAGE_NUMBER = "Trang &P/&N"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")

_LIKE_AN_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # what XLSX reads as a character
_BOLD = Font(bold=True)
_HEADER = PatternFill("solid", fgColor="D9E2F3")
_ANSWER = PatternFill("solid", fgColor="FFF2CC")
_TOP = Alignment(vertical="top", wrap_text=True)
_OPEN = Protection(locked=False)


def write(sheet: Sheet) -> bytes:
    """Make an XLSX file. Characters that cannot be seen are left out: XML has no room for some."""
    workbook = Workbook()
    page = workbook.active
    page.title = sheet.title
    _write_header(page, sheet.columns)
    for number, row in enumerate(sheet.rows, 2):
        for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True), 1):
            _write_cell(page.cell(number, place), value, column)
    last = max(len(sheet.rows) + 1, 2)
    _offer_choices(page, sheet.columns, last)
    if any(column.answer for column in sheet.columns):
        _protect(page)
    _set_up_print(page, sheet)
    if sheet.notes:
        _write_notes(workbook.create_sheet(NOTES_TITLE), sheet.notes)
    written = BytesIO()
    workbook.save(written)
    return written.getvalue()


def _write_header(page: Worksheet, columns: tuple[SheetColumn, ...]) -> None:
    for place, column in enumerate(columns, 1):
        cell = page.cell(1, place)
        _put(cell, column.header)
        cell.font = _BOLD
        cell.fill = _ANSWER if column.answer else _HEADER
        cell.alignment = _TOP
        page.column_dimensions[get_column_letter(place)].width = column.width
    page.freeze_panes = "A2"


def _write_cell(cell: Cell, value: str, column: SheetColumn) -> None:
    _put(cell, value)
    cell.alignment = _TOP
    if column.answer:
        cell.protection = _OPEN
        cell.fill = _ANSWER


def _put(cell: Cell, value: str) -> None:
    plain = visible(value)
    cell.number_format = TEXT_FORMAT
    if plain:
        cell.value = _LIKE_AN_ESCAPE.sub("_x005F_", plain)
        cell.data_type = TYPE_STRING  # openpyxl takes a leading = for a formula
        if plain.startswith(FORMULA_SIGNS):
            cell.quotePrefix = True


def _offer_choices(page: Worksheet, columns: tuple[SheetColumn, ...], last: int) -> None:
    for place, column in enumerate(columns, 1):
        if column.choices:
            listed = DataValidation("list", formula1=f'"{",".join(column.choices)}"')
            listed.showErrorMessage = True
            letter = get_column_letter(place)
            listed.add(f"{letter}2:{letter}{last}")
            page.add_data_validation(listed)


def _protect(page: Worksheet) -> None:
    """Lock what is not an answer. Without a password: it keeps from slips, not from intent."""
    page.protection.sheet = True
    page.protection.formatColumns = False  # these two are "forbidden", so False allows them
    page.protection.formatRows = False


def _set_up_print(page: Worksheet, sheet: Sheet) -> None:
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_margins = PageMargins(left=0.4, right=0.4, top=0.7, bottom=0.7)  # inches
    page.print_options.gridLines = True
    page.oddHeader.center.text = sheet.heading.replace("&", "&&") or None
    page.oddFooter.left.text = sheet.footing.replace("&", "&&") or None
    page.oddFooter.right.text = PAGE_NUMBER


def _write_notes(page: Worksheet, notes: tuple[str, ...]) -> None:
    page.column_dimensions["A"].width = NOTES_WIDTH
    for number, note in enumerate(notes, 1):
        cell = page.cell(number, 1)
        _put(cell, note)
        cell.alignment = _TOP
