"""A bot as Telegram keeps it: token, queue of updates, webhook, commands, texts about itself."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.events import ApiCalled
from sandbox.model import Account, Chat, Message
from sandbox.updates import UpdateQueue

CALLS_KEPT = 10_000


@dataclass
class Webhook:
    """What setWebhook set, and how delivery fares."""

    url: str
    secret: str = ""
    max_connections: int = 40
    ip_address: str = "127.0.0.1"
    allowed: list[str] | None = None
    error_at: datetime | None = None
    error: str = ""


@dataclass(eq=False, repr=False)
class Bot(Account):
    """A bot. `privacy` on means it sees only what privacy mode shows in groups.

    `calls` holds the latest API calls, oldest first (10,000 unless set otherwise).
    """

    token: str = field(default="", repr=False)
    privacy: bool = True
    updates: UpdateQueue = field(default_factory=UpdateQueue)
    webhook: Webhook | None = None
    commands: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, dict[str, Any]] = field(default_factory=dict)
    private_chats: dict[int, Chat] = field(default_factory=dict)
    next_private_id: int = 1
    calls: deque[ApiCalled] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))
    actions: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))

    def called(self, method: str) -> list[ApiCalled]:
        """Return the kept calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

    def sent(self) -> list[Message]:
        """Return what the bot has said in private chats, in order of sending."""
        told = [m for c in self.private_chats.values() for m in c.messages.values() if m.from_bot]
        return sorted(told, key=lambda message: message.id)
