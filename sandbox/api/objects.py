"""Objects that come inside parameters: keyboards, entities, reply parameters, commands."""

from typing import Any

from sandbox.api.parameters import (
    Reader,
    boolean,
    choice,
    from_json,
    integer,
    listing,
    record,
    string,
)
from sandbox.errors import bad_request

BUTTONS_LIMIT = 100
ROW_LIMIT = 8
CALLBACK_BYTES = 64
_USER = record(
    {
        "id": integer(),
        "is_bot": boolean,
        "first_name": string(),
        "last_name": string(),
        "username": string(),
        "language_code": string(),
    }
)
ENTITY_KINDS = (
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "blockquote",
    "expandable_blockquote",
    "code",
    "pre",
    "text_link",
    "text_mention",
    "custom_emoji",
)
entities = listing(
    record(
        {
            "type": choice(*ENTITY_KINDS),
            "offset": integer(0, 1_000_000),
            "length": integer(1, 1_000_000),
            "url": string(),
            "user": _USER,
            "language": string(),
            "custom_emoji_id": string(),
        },
        ("type", "offset", "length"),
    ),
    100,
)
link_preview = record(
    {
        "is_disabled": boolean,
        "url": string(),
        "prefer_small_media": boolean,
        "prefer_large_media": boolean,
        "show_above_text": boolean,
    }
)
reply_parameters = record(
    {
        "message_id": integer(1),
        "chat_id": integer(),
        "allow_sending_without_reply": boolean,
        "quote": string(1024),
        "quote_parse_mode": string(),
        "quote_entities": entities,
        "quote_position": integer(0),
    },
    ("message_id",),
)
commands = listing(
    record({"command": string(), "description": string()}, ("command", "description")), 100
)
command_scope = record(
    {
        "type": choice(
            "default",
            "all_private_chats",
            "all_group_chats",
            "all_chat_administrators",
            "chat",
            "chat_administrators",
            "chat_member",
        ),
        "chat_id": integer(),
        "user_id": integer(),
    },
    ("type",),
)
menu_button = record(
    {"type": choice("commands", "default", "web_app"), "text": string(), "web_app": record({})},
    ("type",),
)

_ACTIONS: dict[str, Reader] = {
    "callback_data": string(),
    "url": string(),
    "copy_text": record({"text": string(256)}, ("text",)),
    "switch_inline_query": string(),
    "switch_inline_query_current_chat": string(),
    "web_app": record({"url": string()}, ("url",)),
    "login_url": record(
        {
            "url": string(),
            "forward_text": string(),
            "bot_username": string(),
            "request_write_access": boolean,
        },
        ("url",),
    ),
}
_inline_button = record(
    {
        "text": string(),
        "style": choice("danger", "success", "primary"),
        "icon_custom_emoji_id": string(),
        **_ACTIONS,
    },
    ("text",),
)
_key = record(
    {
        "text": string(),
        "style": choice("danger", "success", "primary"),
        "icon_custom_emoji_id": string(),
        "request_contact": boolean,
        "request_location": boolean,
    },
    ("text",),
)


def _key_or_text(raw: Any) -> Any:
    return {"text": raw} if isinstance(raw, str) else _key(raw)


_inline = record({"inline_keyboard": listing(listing(_inline_button))}, ("inline_keyboard",))
_keyboard = record(
    {
        "keyboard": listing(listing(_key_or_text)),
        "is_persistent": boolean,
        "resize_keyboard": boolean,
        "one_time_keyboard": boolean,
        "input_field_placeholder": string(64),
        "selective": boolean,
    },
    ("keyboard",),
)
_removal = record({"remove_keyboard": boolean, "selective": boolean}, ("remove_keyboard",))
_force_reply = record(
    {"force_reply": boolean, "input_field_placeholder": string(64), "selective": boolean},
    ("force_reply",),
)


def inline_markup(raw: Any) -> dict[str, Any]:
    """Read an InlineKeyboardMarkup: 100 buttons, 8 in a row, data of 1–64 bytes."""
    markup: dict[str, Any] = _inline(raw)
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > BUTTONS_LIMIT or any(len(row) > ROW_LIMIT for row in rows):
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _judge_button(button)
    return {"inline_keyboard": rows}


def reply_markup(raw: Any) -> dict[str, Any]:
    """Read any reply markup, told apart by its defining field."""
    raw = from_json(raw)
    if isinstance(raw, dict):
        for field, reader in (
            ("inline_keyboard", inline_markup),
            ("keyboard", _keyboard),
            ("remove_keyboard", _removal),
            ("force_reply", _force_reply),
        ):
            if field in raw:
                markup: dict[str, Any] = reader(raw)
                return markup
    raise bad_request("object expected as reply markup")


def _judge_button(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: button text is empty")
    actions = [name for name in _ACTIONS if name in button]
    if len(actions) != 1:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not url.startswith(("http://", "https://", "tg://")):
        raise bad_request("BUTTON_URL_INVALID")
