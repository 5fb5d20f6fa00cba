"""Spreadsheets as files: read with distrust, written so that nothing in them is executed."""

import warnings

from bot.sheets.reading import read
from bot.sheets.writing import write
from core.ports import Grid, Sheet

# What a file holds beyond cells is of no use here, and openpyxl warns of each thing it leaves out.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\..*")


class OpenpyxlSheets:
    """Implements `core.ports.Sheets`."""

    def read(self, content: bytes) -> Grid:
        """See `Sheets.read`."""
        return read(content)

    def write(self, sheet: Sheet) -> bytes:
        """See `Sheets.write`."""
        return write(sheet)
