"""How fast a messenger may be spoken to: a window of moments per bot and one per chat."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.messages import NORMAL, PATIENT, Address


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

    def of(self, address: Address, priority: int = NORMAL) -> Mapping[str, Limit]:
        """Give the windows a message falls into, by name."""
        if not _is_group(address):
            return {address.bot: self.bot, address.lane: self.chat}
        windows = {address.bot: self.bot, address.lane: self.group}
        return windows | ({_patient(address): self.patient} if priority >= PATIENT else {})

    def shared(self, address: Address) -> timedelta:
        """Give how far back the messages of all processes count; none are looked at if it is 0."""
        return self.group.span if _is_group(address) else timedelta(0)


def _is_group(address: Address) -> bool:
    """Telegram's group ids are negative."""
    return address.chat.startswith("-")


def _patient(address: Address) -> str:
    return f"{address.lane} patient"


UNLIMITED = Limits(*(Limit(1, 0) for _ in range(4)))


@dataclass(slots=True)
class Pace:
    """What was said lately: the moments inside each window, oldest first.

    By this process only, but for the groups: others' messages to them are told by `recall`.
    """

    limits: Limits = field(default_factory=Limits)
    _said: dict[str, deque[datetime]] = field(default_factory=dict)

    def recall(self, address: Address, said: Iterable[tuple[datetime, int]]) -> None:
        """Take over when messages went to a group and their priorities, oldest first.

        A lane speaks to one process at a time, so this is all that was said to it.
        """
        moments = list(said)
        self._said[address.lane] = deque(at for at, _ in moments)
        self._said[_patient(address)] = deque(at for at, priority in moments if priority >= PATIENT)

    def take(self, address: Address, now: datetime, priority: int = NORMAL) -> datetime | None:
        """Count one message; if a limit forbids it, count nothing and say when to come back."""
        windows = {
            name: (limit, self._window(name, limit, now))
            for name, limit in self.limits.of(address, priority).items()
        }
        frees = [
            said[-limit.count] + limit.span
            for limit, said in windows.values()
            if len(said) >= limit.count
        ]
        if frees:
            return max(frees)
        for _, said in windows.values():
            said.append(now)
        return None

    def forget_idle(self, now: datetime) -> None:
        """Drop the windows that have run empty, so that memory does not grow with history."""
        longest = max(
            limit.span
            for limit in (
                self.limits.bot,
                self.limits.chat,
                self.limits.group,
                self.limits.patient,
            )
        )
        idle = [n for n, said in self._said.items() if not said or now - said[-1] > longest]
        for name in idle:
            del self._said[name]

    def _window(self, name: str, limit: Limit, now: datetime) -> deque[datetime]:
        said = self._said.setdefault(name, deque())
        # A clock put back would otherwise keep a window full until it has caught up.
        while said and not now - limit.span < said[0] <= now:
            said.popleft()
        return said
