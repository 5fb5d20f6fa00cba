"""`make` on its own says what can be made."""

import re
import shutil
import subprocess

from tests.architecture.files import ROOT

TARGETS = {"demo", "play", "test", "check", "fix", "bench", "mutate", "lock", "clean"}


def test_bare_make_lists_every_target_with_a_line_about_it() -> None:
    make = shutil.which("make")
    assert make is not None

    listed = subprocess.run(  # noqa: S603 - make, with no argument
        [make, "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    described = dict(re.findall(r"^make ([a-z]+) +(\S.*)$", listed, flags=re.MULTILINE))
    assert described.keys() >= TARGETS
    assert len(listed.splitlines()) == len(described)
