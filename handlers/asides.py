"""What a facility is asked beside its draft, whichever it is."""

from core.actions import Action, read_action
from core.choices import pick
from core.conversation import EmailRequest
from core.messages import Text
from handlers import inquiry, other_email
from handlers.options import typed_options
from handlers.turn import Turn


def chosen_by_words(turn: Turn, aside: EmailRequest) -> Action | None:
    """Find the choice of the open question that was typed, by number or in words."""
    labels = turn.labels(*other_email.rows(aside)) | turn.conversation.offered
    found = pick(turn.incoming.text, typed_options(labels))
    return read_action(found.key) if found else None


async def repeat(turn: Turn, note: Text) -> None:
    """Put the open question again, after a note."""
    aside = turn.conversation.aside
    if isinstance(aside, EmailRequest):
        await other_email.repeat(turn, aside, note)
    elif aside is not None:
        await inquiry.repeat(turn, aside, note)


async def leave(turn: Turn) -> None:
    """Put the open question off."""
    aside = turn.conversation.aside
    if isinstance(aside, EmailRequest):
        await other_email.leave(turn)
    elif aside is not None:
        await inquiry.leave(turn, aside.inquiry)
