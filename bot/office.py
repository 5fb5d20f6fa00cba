"""Small jobs an operator does on the database: replace a list, read a history."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date

from bot.clock import SystemClock
from bot.settings import Settings, SettingsProblem
from bot.sheets import OpenpyxlSheets
from bot.texts import catalogue
from bot.vault import FernetVault
from bot.wiring import open_store, policy_of
from core.calendar import WorkingCalendar
from core.errors import Problem
from core.people import Actor, Role
from core.ports import Event, HistoryEntry
from core.usecases import register
from core.usecases.register import Difference, RegisterFile
from storage.migrate import is_at_head
from storage.store import SqlStore

OPERATOR = "operator"
PREVIEWED = 5  # rows of a list


async def import_calendar(
    settings: Settings, calendar: WorkingCalendar, notes: Mapping[date, str]
) -> None:
    """Replace the working calendar. Promised due dates stay as they are (rule 3)."""
    async with _office(settings) as store, store.begin() as tx:
        await tx.calendar.replace(calendar, notes)
        detail = {"known_until": calendar.known_until.isoformat()}
        now = SystemClock().now()
        await tx.history.add(
            HistoryEntry(now, Event.CALENDAR_CHANGED, OPERATOR, OPERATOR, detail=detail)
        )
    print(f"The working calendar is known until {calendar.known_until:%d/%m/%Y}.")


async def import_register(settings: Settings, content: bytes, *, sure: bool) -> None:
    """Show what a list of certificates would change, ask unless `sure`, and put it in place."""
    try:
        grid = OpenpyxlSheets().read(content)
        if not register.looks_like_register(grid):
            raise SettingsProblem(["No row has both headers: the licence and the facility's name."])
        read = register.read_register(grid, policy_of(settings).authority)
    except Problem as problem:
        said = catalogue.load(settings.timezone).plain(problem.text, "en")
        raise SettingsProblem([said]) from None
    async with _office(settings) as store:
        async with store.read() as tx:
            _show(read, await register.compare(tx, read.entries))
        if not (sure or await asyncio.to_thread(_agrees)):
            print("Nothing was changed.")
            return
        now, operator = SystemClock().now(), Actor(OPERATOR, OPERATOR, Role.LEAD)
        async with store.begin() as tx:
            await register.import_register(tx, operator, read.entries, policy_of(settings), now)
    print("The list of certificates was replaced.")


async def audit(settings: Settings, reference: str) -> None:
    """Print who did what to a registration, and when (local time)."""
    async with _office(settings) as store, store.read() as tx:
        registration = await tx.registrations.by_reference(reference)
        if registration is None:
            raise SettingsProblem([f"There is no registration {reference}."])
        print(f"{reference} · {registration.licence} · {registration.status}")
        for entry in await tx.history.of(registration.id):
            at = entry.at.astimezone(settings.timezone)
            detail = "" if entry.detail is None else f" {dict(entry.detail)}"
            print(f"{at:%d/%m/%Y %H:%M:%S}  {entry.event}  {entry.by}  {entry.by_name}{detail}")


def _show(read: RegisterFile, found: Difference) -> None:
    for entry in read.entries[:PREVIEWED]:
        print(f"  {entry.licence}  {entry.facility}")
    print(
        f"{len(read.entries)} certificates: {len(found.new)} new, {len(found.changed)} renamed,"
        f" {len(found.gone)} gone."
    )
    if read.unreadable:
        rows = ", ".join(map(str, read.unreadable[:PREVIEWED]))
        print(f"{len(read.unreadable)} rows left out, for want of a licence or a name: {rows} …")


def _agrees() -> bool:
    try:
        return input("Replace the list? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


@asynccontextmanager
async def _office(settings: Settings) -> AsyncIterator[SqlStore]:
    """Open the database of an office whose schema is up to date."""
    url = settings.database_url.get_secret_value()
    if not await is_at_head(url):
        raise SettingsProblem(["The database is of another version; run: knlt migrate"])
    if not settings.secret_keys:
        raise SettingsProblem(["SECRET_KEYS must be set."])
    vault = FernetVault([key.get_secret_value() for key in settings.secret_keys])
    store = open_store(settings, vault, SystemClock())
    try:
        yield store
    finally:
        await store.close()
