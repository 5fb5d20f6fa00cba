"""Draws a chart: letters that a narrow phone shows large, and shades that differ without colour.

A figure belongs to its picture alone: of what matplotlib shares nothing is changed, and pyplot with
its windows and its list of figures is not loaded.
Lengths are in pixels of the picture, which is shown at about 0.4 of its size on a phone.
"""

import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.ticker import MaxNLocator
from PIL import ImageFont

from core.charts import Bars, Chart, Days
from core.messages import Text, text

Say = Callable[[Text], str]

FONTS = Path(__file__).parents[1] / "poster" / "fonts"
REGULAR, BOLD = FONTS / "BeVietnamPro-Regular.ttf", FONTS / "BeVietnamPro-Bold.ttf"

WIDTH = 960  # Telegram keeps 1280 of the longer side, and this makes a usual picture that high
MARGIN = 40
DPI = 100
TITLE, HEADING, LETTERS, SMALL = 44, 34, 32, 28  # heights of letters
HEAD, HEADING_ROOM, GAP = 96, 56, 34
LEGEND, PLOT, AXIS = 48, 200, 44
BAR, SHORT_ROW, LONG_ROW = 24, 50, 70  # a row with its label beside the bar, or over it
LABEL_ROOM, LABEL_GAP, COUNT_ROOM = 240, 14, 130
CAPITALS = 0.35  # of a letter's height: from the middle of a capital down to the line it stands on

PAPER, INK, SOFT, LINE = "#ffffff", "#1a1e22", "#545c62", "#d5dbde"
COLUMN, DECIDED = "#9cc7cf", "#00363f"
PLAIN = "#2f7f90"
# From light to dark, so that they differ without colour too; the last is hatched besides.
GRADES = ("#a9d2da", "#5ba2b1", "#256878", "#a3231b")
HATCH = "//"
DECISIONS: dict[str, Any] = {
    "color": DECIDED,
    "linewidth": 4,
    "marker": "o",
    "markersize": 9,
    "markerfacecolor": PAPER,
    "markeredgewidth": 3,
}


def draw(chart: Chart, say: Say) -> bytes:
    """Draw a chart; return a PNG."""
    parts = [(part, _height(part)) for part in chart.parts]
    height = HEAD + sum(room + GAP for _, room in parts)
    figure = Figure(figsize=(WIDTH / DPI, height / DPI), facecolor=PAPER)
    page = _Page(figure, height)
    page.write(say(chart.title), MARGIN, TITLE, TITLE, bold=True)
    top = HEAD
    for part, room in parts:
        if isinstance(part, Days):
            _draw_days(page, part, top, say, say(chart.nothing))
        else:
            _draw_bars(page, part, top, say, say(chart.nothing))
        top += room + GAP
    drawn = BytesIO()
    figure.savefig(drawn, format="png", dpi=DPI)
    return drawn.getvalue()


class _Page:
    """A figure that is written on from its top left corner."""

    def __init__(self, figure: Figure, height: int) -> None:
        self._figure = figure
        self._height = height

    def write(
        self,
        words: str,
        x: float,
        middle: float,
        size: int,
        *,
        bold: bool = False,
        colour: str = INK,
        room: float = WIDTH - 2 * MARGIN,
    ) -> float:
        """Write one line, cut with an ellipsis to fit `room`; return where it ends."""
        measure = ImageFont.truetype(BOLD if bold else REGULAR, size)
        fitting = _cut(_writable(words, bold=bold), measure, room)
        self._figure.text(
            x / WIDTH,
            1 - (middle + CAPITALS * size) / self._height,
            fitting,
            fontproperties=_font(size, bold=bold),
            color=colour,
            parse_math=False,
        )
        return x + measure.getlength(fitting)

    def axes(self, x: float, top: float, width: float, height: float) -> Axes:
        """Give a place to plot, without a frame."""
        place = (x / WIDTH, 1 - (top + height) / self._height)
        made = self._figure.add_axes((*place, width / WIDTH, height / self._height))
        made.set_facecolor(PAPER)
        for side in made.spines.values():
            side.set_visible(False)
        return made


def _cut(words: str, measure: ImageFont.FreeTypeFont, room: float) -> str:
    if measure.getlength(words) <= room:
        return words
    while words and measure.getlength(f"{words}…") > room:
        words = words[:-1].rstrip()
    return f"{words}…"


def _height(part: Days | Bars) -> int:
    if isinstance(part, Days):
        return HEADING_ROOM + (LEGEND + PLOT + AXIS if _total(part) else LETTERS)
    rows = len(part.rows) if any(count for _, count in part.rows) else 0
    return HEADING_ROOM + (_row(part) * rows or LETTERS)


def _row(part: Bars) -> int:
    return SHORT_ROW if part.graded else LONG_ROW


def _total(part: Days) -> int:
    return sum(part.incoming.counts) + sum(part.outgoing.counts)


