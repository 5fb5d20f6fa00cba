"""The whole program on a stage of its own: sandbox, database file, people; for demo, play, tests.

Nothing runs by itself: `settle` takes every step there is to take, so that a story told on the
stage is the same each time.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import aiohttp
from pydantic import SecretStr

from bot.settings import Listen, Mailbox, Settings, SmtpServer
from bot.telegram.poller import Poller
from bot.vault import new_key
from bot.wiring import PUBLIC, STAFF, App, building, prepare
from core.limits import UNLIMITED, Limits
from sandbox import Bot, Group, Mail, Person, Sandbox, SandboxClock
from storage.migrate import upgrade

PUBLIC_TOKEN = "1000001:" + "p" * 35
STAFF_TOKEN = "1000002:" + "s" * 35
OFFICE = Mailbox("no-reply@soyte.example.vn", "Sở Y tế Hà Nội")

Sdk = Literal["aiogram", "ptb"]
ROUNDS = 1000  # far more than any story needs: a program that never comes to rest is at fault


@dataclass(slots=True)
class Stage:
    """Everybody and everything in the story.

    - `bot` is the facilities', `desk` the officers': the same one unless a staff token is used.
    - `lead` is on the staff list from the start, `officer` once the lead has added them.
    """

    sandbox: Sandbox
    app: App
    pollers: list[Poller]
    bot: Bot
    desk: Bot
    group: Group
    lead: Person
    officer: Person
    director: Person

    @property
    def clock(self) -> SandboxClock:
        """The one clock of the program and of the sandbox."""
        return self.sandbox.clock

    async def settle(self) -> None:
        """Let everything happen that has a reason to happen at this moment."""
        for _ in range(ROUNDS):
            if not await self._round():
                return
        raise AssertionError("the program does not come to rest")

    async def moves(self, to: datetime | timedelta) -> None:
        """Move the clock to a moment, or by some time, tick once and settle."""
        if isinstance(to, timedelta):
            self.clock.shift(to)
        else:
            self.clock.set(to)
        await self.app.ticker.sweep()
        await self.settle()

    def mails_to(self, address: str) -> list[Mail]:
        """Give the mails that arrived for an address, oldest first."""
        return self.sandbox.inbox.mails_to(address)

    async def _round(self) -> int:
        fetched = [await poller.poll_once() for poller in self.pollers]
        handled = await self.app.worker.run_once()
        sent = await self.app.deliverer.chat_round() + await self.app.deliverer.mail_round()
        return sum(fetched) + handled + sent


@asynccontextmanager
async def staging(
    folder: Path,
    start: datetime | None = None,
    *,
    database_url: str | None = None,
    own_desk: bool = True,
    public_sdk: Sdk = "aiogram",
    staff_sdk: Sdk = "ptb",
    limits: Limits | None = UNLIMITED,
    frozen: bool = True,
    undo_seconds: int = 120,
    mail_daily_cap: int = 400,
    email_code: bool = True,
    port: int = 0,
) -> AsyncIterator[Stage]:
    """Set the stage in `folder`, with the clock at `start`.

    With `own_desk` the officers have a bot of their own. `limits` None keeps Telegram's pace.
    """
    async with AsyncExitStack() as stack:
        clock = SandboxClock(start, frozen=frozen)
        sandbox = await stack.enter_async_context(
            Sandbox(clock=clock, limits=limits is None, api_port=port)
        )
        url = database_url or f"sqlite+aiosqlite:///{folder / 'stage.db'}"
        await upgrade(url)
        bot = sandbox.world.bot("KnltHaNoiBot", PUBLIC_TOKEN, name="Đăng ký KNLT")
        desk = (
            sandbox.world.bot("KnltCanBoBot", STAFF_TOKEN, name="KNLT cán bộ") if own_desk else bot
        )
        lead = sandbox.world.person("Lê Thu Hồng")
        officer = sandbox.world.person("Trần Văn Minh")
        director = sandbox.world.person("Nguyễn Thị Lan")
        group = sandbox.world.group("Tổ KNLT", admins=[lead], members=[officer], bots=[desk])
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            public_token=SecretStr(PUBLIC_TOKEN),
            staff_token=SecretStr(STAFF_TOKEN) if own_desk else None,
            public_sdk=public_sdk,
            staff_sdk=staff_sdk,
            telegram_api=sandbox.api_url,
            staff_chat=str(group.id),
            staff_leads=(f"tg:{lead.id}",),
            database_url=SecretStr(url),
            smtp_url=SmtpServer("127.0.0.1", sandbox.mail_server.port),
            mail_from=OFFICE,
            secret_keys=(SecretStr(new_key()),),
            undo_seconds=undo_seconds,
            mail_daily_cap=mail_daily_cap,
            email_code=email_code,
            listen=Listen("127.0.0.1", 0),
        )
        app = await stack.enter_async_context(
            building(settings, clock, limits=limits, strict_texts=True)
        )
        await prepare(app)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        tokens = {PUBLIC: PUBLIC_TOKEN, STAFF: STAFF_TOKEN}
        pollers = [
            Poller(session, app.intake.put, bot=name, token=tokens[name], api=sandbox.api_url)
            for name in app.gateways
        ]
        yield Stage(sandbox, app, pollers, bot, desk, group, lead, officer, director)
