"""knlt import-register: shows what a list would change, asks, and says plainly what is wrong."""

import asyncio
from pathlib import Path

import pytest

from bot.cli import main
from bot.vault import new_key
from storage.migrate import upgrade
from tests.sheets.made import macros, workbook

LIST = [
    ["Số GCN", "Tên cơ sở"],
    ["03-0001/ĐKKDD-HNO", "Nhà thuốc Ánh Dương"],
    ["?", "Không rõ"],
]


@pytest.fixture(autouse=True)
def office(own_logs: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office whose database is up to date."""
    url = f"sqlite+aiosqlite:///{tmp_path}/knlt.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SECRET_KEYS", new_key())
    asyncio.run(upgrade(url))


def listed(tmp_path: Path, content: bytes, name: str = "list.xlsx") -> str:
    path = tmp_path / name
    path.write_bytes(content)
    return f"{path}"


def test_a_list_is_shown_and_put_in_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = listed(tmp_path, workbook(LIST))

    assert main(["import-register", path, "--yes"]) == 0
    said = capsys.readouterr().out
    assert "03-0001/ĐKKDD-HNO  Nhà thuốc Ánh Dương" in said
    assert "1 certificates: 1 new, 0 renamed, 0 gone." in said
    assert "1 rows left out" in said

    assert main(["import-register", path, "--yes"]) == 0
    assert "0 new, 0 renamed, 0 gone." in capsys.readouterr().out


@pytest.mark.parametrize(("answer", "new"), [("n", 1), ("", 1), ("y", 0), ("Yes", 0)])
def test_nothing_is_changed_without_a_yes(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    new: int,
) -> None:
    path = listed(tmp_path, workbook(LIST))
    monkeypatch.setattr("builtins.input", lambda _: answer)
    main(["import-register", path])
    capsys.readouterr()
    main(["import-register", path])

    assert f"{new} new, 0 renamed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.4", "not a spreadsheet"),
        (macros(), "macros"),
        ("Họ tên;Ngày sinh\nAn;1990\n".encode(), "No row has both headers"),
        ("Số GCN;Tên cơ sở\n?;x\n".encode(), "No licence could be read"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, said: str
) -> None:
    assert main(["import-register", listed(tmp_path, content), "--yes"]) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import-register", "nowhere.xlsx"]) == 2
    assert "nowhere.xlsx cannot be read" in capsys.readouterr().err
