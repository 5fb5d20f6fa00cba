"""`knlt play` and `knlt demo`: the story comes out, and says so when it does not."""

import io
import os
import signal
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from pathlib import Path

import pytest

from bot import play as story
from bot.play import Teller, play

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("own_logs")]


async def test_every_step_of_the_story_truly_happens() -> None:
    told = io.StringIO()

    assert await play(told) == 0
    for step in (
        "thư tài khoản đã tới hộp thư",
        "chỉ quyết định đầu tiên được tính",
        "email đã dùng thì không đăng ký được lần nữa",
        "lý do đứng cạnh chỗ cần sửa",
        "00:00 ngày 03/03/2026: quá hạn, mở lại",
        "ba thư tài khoản đã tới ba hộp thư",
        "không có thư nào gửi lần hai",
        "bản tin đến lúc 8 giờ ngày làm việc",
    ):
        assert f"✓ {step}" in told.getvalue()


async def test_a_story_with_a_step_that_did_not_happen_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def nobody_comes(t: Teller) -> None:
        t.check(t.stage.group.cards, "thẻ đã vào nhóm")

    monkeypatch.setattr(story, "CHAPTERS", (nobody_comes,))
    told = io.StringIO()

    assert await play(told) == 1
    assert "It did not happen: thẻ đã vào nhóm" in told.getvalue()


async def test_the_demo_says_where_to_look_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    process = await create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", env=environment, cwd=tmp_path, stdout=PIPE
    )
    assert process.stdout is not None
    said = ""
    while "Ctrl-C" not in said:
        line = await process.stdout.readline()
        assert line, said
        said += line.decode()
    process.send_signal(signal.SIGINT)

    assert await process.wait() == 0
    assert "THỬ NGHIỆM" in said
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - pathlib would block, says the linter
