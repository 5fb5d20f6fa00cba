"""Spreadsheets as files: read with distrust, written so that nothing in them is executed."""

import warnings

from core.ports import Grid, Sheet

# What a file holds beyond cells is of no use here, and openpyxl warns of each thing it leaves out.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\..*")


class OpenpyxlSheets:
    """Implements `core.ports.Sheets`.

    openpyxl is loaded with the first spreadsheet: it takes 20 MB, and most days have none.
    """

    def read(self, content: bytes) -> Grid:
        """See `Sheets.read`."""
        from bot.sheets.reading import read

        return read(content)

    def write(self, sheet: Sheet) -> bytes:
        """See `Sheets.write`."""
        from bot.sheets.writing import write

        return write(sheet)
