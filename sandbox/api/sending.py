"""sendMessage, sendPhoto, sendDocument, copyMessage, sendChatAction."""

from typing import Any

from sandbox import wire
from sandbox.api.call import Call
from sandbox.api.parameters import Upload
from sandbox.errors import bad_request
from sandbox.model import GENERAL_TOPIC, Chat, Json, Media, Message, StoredFile
from sandbox.text import CAPTION_LIMIT

MEGABYTE = 1024 * 1024
_SIZE_LIMITS = {"photo": 10 * MEGABYTE, "document": 50 * MEGABYTE}


def send_message(call: Call) -> Json:
    """Answer sendMessage with the Message sent."""
    chat = call.chat()
    if not call.get("text", "").strip():
        raise bad_request("message text is empty")
    text, entities = call.text("text")
    if not text:
        raise bad_request("text must be non-empty")
    preview = call.get("link_preview_options")
    if preview is None and call.get("disable_web_page_preview"):
        preview = {"is_disabled": True}
    return wire.message(_send(call, chat, text, entities=entities, preview=preview))


def send_photo(call: Call) -> Json:
    """Answer sendPhoto with the Message sent."""
    return _send_media(call, "photo")


def send_document(call: Call) -> Json:
    """Answer sendDocument with the Message sent."""
    return _send_media(call, "document")


def copy_message(call: Call) -> Json:
    """Answer copyMessage with the MessageId of the copy."""
    source = call.message(call.chat("from_chat_id"), "message to copy")
    if source.service is not None:
        raise bad_request("message can't be copied")
    text, entities = source.text, source.entities
    if "caption" in call.args and source.media is not None:
        text, entities = call.text("caption", limit=CAPTION_LIMIT)
    sent = _send(call, call.chat(), text, entities=list(entities), media=source.media)
    return {"message_id": sent.id}


def send_chat_action(call: Call) -> bool:
    """Answer sendChatAction; the bot's `actions` remember it."""
    chat = call.chat()
    thread(call, chat)
    call.bot.actions.append((chat.id, call.args["action"]))
    return True


def thread(call: Call, chat: Chat) -> int | None:
    """Return the topic a message goes to.

    ApiError 400 when a forum has no such topic (General is written to without an id) or it is
    closed. Chats that are no forums ignore the parameter, as the server does.
    """
    topic_id: int | None = call.get("message_thread_id")
    if topic_id is None:
        return None
    if chat.private:
        raise bad_request("message thread not found")
    if not chat.is_forum:
        return None
    topic = chat.topics.get(topic_id)
    if topic is None or topic_id == GENERAL_TOPIC:
        raise bad_request("message thread not found")
    if topic.closed and not chat.member(call.bot).may("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
    return topic_id


def stored(call: Call, kind: str, value: Upload | str) -> StoredFile:
    """Return the file a parameter brings: stored now if uploaded, else found by file_id."""
    if isinstance(value, Upload):
        if not value.content:
            raise bad_request("file must be non-empty")
        if len(value.content) > _SIZE_LIMITS[kind]:
            raise bad_request(f"file is too big for a {kind}")
        return call.world.files.add(kind, value.content, value.name)
    if value.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    known = call.world.files.get(value)
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if known.kind != kind:
        raise bad_request(f"can't use file of type {known.kind} as {kind}")
    return known


def _send_media(call: Call, kind: str) -> Json:
    chat = call.chat()
    text, entities = call.text("caption", limit=CAPTION_LIMIT)
    file = stored(call, kind, call.upload(kind))
    return wire.message(_send(call, chat, text, entities=entities, media=Media(kind, file)))


def _send(call: Call, chat: Chat, text: str, **content: Any) -> Message:
    answered = _replied_to(call, chat)
    topic = thread(call, chat)
    if topic is None and answered is not None and chat.is_forum:
        topic = answered.thread_id
    keyboard, markup = call.markup()
    call.world.limits.spend(call.bot, chat)
    return call.world.post(
        chat,
        call.bot,
        text,
        keyboard=keyboard,
        reply_markup=markup,
        reply_to=answered,
        thread_id=topic,
        protected=call.get("protect_content", False),
        **content,
    )


def _replied_to(call: Call, chat: Chat) -> Message | None:
    reply = call.get("reply_parameters") or {}
    message_id = reply.get("message_id", call.get("reply_to_message_id"))
    if message_id is None:
        return None
    if reply.get("chat_id", chat.id) != chat.id:
        raise bad_request("the sandbox replies within one chat only")
    found = chat.messages.get(message_id)
    if found is not None and not found.deleted:
        return found
    if reply.get("allow_sending_without_reply", call.get("allow_sending_without_reply")):
        return None
    raise bad_request("message to be replied not found")
