"""The command behind `make crash`."""

import argparse
import asyncio
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.crash.checker import check, counts
from tests.crash.loop import Plan, crash_loop
from tests.crash.servers import Restart, lasting_postgres
from tests.postgres import fresh_database

ON_POSTGRES = Plan(every=(3.0, 6.0))
ON_SQLITE = Plan(roles=("all",), every=(4.0, 12.0))
SHOWN = 40  # faults


def main() -> int:
    """Run both rounds and print what was counted; 1 if anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), help="one round only")
    parser.add_argument("--registrations", type=int)
    parser.add_argument("--kills", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # servers are taken down as by Ctrl-C
    rounds = {"postgresql": (ON_POSTGRES, _on_postgres), "sqlite": (ON_SQLITE, _on_sqlite)}
    lost = 0
    for name in [options.database] if options.database else rounds:
        plan, carry_out = rounds[name]
        asked = {"registrations": options.registrations, "kills": options.kills}
        plan = replace(plan, seed=options.seed, **{k: v for k, v in asked.items() if v})
        print(f"\n{name}: {plan}")
        lost += asyncio.run(carry_out(plan))
    return 1 if lost else 0


async def _on_postgres(plan: Plan) -> int:
    async with lasting_postgres() as server, fresh_database(server.url) as url:
        return await _report(plan, url, server.restart)


async def _on_sqlite(plan: Plan) -> int:
    with tempfile.TemporaryDirectory(prefix="knlt-crash-") as folder:
        return await _report(plan, f"sqlite+aiosqlite:///{folder}/knlt.db", None)


async def _report(plan: Plan, url: str, restart: Restart | None) -> int:
    folder = Path(tempfile.mkdtemp(prefix="knlt-crash-logs-"))
    evidence, loop = await crash_loop(plan, url, folder, _say, restart)
    for name, count in counts(evidence).items():
        print(f"{count:8} {name}")
    print(f"{loop.kills:8} kills: {dict(loop.deaths)}")
    print(f"{'':8} weather: {dict(loop.weather)}; logs in {folder}")
    faults = check(evidence)
    for fault in faults[:SHOWN]:
        print(f"LOST: {fault}")
    print(f"{len(faults):8} faults")
    return len(faults)


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
