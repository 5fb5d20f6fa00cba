"""Everything that happens in a scene, passed to every open page as it happens."""

import asyncio
import itertools
import json
from collections import deque
from collections.abc import Callable
from typing import Any

from sandbox.events import (
    ApiCalled,
    CallbackAnswered,
    Event,
    MessageDeleted,
    MessageEdited,
    MessageSent,
    UpdateQueued,
)
from sandbox.mail import Mail
from sandbox.model import Json
from sandbox.page import view
from sandbox.page.scene import GROUP_KEY, Scene

QUEUE_LIMIT = 2000  # events a page may lag behind before it is sent away to begin anew
TRACE_KEPT = 300
BODY_SHOWN = 2000  # characters
_NOISE = frozenset({"getUpdates", "getMe", "getWebhookInfo"})


class Reader:
    """One open page; `events` holds JSON texts, None means the end."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[str | None] = asyncio.Queue(QUEUE_LIMIT + 1)

    def tell(self, text: str | None) -> None:
        """Pass an event on, or send away a reader that is too slow."""
        if self.events.qsize() >= QUEUE_LIMIT:
            text = None
            while not self.events.empty():
                self.events.get_nowait()
        self.events.put_nowait(text)


class Feed:
    """The readers, and the trace of the scene that they watch."""

    def __init__(self) -> None:
        self._readers: set[Reader] = set()
        self._trace: deque[Json] = deque(maxlen=TRACE_KEPT)
        self._numbers = itertools.count(1)
        self._scene: Scene | None = None
        self._stops: list[Callable[[], None]] = []

    def watch(self, scene: Scene | None) -> None:
        """Follow another scene, or none; readers are told to begin anew."""
        for stop in self._stops:
            stop()
        self._trace.clear()
        self._scene, self._stops = scene, []
        if scene is not None:
            self._stops = [
                scene.sandbox.world.events.subscribe(self._happened),
                scene.sandbox.inbox.subscribe(self._mail_came),
            ]
        self.tell({"type": "scene", **self._snapshot()})

    def join(self) -> Reader:
        """Return a new reader whose first event is the whole scene."""
        reader = Reader()
        reader.tell(_encode({"type": "scene", **self._snapshot()}))
        self._readers.add(reader)
        return reader

    def leave(self, reader: Reader) -> None:
        """Forget a reader."""
        self._readers.discard(reader)

    def close(self) -> None:
        """End all readers."""
        for reader in self._readers:
            reader.tell(None)

    def tell(self, event: Json) -> None:
        """Tell all readers; `type` says what `event` is."""
        text = _encode(event)
        for reader in self._readers:
            reader.tell(text)

    def _snapshot(self) -> Json:
        if self._scene is None:
            return {"ready": False}
        return {**view.scene(self._scene), "trace": list(self._trace)}

    def _happened(self, event: Event) -> None:
        match event:
            case MessageSent() | MessageEdited() | MessageDeleted():
                self.tell({"type": "message", "message": view.message(event.message)})
            case CallbackAnswered():
                self.tell(
                    {
                        "type": "answer",
                        "person": event.person.id,
                        "query": event.query_id,
                        "text": event.text,
                        "alert": event.alert,
                        "url": event.url,
                    }
                )
            case UpdateQueued():
                doer = event.body.get("from", {}).get("first_name")
                who = f"{doer} → {event.bot.name}" if doer else event.bot.name
                self._note("update", who, event.kind, event.body)
            case ApiCalled():
                self._called(event)

    def _called(self, call: ApiCalled) -> None:
        if call.bot is None or (call.method in _NOISE and call.error is None):
            return
        if call.method == "sendChatAction" and call.error is None:
            chat_id = int(call.parameters["chat_id"])
            key = GROUP_KEY if chat_id < 0 else f"{call.bot.id}:{chat_id}"
            self.tell({"type": "typing", "chat": key, "name": call.bot.name})
        self._note(
            "call",
            call.bot.name,
            call.method,
            call.parameters,
            error=call.error,
            millis=round(call.seconds * 1000, 1),
        )

    def _mail_came(self, mail: Mail) -> None:
        if self._scene is None:
            return
        line = view.mail_line(len(self._scene.sandbox.inbox) - 1, mail)
        self.tell({"type": "mail", "mail": line})
        self._note("mail", line["to"], line["subject"], {"from": mail.sender, "to": line["to"]})

    def _note(self, kind: str, who: str, what: str, body: Any, **more: Any) -> None:
        if self._scene is None:
            return
        shown = json.dumps(body, ensure_ascii=False, indent=1, default=str)
        entry = {
            "number": next(self._numbers),
            "at": view.millis(self._scene.sandbox.clock.now()),
            "kind": kind,
            "who": who,
            "what": what,
            "body": shown[:BODY_SHOWN],
            **more,
        }
        self._trace.append(entry)
        self.tell({"type": "trace", "entry": entry})


def _encode(event: Json) -> str:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))
