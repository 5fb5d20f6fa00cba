"""Why an officer refuses: numbered reasons, own words, or both, and a preview of the very mail.

What an officer has chosen belongs to them and to one card, for fifteen minutes. A press changes
the message it is on; a reply is answered below it, and what it answered is taken down.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from core.actions import Action, read_case
from core.conversation import RefusalPrompt
from core.errors import AlreadyDecided, Problem
from core.mailbox import mask
from core.messages import Choice, Text, text
from core.people import Right
from core.reasons import (
    WHOLE_LENGTH,
    Grounds,
    Reason,
    Slot,
    in_use,
    read_item,
    read_own_words,
    slot_key,
    slots_of,
    worded,
)
from core.reference import read_reference
from core.registration import Registration, Status
from core.usecases.decide import how_it_stands, load, load_for_decision, refuse
from core.usecases.related import same_facility
from handlers.incoming import What
from handlers.turn import Turn

PROMPT_LIFE = timedelta(minutes=15)
IN_A_ROW = 6  # buttons with a number
OFFERED = 3  # references of other registrations


@dataclass(frozen=True, slots=True)
class Refusing:
    """One officer on the way to refusing one case; `listed` are the reasons to choose from."""

    turn: Turn
    registration: Registration
    prompt: RefusalPrompt
    listed: Sequence[Reason]

    def having(self, prompt: RefusalPrompt) -> "Refusing":
        """Go on with the prompt changed, and remember it."""
        self.turn.conversation = replace(self.turn.conversation, desk=prompt)
        return replace(self, prompt=prompt)

    def choosing(self, codes: set[str]) -> "Refusing":
        """Go on with these reasons, in the order of the list; what filled others is forgotten."""
        chosen = tuple(one.code for one in self.listed if one.code in codes)
        values = {
            key: value
            for key, value in self.prompt.values.items()
            if key.partition(".")[0] in chosen
        }
        return self.having(replace(self.prompt, codes=chosen, values=values))

    def filled(self, key: str, value: str) -> "Refusing":
        """Go on with one slot filled."""
        return self.having(replace(self.prompt, values={**self.prompt.values, key: value}))

    @property
    def grounds(self) -> Grounds:
        """What was chosen and written so far; a reason retired meanwhile is none."""
        reasons = tuple(one for one in self.listed if one.code in self.prompt.codes)
        return Grounds(reasons, self.prompt.free, self.prompt.values)

    async def say(
        self, *lines: Text, choices: Sequence[Sequence[Choice]], slot: str = "", card: bool = False
    ) -> None:
        """Put the next question; the `card` under which the first one stands is left alone."""
        pressed = self.turn.incoming.what is What.PRESS and not card
        await self.turn.say(
            *lines,
            choices=choices,
            reply=not pressed,
            context={**_context(self.turn, self.prompt), "slot": slot},
            instead=self.turn.incoming.message_id if pressed else None,
        )

    def button(self, verb: str, label: str, *args: str, **values: str | int) -> Choice:
        """Offer a step of this refusal."""
        case = (f"{self.prompt.registration_id:x}", f"{self.prompt.version:x}")
        return Choice(str(Action("r", verb, (*case, *args))), text(label, **values))


async def begin(turn: Turn, registration_id: int, version: int) -> None:
    """Ask for the reasons, under the card whose Từ chối was pressed."""
    registration = await load_for_decision(turn.tx, turn.actor, registration_id, version)
    prompt = RefusalPrompt(registration_id, version, turn.now + PROMPT_LIFE)
    refusing = Refusing(turn, registration, prompt, in_use(await turn.tx.reasons.all()))
    await _ask(refusing.having(prompt), card=True)


async def press(turn: Turn, action: Action) -> None:
    """Press a button under one's own question."""
    turn.actor.require(Right.DECIDE)
    named, prompt, handler = read_case(action), _open_prompt(turn), ON_PROMPT.get(action.verb)
    if named is None or handler is None:
        await turn.tell(text("button-old"))
    elif prompt is None or named != (prompt.registration_id, prompt.version):
        await _explain(turn, named[0])
    else:
        registration = await load_for_decision(turn.tx, turn.actor, *named)
        listed = in_use(await turn.tx.reasons.all())
        await handler(Refusing(turn, registration, prompt, listed), *action.args[2:])


async def reply(turn: Turn, context: Mapping[str, object]) -> None:
    """Take what answers a question: the value of a slot, or reasons in the officer's own words.

    `context` is remembered of the message that the text answers.
    """
    turn.actor.require(Right.DECIDE)
    prompt, slot = _open_prompt(turn), str(context.get("slot", ""))
    if prompt is None or {**context, "slot": ""} != {**_context(turn, prompt), "slot": ""}:
        await _explain(turn, int(str(context["registration"])))
        return
    registration = await load_for_decision(
        turn.tx, turn.actor, prompt.registration_id, prompt.version
    )
    listed = in_use(await turn.tx.reasons.all())
    refusing = Refusing(turn, registration, prompt, listed)
    await (_take_value(refusing, slot) if slot else _take_own_words(refusing))
    await turn.delete(turn.incoming.reply_to)


