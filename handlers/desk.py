"""The staff desk in the group: presses on cards, and the reason of a refusal."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from core.actions import Action, read_number
from core.conversation import RefusalPrompt
from core.errors import AlreadyDecided, Problem
from core.events import event
from core.mailbox import mask
from core.messages import Choice, Text, text
from core.people import Right
from core.registration import Registration, Status
from core.text import clean
from core.usecases.card import card, details
from core.usecases.decide import (
    REASON_LENGTH,
    approve,
    how_it_stands,
    load,
    load_for_decision,
    refuse,
    undo,
)
from core.usecases.staff_group import bring_card, staff_address
from handlers.account_entry import private_conversation
from handlers.claims import press_claim, press_release
from handlers.turn import Turn

PROMPT_LIFE = timedelta(minutes=15)
REASONS = tuple(f"R{n:02d}" for n in range(1, 13))


# ── cards ────────────────────────────────────────────────────────────────────────────────────────


async def press_card(turn: Turn, action: Action) -> None:
    """Press a button on a card: the case's id and the version the card showed."""
    turn.actor.require(Right.VIEW)
    named, handler = _case_of(action), ON_CARD.get(action.verb)
    if named is None or handler is None:
        await turn.tell(text("button-old"))
    else:
        await handler(turn, *named)


def _case_of(action: Action) -> tuple[int, int] | None:
    """Read which case a button is about, and the version it was shown at."""
    numbers = [read_number(part) for part in action.args[:2]]
    match numbers:
        case [int(registration_id), int(version)]:
            return registration_id, version
    return None


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
    """Go on in the officer's private chat, where alone a password may be typed (rule 8)."""
    del version
    turn.actor.require(Right.DECIDE)
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


async def _refuse(turn: Turn, registration_id: int, version: int) -> None:
    registration = await load_for_decision(turn.tx, turn.actor, registration_id, version)
    prompt = RefusalPrompt(registration_id, version, turn.now + PROMPT_LIFE)
    await _ask_reason(turn, registration, prompt)


ON_CARD: dict[str, Callable[[Turn, int, int], Awaitable[None]]] = {
    "approve": _approve,
    "refuse": _refuse,
    "details": _details,
    "show": _show,
    "account": _account,
    "undo": _undo,
    "claim": press_claim,
    "release": press_release,
}


# ── the reason of a refusal ──────────────────────────────────────────────────────────────────────


async def press_reason(turn: Turn, action: Action) -> None:
    """Press a button under one's own prompt: a numbered reason, confirm, choose again, cancel.

    The message with the button has served then, and is taken down.
    """
    turn.actor.require(Right.DECIDE)
    named, prompt = _case_of(action), _open_prompt(turn)
    if named is None:
        await turn.tell(text("button-old"))
        return
    if prompt is None or named != (prompt.registration_id, prompt.version):
        await _explain(turn, named[0])
        return
    registration = await load_for_decision(turn.tx, turn.actor, *named)
    match action.verb, action.args[2:]:
        case "pick", (code,) if code in REASONS:
            await _preview(turn, registration, replace(prompt, codes=(code,), free=None))
        case "confirm", (mark,) if mark == _mark(prompt):
            await _confirm(turn, registration, prompt)
        case "cancel", ():
            turn.conversation = replace(turn.conversation, desk=None)
            notice = text("refusal-cancelled", reference=registration.reference)
            await turn.tell(notice, alert=False)
        case "again", ():
            await _ask_reason(turn, registration, prompt)
        case _:
            await turn.tell(text("button-old"))
            return
    await turn.delete(turn.incoming.message_id)


async def reply(turn: Turn, context: Mapping[str, object]) -> None:
    """Take free text that answers a prompt; the prompt belongs to one officer and one card.

    `context` is remembered of the message that the text answers.
    """
    turn.actor.require(Right.DECIDE)
    incoming, prompt = turn.incoming, _open_prompt(turn)
    if prompt is None or context != _context(turn, prompt):
        await _explain(turn, int(str(context["registration"])))
        return
    registration = await load_for_decision(
        turn.tx, turn.actor, prompt.registration_id, prompt.version
    )
    free = clean(incoming.text)
    if len(free) in REASON_LENGTH:
        await _preview(turn, registration, replace(prompt, codes=(), free=free))
    else:
        await _ask_reason(turn, registration, prompt, text("reason-length"))
    await turn.delete(incoming.reply_to)


