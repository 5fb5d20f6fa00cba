"""Text as Telegram keeps it: cleaned, measured in UTF-16 units, with entities found in it."""

import re
from typing import Any

Entity = dict[str, Any]

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

# Telegram turns control characters into spaces and drops carriage returns, line and paragraph
# separators, direction overrides and three overlines; letters are left as typed (no NFC).
_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_BLANKED = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_UNCLEAN = re.compile("[\x00-\x09\x0b-\x1f\u2028-\u202e\u0333\u033f\u030a]")
_VISIBLE = re.compile(
    "[^ \n\xa0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f"
    "\u2800\u3000\ufffc\ufeff\U000e0100-\U000e017f]"
)
_FOUND = re.compile(
    r"(?P<email>(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,}\b)"
    r"|(?P<url>(?:(?:https?|ftp|tg)://|(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:com|net|org|vn|me|gov|edu|io)\b)"
    r"(?:[^\s<>\"'.,;:!?)\]]|[.,;:!?)\]](?=[^\s<>\"']))*)"
    r"|(?P<bot_command>(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z0-9_]{3,32}\b)"
    r"|(?P<hashtag>(?<![\w#])\#(?=\w*[^\W\d])\w{1,256})",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[@/#.:]")
_WORDLESS = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji"})


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 code units, the measure of all offsets."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Return `text` as Telegram stores it and `entities` moved accordingly.

    Control characters become spaces, invisible separators go, blank ends are trimmed, entities
    that hold nothing vanish. The text is empty when nothing visible is left.
    """
    if _UNCLEAN.search(text):
        text, entities = _wash(text, entities)
    text, entities = _trim(text, entities)
    if not _VISIBLE.search(text):
        return "", []
    return text, entities


def find_entities(text: str, given: list[Entity]) -> list[Entity]:
    """Return `given` and what Telegram recognises by itself: commands, links, addresses, tags.

    Nothing is recognised inside code, links and mentions. Links without a scheme are recognised
    for a few common endings only.
    """
    if not _MARKS.search(text):
        return given
    taken = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in _WORDLESS]
    found = []
    for match in _FOUND.finditer(text):
        start = units(text[: match.start()])
        length = units(match.group())
        if not any(start < stop and begin < start + length for begin, stop in taken):
            found.append({"type": match.lastgroup, "offset": start, "length": length})
    return order([*given, *found]) if found else given


def order(entities: list[Entity]) -> list[Entity]:
    """Return entities by place, the wider first."""
    return sorted(entities, key=lambda e: (e["offset"], -e["length"]))


def _wash(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    moved = []
    for entity in entities:
        start = _surviving(text, entity["offset"])
        stop = _surviving(text, entity["offset"] + entity["length"])
        if stop > start:
            moved.append({**entity, "offset": start, "length": stop - start})
    return _BLANKED.sub(" ", _DROPPED.sub("", text)), moved


def _surviving(text: str, offset: int) -> int:
    head = text.encode("utf-16-le")[: offset * 2].decode("utf-16-le", "ignore")
    return offset - len(_DROPPED.findall(head))


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    kept = text.rstrip(" \n")
    end = units(kept)
    blank = len(kept) - len(kept.lstrip(" \n"))
    # An entity that begins with blanks keeps them: trimming stops at the first entity.
    lead = min([blank, *(entity["offset"] for entity in entities)])
    if not lead and len(kept) == len(text):
        return text, entities
    moved = []
    for entity in entities:
        stop = min(entity["offset"] + entity["length"], end)
        if stop > entity["offset"]:
            moved.append(
                {
                    **entity,
                    "offset": entity["offset"] - lead,
                    "length": stop - entity["offset"],
                }
            )
    return kept[lead:], moved
