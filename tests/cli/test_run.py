"""`knlt run` as an operator starts it: a process of its own, by polling and by webhook."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.vault import new_key
from sandbox import Sandbox
from storage.migrate import upgrade

TOKEN = "1000001:" + "p" * 35
PATIENCE = 60.0
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(sandbox: Sandbox, folder: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PUBLIC_TOKEN": TOKEN,
        "TELEGRAM_API": sandbox.api_url,
        "SMTP_URL": sandbox.smtp_url,
        "MAIL_FROM": "no-reply@soyte.example.vn",
        "SECRET_KEYS": new_key(),
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/knlt.db",
        "LISTEN": f"127.0.0.1:{_free_port()}",
        **more,
    }


@asynccontextmanager
async def started(
    environment: dict[str, str], folder: Path, *arguments: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        *arguments,
        cwd=folder,
        env=environment,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _ends(process: asyncio.subprocess.Process) -> tuple[int, str]:
    async with asyncio.timeout(PATIENCE):
        assert process.stderr is not None
        said = (await process.stderr.read()).decode()
        return await process.wait(), said


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_run_answers_a_scan_and_stops_cleanly_on_sigterm(
    webhook: bool, tmp_path: Path
) -> None:
    async with Sandbox() as sandbox:
        bot = sandbox.world.bot("KnltBot", TOKEN)
        environment = _environment(sandbox, tmp_path)
        if webhook:
            environment["PUBLIC_URL"] = f"http://{environment['LISTEN']}"
            environment["WEBHOOK_SECRET"] = "a-secret-of-our-own"
        async with started(environment, tmp_path) as process:
            director = sandbox.world.person("Nguyễn Thị Lan")
            director.opens(bot)
            await director.waits_for("Kính chào quý cơ sở", within=PATIENCE)

            async with aiohttp.ClientSession() as session:
                health = f"http://{environment['LISTEN']}"
                assert (await session.get(f"{health}/healthz")).status == 200
                assert (await session.get(f"{health}/readyz")).status == 200
                assert "knlt" in await (await session.get(f"{health}/metrics")).text()

            process.send_signal(signal.SIGTERM)
            status, said = await _ends(process)

    assert status == 0, said
    assert "/ketnoi" in said
    assert TOKEN not in said


async def test_run_refuses_a_token_that_telegram_does_not_know(tmp_path: Path) -> None:
    async with (
        Sandbox() as sandbox,
        started(_environment(sandbox, tmp_path), tmp_path) as process,
    ):
        status, said = await _ends(process)

    assert status == 2
    assert "Traceback" not in said


async def test_run_refuses_a_group_in_which_it_may_not_speak(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        sandbox.world.bot("KnltBot", TOKEN)
        environment = _environment(sandbox, tmp_path, STAFF_CHAT="-1009999")
        async with started(environment, tmp_path) as process:
            status, said = await _ends(process)

    assert status == 2
    assert "add it to the group" in said


async def test_run_refuses_a_database_out_of_reach(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        sandbox.world.bot("KnltBot", TOKEN)
        url = "postgresql+asyncpg://nobody@127.0.0.1:1/none"
        environment = _environment(sandbox, tmp_path, DATABASE_URL=url)
        async with started(environment, tmp_path) as process:
            status, said = await _ends(process)

    assert status == 2
    assert "Traceback" not in said


async def test_an_update_taken_in_by_web_is_answered_by_a_worker(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        bot = sandbox.world.bot("KnltBot", TOKEN)
        environment = _environment(sandbox, tmp_path)
        await upgrade(environment["DATABASE_URL"])
        other = environment | {"LISTEN": f"127.0.0.1:{_free_port()}"}
        async with (
            started(environment, tmp_path, "--role", "web"),
            started(other, tmp_path, "--role", "worker"),
        ):
            director = sandbox.world.person("Nguyễn Thị Lan")
            director.opens(bot)
            await director.waits_for("Kính chào quý cơ sở", within=PATIENCE)


async def test_run_refuses_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        async with Sandbox() as sandbox:
            sandbox.world.bot("KnltBot", TOKEN)
            environment = _environment(sandbox, tmp_path, LISTEN=taken)
            async with started(environment, tmp_path) as process:
                status, said = await _ends(process)

    assert status == 2
    assert "LISTEN is in use already" in said
    assert "Traceback" not in said
