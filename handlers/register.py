"""A lead sends the office's list of certificates: what it would change, and one confirmation."""

from collections.abc import Sequence

from core.actions import Action
from core.messages import Choice, Text, text
from core.people import Right
from core.ports import RegisterEntry
from core.usecases.register import (
    Difference,
    compare,
    import_register,
    keep,
    kept,
)
from handlers.turn import Turn

PREVIEWED = 5
NAMED = 10  # rows that could not be read, by their number


async def was_read(turn: Turn) -> None:
    """Show the first rows of a list, and what its import would change."""
    turn.actor.require(Right.MANAGE)
    data = turn.incoming.data
    read, mark = data["register"], str(data["mark"])
    entries = [RegisterEntry(*each) for each in read["entries"]]
    found = await compare(turn.tx, entries)
    lines = [
        text("register-title", count=len(entries)),
        *(
            text("register-row", licence=entry.licence, facility=entry.facility)
            for entry in entries[:PREVIEWED]
        ),
        _counts("register-difference", found),
        *_left_out(read["unreadable"], read["twice"]),
    ]
    if not (found.new or found.changed or found.gone):
        await turn.say(*lines, text("register-same"))
        return
    await keep(turn.tx, turn.conversation.key, mark, entries, turn.tools.vault, turn.now)
    rows = ((_choice("confirm", mark), _choice("cancel", mark)),)
    await turn.say(*lines, choices=rows)


async def press(turn: Turn, action: Action) -> None:
    """Confirm or cancel the import that was shown."""
    turn.actor.require(Right.MANAGE)
    key, vault = turn.conversation.key, turn.tools.vault
    if len(action.args) != 1 or action.verb not in ("confirm", "cancel"):
        await turn.tell(text("button-old"))
        return
    entries = await kept(turn.tx, key, action.args[0], vault, turn.now)
    await turn.tx.uploads.delete(key)
    await turn.delete(turn.incoming.message_id)
    if action.verb == "cancel":
        await turn.say(text("register-cancelled"))
        return
    found = await import_register(turn.tx, turn.actor, entries, turn.policy, turn.now)
    await turn.say(_counts("register-done", found))


def _counts(key: str, found: Difference) -> Text:
    return text(key, new=len(found.new), changed=len(found.changed), gone=len(found.gone))


def _left_out(unreadable: Sequence[int], twice: int) -> list[Text]:
    lines = []
    if unreadable:
        rows = ", ".join(map(str, unreadable[:NAMED]))
        rows += "…" if len(unreadable) > NAMED else ""
        lines.append(text("register-unreadable", count=len(unreadable), rows=rows))
    if twice:
        lines.append(text("register-twice", count=twice))
    return lines


def _choice(verb: str, mark: str) -> Choice:
    return Choice(str(Action("g", verb, (mark,))), text(f"button-{verb}-register"))
