"""People who chat: tests tell what a person does, in words that read like a transcript.

Every action is a plain, immediate change of the world. Only `waits_for…` are coroutines: they
return as soon as a bot has done the awaited thing.
"""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from sandbox import wire
from sandbox.bots import Bot
from sandbox.errors import NothingToPress
from sandbox.events import CallbackAnswered, Event, MessageEdited, MessageSent
from sandbox.model import (
    USUAL_RIGHTS,
    Account,
    Chat,
    Json,
    Media,
    Member,
    Message,
    Status,
    Topic,
)
from sandbox.screen import buttons_on, find_button, transcript
from sandbox.text import TEXT_LIMIT, units

if TYPE_CHECKING:
    from sandbox.world import CallbackQuery, World

_Seen = TypeVar("_Seen")
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SMALLEST_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


@dataclass(frozen=True)
class Popup:
    """What a bot showed in answer to a press: a line at the top, or a window (`alert`)."""

    text: str
    alert: bool
    url: str = ""


@dataclass(eq=False, repr=False)
class Person(Account):
    """A person with a phone. They act in the chat they used last, unless told `in_` which."""

    popups: list[Popup] = field(default_factory=list)
    here: "Chat | None" = None
    world: "World" = field(init=False, repr=False)
    _acted: int = 0
    _popups_before: int = 0

    def scans(self, link: str) -> Message:
        """Follow a QR code's link `https://t.me/BOT?start=PAYLOAD` and press START."""
        parts = urlsplit(link)
        username = parts.path.strip("/")
        if parts.hostname not in ("t.me", "telegram.me") or not username:
            raise ValueError(f"{link!r} is no link to a bot")
        return self.opens(self._bot_called(username), parse_qs(parts.query).get("start", [""])[0])

    def opens(self, bot: Bot, payload: str = "") -> Message:
        """Open a bot's chat and press START.

        A payload that is not 1–64 of [A-Za-z0-9_-] is lost on the way, as on a phone.
        """
        kept = payload if PAYLOAD.fullmatch(payload) else ""
        return self.types(f"/start {kept}".rstrip(), in_=bot)

    def types(
        self, text: str, *, in_: "Place | None" = None, topic: Topic | None = None
    ) -> Message:
        """Send a text; more than 4,096 units go out as several messages, the last is returned."""
        sent = None
        for part in _phone_parts(text):
            sent = self._says(in_, topic=topic, text=part)
        if sent is None:
            raise ValueError("a phone sends no empty message")
        return sent

    def replies(self, message: Message, text: str) -> Message:
        """Send a text as a reply to a message, in its chat and topic."""
        return self._says(message.chat, reply_to=message, text=text)

    def edits(self, message: Message, text: str) -> Message:
        """Change the words of a message of their own; the bots get edited_message."""
        if message.sender is not self:
            raise ValueError("people edit their own messages only")
        return self.world.edit(message, text=text)

    def deletes(self, message: Message) -> None:
        """Delete a message on everybody's screen."""
        self.world.delete(message)

    def sends_photo(
        self, content: bytes = _SMALLEST_PNG, caption: str = "", *, in_: "Place | None" = None
    ) -> Message:
        """Send a photo (bytes of a picture; by default one grey dot)."""
        stored = self.world.files.add("photo", content)
        return self._says(in_, text=caption, media=Media("photo", stored))

    def sends_document(
        self,
        name: str,
        content: bytes,
        caption: str = "",
        *,
        in_: "Place | None" = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Send a file."""
        stored = self.world.files.add("document", content, name)
        return self._says(in_, text=caption, media=Media("document", stored), reply_to=reply_to)

    def sends_sticker(self, emoji: str = "👍", *, in_: "Place | None" = None) -> Message:
        """Send a sticker."""
        stored = self.world.files.add("sticker", emoji.encode(), "sticker.webp")
        return self._says(in_, media=Media("sticker", stored, emoji))

    def presses(
        self, label: str, *, on: Message | None = None, in_: "Place | None" = None
    ) -> "CallbackQuery | Message | str":
        """Press the button that says `label`: exactly, else as part of its words.

        Without `on` the newest message that has it counts. With `on` a button that message once
        had also works, and so does one on a deleted message: a phone may show an old screen.
        Returns the callback query; the message sent for a key of a custom keyboard; the address
        for a link. NothingToPress lists what is on the screen.
        """
        chat = on.chat if on is not None else self._chat(in_)
        self._act(chat)
        if on is None:
            key = self._key(chat, label)
            if key is not None:
                return self.types(key, in_=in_)
        found = find_button(chat, label, on)
        if found is None:
            raise NothingToPress(f"{self.name} sees no button {label!r}; {buttons_on(chat, on)}")
        message, button = found
        if "callback_data" in button:
            return self.world.press(self, message, button["callback_data"])
        return str(button.get("url", ""))

    def taps(self, message: Message, data: str) -> "CallbackQuery":
        """Send a callback with any data, as a changed client can; for hostile tests."""
        self._act(message.chat)
        return self.world.press(self, message, data)

    def blocks(self, bot: Bot) -> None:
        """Stop a bot: it gets my_chat_member kicked, and 403 from then on."""
        self._sets_blocked(bot, blocked=True)

    def unblocks(self, bot: Bot) -> None:
        """Let a bot write again: it gets my_chat_member member."""
        self._sets_blocked(bot, blocked=False)

    def receives_answer(self, text: str, *, alert: bool, url: str) -> None:
        """Show what a bot answered to a press; an answer without words shows nothing."""
        if text or url:
            self.popups.append(Popup(text, alert, url))

    @property
    def last(self) -> Message:
        """The newest bot message in the chat used last; AssertionError if there is none."""
        return self.last_in(None)

    def last_in(self, place: "Place | None") -> Message:
        """Return the newest bot message of a chat; AssertionError if there is none."""
        chat = self._chat(place)
        heard = [message for message in chat.visible() if message.from_bot]
        if not heard:
            raise AssertionError(f"{self.name} has heard nothing yet\n{transcript(chat)}")
        return heard[-1]

    @property
    def sees(self) -> str:
        """The words of the newest bot message in the chat used last, empty if there is none."""
        heard = [m for m in self.here.visible() if m.from_bot] if self.here else []
        return heard[-1].text if heard else ""

    def hears(self, *, in_: "Place | None" = None) -> list[Message]:
        """Return the bot messages sent or edited since this person last did anything."""
        return [m for m in self._chat(in_).visible() if m.from_bot and m.touched > self._acted]

    def transcript(self, *, in_: "Place | None" = None) -> str:
        """Return the conversation as text to print."""
        return transcript(self._chat(in_))

    async def waits_for(
        self, words: str = "", *, in_: "Place | None" = None, within: float = 5.0
    ) -> Message:
        """Wait for a bot message holding `words`, sent or edited since this person last acted.

        AssertionError with the transcript after `within` real seconds.
        """
        chat = self._chat(in_)

        def heard() -> Message | None:
            said = [m for m in self.hears(in_=chat) if words in m.text]
            return said[-1] if said else None

        return await self._awaited(heard, f"to hear {words!r}", chat, within)

    async def waits_for_popup(self, words: str = "", *, within: float = 5.0) -> Popup:
        """Wait for the answer to the last press, holding `words`; AssertionError after `within`."""
        seen = self._popups_before

        def shown() -> Popup | None:
            fresh = [popup for popup in self.popups[seen:] if words in popup.text]
            return fresh[-1] if fresh else None

        return await self._awaited(shown, f"a popup {words!r}", self._chat(None), within)

    async def _awaited(
        self, look: Callable[[], _Seen | None], what: str, chat: Chat, within: float
    ) -> _Seen:
        changed = asyncio.Event()
        with self._watching(changed):
            try:
                async with asyncio.timeout(within):
                    while (found := look()) is None:
                        await changed.wait()
                        changed.clear()
            except TimeoutError:
                raise AssertionError(
                    f"{self.name} waited {within} s {what}\n{transcript(chat)}"
                ) from None
        return found

    @contextmanager
    def _watching(self, changed: asyncio.Event) -> Iterator[None]:
        def note(event: Event) -> None:
            if isinstance(event, MessageSent | MessageEdited | CallbackAnswered):
                changed.set()

        stop = self.world.events.subscribe(note)
        try:
            yield
        finally:
            stop()

    def _bot_called(self, username: str) -> Bot:
        for bot in self.world.bots.values():
            if (bot.username or "").lower() == username.lower():
                return bot
        raise ValueError(f"there is no bot @{username}")

    def _chat(self, place: "Place | None") -> Chat:
        if place is None:
            if self.here is None:
                raise AssertionError(f"{self.name} has no chat open; say where with in_=")
            return self.here
        if isinstance(place, Bot):
            return self.world.private(place, self)
        return place.chat if isinstance(place, Group) else place

    def _act(self, chat: Chat) -> None:
        self.here = chat
        self._acted = self.world.moves
        self._popups_before = len(self.popups)

    def _says(
        self,
        place: "Place | None",
        *,
        topic: Topic | None = None,
        reply_to: Message | None = None,
        **content: Any,
    ) -> Message:
        chat = self._chat(place)
        self._act(chat)
        member = chat.member(self)
        if not chat.private and not member.status.inside:
            raise ValueError(f"{self.name} is not in {chat.title}")
        if chat.private:
            chat.may_write = True
            if chat.blocked and isinstance(chat.bot, Bot):
                self.unblocks(chat.bot)
        thread_id = topic.id if topic else _thread_of(chat, reply_to)
        if chat.is_forum and reply_to is None and thread_id is not None:
            # Whatever is said in a topic arrives as a reply to the message that opened it.
            reply_to = chat.messages[thread_id]
        return self.world.post(
            chat,
            self,
            thread_id=thread_id,
            reply_to=reply_to,
            anonymous=member.anonymous,
            **content,
        )

    def _key(self, chat: Chat, label: str) -> str | None:
        for message in reversed(chat.visible()):
            markup = message.reply_markup or {}
            if message.from_bot and markup.get("remove_keyboard"):
                return None
            if message.from_bot and "keyboard" in markup:
                return next((k for k in _keys(markup) if k == label), None)
        return None

    def _sets_blocked(self, bot: Bot, *, blocked: bool) -> None:
        chat = self.world.private(bot, self)
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        before, after = (
            (Status.MEMBER, Status.KICKED) if blocked else (Status.KICKED, Status.MEMBER)
        )
        body = {
            "chat": wire.chat(chat),
            "from": wire.user(self),
            "date": wire.seconds(self.world.clock.now()),
            "old_chat_member": wire.member(Member(bot, before), chat),
            "new_chat_member": wire.member(Member(bot, after), chat),
        }
        self.world.queue(bot, "my_chat_member", body, chat.id)


class Group:
    """A group as its people see it. `chat` is where it lives now: another one once migrated."""

    def __init__(self, world: "World", chat: Chat) -> None:
        self.world = world
        self.chat = chat
        self.owner: Person

    @property
    def id(self) -> int:
        """The chat id bots use now."""
        return self.chat.id

    @property
    def cards(self) -> list[Message]:
        """The bots' messages that stand in the group and have ever had buttons, oldest first."""
        return [
            message
            for message in self.chat.visible()
            if message.from_bot and (message.keyboard or message.past_keyboards)
        ]

    @property
    def messages(self) -> list[Message]:
        """Everything that stands in the group, oldest first."""
        return self.chat.visible()

    @property
    def last(self) -> Message:
        """The newest bot message; AssertionError if there is none."""
        heard = [message for message in self.chat.visible() if message.from_bot]
        if not heard:
            raise AssertionError(f"no bot has spoken in {self.chat.title}\n{self.transcript()}")
        return heard[-1]

    def member(self, name: str, *, language: str | None = "vi") -> Person:
        """Return the member called `name`; a new person joins if there is none."""
        for place in self.chat.members.values():
            if isinstance(place.account, Person) and place.account.name == name:
                return place.account
        person = self.world.person(name, language=language)
        self.adds(person)
        return person

    def adds(
        self, account: Account, *, admin: bool = False, rights: frozenset[str] = USUAL_RIGHTS
    ) -> None:
        """Let somebody in, as administrator with `rights` if asked; a bot is told."""
        status = Status.ADMINISTRATOR if admin else Status.MEMBER
        given = rights if admin else frozenset()
        self.world.set_member(self.chat, account, status, by=self.owner, rights=given)
        joined: Json = {"new_chat_members": [wire.user(account)]}
        self.world.post(self.chat, self.owner, service=joined)

    def removes(self, account: Account) -> None:
        """Throw somebody out (status kicked); a bot is told and answered 403 from then on."""
        self.world.set_member(self.chat, account, Status.KICKED, by=self.owner)
        gone: Json = {"left_chat_member": wire.user(account)}
        self.world.post(self.chat, self.owner, service=gone)

    def loses(self, account: Account) -> None:
        """Let somebody leave of their own will (status left)."""
        self.world.set_member(self.chat, account, Status.LEFT, by=account)
        gone: Json = {"left_chat_member": wire.user(account)}
        self.world.post(self.chat, self.owner, service=gone)

    def promotes(
        self,
        account: Account,
        rights: frozenset[str] = USUAL_RIGHTS,
        *,
        anonymous: bool = False,
    ) -> None:
        """Make a member administrator; `anonymous` ones write as GroupAnonymousBot.

        ValueError for an anonymous administrator of a plain group: only supergroups have them.
        """
        if anonymous and self.chat.kind != "supergroup":
            raise ValueError("only a supergroup has anonymous administrators")
        self.world.set_member(
            self.chat, account, Status.ADMINISTRATOR, by=self.owner, rights=rights
        )
        self.chat.members[account.id].anonymous = anonymous

    def demotes(self, account: Account) -> None:
        """Make an administrator an ordinary member again."""
        self.world.set_member(self.chat, account, Status.MEMBER, by=self.owner)

    def opens_topic(self, name: str) -> Topic:
        """Open a forum topic; ValueError if the group is no forum."""
        if not self.chat.is_forum:
            raise ValueError(f"{self.chat.title} has no topics")
        return self.world.open_topic(self.chat, name, self.owner)

    def topic(self, name: str) -> Topic:
        """Return the topic called `name`; KeyError if there is none."""
        for topic in self.chat.topics.values():
            if topic.name == name:
                return topic
        raise KeyError(name)

    def migrates(self) -> Chat:
        """Become a supergroup with a new id, which `id` shows from then on."""
        self.chat = self.world.migrate(self.chat)
        return self.chat

    def transcript(self) -> str:
        """Return the conversation as text to print."""
        return transcript(self.chat)


Place = Bot | Group | Chat


def _phone_parts(text: str) -> list[str]:
    parts = []
    while units(text) > TEXT_LIMIT:
        size = TEXT_LIMIT
        while units(text[:size]) > TEXT_LIMIT:
            size -= units(text[:size]) - TEXT_LIMIT
        parts.append(text[:size])
        text = text[size:]
    return [*parts, text] if text.strip() else parts


def _thread_of(chat: Chat, reply_to: Message | None) -> int | None:
    if reply_to is None:
        return None
    if chat.kind == "supergroup" and not chat.is_forum:
        # A reply in a supergroup opens a thread, numbered by its first message.
        return reply_to.thread_id or reply_to.id
    return reply_to.thread_id


def _keys(markup: Json) -> list[str]:
    return [
        key if isinstance(key, str) else str(key["text"])
        for row in markup["keyboard"]
        for key in row
    ]
