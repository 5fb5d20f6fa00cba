"""A lead reopens a decided case: why, by a reply to the question under its card."""

from collections.abc import Mapping
from typing import Any

from core.actions import Action
from core.errors import Problem
from core.messages import Choice, Text, text
from core.people import Right
from core.usecases.reopen import Reopening, plan, reopen
from handlers.replies import asking, leave_prompt, require_mine
from handlers.turn import Turn

PROMPT = "reopen"


async def begin(turn: Turn, registration_id: int, version: int, *notes: Text) -> None:
    """Ask for the reason, after a note, and say what reopening means here."""
    planned = await plan(turn.tx, turn.actor, registration_id, version, turn.policy, turn.now)
    await turn.say(
        *notes,
        text("reopen-ask", name=turn.actor.name, reference=planned.before.reference),
        _meaning(planned),
        text("reopen-how"),
        choices=((Choice(str(Action("o", "cancel")), text("button-cancel")),),),
        reply=True,
        context=asking(turn, PROMPT, registration=registration_id, version=version),
    )


async def press(turn: Turn, action: Action) -> None:
    """Leave one's own question."""
    turn.actor.require(Right.MANAGE)
    if action.verb != "cancel":
        raise Problem(text("button-old"))
    await leave_prompt(turn, PROMPT, "reopen-cancelled")


async def reply(turn: Turn, asked: Mapping[str, Any]) -> None:
    """Reopen for the reason that was typed; after a bad one ask again."""
    turn.actor.require(Right.MANAGE)
    require_mine(turn, asked)
    case, typed = (asked["registration"], asked["version"]), turn.incoming.text
    try:
        done = await reopen(turn.tx, turn.actor, *case, typed, turn.policy, turn.now)
    except Problem as problem:
        # Raises anew what stands in the way of reopening for any reason.
        await begin(turn, *case, problem.text)
    else:
        state = text(f"status-{done.status.value}")
        await turn.say(text("reopened-notice", reference=done.reference, state=state), reply=True)
    await turn.delete(turn.incoming.reply_to)


def _meaning(planned: Reopening) -> Text:
    how = "-anew" if planned.anew else "-unmailed" if planned.unmailed else ""
    return text(f"reopen-means-{planned.after.status.value}{how}", due=planned.after.due)
