"""Patience with a Telegram that does not answer while the program starts."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from core.ports import Fault, SendFailed

log = structlog.get_logger()

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

PAUSES = (1, 2, 5, 10, 30)  # seconds; the last one repeats


async def patiently(ask: Callable[[], Awaitable[T]], sleep: Sleep = asyncio.sleep) -> T:
    """Ask until there is an answer. Raises `SendFailed` for what asking again will not change."""
    pauses = itertools.chain(PAUSES, itertools.repeat(PAUSES[-1]))
    while True:
        try:
            return await ask()
        except SendFailed as failure:
            if failure.fault is not Fault.RETRY:
                raise
            wait = failure.retry_after or next(pauses)
            log.warning("telegram_does_not_answer", reason=failure.reason, again_in_seconds=wait)
            await sleep(wait)
