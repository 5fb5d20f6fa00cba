"""`knlt run` that starts while Telegram is away, stops while others are slow, and hands over."""

import asyncio
import re
import signal
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import text

from bot.patience import patiently
from bot.run import STOP, _unless, running
from bot.stage import staging
from core.ports import Fault, SendFailed
from sandbox import Bot, Sandbox
from storage.engine import open_engines
from tests.cli.test_run import PATIENCE, TOKEN, _ends, _environment, _free_port, started

pytestmark = pytest.mark.slow

AWAY = 60  # seconds for which the others are slow
ANSWERS = (
    ("Kính chào", None),
    ("Bước 1/7", "03-1234/ĐKKDD-HNO"),
    ("Bước 2/7", "Nhà thuốc An Tâm"),
    ("Bước 3/7", "1"),
    ("Bước 4/7", "Nguyễn Thị Lan"),
    ("Bước 5/7", "lan.antam@gmail.com"),
)


async def _says(process: asyncio.subprocess.Process, words: str) -> str:
    """Wait until the process has logged these words; give what it has logged."""
    assert process.stderr is not None
    said = ""
    async with asyncio.timeout(PATIENCE):
        while words not in said:
            line = await process.stderr.readline()
            assert line, said
            said += line.decode()
    return said


async def _stops(process: asyncio.subprocess.Process) -> float:
    """Ask it to stop; give the seconds it took."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    status, said = await _ends(process)
    assert status == 0, said
    assert "Traceback" not in said
    return time.monotonic() - began


async def _figure(url: str, question: str) -> int:
    engines = open_engines(url)
    try:
        async with engines.read() as connection:
            return int((await connection.execute(text(question))).scalar_one())
    finally:
        await engines.close()


async def test_run_waits_for_a_telegram_that_is_away(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        bot = sandbox.world.bot("KnltBot", TOKEN)
        sandbox.faults.fail(502, "Bad Gateway", times=10_000, html=True)
        async with started(_environment(sandbox, tmp_path), tmp_path) as process:
            said = await _says(process, "telegram_does_not_answer")
            sandbox.faults.clear()
            director = sandbox.world.person("Nguyễn Thị Lan")
            director.opens(bot)
            await director.waits_for("Kính chào quý cơ sở", within=PATIENCE)
            await _stops(process)

    assert "Traceback" not in said
    assert TOKEN not in said


async def test_a_start_is_dropped_when_the_program_is_told_to_stop() -> None:
    stop, begun = asyncio.Event(), asyncio.Event()
    dropped = []

    async def starts() -> str:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            dropped.append("start")
        return "never"

    starting = asyncio.create_task(_unless(stop, starts()))
    await begun.wait()
    stop.set()

    assert await starting is None
    assert dropped == ["start"]
    assert await _unless(asyncio.Event(), asyncio.sleep(0, "started")) == "started"


async def test_telegram_is_asked_until_it_answers_but_not_about_a_refused_token() -> None:
    failures = [SendFailed(Fault.RETRY, "502")] * 6 + [
        SendFailed(Fault.RETRY, "429", retry_after=7),
        SendFailed(Fault.CONFIG, "401"),
    ]
    waits: list[float] = []

    async def ask() -> None:
        raise failures.pop(0)

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    with pytest.raises(SendFailed, match="401"):
        await patiently(ask, sleep)

    assert waits == [1, 2, 5, 10, 30, 30, 7]


@asynccontextmanager
async def _mute_server() -> AsyncIterator[tuple[int, asyncio.Event]]:
    """A mail server that takes calls and says nothing; its port, and whether somebody called."""
    called = asyncio.Event()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], called
    finally:
        server.close()


async def test_a_stop_waits_for_no_slow_server_and_loses_nothing(tmp_path: Path) -> None:
    async with Sandbox() as sandbox, _mute_server() as (port, called):
        bot = sandbox.world.bot("KnltBot", TOKEN)
        lan, hai = (sandbox.world.person(name) for name in ("Lan", "Hải"))
        environment = _environment(sandbox, tmp_path)
        slow_mail = environment | {"SMTP_URL": f"smtp://127.0.0.1:{port}"}
        async with started(slow_mail, tmp_path) as process:
            slow = sandbox.faults.delay(AWAY, times=100, method="sendMessage", chat=hai.id)
            hai.opens(bot)
            lan.opens(bot)
            for hears, says in ANSWERS:  # nobody waits for somebody else's slow chat
                await lan.waits_for(hears, within=PATIENCE)
                if says is None:
                    lan.presses("✅ Đồng ý")
                else:
                    lan.types(says, in_=bot)
            async with asyncio.timeout(PATIENCE):
                await called.wait()
            assert slow.hits
            took = await _stops(process)
        sandbox.faults.clear()
        async with started(environment, tmp_path) as process:
            mail = await sandbox.inbox.waits_for("lan.antam@gmail.com", within=PATIENCE)
            await hai.waits_for("Kính chào quý cơ sở", within=PATIENCE)
            await _stops(process)
        heard = [each.text for each in sandbox.world.private(bot, lan).visible() if each.from_bot]

    print(f"stopped in {took:.1f} s with a slow Telegram and a slow mail server")
    assert took < STOP + 1  # and a second for the interpreter
    assert re.search(r"\b\d{6}\b", mail.text)
    assert len(set(heard)) == len(heard)


async def test_a_stop_waits_for_no_database_that_hangs_and_loses_nothing(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        bot = sandbox.world.bot("KnltBot", TOKEN)
        environment = _environment(sandbox, tmp_path)
        lan = sandbox.world.person("Lan")
        async with started(environment, tmp_path) as process:
            await _says(process, "running")
            with closing(sqlite3.connect(tmp_path / "knlt.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")  # whoever wants to write waits for this one
                lan.opens(bot)
                async with aiohttp.ClientSession() as session:  # the update is there by then
                    await session.get(f"http://{environment['LISTEN']}/healthz")
                began = time.monotonic()
                process.send_signal(signal.SIGTERM)
                status, said = await _ends(process)
                took = time.monotonic() - began
        async with started(environment, tmp_path) as process:
            await lan.waits_for("Kính chào quý cơ sở", within=PATIENCE)
            await _stops(process)

    assert status == 0, said
    assert took < STOP + 1


async def test_the_way_in_is_closed_before_the_loops_have_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = asyncio.Event()
    async with staging(tmp_path, own_desk=False) as stage, running(stage.app, "all") as service:

        async def finish(*_: object) -> None:
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", service.port)
            refused.set()

        monkeypatch.setattr(type(stage.app.deliverer), "finish", finish)

    assert refused.is_set()


def _conflicts(bot: Bot) -> int:
    return sum("409" in (call.error or "") for call in bot.calls)


async def test_one_of_two_processes_polls_and_the_other_takes_over(
    postgres_url: str, tmp_path: Path
) -> None:
    async with Sandbox() as sandbox:
        bot = sandbox.world.bot("KnltBot", TOKEN)
        first = _environment(sandbox, tmp_path, DATABASE_URL=postgres_url)
        second = first | {"LISTEN": f"127.0.0.1:{_free_port()}"}
        people = [sandbox.world.person(f"Người {n}") for n in range(2)]
        async with started(first, tmp_path) as one:
            await _says(one, "polling")
            async with started(second, tmp_path) as two:
                await _says(two, "running")
                people[0].opens(bot)
                await people[0].waits_for("Kính chào", within=PATIENCE)
                began = time.monotonic()
                one.kill()
                people[1].opens(bot)
                await people[1].waits_for("Kính chào", within=PATIENCE)
                took = time.monotonic() - began
        epoch = await _figure(postgres_url, "SELECT epoch FROM polling")

    print(f"taken over in {took:.1f} s after a kill")
    assert took < 30
    assert _conflicts(bot) == 0
    assert epoch == 2
