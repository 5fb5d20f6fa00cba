"""Shapes worded HTML for Telegram: measures it and splits what is too long for one message.

Limit: 4,096 characters after the markup is read (Bot API, sendMessage). Counted here in UTF-16
units, as entity offsets are, which is never less than Telegram's own count.
"""

import re

from bot.texts.catalogue import to_plain

MAX_TEXT = 4096
MAX_CAPTION = 1024  # characters, sendPhoto and sendDocument
MAX_NOTICE = 200  # characters, answerCallbackQuery

_PIECE = re.compile(r"<[^>]*>|&[^;\s]*;|\s+|[^<&\s]+|[<&]")
_TAG = re.compile(r"<(/?)([a-z]+)[^>]*>")


def units(markup: str) -> int:
    """Count the UTF-16 units that a reader of this HTML gets."""
    return len(to_plain(markup).encode("utf-16-le", "surrogatepass")) // 2


def split(markup: str, limit: int = MAX_TEXT) -> list[str]:
    """Cut HTML into parts of at most `limit` units, between lines if it can be, else words.

    Tags open at a cut are closed and opened again. Blank lines at a cut are left out.
    """
    if len(markup) <= limit // 2 or units(markup) <= limit:
        return [markup]
    parts: list[str] = []
    part = ""
    for line in _lines(markup, limit):
        longer = f"{part}\n{line}" if part else line
        if part and units(longer) > limit:
            parts.append(part)
            longer = line
        part = longer
    parts.append(part)
    return [whole for part in _balanced(parts) if to_plain(whole := part.strip("\n")).strip()]


def shorten(markup: str, limit: int = MAX_TEXT) -> str:
    """Cut HTML to `limit` units; an ellipsis on a line of its own says that it was longer."""
    return markup if units(markup) <= limit else f"{split(markup, limit - 2)[0]}\n…"


def clip(text: str, limit: int = MAX_NOTICE) -> str:
    """Cut a plain text to `limit` characters, the last an ellipsis if it was longer."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _lines(markup: str, limit: int) -> list[str]:
    return [
        piece
        for line in markup.split("\n")
        for piece in ([line] if units(line) <= limit else _wrapped(line, limit))
    ]


def _wrapped(line: str, limit: int) -> list[str]:
    rows = [""]
    for piece in _pieces(line, limit):
        if units(rows[-1] + piece) > limit:
            rows.append("")
        rows[-1] += piece
    return [row.strip() for row in rows]


def _pieces(line: str, limit: int) -> list[str]:
    # A word longer than a message is cut in characters; half the limit, as one may take two units.
    step = limit // 2
    return [
        part
        for piece in _PIECE.findall(line)
        for part in (
            [piece]
            if units(piece) <= limit
            else [piece[i : i + step] for i in range(0, len(piece), step)]
        )
    ]


def _balanced(parts: list[str]) -> list[str]:
    whole: list[str] = []
    opened: list[tuple[str, str]] = []
    for part in parts:
        start = "".join(tag for _, tag in opened)
        for tag in _TAG.finditer(part):
            if tag[1]:
                opened.pop()
            else:
                opened.append((tag[2], tag[0]))
        end = "".join(f"</{name}>" for name, _ in reversed(opened))
        whole.append(f"{start}{part}{end}")
    return whole
