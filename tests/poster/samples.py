"""Links, wording and pictures the poster's tests share."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
from fluent.runtime import FluentBundle, FluentResource
from PIL import Image

TEXTS = Path(__file__).parents[2] / "bot" / "texts"
SUPPORT = "lienthongnvd.hn@gmail.com"
LINK = "https://t.me/knlt_hanoi_bot?start=pCG7K2"
# The longest that Telegram allows: 32 characters of name and 64 of payload.
LONGEST_LINK = f"https://t.me/{'a' * 29}bot?start={'Ab9_-xYz' * 8}"

cv2.setNumThreads(1)  # the tests beside this one need the other cores


def say(language: str) -> Callable[..., str]:
    """The poster's texts of one language; raises KeyError for a key that is not there."""
    bundle = FluentBundle([language], use_isolating=False)
    source = (TEXTS / f"poster.{language}.ftl").read_text(encoding="utf-8")
    bundle.add_resource(FluentResource(source))

    def text(key: str, **values: Any) -> str:
        pattern = bundle.get_message(key).value
        assert pattern is not None
        said, errors = bundle.format_pattern(pattern, values)
        assert errors == []
        return str(said)

    return text


@functools.cache
def page_image(pdf: bytes, dpi: int) -> Image.Image:
    """The only page of `pdf` as a printer sees it, in grey."""
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    image: Image.Image = document[0].render(scale=dpi / 72).to_pil().convert("L")
    document.close()
    return image


def page_text(pdf: bytes) -> str:
    """The words of the only page, with every run of white space as one space."""
    document = pypdfium2.PdfDocument(pdf)
    text: str = document[0].get_textpage().get_text_range()
    document.close()
    return " ".join(text.split())


def decoded(image: Image.Image) -> str:
    """What a reader finds in the picture, or nothing."""
    found, _, _ = cv2.QRCodeDetector().detectAndDecode(np.asarray(image.convert("L")))
    return str(found)


def code_box(image: Image.Image) -> tuple[int, int, int, int]:
    """Where a reader sees the code: left, top, right and bottom pixel, quiet zone not included."""
    _, corners, _ = cv2.QRCodeDetector().detectAndDecode(np.asarray(image.convert("L")))
    (left, top), (right, bottom) = corners[0].min(axis=0), corners[0].max(axis=0)
    return round(left), round(top), round(right), round(bottom)
