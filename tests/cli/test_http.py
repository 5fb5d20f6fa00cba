"""The program's web server: what health, readiness and metrics answer."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from bot.clock import SystemClock
from bot.http import Figures, create_app, exposition, serving

NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)
FIGURES = Figures(
    now=NOW,
    inbox_waiting=3,
    inbox_oldest=NOW - timedelta(seconds=90),
    inbox_parked=1,
    outbox_waiting=2,
    outbox_oldest=NOW - timedelta(seconds=7.5),
    outbox_failed=4,
    last_tick=NOW - timedelta(seconds=1),
    sends={("public", "sent"): 12, ("mail", "retry"): 1},
    places={"quay-1": 5, 'a"b\n': 1},
)


async def fine() -> Sequence[str]:
    return ()


async def figures() -> Figures:
    return FIGURES


@asynccontextmanager
async def running(**parts: Any) -> AsyncIterator[aiohttp.ClientSession]:
    app = create_app(**{"alive": fine, "ready": fine, "figures": figures, **parts})
    async with (
        serving(app, "127.0.0.1", 0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
    ):
        yield client


async def answer(client: aiohttp.ClientSession, path: str) -> tuple[int, str]:
    async with client.get(path) as response:
        return response.status, await response.text()


def samples(of: Figures) -> dict[tuple[str, ...], float]:
    text = exposition(of).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_all_is_well() -> None:
    async with running() as client:
        assert await answer(client, "/healthz") == (200, "ok\n")
        assert await answer(client, "/readyz") == (200, "ok\n")


@pytest.mark.parametrize(("path", "part"), [("/healthz", "alive"), ("/readyz", "ready")])
async def test_what_is_wrong_is_said(path: str, part: str) -> None:
    async def wrong() -> Sequence[str]:
        return ["the ticker stands still", "migrations are not at head"]

    async with running(**{part: wrong}) as client:
        assert await answer(client, path) == (
            503,
            "the ticker stands still\nmigrations are not at head\n",
        )


@pytest.mark.parametrize(("path", "part"), [("/healthz", "alive"), ("/readyz", "ready")])
async def test_a_check_that_raises_tells_its_kind_and_no_detail(path: str, part: str) -> None:
    async def broken() -> Sequence[str]:
        raise ConnectionError("postgresql://knlt:canary@db")

    async with running(**{part: broken}) as client:
        assert await answer(client, path) == (503, "the check failed: ConnectionError\n")


async def test_a_check_that_hangs_is_given_up() -> None:
    async def hanging() -> Any:
        await asyncio.Event().wait()

    async with running(ready=hanging, figures=hanging, patience=0.01) as client:
        assert await answer(client, "/readyz") == (503, "the check failed: TimeoutError\n")
        assert await answer(client, "/metrics") == (503, "no figures\n")


async def test_metrics_are_what_prometheus_reads() -> None:
    async with running() as client, client.get("/metrics") as response:
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/plain; version=")
        assert await response.read() == exposition(FIGURES)


def test_every_figure_is_shown() -> None:
    assert samples(FIGURES) == {
        ("knlt_inbox_waiting",): 3,
        ("knlt_inbox_oldest_seconds",): 90,
        ("knlt_inbox_parked",): 1,
        ("knlt_outbox_waiting",): 2,
        ("knlt_outbox_oldest_seconds",): 7.5,
        ("knlt_outbox_failed",): 4,
        ("knlt_last_tick_timestamp_seconds",): NOW.timestamp() - 1,
        ("knlt_sends_total", "public", "sent"): 12,
        ("knlt_sends_total", "mail", "retry"): 1,
        ("knlt_scans_total", "quay-1"): 5,
        ("knlt_scans_total", 'a"b\n'): 1,
    }


def test_nothing_waiting_has_no_age_and_no_tick_no_moment() -> None:
    quiet = samples(replace(FIGURES, inbox_oldest=None, outbox_oldest=None, last_tick=None))

    assert quiet["knlt_inbox_oldest_seconds",] == quiet["knlt_outbox_oldest_seconds",] == 0
    assert ("knlt_last_tick_timestamp_seconds",) not in quiet


def test_a_clock_that_was_set_back_makes_no_negative_age() -> None:
    early = replace(FIGURES, now=NOW - timedelta(hours=1))

    assert samples(early)["knlt_inbox_oldest_seconds",] == 0


async def test_the_wiring_adds_routes_of_its_own() -> None:
    async def webhook(request: web.Request) -> web.Response:
        return web.Response(text=await request.text())

    async with (
        running(routes=[web.post("/telegram/public", webhook)]) as client,
        client.post("/telegram/public", data="{}") as response,
    ):
        assert await response.text() == "{}"


async def test_a_request_that_hangs_does_not_keep_the_server_from_closing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arrived, given_up = asyncio.Event(), asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        arrived.set()
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()
        return web.Response()

    monkeypatch.setattr("bot.http.CLOSING", 0.01)
    route = web.get("/hangs", hang)
    app = create_app(alive=fine, ready=fine, figures=figures, routes=[route])
    async with asyncio.timeout(5), aiohttp.ClientSession() as client:
        async with serving(app, "127.0.0.1", 0) as port:
            asking = asyncio.create_task(answer(client, f"http://127.0.0.1:{port}/hangs"))
            await arrived.wait()
        await given_up.wait()
        with pytest.raises(aiohttp.ClientConnectionError):
            await asking


async def test_two_servers_share_nothing() -> None:
    async def bad() -> Sequence[str]:
        return ["no"]

    async with running() as one, running(ready=bad) as other:
        assert (await answer(one, "/readyz"))[0] == 200
        assert (await answer(other, "/readyz"))[0] == 503


async def test_a_port_in_use_is_an_os_error() -> None:
    app = create_app(alive=fine, ready=fine, figures=figures)
    again = create_app(alive=fine, ready=fine, figures=figures)
    async with serving(app, "127.0.0.1", 0) as port:
        with pytest.raises(OSError, match="address already in use"):
            async with serving(again, "127.0.0.1", port):
                pass


def test_the_system_clock_is_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
