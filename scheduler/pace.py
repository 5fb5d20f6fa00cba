"""How much may be said now to a group, and by this process for a bot; a person's chat is paced by
the outbox itself.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.limits import Limit, Limits
from core.messages import NORMAL, PATIENT, Address

FIRST_WORDS = 3  # of a newcomer, while the others still speak as if they were without it


@dataclass(slots=True)
class Pace:
    """What was said lately: the moments inside each window, oldest first.

    For a bot, by this process only; to a group, by whichever process, as `recall` is told.
    """

    limits: Limits = field(default_factory=Limits)
    _share: int = field(init=False)
    _said: dict[str, deque[datetime]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._share = self.limits.bot.count

    def share(self, senders: int, *, new: bool) -> None:
        """Divide a bot's limit by so many processes; a `new` one keeps to what the others leave."""
        whole = self.limits.bot.count
        crowded = new and senders > 1
        part = FIRST_WORDS // (senders - 1) if crowded else whole // senders
        self._share = max(1, min(part, whole))

    def remembers(self, address: Address) -> timedelta:
        """Give how far back `recall` is to go; 0 if nothing is to be recalled."""
        return self.limits.group.span if _is_group(address) else timedelta(0)

    def recall(self, address: Address, said: Iterable[tuple[datetime, int]]) -> None:
        """Take over when messages went to a group and their priorities, oldest first.

        A lane speaks to one process at a time, so this is all that was said to it.
        """
        moments = list(said)
        self._said[address.lane] = deque(at for at, _ in moments)
        self._said[_patient(address)] = deque(at for at, priority in moments if priority >= PATIENT)

    def take(self, address: Address, now: datetime, priority: int = NORMAL) -> datetime | None:
        """Count one message; if a limit forbids it, count nothing and say when to come back."""
        limits = {address.bot: Limit(self._share, self.limits.bot.seconds)}
        if _is_group(address):
            limits[address.lane] = self.limits.group
            if priority >= PATIENT:
                limits[_patient(address)] = self.limits.patient
        windows = [(limit, self._window(name, limit, now)) for name, limit in limits.items()]
        frees = [
            said[-limit.count] + limit.span for limit, said in windows if len(said) >= limit.count
        ]
        if frees:
            return max(frees)
        for _, said in windows:
            said.append(now)
        return None

    def _window(self, name: str, limit: Limit, now: datetime) -> deque[datetime]:
        said = self._said.setdefault(name, deque())
        # A clock put back would otherwise keep a window full until it has caught up.
        while said and not now - limit.span < said[0] <= now:
            said.popleft()
        return said


def _is_group(address: Address) -> bool:
    """Telegram's group ids are negative."""
    return address.chat.startswith("-")


def _patient(address: Address) -> str:
    return f"{address.lane} patient"
