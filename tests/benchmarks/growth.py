"""Whether work stays as cheap while the database grows: milliseconds of processor time a call."""

import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.vault import FernetVault, new_key
from core.calendar import bundled_calendar
from core.messages import Address, Kind, Message, Outgoing, text
from core.policy import Policy
from core.ports import Event, HistoryEntry, NewUpdate, Transaction
from core.usecases.digest import digest
from core.usecases.expire import expire_due
from storage.migrate import upgrade
from storage.store import SqlStore
from tests.benchmarks.contest import OURS_ON, Arena
from tests.storage.examples import conversation, registration

WAITING = 50  # conversations with an update, chats with a message
OPEN = 300  # registrations: the work of ten days does not grow with history
CALLS = 15
RUNS = 3  # of the program, of 120 registrations each

UPDATE = "update"
Job = Callable[[Transaction], Awaitable[object]]


async def growth(the_arena: Arena, sizes: Iterable[int]) -> list[tuple[int, dict[str, float]]]:
    """Fill a SQLite database to each size in turn; time the jobs that look through it.

    Then the program runs on a copy: `UPDATE` is what one update costs it, with 50 people at once.
    """
    file = the_arena.folder / "growth.db"
    await upgrade(f"sqlite+aiosqlite:///{file}")
    clock = SystemClock()
    store = SqlStore.open(f"sqlite+aiosqlite:///{file}", FernetVault([new_key()]), clock)
    try:
        await _plant(store, clock)
        found = []
        for size in sizes:
            _multiply(file, size)
            jobs = {name: await _time(store, job) for name, job in JOBS.items()}
            found.append((size, {UPDATE: await _update(the_arena, _at_rest(file, size)), **jobs}))
        return found
    finally:
        await store.close()


class _Enough(Exception):
    """Rolls a timed transaction back, so that each call finds the same database."""


async def _time(store: SqlStore, job: Job) -> float:
    took = []
    for _ in range(CALLS):
        try:
            async with store.begin() as tx:
                began = time.process_time()
                await job(tx)
                took.append(time.process_time() - began)
                raise _Enough
        except _Enough:
            continue
    return statistics.median(took) * 1000


async def _update(the_arena: Arena, file: Path) -> float:
    program = await the_arena.enter(OURS_ON["sqlite"], f"sqlite+aiosqlite:///{file}")
    runs = [await program.run(120, 50) for _ in range(RUNS + 1)]
    return statistics.median(run.bot_ms for run in runs[1:])


def _at_rest(file: Path, size: int) -> Path:
    """Copy the database without what waits in it: nobody in the sandbox said it."""
    copy = file.with_name(f"growth-{size}.db")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        with target:
            target.execute("DELETE FROM inbox WHERE done_at IS NULL")
            target.execute("DELETE FROM outbox WHERE ended_at IS NULL")
            target.execute("UPDATE registration SET status = 'issued' WHERE status = 'pending'")
    return copy


NOW = SystemClock().now()
LATER = NOW + timedelta(hours=1)


async def _digest(tx: Transaction) -> object:
    return await digest(tx, bundled_calendar()[0], Policy(), NOW, since=None)


JOBS: dict[str, Job] = {
    "digest": _digest,
    "queue": lambda tx: tx.registrations.open_by_due(10),
    "one licence": lambda tx: tx.registrations.live_by_licence("licence-7"),
    "heads": lambda tx: tx.inbox.heads(32, NOW),
    "claim": lambda tx: tx.outbox.claim("bench", LATER, LATER, 64, mail=False),
    "sweep": lambda tx: expire_due(tx, Policy(), NOW),
}


async def _plant(store: SqlStore, clock: SystemClock) -> None:
    """Put one row of each kind to be multiplied, and what waits just now."""
    now = clock.now()
    async with store.begin() as tx:
        await tx.calendar.replace(*bundled_calendar())
        await tx.conversations.save(conversation("public:0", touched_at=now))
        case = registration("0", reopens_at=now + timedelta(days=14), ticket=None)
        made = await tx.registrations.add(case)
        assert made is not None
        await tx.history.add(HistoryEntry(now, Event.SUBMITTED, "tg:1", "An", made.id))
        await tx.outbox.put(_say("sent", 0))
        await tx.inbox.put([NewUpdate("public", "old", "public:0", b"{}")], now)
    async with store.begin() as tx:
        await tx.inbox.done([row.id for row in await tx.inbox.heads(1, now)], now)
    async with store.begin() as tx:
        for number in range(WAITING):
            await tx.outbox.put(_say("waits", number))
        updates = [NewUpdate("public", f"{n}", f"public:{n}", b"{}") for n in range(WAITING)]
        await tx.inbox.put(updates, now)


def _say(key: str, chat: int) -> Outgoing:
    message = Message((text("receipt"),))
    address = Address("public", str(chat))
    return Outgoing(f"{key}:{chat}", Kind.SAY, address, message=message)


def _multiply(file: Path, size: int) -> None:
    """Copy the first row of each table of history until there are `size`."""
    with sqlite3.connect(file) as database:
        database.row_factory = sqlite3.Row
        for table, fresh in HISTORY.items():
            (have,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            (row,) = database.execute(f"SELECT * FROM {table} ORDER BY rowid LIMIT 1")  # noqa: S608
            names = [name for name in dict(row) if name != "id"]
            marks = ", ".join("?" * len(names))
            listed = ", ".join(f'"{name}"' for name in names)
            copies = ({**dict(row), **fresh(number)} for number in range(have, size))
            database.executemany(
                f"INSERT INTO {table} ({listed}) VALUES ({marks})",  # noqa: S608
                ([copy[name] for name in names] for copy in copies),
            )
        database.execute("ANALYZE")


def _old_case(number: int) -> dict[str, Any]:
    return {
        "reference": f"26-{number:06}",
        "status": "pending" if number < OPEN else "issued",
        "licence_key": f"licence-{number}",
        "email_key": f"email-{number}",
        "user_id": f"tg:{number}",
    }


HISTORY: dict[str, Callable[[int], dict[str, Any]]] = {
    "registration": _old_case,
    "history": lambda number: {"registration_id": 1},
    "conversation": lambda number: {"key": f"public:old-{number}"},
    "inbox": lambda number: {"update_id": f"old-{number}"},
    "outbox": lambda number: {
        "key": f"old:{number}",
        "lane": f"public:old-{number}",
        "state": "sent",
        "message_id": f"{number}",
        "ended_at": "2026-01-02 03:04:05.000006",
        "owner": None,
        "lease_until": None,
    },
}
