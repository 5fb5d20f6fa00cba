"""The world as the page's JSON: messages, conversations, mails, the whole scene."""

from datetime import datetime
from typing import Any

from sandbox.bots import Bot
from sandbox.mail import Mail
from sandbox.model import Account, Chat, Json, Media, Message
from sandbox.page.scene import GROUP_KEY, Scene, key_of

LISTED_MAILS = 200
PREVIEW = 80  # characters
_HEADERS = ("From", "To", "Subject", "Date", "Reply-To", "Message-ID", "Auto-Submitted")


def millis(moment: datetime) -> int:
    """Return a moment as browsers count: whole milliseconds of Unix time."""
    return int(moment.timestamp() * 1000)


def account(one: Account) -> Json:
    """Return somebody's name tag."""
    return {"id": one.id, "name": one.name, "bot": one.is_bot, "username": one.username or ""}


def message(shown: Message) -> Json:
    """Return a message, or only its number once it is deleted."""
    key = key_of(shown.chat)
    if shown.deleted:
        return {"id": shown.id, "chat": key, "deleted": True, "touched": shown.touched}
    markup = shown.reply_markup or {}
    return {
        "id": shown.id,
        "chat": key,
        "touched": shown.touched,
        "from": account(shown.sender),
        "date": millis(shown.date),
        "edited": shown.edited is not None,
        "text": shown.text,
        "entities": shown.entities,
        "buttons": shown.keyboard,
        "keys": markup.get("keyboard"),
        "noKeys": bool(markup.get("remove_keyboard")),
        "forcesReply": shown.forces_reply,
        "placeholder": markup.get("input_field_placeholder", ""),
        "replyTo": _quoted(shown.reply_to),
        "file": None if shown.media is None else _file(shown.media),
        "service": _service(shown.service),
    }


def conversation(chat: Chat) -> Json:
    """Return what a list of conversations shows of one."""
    last = next((m for m in reversed(chat.messages.values()) if not m.deleted), None)
    return {
        "key": key_of(chat),
        "title": chat.title or (chat.bot.name if chat.bot else ""),
        "person": chat.person.id if chat.person else None,
        "blocked": chat.blocked,
        "opened": chat.may_write or bool(chat.messages),
        "last": None if last is None else {"id": last.id, "text": last.text[:PREVIEW]},
    }


def mail_line(number: int, mail: Mail) -> Json:
    """Return a mail's line in the inbox; its number is its place in the inbox from 0."""
    return {
        "id": number,
        "to": ", ".join(mail.recipients),
        "subject": str(mail.message["Subject"] or ""),
        "at": millis(mail.at),
        "preview": " ".join(mail.text.split())[:PREVIEW],
    }


def mail_whole(number: int, mail: Mail) -> Json:
    """Return a mail to be read: headers as decoded, both texts."""
    headers = [[name, str(mail.message[name])] for name in _HEADERS if mail.message[name]]
    envelope = [["Envelope-From", mail.sender], ["Envelope-To", ", ".join(mail.recipients)]]
    return {
        **mail_line(number, mail),
        "headers": [*headers, *envelope],
        "text": mail.text,
        "hasHtml": bool(mail.html),
    }


def scene(shown: Scene) -> Json:
    """Return everything the page needs to begin, but for messages and trace."""
    mails = list(enumerate(shown.sandbox.inbox.mails))[-LISTED_MAILS:]
    return {
        "ready": shown.ready,
        "now": millis(shown.sandbox.clock.now()),
        "front": account(shown.front),
        "desk": account(shown.desk),
        "directors": [account(one) for one in shown.directors],
        "officers": [account(one) for one in shown.officers],
        "chats": [conversation(chat) for chat in shown.chats().values()],
        "commands": {
            "front": commands(shown.front, "all_private_chats"),
            "desk": commands(shown.desk, "all_private_chats"),
            GROUP_KEY: commands(shown.desk, "all_group_chats"),
        },
        "link": shown.link,
        "mails": [mail_line(number, mail) for number, mail in mails],
    }


def commands(bot: Bot, scope: str) -> dict[str, list[dict[str, Any]]]:
    """Return a bot's menu in the languages of the page."""
    usual = bot.commands.get(scope, bot.commands.get("default", []))
    return {"vi": usual, "en": bot.commands.get(f"{scope} en", usual)}


def _quoted(answered: Message | None) -> Json | None:
    if answered is None or answered.deleted:
        return None
    words = answered.text or (answered.media.file.name if answered.media else "") or ""
    return {"id": answered.id, "name": answered.sender.name, "text": words[:PREVIEW]}


def _file(media: Media) -> Json:
    stored = media.file
    return {
        "kind": media.kind,
        "id": stored.id,
        "name": stored.name or media.kind,
        "size": len(stored.content),
        "emoji": media.emoji,
    }


def _service(service: Json | None) -> Json | None:
    """Name what a service message tells, and of whom."""
    if service is None:
        return None
    kind, what = next(iter(service.items()))
    people = what if isinstance(what, list) else [what]
    names = [one["first_name"] for one in people if isinstance(one, dict) and "first_name" in one]
    return {"kind": kind, "names": names}
