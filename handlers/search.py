"""What staff look for: /tim with a reference, a licence, a name or an e-mail."""

from core.messages import text
from core.people import Right
from core.usecases.card import open_button
from core.usecases.search import find
from handlers.turn import Turn


async def search(turn: Turn) -> None:
    """List what was found, with a button to open each."""
    turn.actor.require(Right.VIEW)
    typed = turn.incoming.text.strip()
    if not typed:
        await turn.say(text("search-how"))
        return
    found = await find(turn.tx, turn.actor, typed, turn.policy)
    if not found.hits:
        await turn.say(text("search-too-common" if found.more else "search-nothing", typed=typed))
        return
    lines = (
        text(
            "search-line",
            reference=one.reference,
            facility=one.facility,
            licence=one.licence,
            state=text(f"status-{one.status.value}"),
            day=one.submitted_at,
        )
        for one in found.hits
    )
    title = text("search-title", count=len(found.hits))
    more = (text("search-more"),) if found.more else ()
    buttons = [open_button(one) for one in found.hits]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    await turn.say(title, *lines, *more, choices=rows)


COMMANDS = {"tim": search, "find": search}