async def _explain(turn: Turn, registration_id: int) -> None:
    """Tell who decided meanwhile, or that the prompt is another officer's or out of time."""
    registration = await load(turn.tx, registration_id)
    if registration.status is not Status.PENDING:
        raise AlreadyDecided(how_it_stands(registration))
    raise Problem(text("prompt-not-yours"))


async def _ask_reason(
    turn: Turn, registration: Registration, prompt: RefusalPrompt, *notes: Text
) -> None:
    turn.conversation = replace(turn.conversation, desk=prompt)
    lines = (
        text("reason-ask", reference=registration.reference, name=turn.actor.name),
        *(
            text("reason-numbered", n=n, reason=_reason_text(code, registration))
            for n, code in enumerate(REASONS, 1)
        ),
        text("reason-free"),
    )
    buttons = [
        Choice(_wire("pick", prompt, code), text("button-number", n=n))
        for n, code in enumerate(REASONS, 1)
    ]
    rows = [buttons[start : start + 6] for start in range(0, len(buttons), 6)]
    cancel = Choice(_wire("cancel", prompt), text("button-cancel"))
    await turn.say(
        *notes, *lines, choices=(*rows, (cancel,)), reply=True, context=_context(turn, prompt)
    )


async def _preview(turn: Turn, registration: Registration, prompt: RefusalPrompt) -> None:
    turn.conversation = replace(turn.conversation, desk=prompt)
    say, locale = turn.tools.wording.say, registration.locale

    def quote(key: str, **args: str) -> Text:
        return text("quote", words=say(text(key, **args), locale))

    lines = (
        text("refusal-preview", reference=registration.reference, email=mask(registration.email)),
        text("blank"),
        quote("mail-greeting", facility=registration.facility),
        quote("mail-refusal-lead"),
        text("refusal-reasons", reasons=_reason(turn, registration, prompt)),
        quote("mail-refusal-again"),
    )
    rows = (
        (Choice(_wire("confirm", prompt, _mark(prompt)), text("button-confirm-refusal")),),
        (
            Choice(_wire("again", prompt), text("button-other-reason")),
            Choice(_wire("cancel", prompt), text("button-cancel")),
        ),
    )
    await turn.say(*lines, choices=rows, reply=True, context=_context(turn, prompt))


async def _confirm(turn: Turn, registration: Registration, prompt: RefusalPrompt) -> None:
    reason = _reason(turn, registration, prompt)
    await refuse(
        turn.tx,
        turn.actor,
        registration.id,
        prompt.version,
        prompt.codes,
        reason,
        turn.policy,
        turn.now,
    )
    turn.conversation = replace(turn.conversation, desk=None)
    await turn.tell(text("refused-notice", reference=registration.reference), alert=False)


def _reason(turn: Turn, registration: Registration, prompt: RefusalPrompt) -> str:
    """Word the reasons as the facility will read them, in its language."""
    wording = turn.tools.wording
    texts = (_reason_text(code, registration) for code in prompt.codes)
    lines = [wording.say(one, registration.locale) for one in texts]
    return "\n".join([*lines, prompt.free] if prompt.free else lines)


def _reason_text(code: str, registration: Registration) -> Text:
    return text(f"reason-{code}", licence=registration.licence)


def _open_prompt(turn: Turn) -> RefusalPrompt | None:
    desk = turn.conversation.desk
    return desk if isinstance(desk, RefusalPrompt) and turn.now < desk.until else None


def _context(turn: Turn, prompt: RefusalPrompt) -> dict[str, object]:
    return {
        "prompt": "refusal",
        "by": turn.actor.user,
        "registration": prompt.registration_id,
        "version": prompt.version,
    }


def _wire(verb: str, prompt: RefusalPrompt, *args: str) -> str:
    return str(Action("r", verb, (f"{prompt.registration_id:x}", f"{prompt.version:x}", *args)))


def _mark(prompt: RefusalPrompt) -> str:
    """Tell the previews of one prompt apart, so that what is confirmed is what was shown."""
    return sha256(repr((prompt.codes, prompt.free)).encode()).hexdigest()[:8]
