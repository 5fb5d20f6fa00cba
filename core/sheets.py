"""Finds the columns of a spreadsheet by their headers, however these are written."""

from collections.abc import Collection, Mapping

from core.ports import Grid
from core.text import fold

SEARCHED = 20  # rows from the top: a list may have a letterhead


def find_columns(
    grid: Grid, spellings: Mapping[str, Collection[str]]
) -> tuple[int, dict[str, int]]:
    """Find the row of headers and the column of each name; the row that holds most names counts.

    `spellings` are squeezed (`squeeze`). A name found twice in the row is left out: nobody knows
    which one is meant. With no header at all the row is -1.
    """
    best, columns = -1, dict[str, int]()
    for number, row in enumerate(grid.rows[:SEARCHED]):
        found = _names_in(row, spellings)
        if len(found) > len(columns):
            best, columns = number, found
    return best, columns


def squeeze(header: str) -> str:
    """Give what matters of a header: letters and digits, without case and diacritics."""
    return "".join(filter(str.isalnum, fold(header)))


def _names_in(row: tuple[str, ...], spellings: Mapping[str, Collection[str]]) -> dict[str, int]:
    squeezed = [squeeze(cell) for cell in row]
    places = {
        name: [place for place, cell in enumerate(squeezed) if cell in spelt]
        for name, spelt in spellings.items()
    }
    return {name: places[name][0] for name in spellings if len(places[name]) == 1}
