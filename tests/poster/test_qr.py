"""QR codes read back: the link survives, and the code is laid out for poor cameras."""

import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from bot.poster.qr import qr_matrix, qr_png, qr_svg
from tests.poster.samples import LINK, LONGEST_LINK, decoded

LINKS = pytest.mark.parametrize("link", [LINK, LONGEST_LINK], ids=["usual", "longest"])


def png(link: str) -> Image.Image:
    return Image.open(io.BytesIO(qr_png(link)))


@LINKS
def test_the_link_is_read_from_the_png(link: str) -> None:
    assert decoded(png(link)) == link


@LINKS
def test_the_png_is_dark_on_light_with_four_light_modules_around(link: str) -> None:
    pixels = np.asarray(png(link).convert("L"))
    dark_rows, dark_columns = np.nonzero(pixels == 0)
    module = pixels.shape[0] / (len(qr_matrix(link)) + 8)

    assert set(np.unique(pixels)) == {0, 255}
    assert dark_rows.min() == dark_columns.min() == 4 * module
    assert dark_rows.max() == dark_columns.max() == pixels.shape[0] - 4 * module - 1


@LINKS
def test_the_code_corrects_a_quarter_of_its_words(link: str) -> None:
    """The level stands in the first two modules of row 8, under the standard's mask 10."""
    first, second = qr_matrix(link)[8][:2]

    level = (first ^ True, second ^ False)

    assert level == (True, True), "11 is level Q"


@LINKS
def test_a_stain_does_not_hide_the_link(link: str) -> None:
    image = png(link).convert("L")
    side = image.width
    image.paste(255, (side // 2, side // 2, side // 2 + side // 6, side // 2 + side // 6))

    assert decoded(image) == link


@LINKS
def test_the_svg_draws_the_same_modules(link: str) -> None:
    drawing = ElementTree.fromstring(qr_svg(link))  # noqa: S314 - of our own making
    matrix = qr_matrix(link)
    side = len(matrix) + 8
    light, dark = drawing

    drawn = [[False] * len(matrix) for _ in matrix]
    for column, row, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", dark.attrib["d"]):
        for offset in range(int(length)):
            drawn[int(row) - 4][int(column) - 4 + offset] = True

    assert drawing.attrib["viewBox"] == f"0 0 {side} {side}"
    assert (light.attrib["fill"], light.attrib["d"]) == ("#fff", f"M0 0h{side}v{side}h-{side}z")
    assert dark.attrib["fill"] == "#000"
    assert drawn == matrix


def test_the_same_link_gives_the_same_bytes() -> None:
    assert qr_png(LINK) == qr_png(LINK)
    assert qr_svg(LINK) == qr_svg(LINK)


@pytest.mark.parametrize(
    ("link", "problem"),
    [("", "needs a link"), ("https://t.me/" + "x" * 2000, "too long for a QR code")],
    ids=["none", "too long"],
)
def test_a_link_that_fits_no_code_is_refused(link: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        qr_png(link)


def test_the_longest_text_a_code_holds_is_taken() -> None:
    assert len(qr_matrix("x" * 1663)) == 177
