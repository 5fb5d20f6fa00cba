"""The command behind `make bench`."""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping

from tests.benchmarks.contest import (
    BARE_ON,
    IN_MEMORY,
    OURS_ON,
    Arena,
    Figures,
    Kind,
    arena,
    contest,
)
from tests.postgres import PostgresMissingError, find_programs, server_account

QUICK = ((1, 8), (50, 100))  # (people at once, registrations)
FULL = ((1, 25), (50, 250), (500, 500))
MANY = (2000, 2000)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under three minutes, SQLite only")
    parser.add_argument("--many", action="store_true", help="also 2,000 people at once")
    parser.add_argument("--rounds", type=int, help="how many runs the medians are of")
    options = parser.parse_args()
    rounds = options.rounds or (3 if options.quick else 5)
    plan = (*(QUICK if options.quick else FULL), *((MANY,) if options.many else ()))
    databases = ["sqlite"] if options.quick or not _has_postgres() else ["sqlite", "postgresql"]
    asyncio.run(_measure(databases, rounds, plan))


async def _measure(databases: list[str], rounds: int, plan: tuple[tuple[int, int], ...]) -> None:
    async with arena(postgres="postgresql" in databases) as the_arena:
        await _side_by_side(the_arena, databases, rounds, plan)


async def _side_by_side(
    the_arena: Arena, databases: list[str], rounds: int, plan: tuple[tuple[int, int], ...]
) -> None:
    kinds = [kind for name in databases for kind in (BARE_ON[name], OURS_ON[name])]
    load = os.getloadavg()[0]
    print(f"side by side, medians of {rounds}, load of the machine before: {load:.1f}")
    medians = await contest(the_arena, [*kinds, *IN_MEMORY], rounds, plan, _progress)
    for at_once, registrations in plan:
        print(f"\n{at_once} at once, {registrations} registrations of 8 updates")
        print(HEAD)
        for kind in (*kinds, *IN_MEMORY):
            print(_line(kind, medians[kind, at_once]))
        for name in databases:
            print(_ratios(name, at_once, medians))


HEAD = (
    f"{'':34}{'ms/update':>10}{'database':>10}{'regs/s':>8}{'median s':>10}{'99th s':>8}{'MB':>6}"
)


def _line(kind: Kind, it: Figures) -> str:
    return (
        f"{kind.name:34}{it.bot_ms:10.2f}{it.database_ms:10.2f}{it.registrations_a_second:8.1f}"
        f"{it.median:10.3f}{it.percentile_99:8.3f}{it.peak_mb:6.0f}"
    )


def _ratios(name: str, at_once: int, medians: Mapping[tuple[Kind, int], Figures]) -> str:
    ours, bare = medians[OURS_ON[name], at_once], medians[BARE_ON[name], at_once]
    return (
        f"{f'ours / bare, {name}':34}{ours.bot_ms / bare.bot_ms:10.2f}{'':10}"
        f"{ours.registrations_a_second / bare.registrations_a_second:8.1f}"
        f"{ours.median / bare.median:10.2f}{ours.percentile_99 / bare.percentile_99:8.2f}"
        f"{ours.peak_mb / bare.peak_mb:6.2f}"
    )


def _has_postgres() -> bool:
    try:
        find_programs()
        server_account()
    except PostgresMissingError as missing:
        print(f"NOT MEASURED ON POSTGRESQL: {missing}")
        return False
    return True


def _progress(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
