"""The command behind `make bench`."""

import argparse
import asyncio
import os
import platform
import sys
from collections.abc import Mapping

from tests.benchmarks.alone import idle, soak, start_up
from tests.benchmarks.contest import (
    BARE_ON,
    IN_MEMORY,
    OURS_ON,
    Arena,
    Figures,
    Kind,
    Size,
    arena,
    contest,
)
from tests.benchmarks.drain import two_workers
from tests.benchmarks.growth import growth
from tests.benchmarks.page import measure as measure_page
from tests.page.conftest import find_chromium
from tests.postgres import PostgresMissingError, find_programs, server_account

PLAN = (Size(1, 12, 5), Size(50, 120, 5), Size(500, 500, 5), Size(2000, 2000, 1))
USUAL = (1, 50)  # people at once; more takes a quarter of an hour and longer
SIZES = {"quick": (1_000, 10_000), "full": (1_000, 10_000, 100_000)}
PARTS = ("contest", "alone", "workers", "page")
IDLE_SECONDS = {"quick": 15, "full": 60}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three minutes, SQLite only")
    parser.add_argument(
        "--at",
        type=int,
        nargs="+",
        choices=[size.at_once for size in PLAN],
        default=USUAL,
        help="people at once (default: 1 50)",
    )
    parser.add_argument("--rounds", type=int, help="how many runs the medians are of")
    parser.add_argument("--million", action="store_true", help="also growth to so many")
    parser.add_argument("--soak", type=int, metavar="UPDATES", help="also memory over so many")
    parser.add_argument("--only", choices=PARTS, help="one part of it")
    options = parser.parse_args()
    asyncio.run(_measure(options))


async def _measure(options: argparse.Namespace) -> None:
    mode = "quick" if options.quick else "full"
    plan = [
        size._replace(rounds=options.rounds or (3 if options.quick else size.rounds))
        for size in PLAN
        if size.at_once in options.at
    ]
    databases = ["sqlite"] if options.quick or not _has_postgres() else ["sqlite", "postgresql"]
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}")
    if options.only in (None, "contest"):
        async with arena(postgres="postgresql" in databases) as the_arena:
            await _side_by_side(the_arena, databases, plan)
    if options.only in (None, "alone"):
        sizes = (*SIZES[mode], *((1_000_000,) if options.million else ()))
        await _alone(databases, mode, sizes, options.soak)
    if options.only in (None, "workers") and "postgresql" in databases:
        print(await two_workers(options.rounds or 3))
    if options.only in (None, "page"):
        print(await measure_page() if find_chromium() else "NOT MEASURED: the page; no chromium")


async def _alone(
    databases: list[str], mode: str, sizes: tuple[int, ...], updates: int | None
) -> None:
    async with arena(postgres="postgresql" in databases) as the_arena:
        it = await start_up(the_arena)
        print(
            f"start-up, processor s: knlt --help {it.help:.2f}; knlt run until it has answered"
            f" {it.answer:.2f}, of which {it.sdk:.2f} import the SDK: {it.answer - it.sdk:.2f} ours"
        )
        for name in databases:
            still = await idle(the_arena, name, IDLE_SECONDS[mode])
            print(
                f"idle, {name}: {still.core:.2f} % of one core, {still.statements:.2f} statements/s"
            )
        for size, jobs in await growth(the_arena, sizes):
            figures = "  ".join(f"{name} {took:.2f}" for name, took in jobs.items())
            print(f"{size:7} registrations, processor ms a call: {figures}")
        if updates:
            *steps, (_, peak) = await soak(the_arena, updates)
            figures = "  ".join(f"{count}: {mb:.0f}" for count, mb in steps)
            print(f"soak, resident MB by updates: {figures}; peak {peak:.0f}")


async def _side_by_side(the_arena: Arena, databases: list[str], plan: list[Size]) -> None:
    kinds = [kind for name in databases for kind in (BARE_ON[name], OURS_ON[name])]
    medians = await contest(the_arena, [*kinds, *IN_MEMORY], plan, _progress)
    for at_once, registrations, rounds in plan:
        times = f"medians of {rounds}" if rounds > 1 else "one run"
        print(f"\n{at_once} at once, {registrations} registrations of 8 updates, {times}")
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
