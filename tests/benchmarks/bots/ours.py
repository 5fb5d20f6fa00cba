"""`knlt run` without Telegram's limits, configured by the environment. Usage:
python -m tests.benchmarks.bots.ours [--role all|web|worker] [--count]

With --count, SIGUSR1 prints the number of statements executed so far.
"""

import argparse
import asyncio
import itertools
import signal

from sqlalchemy import Engine, event

from bot import logs
from bot.clock import SystemClock
from bot.run import Role, migrate_if_new, running
from bot.settings import load_settings
from bot.wiring import building, prepare
from core.limits import UNLIMITED


async def _main(role: Role, *, count: bool) -> None:
    settings = load_settings(None)
    logs.set_up(settings.log_format, settings.log_level)
    await migrate_if_new(settings)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with building(settings, SystemClock(), limits=UNLIMITED) as app:
        await prepare(app)
        if count:
            _count_statements()
        async with running(app, role) as service:
            await service.until(stop)


def _count_statements() -> None:
    counter = itertools.count()
    event.listen(Engine, "before_cursor_execute", lambda *_: next(counter))
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, lambda: print(next(counter), flush=True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--role", choices=("all", "web", "worker"), default="all")
    parser.add_argument("--count", action="store_true")
    options = parser.parse_args()
    asyncio.run(_main(options.role, count=options.count))
