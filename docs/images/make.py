"""Draws docs/images/conversation.png from a conversation that really takes place.

Run from the project's folder: .venv/bin/python -m docs.images.make. It needs Chromium and a font
with coloured emoji (on Debian: apt install chromium fonts-noto-color-emoji). The program runs on
its stage, a director registers, and the screen of her telephone is drawn as bubbles; the button
that she pressed is the dark one.
"""

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import groupby, pairwise
from pathlib import Path

from PIL import Image, ImageChops

from bot.poster.poster import FONTS
from bot.stage import Stage, staging
from sandbox import Message

TARGET = Path(__file__).with_name("conversation.png")
WIDTH, TALL, SCALE = 390, 6000, 2  # CSS pixels; the page is cut where the conversation ends
COLOURS = 96  # enough for a screen of bubbles, and a third of the bytes
WEDNESDAY = datetime(2026, 11, 25, 2, 12, tzinfo=UTC)  # 09:12 in Hanoi
EMAIL = "nhathuoc_antam@gmail.com"  # Gmail gives out no address with "_": this is nobody's
OMITTED = range(5, 11)  # messages between the licence and the e-mail: more of the same
TAGS = {"bold": "b", "italic": "i", "code": "code", "blockquote": "blockquote"}

STYLE = """
@font-face { font-family: Words; src: url("%(regular)s"); }
@font-face { font-family: Words; font-weight: bold; src: url("%(bold)s"); }
* { box-sizing: border-box; margin: 0; }
body { background: #fff; font: 14.5px/1.42 Words, "Noto Color Emoji", sans-serif; color: #111; }
main { width: %(width)dpx; background: #cfdccb; padding-bottom: 10px; }
header { background: #33776a; color: #fff; padding: 11px 16px; font-weight: bold; }
header small { display: block; font-weight: normal; font-size: 12px; opacity: .85; }
.row { padding: 7px 10px 0; display: flex; flex-direction: column; align-items: flex-start; }
.row.mine { align-items: flex-end; }
.said { background: #fff; border-radius: 14px 14px 14px 4px; padding: 7px 12px; max-width: 92%%;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.mine .said { background: #dcf6c6; border-radius: 14px 14px 4px 14px; }
.said time { float: right; font-size: 11px; color: #7b857c; margin: 5px -3px -3px 10px; }
.keys { display: flex; gap: 4px; width: 92%%; margin-top: 4px; }
.keys span { flex: 1; background: #6f8f7cd9; color: #fff; border-radius: 8px; text-align: center;
  padding: 5px 4px; font-size: 13.5px; overflow-wrap: anywhere; }
.keys .pressed { background: #1f5d4f; font-weight: bold; }
.gap { text-align: center; color: #5d6d60; letter-spacing: 5px; padding-top: 6px; }
code { font-family: inherit; color: #1f6f9c; }
"""


@dataclass
class Telephone:
    """The screen of the director, and which button she pressed on which message."""

    stage: Stage
    pressed: set[tuple[int, str]] = field(default_factory=set)

    async def types(self, words: str) -> None:
        """Send words, and let the program answer."""
        self.stage.director.types(words)
        await self._rest()

    async def presses(self, label: str) -> None:
        """Press a button of the newest message, and let the program answer."""
        message = self.stage.director.last
        self.pressed.add((message.id, label))
        self.stage.director.presses(label, on=message)
        await self._rest()

    async def scans(self) -> None:
        """Come in by the QR code of a poster."""
        self.stage.director.scans(f"https://t.me/{self.stage.bot.username}?start=p-longbien")
        await self._rest()

    async def _rest(self) -> None:
        await self.stage.settle()
        self.stage.clock.shift(timedelta(seconds=25))


