"""Long polling that loses nothing: an update is confirmed only after it was committed.

The SDKs' pollers confirm a batch when they fetch the next one, whatever became of it.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import aiohttp

from bot.telegram import faults
from bot.telegram.client import DEFAULT_API
from bot.telegram.updates import ALLOWED_UPDATES, new_update
from core.errors import Fenced
from core.ports import Fault, NewUpdate, SendFailed

logger = logging.getLogger(__name__)

BATCH = 100  # updates, the Bot API's upper limit
LONG_POLL = 25  # seconds, below what proxies usually allow an idle connection
GRACE = 10  # seconds beyond the long poll before the connection is given up
LONGEST_WAIT = 60.0  # seconds between attempts
CONFLICT = "409"

Put = Callable[[Sequence[NewUpdate]], Awaitable[None]]
Pause = Callable[[float], Awaitable[None]]


class Turns(Protocol):
    """Decides which of several processes polls."""

    async def turn(self) -> None:
        """Wait until it is this one."""

    async def still(self) -> bool:
        """Tell whether it is still this one."""


class Poller:
    """Fetches the updates of one bot and hands each batch to `put`, which returns once it is safe.

    `put` raising means the batch is not safe: it is fetched again. So an update may be handed over
    twice, and the inbox knows it by its id. `put` raises `Fenced` once another process polls.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        put: Put,
        *,
        bot: str,
        token: str,
        api: str = DEFAULT_API,
        pause: Pause = asyncio.sleep,
        turns: Turns | None = None,
    ) -> None:
        faults.check_token(token)
        self._session = session
        self._put = put
        self._bot = bot
        self._url = f"{api.rstrip('/')}/bot{token}"
        self._pause = pause
        self._turns = turns
        self._one_at_a_time = asyncio.Lock()
        self._offset: int | None = None
        self._failures = 0

    async def run(self) -> None:
        """Poll until cancelled. Raises `SendFailed` only for a token that is refused."""
        await self._my_turn()
        # While a webhook is set, getUpdates is refused for ever.
        while not await self._retried(lambda: self._call("deleteWebhook", {}, seconds=0)):
            await self._my_turn()
        while True:
            await self._my_turn()
            await self._retried(lambda: self.poll_once(LONG_POLL))

    async def poll_once(self, timeout: int = 0) -> int:  # noqa: ASYNC109 - the Bot API's own
        """Fetch and hand over one batch, waiting up to `timeout` seconds; return its size.

        Raises `SendFailed`, and whatever `put` raises.
        """
        async with self._one_at_a_time:
            wanted: dict[str, Any] = {
                "limit": BATCH,
                "timeout": timeout,
                "allowed_updates": ALLOWED_UPDATES,
            }
            if self._offset is not None:
                wanted["offset"] = self._offset
            batch = await self._call("getUpdates", wanted, timeout)
            if batch:
                await self._put([new_update(raw, self._bot) for raw in batch])
            # Confirmed once, an offset is dropped: after a quiet week Telegram numbers anew, and an
            # old offset would confirm updates that nobody has seen.
            self._offset = max(raw["update_id"] for raw in batch) + 1 if batch else None
            return len(batch)

    async def _retried(self, attempt: Callable[[], Awaitable[object]]) -> bool:
        """Attempt something once, and wait if it fails; tell whether it succeeded."""
        try:
            await attempt()
        except SendFailed as failed:
            if failed.fault is Fault.CONFIG:
                raise
            if failed.reason.startswith(CONFLICT) and not await self._still_my_turn():
                return False
            await self._wait(failed.reason, failed.retry_after)
        except Fenced:
            logger.warning("%s: another process polls by now, this one waits", self._bot)
            self._offset = None
        except Exception as error:
            logger.exception("%s: updates were not stored, they will be fetched again", self._bot)
            await self._wait(type(error).__name__, None)
        else:
            self._failures = 0
            return True
        return False

    async def _my_turn(self) -> None:
        if self._turns is not None:
            await self._turns.turn()

    async def _still_my_turn(self) -> bool:
        """Ask, now that somebody else polls. What the database cannot say is taken for a yes."""
        try:
            still = self._turns is None or await self._turns.still()
        except Exception:
            return True
        self._offset = self._offset if still else None
        return still

    async def _wait(self, reason: str, asked: float | None) -> None:
        self._failures += 1
        if self._failures == 1:
            logger.warning("%s: %s", self._bot, _explained(reason))
        growing = min(2.0 ** (self._failures - 1), LONGEST_WAIT)
        jitter = random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, guards nothing
        await self._pause(growing * jitter if asked is None else asked)

    async def _call(self, method: str, parameters: dict[str, Any], seconds: int) -> Any:
        limit = aiohttp.ClientTimeout(seconds + GRACE)
        try:
            async with self._session.post(
                f"{self._url}/{method}", json=parameters, timeout=limit
            ) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise faults.network_failure(error) from None
        if answer.status != 200:
            raise faults.refusal(answer.status, body)
        return faults.result(body)


def _explained(reason: str) -> str:
    if reason.startswith(CONFLICT):
        return "another program uses the same token, by polling or a webhook; stop it (waiting)"
    return f"polling failed, will go on trying: {reason}"
