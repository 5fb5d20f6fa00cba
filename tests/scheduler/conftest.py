"""The stage of the handlers' tests, for what happens by itself."""

from tests.handlers.conftest import (
    desk,
    director,
    folder,
    lead,
    migrated,
    officer,
    own_desk,
    public_sdk,
    pytest_generate_tests,
    stage,
)

__all__ = [
    "desk",
    "director",
    "folder",
    "lead",
    "migrated",
    "officer",
    "own_desk",
    "public_sdk",
    "pytest_generate_tests",
    "stage",
]
