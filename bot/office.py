"""Small jobs an operator does on the database: replace the calendar, read a history."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date

from bot.clock import SystemClock
from bot.settings import Settings, SettingsProblem
from bot.vault import FernetVault
from bot.wiring import open_store
from core.calendar import WorkingCalendar
from core.ports import Event, HistoryEntry
from storage.migrate import is_at_head
from storage.store import SqlStore

OPERATOR = "operator"


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
