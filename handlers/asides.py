"""What a facility is asked beside its draft, whichever it is."""

from core.actions import Action, read_action
from core.choices import pick
from core.conversation import EmailRequest
from core.messages import Text
from handlers import inquiry, other_email
from handlers.options import typed_options
from handlers.turn import Turn


def chosen_by_words(turn: Turn, aside: EmailRequest) -> Action | None:
    """Find the choice that was typed: of the open question, or of what was shown since."""
    asked, offered = turn.labels(*other_email.rows(aside)), turn.conversation.offered
    # The question itself offers, of what leads elsewhere, no more than to register again.
    shown_since = any(_leads_elsewhere(wire) for wire in offered)
    labels = offered | asked if shown_since else asked | offered
    found = pick(turn.incoming.text, typed_options(labels))
    return read_action(found.key) if found else None


async def repeat(turn: Turn, *notes: Text) -> None:
    """Put the open question again, after a note."""
    aside = turn.conversation.aside
    if isinstance(aside, EmailRequest):
        await other_email.repeat(turn, aside, *notes)
    elif aside is not None:
        await inquiry.repeat(turn, aside, *notes)


async def leave(turn: Turn) -> None:
    """Put the open question off."""
    aside = turn.conversation.aside
    if isinstance(aside, EmailRequest):
        await other_email.leave(turn)
    elif aside is not None:
        await inquiry.leave(turn, aside.inquiry)


def _leads_elsewhere(wire: str) -> bool:
    """Tell whether a choice belongs to another message than the question."""
    action = read_action(wire)
    return action is None or action.verb != "again"
