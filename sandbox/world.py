"""The world: people, bots, chats and messages, and the rules of who may say and see what.

It knows no network. The API server, the people of tests and the demo page all change it through
the same few functions, and everything that happens is told to `events`.
"""

import itertools
import random
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox import wire
from sandbox.bots import CALLS_KEPT, Bot
from sandbox.clock import SandboxClock
from sandbox.errors import bad_request
from sandbox.events import (
    ApiCalled,
    CallbackAnswered,
    Events,
    MessageDeleted,
    MessageEdited,
    MessageSent,
    UpdateQueued,
)
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.limits import FloodLimits
from sandbox.model import (
    GENERAL_TOPIC,
    USUAL_RIGHTS,
    Account,
    Chat,
    Json,
    Member,
    Message,
    Status,
    Topic,
)
from sandbox.people import Group, Person
from sandbox.sight import sees
from sandbox.text import clean, find_entities
from sandbox.updates import Update

CALLBACK_LIFE = timedelta(seconds=15)
QUERIES_KEPT = 10_000


@dataclass(eq=False)
class CallbackQuery:
    """A press on a button, waiting for its answer until `asked_at` + 15 s."""

    id: str
    bot: Bot
    person: Person
    message: Message
    data: str
    asked_at: datetime
    answered: bool = False


