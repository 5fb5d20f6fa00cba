"""An update that kills whoever handles it: the program gives it up by itself, and serves the rest.

The workers are real processes, killed by a failpoint each time they read it, and started again.
"""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from handlers.worker import DEADLY
from storage.tables import inbox
from tests.crash.loop import Loop, Plan, set_up

pytestmark = pytest.mark.slow

POISON = "POISON-4711"
ALONE, TWO = ("all",), ("all", "worker")
OTHERS = 5


@pytest.fixture(params=[("sqlite", ALONE), ("postgresql", TWO)], ids=lambda kind: kind[0])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, tuple[str, ...]]:
    """A database, and the processes that work on it."""
    name, roles = request.param
    if name == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/k.db", roles
    return request.getfixturevalue("postgres_url"), roles


async def test_an_update_that_kills_its_worker_is_parked_and_everybody_else_is_served(
    kind: tuple[str, tuple[str, ...]], tmp_path: Path
) -> None:
    url, roles = kind
    plan = Plan(roles=roles, poison=POISON)
    async with set_up(plan, url, tmp_path, print) as loop, asyncio.TaskGroup() as group:
        helpers = [group.create_task(each) for each in (loop.nursery.listen(), loop.tend())]
        for number, role in enumerate(plan.roles):
            await loop.start(f"{role}-{number}")
        await asyncio.gather(loop.town.register(iter(range(1, OTHERS + 1)), OTHERS), _poisons(loop))
        parked = await _parked(loop)
        await loop.stop()
        for helper in helpers:
            helper.cancel()

    assert loop.town.registered == OTHERS
    assert parked == [DEADLY]
    assert DEADLY < loop.kills <= DEADLY + len(roles)


async def _poisons(loop: Loop) -> None:
    """Say the fatal words, be told that they could not be handled, and go on."""
    town = loop.town
    person = town.sandbox.world.person("Nguyễn Văn Độc")
    lane = f"public:{person.id}"
    await town._answer(lane, lambda: person.opens(town.bot), "Kính chào")
    await town._answer(lane, lambda: person.types(POISON), "Hệ thống đang gặp sự cố")
    await town._answer(lane, lambda: person.presses("✅ Đồng ý"), "Bước 1/7")


async def _parked(loop: Loop) -> list[int]:
    """How often each parked update was tried."""
    async with loop.engines.read() as connection:
        found = await connection.execute(select(inbox.c.attempts).where(inbox.c.parked))
        return list(found.scalars())
