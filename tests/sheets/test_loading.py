"""A program that handles no spreadsheet does not pay for the library."""

import subprocess
import sys

LOOK = "import bot.sheets, sys; sys.exit('openpyxl' in sys.modules)"


def test_openpyxl_is_loaded_with_the_first_spreadsheet_only() -> None:
    subprocess.run([sys.executable, "-c", LOOK], check=True)  # noqa: S603 - our own words
