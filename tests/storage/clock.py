"""A clock that stands still, and the moment at which it does."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def later(**length: float) -> datetime:
    """Give a moment after NOW, or before it with a negative length."""
    return NOW + timedelta(**length)


@dataclass
class HandClock:
    """Implements `core.ports.Clock`: moves when somebody moves it."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment
