"""Webhooks: secret, order within a chat, retries, answers that call a method."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import MultipartWriter, web

from sandbox import Bot, Person, Sandbox
from tests.sandbox.conftest import Api


class Receiver:
    """A bot's own web server: notes what it is sent and answers as told."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers: list[Callable[[], web.Response]] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.url = ""
        self._changed = asyncio.Event()

    @property
    def texts(self) -> list[str]:
        return [u["message"]["text"] for u in self.updates]

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        update = await self.read(request)
        gate = self.gates.get(update["message"]["text"])
        if gate is not None:
            await gate.wait()
        return self.answers.pop(0)() if self.answers else web.Response()

    async def read(self, request: web.BaseRequest) -> dict[str, Any]:
        update: dict[str, Any] = await request.json()
        self.updates.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self._changed.set()
        return update

    async def has(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.updates) < count:
                self._changed.clear()
                await self._changed.wait()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    runner = web.ServerRunner(web.Server(made.answer), shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    yield made
    await runner.cleanup()


@pytest.fixture
def lan(sandbox: Sandbox, bot: Bot) -> Person:
    return sandbox.world.person("Lan")


async def test_updates_waiting_and_new_are_delivered_with_the_secret(
    api: Api, bot: Bot, lan: Person, receiver: Receiver
) -> None:
    lan.opens(bot)
    await api("setWebhook", url=receiver.url, secret_token="bí-mật".encode().hex())
    lan.types("một")
    await receiver.has(2)
    assert receiver.texts == ["/start", "một"]
    assert receiver.secrets == ["bí-mật".encode().hex()] * 2
    info = await api("getWebhookInfo")
    assert (info["url"], info["max_connections"]) == (receiver.url, 40)


async def test_what_is_refused_comes_again_before_what_follows(
    api: Api, bot: Bot, lan: Person, receiver: Receiver
) -> None:
    receiver.answers = [lambda: web.Response(status=503), lambda: web.Response(status=500)]
    await api("setWebhook", url=receiver.url)
    lan.opens(bot)
    lan.types("một")
    await receiver.has(4)
    assert receiver.texts == ["/start", "/start", "/start", "một"]
    assert len({u["update_id"] for u in receiver.updates}) == 2
    info = await api("getWebhookInfo")
    assert info["last_error_message"] == (
        "Wrong response from the webhook: 500 Internal Server Error"
    )


async def test_one_chat_does_not_wait_for_another(
    api: Api, bot: Bot, lan: Person, receiver: Receiver, sandbox: Sandbox
) -> None:
    minh = sandbox.world.person("Minh")
    gate = receiver.gates["/start chậm"] = asyncio.Event()
    receiver.gates["/start cham"] = gate
    await api("setWebhook", url=receiver.url)
    lan.opens(bot, "cham")
    lan.types("sau")
    minh.opens(bot, "nhanh")
    await receiver.has(2)
    assert receiver.texts == ["/start cham", "/start nhanh"]
    gate.set()
    await receiver.has(3)
    assert receiver.texts[2] == "sau"


async def test_max_connections_bounds_what_is_under_way(
    api: Api, bot: Bot, lan: Person, receiver: Receiver, sandbox: Sandbox
) -> None:
    minh = sandbox.world.person("Minh")
    gate = receiver.gates["/start cham"] = asyncio.Event()
    await api("setWebhook", url=receiver.url, max_connections=1)
    lan.opens(bot, "cham")
    minh.opens(bot, "nhanh")
    await receiver.has(1)
    assert (await api("getWebhookInfo"))["pending_update_count"] == 2
    assert receiver.texts == ["/start cham"]
    gate.set()
    await receiver.has(2)


async def test_doubled_held_and_repeated_updates(
    api: Api, bot: Bot, lan: Person, receiver: Receiver
) -> None:
    await api("setWebhook", url=receiver.url)
    bot.updates.double()
    lan.opens(bot)
    await receiver.has(2)
    assert receiver.updates[0] == receiver.updates[1]
    bot.updates.hold()
    lan.types("một")
    lan.types("hai")
    await receiver.has(3)
    bot.updates.release()
    await receiver.has(4)
    assert receiver.texts[2:] == ["hai", "một"]
    assert receiver.updates[3]["update_id"] < receiver.updates[2]["update_id"]
    bot.updates.repeat()
    await receiver.has(5)
    assert receiver.updates[4]["update_id"] > receiver.updates[2]["update_id"]


async def test_a_method_may_come_in_the_answer(
    api: Api, bot: Bot, lan: Person, receiver: Receiver
) -> None:
    def form() -> web.Response:
        body = f"method=sendMessage&chat_id={lan.id}&text=b"
        return web.Response(text=body, content_type="application/x-www-form-urlencoded")

    def multipart() -> web.Response:
        parts = MultipartWriter("form-data")
        for name, value in (("method", "sendMessage"), ("chat_id", str(lan.id)), ("text", "c")):
            parts.append(value).set_content_disposition("form-data", name=name)
        return web.Response(body=parts)

    receiver.answers = [
        lambda: web.json_response({"method": "sendMessage", "chat_id": lan.id, "text": "a"}),
        lambda: web.json_response({"method": "sendMessage", "chat_id": 1, "text": "refused"}),
        form,
        multipart,
    ]
    await api("setWebhook", url=receiver.url)
    lan.opens(bot)
    assert (await lan.waits_for()).text == "a"
    lan.types("một")
    lan.types("hai")
    assert (await lan.waits_for()).text == "b"
    lan.types("ba")
    assert (await lan.waits_for()).text == "c"
    assert [call.error for call in bot.called("sendMessage")] == [
        None,
        "400 Bad Request: chat not found",
        None,
        None,
    ]


async def test_updates_can_be_dropped_and_the_webhook_deleted(
    api: Api, bot: Bot, lan: Person, receiver: Receiver
) -> None:
    lan.opens(bot)
    await api("setWebhook", url=receiver.url, drop_pending_updates=True)
    lan.types("một")
    await receiver.has(1)
    assert receiver.texts == ["một"]
    await api("deleteWebhook")
    lan.types("hai")
    assert (await api("getUpdates"))[-1]["message"]["text"] == "hai"
    assert (await api("getWebhookInfo"))["url"] == ""
