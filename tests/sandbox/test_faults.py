"""Injected faults: what the call suffers, whether its effect happened, which calls are spared."""

import asyncio
import time

import aiohttp
import pytest

from sandbox import Bot, Person, Sandbox
from tests.sandbox.conftest import Api


@pytest.fixture
def lan(sandbox: Sandbox, bot: Bot) -> Person:
    person = sandbox.world.person("Lan")
    person.opens(bot)
    return person


async def test_errors_come_as_json_or_as_a_page(api: Api, lan: Person, sandbox: Sandbox) -> None:
    fault = sandbox.faults.fail(500, times=2)
    for _ in range(2):
        refused = await api.refusal("sendMessage", chat_id=lan.id, text="a")
        assert (refused.status, refused.description) == (500, "Internal Server Error")
    assert (fault.hits, fault.left) == (2, 0)
    sandbox.faults.fail(502, html=True)
    url = f"{api.url}/bot{api.token}/getMe"
    async with api.session.get(url) as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
        assert "<h1>502 Bad Gateway</h1>" in await answer.text()
    assert await api("getMe")
    assert lan.sees == ""


async def test_a_fault_meets_only_its_method_and_chat(
    api: Api, lan: Person, sandbox: Sandbox, bot: Bot
) -> None:
    minh = sandbox.world.person("Minh")
    minh.opens(bot)
    sandbox.faults.fail(method="sendmessage", chat=minh.id)
    assert await api("getMe")
    assert await api("sendMessage", chat_id=lan.id, text="a")
    assert (await api.refusal("sendMessage", chat_id=minh.id, text="a")).code == 500
    sandbox.faults.fail(method="getMe")
    sandbox.faults.clear()
    assert await api("getMe")


async def test_a_flood_says_how_long(api: Api, lan: Person, sandbox: Sandbox) -> None:
    sandbox.faults.flood(10072)
    refused = await api.refusal("sendMessage", chat_id=lan.id, text="a")
    assert (refused.code, refused.parameters) == (429, {"retry_after": 10072})


@pytest.mark.parametrize(("effect", "seen"), [(False, ""), (True, "a")])
async def test_a_connection_drops_before_or_after_the_effect(
    api: Api, lan: Person, sandbox: Sandbox, effect: bool, seen: str
) -> None:
    sandbox.faults.drop(effect=effect)
    with pytest.raises(aiohttp.ClientError):
        await api("sendMessage", chat_id=lan.id, text="a")
    assert lan.sees == seen


async def test_an_error_may_hide_that_it_worked(api: Api, lan: Person, sandbox: Sandbox) -> None:
    sandbox.faults.fail(504, "Gateway Timeout", effect=True)
    assert (await api.refusal("sendMessage", chat_id=lan.id, text="a")).code == 504
    assert lan.sees == "a"


async def test_a_delay_only_delays(api: Api, lan: Person, sandbox: Sandbox) -> None:
    sandbox.faults.delay(0.05)
    began = time.monotonic()
    slow = asyncio.create_task(api("sendMessage", chat_id=lan.id, text="a"))
    quick = await api("getMe")
    assert quick
    assert (await slow)["text"] == "a"
    assert time.monotonic() - began >= 0.05
