"""getUpdates: offsets, filters, conflicts, long polls; and delivery bent by tests."""

import asyncio

import aiohttp
import pytest

from sandbox import Bot, Person, Sandbox
from tests.sandbox.conftest import Api, a_poll_waits


@pytest.fixture
def lan(sandbox: Sandbox, bot: Bot) -> Person:
    person = sandbox.world.person("Lan")
    person.opens(bot)
    return person


async def texts(api: Api, **given: object) -> list[str]:
    return [u["message"]["text"] for u in await api("getUpdates", **given)]


async def test_what_is_not_confirmed_comes_again(api: Api, lan: Person) -> None:
    lan.types("một")
    lan.types("hai")
    first = await api("getUpdates", limit=2)
    assert [u["message"]["text"] for u in first] == ["/start", "một"]
    assert await api("getUpdates", limit=2) == first
    assert await texts(api, offset=first[-1]["update_id"]) == ["một", "hai"]
    assert await texts(api, offset=first[-1]["update_id"] + 1) == ["hai"]
    assert await texts(api, offset=first[-1]["update_id"] + 2) == []


async def test_a_negative_offset_keeps_the_newest(api: Api, lan: Person) -> None:
    lan.types("một")
    lan.types("hai")
    assert await texts(api, offset=-2) == ["một", "hai"]
    assert await texts(api) == ["một", "hai"]


async def test_allowed_updates_last_until_changed(api: Api, lan: Person, bot: Bot) -> None:
    await api("getUpdates", allowed_updates=["edited_message"])
    lan.edits(lan.types("a"), "b")
    kinds = [next(k for k in u if k != "update_id") for u in await api("getUpdates")]
    assert kinds == ["message", "edited_message"]
    await api("getUpdates", allowed_updates=[])
    lan.types("c")
    assert (await api("getUpdates"))[-1]["message"]["text"] == "c"


async def test_a_long_poll_ends_when_something_comes(api: Api, lan: Person, bot: Bot) -> None:
    [first] = await api("getUpdates")
    poll = asyncio.create_task(texts(api, offset=first["update_id"] + 1, timeout=50))
    await a_poll_waits(bot)
    assert not poll.done()
    lan.types("một")
    assert await poll == ["một"]


async def test_a_second_poller_ends_the_first(api: Api, lan: Person, bot: Bot) -> None:
    [first] = await api("getUpdates")
    offset = first["update_id"] + 1
    older = asyncio.create_task(api.refusal("getUpdates", offset=offset, timeout=50))
    await a_poll_waits(bot)
    newer = asyncio.create_task(texts(api, offset=offset, timeout=50))
    refused = await older
    assert refused.code == 409
    assert refused.description == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    lan.types("một")
    assert await newer == ["một"]


async def test_setting_a_webhook_ends_polling(api: Api, bot: Bot) -> None:
    older = asyncio.create_task(api.refusal("getUpdates", timeout=50))
    await a_poll_waits(bot)
    await api("setWebhook", url="http://127.0.0.1:9/")
    assert (await older).description == "Conflict: terminated by setWebhook request"
    refused = await api.refusal("getUpdates")
    assert refused.description.startswith("Conflict: can't use getUpdates method while webhook")
    await api("setWebhook", url="")
    assert await api("getUpdates") == []


async def test_late_updates_come_after_newer_ones(api: Api, lan: Person, bot: Bot) -> None:
    await api("getUpdates", offset=-1)
    bot.updates.hold(1)
    lan.types("sớm")
    lan.types("muộn")
    [start, newer] = await api("getUpdates")
    assert newer["message"]["text"] == "muộn"
    assert await api("getUpdates", offset=newer["update_id"] + 1) == []
    bot.updates.release()
    [late] = await api("getUpdates", offset=newer["update_id"] + 1)
    assert late["message"]["text"] == "sớm"
    assert late["message"]["message_id"] < newer["message"]["message_id"]
    assert start["message"]["text"] == "/start"


async def test_a_doubled_update_comes_twice_under_one_id(api: Api, lan: Person, bot: Bot) -> None:
    [start] = await api("getUpdates")
    bot.updates.double()
    lan.types("một")
    [once] = await api("getUpdates", offset=start["update_id"] + 1)
    [twice] = await api("getUpdates", offset=once["update_id"] + 1)
    assert twice == once
    assert await api("getUpdates", offset=once["update_id"] + 1) == []


async def test_a_repeated_update_has_a_new_id(api: Api, lan: Person, bot: Bot) -> None:
    bot.updates.repeat()
    first, again = await api("getUpdates")
    assert again["update_id"] > first["update_id"]
    assert again["message"] == first["message"]


async def test_an_update_shows_the_message_as_it_was_then(api: Api, lan: Person) -> None:
    said = lan.types("a")
    lan.edits(said, "b")
    assert await api("getUpdates", limit=3)
    shown = await api("getUpdates")
    assert shown[1]["message"]["text"] == "a"
    assert shown[2]["edited_message"]["text"] == "b"


async def test_closing_ends_waiting_polls_empty_handed() -> None:
    async with aiohttp.ClientSession() as session:
        async with Sandbox() as sandbox:
            bot = sandbox.world.bot("KnltBot")
            api = Api(session, sandbox.api_url, bot.token)
            poll = asyncio.create_task(api("getUpdates", timeout=50))
            await a_poll_waits(bot)
        assert await poll == []
