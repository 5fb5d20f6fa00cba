"""The queue: /choduyet shows one card at a time as a pager, the queue card opens them one by one.

Its decisions are the card's own buttons; the pager only turns the pages.
"""

from core.actions import Action, read_number
from core.messages import text
from core.people import Right
from core.usecases import queue_card
from core.usecases.queue import Pager, View, keep_up, show, turn_to
from handlers import staff_commands
from handlers.turn import Turn

VIEWS = frozenset(view.value for view in View)
STEPS = {"next": 1, "back": -1, "view": 0}
TELLING = frozenset({"approve", "undo", "claim", "release", "confirm"})


async def queue(turn: Turn) -> None:
    """Open the pager at the nearest due day, in place of an older one; with a number, list."""
    turn.actor.require(Right.VIEW)
    if turn.incoming.text.strip():
        await staff_commands.queue(turn)
        return
    fresh = Pager(turn.actor.user, View.ALL, 0)
    pager, message = await turn_to(turn.tx, fresh, 0, turn.policy, turn.now)
    if pager.case == 0:
        await turn.say(text("queue-empty"))
        return
    await show(
        turn.tx,
        turn.incoming.address,
        pager,
        message,
        key=f"{turn.row_id}",
        message_id=None,
        locale=turn.conversation.locale,
    )


async def press(turn: Turn, action: Action) -> None:
    """Turn a page, or change the view; "mine" is then whoever presses."""
    turn.actor.require(Right.VIEW)
    if (action.verb, action.args) == ("open", ()):
        await _open_next(turn)
        return
    match action.args:
        case (view, number) if view in VIEWS and action.verb in STEPS:
            case = read_number(number)
        case _:
            case = None
    if case is None:
        await turn.tell(text("button-old"))
        return
    asked = Pager(turn.actor.user, View(action.args[0]), case)
    pager, message = await turn_to(turn.tx, asked, STEPS[action.verb], turn.policy, turn.now)
    await show(
        turn.tx,
        turn.incoming.address,
        pager,
        message,
        key=f"{turn.row_id}",
        message_id=turn.incoming.message_id,
        locale=turn.conversation.locale,
    )


async def follow(turn: Turn, action: Action, *, in_vain: bool = False) -> None:
    """After a press on a card or a prompt: the pager that shows its case moves on.

    After a press `in_vain`, too: the pager may have shown the case as it no longer is. The queue
    card, if it stands, counts again.
    """
    await queue_card.follow(turn.tx, turn.policy, turn.now)
    case = read_number(action.args[0]) if action.args else None
    if case is not None and (in_vain or action.verb in TELLING):
        await keep_up(
            turn.tx,
            turn.incoming.address,
            case,
            turn.policy,
            key=f"{turn.row_id}",
            now=turn.now,
            locale=turn.conversation.locale,
        )


async def _open_next(turn: Turn) -> None:
    mark = f"{turn.row_id}"
    opened = await queue_card.open_next(turn.tx, turn.actor, turn.policy, turn.now, mark=mark)
    if opened is None:
        await turn.tell(text("queue-card-none"))
    else:
        await turn.tell(text("queue-card-opened", reference=opened.reference), alert=False)


COMMANDS = {"choduyet": queue, "queue": queue}
