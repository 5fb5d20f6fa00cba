"""An officer says that the mail with a result came back, and is asked whether it is so."""

from core.actions import Action
from core.errors import Problem
from core.mailbox import mask
from core.messages import Choice, text
from core.people import Right
from core.usecases.repair import bounced, plan_bounce
from handlers.replies import asking, leave_prompt, pressed_prompt
from handlers.turn import Turn

PROMPT = "bounced"


async def begin(turn: Turn, registration_id: int, version: int) -> None:
    """Say what follows, and ask whether it is so."""
    before, after = await plan_bounce(
        turn.tx, turn.actor, registration_id, version, turn.policy, turn.now
    )
    await turn.say(
        text(
            "bounced-ask",
            name=turn.actor.name,
            reference=before.reference,
            email=mask(before.email),
        ),
        text(f"bounced-means-{before.status.value}", due=after.due),
        choices=(
            (Choice(str(Action("v", "yes")), text("button-bounced-yes")),),
            (Choice(str(Action("v", "cancel")), text("button-cancel")),),
        ),
        reply=True,
        context=asking(turn, PROMPT, registration=registration_id, version=version),
    )


async def press(turn: Turn, action: Action) -> None:
    """Confirm one's own question, or leave it."""
    turn.actor.require(Right.DECIDE)
    if action.verb == "cancel":
        await leave_prompt(turn, PROMPT, "bounced-cancelled")
        return
    if action.verb != "yes":
        raise Problem(text("button-old"))
    asked = await pressed_prompt(turn, PROMPT)
    case = (asked["registration"], asked["version"])
    await turn.delete(turn.incoming.message_id)
    done = await bounced(turn.tx, turn.actor, *case, turn.policy, turn.now)
    await turn.tell(text("bounced-notice", reference=done.reference), alert=False)
