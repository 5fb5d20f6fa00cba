"""How long /tim takes over 100,000 registrations, or over each of several counts in turn. Usage:
python -m tests.benchmarks.search [COUNT ...]

Prints a line for each database and count: each kind of question is asked a few times, and of their
medians the slowest and the middle one are told, with the load of the machine.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import text

from core.people import Actor, Role
from core.policy import Policy
from core.registration import PersonRole, Registration, Status
from core.usecases.search import find
from storage.migrate import upgrade
from storage.search import words_of
from storage.store import SqlStore
from storage.tables import registration, search_word
from tests.postgres import (
    Cluster,
    PostgresMissingError,
    find_programs,
    fresh_database,
    server_account,
)
from tests.storage.clock import NOW, HandClock
from tests.storage.conftest import MirrorVault

COUNT, AT_ONCE, ROUNDS = 100_000, 5000, 5
SYLLABLES = (
    "An Anh Bảo Bình Châu Cường Đức Dung Gia Hà Hải Hạnh Hiền Hòa Hồng Hưng Khánh Lan Linh Long"
    " Mai Minh Nam Ngọc Nhân Phong Phúc Phương Quang Sơn Tâm Tân Thành Thảo Thắng Thủy Trang"
    " Tuấn Vân Việt Xuân Yến"
)
QUESTIONS = (
    "26-C2{n:05d}",
    "03-{n}/ĐKKDD-HNO",
    "{n}",
    "nha thuoc",
    "an tam",
    "Nhà thuốc Minh Đức",
    "nguyen thi lan",
    "lan hong phuc tam",
    "nguyen binh",
    "so{n}@gmail.com",
    "so{n}",
    "gmail.com",
    "khong co ai",
)
LEAD = Actor("tg:1", "Lê Thu Hồng", Role.LEAD)


def _registration(n: int, draw: random.Random) -> Registration:
    name, owner = (" ".join(draw.choices(SYLLABLES.split(), k=2)) for _ in range(2))
    return Registration(
        id=n + 1,
        version=1,
        reference=f"26-C2{n:05d}",
        status=Status.ISSUED,
        bot="public",
        chat=str(n),
        user=f"tg:{n}",
        locale="vi",
        licence_key=f"03-{n + 1}-HNO",
        licence=f"03-{n + 1:04d}/ĐKKDD-HNO",
        licence_raw=str(n),
        facility=f"Nhà thuốc {name}",
        role=PersonRole.DIRECTOR,
        person=f"Nguyễn {owner}",
        email=f"so{n}@gmail.com",
        email_key=f"so{n}@gmail.com",
        email_proved=True,
        submitted_at=NOW,
        due=date(2026, 12, 7),
        reopens_at=NOW + timedelta(days=14),
        provisional=False,
    )


async def _fill(store: SqlStore, cases: list[Registration]) -> None:
    """Write rows as the repository does, many at a time."""
    rows = [
        {name: value for name, value in asdict(one).items() if name != "user"}
        | {"user_id": one.user, "status": one.status.value, "role": one.role.value}
        | {"reasons": "[]"}
        for one in cases
    ]
    words = [{"registration_id": one.id, "word": w} for one in cases for w in words_of(one)]
    async with store.engines.write() as connection:
        await connection.execute(registration.insert(), rows)
        for start in range(0, len(words), AT_ONCE):
            await connection.execute(search_word.insert(), words[start : start + AT_ONCE])


async def measure(url: str, name: str, counts: Sequence[int]) -> None:
    """Fill a database to each count in turn and tell what the questions take then."""
    await upgrade(url)
    store = SqlStore.open(url, MirrorVault(), HandClock())
    draw = random.Random(20261122)  # noqa: S311
    filled = 0
    for count in counts:
        for start in range(filled, count, AT_ONCE):
            some = range(start, min(start + AT_ONCE, count))
            await _fill(store, [_registration(n, draw) for n in some])
        filled = count
        if name == "postgresql":  # as its autovacuum does
            async with store.engines.write() as connection:
                await connection.execute(text("ANALYZE"))
        print(await _questions(store, name, count, draw), flush=True)
    await store.close()


async def _questions(store: SqlStore, name: str, count: int, draw: random.Random) -> str:
    times: dict[str, float] = {}
    for question in QUESTIONS:
        took = [
            await _ask(store, question.format(n=draw.randrange(count))) for _ in range(ROUNDS + 1)
        ]
        times[question] = median(took[1:])
    slowest = max(times, key=lambda one: times[one])
    return (
        f"search, {name}, {count:,} registrations: slowest {times[slowest]:.1f} ms"
        f" (“{slowest}”), median {median(times.values()):.1f} ms, load {os.getloadavg()[0]:.1f}"
    )


async def _ask(store: SqlStore, typed: str) -> float:
    start = time.perf_counter()
    async with store.read() as tx:
        await find(tx, LEAD, typed, Policy())
    return (time.perf_counter() - start) * 1000


@asynccontextmanager
async def _postgres() -> AsyncIterator[str | None]:
    try:
        programs, account = find_programs(), server_account()
    except PostgresMissingError as missing:
        print(f"NOT MEASURED ON POSTGRESQL: {missing}")
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="knlt-pg-") as folder:
        cluster = Cluster(programs, Path(folder), account)
        cluster.start()
        try:
            async with fresh_database(cluster.url) as url:
                yield url
        finally:
            cluster.stop()


async def main(counts: Sequence[int]) -> None:
    """Measure on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        await measure(f"sqlite+aiosqlite:///{Path(folder) / 'a.db'}", "sqlite", counts)
    async with _postgres() as url:
        if url is not None:
            await measure(url, "postgresql", counts)


if __name__ == "__main__":
    asyncio.run(main(sorted(map(int, sys.argv[1:])) or [COUNT]))
