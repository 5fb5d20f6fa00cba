"""The stage of the handlers' tests, for what happens by itself."""

from tests.handlers.conftest import desk, director, either, folder, lead, migrated, officer, stage

__all__ = ["desk", "director", "either", "folder", "lead", "migrated", "officer", "stage"]
