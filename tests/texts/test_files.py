"""The real files, whatever they hold: both languages alike, and nothing that cannot be shown."""

import re
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from fluent.runtime import FluentResource
from fluent.syntax import ast
from fluent.syntax.visitor import Visitor

from bot.texts.catalogue import LOCALES, load, read_sources, to_plain
from core.messages import Text

SOURCES = read_sources()
CATALOGUE = load(ZoneInfo("Asia/Ho_Chi_Minh"), strict=True)
ALLOWED_TAGS = {"b", "i", "code", "blockquote"}
MOMENT = "2026-11-24T03:05:00+00:00"
DATED = {"DAY", "WEEKDAY", "TIME", "MOMENT"}


class Uses(Visitor):
    """What an entry needs: plain variables, dated ones, those that choose, and other entries."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.dated: set[str] = set()
        self.choices: dict[str, set[str]] = {}
        self.messages: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802
        self.messages.add(node.id.name)

    def visit_FunctionReference(self, node: ast.FunctionReference) -> None:  # noqa: N802
        if node.id.name in DATED:
            self.dated |= {
                argument.id.name
                for argument in node.arguments.positional
                if isinstance(argument, ast.VariableReference)
            }
        self.generic_visit(node)

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802
        if isinstance(node.selector, ast.VariableReference):
            keys = {
                variant.key.name if isinstance(variant.key, ast.Identifier) else variant.key.value
                for variant in node.variants
            }
            self.choices.setdefault(node.selector.id.name, set()).update(keys)
        self.generic_visit(node)


def uses_of(locale: str) -> dict[str, Uses]:
    entries = {
        entry.id.name: entry
        for source in SOURCES[locale]
        for entry in FluentResource(source).body
        if isinstance(entry, ast.Message)
    }
    found: dict[str, Uses] = {}
    for name in entries:
        uses = Uses()
        waiting, done = {name}, set[str]()
        while waiting:
            key = waiting.pop()
            done.add(key)
            uses.visit(entries[key])
            waiting |= uses.messages - done
        found[name] = uses
    return found


USES = {locale: uses_of(locale) for locale in LOCALES}
KEYS = sorted({key for locale in LOCALES for key in USES[locale]})
PLURALS = {"zero", "one", "two", "few", "many", "other"}


def samples(uses: Uses) -> Iterator[dict[str, str | int | Text]]:
    """Values for a text: hostile names, and once for each way its sentence can go."""
    base: dict[str, str | int | Text] = dict.fromkeys(uses.variables, "<b>&_*[\u202e")
    base |= dict.fromkeys(uses.dated, MOMENT)
    yield base | dict.fromkeys(uses.choices, 2)
    for name, keys in uses.choices.items():
        numeric = bool(keys & (PLURALS - {"other"})) or any(key.isdecimal() for key in keys)
        for value in (0, 1, 5) if numeric else sorted(keys):
            yield base | dict.fromkeys(uses.choices, 2) | {name: value}


class Balance(HTMLParser):
    """Telegram refuses a tag it does not know, or that is closed out of turn."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        if tag not in ALLOWED_TAGS:
            self.wrong.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            self.wrong.append(f"</{tag}>")


def test_there_is_wording_in_both_languages() -> None:
    assert all(SOURCES[locale] for locale in LOCALES)


@pytest.mark.parametrize("key", KEYS)
def test_a_text_exists_in_both_languages_and_needs_the_same_values(key: str) -> None:
    needs = {
        locale: USES[locale][key].variables if key in USES[locale] else None for locale in LOCALES
    }

    assert needs["vi"] == needs["en"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("key", KEYS)
def test_a_text_can_be_shown_whatever_its_values(key: str, locale: str) -> None:
    for values in samples(USES[locale][key]):
        markup = CATALOGUE.html(Text(key, values), locale)
        balance = Balance()
        balance.feed(markup)

        assert not balance.wrong
        assert not balance.opened
        assert not re.search(r"&(?!(lt|gt|amp|quot|#\d+|#x[0-9a-f]+);)", markup)
        assert CATALOGUE.plain(Text(key, values), locale) == to_plain(markup)


@pytest.mark.parametrize("locale", LOCALES)
def test_words_are_composed_and_hold_nothing_invisible(locale: str) -> None:
    text = "\n".join(SOURCES[locale])

    assert unicodedata.is_normalized("NFC", text)
    assert not [char for char in text if unicodedata.category(char) == "Cf"]


def test_each_file_is_read_in_one_language_only() -> None:
    assert not set(SOURCES["vi"]) & set(SOURCES["en"])
