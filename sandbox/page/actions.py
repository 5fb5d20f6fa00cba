"""What a player does on the page, judged and passed on to the world as their deed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.bots import Bot
from sandbox.model import Chat, Json, Message
from sandbox.page.scene import Scene
from sandbox.people import Person

TEXT_LIMIT = 20_000  # characters of one typing; the phone cuts it into messages of 4,096


class NotPossible(ValueError):
    """A deed that cannot be done; the message says why."""


@dataclass(frozen=True)
class Deed:
    """Somebody does something in a conversation; `body` holds the rest of the request."""

    scene: Scene
    person: Person
    chat: Chat
    body: Json

    @property
    def bot(self) -> Bot:
        """The bot of a private conversation."""
        if not isinstance(self.chat.bot, Bot):
            raise NotPossible("this is not a conversation with a bot")
        return self.chat.bot

    def text(self, name: str = "text") -> str:
        """Return words that are asked for."""
        value = self.body.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > TEXT_LIMIT:
            raise NotPossible(f"{name} must be 1 to {TEXT_LIMIT} characters")
        return value

    def message(self) -> Message:
        """Return the message that the deed is about, deleted or not."""
        number = self.body.get("message")
        found = self.chat.messages.get(number) if isinstance(number, int) else None
        if found is None:
            raise NotPossible("there is no such message")
        return found


def read_deed(scene: Scene, body: Any) -> tuple[str, Deed]:
    """Return what is to be done, by name, and by whom; NotPossible if that makes no sense."""
    if not isinstance(body, dict):
        raise NotPossible("an object is wanted")
    person = scene.person(body["person"]) if isinstance(body.get("person"), int) else None
    chat = scene.chat(body["chat"]) if isinstance(body.get("chat"), str) else None
    name = body.get("do")
    if person is None or chat is None or name not in DEEDS:
        raise NotPossible("nobody, nowhere or nothing that is known")
    own = chat.person is person if chat.private else chat.member(person).status.inside
    if not own:
        raise NotPossible(f"{person.name} is not in this conversation")
    return str(name), Deed(scene, person, chat, body)


def perform(name: str, deed: Deed) -> Json:
    """Do it; return what the page has to know about it."""
    return DEEDS[name](deed) or {}


def _types(deed: Deed) -> None:
    if "message" in deed.body:
        deed.person.replies(deed.message(), deed.text())
    else:
        deed.person.types(deed.text(), in_=deed.chat)


def _scans(deed: Deed) -> None:
    deed.person.scans(deed.scene.link)


def _opens(deed: Deed) -> None:
    payload = deed.body.get("payload", "")
    deed.person.opens(deed.bot, payload if isinstance(payload, str) else "")


def _presses(deed: Deed) -> Json:
    """Press a button that the message has or had: a phone may still show an old screen."""
    message, data = deed.message(), deed.text("data")
    screens = [message.keyboard, *message.past_keyboards]
    known = {b.get("callback_data") for rows in screens for row in rows for b in row}
    if data not in known:
        raise NotPossible("the message never had this button")
    return {"query": deed.person.taps(message, data).id}


def _edits(deed: Deed) -> None:
    message = deed.message()
    if message.deleted or message.sender is not deed.person or not message.text:
        raise NotPossible("people edit their own words only")
    deed.person.edits(message, deed.text())


def _deletes(deed: Deed) -> None:
    message = deed.message()
    if message.sender is not deed.person and not deed.chat.private:
        raise NotPossible("people delete their own messages only")
    deed.person.deletes(message)


def _blocks(deed: Deed) -> None:
    deed.person.blocks(deed.bot)


def _unblocks(deed: Deed) -> None:
    deed.person.unblocks(deed.bot)


DEEDS: dict[str, Callable[[Deed], Json | None]] = {
    "types": _types,
    "scans": _scans,
    "opens": _opens,
    "presses": _presses,
    "edits": _edits,
    "deletes": _deletes,
    "blocks": _blocks,
    "unblocks": _unblocks,
}
