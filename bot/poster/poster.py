"""An A4 poster: what to know first, what to do, and the QR code large enough for a metre away.

All words come from the caller. Type is as large as the page allows: when words are many or long,
everything but the code shrinks together, and nothing runs off the page.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, PathPaintRule
from fpdf.fonts import TTFFont

from bot.poster.qr import QUIET_MODULES, dark_runs, qr_matrix

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Be Vietnam Pro"

# Millimetres, but for SCALES.
PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 210.0, 297.0, 17.0
WIDTH = PAGE_WIDTH - 2 * MARGIN
QR_SIDE = 90.0
COLUMN_GAP = 8.0
NUMERAL_WIDTH = 9.5
SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)

POINT = 25.4 / 72
# From the top of a line to the top of its capitals, in sizes: measured on this font.
CAPITAL_DROP = 0.33

BOLD = re.compile("</?b>")

# A date of its own would make each print of one poster a different file.
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)

Colour = tuple[int, int, int]
INK: Colour = (26, 30, 34)
SOFT_INK: Colour = (84, 92, 98)
ACCENT: Colour = (0, 76, 92)
HAIRLINE: Colour = (186, 195, 199)


@dataclass(frozen=True, kw_only=True)
class PosterWording:
    """The words of a poster in one language, kept in NFC: fonts misplace loose accents.

    A line break in the text is one on paper, and `<b>…</b>` in rules and steps is set bold.
    `language` is a tag such as `vi`. `reserved` says which licence a one-time code is for, and
    `place` where the poster hangs.
    """

    language: str
    issuer: str
    department: str
    title: str
    subtitle: str
    rules_heading: str
    rules: tuple[str, ...]
    steps_heading: str
    steps: tuple[str, ...]
    result: str
    link_heading: str
    support: str
    reserved: str | None = None
    place: str | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, _composed(getattr(self, field.name)))


def _composed(value: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
    if value is None:
        return None
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    return tuple(unicodedata.normalize("NFC", item) for item in value)


@dataclass(frozen=True)
class Face:
    """How text looks: points, weight, colour, line height in sizes, alignment (`L` or `R`).

    In a `marked` face `<b>…</b>` is bold; elsewhere it is text like any other.
    """

    size: float
    bold: bool = False
    colour: Colour = INK
    leading: float = 1.34
    align: str = "L"
    marked: bool = False


ISSUER = Face(13, bold=True, colour=ACCENT)
DEPARTMENT = Face(13, colour=SOFT_INK, align="R")
TITLE = Face(42, bold=True, colour=ACCENT, leading=1.14)
SUBTITLE = Face(18, colour=SOFT_INK)
HEADING = Face(16, bold=True, colour=ACCENT)
NUMERAL = Face(16, bold=True, colour=ACCENT)
BODY = Face(16, marked=True)
NOTE = Face(12.5, colour=SOFT_INK)
RESERVED = Face(12.5, bold=True)
LINK = Face(14, bold=True)
SUPPORT = Face(12, colour=SOFT_INK)
PLACE = Face(12, colour=SOFT_INK, align="R")


def poster_pdf(link: str, wording: PosterWording, *, created: datetime = UNDATED) -> bytes:
    """One A4 page as PDF; the same bytes for the same arguments.

    `created` (aware) goes into the file's properties and nowhere else. Raises ValueError if `link`
    is too long for a code, or the wording too long for a page in the smallest type.
    """
    matrix = qr_matrix(link)
    for scale in SCALES:
        with _empty_page(wording, created) as pdf:
            if _draw(Pen(pdf, scale), link, matrix, wording):
                return bytes(pdf.output())
    raise ValueError("the wording is too long for one page")


@contextmanager
def _empty_page(wording: PosterWording, created: datetime) -> Iterator[FPDF]:
    pdf = FPDF(format="A4", unit="mm")
    pdf.set_creation_date(created)
    pdf.set_title(f"{' '.join(wording.title.split())} – {wording.issuer}")
    pdf.set_author(wording.issuer)
    pdf.set_lang(wording.language)
    pdf.add_font(FAMILY, fname=FONTS / "BeVietnamPro-Regular.ttf")
    pdf.add_font(FAMILY, style="B", fname=FONTS / "BeVietnamPro-Bold.ttf")
    pdf.set_auto_page_break(False)
    pdf.c_margin = 0
    pdf.add_page()
    try:
        yield pdf
    finally:
        # The library reads glyphs until output() and leaves the files open after it.
        for font in pdf.fonts.values():
            cast("TTFFont", font).ttfont.close()


class Pen:
    """Writes on one page with type and gaps multiplied by `scale`; lengths in millimetres.

    While `measuring`, nothing is drawn and positions come out as if it were.
    """

    def __init__(self, pdf: FPDF, scale: float) -> None:
        self.pdf = pdf
        self.scale = scale
        self._measuring = False

    @contextmanager
    def measuring(self) -> Iterator[None]:
        """Ask where things would end, within the `with` block."""
        self._measuring = True
        yield
        self._measuring = False

    def gap(self, length: float) -> float:
        """A space of `length` at full scale."""
        return length * self.scale

    def write(
        self,
        text: str,
        face: Face,
        *,
        y: float,
        x: float = MARGIN,
        width: float = WIDTH,
        target: str = "",
    ) -> float:
        """Set `text` from the top `y`; returns where it ends. `target` makes it a link.

        Lines break at spaces, and inside a word only if it is longer than a line.
        """
        self.pdf.set_font(FAMILY, "B" if face.bold else "", face.size * self.scale)
        self.pdf.set_text_color(*face.colour)
        self.pdf.set_xy(x, y)
        height = self.pdf.multi_cell(
            width,
            face.size * self.scale * POINT * face.leading,
            BOLD.sub("**", text) if face.marked else text,
            align=face.align,
            markdown=face.marked,
            link=target,
            dry_run=self._measuring,
            output=MethodReturnValue.HEIGHT,
        )
        return y + cast("float", height)

    def pair(self, left: tuple[str, Face], right: tuple[str, Face], *, y: float) -> float:
        """Write two texts side by side; returns where the longer one ends."""
        width = (WIDTH - COLUMN_GAP) / 2
        return max(
            self.write(*left, y=y, width=width),
            self.write(*right, x=PAGE_WIDTH - MARGIN - width, y=y, width=width),
        )

    def numbered(
        self, items: Sequence[str], *, y: float, gap: float, width: float, x: float = MARGIN
    ) -> float:
        """Write a list with its numbers hanging to the left; returns where it ends."""
        indent = self.gap(NUMERAL_WIDTH)
        for number, item in enumerate(items, start=1):
            if number > 1:
                y += self.gap(gap)
            self.write(str(number), NUMERAL, x=x, y=y, width=indent)
            y = self.write(item, BODY, x=x + indent, y=y, width=width - indent)
        return y

    def rule(self, y: float, thickness: float, colour: Colour) -> None:
        """Draw a line across the page, downwards from `y`."""
        if not self._measuring:
            self.pdf.set_fill_color(*colour)
            self.pdf.rect(MARGIN, y, WIDTH, thickness, style="F")

    def qr(self, matrix: list[list[bool]], *, x: float, y: float) -> None:
        """Draw the dark modules as one path: separate squares show hairlines where they touch."""
        module = QR_SIDE / len(matrix)
        with self.pdf.new_path(paint_rule=PathPaintRule.FILL_NONZERO) as path:
            path.style.fill_color = "#000"
            for row, column, length in dark_runs(matrix):
                path.rectangle(x + column * module, y + row * module, length * module, module)


def _draw(pen: Pen, link: str, matrix: list[list[bool]], wording: PosterWording) -> bool:
    """Fill the page; False if its parts do not fit on it together."""
    quiet = QR_SIDE / len(matrix) * QUIET_MODULES
    clearance = max(quiet, pen.gap(12))
    head_end = _draw_head(pen, wording)
    with pen.measuring():
        steps_height = _draw_steps(pen, wording, clearance, 0)
        link_height = _draw_link(pen, link, wording, 0)
        foot_height = _draw_foot(pen, wording, 0)
    block_height = max(QR_SIDE, steps_height) + clearance + link_height
    foot_start = PAGE_HEIGHT - MARGIN - foot_height
    room = foot_start - head_end - block_height
    if room < 2 * clearance:
        return False
    middle = head_end + room / 2
    pen.qr(matrix, x=MARGIN, y=middle)
    _draw_steps(pen, wording, clearance, middle - HEADING.size * pen.scale * POINT * CAPITAL_DROP)
    _draw_link(pen, link, wording, middle + block_height - link_height)
    _draw_foot(pen, wording, foot_start)
    return True


def _draw_head(pen: Pen, wording: PosterWording) -> float:
    y = pen.pair((wording.issuer.upper(), ISSUER), (wording.department, DEPARTMENT), y=MARGIN)
    pen.rule(y + pen.gap(2.5), 1.2, ACCENT)
    y = pen.write(wording.title, TITLE, y=y + pen.gap(11))
    y = pen.write(wording.subtitle, SUBTITLE, y=y + pen.gap(1.5))
    y = pen.write(wording.rules_heading, HEADING, y=y + pen.gap(8))
    return pen.numbered(wording.rules, y=y + pen.gap(1.5), width=WIDTH, gap=2)


def _draw_steps(pen: Pen, wording: PosterWording, clearance: float, y: float) -> float:
    x = MARGIN + QR_SIDE + clearance
    width = PAGE_WIDTH - MARGIN - x
    y = pen.write(wording.steps_heading, HEADING, x=x, y=y, width=width)
    y = pen.numbered(wording.steps, x=x, y=y + pen.gap(1.5), width=width, gap=4)
    return pen.write(wording.result, NOTE, x=x, y=y + pen.gap(5), width=width)


def _draw_link(pen: Pen, link: str, wording: PosterWording, y: float) -> float:
    if wording.reserved is not None:
        y = pen.write(wording.reserved, RESERVED, y=y) + pen.gap(2)
    y = pen.write(wording.link_heading, NOTE, y=y)
    return pen.write(link.removeprefix("https://"), LINK, y=y, target=link)


def _draw_foot(pen: Pen, wording: PosterWording, y: float) -> float:
    pen.rule(y, 0.25, HAIRLINE)
    return pen.pair((wording.support, SUPPORT), (wording.place or "", PLACE), y=y + pen.gap(3))
