"""What the program tells a conversation, in line with what people tell it.

Only the worker that holds a conversation writes it. A reminder that falls due, or a mail that
could not be sent, therefore reaches it through the inbox, after everything that came before.
"""

import json
from collections.abc import Mapping
from typing import Any

from core.ports import InboxRow, NewUpdate


def event(conversation: str, name: str, key: str, /, **data: Any) -> NewUpdate:
    """Build an update that tells `conversation` what happened; the same `key` is told once."""
    bot = conversation.partition(":")[0]
    payload = json.dumps({"event": name, "data": data})
    return NewUpdate(bot, f"{name}:{key}", conversation, payload.encode())


def read_event(row: InboxRow) -> tuple[str, Mapping[str, Any]] | None:
    """Give the name and data of an event, None for an update of a messenger (a plain number)."""
    if row.update_id.isdecimal():
        return None
    body = json.loads(row.payload)
    return body["event"], body["data"]
