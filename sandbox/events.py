"""What happens in the world, for those who watch: pages, transcripts, tests."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.model import Account, Message


@dataclass(frozen=True)
class MessageSent:
    """A message appeared in its chat."""

    message: Message


@dataclass(frozen=True)
class MessageEdited:
    """A message's words or buttons changed."""

    message: Message


@dataclass(frozen=True)
class MessageDeleted:
    """A message left the screen."""

    message: Message


@dataclass(frozen=True)
class UpdateQueued:
    """A bot has an update to fetch; `body` is the update as JSON would carry it."""

    bot: Account
    update_id: int
    kind: str
    body: dict[str, Any]


@dataclass(frozen=True)
class CallbackAnswered:
    """A bot answered a press; `text` may be empty, `alert` asks for a window, `url` to go there."""

    person: Account
    query_id: str
    text: str
    alert: bool
    url: str = ""


@dataclass(frozen=True)
class ApiCalled:
    """A bot called the API. `parameters` as judged, files as (name, size); `seconds` is real.

    `error` is None for ok, else "CODE description".
    """

    bot: Account | None
    method: str
    parameters: dict[str, Any]
    error: str | None
    seconds: float


Event = MessageSent | MessageEdited | MessageDeleted | UpdateQueued | CallbackAnswered | ApiCalled


class Events:
    """A list of listeners, told of every event in order, at once, in the world's own thread."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], None]] = []

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` with every event from now on; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, event: Event) -> None:
        """Tell all listeners of `event`."""
        for listener in tuple(self._listeners):
            listener(event)
