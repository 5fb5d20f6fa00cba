"""The ticker: APScheduler really calls the jobs, and one that fails stops no other."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.stage import Stage
from scheduler import ticker as module
from scheduler.ticker import Ticker
from tests.handlers.cases import hands_in


async def test_apscheduler_calls_the_sweep_and_the_chores(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept, tidied = asyncio.Event(), asyncio.Event()

    async def sweep(_: Ticker) -> None:
        swept.set()

    async def chores(_: Ticker) -> None:
        tidied.set()

    monkeypatch.setattr(module, "SWEEP", 0.01)
    monkeypatch.setattr(module, "CHORES", 0.01)
    monkeypatch.setattr(Ticker, "sweep", sweep)
    monkeypatch.setattr(Ticker, "chores", chores)
    ticker = Ticker(stage.app.store, stage.clock, stage.app.policy)
    ticker.start()
    try:
        async with asyncio.timeout(5):
            await swept.wait()
            await tidied.wait()
    finally:
        ticker.stop()


async def test_stopping_what_was_never_started_is_no_error(stage: Stage) -> None:
    Ticker(stage.app.store, stage.clock, stage.app.policy).stop()


@pytest.mark.parametrize("broken", ["expire_due", "send_digest", "remind_drafts", "forget_drafts"])
async def test_one_failing_job_stops_no_other_and_is_logged(
    desk: Stage, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    case = await hands_in(desk)
    desk.clock.set((await case.stored()).reopens_at + timedelta(hours=8))

    async def fails(*args: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(module, broken, fails)
    before = desk.app.ticker.beat
    with capture_logs() as lines:
        await desk.app.ticker.sweep()
    await desk.settle()

    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["job_failed"]
    expired = (await case.stored()).status == "expired"
    digest = any("☀️" in m.text for m in desk.group.messages)
    assert (expired, digest) == (broken != "expire_due", broken != "send_digest")
    assert desk.app.ticker.beat == before


async def test_the_beat_is_the_last_sweep_that_succeeded(stage: Stage) -> None:
    await stage.app.ticker.sweep()
    assert stage.app.ticker.beat == stage.clock.now()


async def test_the_chores_forget_what_has_served(desk: Stage) -> None:
    await hands_in(desk)
    await desk.moves(timedelta(minutes=1))
    desk.clock.shift(timedelta(days=200))
    with capture_logs() as lines:
        await desk.app.ticker.chores()

    (purged,) = [line for line in lines if line["event"] == "purged"]
    assert purged["outbox"] > 0
    async with desk.app.store.read() as tx:
        assert await tx.outbox.backlog() == (0, None)
