"""Webhook routes: the secret is checked, the update committed, and only then acknowledged."""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.telegram.updates import new_update
from core.ports import NewUpdate

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
MAX_BODY = 1024 * 1024  # bytes; updates are a few kilobytes
_CHUNK = 64 * 1024

Put = Callable[[Sequence[NewUpdate]], Awaitable[None]]


def routes(secrets: Mapping[str, str], put: Put) -> list[web.RouteDef]:
    """Give `POST /telegram/BOT` for each bot of `secrets`; `put` returns once an update is safe.

    Answers 200, 401 (secret), 413 (over 1 MiB), 400 (no update), 503 (not stored: Telegram will
    send it again).
    """
    return [
        web.post(f"/telegram/{bot}", _handler(bot, secret.encode(), put))
        for bot, secret in secrets.items()
    ]


def _handler(
    bot: str, secret: bytes, put: Put
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret):
            raise web.HTTPUnauthorized
        update = _read(await _body(request), bot)
        try:
            await put([update])
        except Exception as error:
            logger.exception("%s: an update was not stored", bot)
            raise web.HTTPServiceUnavailable from error
        return web.Response()

    return receive


async def _body(request: web.Request) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > MAX_BODY:
            raise web.HTTPRequestEntityTooLarge(max_size=MAX_BODY, actual_size=len(body))
    return bytes(body)


def _read(body: bytes, bot: str) -> NewUpdate:
    try:
        raw: Any = json.loads(body)
        if isinstance(raw, dict) and isinstance(raw.get("update_id"), int):
            return new_update(raw, bot)
    except (ValueError, RecursionError):
        pass
    raise web.HTTPBadRequest
