"""The benchmark runs; what it measures is for people to judge."""

from dataclasses import astuple

import pytest

from tests.benchmarks.alone import start_up
from tests.benchmarks.contest import BARE_ON, IN_MEMORY, OURS_ON, Size, arena, contest
from tests.benchmarks.growth import JOBS, UPDATE, growth

pytestmark = pytest.mark.slow


async def test_every_bot_registers_people_and_has_figures() -> None:
    kinds = [BARE_ON["sqlite"], OURS_ON["sqlite"], *IN_MEMORY]
    said: list[str] = []
    async with arena(postgres=False) as the_arena:
        medians = await contest(the_arena, kinds, [Size(5, 5, 1)], said.append)

    assert set(medians) == {(kind, 5) for kind in kinds}
    for figures in medians.values():
        assert min(astuple(figures)[2:]) > 0  # the database of these is no process of its own
    assert len(said) == 1


async def test_start_up_has_figures() -> None:
    async with arena(postgres=False) as the_arena:
        assert min(await start_up(the_arena)) > 0


async def test_growth_has_a_figure_for_each_job_at_each_size() -> None:
    async with arena(postgres=False) as the_arena:
        found = await growth(the_arena, (500, 600))

    names = [UPDATE, *JOBS]
    assert [(size, list(jobs)) for size, jobs in found] == [(500, names), (600, names)]
