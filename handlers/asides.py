"""What a facility is asked beside its draft, whichever it is."""

from core.actions import Action, read_action
from core.choices import pick
from core.messages import Text
from handlers import other_email
from handlers.options import typed_options
from handlers.turn import Turn


def chosen_by_words(turn: Turn, typed: str) -> Action | None:
    """Find the choice of the open question that was typed, by number or in words."""
    aside = turn.conversation.aside
    if aside is None:
        return None
    labels = turn.labels(*other_email.rows(aside)) | turn.conversation.offered
    found = pick(typed, typed_options(labels))
    return read_action(found.key) if found else None


async def take(turn: Turn, typed: str) -> None:
    """Take what was typed as the answer."""
    aside = turn.conversation.aside
    if aside is not None:
        await other_email.take(turn, aside, typed)


async def repeat(turn: Turn, note: Text) -> None:
    """Put the question again, after a note."""
    aside = turn.conversation.aside
    if aside is not None:
        await other_email.repeat(turn, aside, note)


async def leave(turn: Turn) -> None:
    """Put the question off."""
    await other_email.leave(turn)
