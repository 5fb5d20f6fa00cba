"""How strictly requests are judged, whichever way they are sent."""

import json
from typing import Any

import aiohttp
import pytest

from sandbox import Bot, Person, Sandbox
from tests.sandbox.conftest import Api, Refused


@pytest.fixture
def lan(sandbox: Sandbox, bot: Bot) -> Person:
    person = sandbox.world.person("Lan")
    person.opens(bot)
    return person


async def test_parameters_arrive_in_four_ways(api: Api, lan: Person) -> None:
    given = {"chat_id": str(lan.id), "text": "a"}
    form = aiohttp.FormData(given, default_to_multipart=True)
    for sending in ({"json": given}, {"data": given}, {"data": form}, {"params": given}):
        assert (await api.post("sendMessage", **sending))["text"] == "a"
    assert (await api.post("SENDMESSAGE", json={"chat_id": lan.id, "text": "a"}))["text"] == "a"


async def test_an_attached_file_is_found_by_its_name(api: Api, lan: Person) -> None:
    form = aiohttp.FormData({"chat_id": str(lan.id), "document": "attach://part"})
    form.add_field("part", b"x", filename="a.txt")
    sent = await api.post("sendDocument", data=form)
    assert sent["document"]["file_name"] == "a.txt"
    assert sent["document"]["mime_type"] == "text/plain"


@pytest.mark.parametrize(
    ("method", "given", "problem"),
    [
        ("sendMessage", {"text": "a"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 1, "text": "a", "x": 1}, 'unknown parameter "x"'),
        ("sendMessage", {"chat_id": 1, "text": 5}, 'parameter "text" must be a String'),
        ("sendMessage", {"chat_id": "abc", "text": "a"}, 'parameter "chat_id" must be a chat'),
        ("sendMessage", {"chat_id": 1.5, "text": "a"}, 'parameter "chat_id" must be a chat'),
        ("sendMessage", {"chat_id": 1, "protect_content": "maybe"}, 'parameter "protect_content"'),
        ("sendMessage", {"chat_id": 1, "reply_markup": "{"}, 'parameter "reply_markup" can\'t be'),
        ("sendMessage", {"chat_id": 1, "reply_markup": {}}, "object expected as reply markup"),
        ("sendMessage", {"chat_id": 1, "reply_parameters": {}}, 'parameter "reply_parameters" la'),
        (
            "sendMessage",
            {"chat_id": 1, "reply_parameters": {"message_id": 1, "x": 1}},
            'parameter "reply_parameters" has an unknown field "x"',
        ),
        ("sendMessage", {"chat_id": 1, "text": "a", "parse_mode": "Markdown"}, "chat not found"),
        ("getUpdates", {"limit": 101}, 'parameter "limit" must be from 1 to 100'),
        ("getUpdates", {"timeout": True}, 'parameter "timeout" must be an Integer'),
        ("getUpdates", {"offset": "x"}, 'parameter "offset" must be an Integer'),
        ("getUpdates", {"allowed_updates": ["messages"]}, "unknown update type messages"),
        ("getUpdates", {"allowed_updates": "message"}, 'parameter "allowed_updates" can\'t be'),
        ("sendChatAction", {"chat_id": 1, "action": "sleeping"}, 'parameter "action" must be one'),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "a" * 201}, 'parameter "text"'),
        ("deleteMessages", {"chat_id": 1, "message_ids": [1] * 101}, 'parameter "message_ids" mu'),
        ("setMyName", {"name": "a" * 65}, 'parameter "name" must be at most 64'),
        ("getFile", {"file_id": "x"}, "wrong file_id or the file is temporarily unavailable"),
        ("setWebhook", {"url": "ftp://127.0.0.1/"}, "invalid webhook URL specified"),
        ("setWebhook", {"url": "https://example.com/"}, "bad webhook"),
        ("setWebhook", {"url": "http://127.0.0.1/", "secret_token": "a b"}, "secret token contai"),
    ],
)
async def test_refuses(api: Api, method: str, given: dict[str, Any], problem: str) -> None:
    refused = await api.refusal(method, **given)
    assert (refused.status, refused.code) == (400, 400)
    assert refused.description.startswith(f"Bad Request: {problem}")


async def test_refuses_what_no_client_should_send(api: Api, lan: Person) -> None:
    form = aiohttp.FormData({"chat_id": "1", "photo": "attach://x"}, default_to_multipart=True)
    for sending, problem in (
        ({"data": b"{", "headers": {"Content-Type": "application/json"}}, "can't parse JSON"),
        ({"data": b"[]", "headers": {"Content-Type": "application/json"}}, "can't parse JSON"),
        ({"data": b"a", "headers": {"Content-Type": "text/plain"}}, "unsupported content type"),
        (
            {"data": b"text=%ff", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
            "",
        ),
        ({"json": {"text": "a"}, "params": {"text": "b"}}, 'parameter "text" is given twice'),
        (
            {"data": form},
            'there is no file "x"',
        ),
    ):
        method = "sendPhoto" if problem.startswith("there") else "sendMessage"
        with pytest.raises(Refused) as refused:
            await api.post(method, **sending)
        assert refused.value.code == 400
        assert problem in refused.value.description


async def test_wrong_tokens_methods_and_paths(
    sandbox: Sandbox, bot: Bot, session: aiohttp.ClientSession
) -> None:
    for path, code, words in (
        ("bot1:x/getMe", 401, "Unauthorized"),
        (f"bot{bot.token}/nothing", 404, "Not Found: method not found"),
        (f"bot{bot.token}", 404, "Not Found: method not found"),
        ("elsewhere", 404, "Not Found"),
        (f"file/bot{bot.token}/documents/x", 404, "Not Found"),
        ("file/bot1:x/documents/x", 401, "Unauthorized"),
    ):
        async with session.get(f"{sandbox.api_url}/{path}") as answer:
            body = json.loads(await answer.text())
        assert answer.status == code
        assert body == {"ok": False, "error_code": code, "description": words}


async def test_two_bots_are_told_apart_by_their_tokens(
    sandbox: Sandbox, bot: Bot, session: aiohttp.ClientSession
) -> None:
    other = sandbox.world.bot("StaffBot")
    for known in (bot, other):
        me = await Api(session, sandbox.api_url, known.token)("getMe")
        assert (me["id"], me["username"]) == (known.id, known.username)
    with pytest.raises(ValueError, match="token of its own"):
        sandbox.world.bot("Again", token=bot.token)
    with pytest.raises(ValueError, match="token of its own"):
        sandbox.world.bot("Nameless", token="secret")
