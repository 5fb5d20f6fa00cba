"""`knlt run` as the crash loop starts it: on the shared clock, without Telegram's pace, and with a
failpoint at which it kills itself.

Leases and sweeps are shorter than in earnest, so that a crash costs the run seconds, not minutes.
"""

import asyncio
import json
import os
import signal
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot import logs
from bot.intake import Intake
from bot.run import Role, Service, migrate_if_new, running
from bot.settings import load_settings
from bot.wiring import App, building, prepare
from core.limits import UNLIMITED
from core.messages import Address, Message, Text
from core.ports import Capabilities, Courier, InboxRow, Mail, Messenger, Postbox, Store, Transaction
from handlers import worker
from handlers.incoming import Incoming
from handlers.worker import Parse
from scheduler import delivery, presence, ticker
from storage.engine import DatabaseUnavailable
from tests.crash.shared_clock import SharedClock

LEASE = timedelta(seconds=8)
LIFE, BEAT = timedelta(seconds=4), 1.0
SWEEP = 2  # seconds
REST = timedelta(seconds=4)
TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h

# Where a process can be told to die: in an open transaction, right after a commit, and right after
# a message or a mail has left, before that is recorded.
POINTS = ("before commit", "after commit", "after message", "after mail")


@dataclass(slots=True)
class Failpoint:
    """Kills this process when `name` is reached for the `left`-th time.

    Or each time that it reads an update with `poison` in it.
    """

    name: str = ""
    left: int = 0
    poison: str = ""

    def reached(self, name: str) -> None:
        """Count; die when it is time, as by kill -9."""
        if name == self.name:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def before(self, parse: Parse) -> Parse:
        """Stand before what reads updates."""

        def read(row: InboxRow) -> Incoming | None:
            if self.poison and self.poison.encode() in row.payload:
                os.kill(os.getpid(), signal.SIGKILL)
            return parse(row)

        return read


@dataclass(frozen=True, slots=True)
class Diary:
    """Notes in a file of all processes who is about to send where, even if it is their last act."""

    file: int

    @classmethod
    def opened(cls, path: Path) -> "Diary":
        """Open the file, or make it."""
        return cls(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND))

    def note(self, where: str) -> None:
        """Note the moment by the clock of all event loops of the machine."""
        moment = asyncio.get_running_loop().time()
        os.write(self.file, json.dumps([moment, where, os.getpid()]).encode() + b"\n")


@dataclass(slots=True)
class FrailStore:
    """A store whose process may die at either side of a commit."""

    store: Store
    failpoint: Failpoint

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        async with self.store.begin() as tx:
            yield tx
            self.failpoint.reached("before commit")
        self.failpoint.reached("after commit")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        async with self.store.read() as tx:
            yield tx


@dataclass(slots=True)
class FrailMessenger:
    """A messenger whose process may die when a message has left."""

    messenger: Messenger
    failpoint: Failpoint
    diary: Diary

    @property
    def capabilities(self) -> Capabilities:
        return self.messenger.capabilities

    @capabilities.setter
    def capabilities(self, value: Capabilities) -> None:
        self.messenger.capabilities = value

    async def send(self, address: Address, message: Message, locale: str) -> str:
        self.diary.note(address.lane)
        sent = await self.messenger.send(address, message, locale)
        self.failpoint.reached("after message")
        return sent

    async def edit(self, address: Address, message_id: str, message: Message, locale: str) -> None:
        await self.messenger.edit(address, message_id, message, locale)
        self.failpoint.reached("after message")

    async def delete(self, address: Address, message_id: str) -> None:
        await self.messenger.delete(address, message_id)

    async def acknowledge(self, press_id: str, notice: str | None, *, alert: bool) -> None:
        await self.messenger.acknowledge(press_id, notice, alert=alert)


@dataclass(slots=True)
class NotedCourier:
    """A courier of files that notes what it sends."""

    courier: Courier
    diary: Diary

    async def download(self, file_id: str, limit: int) -> bytes:
        return await self.courier.download(file_id, limit)

    async def send_file(
        self, address: Address, name: str, content: bytes, caption: Sequence[Text], locale: str
    ) -> str:
        self.diary.note(address.lane)
        return await self.courier.send_file(address, name, content, caption, locale)

    async def send_photo(
        self, address: Address, name: str, content: bytes, caption: Sequence[Text], locale: str
    ) -> str:
        self.diary.note(address.lane)
        return await self.courier.send_photo(address, name, content, caption, locale)

    async def show_working(self, address: Address) -> None:
        await self.courier.show_working(address)


@dataclass(slots=True)
class FrailPostbox:
    """A postbox whose process may die when a mail has left."""

    postbox: Postbox
    failpoint: Failpoint
    diary: Diary

    async def send(self, mail: Mail) -> None:
        self.diary.note(mail.message_id)
        await self.postbox.send(mail)
        self.failpoint.reached("after mail")


async def work(
    role: Role, clock_file: Path, failpoint: Failpoint, diary: Diary, ready: Callable[[], None]
) -> int:
    """Run until SIGTERM, or until the failpoint is reached; give the exit status.

    A start while the database is away ends with TRY_AGAIN, and is tried again by whoever keeps the
    service.
    """
    delivery.LEASE = LEASE
    presence.LIFE, presence.BEAT = LIFE, BEAT
    ticker.SWEEP = SWEEP
    worker.REST = REST
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    settings = load_settings(None)
    logs.set_up(settings.log_format, settings.log_level)
    async with AsyncExitStack() as stack:
        clock = SharedClock(clock_file)
        try:
            await migrate_if_new(settings)
            app = await stack.enter_async_context(
                building(settings, clock, limits=UNLIMITED, patient=True)
            )
            await prepare(app)
            service = await stack.enter_async_context(_frail(app, role, failpoint, diary))
        except DatabaseUnavailable:
            traceback.print_exc()
            return TRY_AGAIN
        ready()
        await service.until(stop)
    return 0


@asynccontextmanager
async def _frail(
    app: App, role: Role, failpoint: Failpoint, diary: Diary
) -> AsyncIterator[Service]:
    """Run the program with its failpoints and its diary in place."""
    store = FrailStore(app.store, failpoint)
    app.worker.store = app.deliverer.store = app.ticker.store = store
    app.presence.store = store
    app.worker.parse = {name: failpoint.before(each) for name, each in app.worker.parse.items()}
    app.intake = Intake(store, app.clock)
    app.deliverer.messengers = {
        name: FrailMessenger(gateway, failpoint, diary) for name, gateway in app.gateways.items()
    }
    app.deliverer.postbox = FrailPostbox(app.postbox, failpoint, diary)
    if app.deliverer.files is not None:
        app.deliverer.files.couriers = {
            name: NotedCourier(gateway, diary) for name, gateway in app.gateways.items()
        }
    async with running(app, role) as service:
        yield service
