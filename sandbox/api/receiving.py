"""getUpdates, and the webhook's settings."""

import asyncio
import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sandbox import wire
from sandbox.api.call import Call
from sandbox.bots import Bot, Webhook
from sandbox.errors import ApiError, bad_request
from sandbox.model import Json
from sandbox.updates import UPDATE_KINDS, USUAL_KINDS

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Polls:
    """Who is polling now: one getUpdates per bot, the newer ends the older with 409."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Future[None]] = {}

    async def get_updates(self, call: Call) -> list[Json]:
        """Answer getUpdates, waiting up to `timeout` real seconds for something to come."""
        bot = call.bot
        if bot.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        allow(bot, call.get("allowed_updates"))
        self.interrupt(
            bot, "other getUpdates request; make sure that only one bot instance is running"
        )
        offset, limit = call.get("offset", 0), call.get("limit", 100)
        updates = bot.updates.take(offset, limit)
        if not updates and call.get("timeout", 0):
            await self._wait(bot, call.args["timeout"])
            updates = bot.updates.take(0, limit)
        return [update.json for update in updates]

    def interrupt(self, bot: Bot, by: str) -> None:
        """End the waiting getUpdates of a bot with 409 "terminated by …"."""
        waiting = self._waiting.pop(bot.id, None)
        if waiting is not None and not waiting.done():
            waiting.set_exception(conflict(f"terminated by {by}"))

    def release(self) -> None:
        """Let every waiting getUpdates return empty-handed: the server closes."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result(None)

    async def _wait(self, bot: Bot, timeout: float) -> None:  # noqa: ASYNC109 - the API's word
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[bot.id] = waiting
        arrival = bot.updates.arrival()
        try:
            await asyncio.wait({waiting, arrival}, timeout=timeout, return_when="FIRST_COMPLETED")
            if waiting.done():
                waiting.result()
        finally:
            arrival.cancel()
            if self._waiting.get(bot.id) is waiting:
                del self._waiting[bot.id]


def set_webhook(call: Call) -> bool:
    """Answer setWebhook; an empty url deletes it.

    Like a self-hosted server it takes http, but only to this machine: the sandbox calls nobody.
    """
    url = call.args.get("url", "")
    if call.get("drop_pending_updates"):
        call.bot.updates.clear()
    if not url:
        call.bot.webhook = None
        return True
    _judge_url(url)
    secret = call.get("secret_token", "")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    allow(call.bot, call.get("allowed_updates"))
    call.bot.webhook = Webhook(
        url, secret, call.get("max_connections", 40), allowed=call.get("allowed_updates")
    )
    return True


def delete_webhook(call: Call) -> bool:
    """Answer deleteWebhook."""
    if call.get("drop_pending_updates"):
        call.bot.updates.clear()
    call.bot.webhook = None
    return True


def get_webhook_info(call: Call) -> Json:
    """Answer getWebhookInfo."""
    hook = call.bot.webhook
    body: dict[str, Any] = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(call.bot.updates),
    }
    if hook is not None:
        body.update(max_connections=hook.max_connections, ip_address=hook.ip_address)
        if hook.error_at is not None:
            body.update(last_error_date=wire.seconds(hook.error_at), last_error_message=hook.error)
    if call.bot.updates.allowed != USUAL_KINDS:
        body["allowed_updates"] = sorted(call.bot.updates.allowed)
    return body


def allow(bot: Bot, kinds: list[str] | None) -> None:
    """Set what a bot is told from now on: None keeps the setting, [] restores the usual."""
    if kinds is None:
        return
    unknown = set(kinds) - UPDATE_KINDS
    if unknown:
        raise bad_request(f"unknown update type {min(unknown)}")
    bot.updates.allowed = frozenset(kinds) or USUAL_KINDS


def conflict(what: str) -> ApiError:
    """Return the 409 that says `what`."""
    return ApiError(409, f"Conflict: {what}")


def _judge_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if parts.scheme not in ("http", "https") or not host:
        raise bad_request("invalid webhook URL specified")
    if host != "localhost" and not _loopback(host):
        raise bad_request(f"bad webhook: the sandbox calls this machine only, not {host}")


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
