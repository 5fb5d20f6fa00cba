"""The program's own web server: its health, its figures, and the webhooks the wiring adds."""

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

log = structlog.get_logger()

PATIENCE = 5.0  # seconds a check may take; whoever asks gives up about then
CLOSING = 1.0  # seconds for the requests under way at the end; aiohttp waits that long twice

Check = Callable[[], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What /metrics shows, as of `now`; moments are aware, None where there is nothing yet.

    `sends` counts since the start, by channel ("public", "staff", "zalo", "mail") and outcome
    ("sent" or a `Fault`). `places` are the scans of each poster code.
    """

    now: datetime
    inbox_waiting: int
    inbox_oldest: datetime | None
    inbox_parked: int
    outbox_waiting: int
    outbox_oldest: datetime | None
    outbox_failed: int
    last_tick: datetime | None
    sends: Mapping[tuple[str, str], int]
    places: Mapping[str, int]


def create_app(
    *,
    alive: Check,
    ready: Check,
    figures: Callable[[], Awaitable[Figures]],
    routes: Iterable[web.RouteDef] = (),
    patience: float = PATIENCE,
) -> web.Application:
    """Build the application. `alive` and `ready` return what is wrong, one phrase each.

    A check that raises, or takes longer than `patience` seconds, counts as wrong.
    """

    async def healthz(_: web.Request) -> web.Response:
        return await _answer(alive, patience)

    async def readyz(_: web.Request) -> web.Response:
        return await _answer(ready, patience)

    async def metrics(_: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(patience):
                body = exposition(await figures())
        except Exception:
            log.exception("no_figures")
            return web.Response(status=503, text="no figures\n")
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    app.router.add_routes(routes)
    return app


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve until left; gives the port, which port 0 leaves to the system. Raises OSError."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSING)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def exposition(figures: Figures) -> bytes:
    """Word figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Snapshot(figures))
    return generate_latest(registry)


async def _answer(check: Check, patience: float) -> web.Response:
    try:
        async with asyncio.timeout(patience):
            wrong = await check()
    except Exception as error:
        log.exception("check_failed")
        wrong = [f"the check failed: {type(error).__name__}"]
    if wrong:
        return web.Response(status=503, text="".join(f"{phrase}\n" for phrase in wrong))
    return web.Response(text="ok\n")


class _Snapshot(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Give every family of figures, for one scrape."""
        figures = self._figures
        gauges = {
            "inbox_waiting": ("Updates not processed yet.", figures.inbox_waiting),
            "inbox_oldest_seconds": ("Age of the oldest.", self._age(figures.inbox_oldest)),
            "inbox_parked": ("Updates given up.", figures.inbox_parked),
            "outbox_waiting": ("Messages that could be sent now.", figures.outbox_waiting),
            "outbox_oldest_seconds": ("Age of the oldest.", self._age(figures.outbox_oldest)),
            "outbox_failed": ("Messages given up.", figures.outbox_failed),
        }
        if figures.last_tick is not None:
            seconds = figures.last_tick.timestamp()
            gauges["last_tick_timestamp_seconds"] = ("When the ticker last ran.", seconds)
        for name, (about, value) in gauges.items():
            yield GaugeMetricFamily(f"knlt_{name}", about, value)

        sends = CounterMetricFamily(
            "knlt_sends", "Sendings since the start.", labels=("channel", "outcome")
        )
        for (channel, outcome), count in sorted(figures.sends.items()):
            sends.add_metric((channel, outcome), count)
        yield sends

        scans = CounterMetricFamily("knlt_scans", "Scans of a poster code.", labels=("place",))
        for place, count in sorted(figures.places.items()):
            scans.add_metric((place,), count)
        yield scans

    def _age(self, since: datetime | None) -> float:
        return 0.0 if since is None else max(0.0, (self._figures.now - since).total_seconds())
