"""The PostgreSQL of the tests: empty for each test, shut away, and gone afterwards."""

from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.postgres import Cluster, fresh_database, given_server


def plain(url: str) -> str:
    return url.replace("+asyncpg", "")


@pytest.mark.parametrize("turn", ["first", "second"])
async def test_every_test_gets_a_database_without_the_tables_of_another(
    postgres_url: str, turn: str
) -> None:
    engine = create_async_engine(postgres_url)
    async with engine.begin() as connection:
        tables = await connection.execute(
            text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        )

        assert tables.scalar_one() == 0
        await connection.execute(text("CREATE TABLE mark (turn text)"))
    await engine.dispose()


async def test_vietnamese_letters_survive_the_server(postgres_url: str) -> None:
    connection = await asyncpg.connect(plain(postgres_url))
    try:
        assert await connection.fetchval("SELECT $1::text", "Nhà thuốc Đỗ Ngữ ₫") == (
            "Nhà thuốc Đỗ Ngữ ₫"
        )
    finally:
        await connection.close()


async def test_a_connection_left_open_does_not_keep_the_database(postgres_server: URL) -> None:
    async with fresh_database(postgres_server) as url:
        left_open = await asyncpg.connect(plain(url))

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
        await left_open.fetchval("SELECT 1")
    left_open.terminate()


def test_a_given_server_is_used_with_the_driver_of_the_bot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://u:p@db.example:5432/postgres")

    url = given_server()

    assert url is not None
    assert url.render_as_string(hide_password=False) == (
        "postgresql+asyncpg://u:p@db.example:5432/postgres"
    )


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "initdb").write_text("#!/bin/sh\necho 'no room left' >&2\nexit 1\n")
    (tmp_path / "initdb").chmod(0o755)

    with pytest.raises(RuntimeError, match="initdb failed: no room left"):
        Cluster(tmp_path, tmp_path, account=None).start()


def test_the_started_server_listens_on_no_port(postgres_server: URL) -> None:
    if given_server() is not None:
        return

    assert postgres_server.host is None
    assert Path(str(postgres_server.query["host"])).is_dir()
