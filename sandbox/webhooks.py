"""Delivery of updates by webhook: in order within a chat, again until accepted.

Source: setWebhook of the Bot API, and the public server's behaviour: an update that is not
answered 2xx is sent again; other chats do not wait for it; a method may come in the answer.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from sandbox.api.request import read_reply
from sandbox.api.table import METHODS, Method
from sandbox.bots import Bot, Webhook
from sandbox.errors import ApiError
from sandbox.updates import Update
from sandbox.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
FIRST_RETRY = 0.05
LONGEST_RETRY = 2.0
ANSWER_WITHIN = 60.0

Perform = Callable[[Bot, Method, dict[str, Any]], Awaitable[Any]]


class Webhooks:
    """One deliverer per bot with a webhook, started as soon as it has something to deliver."""

    def __init__(self, world: World, perform: Perform) -> None:
        self._world = world
        self._perform = perform
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy: set[tuple[int, int]] = set()
        self._under_way: dict[int, int] = {}

    async def start(self) -> None:
        """Open what deliveries are sent through."""
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN),
            connector=aiohttp.TCPConnector(limit=0),
        )

    async def stop(self) -> None:
        """Stop delivering; what is not accepted stays queued."""
        for bot in self._world.bots.values():
            bot.updates.on_arrival = None
        for task in tuple(self._tasks):
            task.cancel()
        for task in tuple(self._tasks):
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._session is not None:
            await self._session.close()

    def watch(self, bot: Bot) -> None:
        """Deliver what waits for a bot, and from now on whatever comes, while it has a webhook."""
        bot.updates.on_arrival = lambda: self._deliver(bot)
        self._deliver(bot)

    def _deliver(self, bot: Bot) -> None:
        hook = bot.webhook
        if hook is None:
            return
        for update in bot.updates:
            if self._under_way.get(bot.id, 0) >= hook.max_connections:
                return
            place = (bot.id, update.chat_id)
            if place not in self._busy:
                self._busy.add(place)
                self._under_way[bot.id] = self._under_way.get(bot.id, 0) + 1
                task = asyncio.get_running_loop().create_task(self._deliver_one(bot, update))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _deliver_one(self, bot: Bot, update: Update) -> None:
        try:
            wait = FIRST_RETRY
            while (hook := bot.webhook) is not None and not await self._post(bot, hook, update):
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_RETRY)
        finally:
            self._busy.discard((bot.id, update.chat_id))
            self._under_way[bot.id] -= 1
        self._deliver(bot)

    async def _post(self, bot: Bot, hook: Webhook, update: Update) -> bool:
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        assert self._session is not None  # noqa: S101 - delivery starts after start()
        try:
            async with self._session.post(hook.url, json=update.json, headers=headers) as answer:
                if 200 <= answer.status < 300:
                    bot.updates.done(update)
                    await self._perform_reply(bot, answer)
                    return True
                self._note(
                    hook, f"Wrong response from the webhook: {answer.status} {answer.reason}"
                )
        except (aiohttp.ClientError, TimeoutError) as problem:
            self._note(hook, f"Connection failed: {type(problem).__name__}")
        return False

    def _note(self, hook: Webhook, problem: str) -> None:
        hook.error = problem
        hook.error_at = self._world.clock.now()

    async def _perform_reply(self, bot: Bot, answer: aiohttp.ClientResponse) -> None:
        try:
            raw = await read_reply(answer)
        except ApiError:
            return
        method = METHODS.get(str(raw.pop("method", "")).lower())
        if method is not None:
            await self._perform(bot, method, raw)
