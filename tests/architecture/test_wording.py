"""The wording files: one form of each Vietnamese letter, so that text compares and prints right."""

import unicodedata

import pytest

from tests.architecture.files import text_files

CATALOGUES = {str(path): text for path, text in text_files() if path.suffix == ".ftl"}


def test_there_is_wording() -> None:
    assert CATALOGUES


@pytest.mark.parametrize("path", CATALOGUES)
def test_wording_is_composed(path: str) -> None:
    lines = CATALOGUES[path].splitlines()

    assert [line for line in lines if not unicodedata.is_normalized("NFC", line)] == []
