"""A store on each database, empty and at the newest schema."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from storage.engine import open_engines
from storage.store import SqlStore
from storage.tables import metadata

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
CANARY = b"Canary#Mat-Khau-7"


@dataclass
class HandClock:
    """Implements `core.ports.Clock`: stands still until somebody moves it."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def tick(self, **length: float) -> datetime:
        self.moment += timedelta(**length)
        return self.moment


class MirrorVault:
    """Implements `core.ports.Vault` with no secrecy but the one that shows: nothing stays plain."""

    MARK = b"sealed:"

    def seal(self, plain: bytes) -> bytes:
        return self.MARK + plain[::-1]

    def open(self, sealed: bytes) -> bytes:
        if not sealed.startswith(self.MARK):
            raise ValueError("no key opens this")
        return sealed.removeprefix(self.MARK)[::-1]

    def keys(self, purpose: str) -> Sequence[bytes]:
        return [purpose.encode().ljust(32, b"k")]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/var/knlt.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest_asyncio.fixture
async def another(database_url: str, clock: HandClock) -> AsyncIterator[Callable[[], SqlStore]]:
    """Opens further stores on the same database, as other processes would."""
    engines = open_engines(database_url)
    async with engines.write() as connection:
        await connection.run_sync(metadata.create_all)
    await engines.close()
    async with AsyncExitStack() as stack:

        def open_another() -> SqlStore:
            store = SqlStore.open(database_url, MirrorVault(), clock)
            stack.push_async_callback(store.close)
            return store

        yield open_another


@pytest.fixture
def store(another: Callable[[], SqlStore]) -> SqlStore:
    return another()
