"""`knlt check`: says in plain sentences what is wrong with the set-up, and what will be soon."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

from bot.mail.letters import Letters
from bot.mail.smtp import SmtpPostbox
from bot.settings import Settings
from bot.telegram.client import TelegramClient
from bot.texts import catalogue as texts
from bot.vault import FernetVault, new_key
from bot.wiring import App, bind_code, clients, open_store, policy_of
from core.calendar import bundled_calendar
from core.ports import Clock, Fault, SendFailed
from core.usecases.staff_group import CHAT
from storage.engine import DatabaseUnavailable
from storage.migrate import current, is_at_head
from storage.store import SqlStore

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one part of the set-up; an error keeps `run` from doing its work."""

    level: Level
    sentence: str


async def check(settings: Settings, clock: Clock) -> list[Finding]:
    """Look at everything, whatever the parts before it said."""
    findings = [Finding("error", sentence) for sentence in settings.missing_for_run()]
    if not settings.secret_keys:
        findings.append(Finding("ok", f"A fresh key for SECRET_KEYS: {new_key()}"))
        return findings
    vault = FernetVault([key.get_secret_value() for key in settings.secret_keys])
    store = open_store(settings, vault, clock)
    try:
        database = [finding async for finding in _database(settings, store, clock)]
        chat = settings.staff_chat or await _learnt_group(settings, store, database)
    finally:
        await store.close()
    findings += database
    findings += [finding async for finding in _bots(settings, vault, chat)]
    findings += [finding async for finding in _mail(settings, clock)]
    if not settings.staff_leads:
        findings.append(
            Finding("warning", "STAFF_LEADS is empty: nobody can put officers on the staff list.")
        )
    return findings


async def blocking_problems(app: App) -> list[str]:
    """Give what keeps `run` from starting: a staff group in which the bot may not speak."""
    async with app.store.read() as tx:
        chat = app.settings.staff_chat or await tx.facts.get(CHAT)
    if not chat:
        return []
    found = await _group(app.gateways[app.policy.staff_bot].client, chat)
    return [found.sentence] if found.level == "error" else []


async def _database(settings: Settings, store: SqlStore, clock: Clock) -> AsyncIterator[Finding]:
    url = settings.database_url.get_secret_value()
    try:
        revision = await current(url)
        at_head = await is_at_head(url)
    except DatabaseUnavailable as error:
        yield Finding("error", str(error))
        return
    if revision is None:
        yield Finding("ok", "The database is empty; run will set it up.")
    elif at_head:
        yield Finding("ok", "The database is reachable and up to date.")
    else:
        yield Finding("error", "The database is of another version; run: knlt migrate")
    calendar, _ = bundled_calendar()
    if revision is not None and at_head:
        async with store.read() as tx:
            calendar = await tx.calendar.load() or calendar
    until = f"{calendar.known_until:%d/%m/%Y}"
    if calendar.ends_soon(policy_of(settings).today(clock.now())):
        yield Finding(
            "warning",
            f"The working calendar ends on {until}: enter the next notice with "
            "knlt import-calendar. Due dates after it are marked as provisional.",
        )
    else:
        yield Finding("ok", f"The working calendar is known until {until}.")


async def _learnt_group(settings: Settings, store: SqlStore, database: list[Finding]) -> str | None:
    if failed(database) or not await is_at_head(settings.database_url.get_secret_value()):
        return None
    async with store.read() as tx:
        return await tx.facts.get(CHAT)


async def _bots(settings: Settings, vault: FernetVault, chat: str | None) -> AsyncIterator[Finding]:
    staff_bot = policy_of(settings).staff_bot
    for name, client in clients(settings).items():
        variable = f"{name.upper()}_TOKEN"
        try:
            me = await client.get_me()
            yield Finding("ok", f"{variable} is the token of @{me.username}.")
            if name == staff_bot:
                yield await _group(client, chat) if chat else _unbound(vault)
        except SendFailed as failure:
            yield Finding("error", _about_token(variable, failure))
        finally:
            await client.close()


async def _group(client: TelegramClient, chat: str) -> Finding:
    try:
        me = await client.get_me()
        place = await client.get_chat_member(chat, me.id)
        title = (await client.get_chat(chat)).title
    except SendFailed as failure:
        if failure.fault is Fault.RETRY:
            return Finding("warning", f"The staff group could not be looked at: {failure.reason}.")
        return Finding("error", f"The bot cannot see the staff group {chat}: add it to the group.")
    if not place.may_send:
        return Finding(
            "error", f"@{me.username} may not write in the staff group “{title}”: let it."
        )
    return Finding("ok", f"@{me.username} can write in the staff group “{title}”.")


def _unbound(vault: FernetVault) -> Finding:
    return Finding("warning", f"No staff group yet. Type in the group: /ketnoi {bind_code(vault)}")


def _about_token(variable: str, failure: SendFailed) -> str:
    if failure.fault is Fault.CONFIG:
        return f"Telegram does not know the bot of {variable}: ask @BotFather for its token."
    return f"Telegram cannot be reached with {variable}: {failure.reason}."


async def _mail(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    if settings.smtp_url is None or settings.mail_from is None:
        return
    catalogue = texts.load(settings.timezone)
    postbox = SmtpPostbox(
        settings.smtp_url,
        settings.mail_from,
        settings.mail_reply_to,
        Letters(catalogue.plain).write,
        clock,
    )
    server = f"{settings.smtp_url.host}:{settings.smtp_url.port}"
    try:
        await postbox.check()
    except SendFailed as failure:
        yield Finding("error", f"The mail server {server} does not take us: {failure.reason}.")
    else:
        yield Finding("ok", f"The mail server {server} takes us.")
    finally:
        await postbox.close()


def describe(findings: list[Finding]) -> str:
    """Word the findings one a line, the worst marked most."""
    marks = {"ok": "✓", "warning": "!", "error": "✗"}
    return "\n".join(f"{marks[finding.level]} {finding.sentence}" for finding in findings)


def failed(findings: list[Finding]) -> bool:
    """Tell whether anything is wrong beyond a warning."""
    return any(finding.level == "error" for finding in findings)
