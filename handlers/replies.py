"""Questions that one person answers, mostly by replying, for fifteen minutes.

What a question is about is remembered beside the sent message, so that it survives a restart and
two people who are asked at once never mix.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from core.errors import Problem
from core.messages import text
from handlers.turn import Turn

REPLY_LIFE = timedelta(minutes=15)


def asking(turn: Turn, prompt: str, **about: str | int) -> dict[str, Any]:
    """Say, beside a question, whom it asks what until when."""
    until = (turn.now + REPLY_LIFE).isoformat()
    return {"prompt": prompt, "by": turn.actor.user, "until": until, **about}


def require_mine(turn: Turn, asked: Mapping[str, Any] | None) -> None:
    """Raise `Problem` unless the question is this person's and in time."""
    if (
        asked is None
        or asked.get("by") != turn.actor.user
        or turn.now >= datetime.fromisoformat(asked["until"])
    ):
        raise Problem(text("question-not-yours"))


async def pressed_prompt(turn: Turn, prompt: str) -> Mapping[str, Any]:
    """Find what one's own question of this kind is about; raise `Problem` on another message."""
    sent = await turn.tx.outbox.find_sent(turn.incoming.address, turn.incoming.message_id or "")
    if sent is None or sent.get("prompt") != prompt:
        raise Problem(text("button-old"))
    require_mine(turn, sent)
    return sent


async def leave_prompt(turn: Turn, prompt: str, note: str) -> None:
    """Take down one's own question of this kind; raise `Problem` for any other message."""
    await pressed_prompt(turn, prompt)
    await turn.tell(text(note), alert=False)
    await turn.delete(turn.incoming.message_id)
