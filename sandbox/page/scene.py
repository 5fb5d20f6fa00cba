"""What the page shows, and what it asks of the program that plays in the sandbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sandbox.bots import Bot
from sandbox.model import Chat
from sandbox.people import Group, Person
from sandbox.sandbox import Sandbox

GROUP_KEY = "group"


class Program(Protocol):
    """The program behind the bots, as far as the page has to know it."""

    async def clock_moved(self) -> None:
        """Do now what time alone makes due: the clock has just been moved."""

    async def jumps(self) -> Mapping[str, datetime]:
        """Return the moments worth moving to, by name: `morning`, `due`, `expiry`, `after_tet`.

        `due` and `expiry` are the day and the working morning after it of one and the same
        registration. A name is left out when there is nothing ahead to move to.
        """

    def paper(self, name: str) -> bytes | None:
        """Return `qr.svg`, `qr.png`, `poster-vi.pdf` or `poster-en.pdf`; None for other names."""

    def restart(self, *, empty: bool) -> None:
        """Ask for a new scene soon, without sample registrations if `empty`."""


@dataclass
class Scene:
    """The people and bots of one demo.

    Directors talk with `front` on their phones; officers decide in `group` and talk with `desk`,
    which may be the same bot. `link` is what the printed QR code holds.
    """

    sandbox: Sandbox
    program: Program
    front: Bot
    desk: Bot
    group: Group
    directors: list[Person]
    officers: list[Person]
    link: str
    ready: bool = field(default=True)

    def people(self) -> list[Person]:
        """Return everybody who can be played."""
        return [*self.directors, *self.officers]

    def person(self, number: int) -> Person | None:
        """Return the player with this user id."""
        return next((one for one in self.people() if one.id == number), None)

    def chats(self) -> dict[str, Chat]:
        """Return the conversations of the page by key: `group`, or `BOT:PERSON` in private."""
        pairs = [(self.front, one) for one in self.directors]
        pairs += [(self.desk, one) for one in self.officers]
        private = (self.sandbox.world.private(bot, person) for bot, person in pairs)
        return {GROUP_KEY: self.group.chat, **{key_of(chat): chat for chat in private}}

    def chat(self, key: str) -> Chat | None:
        """Return the conversation with this key."""
        if key == GROUP_KEY:
            return self.group.chat
        bot_id, _, person_id = key.partition(":")
        bot = next((b for b in (self.front, self.desk) if str(b.id) == bot_id), None)
        person = self.person(int(person_id)) if person_id.isdecimal() else None
        if bot is None or person is None:
            return None
        return self.sandbox.world.private(bot, person)


def key_of(chat: Chat) -> str:
    """Return the page's name for a conversation."""
    if chat.bot is None or chat.person is None:
        return GROUP_KEY
    return f"{chat.bot.id}:{chat.person.id}"
