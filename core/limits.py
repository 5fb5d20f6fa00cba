"""How fast a messenger may be spoken to."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` messages in any `seconds` that follow one another."""

    count: int
    seconds: float

    @property
    def span(self) -> timedelta:
        """The window as a length of time."""
        return timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Limits:
    """The Bot API's published limits: 30/s in all, about 1/s in a chat, 20/min in a group.

    A little below them, for a text that goes out in parts and for messages that catch up with one
    another on the way. In a chat a few may come at once, as long as the average is kept.
    `patient` is what of a group's limit the cards may use that nobody waits for; the rest is for
    answers to officers.
    """

    bot: Limit = Limit(25, 1)
    chat: Limit = Limit(4, 4)
    group: Limit = Limit(18, 60)
    patient: Limit = Limit(10, 60)


UNLIMITED = Limits(*(Limit(1, 0) for _ in range(4)))
