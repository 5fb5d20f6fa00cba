"""Flood limits, counted by the sandbox clock.

Telegram publishes about 30 messages a second for a bot, about one a second in a private chat
("short bursts" allowed: here 5) and 20 a minute in a group. With a frozen clock the allowance
comes back only when a test moves the clock, so a flood is the same on every machine.
"""

import math
from collections import deque
from datetime import datetime, timedelta

from sandbox.bots import Bot
from sandbox.clock import SandboxClock
from sandbox.errors import too_many
from sandbox.model import Chat

BOT_LIMIT = (30, timedelta(seconds=1))
GROUP_LIMIT = (20, timedelta(minutes=1))
PRIVATE_BURST = 5
PRIVATE_PACE = timedelta(seconds=1)


class FloodLimits:
    """Counts sent messages; `on` may be switched at any time."""

    def __init__(self, clock: SandboxClock, *, on: bool = True) -> None:
        self.on = on
        self._clock = clock
        self._windows: dict[tuple[int, int], deque[datetime]] = {}
        self._ready: dict[tuple[int, int], datetime] = {}

    def spend(self, bot: Bot, chat: Chat) -> None:
        """Count one message of a bot to a chat; ApiError 429 with retry_after if it is too many.

        A refused message counts for nothing.
        """
        if not self.on:
            return
        now = self._clock.now()
        own = self._window((bot.id, 0), BOT_LIMIT, now)
        if chat.private:
            self._check_pace((bot.id, chat.id), now)
        else:
            self._window((bot.id, chat.id), GROUP_LIMIT, now).append(now)
        own.append(now)

    def _window(
        self, key: tuple[int, int], limit: tuple[int, timedelta], now: datetime
    ) -> deque[datetime]:
        count, span = limit
        window = self._windows.setdefault(key, deque())
        while window and window[0] <= now - span:
            window.popleft()
        if len(window) >= count:
            raise too_many(_whole_seconds(window[0] + span - now))
        return window

    def _check_pace(self, key: tuple[int, int], now: datetime) -> None:
        # `ready` is when the bucket would be full again; each message moves it by one pace.
        ready = max(self._ready.get(key, now), now)
        over = ready + PRIVATE_PACE - now - PRIVATE_BURST * PRIVATE_PACE
        if over > timedelta():
            raise too_many(_whole_seconds(over))
        self._ready[key] = ready + PRIVATE_PACE


def _whole_seconds(wait: timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds()))
