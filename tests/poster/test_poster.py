"""The poster as it leaves a printer: read by a camera, read by a person, and never off the page."""

import dataclasses
import functools
import math
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageFilter, ImageOps

from bot.poster.poster import FONTS, PosterWording, poster_pdf
from bot.poster.qr import qr_matrix
from bot.poster.wording import poster_wording
from tests.poster.samples import (
    LINK,
    LONGEST_LINK,
    SUPPORT,
    TEXTS,
    code_box,
    decoded,
    page_image,
    page_text,
    say,
)

VIETNAMESE = poster_wording(say("vi"), language="vi", support=SUPPORT, days=10, place="HK-01")
ENGLISH = poster_wording(say("en"), language="en", support=SUPPORT, days=10)
TICKET = poster_wording(
    say("vi"), language="vi", support=SUPPORT, days=10, licence="03-1234/ĐKKDD-HNO"
)
LONG_NAMES = poster_wording(
    say("vi"),
    language="vi",
    support=f"{'bo.phan.ho.tro.' * 6}@soyte.hanoi.example",
    days=10,
    place="Ủy ban nhân dân phường Văn Miếu – Quốc Tử Giám, bộ phận một cửa, quầy số 12, " * 3,
    licence="03-1234/ĐKKDD-HNO/" * 10,
)

POSTERS = pytest.mark.parametrize(
    ("link", "wording"),
    [
        (LINK, VIETNAMESE),
        (LINK, ENGLISH),
        (LONGEST_LINK, TICKET),
        (LONGEST_LINK, LONG_NAMES),
    ],
    ids=["usual", "English", "ticket with the longest link", "long names"],
)
DOTS_PER_MILLIMETRE = 200 / 25.4

drawn = functools.cache(poster_pdf)


def blurred(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(1.5))


def turned(image: Image.Image) -> Image.Image:
    return image.rotate(7, fillcolor=255, expand=True, resample=Image.Resampling.BICUBIC)


