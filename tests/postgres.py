"""PostgreSQL for the tests: a server found or started once, and an empty database for each test.

`TEST_DATABASE_URL` names a server to use (any database in it; the role must be allowed to create
more). Without it, a cluster is made from the programs of an installed PostgreSQL, one for each
pytest-xdist worker: sharing one would need a lock and a count of users to save a second.
"""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import URL, make_url

SUPERUSER = "postgres"

# Durability is for a machine that loses power; these databases live for one test.
# No port is opened: a socket in a private directory can neither clash nor be reached by others.
# The time zone is that of a server in Hanoi, so code that leans on a UTC server fails here first.
SERVER_SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
jit = off
listen_addresses = ''
unix_socket_directories = '{directory}'
timezone = 'Asia/Ho_Chi_Minh'
log_timezone = 'UTC'
"""


class PostgresMissingError(Exception):
    """No server can be had on this machine; the message says why and what would help."""


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server of our own in a temporary directory.

    `programs` is the directory of initdb and pg_ctl, `directory` holds data, log and socket, and
    `account` is the operating system's account to run as: None means our own.
    """

    programs: Path
    directory: Path
    account: str | None

    @property
    def url(self) -> URL:
        """Where the server answers; raises nothing, also before `start`."""
        return URL.create(
            "postgresql+asyncpg",
            username=SUPERUSER,
            database="postgres",
            query={"host": str(self.directory)},
        )

    def start(self) -> None:
        """Make the cluster and wait until it answers; raises RuntimeError with the program's words.

        The locale is C: it exists everywhere, and no test may lean on a server's alphabet.
        """
        if self.account is not None:
            shutil.chown(self.directory, self.account)
        data = self.directory / "data"
        self._run(
            "initdb", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync",
            f"--username={SUPERUSER}", f"--pgdata={data}",
        )  # fmt: skip
        with (data / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(SERVER_SETTINGS.format(directory=str(self.directory).replace("'", "''")))
        self._run(
            "pg_ctl", "start", "--wait", f"--pgdata={data}", f"--log={self.directory / 'log'}"
        )

    def restart(self) -> None:
        """Stop the server as a crash would, and start it again."""
        data, log = self.directory / "data", self.directory / "log"
        self._run(
            "pg_ctl", "restart", "--wait", "--mode=immediate", f"--pgdata={data}", f"--log={log}"
        )

    def stop(self) -> None:
        """End the server of this directory and no other; does nothing if it never started."""
        data = self.directory / "data"
        if (data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "--wait", "--mode=immediate", f"--pgdata={data}")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, with arguments of ours
            [self.programs / program, *arguments],
            cwd=self.directory,
            user=self.account,
            group=self.account,
            extra_groups=None if self.account is None else [],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            log = self.directory / "log"
            words = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
            raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}{words}")


def find_programs() -> Path:
    """Directory of the newest initdb on this machine; raises PostgresMissingError.

    Debian keeps the server's programs out of PATH, one directory for each version.
    """
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(debian, key=lambda found: float(found.parts[-3]), default=None)
    if newest is not None:
        return newest.parent
    in_path = shutil.which("initdb")
    if in_path is None:
        raise PostgresMissingError(
            "no TEST_DATABASE_URL, and no initdb in /usr/lib/postgresql/*/bin or PATH"
            " (Debian: apt-get install postgresql)"
        )
    return Path(in_path).resolve().parent


def server_account() -> str | None:
    """The account a server runs as: None for our own, since only root's is refused."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SUPERUSER).pw_name
    except KeyError:
        raise PostgresMissingError(
            f"PostgreSQL does not run as root, and there is no account {SUPERUSER}"
        ) from None


def given_server() -> URL | None:
    """The server that TEST_DATABASE_URL names, whatever driver the URL asks for."""
    text = os.environ.get("TEST_DATABASE_URL")
    return make_url(text).set(drivername="postgresql+asyncpg") if text else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """URL of a running server; skips the test, loudly, where none can be had."""
    given = given_server()
    if given is not None:
        yield given
        return
    try:
        programs, account = find_programs(), server_account()
    except PostgresMissingError as missing:
        pytest.skip(f"NOT RUN ON POSTGRESQL: {missing}")
    # Not below pytest's own directory: that one is closed to the server's account, and a socket's
    # path may not be longer than about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="knlt-pg-") as directory:
        cluster = Cluster(programs, Path(directory), account)
        try:
            cluster.start()
            yield cluster.url
        finally:
            cluster.stop()


@pytest_asyncio.fixture
async def postgres_url(postgres_server: URL) -> AsyncIterator[str]:
    """`postgresql+asyncpg://…` of an empty database that is dropped after the test."""
    async with fresh_database(postgres_server) as url:
        yield url


@asynccontextmanager
async def fresh_database(server: URL) -> AsyncIterator[str]:
    """`postgresql+asyncpg://…` of a new, empty database on `server`, dropped on leaving.

    Connections left open, or held by a program that was killed, do not keep it alive.
    """
    name = f"knlt_test_{secrets.token_hex(6)}"
    await _execute(server, f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING UTF8')
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        await _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _execute(server: URL, statement: str) -> None:
    dsn = server.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
