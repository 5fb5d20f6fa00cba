"""Flood limits, to the message and to the second of the sandbox clock."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from sandbox import Bot, Sandbox, SandboxClock
from tests.sandbox.conftest import NOON, TOKEN, Api


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=SandboxClock(NOON, frozen=True)) as running:
        yield running


async def test_a_private_chat_takes_five_at_once_then_one_a_second(
    api: Api, bot: Bot, sandbox: Sandbox
) -> None:
    lan = sandbox.world.person("Lan")
    lan.opens(bot)
    for _ in range(5):
        await api("sendMessage", chat_id=lan.id, text="a")
    refused = await api.refusal("sendMessage", chat_id=lan.id, text="a")
    assert (refused.status, refused.code) == (429, 429)
    assert refused.description == "Too Many Requests: retry after 1"
    assert refused.parameters == {"retry_after": 1}
    sandbox.clock.shift(timedelta(seconds=1))
    await api("sendMessage", chat_id=lan.id, text="a")
    assert (await api.refusal("sendMessage", chat_id=lan.id, text="a")).code == 429
    sandbox.clock.shift(timedelta(seconds=5))
    for _ in range(5):
        await api("sendMessage", chat_id=lan.id, text="a")


async def test_a_group_takes_twenty_a_minute(api: Api, bot: Bot, sandbox: Sandbox) -> None:
    group = sandbox.world.group("Tổ", bots=[bot])
    for _ in range(20):
        await api("sendMessage", chat_id=group.id, text="a")
    refused = await api.refusal("sendMessage", chat_id=group.id, text="a")
    assert refused.parameters == {"retry_after": 60}
    sandbox.clock.shift(timedelta(seconds=59, milliseconds=500))
    refused = await api.refusal("sendMessage", chat_id=group.id, text="a")
    assert refused.parameters == {"retry_after": 1}
    assert await api("editMessageText", chat_id=group.id, message_id=group.last.id, text="b")
    sandbox.clock.shift(timedelta(milliseconds=500))
    await api("sendMessage", chat_id=group.id, text="a")


async def test_a_bot_sends_thirty_a_second_whoever_to(api: Api, bot: Bot, sandbox: Sandbox) -> None:
    people = [sandbox.world.person(f"Người {n}") for n in range(31)]
    for person in people:
        person.opens(bot)
    for person in people[:30]:
        await api("sendMessage", chat_id=person.id, text="a")
    refused = await api.refusal("sendMessage", chat_id=people[30].id, text="a")
    assert refused.parameters == {"retry_after": 1}
    sandbox.clock.shift(timedelta(seconds=1))
    await api("sendMessage", chat_id=people[30].id, text="a")


async def test_limits_can_be_off(api: Api, bot: Bot, sandbox: Sandbox) -> None:
    sandbox.world.limits.on = False
    group = sandbox.world.group("Tổ", bots=[bot])
    for _ in range(40):
        await api("sendMessage", chat_id=group.id, text="a")
    assert len(group.messages) == 41
    assert bot.token == TOKEN