def faded(image: Image.Image) -> Image.Image:
    return image.point(lambda grey: 90 + grey * 130 // 255)


def from_afar(image: Image.Image) -> Image.Image:
    return image.resize((image.width * 2 // 5, image.height * 2 // 5), Image.Resampling.BOX)


@POSTERS
@pytest.mark.parametrize("dpi", [100, 200])
@pytest.mark.parametrize("seen", [Image.Image.copy, blurred, turned, faded])
def test_the_code_on_the_page_is_read(
    link: str, wording: PosterWording, dpi: int, seen: Callable[[Image.Image], Image.Image]
) -> None:
    assert decoded(seen(page_image(drawn(link, wording), dpi))) == link


def test_the_code_is_read_from_a_small_picture_of_the_whole_page() -> None:
    assert decoded(from_afar(page_image(drawn(LINK, VIETNAMESE), 100))) == LINK


@POSTERS
def test_four_light_modules_surround_the_code_on_the_page(
    link: str, wording: PosterWording
) -> None:
    image = page_image(drawn(link, wording), 200)
    left, top, right, bottom = code_box(image)
    quiet = math.floor(4 * (right - left) / len(qr_matrix(link)))
    around = image.crop((left - quiet, top - quiet, right + quiet, bottom + quiet))
    # Two pixels for the corners' rounding and the edge's own grey.
    around.paste(255, (quiet - 2, quiet - 2, around.width - quiet + 2, around.height - quiet + 2))

    assert around.getextrema() == (255, 255)


@POSTERS
def test_the_code_is_nine_centimetres_wide(link: str, wording: PosterWording) -> None:
    left, top, right, bottom = code_box(page_image(drawn(link, wording), 200))

    assert (right - left) / DOTS_PER_MILLIMETRE == pytest.approx(90, abs=1)
    assert (bottom - top) / DOTS_PER_MILLIMETRE == pytest.approx(90, abs=1)


@POSTERS
def test_nothing_comes_near_the_edge_of_the_paper(link: str, wording: PosterWording) -> None:
    image = page_image(drawn(link, wording), 100)
    printed = ImageOps.invert(image).getbbox()
    assert printed is not None
    left, top, right, bottom = (edge / 100 * 25.4 for edge in printed)

    assert (image.width, image.height) == (827, 1170)
    assert min(left, top, 210 - right, 297 - bottom) > 15


@POSTERS
def test_every_word_can_be_read_and_searched_in_the_file(link: str, wording: PosterWording) -> None:
    text = page_text(drawn(link, wording))
    unbroken = text.replace(" ", "")

    assert unicodedata.is_normalized("NFC", text)
    for said in shown(wording):
        assert "".join(said.split()) in unbroken
    assert link.removeprefix("https://") in unbroken


def shown(wording: PosterWording) -> Iterator[str]:
    values = dataclasses.asdict(wording)
    values["issuer"] = wording.issuer.upper()
    for name, value in values.items():
        if name != "language" and value is not None:
            for text in [value] if isinstance(value, str) else value:
                yield re.sub("</?b>", "", text)


def test_the_three_rules_stand_on_the_poster_as_the_letter_has_them() -> None:
    text = page_text(poster_pdf(LINK, VIETNAMESE))

    assert (
        "Chỉ đăng ký sau khi đã nhận Giấy chứng nhận đủ điều kiện kinh doanh dược"
        " từ Sở Y tế Hà Nội." in text
    )
    assert "Chỉ được đăng ký 01 lần duy nhất." in text
    assert "Chỉ dùng email của Giám đốc hoặc Dược sỹ phụ trách chuyên môn (DS PTCM)." in text


def test_a_ticket_names_its_licence_and_a_poster_its_place() -> None:
    ticket, poster = page_text(poster_pdf(LINK, TICKET)), page_text(poster_pdf(LINK, VIETNAMESE))

    assert "dành riêng cho Giấy chứng nhận số 03-1234/ĐKKDD-HNO" in ticket
    assert "Nơi đặt" not in ticket
    assert "Nơi đặt: HK-01" in poster
    assert "dành riêng" not in poster


def test_loose_accents_are_composed_before_they_are_printed() -> None:
    loose = dataclasses.replace(
        VIETNAMESE,
        place=unicodedata.normalize("NFD", "Nơi đặt: phường Nghĩa Đô"),
        rules=tuple(unicodedata.normalize("NFD", rule) for rule in VIETNAMESE.rules),
    )

    assert loose.place == "Nơi đặt: phường Nghĩa Đô"
    assert loose.rules == VIETNAMESE.rules


def test_underscores_and_asterisks_of_a_name_are_printed_as_they_are() -> None:
    link = "https://t.me/__knlt__bot?start=a--b--c"
    wording = dataclasses.replace(VIETNAMESE, place="**HK** <b>01</b>")

    text = page_text(drawn(link, wording))

    assert "t.me/__knlt__bot?start=a--b--c" in text
    assert "**HK** <b>01</b>" in text


def test_the_link_can_be_pressed_on_a_screen() -> None:
    assert b"/URI (" + LINK.encode() + b")" in poster_pdf(LINK, VIETNAMESE)


def test_the_file_says_what_it_is() -> None:
    pdf = poster_pdf(LINK, VIETNAMESE, created=datetime(2026, 11, 22, 8, 30, tzinfo=UTC))
    document = pypdfium2.PdfDocument(pdf)
    properties = document.get_metadata_dict()
    document.close()

    assert properties["Title"] == "Đăng ký tài khoản kết nối liên thông – Sở Y tế Hà Nội"
    assert properties["Author"] == "Sở Y tế Hà Nội"
    assert properties["CreationDate"] == "D:20261122083000Z"
    assert b"/Lang (vi)" in pdf


def test_the_same_poster_is_the_same_file() -> None:
    program = (
        "import sys; from tests.poster.test_poster import *;"
        "sys.stdout.buffer.write(poster_pdf(LINK, VIETNAMESE))"
    )
    other_run = subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/Lima"},
        cwd=TEXTS.parents[1],
        capture_output=True,
        check=True,
    )

    assert poster_pdf(LINK, VIETNAMESE) == poster_pdf(LINK, VIETNAMESE) == other_run.stdout
    assert b"D:19700101000000Z" in other_run.stdout


def test_wording_that_fits_no_page_is_refused() -> None:
    endless = dataclasses.replace(VIETNAMESE, rules=("Quy định " * 400,))

    with pytest.raises(ValueError, match="too long for one page"):
        poster_pdf(LINK, endless)


def test_both_languages_have_the_same_texts() -> None:
    keys = [
        [line.split(" =")[0] for line in source.splitlines() if line.startswith("poster-")]
        for source in (
            (TEXTS / f"poster.{language}.ftl").read_text(encoding="utf-8")
            for language in ("vi", "en")
        )
    ]

    assert keys[0] == keys[1]


@pytest.mark.parametrize("font", ["BeVietnamPro-Regular.ttf", "BeVietnamPro-Bold.ttf"])
def test_the_fonts_have_every_vietnamese_letter(font: str) -> None:
    known = TTFont(FONTS / font).getBestCmap()

    assert [letter for letter in vietnamese_letters() if ord(letter) not in known] == []


def vietnamese_letters() -> set[str]:
    """Both cases of the 29 letters, f j w z, and each vowel under the five tone marks."""
    consonants = "bcdđghklmnpqrstvxfjwz"
    tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    vowels = [
        unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in tones
    ]
    letters = [*consonants, *vowels]
    assert all(len(letter) == 1 for letter in letters)
    return set("".join(letters) + "".join(letters).upper() + "0123456789“”–…₫@_-/?=:.,()·")


def test_the_fonts_come_with_their_licence() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
