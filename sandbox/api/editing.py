"""Edits, deletions, pins, and answers to presses."""

from datetime import timedelta

from sandbox import wire
from sandbox.api.call import Call, required
from sandbox.errors import bad_request
from sandbox.model import Chat, Json, Message
from sandbox.text import CAPTION_LIMIT

DELETABLE_FOR = timedelta(hours=48)


def edit_message_text(call: Call) -> Json:
    """Answer editMessageText with the edited Message."""
    message = _own(call)
    if not call.get("text", "").strip():
        raise bad_request("message text is empty")
    text, entities = call.text("text")
    if not text:
        raise bad_request("text must be non-empty")
    if message.media is not None:
        raise bad_request("there is no text in the message to edit")
    keyboard, _ = call.markup()
    preview = call.get("link_preview_options")
    return wire.message(
        call.world.edit(message, text=text, entities=entities, keyboard=keyboard, preview=preview)
    )


def edit_message_caption(call: Call) -> Json:
    """Answer editMessageCaption with the edited Message."""
    message = _own(call)
    if message.media is None:
        raise bad_request("there is no caption in the message to edit")
    text, entities = call.text("caption", limit=CAPTION_LIMIT)
    keyboard, _ = call.markup()
    return wire.message(call.world.edit(message, text=text, entities=entities, keyboard=keyboard))


def edit_message_reply_markup(call: Call) -> Json:
    """Answer editMessageReplyMarkup with the edited Message."""
    message = _own(call)
    keyboard, _ = call.markup()
    return wire.message(call.world.edit(message, keyboard=keyboard))


def delete_message(call: Call) -> bool:
    """Answer deleteMessage."""
    chat = call.chat()
    message = call.message(chat, "message to delete")
    _judge_deletion(call, chat, message)
    call.world.delete(message)
    return True


def delete_messages(call: Call) -> bool:
    """Answer deleteMessages: those that are gone are skipped, one forbidden stops all."""
    chat = call.chat()
    if not call.args["message_ids"]:
        raise bad_request("message identifiers are not specified")
    found = [chat.messages.get(message_id) for message_id in call.args["message_ids"]]
    standing = [message for message in found if message is not None and not message.deleted]
    for message in standing:
        _judge_deletion(call, chat, message)
    for message in standing:
        call.world.delete(message)
    return True


def answer_callback_query(call: Call) -> bool:
    """Answer answerCallbackQuery."""
    call.world.answer(
        call.bot,
        call.args["callback_query_id"],
        text=call.get("text", ""),
        alert=call.get("show_alert", False),
        url=call.get("url", ""),
    )
    return True


def pin_chat_message(call: Call) -> bool:
    """Answer pinChatMessage."""
    chat = call.chat()
    message = call.message(chat, "message to pin")
    _judge_pinning(call, chat)
    if message in chat.pinned:
        chat.pinned.remove(message)
    chat.pinned.append(message)
    pinned = {"pinned_message": wire.message(message, with_reply=False)}
    call.world.post(chat, call.bot, service=pinned, thread_id=message.thread_id)
    return True


def unpin_chat_message(call: Call) -> bool:
    """Answer unpinChatMessage: the message named, else the newest pinned."""
    chat = call.chat()
    _judge_pinning(call, chat)
    if "message_id" in call.args:
        message = call.message(chat, "message to unpin")
        if message in chat.pinned:
            chat.pinned.remove(message)
    elif chat.pinned:
        chat.pinned.pop()
    return True


def _own(call: Call) -> Message:
    if "inline_message_id" in call.args:
        raise bad_request("MESSAGE_ID_INVALID")
    required(call, "chat_id", "message_id")
    message = call.message(call.chat(), "message to edit")
    if message.sender is not call.bot or message.service is not None:
        raise bad_request("message can't be edited")
    if message.reply_markup is not None:
        # Only messages without markup or with an inline keyboard can be edited.
        raise bad_request("message can't be edited")
    return message


def _judge_deletion(call: Call, chat: Chat, message: Message) -> None:
    own = message.sender is call.bot
    if not own and not chat.private and not chat.member(call.bot).may("can_delete_messages"):
        raise bad_request("message can't be deleted")
    admin = not chat.private and chat.member(call.bot).may("can_delete_messages")
    if not admin and call.world.clock.now() - message.date > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    if message.service is not None and chat.kind == "supergroup" and not admin:
        raise bad_request("message can't be deleted")


def _judge_pinning(call: Call, chat: Chat) -> None:
    if not chat.private and not chat.member(call.bot).may("can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
