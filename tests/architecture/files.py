"""The text files of the project, as a clone of it holds them."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

# What git ignores or keeps for itself, so that a copy without git is checked the same way.
NOT_OURS = {
    ".git", ".venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache",
    ".import_linter_cache", ".hypothesis", "htmlcov", "mutants", "var", "dist",
}  # fmt: skip


def text_files(directory: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Path below the project and text (UTF-8) of every file that is text."""
    for entry in sorted(directory.iterdir()):
        if entry.is_dir() and entry.name not in NOT_OURS:
            yield from text_files(entry)
        elif entry.is_file() and entry.name not in {".env", ".coverage"}:
            try:
                yield entry.relative_to(ROOT), entry.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
