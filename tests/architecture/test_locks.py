"""Pinned packages: every one by hash, and no file says where packages are downloaded from."""

import re
import tomllib

import pytest

from tests.architecture.files import ROOT, text_files

LOCKS = ["requirements.lock", "requirements-dev.lock"]

PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)==\S+( ; [^#@]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")

# Written so that none of them matches itself.
ORIGINS = [
    re.compile(r"--(?:extra-)?index-url|--find-links[ =]|--(?:trusted-host)"),
    re.compile(r"https?://\S+\.(?:whl|tar\.gz|tgz)\b"),
    re.compile(r"https?://\S+/simple\b"),
    re.compile(r"https?://(?:[\w-]+\.)*(?:py[p]i|python[h]osted|npm[j]s)\."),
]


def names(lock: str) -> set[str]:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return {pin["name"] for line in lines if (pin := PIN.fullmatch(line))}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_names_versions_and_hashes_alone(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if not PIN.fullmatch(line) and not HASH.fullmatch(line)] == []


def test_every_package_asked_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime = {normalised(one) for one in project["dependencies"]}
    dev = {normalised(one) for one in project["optional-dependencies"]["dev"]}

    assert runtime - names("requirements.lock") == set()
    assert (runtime | dev) - names("requirements-dev.lock") == set()


def test_tests_run_with_the_versions_that_are_shipped() -> None:
    shipped = pinned("requirements.lock")

    assert shipped - pinned("requirements-dev.lock") == set()


def test_no_file_names_an_index_or_a_download() -> None:
    found = [
        f"{path}: {line.strip()}"
        for path, text in text_files()
        for line in text.splitlines()
        if any(origin.search(line) for origin in ORIGINS)
    ]

    assert found == []


def normalised(requirement: str) -> str:
    name = re.split(r"[\[<>=~!;, ]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(lock: str) -> set[str]:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return {line.split()[0] for line in lines if PIN.fullmatch(line)}
