"""The documents name only what is there: settings, commands, targets, files, figures, tables."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

from bot.cli import main
from bot.http import Figures, exposition
from bot.settings import Settings
from storage.tables import metadata
from tests.architecture.files import ROOT

DOCUMENTS = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
}
OPERATIONS, GLOSSARY = DOCUMENTS["docs/operations.md"], DOCUMENTS["docs/glossary.md"]
RECORDS = {Path(name).name: text for name, text in DOCUMENTS.items() if "decisions/0" in name}
SOURCES = [
    path.read_text(encoding="utf-8")
    for folder in ("bot", "handlers", "scheduler", "storage")
    for path in (ROOT / folder).rglob("*.py")
]

FENCE = re.compile(r"^```[a-z]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
VARIABLE = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b")
COPYLEFT = re.compile(r"\bA?L?GPL|\bMPL")
COMMAND = re.compile(r"(?:python -m bot|\bknlt) ([a-z][a-z-]*)([^\n#]*)")
TARGET = re.compile(r"(?:^|[;&] *)make +([a-z.][\w./-]*)", re.MULTILINE)
PLACE = re.compile(r"`([\w/.]+)::(\w+)`")
FOLDERS = "bot|core|handlers|storage|scheduler|sandbox|tests|docs"
FILE = re.compile(rf"(?:{FOLDERS})/[\w./*-]*")


def code(document: str) -> list[str]:
    """Every piece of code in a document: whole blocks, and what stands in back quotes."""
    prose = FENCE.sub("", document)
    return [*FENCE.findall(document), *SPAN.findall(prose)]


def named(pattern: re.Pattern[str]) -> list[tuple[str, ...]]:
    """Each distinct match of a pattern in the code of all documents, with its groups."""
    pieces = (piece for document in DOCUMENTS.values() for piece in code(document))
    return sorted({match.groups() for piece in pieces for match in pattern.finditer(piece)})


def section(document: str, heading: str) -> str:
    return document.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def first_cells(table: str) -> Iterator[str]:
    for line in table.splitlines():
        if line.startswith("| "):
            yield line.split(" | ")[0]


def licence_of(package: Distribution) -> str:
    fields = ("License-Expression", "License")
    return " ".join(word for field in fields for word in package.metadata.get_all(field) or [])


def slug(heading: str) -> str:
    """The anchor that a forge makes of a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_setting_that_a_document_names_exists(name: str) -> None:
    settings = {field.upper() for field in Settings.model_fields}
    prose = PLACE.sub("", DOCUMENTS[name])

    assert set(VARIABLE.findall(prose)) - settings == set()


def test_the_documents_name_settings_commands_and_targets() -> None:
    assert len(named(COMMAND)) >= 5
    assert len(named(TARGET)) >= 4
    assert any(VARIABLE.search(document) for document in DOCUMENTS.values())


@pytest.mark.parametrize(("command", "rest"), named(COMMAND))
def test_a_command_exists_with_the_options_it_is_shown_with(
    command: str, rest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])

    assert left.value.code == 0
    assert (
        set(re.findall(r"--[a-z]+", rest)) - set(re.findall(r"--[a-z]+", capsys.readouterr().out))
        == set()
    )


@pytest.mark.parametrize("target", [target for (target,) in named(TARGET)])
def test_a_target_can_be_made(target: str) -> None:
    make = shutil.which("make")
    assert make is not None

    done = subprocess.run(  # noqa: S603 - a dry run of our own Makefile
        [make, "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    broken = []
    for match in LINK.finditer(DOCUMENTS[name]):
        link = match[1] or match[2]
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        anchors = (
            {slug(heading) for heading in HEADING.findall(target.read_text(encoding="utf-8"))}
            if anchor and target.is_file()
            else {anchor}
        )
        if not target.exists() or anchor not in anchors:
            broken.append(link)

    assert broken == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_file_that_is_named_exists(name: str) -> None:
    files = {file for piece in code(DOCUMENTS[name]) for file in FILE.findall(piece)}

    assert {file for file in files if not list(ROOT.glob(file.rstrip("/")))} == set()


@pytest.mark.parametrize(("file", "word"), PLACE.findall(GLOSSARY))
def test_a_place_of_the_glossary_exists(file: str, word: str) -> None:
    source = (ROOT / file).read_text(encoding="utf-8")

    assert re.search(rf"^ *(?:(?:async )?def |class )?{word}\b *[=:(]", source, re.MULTILINE)


def test_every_word_of_the_glossary_stands_there_once() -> None:
    words = [cell for cell in first_cells(GLOSSARY) if cell not in {"| Word", "|---|---|---|---|"}]

    assert len(words) > 50
    assert len(words) == len(set(words))


def test_the_figures_described_are_those_that_are_served() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    figures = Figures(now, 0, None, 0, 0, None, 0, now, {("mail", "sent"): 1}, {"p": 1})
    served = set(re.findall(r"^(knlt_\w+)", exposition(figures).decode(), re.MULTILINE))

    described = set(re.findall(r"`(knlt_\w+)`", OPERATIONS))

    assert described == {name for name in served if not name.endswith("_created")}


def test_the_log_lines_explained_are_logged_somewhere() -> None:
    explained = {
        word
        for cell in first_cells(section(OPERATIONS, "At two in the morning"))
        for word in re.findall(r"`([a-z]+(?:_[a-z]+)+)`", cell)
        if not word.startswith("knlt_")
    }

    assert explained
    assert {word for word in explained if not any(f'"{word}"' in s for s in SOURCES)} == set()


def test_every_table_is_listed_with_how_long_it_is_kept() -> None:
    stored = section(OPERATIONS, "What is stored, and how long")
    listed = [table for cell in first_cells(stored) for table in re.findall(r"`(\w+)`", cell)]

    assert sorted(listed) == sorted(metadata.tables)


def test_packages_whose_licence_asks_something_in_return_are_listed() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    told = section(OPERATIONS, "Licences of others")
    binding = {
        package.name
        for package in distributions()
        if f"\n{package.name.lower()}==" in lock and COPYLEFT.search(licence_of(package))
    }

    assert len(binding) >= 3
    assert {name for name in binding if name not in told} == set()


@pytest.mark.parametrize("name", RECORDS)
def test_a_decision_has_its_number_status_context_and_what_was_rejected(name: str) -> None:
    text = RECORDS[name]

    assert text.startswith(f"# {int(name[:4])}. ")
    assert re.search(r"^Status: (?:accepted|replaced by \d+), \d{4}-\d{2}-\d{2}$", text, re.M)
    assert [part for part in ("Context", "Decision", "Rejected") if f"\n## {part}\n" in text] == [
        "Context",
        "Decision",
        "Rejected",
    ]


def test_the_list_of_decisions_is_complete_and_in_order() -> None:
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", DOCUMENTS["docs/decisions/README.md"])

    assert listed == sorted(RECORDS)
    assert [int(name[:4]) for name in listed] == list(range(1, len(listed) + 1))
