"""Updates as raw JSON: which we ask for, whose they are, and how the inbox keeps them. No SDK."""

import json
from collections.abc import Mapping
from typing import Any

from core.messages import Address
from core.ports import NewUpdate

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
NOBODY = "-"  # the chat of what belongs to nobody

Raw = Mapping[str, Any]


def new_update(raw: Raw, bot: str) -> NewUpdate:
    """Make an inbox row of an update; KeyError if it has no `update_id`."""
    # Escaped to ASCII, because half a surrogate pair has no UTF-8 form.
    payload = json.dumps(raw, separators=(",", ":")).encode()
    return NewUpdate(bot, str(raw["update_id"]), conversation_of(raw, bot), payload)


def conversation_of(raw: Raw, bot: str) -> str:
    """Give the `Incoming.conversation` that this update will have, if it becomes an `Incoming`.

    It is decided before the update is stored, so it reads as little as it can and never raises.
    """
    body = _mapping(next((raw[kind] for kind in ALLOWED_UPDATES if kind in raw), None))
    user = _mapping(body.get("from")).get("id")
    chat = _mapping(body.get("chat")) or _mapping(_mapping(body.get("message")).get("chat"))
    if not chat:
        return Address(bot, NOBODY if user is None else str(user)).lane
    lane = Address(bot, str(chat.get("id"))).lane
    if chat.get("type") == "private":
        return lane
    return f"{lane}:" if user is None or "migrate_to_chat_id" in body else f"{lane}:tg:{user}"


def _mapping(value: object) -> Raw:
    return value if isinstance(value, Mapping) else {}
