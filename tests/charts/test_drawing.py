"""What a chart looks like, in every state the office may be in; tests turn warnings into errors."""

import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageColor

from bot.charts import MatplotlibCharts
from bot.charts.drawing import (
    COLUMN,
    DECIDED,
    GRADES,
    HEAD,
    LABEL_GAP,
    LABEL_ROOM,
    MARGIN,
    PAPER,
    PLAIN,
)
from bot.texts import catalogue
from core.charts import Bars, Chart, Days, Series
from core.messages import Text, text

FIRST = date(2026, 2, 3)
DAYS = tuple(FIRST + timedelta(days=n) for n in range(20))
CHARTS = MatplotlibCharts(catalogue.load(ZoneInfo("Asia/Ho_Chi_Minh"), strict=True))
NONE = (0,) * 20
LONG = "Cơ sở chưa hoàn thành thủ tục điều chỉnh Giấy chứng nhận đủ điều kiện kinh doanh dược"


def words(shown: str) -> Text:
    return text("quote", words=shown)


def chart(
    received: tuple[int, ...] = NONE,
    decided: tuple[int, ...] = NONE,
    waiting: tuple[int, ...] = (0, 0, 0, 0),
    reasons: tuple[tuple[str, int], ...] = (),
) -> Chart:
    ages = tuple((words(f"{n} ngày"), count) for n, count in enumerate(waiting))
    return Chart(
        words("Số liệu từ 03/02/2026"),
        (
            Days(
                words("Theo ngày"),
                DAYS,
                Series(words("Nhận"), received),
                Series(words("Quyết định"), decided),
            ),
            Bars(words("Đang mở"), ages, graded=True),
            Bars(words("Từ chối"), tuple((words(label), count) for label, count in reasons)),
        ),
        text("chart-nothing"),
    )


def drawn(shown: Chart) -> Image.Image:
    return Image.open(io.BytesIO(CHARTS.draw(shown, "vi"))).convert("RGB")


def pixels(picture: Image.Image, colour: str) -> int:
    wanted = ImageColor.getrgb(colour)
    found: Iterator[int] = (
        count for count, pixel in picture.getcolors(1 << 20) or () if pixel == wanted
    )
    return sum(found)


STATES = {
    "an empty month": chart(),
    "one registration": chart(received=(*NONE[1:], 1), waiting=(1, 0, 0, 0)),
    "a usual month": chart(
        (3, 7) * 10, (4, 5) * 10, (12, 5, 3, 1), (("không tìm thấy số GCN", 7),)
    ),
    "5,000 registrations": chart(
        (250,) * 20, (238,) * 20, (2512, 1205, 903, 321), (("một", 5000), ("hai", 1))
    ),
    "long and odd labels": chart(
        waiting=(0, 0, 0, 9),
        reasons=((LONG, 4), ("W" * 500, 3), ("$x_1$ \\alpha", 2), ("😀 漢字\nê\u0323", 1), ("", 1)),
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_nothing_runs_off_the_picture_and_telegram_takes_it_unshrunk(state: str) -> None:
    picture = drawn(STATES[state])
    width, height = picture.size
    edge = picture.crop((width - MARGIN // 2, 0, width, height))

    assert max(width, height) <= 1280
    assert edge.getcolors() == [(MARGIN // 2 * height, ImageColor.getrgb(PAPER))]


def test_bars_are_as_long_as_their_counts_say() -> None:
    picture = drawn(chart(received=(8, *NONE[1:]), waiting=(4, 2, 1, 1), reasons=(("một", 4),)))
    light, middle, dark, _ = (pixels(picture, shade) for shade in GRADES)

    assert light == pytest.approx(2 * middle, rel=0.02)
    assert middle == pytest.approx(2 * dark, rel=0.02)
    assert min(pixels(picture, COLUMN), pixels(picture, DECIDED), pixels(picture, PLAIN)) > 1000


def test_shades_differ_without_colour_too() -> None:
    greys = [ImageColor.getcolor(shade, "L") for shade in GRADES[:3]]

    assert [light - dark > 40 for light, dark in pairwise(map(int, map(str, greys)))] == [True] * 2
    assert len({*GRADES}) == len(GRADES)


def test_a_part_without_counts_says_so_in_its_place() -> None:
    empty, full = drawn(chart()), drawn(STATES["a usual month"])

    assert empty.height < full.height / 2
    assert pixels(empty, COLUMN) == 0


def test_a_label_beside_a_bar_is_cut_before_it() -> None:
    bars = Bars(words("Đang mở"), ((words("W" * 50), 1),), graded=True)
    picture = drawn(Chart(words("Số liệu"), (bars,), text("chart-nothing")))
    between = (MARGIN + LABEL_ROOM - LABEL_GAP + 2, HEAD, MARGIN + LABEL_ROOM - 2, picture.height)

    assert picture.crop(between).getcolors() == [
        ((LABEL_GAP - 4) * (picture.height - HEAD), ImageColor.getrgb(PAPER))
    ]


LOOK = """
import sys, bot.charts
assert 'matplotlib' not in sys.modules
import bot.charts.drawing
assert 'matplotlib.pyplot' not in sys.modules
"""


def test_matplotlib_is_loaded_with_the_first_picture_only_and_never_its_windows() -> None:
    subprocess.run([sys.executable, "-c", LOOK], check=True)  # noqa: S603 - our own words
