"""Puts the program together from its settings: the one place that knows every part."""

import asyncio
import secrets as random
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

import structlog

from bot.charts import MatplotlibCharts
from bot.intake import Intake
from bot.mail.letters import Letters
from bot.mail.smtp import SmtpPostbox
from bot.patience import patiently
from bot.settings import Settings, SettingsProblem
from bot.sheets import OpenpyxlSheets
from bot.telegram.client import TelegramClient
from bot.telegram.connect import connect
from bot.telegram.gateway import TelegramGateway
from bot.texts import catalogue as texts
from bot.texts.catalogue import Catalogue
from bot.vault import FernetVault
from core.calendar import bundled_calendar
from core.limits import Limits
from core.policy import Policy
from core.ports import Clock, InboxRow, SendFailed
from core.usecases import queue_card
from core.usecases.members import seed_leads
from core.usecases.staff_group import configure_group, staff_address
from handlers.incoming import Incoming
from handlers.turn import Acknowledgement, Tools
from handlers.worker import InboxWorker
from scheduler.delivery import Deliverer
from scheduler.files import Files
from scheduler.presence import Presence
from scheduler.ticker import Ticker
from storage.store import SqlStore

log = structlog.get_logger()

PUBLIC, STAFF = "public", "staff"
BIND_PURPOSE = "bind-group"
BIND_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


@dataclass(slots=True)
class App:
    """A running program's parts, by the name of the bot they belong to where there are several."""

    settings: Settings
    clock: Clock
    policy: Policy
    vault: FernetVault
    catalogue: Catalogue
    store: SqlStore
    gateways: dict[str, TelegramGateway]
    postbox: SmtpPostbox
    tools: Tools
    worker: InboxWorker
    deliverer: Deliverer
    presence: Presence
    ticker: Ticker
    intake: Intake
    sends: Counter[tuple[str, str]] = field(default_factory=Counter)


@asynccontextmanager
async def building(
    settings: Settings,
    clock: Clock,
    *,
    limits: Limits | None = None,
    strict_texts: bool = False,
    patient: bool = False,
) -> AsyncIterator[App]:
    """Build the program and take it down again. Asks each bot who it is, sends nothing.

    `patient` is to ask again as long as there is no answer.
    Raises `SettingsProblem`, `SendFailed` for a token Telegram refuses, and what the store raises.
    """
    if settings.smtp_url is None or settings.mail_from is None:
        raise SettingsProblem(settings.missing_for_run())
    vault = FernetVault([key.get_secret_value() for key in settings.secret_keys])
    catalogue = texts.load(settings.timezone, strict=strict_texts)
    async with AsyncExitStack() as stack:
        store = open_store(settings, vault, clock)
        stack.push_async_callback(store.close)
        gateways = {
            name: TelegramGateway(client, catalogue) for name, client in clients(settings).items()
        }
        for gateway in gateways.values():
            stack.push_async_callback(gateway.client.close)
        usernames = {
            name: await _username(gateway.client, patient=patient)
            for name, gateway in gateways.items()
        }
        postbox = SmtpPostbox(
            settings.smtp_url,
            settings.mail_from,
            settings.mail_reply_to,
            Letters(catalogue.plain).write,
            clock,
        )
        stack.push_async_callback(postbox.close)
        policy = policy_of(settings, f"https://t.me/{usernames[PUBLIC]}")
        tools = Tools(policy, catalogue, vault, random.randbelow, bind_code(vault))
        sends: Counter[tuple[str, str]] = Counter()
        worker = InboxWorker(
            store,
            clock,
            tools,
            {name: _parser(gateway.client) for name, gateway in gateways.items()},
            _acknowledger(gateways, catalogue),
        )
        presence = Presence(store, clock, uuid.uuid4().hex)
        deliverer = Deliverer(
            store,
            clock,
            gateways,
            postbox,
            vault,
            policy,
            presence.owner,
            limits or Limits(),
            lambda channel, outcome: sends.update([(channel, outcome)]),
            Files(store, clock, OpenpyxlSheets(), MatplotlibCharts(catalogue), gateways, policy),
            presence.sure,
        )
        yield App(
            settings,
            clock,
            policy,
            vault,
            catalogue,
            store,
            gateways,
            postbox,
            tools,
            worker,
            deliverer,
            presence,
            Ticker(store, clock, policy),
            Intake(store, clock),
            sends,
        )


async def _username(client: TelegramClient, *, patient: bool) -> str:
    me = await (patiently(client.get_me) if patient else client.get_me())
    return me.username


def open_store(settings: Settings, vault: FernetVault, clock: Clock) -> SqlStore:
    """Make the store of the configured database; connects nothing yet."""
    return SqlStore.open(settings.database_url.get_secret_value(), vault, clock)


def clients(settings: Settings) -> dict[str, TelegramClient]:
    """Make a client for each configured bot, over the SDK chosen for it."""
    wanted = {PUBLIC: (settings.public_token, settings.public_sdk)}
    if settings.staff_token is not None:
        wanted[STAFF] = (settings.staff_token, settings.staff_sdk)
    return {
        name: connect(sdk, bot=name, token=token.get_secret_value(), api=settings.telegram_api)
        for name, (token, sdk) in wanted.items()
        if token is not None
    }


def policy_of(settings: Settings, bot_link: str = "") -> Policy:
    """Translate the settings into what the rules need."""
    sender = settings.mail_from.address if settings.mail_from else "localhost"
    return Policy(
        working_days=settings.working_days,
        tz=settings.timezone,
        undo=timedelta(seconds=settings.undo_seconds),
        draft_life=timedelta(hours=settings.draft_hours),
        ask_code=settings.email_code,
        digest_at=settings.digest_at,
        mail_daily_cap=settings.mail_daily_cap,
        public_bot=PUBLIC,
        staff_bot=STAFF if settings.staff_token is not None else PUBLIC,
        mail_domain=sender.rpartition("@")[2],
        bot_link=bot_link,
    )


def bind_code(vault: FernetVault) -> str:
    """Derive the code for /ketnoi from the newest key: nothing to store, nothing to guess."""
    digest = sha256(vault.keys(BIND_PURPOSE)[0]).digest()
    return "".join(BIND_LETTERS[byte % len(BIND_LETTERS)] for byte in digest[:8])


async def prepare(app: App) -> None:
    """Bring the database in line with the configuration: calendar, leads, staff group."""
    async with app.store.begin() as tx:
        if await tx.calendar.load() is None:
            await tx.calendar.replace(*bundled_calendar())
        await seed_leads(tx, app.settings.staff_leads, app.clock.now())
        if app.settings.staff_chat is not None:
            was, now = await staff_address(tx, app.policy), app.clock.now()
            await configure_group(tx, app.settings.staff_chat, app.policy, now)
            await queue_card.leave(tx, was, app.policy, now)


def _parser(client: TelegramClient) -> Callable[[InboxRow], Incoming | None]:
    return lambda row: client.parse(row.payload)


def _acknowledger(
    gateways: dict[str, TelegramGateway], catalogue: Catalogue
) -> Callable[[list[Acknowledgement]], Awaitable[None]]:
    async def answer(press: Acknowledgement) -> None:
        notice = catalogue.plain(press.notice, press.locale) if press.notice else None
        try:
            await gateways[press.bot].acknowledge(press.press_id, notice, alert=press.alert)
        except SendFailed as failure:
            log.info("press_not_acknowledged", reason=failure.reason)

    async def acknowledge(presses: list[Acknowledgement]) -> None:
        await asyncio.gather(*map(answer, presses))

    return acknowledge
