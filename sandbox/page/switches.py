"""Faults that can be switched on from the page, so that one sees the program cope."""

from collections.abc import Awaitable, Callable

from sandbox.faults import Fault
from sandbox.sandbox import Sandbox

FOREVER = 10**9
RETRY_AFTER = 3  # seconds
# What a bot does in chats. Fetching updates stays healthy, so that presses still arrive.
_DOINGS = (
    "sendMessage",
    "sendPhoto",
    "sendDocument",
    "editMessageText",
    "editMessageReplyMarkup",
    "deleteMessage",
    "answerCallbackQuery",
    "sendChatAction",
)


class Switches:
    """The faults of one sandbox: `mail` is down, `flood` answers 429, `broken` answers 502."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._planned: dict[str, list[Fault]] = {}
        self._on: set[str] = set()
        self._turn: dict[str, Callable[[bool], Awaitable[None]]] = {
            "mail": self._mail,
            "flood": self._flood,
            "broken": self._broken,
        }

    @property
    def state(self) -> dict[str, bool]:
        """Which faults there are, and which are on."""
        return {name: name in self._on for name in self._turn}

    async def set(self, name: str, *, on: bool) -> None:
        """Switch a fault; KeyError for an unknown one. Setting it as it is changes nothing."""
        turn = self._turn[name]
        if on == (name in self._on):
            return
        (self._on.add if on else self._on.discard)(name)
        await turn(on)

    async def _mail(self, down: bool) -> None:
        server = self._sandbox.mail_server
        await (server.stop() if down else server.start())

    async def _flood(self, on: bool) -> None:
        faults = self._sandbox.faults
        self._plan(
            "flood",
            [faults.flood(RETRY_AFTER, times=FOREVER, method=one) for one in _DOINGS] if on else [],
        )

    async def _broken(self, on: bool) -> None:
        faults = self._sandbox.faults
        self._plan(
            "broken",
            [
                faults.fail(502, "Bad Gateway", times=FOREVER, method=one, html=True)
                for one in _DOINGS
            ]
            if on
            else [],
        )

    def _plan(self, name: str, faults: list[Fault]) -> None:
        for fault in self._planned.pop(name, []):
            self._sandbox.faults.end(fault)
        self._planned[name] = faults
