"""What a bot says of itself: getMe, commands by scope and language, name, descriptions."""

import re

from sandbox import wire
from sandbox.api.call import Call
from sandbox.errors import bad_request
from sandbox.model import Json

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_DESCRIPTION_LIMIT = 256


def get_me(call: Call) -> Json:
    """Answer getMe."""
    return wire.me(call.bot)


def set_my_commands(call: Call) -> bool:
    """Answer setMyCommands."""
    kept = []
    for command in call.args["commands"]:
        name = command["command"].lstrip("/")
        if not _COMMAND.fullmatch(name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"].strip()) <= _DESCRIPTION_LIMIT:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": command["description"].strip()})
    call.bot.commands[_scope(call)] = kept
    return True


def get_my_commands(call: Call) -> list[Json]:
    """Answer getMyCommands: exactly what was set for this scope and language."""
    return call.bot.commands.get(_scope(call), [])


def delete_my_commands(call: Call) -> bool:
    """Answer deleteMyCommands."""
    call.bot.commands.pop(_scope(call), None)
    return True


def set_my_name(call: Call) -> bool:
    """Answer setMyName; an empty name takes the one of this language away."""
    return _set_text(call, "name")


def get_my_name(call: Call) -> Json:
    """Answer getMyName."""
    return _get_text(call, "name", call.bot.first_name)


def set_my_description(call: Call) -> bool:
    """Answer setMyDescription."""
    return _set_text(call, "description")


def get_my_description(call: Call) -> Json:
    """Answer getMyDescription."""
    return _get_text(call, "description", "")


def set_my_short_description(call: Call) -> bool:
    """Answer setMyShortDescription."""
    return _set_text(call, "short_description")


def get_my_short_description(call: Call) -> Json:
    """Answer getMyShortDescription."""
    return _get_text(call, "short_description", "")


def set_chat_menu_button(call: Call) -> bool:
    """Answer setChatMenuButton; without chat_id for all private chats."""
    call.bot.menu_buttons[call.get("chat_id", 0)] = call.get("menu_button", {"type": "default"})
    return True


def get_chat_menu_button(call: Call) -> Json:
    """Answer getChatMenuButton."""
    default = call.bot.menu_buttons.get(0, {"type": "commands"})
    return call.bot.menu_buttons.get(call.get("chat_id", 0), default)


def _scope(call: Call) -> str:
    scope = call.get("scope") or {"type": "default"}
    kind = scope["type"]
    place = ""
    if kind.startswith("chat"):
        if "chat_id" not in scope:
            raise bad_request("chat_id is empty")
        call.args["chat_id"] = scope["chat_id"]
        place = f" {call.chat(acting=False).id}"
    if kind == "chat_member":
        if "user_id" not in scope:
            raise bad_request("user_id is empty")
        place += f" {scope['user_id']}"
    return f"{kind}{place} {_language(call)}".rstrip()


def _language(call: Call) -> str:
    language: str = call.get("language_code", "")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _set_text(call: Call, what: str) -> bool:
    key = (what, _language(call))
    value = call.get(what, "")
    if value:
        call.bot.texts[key] = value
    else:
        call.bot.texts.pop(key, None)
    return True


def _get_text(call: Call, what: str, default: str) -> Json:
    texts = call.bot.texts
    found = texts.get((what, _language(call)), texts.get((what, ""), default))
    return {what: found}
