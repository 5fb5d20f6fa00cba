"""`knlt demo`: the whole program on the sandbox, live, until Ctrl-C. Loopback only."""

import asyncio
import signal
import tempfile
from pathlib import Path

from bot import logs
from bot.run import running
from bot.stage import staging


async def demo(port: int) -> None:
    """Run the demo; its page and its Bot API listen on `port` of 127.0.0.1, 0 for a free one."""
    logs.set_up("text", "warning")
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with tempfile.TemporaryDirectory(prefix="knlt-demo-") as folder:
        async with (
            staging(Path(folder), frozen=False, limits=None, port=port) as stage,
            running(stage.app, "all") as service,
        ):
            print(
                "THỬ NGHIỆM: a demo; nobody real is written to, nothing is kept.\n"
                f"  Bot API of the sandbox  {stage.sandbox.api_url}\n"
                f"  Mail server             {stage.sandbox.smtp_url}\n"
                f"  Health and figures      http://127.0.0.1:{service.port}/metrics\n"
                "Ctrl-C ends it.",
                flush=True,
            )
            await service.until(stop)
