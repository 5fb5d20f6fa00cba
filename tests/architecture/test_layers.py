"""The arrows between the packages, as pyproject.toml states them."""

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.files import ROOT


def test_no_package_imports_what_its_contracts_forbid() -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert status == EXIT_STATUS_SUCCESS
