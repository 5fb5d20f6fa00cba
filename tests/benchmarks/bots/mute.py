"""`knlt run --role worker` whose messages go nowhere, with a database 5 ms away. Usage:
python -m tests.benchmarks.bots.mute

Says a line when it is ready.
"""

import asyncio
import itertools
import signal
from typing import Any

from bot import logs
from bot.clock import SystemClock
from bot.run import running
from bot.settings import load_settings
from bot.telegram.client import Post
from bot.wiring import PUBLIC, building, prepare
from core.limits import UNLIMITED
from core.messages import Address
from storage.work import Rows, Work

FAR = 0.005  # seconds

_numbers = itertools.count(1)
_run = Work.run


async def _nowhere(to: Address, post: Post) -> str:
    return str(next(_numbers))


async def _run_far_away(work: Work, *arguments: Any) -> Rows:
    await asyncio.sleep(FAR)
    return await _run(work, *arguments)


async def _main() -> None:
    settings = load_settings(None)
    logs.set_up(settings.log_format, settings.log_level)
    Work.run = _run_far_away  # type: ignore[method-assign, assignment]
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with building(settings, SystemClock(), limits=UNLIMITED) as app:
        app.gateways[PUBLIC].client.send_message = _nowhere  # type: ignore[method-assign]
        await prepare(app)
        async with running(app, "worker") as service:
            print("ready", flush=True)
            await service.until(stop)


if __name__ == "__main__":
    asyncio.run(_main())
