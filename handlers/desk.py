"""The staff desk in the group: presses on cards, and the reason of a refusal."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from core.actions import Action
from core.conversation import RefusalPrompt
from core.errors import Problem
from core.events import event
from core.messages import Choice, Text, text
from core.people import Right
from core.registration import Registration
from core.text import clean
from core.usecases.card import card, details
from core.usecases.decide import approve, load, load_for_decision, refuse, undo
from handlers.turn import Turn

PROMPT_LIFE = timedelta(minutes=15)
REASONS = tuple(f"R{n:02d}" for n in range(1, 13))
REASON_LENGTH = range(10, 501)


# ── cards ────────────────────────────────────────────────────────────────────────────────────────


async def press_card(turn: Turn, action: Action) -> None:
    """Press a button on a card: the case's id and the version the card showed."""
    try:
        registration_id, version = (int(part, 16) for part in action.args[:2])
        handler = ON_CARD[action.verb]
    except (ValueError, KeyError):
        await turn.tell(text("button-old"))
        return
    turn.actor.require(Right.VIEW)
    await handler(turn, registration_id, version)


async def _approve(turn: Turn, registration_id: int, version: int) -> None:
    done = await approve(turn.tx, turn.actor, registration_id, version, turn.policy, turn.now)
    await turn.tell(text("approved-notice", reference=done.reference))


async def _undo(turn: Turn, registration_id: int, version: int) -> None:
    del version
    done = await undo(turn.tx, turn.actor, registration_id, turn.policy, turn.now)
    await turn.tell(text("undone-notice", reference=done.reference))


async def _details(turn: Turn, registration_id: int, version: int) -> None:
    del version
    registration = await load(turn.tx, registration_id)
    message = await details(turn.tx, registration)
    await turn.say(*message.lines, reply=True)


async def _show(turn: Turn, registration_id: int, version: int) -> None:
    del version
    registration = await load(turn.tx, registration_id)
    message = await card(turn.tx, registration, turn.policy, turn.now)
    await turn.say(*message.lines, choices=message.choices)


async def _account(turn: Turn, registration_id: int, version: int) -> None:
    """Go on in the officer's private chat, where alone a password may be typed (rule 8)."""
    del version
    turn.actor.require(Right.DECIDE)
    private = turn.actor.user.removeprefix("tg:")
    conversation = f"{turn.incoming.address.bot}:{private}"
    told = event(
        conversation,
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
    turn.conversation = replace(turn.conversation, desk=prompt)
    await _ask_reason(turn, registration)


ON_CARD: dict[str, Callable[[Turn, int, int], Awaitable[None]]] = {
    "approve": _approve,
    "refuse": _refuse,
    "details": _details,
    "show": _show,
    "account": _account,
    "undo": _undo,
}


# ── the reason of a refusal ──────────────────────────────────────────────────────────────────────


async def press_reason(turn: Turn, action: Action) -> None:
    """Press a button under one's own prompt: a numbered reason, confirm, choose again, cancel."""
    prompt = _open_prompt(turn)
    if prompt is None or action.args[:1] != (f"{prompt.registration_id:x}",):
        await turn.tell(text("prompt-not-yours"))
        return
    registration = await load_for_decision(
        turn.tx, turn.actor, prompt.registration_id, prompt.version
    )
    match action.verb:
        case "pick":
            await _preview(turn, registration, replace(prompt, codes=action.args[1:2], free=None))
        case "confirm" if prompt.codes or prompt.free:
            await _confirm(turn, registration, prompt)
        case "cancel":
            turn.conversation = replace(turn.conversation, desk=None)
            await turn.tell(text("refusal-cancelled", reference=registration.reference))
        case _:
            await _ask_reason(turn, registration)


async def reply(turn: Turn) -> None:
    """Take free text that answers a prompt; the prompt belongs to one officer and one card."""
    incoming = turn.incoming
    context = await turn.tx.outbox.find_sent(incoming.address, incoming.reply_to or "")
    if context is None or context.get("prompt") != "refusal":
        return
    prompt = _open_prompt(turn)
    if prompt is None or context != _context(turn, prompt):
        await turn.tell(text("prompt-not-yours"))
        return
    registration = await load_for_decision(
        turn.tx, turn.actor, prompt.registration_id, prompt.version
    )
    free = clean(incoming.text)
    if len(free) in REASON_LENGTH:
        await _preview(turn, registration, replace(prompt, codes=(), free=free))
    else:
        await _ask_reason(turn, registration, text("reason-length"))


async def _ask_reason(turn: Turn, registration: Registration, *notes: Text) -> None:
    prompt = turn.conversation.desk
    if not isinstance(prompt, RefusalPrompt):
        raise Problem(text("prompt-not-yours"))
    lines = (
        text("reason-ask", reference=registration.reference, name=turn.actor.name),
        *(
            text("reason-numbered", n=n, reason=_reason_text(code, registration))
            for n, code in enumerate(REASONS, 1)
        ),
        text("reason-free"),
    )
    buttons = [
        Choice(_wire("pick", registration, code), text("button-number", n=n))
        for n, code in enumerate(REASONS, 1)
    ]
    rows = [buttons[start : start + 6] for start in range(0, len(buttons), 6)]
    cancel = Choice(_wire("cancel", registration), text("button-cancel"))
    await turn.say(
        *notes, *lines, choices=(*rows, (cancel,)), reply=True, context=_context(turn, prompt)
    )


async def _preview(turn: Turn, registration: Registration, prompt: RefusalPrompt) -> None:
    turn.conversation = replace(turn.conversation, desk=prompt)
    lines = (
        text("refusal-preview", reference=registration.reference),
        text("blank"),
        text("mail-greeting", facility=registration.facility),
        text("mail-refusal-lead"),
        text("refusal-reasons", reasons=_reason(turn, registration, prompt)),
        text("mail-refusal-again"),
    )
    rows = (
        (Choice(_wire("confirm", registration), text("button-confirm-refusal")),),
        (
            Choice(_wire("again", registration), text("button-other-reason")),
            Choice(_wire("cancel", registration), text("button-cancel")),
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
    await turn.tell(text("refused-notice", reference=registration.reference))


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


def _wire(verb: str, registration: Registration, *args: str) -> str:
    return str(Action("r", verb, (f"{registration.id:x}", *args)))
