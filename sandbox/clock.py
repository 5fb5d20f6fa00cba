"""The sandbox's time: one movable clock, and the only reader of the system's time."""

import time
from datetime import UTC, datetime, timedelta


class SandboxClock:
    """Aware UTC time that tests can move, and people of the demo can watch run.

    A running clock keeps pace with the system from wherever it was put; a frozen one stands
    until it is moved. Message dates, the life of callback queries and flood limits follow it.
    Waiting for a network (long polls, webhook retries, injected delays) does not: that is real.
    """

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        begin = system_time() if start is None else _aware(start)
        self._offset = begin - system_time()
        self._standing = begin if frozen else None

    @property
    def frozen(self) -> bool:
        """Whether time stands until moved."""
        return self._standing is not None

    def now(self) -> datetime:
        """Return the present of the sandbox, aware, in UTC."""
        return system_time() + self._offset if self._standing is None else self._standing

    def shift(self, by: timedelta) -> datetime:
        """Move the clock forward by `by` and return the new present; ValueError if negative."""
        return self.set(self.now() + by)

    def set(self, moment: datetime, *, backwards: bool = False) -> datetime:
        """Put the clock at `moment` (aware).

        ValueError if naive, or earlier than now without `backwards=True`.
        """
        moment = _aware(moment)
        if moment < self.now() and not backwards:
            raise ValueError(f"the clock would go back from {self.now()} to {moment}")
        if self._standing is not None:
            self._standing = moment
        else:
            self._offset = moment - system_time()
        return moment

    def freeze(self) -> datetime:
        """Stop the clock where it is and return that moment."""
        self._standing = self.now()
        return self._standing

    def run(self) -> None:
        """Let the clock run on from where it stands."""
        now = self.now()
        self._standing = None
        self._offset = now - system_time()


def stopwatch() -> float:
    """Return seconds of a monotonic counter, for measuring how long an answer took."""
    return time.perf_counter()


def system_time() -> datetime:
    """Return the machine's own time, aware, in UTC: for what other programs judge by it."""
    return datetime.fromtimestamp(time.time(), UTC)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)
