"""A store on each database, empty and at the newest schema."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from core.ports import Clock
from storage.engine import open_engines
from storage.store import SqlStore
from storage.tables import metadata
from tests.storage.clock import HandClock


class MirrorVault:
    """Implements `core.ports.Vault`: no secrecy, but what it sealed is not what it was given."""

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


@asynccontextmanager
async def stores(url: str, clock: Clock) -> AsyncIterator[Callable[[], SqlStore]]:
    """Make the tables; give what opens a store, as another process would each time."""
    engines = open_engines(url)
    async with engines.write() as connection:
        await connection.run_sync(metadata.create_all)
    await engines.close()
    async with AsyncExitStack() as stack:

        def open_another() -> SqlStore:
            store = SqlStore.open(url, MirrorVault(), clock)
            stack.push_async_callback(store.close)
            return store

        yield open_another


@pytest_asyncio.fixture
async def another(database_url: str, clock: HandClock) -> AsyncIterator[Callable[[], SqlStore]]:
    """Opens further stores on the same database."""
    async with stores(database_url, clock) as open_another:
        yield open_another


@pytest.fixture
def store(another: Callable[[], SqlStore]) -> SqlStore:
    """A store, once on each database."""
    return another()


@pytest_asyncio.fixture
async def postgres_store(postgres_url: str, clock: HandClock) -> AsyncIterator[SqlStore]:
    """A store where transactions overlap."""
    async with stores(postgres_url, clock) as open_another:
        yield open_another()


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Path:
    """Where the file of `sqlite_store` lies."""
    return tmp_path / "var" / "knlt.db"


@pytest_asyncio.fixture
async def sqlite_store(sqlite_path: Path, clock: HandClock) -> AsyncIterator[SqlStore]:
    """A store in a file that can be looked into."""
    async with stores(f"sqlite+aiosqlite:///{sqlite_path}", clock) as open_another:
        yield open_another()