async def _explain(turn: Turn, registration_id: int) -> None:
    """Tell who decided meanwhile, or that the question is another officer's or out of time."""
    registration = await load(turn.tx, registration_id)
    if registration.status is not Status.PENDING:
        raise AlreadyDecided(how_it_stands(registration))
    raise Problem(text("prompt-not-yours"))


# ── choosing ─────────────────────────────────────────────────────────────────────────────────────


async def _ask(refusing: Refusing, *notes: Text, card: bool = False) -> None:
    refusing = refusing.having(replace(refusing.prompt, shown=None))
    turn, registration, prompt = refusing.turn, refusing.registration, refusing.prompt
    own = (text("reason-own", words=prompt.free),) if prompt.free else ()
    await refusing.say(
        *notes,
        text("reason-ask", reference=registration.reference, name=turn.actor.name),
        *(_numbered(refusing, n, one) for n, one in enumerate(refusing.listed, 1)),
        *own,
        text("reason-how"),
        choices=_choices(refusing),
        card=card,
    )


def _numbered(refusing: Refusing, n: int, reason: Reason) -> Text:
    wording = reason.wording(refusing.turn.conversation.locale)
    words = worded(wording, refusing.registration.licence, {})
    chosen = reason.code in refusing.prompt.codes
    return text("reason-chosen" if chosen else "reason-numbered", n=n, reason=words)


def _choices(refusing: Refusing) -> list[list[Choice]]:
    numbers = [
        refusing.button("drop", "button-chosen", one.code, n=n)
        if one.code in refusing.prompt.codes
        else refusing.button("pick", "button-number", one.code, n=n)
        for n, one in enumerate(refusing.listed, 1)
    ]
    rows = [numbers[start : start + IN_A_ROW] for start in range(0, len(numbers), IN_A_ROW)]
    if refusing.prompt.free:
        rows.append([refusing.button("unsay", "button-own-words-drop")])
    rows.append(
        [
            refusing.button("cancel", "button-cancel"),
            refusing.button("next", "button-reasons-next"),
        ]
    )
    return rows


async def _pick(refusing: Refusing, *codes: str) -> None:
    known = {one.code for one in refusing.listed}
    if not known.issuperset(codes):
        await refusing.turn.tell(text("reasons-changed"))
    await _ask(refusing.choosing({*refusing.prompt.codes, *codes}))


async def _drop(refusing: Refusing, *codes: str) -> None:
    await _ask(refusing.choosing(set(refusing.prompt.codes) - set(codes)))


async def _unsay(refusing: Refusing, *_: str) -> None:
    await _ask(refusing.having(replace(refusing.prompt, free=None)))


async def _again(refusing: Refusing, *_: str) -> None:
    await _ask(refusing)


async def _cancel(refusing: Refusing, *_: str) -> None:
    turn = refusing.turn
    turn.conversation = replace(turn.conversation, desk=None)
    notice = text("refusal-cancelled", reference=refusing.registration.reference)
    await turn.tell(notice, alert=False)
    await turn.delete(turn.incoming.message_id)


async def _take_own_words(refusing: Refusing) -> None:
    try:
        words = read_own_words(refusing.turn.incoming.text)
    except Problem as problem:
        await _ask(refusing, problem.text)
        return
    await _go_on(refusing.having(replace(refusing.prompt, free=words)))


# ── filling ──────────────────────────────────────────────────────────────────────────────────────


async def _next(refusing: Refusing, *_: str) -> None:
    """Go on with what was chosen; the one other registration there is needs no asking."""
    grounds, tx = refusing.grounds, refusing.turn.tx
    if not grounds.reasons and not grounds.own:
        await refusing.turn.tell(text("reason-none"))
        return
    others = [key for key in _open(refusing) if key.endswith(f".{Slot.OTHER}")]
    candidates = await same_facility(tx, refusing.registration) if others else []
    if len(candidates) == 1:
        for key in others:
            refusing = refusing.filled(key, candidates[0].reference)
    await _go_on(refusing)


async def _anew(refusing: Refusing, *_: str) -> None:
    """Ask for every value again, also for one that was found without asking."""
    await _go_on(refusing.having(replace(refusing.prompt, values={})))


async def _go_on(refusing: Refusing) -> None:
    still_open = _open(refusing)
    await (_ask_value(refusing, still_open[0]) if still_open else _preview(refusing))


def _open(refusing: Refusing) -> list[str]:
    return refusing.grounds.open_slots(refusing.registration.locale)


