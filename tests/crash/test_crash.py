"""Small crash loops: what `make crash` does at length."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.crash.checker import check, counts
from tests.crash.loop import Plan, crash_loop
from tests.crash.servers import lasting_postgres
from tests.postgres import PostgresMissingError, fresh_database

pytestmark = pytest.mark.slow

ALONE = ("all",)
TWO = ("all", "worker")


async def test_nothing_is_lost_when_one_process_on_sqlite_is_killed(tmp_path: Path) -> None:
    plan = Plan(12, 3, ALONE, 12, (3.0, 5.0))

    evidence, loop = await crash_loop(plan, f"sqlite+aiosqlite:///{tmp_path}/k.db", tmp_path, print)

    assert check(evidence) == []
    assert loop.kills >= plan.kills
    assert counts(evidence)["registrations"] == loop.town.registered > plan.registrations


async def test_nothing_is_lost_when_workers_on_postgresql_are_killed_and_it_is_restarted(
    tmp_path: Path,
) -> None:
    plan = Plan(12, 4, TWO, 12, (1.0, 3.0))

    async with AsyncExitStack() as stack:
        try:
            server = await stack.enter_async_context(lasting_postgres())
        except PostgresMissingError as missing:
            pytest.skip(f"NOT RUN ON POSTGRESQL: {missing}")
        url = await stack.enter_async_context(fresh_database(server.url))
        evidence, loop = await crash_loop(plan, url, tmp_path, print, server.restart)

    assert check(evidence) == []
    assert loop.kills >= plan.kills
    assert loop.weather["no_database"] == 1
    assert counts(evidence)["registrations"] == loop.town.registered > plan.registrations


async def test_two_workers_restarted_in_turn_lose_and_repeat_nothing(
    postgres_url: str, tmp_path: Path
) -> None:
    plan = Plan(12, 4, TWO, 12, (1.0, 2.0), gently=True)

    evidence, loop = await crash_loop(plan, postgres_url, tmp_path, print)

    assert [cut for cut in evidence.cuts if not cut.where] == []  # only answers were lost
    assert check(evidence) == []
    assert loop.deaths["asked to stop"] >= plan.kills
    assert loop.slowest_stop < 15
    assert counts(evidence)["registrations"] == loop.town.registered > plan.registrations
