"""What the world tells those who watch it."""

from sandbox import Bot, Sandbox
from sandbox.events import (
    ApiCalled,
    CallbackAnswered,
    Event,
    MessageDeleted,
    MessageEdited,
    MessageSent,
    UpdateQueued,
)
from tests.sandbox.conftest import Api


async def test_everything_that_happens_is_told(api: Api, bot: Bot, sandbox: Sandbox) -> None:
    told: list[Event] = []
    stop = sandbox.world.events.subscribe(told.append)
    lan = sandbox.world.person("Lan")
    lan.opens(bot)
    markup = {"inline_keyboard": [[{"text": "Có", "callback_data": "y"}]]}
    await api("sendMessage", chat_id=lan.id, text="?", reply_markup=markup)
    query = lan.presses("Có")
    assert not isinstance(query, str)
    await api("answerCallbackQuery", callback_query_id=query.id, text="Vâng")
    await api("editMessageText", chat_id=lan.id, message_id=2, text="Xong")
    await api.refusal("editMessageText", chat_id=lan.id, message_id=2, text="Xong")
    await api("deleteMessage", chat_id=lan.id, message_id=2)
    assert [type(event) for event in told] == [
        MessageSent,
        UpdateQueued,
        MessageSent,
        ApiCalled,
        UpdateQueued,
        CallbackAnswered,
        ApiCalled,
        MessageEdited,
        ApiCalled,
        ApiCalled,
        MessageDeleted,
        ApiCalled,
    ]
    refused = told[9]
    assert isinstance(refused, ApiCalled)
    assert refused.error is not None
    assert refused.error.startswith("400 Bad Request: message is not modified")
    assert refused.seconds > 0
    stop()
    lan.types("a")
    assert len(told) == 12


async def test_calls_are_kept_by_bot_and_method(api: Api, bot: Bot, sandbox: Sandbox) -> None:
    lan = sandbox.world.person("Lan")
    lan.opens(bot)
    await api("getMe")
    await api("sendMessage", chat_id=lan.id, text="a")
    [call] = bot.called("sendMessage")
    assert call.parameters == {"chat_id": lan.id, "text": "a"}
    assert [c.method for c in sandbox.world.calls] == ["getMe", "sendMessage"]
    assert [m.text for m in bot.sent()] == ["a"]
    assert sandbox.world.calls.maxlen == bot.calls.maxlen == 10_000


async def test_nothing_prints_a_token(bot: Bot, sandbox: Sandbox) -> None:
    lan = sandbox.world.person("Lan")
    assert bot.token not in repr((bot, lan, lan.opens(bot), lan.here))
