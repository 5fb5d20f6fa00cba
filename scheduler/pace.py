"""How fast a messenger may be spoken to: leaky buckets, one per bot and one per chat."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.messages import Address


@dataclass(frozen=True, slots=True)
class Limit:
    """`count` messages in `seconds`, of which `burst` may come at once."""

    count: int
    seconds: float
    burst: int

    @property
    def drain(self) -> float:
        """Messages that the bucket forgets per second."""
        return self.count / self.seconds


@dataclass(frozen=True, slots=True)
class Limits:
    """The Bot API's published limits: 30/s in all, about 1/s in a chat, 20/min in a group."""

    bot: Limit = Limit(30, 1, 25)
    chat: Limit = Limit(1, 1, 4)
    group: Limit = Limit(20, 60, 18)

    def of(self, address: Address) -> Mapping[str, Limit]:
        """Give the buckets a message falls into, by name. Telegram's group ids are negative."""
        chat = self.group if address.chat.startswith("-") else self.chat
        return {address.bot: self.bot, address.lane: chat}


UNLIMITED = Limits(*(Limit(1_000_000, 1, 1_000_000) for _ in range(3)))
IDLE = timedelta(minutes=5)


@dataclass(slots=True)
class Pace:
    """Levels of the buckets in this process."""

    limits: Limits = field(default_factory=Limits)
    _levels: dict[str, tuple[float, datetime]] = field(default_factory=dict)

    def take(self, address: Address, now: datetime) -> datetime | None:
        """Count one message; if a limit forbids it, count nothing and say when to come back."""
        buckets = self.limits.of(address)
        levels = {name: self._level(name, limit, now) for name, limit in buckets.items()}
        waits = [
            (levels[name] + 1 - limit.burst) / limit.drain
            for name, limit in buckets.items()
            if levels[name] + 1 > limit.burst
        ]
        if waits:
            return now + timedelta(seconds=max(waits))
        for name, level in levels.items():
            self._levels[name] = (level + 1, now)
        return None

    def forget_idle(self, now: datetime) -> None:
        """Drop the buckets that have long run empty, so that memory does not grow with history."""
        idle = [name for name, (_, at) in self._levels.items() if now - at > IDLE]
        for name in idle:
            del self._levels[name]

    def _level(self, name: str, limit: Limit, now: datetime) -> float:
        level, at = self._levels.get(name, (0.0, now))
        return max(0.0, level - max(0.0, (now - at).total_seconds()) * limit.drain)