async def _ask_value(refusing: Refusing, key: str, *notes: Text) -> None:
    refusing = refusing.having(replace(refusing.prompt, shown=None))
    code, _, slot = key.partition(".")
    reason = next(one for one in refusing.listed if one.code == code)
    wording = reason.wording(refusing.turn.conversation.locale)
    lines = [
        text("reason-value", reason=worded(wording, refusing.registration.licence, {})),
        text(f"reason-ask-{slot.replace('_', '-')}", name=refusing.turn.actor.name),
    ]
    rows = [[refusing.button("cancel", "button-cancel"), refusing.button("again", "button-back")]]
    if slot == Slot.OTHER:
        candidates = await same_facility(refusing.turn.tx, refusing.registration)
        rows = [
            [refusing.button("other", "button-open", code, ref, reference=ref)]
            for ref in [one.reference for one in candidates[:OFFERED]]
        ] + rows
    await refusing.say(*notes, *lines, choices=rows, slot=key)


async def _take_value(refusing: Refusing, key: str) -> None:
    if key not in _slots(refusing):
        await _ask(refusing, text("reasons-changed"))
        return
    read = _read_other if key.endswith(f".{Slot.OTHER}") else _read_item
    try:
        value = await read(refusing, refusing.turn.incoming.text)
    except Problem as problem:
        await _ask_value(refusing, key, problem.text)
        return
    await _go_on(refusing.filled(key, value))


async def _other(refusing: Refusing, *args: str) -> None:
    """Take a registration that was offered."""
    match args:
        case (code, reference) if (key := slot_key(code, Slot.OTHER)) in _slots(refusing):
            await _go_on(refusing.filled(key, await _read_other(refusing, reference)))
        case _:
            await refusing.turn.tell(text("button-old"))


def _slots(refusing: Refusing) -> set[str]:
    locale = refusing.registration.locale
    return {
        slot_key(one.code, slot)
        for one in refusing.grounds.reasons
        for slot in slots_of(one.wording(locale))
    }


async def _read_item(refusing: Refusing, typed: str) -> str:
    del refusing
    return read_item(typed)


async def _read_other(refusing: Refusing, typed: str) -> str:
    """Read the reference of another registration; raise `Problem` if there is none such."""
    reference = read_reference(typed)
    found = reference and await refusing.turn.tx.registrations.by_reference(reference)
    if not found or found.id == refusing.registration.id:
        raise Problem(text("reason-other-unknown"))
    return found.reference


# ── previewing ───────────────────────────────────────────────────────────────────────────────────


async def _preview(refusing: Refusing) -> None:
    turn, registration = refusing.turn, refusing.registration
    shown = "\n".join(refusing.grounds.lines(registration))
    if not shown:  # all that was chosen was retired meanwhile
        await _ask(refusing, text("reasons-changed"))
        return
    if len(shown) > WHOLE_LENGTH:
        await _ask(refusing, text("reason-whole-length", limit=WHOLE_LENGTH))
        return
    codes = tuple(one.code for one in refusing.grounds.reasons)
    refusing = refusing.having(replace(refusing.prompt, codes=codes, shown=shown))
    say, locale = turn.tools.wording.say, registration.locale

    def quote(key: str, **args: str) -> Text:
        return text("quote", words=say(text(key, **args), locale))

    await refusing.say(
        text("refusal-preview", reference=registration.reference, email=mask(registration.email)),
        text("blank"),
        quote("mail-greeting", facility=registration.facility),
        quote("mail-refusal-lead"),
        text("refusal-reasons", reasons=shown),
        quote("mail-refusal-again"),
        choices=_preview_choices(refusing),
    )


def _preview_choices(refusing: Refusing) -> list[list[Choice]]:
    rows = [[refusing.button("confirm", "button-confirm-refusal", _mark(refusing.prompt))]]
    if refusing.prompt.values:
        rows.append([refusing.button("anew", "button-values-anew")])
    rows.append(
        [
            refusing.button("cancel", "button-cancel"),
            refusing.button("again", "button-other-reason"),
        ]
    )
    return rows


async def _confirm(refusing: Refusing, *marks: str) -> None:
    turn, registration, prompt = refusing.turn, refusing.registration, refusing.prompt
    if prompt.shown is None or marks != (_mark(prompt),):
        await turn.tell(text("button-old"))
        return
    await refuse(
        turn.tx,
        turn.actor,
        registration.id,
        prompt.version,
        prompt.codes,
        prompt.shown,
        turn.policy,
        turn.now,
    )
    turn.conversation = replace(turn.conversation, desk=None)
    await turn.tell(text("refused-notice", reference=registration.reference), alert=False)
    await turn.delete(turn.incoming.message_id)


ON_PROMPT: dict[str, Callable[..., Awaitable[None]]] = {
    "pick": _pick,
    "drop": _drop,
    "unsay": _unsay,
    "next": _next,
    "other": _other,
    "anew": _anew,
    "again": _again,
    "confirm": _confirm,
    "cancel": _cancel,
}


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


def _mark(prompt: RefusalPrompt) -> str:
    """Tell the previews of one prompt apart, so that what is confirmed is what was shown."""
    return sha256(repr((prompt.codes, prompt.shown)).encode()).hexdigest()[:8]
