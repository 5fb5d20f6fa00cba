"""What needs repair: a case whose facility could not be told, and what was given up (/suachua)."""

from core.actions import Action, read_number
from core.messages import Choice, Message, text
from core.people import Right
from core.registration import Status
from core.usecases.dead import Dead, Way, dead_rows, drop, retry
from core.usecases.repair import ask_other_email, put_aside, resend
from handlers.turn import Turn

WAYS = frozenset(way.value for way in Way)


async def press_resend(turn: Turn, registration_id: int, version: int) -> None:
    """Send the result once more, or say that its account has to be entered again."""
    done = await resend(turn.tx, turn.actor, registration_id, version, turn.policy, turn.now)
    lost = done.status is Status.APPROVED and done.account_at is None
    key = "repair-account-gone" if lost else "repair-resent-notice"
    await turn.tell(text(key, reference=done.reference), alert=lost)


async def press_email(turn: Turn, registration_id: int, version: int) -> None:
    """Ask the facility for another e-mail."""
    del version
    asked = await ask_other_email(turn.tx, turn.actor, registration_id, turn.policy, turn.now)
    await turn.tell(text("repair-asked-notice", reference=asked.reference), alert=False)


async def press_handled(turn: Turn, registration_id: int, version: int) -> None:
    """Leave the case out of the digest from now on."""
    del version
    done = await put_aside(turn.tx, turn.actor, registration_id, turn.policy, turn.now)
    await turn.tell(text("repair-handled-notice", reference=done.reference), alert=False)


async def list_dead(turn: Turn) -> None:
    """List what was given up, each with a button to try it again and one to drop it."""
    message = await _dead_list(turn)
    await turn.say(*message.lines, choices=message.choices)


async def press_dead(turn: Turn, action: Action) -> None:
    """Show the list, or try one again or drop it; the list is then shown anew in its place."""
    turn.actor.require(Right.MANAGE)
    match action.verb, action.args:
        case "list", ():
            await list_dead(turn)
            return
        case ("retry" | "drop") as verb, (way, number) if way in WAYS:
            row_id = read_number(number)
        case _:
            row_id = None
    if row_id is None:
        await turn.tell(text("button-old"))
        return
    do = retry if verb == "retry" else drop
    await do(turn.tx, turn.actor, Way(way), row_id, turn.now)
    await turn.tell(text(f"dead-{verb}-notice"), alert=False)
    left = await _dead_list(turn)
    await turn.say(*left.lines, choices=left.choices, instead=turn.incoming.message_id)


async def _dead_list(turn: Turn) -> Message:
    rows = await dead_rows(turn.tx, turn.actor)
    if not rows:
        return Message((text("dead-none"),))
    lines = (
        text(
            "dead-line",
            n=n,
            what=text(row.what),
            bot=row.bot,
            at=row.at,
            attempts=row.attempts,
            error=row.error,
        )
        for n, row in enumerate(rows, 1)
    )
    buttons = tuple(_dead_buttons(n, row) for n, row in enumerate(rows, 1))
    return Message((text("dead-title"), *lines, text("dead-how")), buttons)


def _dead_buttons(n: int, row: Dead) -> tuple[Choice, ...]:
    verbs = ("retry", "drop") if row.may_retry else ("drop",)
    return tuple(
        Choice(
            str(Action("d", verb, (row.way.value, f"{row.id:x}"))),
            text(f"button-dead-{verb}", n=n),
        )
        for verb in verbs
    )


COMMANDS = {"suachua": list_dead, "repair": list_dead}
