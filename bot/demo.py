"""`knlt demo`: the whole program on the sandbox, live, with a page to play on. Loopback only."""

import asyncio
import os
import signal
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

from bot import logs
from bot.menus import set_menus
from bot.poster.poster import poster_pdf
from bot.poster.qr import qr_png, qr_svg
from bot.poster.wording import poster_wording
from bot.run import Service, running
from bot.samples import FIRST_DAY, tell_samples
from bot.stage import Stage, staging
from bot.texts.catalogue import Catalogue
from core.calendar import WorkingCalendar
from core.limits import Limits
from core.messages import text
from core.ticket import place_payload
from sandbox.page import Page, Scene

START = datetime.fromisoformat("2026-02-09T08:30:00+07:00")  # Monday, a week before Tết
PLACE = "bo-phan-mot-cua"
UNLISTED = "Đặng Hoài Nam"  # in the group, but not on the staff list: what they press is refused
MORNING = time(8)
WAITING_SEEN = 50  # registrations, the nearest due day first
LONG_HOLIDAY = 7  # days in a row: Tết alone is as long


async def demo(port: int, *, empty: bool = False) -> None:
    """Run the demo until Ctrl-C; its page listens on `port` of 127.0.0.1, 0 for a free one.

    Raises OSError if the port is taken.
    """
    logs.set_up("text", "error")  # what is worth seeing is on the page
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    page = Page()
    await page.start(port)
    try:
        print(
            "THỬ NGHIỆM: a demo; nobody real is written to, nothing is kept.\n"
            f"  {page.url}\n"
            "Ctrl-C ends it.",
            flush=True,
        )
        _open_browser(page.url)
        while not stop.is_set():
            async with playing(page, empty=empty) as play:
                await play.until(stop)
                empty = play.next_empty
    finally:
        await page.stop()


@asynccontextmanager
async def playing(
    page: Page, *, empty: bool, limits: Limits | None = None
) -> AsyncIterator["Play"]:
    """Set the stage, let the samples happen on it unless `empty`, run the program, show it.

    `limits` None keeps Telegram's pace, on both sides.
    """
    with tempfile.TemporaryDirectory(prefix="knlt-demo-") as folder:
        start = START if empty else FIRST_DAY
        async with staging(Path(folder), start, limits=limits) as stage:
            stage.sandbox.world.limits.on = False
            await set_menus(stage.app.gateways, stage.app.policy)
            directors = [stage.director]
            if not empty:
                directors += await tell_samples(stage, until=START)
            newcomer = stage.group.member(UNLISTED)
            stage.sandbox.world.limits.on = limits is None
            stage.clock.run()
            async with running(stage.app, "all") as service:
                play = Play(stage, service)
                page.show(
                    Scene(
                        stage.sandbox,
                        play,
                        stage.bot,
                        stage.desk,
                        stage.group,
                        directors,
                        [stage.lead, stage.officer, newcomer],
                        play.link,
                    )
                )
                try:
                    yield play
                finally:
                    page.show(None)


@dataclass(slots=True)
class Play:
    """The running program as the page knows it: `sandbox.page.Program`."""

    stage: Stage
    service: Service
    next_empty: bool = False
    _restart: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def link(self) -> str:
        """What the QR code of the poster holds."""
        return f"https://t.me/{self.stage.bot.username}?start={place_payload(PLACE)}"

    async def until(self, stop: asyncio.Event) -> None:
        """Wait until the demo is to stop or to begin anew; raise what broke the program."""
        over = asyncio.Event()
        watching = [asyncio.create_task(_set_after(one, over)) for one in (stop, self._restart)]
        try:
            await self.service.until(over)
        finally:
            for task in watching:
                task.cancel()

    async def clock_moved(self) -> None:
        """Tick at once, and let the loops see what has become due."""
        await self.stage.app.ticker.sweep()
        self.service.wake()

    async def jumps(self) -> Mapping[str, datetime]:
        """Return the moments worth moving to."""
        async with self.stage.app.store.read() as tx:
            calendar = await tx.calendar.load()
            waiting = await tx.registrations.open_by_due(WAITING_SEEN)
        now = self.stage.clock.now()
        moments: dict[str, datetime | None] = {}
        if calendar is not None:
            moments["morning"] = self._next_morning(calendar, now)
            moments["after_tet"] = self._after_tet(calendar, now)
            if waiting:
                moments["due"] = self._at(waiting[0].due)
                moments["expiry"] = self._at(calendar.next_working_day(waiting[0].due))
        return {name: at for name, at in moments.items() if at is not None and at > now}

    def paper(self, name: str) -> bytes | None:
        """Return the poster or its code."""
        return _papers(self.stage.app.catalogue, self.link, self.stage.app.policy.working_days).get(
            name
        )

    def restart(self, *, empty: bool) -> None:
        """End this play; the next begins with samples or `empty`."""
        self.next_empty = empty
        self._restart.set()

    def _at(self, day: date) -> datetime:
        return datetime.combine(day, MORNING, self.stage.app.policy.tz)

    def _next_morning(self, calendar: WorkingCalendar, now: datetime) -> datetime:
        today = now.astimezone(self.stage.app.policy.tz).date()
        if calendar.is_working_day(today) and now < self._at(today):
            return self._at(today)
        return self._at(calendar.next_working_day(today))

    def _after_tet(self, calendar: WorkingCalendar, now: datetime) -> datetime | None:
        day = now.astimezone(self.stage.app.policy.tz).date()
        while day <= calendar.known_until:
            back = calendar.next_working_day(day)
            if (back - day).days > LONG_HOLIDAY:
                return self._at(back)
            day = back
        return None


async def _set_after(one: asyncio.Event, other: asyncio.Event) -> None:
    await one.wait()
    other.set()


@cache
def _papers(catalogue: Catalogue, link: str, days: int) -> Mapping[str, bytes]:
    return {
        "qr.svg": qr_svg(link),
        "qr.png": qr_png(link),
        "poster-vi.pdf": _poster(catalogue, link, "vi", days),
        "poster-en.pdf": _poster(catalogue, link, "en", days),
    }


def _poster(catalogue: Catalogue, link: str, language: str, days: int) -> bytes:
    wording = poster_wording(
        lambda key, **values: catalogue.plain(text(key, **values), language),
        language=language,
        support=catalogue.plain(text("poster-support-address"), language),
        days=days,
        place=PLACE,
    )
    return poster_pdf(link, wording)


def _open_browser(url: str) -> None:
    """Show the page to somebody who sits before a desktop; elsewhere the address is enough."""
    desktop = sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if desktop and sys.stdout.isatty():
        webbrowser.open(url)