async def conversation() -> str:
    """Let a director register; return her screen as a page."""
    with tempfile.TemporaryDirectory() as folder:
        async with staging(Path(folder), WEDNESDAY, public_sdk="ptb") as stage:
            phone = Telephone(stage)
            await phone.scans()
            await phone.presses("✅ Đồng ý")
            await phone.types("so 03-1234")
            await phone.presses("✅ Đúng")
            await phone.types("Nhà thuốc An Tâm")
            await phone.types("ptcm")
            await phone.types("Nguyễn Thị Lan")
            await phone.types(EMAIL.replace(".com", ".con"))
            await phone.presses(EMAIL)
            code = re.search(r"\d{6}", stage.mails_to(EMAIL)[-1].text)
            await phone.types(code[0] if code else "")
            await phone.presses("✅ Gửi đăng ký")
            print(stage.director.transcript())
            return page(phone)


def page(phone: Telephone) -> str:
    """Draw the screen, after the greeting and without what is omitted."""
    said = list(enumerate(phone.stage.director.last.chat.visible()))[2:]
    parts = [
        '<div class="gap">• • •</div>' if hidden else "".join(_rows(phone, dict(messages)))
        for hidden, messages in groupby(said, lambda numbered: numbered[0] in OMITTED)
    ]
    style = STYLE % {
        "width": WIDTH,
        "regular": (FONTS / "BeVietnamPro-Regular.ttf").as_uri(),
        "bold": (FONTS / "BeVietnamPro-Bold.ttf").as_uri(),
    }
    return (
        f'<!doctype html><meta charset="utf-8"><style>{style}</style><main>'
        f"<header>{escape(phone.stage.bot.name)}<small>bot</small></header>{''.join(parts)}</main>"
    )


def _rows(phone: Telephone, messages: dict[int, Message]) -> Iterator[str]:
    for message in messages.values():
        local = message.date.astimezone(phone.stage.app.policy.tz)
        keys = "".join(_keys(row, message, phone) for row in message.rows)
        side = "" if message.from_bot else " mine"
        yield (
            f'<div class="row{side}"><div class="said">{worded(message)}'
            f"<time>{local:%H:%M}</time></div>{keys}</div>"
        )


def _keys(row: list[str], message: Message, phone: Telephone) -> str:
    spans = (
        f'<span class="{"pressed" * ((message.id, label) in phone.pressed)}">{escape(label)}</span>'
        for label in row
    )
    return f'<div class="keys">{"".join(spans)}</div>'


def worded(message: Message) -> str:
    """Give a message's words as HTML; entity offsets count UTF-16 units."""
    units = message.text.encode("utf-16-le")
    edges: dict[int, str] = {}
    for entity in (one for one in message.entities if one["type"] in TAGS):
        tag = TAGS[entity["type"]]
        start, end = entity["offset"], entity["offset"] + entity["length"]
        edges[start] = edges.get(start, "") + f"<{tag}>"
        edges[end] = f"</{tag}>" + edges.get(end, "")
    cuts = sorted({0, len(units) // 2, *edges})
    pieces = [units[2 * a : 2 * b].decode("utf-16-le") for a, b in pairwise(cuts)]
    return "".join(
        edges.get(at, "") + escape(piece) for at, piece in zip(cuts, [*pieces, ""], strict=True)
    )


def photograph(html: str, target: Path) -> None:
    """Write the page as a PNG, cut where it ends."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is needed: apt install chromium fonts-noto-color-emoji")
    with tempfile.TemporaryDirectory() as folder:
        source, shot = Path(folder, "page.html"), Path(folder, "page.png")
        source.write_text(html, encoding="utf-8")
        subprocess.run(  # noqa: S603 - our own page
            [
                chromium,
                "--headless",
                "--no-sandbox",
                "--hide-scrollbars",
                f"--force-device-scale-factor={SCALE}",
                f"--window-size={WIDTH},{TALL}",
                f"--screenshot={shot}",
                source.as_uri(),
            ],
            check=True,
            capture_output=True,
        )
        image = Image.open(shot).convert("RGB")
    blank = Image.new("RGB", image.size, "white")
    whole = image.crop(ImageChops.difference(image, blank).getbbox())
    whole.quantize(COLOURS).save(target, optimize=True)


if __name__ == "__main__":
    photograph(asyncio.run(conversation()), TARGET)