def _draw_heading(page: _Page, title: str, top: float, nothing: str | None) -> None:
    page.write(title, MARGIN, top + HEADING / 2, HEADING, bold=True)
    if nothing is not None:
        page.write(nothing, MARGIN, top + HEADING_ROOM + LETTERS / 2, LETTERS, colour=SOFT)


def _draw_days(page: _Page, part: Days, top: float, say: Say, nothing: str) -> None:
    total = _total(part)
    _draw_heading(page, say(part.title), top, None if total else nothing)
    if not total:
        return
    top += HEADING_ROOM
    _draw_legend(page, part, top, say)
    left = MARGIN + 76
    plot = page.axes(left, top + LEGEND, WIDTH - MARGIN - left, PLOT)
    places = range(len(part.days))
    plot.bar(places, part.incoming.counts, width=0.7, color=COLUMN)
    plot.plot(places, part.outgoing.counts, clip_on=False, **DECISIONS)
    plot.set_ylim(0, max(*part.incoming.counts, *part.outgoing.counts, 4) * 1.08)
    plot.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    plot.yaxis.set_major_formatter(lambda value, _: _number(say, round(value)))
    plot.grid(axis="y", color=LINE, linewidth=1.5)
    plot.set_axisbelow(True)
    plot.axhline(0, color=SOFT, linewidth=2)
    plot.set_xlim(-0.6, len(part.days) - 0.4)
    weeks = [n for n in places if n == 0 or _new_week(part, n)]
    plot.set_xticks(weeks, [f"{part.days[n]:%d/%m}" for n in weeks])
    plot.tick_params(length=0, labelcolor=SOFT, pad=12)
    for label in (*plot.get_xticklabels(), *plot.get_yticklabels()):
        label.set_fontproperties(_font(SMALL))


def _new_week(part: Days, place: int) -> bool:
    return part.days[place].isocalendar()[:2] != part.days[place - 1].isocalendar()[:2]


def _draw_legend(page: _Page, part: Days, top: float, say: Say) -> None:
    middle = LETTERS / 2
    key = page.axes(MARGIN, top, WIDTH - 2 * MARGIN, LETTERS)
    key.set_axis_off()
    key.set_xlim(0, WIDTH - 2 * MARGIN)
    key.set_ylim(0, LETTERS)
    key.barh(middle, 28, height=28, color=COLUMN)
    words = f"{say(part.incoming.name)} {_number(say, sum(part.incoming.counts))}"
    x = page.write(words, MARGIN + 42, top + middle, LETTERS) - MARGIN + 48
    key.plot((x, x + 28, x + 56), (middle, middle, middle), markevery=[1], **DECISIONS)
    words = f"{say(part.outgoing.name)} {_number(say, sum(part.outgoing.counts))}"
    page.write(words, MARGIN + x + 70, top + middle, LETTERS)


def _draw_bars(page: _Page, part: Bars, top: float, say: Say, nothing: str) -> None:
    counts = [count for _, count in part.rows]
    _draw_heading(page, say(part.title), top, None if any(counts) else nothing)
    if not any(counts):
        return
    top += HEADING_ROOM
    row = _row(part)
    left = MARGIN + (LABEL_ROOM if part.graded else 0)
    width = WIDTH - MARGIN - COUNT_ROOM - left
    plot = page.axes(left, top, width, row * len(counts))
    plot.set_axis_off()
    plot.set_xlim(0, max(counts))
    plot.set_ylim(row * len(counts), 0)
    middles = [row * n + row - BAR / 2 - 6 for n in range(len(counts))]
    bars = plot.barh(middles, counts, height=BAR, color=_shades(part))
    if part.graded:
        bars[-1].set(hatch=HATCH, edgecolor=PAPER, linewidth=0)
    for (label, count), middle in zip(part.rows, middles, strict=True):
        if part.graded:
            page.write(say(label), MARGIN, top + middle, LETTERS, room=LABEL_ROOM - LABEL_GAP)
        else:
            page.write(say(label), MARGIN, top + middle - row / 2, LETTERS)
        end = left + width * count / max(counts)
        page.write(_number(say, count), end + 14, top + middle, LETTERS, bold=True)


def _number(say: Say, count: int) -> str:
    return say(text("chart-number", n=count))


def _shades(part: Bars) -> Sequence[str]:
    if not part.graded:
        return [PLAIN] * len(part.rows)
    last = len(GRADES) - 1
    return [GRADES[min(n, last)] for n in range(len(part.rows))]


def _font(size: int, *, bold: bool = False) -> FontProperties:
    return FontProperties(fname=BOLD if bold else REGULAR, size=size * 72 / DPI)


def _writable(words: str, *, bold: bool) -> str:
    """Leave out what the font has no letter for; loose accents are put on theirs."""
    known = _letters(BOLD if bold else REGULAR)
    composed = unicodedata.normalize("NFC", " ".join(words.split()))
    return "".join(letter for letter in composed if ord(letter) in known)


@cache
def _letters(path: Path) -> frozenset[int]:
    return frozenset(get_font(path).get_charmap())
