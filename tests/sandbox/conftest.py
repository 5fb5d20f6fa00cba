"""A sandbox with frozen time, a bot, and a bare client that speaks HTTP as any bot would."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from sandbox import Bot, Sandbox, SandboxClock

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
TOKEN = "123456:AAsecret"


class Refused(Exception):
    """An answer that was not ok."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status} {body.get('description')}")
        self.status = status
        self.code: int = body["error_code"]
        self.description: str = body["description"]
        self.parameters: dict[str, Any] = body.get("parameters", {})


class Api:
    """Calls methods of one bot with JSON bodies and returns their results."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self.session = session
        self.url = url
        self.token = token

    async def __call__(self, method: str, **parameters: Any) -> Any:
        return await self.post(method, json=parameters)

    async def post(self, method: str, **sending: Any) -> Any:
        url = f"{self.url}/bot{self.token}/{method}"
        async with self.session.post(url, **sending) as answer:
            body = await answer.json()
            if not body["ok"]:
                raise Refused(answer.status, body)
            return body["result"]

    async def refusal(self, method: str, **parameters: Any) -> Refused:
        with pytest.raises(Refused) as caught:
            await self(method, **parameters)
        return caught.value


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    clock = SandboxClock(NOON, frozen=True)
    async with Sandbox(clock=clock, limits=False) as running:
        yield running


@pytest.fixture
def bot(sandbox: Sandbox) -> Bot:
    return sandbox.world.bot("KnltBot", token=TOKEN)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def api(sandbox: Sandbox, bot: Bot, session: aiohttp.ClientSession) -> Api:
    return Api(session, sandbox.api_url, bot.token)


async def a_poll_waits(bot: Bot) -> None:
    """Return as soon as a long poll of the bot has reached the server and waits there."""
    async with asyncio.timeout(5):
        while not bot.updates.awaited:  # noqa: ASYNC110 - it happens in this very loop
            await asyncio.sleep(0)