class World:
    """Everything that exists in one sandbox. Deterministic: ids and tokens follow `seed`."""

    def __init__(
        self, clock: SandboxClock | None = None, *, limits: bool = True, seed: int = 1
    ) -> None:
        self.clock = clock or SandboxClock()
        self.events = Events()
        self.files = Files()
        self.faults = Faults()
        self.limits = FloodLimits(self.clock, on=limits)
        self.bots: dict[str, Bot] = {}
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, CallbackQuery] = {}
        self.calls: deque[ApiCalled] = deque(maxlen=CALLS_KEPT)
        self.moves = 0
        self._random = random.Random(seed)  # noqa: S311 - ids need to repeat, not to be secret
        self._person_ids = itertools.count(5_012_000_001, 7)
        self._bot_ids = itertools.count(7_100_000_001, 11)
        self._group_ids = itertools.count(4_200_000_001, 13)
        self._supergroup_ids = itertools.count(1_002_100_000_001, 17)

    def bot(
        self, username: str, token: str | None = None, *, name: str = "", privacy: bool = True
    ) -> Bot:
        """Make a bot. Its id is the number before the colon of `token`, as at Telegram.

        Without a token one is made up. ValueError if the token has no such number or is taken.
        """
        if token is None:
            letters = "".join(self._random.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghij", k=33))
            token = f"{next(self._bot_ids)}:AA{letters}"
        number, colon, _ = token.partition(":")
        if not (colon and number.isdecimal()) or token in self.bots:
            raise ValueError("a bot needs a token of its own, like 123456:letters")
        made = Bot(int(number), name or username, None, username, is_bot=True, token=token)
        made.privacy = privacy
        self.bots[token] = made
        return made

    def person(
        self,
        name: str,
        *,
        language: str | None = "vi",
        username: str | None = None,
        id: int | None = None,  # noqa: A002 - Telegram's word
    ) -> Person:
        """Make a person called `name` (shown whole as first name) with a phone of their own.

        ValueError if `id` is somebody's already.
        """
        number = next(self._person_ids) if id is None else id
        if number in self.people:
            raise ValueError(f"{number} is {self.people[number].name}")
        made = Person(number, name, None, username, language)
        made.world = self
        self.people[made.id] = made
        return made

    def group(
        self,
        title: str,
        *,
        members: Iterable[Person] = (),
        admins: Iterable[Person] = (),
        owner: Person | None = None,
        bots: Iterable[Bot] = (),
        kind: str = "group",
        topics: Sequence[str] = (),
    ) -> Group:
        """Make a group. It is a plain one that can migrate, or `kind="supergroup"`.

        `topics` makes it a forum (always a supergroup). Without `owner` somebody unnamed owns it.
        `bots` join as ordinary members and get their my_chat_member update.
        """
        if kind not in ("group", "supergroup"):
            raise ValueError(f"a group is a group or a supergroup, not {kind!r}")
        kind = "supergroup" if topics else kind
        chat = Chat(self._group_id(kind), kind, title, is_forum=bool(topics))
        chat.next_id = GENERAL_TOPIC + 1
        self.chats[chat.id] = chat
        group = Group(self, chat)
        group.owner = owner or self.person("Chủ nhóm")
        chat.members[group.owner.id] = Member(group.owner, Status.CREATOR)
        for person in members:
            chat.members[person.id] = Member(person)
        for person in admins:
            chat.members[person.id] = Member(person, Status.ADMINISTRATOR, USUAL_RIGHTS)
        for topic in topics:
            group.opens_topic(topic)
        for bot in bots:
            group.adds(bot)
        return group

    def private(self, bot: Bot, person: Account) -> Chat:
        """Return the conversation of a person with a bot, an unopened one if they never met."""
        chat = bot.private_chats.get(person.id)
        if chat is None:
            chat = Chat(person.id, "private", bot=bot, person=person)
            bot.private_chats[person.id] = chat
        return chat

    def post(self, chat: Chat, sender: Account, text: str = "", **content: Any) -> Message:
        """Put a message into a chat and show it to those bots that may see it.

        `content` are further fields of Message. Texts are cleaned and searched for entities here.
        """
        entities = content.pop("entities", [])
        if text:
            text, entities = clean(text, entities)
            entities = find_entities(text, self._with_mentions(entities))
        message = Message(
            self._message_id(chat), chat, sender, self.clock.now(), text, entities, **content
        )
        chat.messages[message.id] = message
        message.touched = self._move()
        if sender.is_bot:
            chat.last_bot = sender
        self.events.tell(MessageSent(message))
        if not sender.is_bot:
            self._show(message, "message")
        return message

    def edit(
        self,
        message: Message,
        *,
        text: str | None = None,
        entities: Sequence[Json] = (),
        keyboard: list[list[Json]] | None = None,
        preview: Json | None = None,
    ) -> Message:
        """Change a message's words (if `text` is given) and its keyboard (always).

        ApiError 400 "message is not modified" if nothing would change.
        """
        keyboard = keyboard or []
        new_text, new_entities = message.text, message.entities
        if text is not None:
            new_text, found = clean(text, list(entities))
            new_entities = find_entities(new_text, self._with_mentions(found))
        unchanged = (new_text, new_entities, keyboard) == (
            message.text,
            message.entities,
            message.keyboard,
        )
        if unchanged and message.from_bot:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        if message.keyboard and keyboard != message.keyboard:
            message.past_keyboards.append(message.keyboard)
        message.text, message.entities, message.keyboard = new_text, new_entities, keyboard
        message.preview = preview if text is not None else message.preview
        message.edited = self.clock.now()
        message.touched = self._move()
        self.events.tell(MessageEdited(message))
        if not message.from_bot:
            self._show(message, "edited_message")
        return message

    def delete(self, message: Message) -> None:
        """Take a message off everybody's screen; bots are not told, as at Telegram."""
        if not message.deleted:
            message.deleted = True
            self.events.tell(MessageDeleted(message))

    def press(self, person: Person, message: Message, data: str) -> CallbackQuery:
        """Send the bot of `message` the callback query of a press."""
        if not isinstance(message.sender, Bot):
            raise ValueError("only a bot's buttons call back")
        query = CallbackQuery(
            str(self._random.getrandbits(62)),
            message.sender,
            person,
            message,
            data,
            self.clock.now(),
        )
        self.queries[query.id] = query
        if len(self.queries) > QUERIES_KEPT:
            del self.queries[next(iter(self.queries))]
        shown = wire.inaccessible(message) if message.deleted else wire.message(message)
        body = {
            "id": query.id,
            "from": wire.user(person),
            "message": shown,
            "chat_instance": str(-(message.chat.id * 7919)),
            "data": data,
        }
        self.queue(query.bot, "callback_query", body, message.chat.id)
        return query

    def answer(self, bot: Bot, query_id: str, *, text: str, alert: bool, url: str = "") -> None:
        """Answer a press once, within 15 s of the sandbox clock; else ApiError 400."""
        query = self.queries.get(query_id)
        alive = (
            query is not None
            and query.bot is bot
            and not query.answered
            and self.clock.now() - query.asked_at <= CALLBACK_LIFE
        )
        if query is None or not alive:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        query.answered = True
        query.person.receives_answer(text, alert=alert, url=url)
        self.events.tell(CallbackAnswered(query.person, query.id, text, alert, url))

    def set_member(
        self,
        chat: Chat,
        account: Account,
        status: Status,
        *,
        by: Account,
        rights: frozenset[str] = frozenset(),
    ) -> None:
        """Change somebody's place in a chat and tell the bots: my_chat_member or chat_member."""
        old = chat.member(account)
        new = Member(account, status, rights)
        chat.members[account.id] = new
        body = {
            "chat": wire.chat(chat),
            "from": wire.user(by),
            "date": wire.seconds(self.clock.now()),
            "old_chat_member": wire.member(old, chat),
            "new_chat_member": wire.member(new, chat),
        }
        for bot in self.bots_in(chat):
            if bot is not account and chat.member(bot).status.leads:
                self.queue(bot, "chat_member", body, chat.id)
        if isinstance(account, Bot):
            self.queue(account, "my_chat_member", body, chat.id)

    def bots_in(self, chat: Chat) -> list[Bot]:
        """Return the bots that are in a chat now."""
        if chat.private:
            return [chat.bot] if isinstance(chat.bot, Bot) else []
        inside = (m.account for m in chat.members.values() if m.status.inside)
        return [account for account in inside if isinstance(account, Bot)]

    def migrate(self, chat: Chat) -> Chat:
        """Turn a plain group into a supergroup with a new id and return it.

        Members move, messages stay behind; both chats get their service message. ValueError if
        it is a supergroup already.
        """
        if chat.kind != "group" or chat.upgraded_to is not None:
            raise ValueError("only a plain group migrates, and only once")
        new = Chat(self._group_id("supergroup"), "supergroup", chat.title)
        new.members = dict(chat.members)
        self.chats[new.id] = new
        owner = next(m.account for m in chat.members.values() if m.status is Status.CREATOR)
        self.post(chat, owner, service={"migrate_to_chat_id": new.id})
        chat.upgraded_to = new
        self.post(new, owner, service={"migrate_from_chat_id": chat.id})
        return new

    def queue(self, bot: Bot, kind: str, body: Json, chat_id: int) -> Update | None:
        """Give a bot an update, if it asked for this kind."""
        update = bot.updates.put(kind, body, chat_id)
        if update is not None:
            self.events.tell(UpdateQueued(bot, update.id, kind, body))
        return update

    def open_topic(self, chat: Chat, name: str, by: Account) -> Topic:
        """Open a forum topic with its service message; its id is that message's."""
        message_id = chat.next_id
        topic = Topic(message_id, name)
        chat.topics[topic.id] = topic
        created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        self.post(chat, by, thread_id=topic.id, service=created)
        return topic

    def _move(self) -> int:
        self.moves += 1
        return self.moves

    def _show(self, message: Message, kind: str) -> None:
        body: Json | None = None
        for bot in self.bots_in(message.chat):
            if sees(bot, message):
                body = body or wire.message(message)
                self.queue(bot, kind, body, message.chat.id)

    def _with_mentions(self, entities: list[Json]) -> list[Json]:
        known = []
        for entity in entities:
            if entity["type"] == "text_mention" and "user_id" in entity:
                person = self.people.get(entity["user_id"])
                if person is None:
                    continue
                entity = {k: v for k, v in entity.items() if k != "user_id"}
                entity["user"] = wire.user(person)
            known.append(entity)
        return known

    def _message_id(self, chat: Chat) -> int:
        # A bot numbers the messages of all its private chats in one row; groups count alone.
        if isinstance(chat.bot, Bot):
            chat.bot.next_private_id += 1
            return chat.bot.next_private_id - 1
        chat.next_id += 1
        return chat.next_id - 1

    def _group_id(self, kind: str) -> int:
        return -next(self._group_ids if kind == "group" else self._supergroup_ids)
