"""Presses and their answers, within fifteen seconds and once."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox import Bot, Person, Popup, Sandbox
from tests.sandbox.conftest import Api

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
async def lan(sandbox: Sandbox, bot: Bot, api: Api) -> Person:
    person = sandbox.world.person("Lan")
    person.opens(bot)
    markup = {"inline_keyboard": [[{"text": "Đồng ý", "callback_data": "v1:yes"}]]}
    await api("sendMessage", chat_id=person.id, text="Đồng ý chứ?", reply_markup=markup)
    return person


async def last_query(api: Api) -> dict[str, Any]:
    query: dict[str, Any] = (await api("getUpdates"))[-1]["callback_query"]
    return query


async def test_a_press_tells_who_where_and_what(api: Api, lan: Person) -> None:
    lan.presses("Đồng ý")
    query = await last_query(api)
    assert query["data"] == "v1:yes"
    assert query["from"]["id"] == lan.id
    assert query["message"]["text"] == "Đồng ý chứ?"
    assert query["message"]["reply_markup"]["inline_keyboard"]


async def test_it_is_answered_once(api: Api, lan: Person) -> None:
    lan.presses("Đồng ý")
    query_id = (await last_query(api))["id"]
    assert await api("answerCallbackQuery", callback_query_id=query_id, text="Vâng")
    assert lan.popups == [Popup("Vâng", alert=False)]
    again = await api.refusal("answerCallbackQuery", callback_query_id=query_id)
    assert (again.code, again.description) == (400, TOO_OLD)


async def test_an_answer_without_words_shows_nothing(api: Api, lan: Person) -> None:
    lan.presses("Đồng ý")
    await api("answerCallbackQuery", callback_query_id=(await last_query(api))["id"])
    assert lan.popups == []


@pytest.mark.parametrize(("seconds", "alive"), [(15, True), (16, False)])
async def test_it_lives_fifteen_seconds(
    api: Api, lan: Person, sandbox: Sandbox, seconds: int, alive: bool
) -> None:
    lan.presses("Đồng ý")
    query_id = (await last_query(api))["id"]
    sandbox.clock.shift(timedelta(seconds=seconds))
    if alive:
        assert await api("answerCallbackQuery", callback_query_id=query_id)
    else:
        refused = await api.refusal("answerCallbackQuery", callback_query_id=query_id)
        assert refused.description == TOO_OLD


async def test_only_the_bot_asked_may_answer(api: Api, lan: Person, sandbox: Sandbox) -> None:
    other = Api(api.session, api.url, sandbox.world.bot("Other").token)
    lan.presses("Đồng ý")
    query_id = (await last_query(api))["id"]
    refused = await other.refusal("answerCallbackQuery", callback_query_id=query_id)
    assert refused.description == TOO_OLD


async def test_a_button_that_is_gone_can_still_be_pressed_on_an_old_screen(
    api: Api, lan: Person
) -> None:
    card = lan.last
    given = {"chat_id": lan.id, "message_id": card.id}
    await api("editMessageText", **given, text="Đã xong")
    lan.presses("Đồng ý", on=card)
    query = await last_query(api)
    assert (query["data"], query["message"]["text"]) == ("v1:yes", "Đã xong")
    await api("deleteMessage", **given)
    lan.presses("Đồng ý", on=card)
    assert (await last_query(api))["message"]["date"] == 0


async def test_a_changed_client_sends_any_data(api: Api, lan: Person) -> None:
    lan.taps(lan.last, "v9:x")
    assert (await last_query(api))["data"] == "v9:x"


async def test_the_same_press_comes_again_under_a_new_update(
    api: Api, lan: Person, bot: Bot
) -> None:
    lan.presses("Đồng ý")
    bot.updates.repeat()
    first, again = (await api("getUpdates"))[-2:]
    assert first["callback_query"] == again["callback_query"]
    assert first["update_id"] != again["update_id"]
