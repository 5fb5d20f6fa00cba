"""The staff desk: presses on cards, wherever one is shown."""

from collections.abc import Awaitable, Callable

from core.actions import Action, read_case
from core.events import event
from core.messages import text
from core.people import Right
from core.usecases.account import load_for_account
from core.usecases.card import card, details
from core.usecases.decide import approve, load, undo
from core.usecases.staff_group import bring_card, refresh_open_cards, staff_address
from handlers import bounces, inquiry, refusal, reopening
from handlers.account_entry import private_conversation
from handlers.claims import press_claim, press_release
from handlers.repair import press_email, press_handled, press_resend
from handlers.turn import Turn

CARDS_A_MINUTE = 10  # that the group takes beside everything else; for an estimate only


async def press_card(turn: Turn, action: Action) -> None:
    """Press a button on a card: the case's id and the version the card showed."""
    turn.actor.require(Right.VIEW)
    named, handler = read_case(action), ON_CARD.get(action.verb)
    if named is None or handler is None:
        await turn.tell(text("button-old"))
    else:
        await handler(turn, *named)


async def refresh(turn: Turn) -> None:
    """Post or repair the card of every open registration, and say how many."""
    found = await refresh_open_cards(turn.tx, turn.actor, turn.policy, turn.now)
    total = found.missing + found.outdated + found.current
    if total == 0:
        await turn.say(text("queue-empty"))
        return
    await turn.say(
        text(
            "cards-refreshed",
            total=total,
            missing=found.missing,
            outdated=found.outdated,
            minutes=-(-total // CARDS_A_MINUTE),
        )
    )


async def _approve(turn: Turn, registration_id: int, version: int) -> None:
    done = await approve(turn.tx, turn.actor, registration_id, version, turn.policy, turn.now)
    await turn.tell(text("approved-notice", reference=done.reference), alert=False)


async def _undo(turn: Turn, registration_id: int, version: int) -> None:
    done = await undo(turn.tx, turn.actor, registration_id, version, turn.policy, turn.now)
    await turn.tell(text("undone-notice", reference=done.reference), alert=False)


async def _details(turn: Turn, registration_id: int, version: int) -> None:
    del version
    registration = await load(turn.tx, registration_id)
    message = await details(turn.tx, registration)
    await turn.say(*message.lines, reply=True)


async def _show(turn: Turn, registration_id: int, version: int) -> None:
    """Bring the card to the end of the group, so that there is one; elsewhere show a copy."""
    del version
    registration = await load(turn.tx, registration_id)
    home = await staff_address(turn.tx, turn.policy)
    if home is not None and home.lane == turn.incoming.address.lane:
        await bring_card(turn.tx, registration, home, mark=f"{turn.row_id}")
        return
    message = await card(turn.tx, registration, turn.policy, turn.now)
    await turn.say(*message.lines, choices=message.choices)


async def _account(turn: Turn, registration_id: int, version: int) -> None:
    """Go on in the officer's private chat, where alone a password may be typed (rule 8).

    What stands in the way is told here: the desk's own bot may not be able to write to them yet.
    """
    del version
    await load_for_account(turn.tx, turn.actor, registration_id)
    told = event(
        private_conversation(turn.incoming.address.bot, turn.actor),
        "account",
        f"{turn.row_id}",
        registration=registration_id,
        user=turn.actor.user,
        who=turn.actor.name,
    )
    await turn.tx.inbox.put([told], turn.now)
    await turn.tell(text("account-go-private"))


ON_CARD: dict[str, Callable[[Turn, int, int], Awaitable[None]]] = {
    "approve": _approve,
    "refuse": refusal.begin,
    "details": _details,
    "show": _show,
    "account": _account,
    "undo": _undo,
    "reopen": reopening.begin,
    "claim": press_claim,
    "release": press_release,
    "resend": press_resend,
    "email": press_email,
    "handled": press_handled,
    "ask": inquiry.begin,
    "bounced": bounces.begin,
}

COMMANDS: dict[str, Callable[[Turn], Awaitable[None]]] = {"lammoi": refresh, "refresh": refresh}
