"""A PostgreSQL server that keeps what it commits, and can be taken down and brought back."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from sqlalchemy import URL

from tests.postgres import Cluster, find_programs, server_account

Restart = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    cluster: Cluster

    @property
    def url(self) -> URL:
        """Where it answers."""
        return self.cluster.url

    async def restart(self, away: float) -> None:
        """Stop it as a crash would, and start it again after some seconds."""
        await asyncio.to_thread(self.cluster.stop)
        await asyncio.sleep(away)
        await asyncio.to_thread(self.cluster.restart)


@asynccontextmanager
async def lasting_postgres() -> AsyncIterator[Server]:
    """Start a server whose commits outlive its crashes. Raises PostgresMissingError."""
    with tempfile.TemporaryDirectory(prefix="knlt-pg-") as home:
        cluster = Cluster(find_programs(), Path(home), server_account())
        try:
            await asyncio.to_thread(cluster.start)
            await _keep_commits(cluster)
            yield Server(cluster)
        finally:
            await asyncio.to_thread(cluster.stop)


async def _keep_commits(cluster: Cluster) -> None:
    dsn = cluster.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(dsn)
    try:
        for setting in ("synchronous_commit", "full_page_writes"):
            await connection.execute(f"ALTER SYSTEM SET {setting} = on")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()
