"""The arrows between the packages, as pyproject.toml states them."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.files import ROOT


def test_no_package_imports_what_its_contracts_forbid() -> None:
    # In a process of its own: import-linter configures the logging of the one it runs in.
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(  # noqa: S603
        [linter, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout
