"""The HTML that parse_mode=HTML allows, read and refused as Telegram does.

Source: the Bot API's "HTML style" and the answers of its server. Errors name byte offsets in
UTF-8, entities carry offsets in UTF-16 units.
"""

import re
from dataclasses import dataclass

from sandbox.errors import bad_request
from sandbox.text import Entity, order, units

_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS = frozenset(_SIMPLE) | {"a", "code", "pre", "blockquote", "tg-emoji", "tg-time"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([A-Za-z]+));?")
_SPACES = re.compile(r"[ \t\r\n\0\v]*")
_TAG_NAME = re.compile(r"[^ \t\r\n\0\v>]*")
_ATTRIBUTE_NAME = re.compile(r"[^ \t\r\n\0\v=>/\"']*")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_ENTITY_REFERENCE_LIMIT = 10
_SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
_SOLID = frozenset({"code", "pre"})
_USER_LINK = re.compile(r"tg://user\?id=(\d+)")
_WEB_SCHEMES = frozenset({"http", "https", "ftp"})
_LINK = re.compile(
    r"(?:(?P<scheme>https?|ftp|tg|ton|tonsite)://)?(?P<host>[^\s/?#]+)(?P<rest>\S*)$",
    re.IGNORECASE,
)


@dataclass
class _Open:
    tag: str
    argument: str
    start: int
    place: int


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the plain text of `source` and its entities.

    ApiError 400 "can't parse entities: …" for an unknown tag, a tag left open or closed out of
    turn, a malformed attribute.
    """
    if "<" not in source and "&" not in source:
        return source, []
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        source = self._source
        while self._at < len(source):
            mark = min(
                (p for p in (source.find("<", self._at), source.find("&", self._at)) if p >= 0),
                default=len(source),
            )
            self._emit(source[self._at : mark])
            self._at = mark
            if mark == len(source):
                break
            if source[mark] == "&":
                self._emit(self._reference())
            elif source.startswith("</", mark):
                self._close_tag()
            else:
                self._open_tag()
        if self._open:
            tag = self._open[-1].tag
            raise _refuse(f'Can\'t find end tag corresponding to start tag "{tag}"')
        text = "".join(self._text)
        return _paired(text), _settle(self._entities)

    def _emit(self, piece: str) -> None:
        if piece:
            self._text.append(piece)
            self._length += units(piece)

    def _reference(self) -> str:
        decoded, self._at = _decode(self._source, self._at)
        return decoded

    def _error(self, what: str, at: int) -> Exception:
        return _refuse(f"{what} at byte offset {_byte(self._source, at)}")

    def _open_tag(self) -> None:
        begin = self._at
        name = _TAG_NAME.match(self._source, begin + 1)
        assert name  # noqa: S101 - the pattern matches an empty string
        self._at = name.end()
        if self._at == len(self._source):
            raise self._error("Unclosed start tag", begin)
        tag = name.group().lower()
        if tag not in _TAGS:
            raise self._error(f'Unsupported start tag "{tag}"', begin)
        argument = self._attributes(tag, begin)
        if tag == "span" and argument != "spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(_Open(tag, argument, self._length, len(self._text)))

    def _attributes(self, tag: str, begin: int) -> str:
        argument = ""
        while True:
            self._skip_spaces()
            if self._source.startswith(">", self._at):
                self._at += 1
                return argument
            argument = self._attribute(tag, begin) or argument

    def _attribute(self, tag: str, begin: int) -> str:
        found = _ATTRIBUTE_NAME.match(self._source, self._at)
        name = found.group() if found else ""
        if not name:
            if self._at == len(self._source):
                raise self._error(f'Unclosed start tag "{tag}"', begin)
            raise self._error(f'Empty attribute name in the tag "{tag}"', begin)
        self._at += len(name)
        self._skip_spaces()
        if self._at == len(self._source):
            raise self._error(f'Unclosed start tag "{tag}"', begin)
        if self._source[self._at] != "=":
            return "1" if (tag, name) == ("blockquote", "expandable") else ""
        self._at += 1
        self._skip_spaces()
        if self._at == len(self._source):
            raise self._error(f'Unclosed start tag "{tag}"', begin)
        value = self._value()
        if self._at == len(self._source):
            raise self._error("Unclosed start tag", begin)
        return _argument(tag, name, value)

    def _value(self) -> str:
        source, begin = self._source, self._at
        if source[begin] not in "'\"":
            token = _NAME_TOKEN.match(source, begin)
            self._at = token.end() if token else begin
            if self._at < len(source) and source[self._at] not in " \t\r\n\0\v>":
                raise self._error("Unexpected end of name token", begin)
            return source[begin : self._at].lower()
        quote = source[begin]
        end = source.find(quote, begin + 1)
        if end < 0:
            self._at = len(source)
            return ""
        self._at = end + 1
        return _decoded(source[begin + 1 : end])

    def _skip_spaces(self) -> None:
        found = _SPACES.match(self._source, self._at)
        self._at = found.end() if found else self._at

    def _close_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise self._error("Unexpected end tag", begin)
        name = _TAG_NAME.match(self._source, begin + 2)
        found = name.group().lower() if name else ""
        self._at = name.end() if name else begin
        self._skip_spaces()
        if not self._source.startswith(">", self._at):
            raise self._error("Unclosed end tag", begin)
        self._at += 1
        opened = self._open.pop()
        if found not in ("", opened.tag):
            place = _byte(self._source, begin)
            raise _refuse(
                f'Unmatched end tag at byte offset {place}, expected "</{opened.tag}>", '
                f'found "</{found}>"'
            )
        if self._length > opened.start:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity = self._entity(opened)
        if entity is not None:
            entity["offset"] = opened.start
            entity["length"] = self._length - opened.start
            self._entities.append(entity)

    def _entity(self, opened: _Open) -> Entity | None:
        tag = opened.tag
        if tag in _SIMPLE:
            return {"type": _SIMPLE[tag]}
        if tag == "a":
            return _link(opened.argument or "".join(self._text[opened.place :]))
        if tag == "blockquote":
            return {"type": "expandable_blockquote" if opened.argument else "blockquote"}
        if tag == "tg-emoji":
            if not opened.argument.isdecimal() or int(opened.argument) == 0:
                raise _refuse("Invalid custom emoji identifier specified")
            return {"type": "custom_emoji", "custom_emoji_id": opened.argument}
        if tag == "tg-time":
            raise _refuse("The sandbox does not know the tag tg-time")
        return self._preformatted(opened)

    def _preformatted(self, opened: _Open) -> Entity:
        last = self._entities[-1] if self._entities else None
        same_place = (
            last is not None
            and last["offset"] == opened.start
            and last["length"] == self._length - opened.start
        )
        if last is not None and same_place and {last["type"], opened.tag} == {"pre", "code"}:
            language = last.get("language") or opened.argument
            if language:
                self._entities.pop()
                return {"type": "pre", "language": language}
        entity: Entity = {"type": opened.tag}
        if opened.tag == "code" and opened.argument:
            entity["language"] = opened.argument
        return entity


def _decode(source: str, at: int) -> tuple[str, int]:
    found = _REFERENCE.match(source, at)
    if found is None:
        return "&", at + 1
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        return (_NAMED[name], found.end()) if name in _NAMED else ("&", at + 1)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    written = len(found.group().rstrip(";"))
    if code == 0 or code >= 0x10FFFF or written >= _ENTITY_REFERENCE_LIMIT:
        return "&", at + 1
    return chr(code), found.end()


def _decoded(value: str) -> str:
    pieces = []
    at = 0
    while (mark := value.find("&", at)) >= 0:
        pieces.append(value[at:mark])
        piece, at = _decode(value, mark)
        pieces.append(piece)
    return "".join([*pieces, value[at:]])


def _argument(tag: str, name: str, value: str) -> str:
    if (tag, name) in (("a", "href"), ("tg-emoji", "emoji-id")):
        return value
    if (tag, name) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, name) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return "1" if (tag, name) == ("blockquote", "expandable") else ""


def _link(url: str) -> Entity | None:
    user = _USER_LINK.match(url)
    if user:
        return {"type": "text_mention", "user_id": int(user.group(1))}
    found = _LINK.match(url.strip())
    if found is None:
        return None
    scheme, host, rest = (
        (found.group("scheme") or "http").lower(),
        found.group("host"),
        found.group("rest"),
    )
    if scheme in _WEB_SCHEMES:
        if "." not in host and host.lower() != "localhost":
            return None
        host = host.lower()
        rest = rest if rest.startswith("/") else f"/{rest}"
    return {"type": "text_link", "url": f"{scheme}://{host}{rest}"}


def _paired(text: str) -> str:
    # A character reference may spell half of a surrogate pair; both halves together are a letter.
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise _refuse(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        ) from None


def _settle(entities: list[Entity]) -> list[Entity]:
    solid = _outermost([e for e in entities if e["type"] in _SOLID])
    quotes = [e for e in entities if e["type"].endswith("blockquote")]
    quotes = [
        q for q in _outermost(quotes) if not any(_touch(q, s) and _larger(s, q) for s in solid)
    ]
    links = [e for e in entities if e["type"] in ("text_link", "text_mention", "custom_emoji")]
    links = [e for e in _outermost(links) if not any(_touch(e, s) for s in solid)]
    settled = [*map(_without_language, solid), *quotes, *links]
    for kind in _SPLITTABLE:
        others = [e for e in entities if e["type"] != kind]
        ranges = _joined([e for e in entities if e["type"] == kind], others)
        pieces = _uncrossed(_cut(ranges, solid), settled)
        settled += [{"type": kind, "offset": a, "length": b - a} for a, b in pieces]
    return order(settled)


def _without_language(entity: Entity) -> Entity:
    if entity["type"] == "code":
        entity.pop("language", None)
    return entity


def _outermost(entities: list[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in order(entities):
        if not any(_touch(entity, other) for other in kept):
            kept.append(entity)
    return kept


def _touch(one: Entity, other: Entity) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"]
        and other["offset"] < one["offset"] + one["length"]
    )


def _larger(one: Entity, other: Entity) -> bool:
    return bool(one["length"] > other["length"])


def _joined(entities: list[Entity], others: list[Entity]) -> list[tuple[int, int]]:
    # Neighbours become one, unless another entity has its border there and would be crossed.
    borders = {e["offset"] for e in others} | {e["offset"] + e["length"] for e in others}
    ranges: list[tuple[int, int]] = []
    for entity in order(entities):
        start, stop = entity["offset"], entity["offset"] + entity["length"]
        last = ranges[-1] if ranges else (0, -1)
        if start < last[1] or (start == last[1] and start not in borders):
            ranges[-1] = (last[0], max(last[1], stop))
        else:
            ranges.append((start, stop))
    return ranges


def _cut(ranges: list[tuple[int, int]], solid: list[Entity]) -> list[tuple[int, int]]:
    for block in solid:
        begin, end = block["offset"], block["offset"] + block["length"]
        ranges = [
            piece
            for start, stop in ranges
            for piece in ((start, min(stop, begin)), (max(start, end), stop))
            if piece[0] < piece[1]
        ]
    return ranges


def _uncrossed(ranges: list[tuple[int, int]], fixed: list[Entity]) -> list[tuple[int, int]]:
    for entity in fixed:
        begin, end = entity["offset"], entity["offset"] + entity["length"]
        split: list[tuple[int, int]] = []
        for start, stop in ranges:
            if start < begin < stop < end:
                split += [(start, begin), (begin, stop)]
            elif begin < start < end < stop:
                split += [(start, end), (end, stop)]
            else:
                split.append((start, stop))
        ranges = split
    return ranges


def _byte(source: str, at: int) -> int:
    return len(source[:at].encode("utf-8", "surrogatepass"))


def _refuse(what: str) -> Exception:
    return bad_request(f"can't parse entities: {what}")
