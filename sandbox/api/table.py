"""Every method the sandbox knows, with its parameters; compiled once at import.

Source: "Available methods" of Bot API 9 and 10. Parameters of features the sandbox lacks
(business, stars, inline messages) are unknown on purpose and refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.api import chats, editing, profile, receiving, sending
from sandbox.api.call import Call
from sandbox.api.objects import (
    command_scope,
    commands,
    entities,
    inline_markup,
    link_preview,
    menu_button,
    reply_markup,
    reply_parameters,
)
from sandbox.api.parameters import (
    Parameters,
    Reader,
    boolean,
    chat,
    choice,
    integer,
    listing,
    string,
    upload,
)

Handler = Callable[[Call], Any]


@dataclass(frozen=True)
class Method:
    """A method: its name as documented, its parameters, what it does."""

    name: str
    parameters: Parameters
    handler: Handler | None = None


_ID = integer(1, 2**31 - 1)
_NAMES = {"language_code": string(2)}
_SENDING: dict[str, Reader] = {
    "chat_id": chat,
    "message_thread_id": _ID,
    "parse_mode": string(),
    "disable_notification": boolean,
    "protect_content": boolean,
    "reply_parameters": reply_parameters,
    "reply_to_message_id": _ID,
    "allow_sending_without_reply": boolean,
    "reply_markup": reply_markup,
}
_CAPTION: dict[str, Reader] = {
    "caption": string(),
    "caption_entities": entities,
    "show_caption_above_media": boolean,
}
_EDITING: dict[str, Reader] = {
    "chat_id": chat,
    "message_id": _ID,
    "inline_message_id": string(),
    "reply_markup": inline_markup,
}
_SCOPED: dict[str, Reader] = {"scope": command_scope, **_NAMES}
_CHAT: dict[str, Reader] = {"chat_id": chat}
_ACTIONS = choice(
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)


def _method(
    name: str,
    handler: Handler | None,
    readers: dict[str, Reader] | None = None,
    required: tuple[str, ...] = (),
) -> Method:
    return Method(name, Parameters(readers or {}, required), handler)


GET_UPDATES = _method(
    "getUpdates",
    None,
    {
        "offset": integer(-(2**31), 2**31 - 1),
        "limit": integer(1, 100),
        "timeout": integer(0, 50),
        "allowed_updates": listing(string()),
    },
)
_ALL = (
    GET_UPDATES,
    _method("getMe", profile.get_me),
    _method(
        "sendMessage",
        sending.send_message,
        {
            **_SENDING,
            "text": string(),
            "entities": entities,
            "link_preview_options": link_preview,
            "disable_web_page_preview": boolean,
        },
        ("chat_id",),
    ),
    _method(
        "sendPhoto",
        sending.send_photo,
        {**_SENDING, **_CAPTION, "photo": upload, "has_spoiler": boolean},
        ("chat_id", "photo"),
    ),
    _method(
        "sendDocument",
        sending.send_document,
        {
            **_SENDING,
            **_CAPTION,
            "document": upload,
            "thumbnail": upload,
            "disable_content_type_detection": boolean,
        },
        ("chat_id", "document"),
    ),
    _method(
        "copyMessage",
        sending.copy_message,
        {**_SENDING, **_CAPTION, "from_chat_id": chat, "message_id": _ID},
        ("chat_id", "from_chat_id", "message_id"),
    ),
    _method(
        "sendChatAction",
        sending.send_chat_action,
        {"chat_id": chat, "action": _ACTIONS, "message_thread_id": _ID},
        ("chat_id", "action"),
    ),
    _method(
        "editMessageText",
        editing.edit_message_text,
        {
            **_EDITING,
            "text": string(),
            "parse_mode": string(),
            "entities": entities,
            "link_preview_options": link_preview,
            "disable_web_page_preview": boolean,
        },
    ),
    _method(
        "editMessageCaption",
        editing.edit_message_caption,
        {**_EDITING, **_CAPTION, "parse_mode": string()},
    ),
    _method("editMessageReplyMarkup", editing.edit_message_reply_markup, _EDITING),
    _method(
        "deleteMessage",
        editing.delete_message,
        {"chat_id": chat, "message_id": _ID},
        ("chat_id", "message_id"),
    ),
    _method(
        "deleteMessages",
        editing.delete_messages,
        {"chat_id": chat, "message_ids": listing(_ID, 100)},
        ("chat_id", "message_ids"),
    ),
    _method(
        "answerCallbackQuery",
        editing.answer_callback_query,
        {
            "callback_query_id": string(),
            "text": string(200),
            "show_alert": boolean,
            "url": string(),
            "cache_time": integer(0),
        },
        ("callback_query_id",),
    ),
    _method(
        "pinChatMessage",
        editing.pin_chat_message,
        {"chat_id": chat, "message_id": _ID, "disable_notification": boolean},
        ("chat_id", "message_id"),
    ),
    _method(
        "unpinChatMessage",
        editing.unpin_chat_message,
        {"chat_id": chat, "message_id": _ID},
        ("chat_id",),
    ),
    _method(
        "setWebhook",
        receiving.set_webhook,
        {
            "url": string(2048),
            "ip_address": string(),
            "max_connections": integer(1, 100),
            "allowed_updates": listing(string()),
            "drop_pending_updates": boolean,
            "secret_token": string(256),
        },
    ),
    _method("deleteWebhook", receiving.delete_webhook, {"drop_pending_updates": boolean}),
    _method("getWebhookInfo", receiving.get_webhook_info),
    _method("getChat", chats.get_chat, _CHAT, ("chat_id",)),
    _method(
        "getChatMember",
        chats.get_chat_member,
        {"chat_id": chat, "user_id": integer(1)},
        ("chat_id", "user_id"),
    ),
    _method("getChatAdministrators", chats.get_chat_administrators, _CHAT, ("chat_id",)),
    _method("getChatMemberCount", chats.get_chat_member_count, _CHAT, ("chat_id",)),
    _method("leaveChat", chats.leave_chat, _CHAT, ("chat_id",)),
    _method("getFile", chats.get_file, {"file_id": string()}, ("file_id",)),
    _method(
        "setMyCommands",
        profile.set_my_commands,
        {**_SCOPED, "commands": commands},
        ("commands",),
    ),
    _method("getMyCommands", profile.get_my_commands, _SCOPED),
    _method("deleteMyCommands", profile.delete_my_commands, _SCOPED),
    _method("setMyName", profile.set_my_name, {"name": string(64), **_NAMES}),
    _method("getMyName", profile.get_my_name, _NAMES),
    _method("setMyDescription", profile.set_my_description, {"description": string(512), **_NAMES}),
    _method("getMyDescription", profile.get_my_description, _NAMES),
    _method(
        "setMyShortDescription",
        profile.set_my_short_description,
        {"short_description": string(120), **_NAMES},
    ),
    _method("getMyShortDescription", profile.get_my_short_description, _NAMES),
    _method(
        "setChatMenuButton",
        profile.set_chat_menu_button,
        {"chat_id": integer(1), "menu_button": menu_button},
    ),
    _method("getChatMenuButton", profile.get_chat_menu_button, {"chat_id": integer(1)}),
)
METHODS = {method.name.lower(): method for method in _ALL}
