"""`knlt run`: starts the loops, the way in and the web server, and takes them down in order.

Stopping first closes the way in, and lets each loop finish what it holds; what is not finished
within ten seconds is left to the next start, which loses nothing.
"""

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator, Coroutine, Sequence, Set
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal, TypeVar

import aiohttp
import structlog
from aiohttp import web

from bot.check import blocking_problems
from bot.http import Figures, create_app, serving
from bot.loops import GLANCE, RARE_GLANCE, Loop
from bot.menus import set_menus
from bot.patience import patiently
from bot.settings import Settings, SettingsProblem
from bot.telegram import webhook
from bot.telegram.poller import Poller
from bot.wiring import PUBLIC, STAFF, App, building, prepare
from core.ports import Clock
from core.usecases.staff_group import CHAT
from scheduler.presence import BEAT
from scheduler.ticker import SWEEP
from storage.engine import DatabaseUnavailable
from storage.migrate import current, is_at_head, upgrade

log = structlog.get_logger()

Role = Literal["all", "web", "worker"]
T = TypeVar("T")
STOP = 10.0  # seconds a stop may take in all
PATIENCE = 8.0  # seconds of them for what is under way when it begins
IDLE = 10.0  # seconds until a loop that knows of nothing to come looks again
GOODBYE = 1.0  # seconds for the last word to the database
SILENCE = timedelta(seconds=4 * SWEEP)  # a ticker that is quiet for longer is broken
FAILURES_SHOWN = timedelta(days=1)


async def run(settings: Settings, clock: Clock, role: Role) -> None:
    """Run until SIGTERM or SIGINT. Raises `SettingsProblem` with what keeps it from starting."""
    missing = settings.missing_for_run()
    if missing:
        raise SettingsProblem(missing)
    await migrate_if_new(settings)
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def begin_to_stop() -> None:
        stop.set()
        loop.call_later(STOP, _end)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, begin_to_stop)
    async with AsyncExitStack() as stack:
        app = await _unless(stop, _start(stack, settings, clock))
        if app is None:
            log.info("stopped_before_the_start")
            return
        async with running(app, role) as service:
            log.info("running", role=role, port=service.port)
            await service.until(stop)
            log.info("stopping")
    log.info("stopped")


def _end() -> None:
    """End as a kill would: a transaction in a database that hangs cannot even be cancelled."""
    log.warning("stopped_unfinished")
    os._exit(0)


async def _start(stack: AsyncExitStack, settings: Settings, clock: Clock) -> App:
    app = await stack.enter_async_context(building(settings, clock, patient=True))
    problems = await blocking_problems(app)
    if problems:
        raise SettingsProblem(problems)
    await prepare(app)
    await set_menus(app.gateways, app.policy)
    await _say_how_to_bind(app)
    return app


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """Do something, or drop it as soon as `stop` is set and give None."""
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        return None
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


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
        self.app.presence.wake()
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
    app.presence.listeners.append(_Company(app, loops).heard)
    started = app.clock.now()
    async with AsyncExitStack() as stack:
        ways_in = [] if role == "worker" else await _ways_in(app, stack)
        await app.presence.enter(
            delivers=bool(loops), polls=bool(ways_in), alone=not app.store.shared
        )
        stack.push_async_callback(_leave, app)
        site = create_app(
            alive=lambda: _alive(app, started, loops),
            ready=lambda: _ready(app),
            figures=lambda: _figures(app),
            routes=_webhooks(app) if role != "worker" else (),
        )
        door = await stack.enter_async_context(AsyncExitStack())
        port = await door.enter_async_context(serving(site, *app.settings.listen))
        calm_garbage_collector()
        if loops:
            await app.worker.beware()
            app.ticker.start()
        service = Service(app, port, loops)
        service.tasks += [asyncio.create_task(poller.run()) for poller in ways_in]
        service.tasks.append(asyncio.create_task(app.presence.run()))
        if app.store.bell is not None:
            service.tasks.append(asyncio.create_task(app.store.bell.run()))
        working = [asyncio.create_task(loop.run(), name=loop.name) for loop in loops]
        service.tasks += working
        try:
            yield service
        finally:
            app.ticker.stop()
            await asyncio.gather(door.aclose(), _stop(app, service.tasks, loops, working))


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
        if not app.presence.sure():
            return BEAT
        async with app.store.read() as tx:
            now, limits = app.clock.now(), app.deliverer.limits
            due = await tx.outbox.next_due(now, mail=False, limits=limits)
        if due is None:
            return IDLE
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
            url = f"{settings.public_url}/telegram/{name}"
            await patiently(partial(gateway.client.set_webhook, url, secret))
        return []
    app.intake.guard = app.presence.guard
    session = await stack.enter_async_context(aiohttp.ClientSession())
    tokens = {PUBLIC: settings.public_token, STAFF: settings.staff_token}
    return [
        Poller(
            session,
            app.intake.put,
            bot=name,
            token=token.get_secret_value(),
            api=settings.telegram_api,
            turns=app.presence,
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


@dataclass(slots=True)
class _Company:
    """What it means for a process how many others there are."""

    app: App
    loops: Sequence[Loop]
    senders: int = 0

    def heard(self, senders: int, new: bool) -> None:
        self.app.deliverer.pace.share(senders, new=new)
        if senders < self.senders:  # what the one that is gone held is free
            for loop in self.loops:
                loop.wake()
        self.senders = senders


async def _leave(app: App) -> None:
    try:
        async with asyncio.timeout(GOODBYE):
            await app.presence.leave()
    except Exception as error:
        log.warning("left_without_a_word", reason=type(error).__name__)


async def _stop(
    app: App,
    tasks: Sequence[asyncio.Task[None]],
    loops: Sequence[Loop],
    working: Sequence[asyncio.Task[None]],
) -> None:
    for task in set(tasks) - set(working):
        task.cancel()
    for loop in loops:
        loop.stop()
    app.deliverer.stop()
    if working:
        began = asyncio.get_running_loop().time()
        await asyncio.wait(working, timeout=PATIENCE)
        left = PATIENCE - (asyncio.get_running_loop().time() - began)
        with suppress(DatabaseUnavailable):
            await app.deliverer.finish(max(0.0, left))
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
