"""What a bot says of itself: commands by scope and language, names, descriptions, menus."""

from typing import Any

import pytest

from sandbox import Bot, Sandbox
from tests.sandbox.conftest import Api

COMMANDS = [{"command": "tim", "description": "Tìm"}]


@pytest.mark.parametrize(
    "scope",
    [
        {"type": "default"},
        {"type": "all_private_chats"},
        {"type": "all_group_chats"},
        {"type": "all_chat_administrators"},
        {"type": "chat", "chat_id": "GROUP"},
        {"type": "chat_administrators", "chat_id": "GROUP"},
        {"type": "chat_member", "chat_id": "GROUP", "user_id": 5},
    ],
)
async def test_commands_belong_to_their_scope_and_language(
    api: Api, bot: Bot, sandbox: Sandbox, scope: dict[str, Any]
) -> None:
    group = sandbox.world.group("Tổ", bots=[bot])
    if "chat_id" in scope:
        scope = {**scope, "chat_id": group.id}
    given = {"scope": scope, "language_code": "vi"}
    assert await api("setMyCommands", commands=COMMANDS, **given)
    assert await api("getMyCommands", **given) == COMMANDS
    assert await api("getMyCommands", scope=scope) == []
    assert await api("deleteMyCommands", **given)
    assert await api("getMyCommands", **given) == []


@pytest.mark.parametrize(
    ("method", "given", "problem"),
    [
        ("setMyCommands", {"commands": [{"command": "Tìm", "description": "a"}]}, "BOT_COMMAND_I"),
        ("setMyCommands", {"commands": [{"command": "a", "description": " "}]}, "BOT_COMMAND_DES"),
        ("setMyCommands", {"commands": [{"command": "a"}]}, 'parameter "commands" lacks the fie'),
        ("setMyCommands", {"commands": [3]}, 'parameter "commands" must be an Object'),
        ("setMyCommands", {"commands": {}}, 'parameter "commands" must be an Array'),
        ("setMyCommands", {}, "commands is empty"),
        ("getMyCommands", {"scope": {"type": "chat"}}, "chat_id is empty"),
        ("getMyCommands", {"scope": {"type": "chat", "chat_id": 9}}, "chat not found"),
        ("getMyCommands", {"scope": {"type": "all"}}, 'parameter "scope" field "type" must be'),
        ("getMyCommands", {"language_code": "v1"}, "invalid language code specified"),
    ],
)
async def test_refuses(api: Api, method: str, given: dict[str, Any], problem: str) -> None:
    refused = await api.refusal(method, **given)
    assert refused.description.startswith(f"Bad Request: {problem}")


async def test_a_member_scope_names_the_member(api: Api, bot: Bot, sandbox: Sandbox) -> None:
    group = sandbox.world.group("Tổ", bots=[bot])
    scope = {"type": "chat_member", "chat_id": group.id}
    refused = await api.refusal("getMyCommands", scope=scope)
    assert refused.description == "Bad Request: user_id is empty"


@pytest.mark.parametrize(
    ("what", "default"), [("Name", "KnltBot"), ("Description", ""), ("ShortDescription", "")]
)
async def test_texts_by_language(api: Api, what: str, default: str) -> None:
    field = {"Name": "name", "Description": "description"}.get(what, "short_description")
    assert await api(f"getMy{what}") == {field: default}
    await api(f"setMy{what}", **{field: "Chung"})
    await api(f"setMy{what}", **{field: "Việt"}, language_code="vi")
    assert await api(f"getMy{what}", language_code="vi") == {field: "Việt"}
    assert await api(f"getMy{what}", language_code="en") == {field: "Chung"}
    await api(f"setMy{what}", language_code="vi")
    assert await api(f"getMy{what}", language_code="vi") == {field: "Chung"}


async def test_the_menu_button(api: Api, bot: Bot, sandbox: Sandbox) -> None:
    lan = sandbox.world.person("Lan")
    lan.opens(bot)
    assert await api("getChatMenuButton") == {"type": "commands"}
    await api("setChatMenuButton", chat_id=lan.id, menu_button={"type": "default"})
    assert await api("getChatMenuButton", chat_id=lan.id) == {"type": "default"}
    assert await api("getChatMenuButton") == {"type": "commands"}
