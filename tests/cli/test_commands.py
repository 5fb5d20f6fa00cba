"""The command line: every command has help, plain errors, and exit status 2 for bad input."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.vault import new_key

COMMANDS = (
    "run",
    "demo",
    "play",
    "check",
    "qr",
    "migrate",
    "import-calendar",
    "import-register",
    "audit",
    "backup",
)
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def empty_office(own_logs: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder without configuration."""
    monkeypatch.chdir(tmp_path)
    for name in ("PUBLIC_TOKEN", "STAFF_TOKEN", "SMTP_URL", "MAIL_FROM", "SECRET_KEYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/knlt.db")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])

    assert left.value.code == 0
    assert f"knlt {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run"], "PUBLIC_TOKEN must be set"),
        (["check"], ""),
        (["qr"], "--bot USERNAME"),
        (["qr", "--bot", "KnltBot", "--place", "phố cổ"], "a place code is"),
        (["qr", "--bot", "KnltBot", "--place", "a", "--ticket", "b"], "not both"),
        (["qr", "--bot", "KnltBot", "--ticket", "10429/GPP"], "no licence number"),
        (["qr", "--bot", "KnltBot", "--ticket", "03-1234/ĐKKDD-HNO"], "SECRET_KEYS"),
        (["import-calendar", "nowhere.json"], "cannot be read"),
        (["audit", "hello"], "no reference"),
        (["audit", "26-K7QX9M"], "of another version"),
        (["backup", "copy.db"], "There is no database"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_gets_a_plain_sentence_and_status_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2

    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PUBLIC_TOKEN", "abc"),
        ("DATABASE_URL", "mysql://x"),
        ("DIGEST_AT", "25:99"),
        ("SECRET_KEYS", "short"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named_without_its_value(
    variable: str,
    value: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(variable, value)

    assert main(["migrate"]) == 2
    error = capsys.readouterr().err
    assert variable in error
    assert value not in error


def test_migrate_brings_an_empty_database_to_this_version_and_audit_reads_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SECRET_KEYS", new_key())

    assert main(["migrate"]) == 0
    assert main(["audit", "26-K7QX9M"]) == 2
    assert "There is no registration" in capsys.readouterr().err


def test_import_calendar_replaces_the_calendar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SECRET_KEYS", new_key())
    main(["migrate"])
    newer = (ROOT / "core/data/calendar_vn.json").read_text(encoding="utf-8")
    Path("2027.json").write_text(newer.replace("2026-12-31", "2027-12-31"), encoding="utf-8")

    assert main(["import-calendar", "2027.json"]) == 0
    assert "31/12/2027" in capsys.readouterr().out

    Path("broken.json").write_text("{", encoding="utf-8")
    assert main(["import-calendar", "broken.json"]) == 2


def test_qr_writes_code_and_poster_and_prints_the_link(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SECRET_KEYS", new_key())

    assert main(["qr", "--bot", "@KnltBot", "--place", "hoan-kiem", "--out", "out"]) == 0
    assert capsys.readouterr().out.endswith("https://t.me/KnltBot?start=p-hoan-kiem\n")
    assert {path.name for path in Path("out").iterdir()} == {
        "knlt-hoan-kiem.png",
        "knlt-hoan-kiem.svg",
        "knlt-hoan-kiem.pdf",
    }

    assert main(["qr", "--bot", "KnltBot", "--ticket", "03-1234/ĐKKDD-HNO"]) == 0
    assert "?start=t" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["--help"], ["qr", "--bot", "KnltBot", "--out", "out"], ["migrate"]]
)
def test_commands_that_need_no_sdk_import_none(arguments: list[str]) -> None:
    look = (
        "import sys\n"
        "from bot.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'aiogram', 'telegram'} & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", look, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT), "DATABASE_URL": "sqlite+aiosqlite:///x.db"},
    )

    assert done.stdout.splitlines()[-1] == "[]"
