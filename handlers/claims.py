"""The buttons by which an officer takes a card on, and gives it back."""

from core.messages import text
from core.usecases.claim import claim, release
from handlers.turn import Turn


async def press_claim(turn: Turn, registration_id: int, version: int) -> None:
    """Claim the case for the person who pressed."""
    done = await claim(turn.tx, turn.actor, registration_id, version, turn.policy, turn.now)
    await turn.tell(text("claimed-notice", until=done.until), alert=False)


async def press_release(turn: Turn, registration_id: int, version: int) -> None:
    """Give the case back, so that somebody else takes it on."""
    del version
    await release(turn.tx, turn.actor, registration_id, turn.policy, turn.now)
    await turn.tell(text("released-notice"), alert=False)
