"""QR codes of a link: dark on light, error correction Q, a quiet zone of four modules.

Measured with two readers: inverted colours are not read at all, and without the quiet zone one of
them fails. Level Q survives a quarter of the code being dirty, torn or under a reflection.
"""

import io
from collections.abc import Iterator

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError

QUIET_MODULES = 4
PNG_PIXELS_PER_MODULE = 16


def qr_matrix(link: str) -> list[list[bool]]:
    """Rows of modules, True where dark, without the quiet zone; between 21 and 177 on a side.

    Raises ValueError if `link` is empty or longer than a code can hold (1,663 bytes).
    """
    if not link:
        raise ValueError("a QR code needs a link")
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(link)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise ValueError("the link is too long for a QR code") from error
    return [[bool(module) for module in row] for row in code.get_matrix()]


def dark_runs(matrix: list[list[bool]]) -> Iterator[tuple[int, int, int]]:
    """`(row, column, length)` of each unbroken line of dark modules, row by row."""
    for row, modules in enumerate(matrix):
        start = 0
        for column, dark in enumerate([*modules, False]):
            if not dark:
                if column > start:
                    yield row, start, column - start
                start = column + 1


def qr_png(link: str) -> bytes:
    """PNG of one bit per pixel, 16 pixels to the module; same bytes for the same link.

    Raises ValueError as `qr_matrix` does.
    """
    matrix = qr_matrix(link)
    side = len(matrix) + 2 * QUIET_MODULES
    image = Image.new("1", (side, side), 1)
    for row, column, length in dark_runs(matrix):
        for offset in range(length):
            image.putpixel((column + offset + QUIET_MODULES, row + QUIET_MODULES), 0)
    large = image.resize(
        (side * PNG_PIXELS_PER_MODULE, side * PNG_PIXELS_PER_MODULE), Image.Resampling.NEAREST
    )
    buffer = io.BytesIO()
    large.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def qr_svg(link: str) -> bytes:
    """SVG of any size, one unit to the module; UTF-8, same bytes for the same link.

    Raises ValueError as `qr_matrix` does.
    """
    matrix = qr_matrix(link)
    side = len(matrix) + 2 * QUIET_MODULES
    runs = "".join(
        f"M{column + QUIET_MODULES} {row + QUIET_MODULES}h{length}v1h-{length}z"
        for row, column, length in dark_runs(matrix)
    )
    # One path for all modules: separate shapes show hairlines where they touch.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        ' shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>'
        f'<path fill="#000" d="{runs}"/></svg>\n'
    ).encode()
