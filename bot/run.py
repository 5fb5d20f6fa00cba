"""`knlt run`: starts the loops, the way in and the web server, and takes them down in order.

Stopping first closes the way in, then lets each loop finish what it holds; what is not finished
within ten seconds is left to the next start, which loses nothing.
"""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Sequence, Set
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import aiohttp
import structlog
from aiohttp import web

from bot.check import blocking_problems
from bot.http import Figures, create_app, serving
from bot.loops import GLANCE, RARE_GLANCE, Loop
from bot.menus import set_menus
from bot.settings import Settings, SettingsProblem
from bot.telegram import webhook
from bot.telegram.poller import Poller
from bot.wiring import PUBLIC, STAFF, App, building, prepare
from core.ports import Clock
from core.usecases.staff_group import CHAT
from scheduler.ticker import SWEEP
from storage.migrate import current, is_at_head, upgrade

log = structlog.get_logger()

Role = Literal["all", "web", "worker"]
PATIENCE = 10.0  # seconds that a clean stop may take
SILENCE = timedelta(seconds=4 * SWEEP)  # a ticker that is quiet for longer is broken
FAILURES_SHOWN = timedelta(days=1)


async def run(settings: Settings, clock: Clock, role: Role) -> None:
    """Run until SIGTERM or SIGINT. Raises `SettingsProblem` with what keeps it from starting."""
    missing = settings.missing_for_run()
    if missing:
        raise SettingsProblem(missing)
    await migrate_if_new(settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with building(settings, clock) as app:
        problems = await blocking_problems(app)
        if problems:
            raise SettingsProblem(problems)
        await prepare(app)
        await set_menus(app.gateways, app.policy)
        await _say_how_to_bind(app)
        async with running(app, role) as service:
            log.info("running", role=role, port=service.port)
            await service.until(stop)
            log.info("stopping")


async def migrate_if_new(settings: Settings) -> None:
    """Set up an empty database; one of an older version is left to `knlt migrate`."""
    url = settings.database_url.get_secret_value()
    if await current(url) is None:
        await upgrade(url)
    elif not await is_at_head(url):
        raise SettingsProblem(["The database is of another version; run: knlt migrate"])


@dataclass(slots=True)
class Service:
    """What runs in the background of one process."""

    app: App
    port: int
    loops: Sequence[Loop] = ()
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def wake(self) -> None:
        """Have every loop look for work at once: time has moved in a way they cannot know."""
        for loop in self.loops:
            loop.wake()

    async def until(self, stop: asyncio.Event) -> None:
        """Wait for `stop`, or for something that should never end; raise what ended it."""
        waiting = asyncio.ensure_future(stop.wait())
        try:
            done, _ = await asyncio.wait(
                [waiting, *self.tasks], return_when=asyncio.FIRST_COMPLETED
            )
            for task in done - {waiting}:
                task.result()
        finally:
            waiting.cancel()


@asynccontextmanager
async def running(app: App, role: Role) -> AsyncIterator[Service]:
    """Run the parts of a role in the background: web takes updates in, worker does the rest."""
    loops = [] if role == "web" else _loops(app)
    app.store.on_commit(lambda put: _wake(loops, put))
    started = app.clock.now()
    async with AsyncExitStack() as stack:
        ways_in = [] if role == "worker" else await _ways_in(app, stack)
        site = create_app(
            alive=lambda: _alive(app, started, loops),
            ready=lambda: _ready(app),
            figures=lambda: _figures(app),
            routes=_webhooks(app) if role != "worker" else (),
        )
        port = await stack.enter_async_context(serving(site, *app.settings.listen))
        calm_garbage_collector()
        if loops:
            app.ticker.start()
        service = Service(app, port, loops)
        service.tasks += [asyncio.create_task(poller.run()) for poller in ways_in]
        if app.store.bell is not None:
            service.tasks.append(asyncio.create_task(app.store.bell.run()))
        working = [asyncio.create_task(loop.run(), name=loop.name) for loop in loops]
        service.tasks += working
        try:
            yield service
        finally:
            app.ticker.stop()
            await _stop(service.tasks, loops, working)


def calm_garbage_collector() -> None:
    """Make full collections rare: the SDKs' many type objects make each one slow.

    Measured: processor time per update falls by about a third (docs/benchmarks.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)


def _loops(app: App) -> list[Loop]:
    async def answer() -> int:
        handled = await app.worker.run_once()
        return handled if app.worker.more else 0

    async def until_due() -> float:
        async with app.store.read() as tx:
            due = await tx.outbox.next_due(app.clock.now(), mail=False)
        if due is None:
            return PATIENCE
        return max(0.01, (due - app.clock.now()).total_seconds())

    def sweep() -> float:
        bell = app.store.bell
        return RARE_GLANCE if bell is not None and bell.hears else GLANCE

    return [
        Loop("inbox", answer, sweep=sweep),
        Loop("chat", app.deliverer.chat_round, until_due, sweep=sweep),
        Loop("mail", app.deliverer.mail_round, sweep=sweep),
    ]


def _wake(loops: Sequence[Loop], put: Set[str]) -> None:
    for loop in loops:
        if loop.name in put:
            loop.wake()


async def _ways_in(app: App, stack: AsyncExitStack) -> list[Poller]:
    """Have webhooks called if the program has a public address; else poll."""
    settings = app.settings
    if settings.public_url and settings.webhook_secret:
        secret = settings.webhook_secret.get_secret_value()
        for name, gateway in app.gateways.items():
            await gateway.client.set_webhook(f"{settings.public_url}/telegram/{name}", secret)
        return []
    session = await stack.enter_async_context(aiohttp.ClientSession())
    tokens = {PUBLIC: settings.public_token, STAFF: settings.staff_token}
    return [
        Poller(
            session,
            app.intake.put,
            bot=name,
            token=token.get_secret_value(),
            api=settings.telegram_api,
        )
        for name, token in tokens.items()
        if token is not None
    ]


def _webhooks(app: App) -> list[web.RouteDef]:
    settings = app.settings
    if not settings.public_url or settings.webhook_secret is None:
        return []
    secret = settings.webhook_secret.get_secret_value()
    return webhook.routes(dict.fromkeys(app.gateways, secret), app.intake.put)


async def _stop(
    tasks: Sequence[asyncio.Task[None]],
    loops: Sequence[Loop],
    working: Sequence[asyncio.Task[None]],
) -> None:
    for task in set(tasks) - set(working):
        task.cancel()
    for loop in loops:
        loop.stop()
    if working:
        await asyncio.wait(working, timeout=PATIENCE)
    for task in working:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _alive(app: App, started: datetime, loops: Sequence[Loop]) -> list[str]:
    beat = app.ticker.beat or started
    quiet = app.clock.now() - beat
    return [f"the ticker has been silent for {quiet}"] if loops and quiet > SILENCE else []


async def _ready(app: App) -> list[str]:
    await app.store.ping()
    return []


async def _figures(app: App) -> Figures:
    now = app.clock.now()
    async with app.store.read() as tx:
        inbox_waiting, inbox_oldest = await tx.inbox.backlog()
        outbox_waiting, outbox_oldest = await tx.outbox.backlog()
        return Figures(
            now=now,
            inbox_waiting=inbox_waiting,
            inbox_oldest=inbox_oldest,
            inbox_parked=await tx.inbox.parked(),
            outbox_waiting=outbox_waiting,
            outbox_oldest=outbox_oldest,
            outbox_failed=await tx.outbox.failures(now - FAILURES_SHOWN),
            last_tick=app.ticker.beat,
            sends=dict(app.sends),
            places=await tx.places.all(),
        )


async def _say_how_to_bind(app: App) -> None:
    async with app.store.read() as tx:
        bound = await tx.facts.get(CHAT)
    if not bound:
        log.warning("no_staff_group", type_in_the_group=f"/ketnoi {app.tools.bind_code}")
