"""The webhook: nobody without the secret is listened to, and 200 means the update is safe."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.telegram.client import TelegramClient
from bot.telegram.webhook import MAX_BODY, SECRET_HEADER, routes
from core.ports import NewUpdate
from sandbox import Bot, Person
from tests.gateways.updates import message

SECRETS = {"public": "mot-bi-mat", "staff": "bi-mat-khac"}
RAW = {"update_id": 8, "message": message(text="Đỗ")}


class Inbox:
    def __init__(self) -> None:
        self.kept: list[NewUpdate] = []
        self.broken = False
        self.arrived = asyncio.Event()

    async def put(self, updates: Sequence[NewUpdate]) -> None:
        if self.broken:
            raise ConnectionError("the database is down")
        self.kept.extend(updates)
        self.arrived.set()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def url(inbox: Inbox) -> AsyncIterator[str]:
    app = web.Application(client_max_size=16 * MAX_BODY)
    app.add_routes(routes(SECRETS, inbox.put))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    await runner.cleanup()


async def post(
    session: aiohttp.ClientSession, url: str, body: Any, secret: str | None = SECRETS["public"]
) -> int:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with session.post(url, data=io.BytesIO(data), headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize("bot", ["public", "staff"])
async def test_an_update_is_kept_before_it_is_acknowledged(
    session: aiohttp.ClientSession, url: str, inbox: Inbox, bot: str
) -> None:
    assert await post(session, f"{url}/{bot}", RAW, SECRETS[bot]) == 200

    (kept,) = inbox.kept
    assert (kept.bot, kept.update_id, kept.conversation) == (bot, "8", f"{bot}:42")
    assert json.loads(kept.payload) == RAW


@pytest.mark.parametrize(
    "secret", [None, "", "sai", SECRETS["staff"], SECRETS["public"] + "x", "bí mật"], ids=str
)
async def test_whoever_lacks_the_secret_is_not_listened_to(
    session: aiohttp.ClientSession, url: str, inbox: Inbox, secret: str | None
) -> None:
    assert await post(session, f"{url}/public", RAW, secret) == 401
    assert await post(session, f"{url}/public", b"x" * (2 * MAX_BODY), secret) == 401

    assert not inbox.kept


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"\xff", b"[]", b"7", {}, {"update_id": "8"}, {"message": {}},
     b"[" * 100_000],
    ids=lambda body: repr(body)[:30],
)  # fmt: skip
async def test_what_is_no_update_is_refused(
    session: aiohttp.ClientSession, url: str, inbox: Inbox, body: Any
) -> None:
    assert await post(session, f"{url}/public", body) == 400

    assert not inbox.kept


async def test_a_body_has_a_limit(session: aiohttp.ClientSession, url: str, inbox: Inbox) -> None:
    fits = json.dumps(RAW).encode().ljust(MAX_BODY)

    assert await post(session, f"{url}/public", fits) == 200
    assert await post(session, f"{url}/public", fits + b" ") == 413

    assert len(inbox.kept) == 1


async def test_an_update_that_cannot_be_kept_is_asked_for_again(
    session: aiohttp.ClientSession, url: str, inbox: Inbox
) -> None:
    inbox.broken = True
    assert await post(session, f"{url}/public", RAW) == 503

    inbox.broken = False
    assert await post(session, f"{url}/public", RAW) == 200
    assert len(inbox.kept) == 1


async def test_other_ways_in_are_closed(session: aiohttp.ClientSession, url: str) -> None:
    assert await post(session, f"{url}/other", RAW) == 404
    async with session.get(f"{url}/public", headers={SECRET_HEADER: "x"}) as answer:
        assert answer.status == 405


async def test_the_sandbox_delivers_to_it(
    client: TelegramClient, role: str, url: str, inbox: Inbox, lan: Person, account: Bot
) -> None:
    await client.set_webhook(f"{url}/{role}", SECRETS[role])
    lan.opens(account, "abc")

    await asyncio.wait_for(inbox.arrived.wait(), 5)

    (kept,) = inbox.kept
    incoming = client.parse(kept.payload)
    assert incoming is not None
    assert (incoming.text, incoming.conversation) == ("abc", kept.conversation)
