"""A copy of the whole database while the program runs, as of one moment."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from storage.engine import SQLITE, parse_url


class BackupFailed(Exception):
    """There is no backup; the message is one plain sentence, without a password."""


def back_up(url: str, file: Path) -> None:
    """Write a backup of a database to a new file, readable to this account alone.

    SQLite: a database in one file. PostgreSQL: an archive for pg_restore. The file appears when it
    is whole. Raises BackupFailed, BadDatabaseUrl.
    """
    parsed = parse_url(url)
    if file.exists():
        raise BackupFailed(f"{file} is there already; a backup replaces nothing.")
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        if parsed.drivername == SQLITE:
            _copy(Path(str(parsed.database)), part)
        else:
            _dump(parsed, part)
        part.rename(file)
    except OSError as error:
        raise BackupFailed(f"{file} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        raise BackupFailed(f"There is no database {source}.")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as running,
            closing(sqlite3.connect(target)) as copy,
        ):
            # In one step: a commit between two steps would start the copy again, and again. In WAL
            # a reader holds up no writer.
            running.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
            (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise BackupFailed(f"The database {source} cannot be copied: {error}.") from None
    if found != "ok":
        raise BackupFailed(f"The database {source} is damaged: {found}.")


def _dump(url: URL, target: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise BackupFailed("pg_dump is not installed (Debian: apt install postgresql-client).")
    # By the environment, because a command line is there for all to read.
    where = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, with arguments of ours
        [program, "--format=custom", "--no-owner", "--no-password", f"--file={target}"],
        env=os.environ | {name: str(value) for name, value in where.items() if value is not None},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise BackupFailed(f"pg_dump failed: {' '.join(done.stderr.split())}")
