"""The catalogue: words a `Text` from the Fluent files, in Vietnamese or English.

The files hold Telegram's HTML (`<b>`, `<i>`, `<code>`, `<blockquote>`); every value put into them
is escaped, so nothing a person typed can become markup. Beside Fluent's own functions they may
call DAY, WEEKDAY, TIME and MOMENT with an ISO day or moment.
"""

import html
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from fluent.runtime import FluentBundle
from fluent.syntax import FluentParser, ast

from core.messages import Text

logger = logging.getLogger(__name__)

FALLBACK = "vi"
LOCALES = (FALLBACK, "en")
STILL = 2048  # texts kept worded; about twice what two languages have without values
Numbers = tuple[tuple[str, int], ...]

# Shown when a text cannot be worded in any language; it stands here because the files may be
# what is broken.
APOLOGY = "Xin lỗi, có lỗi khi hiển thị tin nhắn này. Vui lòng thử lại sau."

_TAG = re.compile(r"</?[a-z][^<>]*>")
_WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ Nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MOMENTS = {"vi": "%H:%M ngày %d/%m/%Y", "en": "%H:%M on %d/%m/%Y"}


class WordingError(Exception):
    """A text is missing, or a value it needs was not given."""


class _Long(str):
    """A value of any length: Fluent refuses a value whose `len` is over 2,500."""

    __slots__ = ()

    def __len__(self) -> int:
        return 0


class Catalogue:
    """Words texts; also the conversation's `Wording`.

    `sources` maps a locale to the contents of its files; the locales are `LOCALES`. Days and
    moments are shown in `zone`. With `strict`, what is missing raises `WordingError`; otherwise it
    is logged and the reader gets the Vietnamese text, or an apology.

    Raises ValueError for a file that Fluent cannot read and for a key defined twice.
    """

    def __init__(
        self, sources: Mapping[str, Sequence[str]], zone: tzinfo, *, strict: bool = False
    ) -> None:
        self._bundles = {
            locale: _bundle(locale, sources.get(locale, ()), zone) for locale in LOCALES
        }
        self._strict = strict
        # Only what holds nothing that people typed is kept worded, and not without end.
        self._still = lru_cache(STILL)(self._word_still)
        self._still_plain = lru_cache(STILL)(lambda *still: to_plain(self._still(*still)))

    def html(self, text: Text, locale: str) -> str:
        """Word a text as Telegram's HTML, every value escaped."""
        still = _still(text, locale)
        return self._word(text, locale) if still is None else self._still(*still)

    def plain(self, text: Text, locale: str) -> str:
        """Word a text without markup, as buttons, popups and other messengers need it."""
        still = _still(text, locale)
        return to_plain(self._word(text, locale)) if still is None else self._still_plain(*still)

    say = plain

    def _word_still(self, locale: str, key: str, args: Numbers) -> str:
        return self._word(Text(key, dict(args)), locale)

    def _word(self, text: Text, locale: str) -> str:
        apology: str | None = None
        for language in dict.fromkeys((locale, FALLBACK)):
            worded, problems = self._try(text, language)
            if not problems and worded is not None:
                return worded
            if self._strict:
                raise WordingError(f"{text.key} ({language}): {', '.join(problems)}")
            logger.error("text %s (%s): %s", text.key, language, ", ".join(problems))
            apology = worded
        return APOLOGY if apology is None else apology

    def _try(self, text: Text, locale: str) -> tuple[str | None, list[str]]:
        bundle = self._bundles.get(locale)
        if bundle is None:
            return None, ["no such language"]
        pattern = bundle.get_message(text.key).value if bundle.has_message(text.key) else None
        if pattern is None:
            return None, ["no such text"]
        args = {name: self._value(value, locale) for name, value in text.args.items()}
        worded, errors = bundle.format_pattern(pattern, args)
        return str(worded), [str(error) for error in errors]

    def _value(self, value: str | int | Text, locale: str) -> int | str:
        if isinstance(value, int):
            return value
        worded = self.html(value, locale) if isinstance(value, Text) else html.escape(value)
        return _Long(worded)


@cache  # reading Fluent takes longer than all else a program does before its first word
def load(zone: tzinfo, *, strict: bool = False) -> Catalogue:
    """Read the files of this package: `vi.ftl`, `en.ftl` and those named `*.vi.ftl`, `*.en.ftl`."""
    return Catalogue(read_sources(), zone, strict=strict)


def read_sources() -> dict[str, list[str]]:
    """Give the contents of the files of each locale, in the order of their names."""
    files = sorted(resources.files(__package__).iterdir(), key=lambda entry: entry.name)
    return {
        locale: [
            entry.read_text(encoding="utf-8")
            for entry in files
            if f".{entry.name}".endswith(f".{locale}.ftl")
        ]
        for locale in LOCALES
    }


def _still(text: Text, locale: str) -> tuple[str, str, Numbers] | None:
    """Give what a text without values, or with numbers only, is remembered by; else None."""
    numbers = tuple((name, value) for name, value in text.args.items() if isinstance(value, int))
    return (locale, text.key, numbers) if len(numbers) == len(text.args) else None


def to_plain(markup: str) -> str:
    """Give what a reader sees of Telegram's HTML: no tags, entities decoded."""
    return html.unescape(_TAG.sub("", markup))


def _bundle(locale: str, sources: Sequence[str], zone: tzinfo) -> FluentBundle:
    # Isolation marks are invisible, and a code copied from the chat would no longer match.
    bundle = FluentBundle([locale], functions=_functions(locale, zone), use_isolating=False)
    seen: set[tuple[type, str]] = set()
    for entry in _entries(sources):
        name = (type(entry), entry.id.name)
        if name in seen:
            raise ValueError(f"{entry.id.name} is defined twice in {locale}")
        seen.add(name)
        bundle.add_resource(ast.Resource([entry]))
    return bundle


def _entries(sources: Sequence[str]) -> Iterator[ast.Message | ast.Term]:
    parser = FluentParser(with_spans=False)  # nobody asks where an entry stood
    for source in sources:
        for entry in parser.parse(source).body:
            if isinstance(entry, ast.Junk):
                raise ValueError(f"not Fluent: {(entry.content or '').strip()[:80]}")
            if isinstance(entry, ast.Message | ast.Term):
                yield entry


def _functions(locale: str, zone: tzinfo) -> dict[str, Any]:
    return {
        "DAY": lambda iso: f"{_day(iso, zone):%d/%m/%Y}",
        "WEEKDAY": lambda iso: _WEEKDAYS[locale][_day(iso, zone).weekday()],
        "TIME": lambda iso: f"{_moment(iso, zone):%H:%M}",
        "MOMENT": lambda iso: f"{_moment(iso, zone):{_MOMENTS[locale]}}",
    }


def _moment(iso: str, zone: tzinfo) -> datetime:
    moment = datetime.fromisoformat(iso)
    if moment.tzinfo is None:
        raise ValueError(f"a moment without its zone: {iso}")
    return moment.astimezone(zone)


def _day(iso: str, zone: tzinfo) -> date:
    return _moment(iso, zone) if "T" in iso else date.fromisoformat(iso)
