"""Objects of the Bot API as JSON: User, Chat, Message, ChatMember.

Source: "Available types" of the Bot API; optional fields are left out when they say nothing.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.model import (
    ADMIN_RIGHTS,
    ANONYMOUS_ADMIN_ID,
    Account,
    Chat,
    Json,
    Media,
    Member,
    Message,
    Status,
    StoredFile,
)

if TYPE_CHECKING:
    from sandbox.bots import Bot

ANONYMOUS_ADMIN = Account(ANONYMOUS_ADMIN_ID, "Group", None, "GroupAnonymousBot", is_bot=True)
_NO_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}
_PERMISSIONS = dict.fromkeys(
    (
        "can_send_messages",
        "can_send_audios",
        "can_send_documents",
        "can_send_photos",
        "can_send_videos",
        "can_send_video_notes",
        "can_send_voice_notes",
        "can_send_polls",
        "can_send_other_messages",
        "can_add_web_page_previews",
        "can_react_to_messages",
        "can_edit_tag",
        "can_change_info",
        "can_invite_users",
        "can_pin_messages",
        "can_manage_topics",
    ),
    True,
)


def seconds(moment: datetime) -> int:
    """Return a moment as the API writes dates: whole Unix seconds."""
    return int(moment.timestamp())


def user(account: Account) -> Json:
    """Return the User object of an account."""
    body: Json = {"id": account.id, "is_bot": account.is_bot, "first_name": account.first_name}
    if account.last_name:
        body["last_name"] = account.last_name
    if account.username:
        body["username"] = account.username
    if account.language:
        body["language_code"] = account.language
    return body


def me(bot: "Bot") -> Json:
    """Return the User object getMe answers, with the fields only getMe has."""
    return {
        **user(bot),
        "can_join_groups": True,
        "can_read_all_group_messages": not bot.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_guest_queries": False,
    }


def chat(place: Chat) -> Json:
    """Return the Chat object of a chat."""
    if place.private and place.person is not None:
        person = user(place.person)
        body: Json = {"id": place.id, "type": "private"}
        body.update({k: person[k] for k in ("first_name", "last_name", "username") if k in person})
        return body
    body = {"id": place.id, "type": place.kind, "title": place.title or ""}
    if place.is_forum:
        body["is_forum"] = True
    if place.kind == "group":
        body["all_members_are_administrators"] = False
    return body


def full_chat(place: Chat) -> Json:
    """Return the ChatFullInfo object of a chat."""
    body = chat(place)
    body.update(
        accent_color_id=place.id % 7 if place.id > 0 else 0,
        max_reaction_count=11,
        accepted_gift_types=_NO_GIFTS,
    )
    if not place.private:
        body["permissions"] = dict(_PERMISSIONS)
    if place.kind == "supergroup":
        body["has_visible_history"] = True
    pinned = [message for message in place.pinned if not message.deleted]
    if pinned:
        body["pinned_message"] = message(pinned[-1])
    return body


def member(place: Member, of: Chat) -> Json:
    """Return the ChatMember object of somebody's place in chat `of`."""
    body: Json = {"user": user(place.account), "status": place.status.value}
    match place.status:
        case Status.CREATOR:
            body["is_anonymous"] = place.anonymous
        case Status.ADMINISTRATOR:
            body["can_be_edited"] = False
            body["is_anonymous"] = place.anonymous
            body.update({right: right in place.rights for right in ADMIN_RIGHTS})
            if of.kind != "supergroup":
                body["can_manage_topics"] = False
        case Status.KICKED:
            body["until_date"] = 0
        case Status.MEMBER | Status.LEFT:
            pass
    return body


def message(shown: Message, *, with_reply: bool = True) -> Json:
    """Return the Message object; the message replied to is shown without its own reply."""
    body: Json = {"message_id": shown.id}
    if shown.anonymous:
        body["from"] = user(ANONYMOUS_ADMIN)
        body["sender_chat"] = chat(shown.chat)
    else:
        body["from"] = user(shown.sender)
    body["chat"] = chat(shown.chat)
    body["date"] = seconds(shown.date)
    if shown.edited is not None:
        body["edit_date"] = seconds(shown.edited)
    if shown.thread_id is not None:
        body["message_thread_id"] = shown.thread_id
        if shown.chat.is_forum:
            body["is_topic_message"] = True
    if shown.protected:
        body["has_protected_content"] = True
    if with_reply and shown.reply_to is not None and not shown.reply_to.deleted:
        body["reply_to_message"] = message(shown.reply_to, with_reply=False)
    _add_content(body, shown)
    if shown.keyboard:
        body["reply_markup"] = {"inline_keyboard": shown.keyboard}
    return body


def inaccessible(shown: Message) -> Json:
    """Return the InaccessibleMessage object of a message that is gone."""
    return {"message_id": shown.id, "chat": chat(shown.chat), "date": 0}


def file(stored: StoredFile) -> Json:
    """Return the File object getFile answers."""
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
        "file_path": stored.path,
    }


def _add_content(body: Json, shown: Message) -> None:
    if shown.service is not None:
        body.update(shown.service)
        return
    if shown.media is None:
        body["text"] = shown.text
        if shown.entities:
            body["entities"] = shown.entities
        if shown.preview:
            body["link_preview_options"] = shown.preview
        return
    body[shown.media.kind] = _media(shown.media)
    if shown.text:
        body["caption"] = shown.text
    if shown.entities:
        body["caption_entities"] = shown.entities


def _media(media: Media) -> Json | list[Json]:
    stored = media.file
    body: Json = {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
    }
    if media.kind == "photo":
        return [{**body, "width": stored.width, "height": stored.height}]
    if media.kind == "sticker":
        shape = {"type": "regular", "width": 512, "height": 512}
        return {**body, **shape, "is_animated": False, "is_video": False, "emoji": media.emoji}
    if stored.name:
        body["file_name"] = stored.name
    if stored.mime:
        body["mime_type"] = stored.mime
    return body
