"""The system clock: the only place of the program that asks what time it is."""

from datetime import UTC, datetime


class SystemClock:
    """`core.ports.Clock` over the clock of the machine."""

    def now(self) -> datetime:
        """Give the present as an aware UTC datetime."""
        return datetime.now(UTC)  # noqa: TID251 - the one place this rule points to
