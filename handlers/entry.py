"""Around the questions: the deep link, where I stand, help, language, cancel, register again."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core import actions
from core.actions import Action
from core.conversation import Draft, Step, next_step, position, steps_in_use
from core.errors import AlreadyDecided
from core.mailbox import mask
from core.messages import Choice, Text, text
from core.reasons import Reason
from core.registration import Registration, Status
from core.ticket import BadPayload, Place, Ticket, read_payload
from core.usecases.expire import again_choice
from core.usecases.repair import needs_mail
from core.usecases.submit import check_free
from core.usecases.withdraw import withdraw
from handlers import inquiry, other_email, steps
from handlers.options import menu_choice
from handlers.questions import ask
from handlers.turn import Turn

TICKET_PURPOSE = "ticket"
SHOWN = 5  # of a person's registrations, newest first

# Which answer a reason of refusal is about, as the program words it; all else concerns the case.
CONCERNS = {
    "R01": Step.LICENCE,
    "R02": Step.NAME,
    "R03": Step.ROLE,
    "R07": Step.LICENCE,
    "R08": Step.LICENCE,
    "R10": Step.PERSON,
    "R12": Step.EMAIL,
}


async def start(turn: Turn, payload: str) -> None:
    """Open by a link or by hand: resume the draft, show where I stand, or greet (rule 5)."""
    read = _read(turn, payload)
    if isinstance(read, Place):
        await turn.tx.places.scanned(read.code, turn.now)
    draft = turn.conversation.draft
    mine = await _mine(turn)
    if draft is not None:
        turn.conversation = replace(turn.conversation, draft=_seed(draft, read))
        await show_standing(turn, mine)
    elif mine and not _is_for_another(read, mine):
        await show_standing(turn, mine)
    else:
        await begin(turn, read)


async def begin(turn: Turn, read: Place | Ticket | BadPayload | None = None) -> None:
    """Start a new draft with the greeting, the letter's rules and the consent."""
    fresh = Draft(step=Step.CONSENT, started_at=turn.now)
    notes = (text("link-bad"),) if isinstance(read, BadPayload) else ()
    await ask(turn, _seed(fresh, read), *notes)


async def register(turn: Turn) -> None:
    """Register, going on with a draft if there is one."""
    draft = turn.conversation.draft
    await (begin(turn) if draft is None else ask(turn, draft))


async def again(turn: Turn, registration_id: int) -> None:
    """Register anew with everything filled in from an earlier registration of mine (rule 2)."""
    earlier = await turn.tx.registrations.get(registration_id)
    if earlier is None or earlier.user != turn.conversation.user or earlier.is_live:
        await standing(turn)
        return
    open_draft = turn.conversation.draft
    if open_draft is not None and open_draft.previous_id == earlier.id:
        await ask(turn, open_draft)
        return
    await check_free(turn.tx, licence_key=earlier.licence_key)
    draft = Draft(
        step=Step.CONSENT,
        started_at=turn.now,
        licence_key=earlier.licence_key,
        licence=earlier.licence,
        licence_raw=earlier.licence_raw,
        facility=earlier.facility,
        role=earlier.role,
        person=earlier.person,
        email=earlier.email,
        proved=earlier.email if earlier.email_proved else None,
        place=earlier.place,
        ticket=earlier.ticket,
        ticket_licence=earlier.licence_key if earlier.ticket else None,
        previous_id=earlier.id,
        problems=_problems(earlier, await turn.tx.reasons.all()),
    )
    await ask(turn, draft)


async def again_latest(turn: Turn) -> None:
    """Register anew from my newest registration that is open again, when asked in words."""
    reopened = (one for one in await _mine(turn) if not one.is_live)
    latest = next(reopened, None)
    await (register(turn) if latest is None else again(turn, latest.id))


async def standing(turn: Turn) -> None:
    """Show where I stand: my registrations and the open question, or how to begin."""
    await show_standing(turn, await _mine(turn))


async def show_standing(turn: Turn, mine: Sequence[Registration], *notes: Text) -> None:
    """Tell the state of each registration and of the draft, and offer what each state allows."""
    draft = turn.conversation.draft
    lines = [*map(_state_line, mine), *([] if draft is None else [_resume_line(turn, draft)])]
    rows = [
        *await inquiry.answer_rows(turn, mine),
        *(row for one in mine if not _is_redone(one, draft) for row in _offers(one, turn.now)),
    ]
    if draft is not None:
        rows += [(menu_choice("resume"),), (menu_choice("restart"),)]
    else:
        rows += [(menu_choice("another" if any(one.is_live for one in mine) else "register"),)]
    await turn.say(*notes, *(lines or [text("status-none")]), choices=rows)


async def about_reference(turn: Turn, reference: str) -> None:
    """Tell the state of a registration to whoever quotes its reference.

    The applicant sees all of it. Anybody else learns the state and the due day only: a small
    pharmacy is often named after its owner, and a reference gets forwarded and photographed.
    """
    found = await turn.tx.registrations.by_reference(reference)
    if found is not None and found.user == turn.conversation.user:
        await show_standing(turn, [found])
    elif found is not None:
        values = {"reference": found.reference, "status": found.status.value, "due": found.due}
        await turn.say(text("state-quoted", **values))
    else:
        await turn.say(text("status-none"), choices=((menu_choice("register"),),))


async def cancel(turn: Turn) -> None:
    """Drop the draft; nothing was sent to anyone."""
    had = turn.conversation.draft is not None
    turn.conversation = replace(turn.conversation, draft=None)
    key = "cancelled" if had else "nothing-to-cancel"
    await turn.say(text(key), choices=((menu_choice("register"),),))


async def back(turn: Turn) -> None:
    """Ask the question before."""
    draft = turn.conversation.draft
    await (standing(turn) if draft is None else steps.go_back(turn, draft))


async def help_(turn: Turn) -> None:
    """Tell what can be said here, and the way on."""
    await turn.say(text("help"), choices=_ways_on(turn))


async def privacy(turn: Turn) -> None:
    """Tell the rights over one's data and how to use them."""
    await turn.say(text("privacy"), choices=_ways_on(turn))


async def idle(turn: Turn) -> None:
    """Answer something that fits nowhere: the open question, the ways on, or the greeting."""
    draft = turn.conversation.draft
    if draft is not None:
        await ask(turn, draft, text("not-here"))
    elif await _mine(turn):
        await turn.say(text("not-understood"), choices=_ways_on(turn))
    else:
        await begin(turn)


async def speak(turn: Turn, locale: str) -> None:
    """Change the language and say the last thing again in it."""
    turn.conversation = replace(turn.conversation, locale=locale)
    draft = turn.conversation.draft
    await (start(turn, "") if draft is None else ask(turn, draft))


async def restart(turn: Turn) -> None:
    """Throw the draft away and begin again, from the same poster or ticket."""
    fresh = Draft(step=Step.CONSENT, started_at=turn.now)
    old = turn.conversation.draft or fresh
    await ask(
        turn,
        replace(
            fresh,
            place=old.place,
            ticket=old.ticket,
            ticket_licence=old.ticket_licence,
            offer=old.ticket_licence,
        ),
    )


async def offer_withdrawal(turn: Turn, registration_id: int) -> None:
    """Ask once more before a registration is taken back."""
    mine = await turn.tx.registrations.get(registration_id)
    if mine is None or mine.user != turn.conversation.user or mine.status is not Status.PENDING:
        await standing(turn)
        return
    confirm = menu_choice("withdraw-yes", f"{mine.id:x}")
    check = text("withdraw-check", reference=mine.reference)
    await turn.say(check, choices=((confirm,), (menu_choice("status"),)))


async def take_back(turn: Turn, registration_id: int) -> None:
    """Withdraw a pending registration."""
    user = turn.conversation.user
    try:
        gone = await withdraw(turn.tx, user, registration_id, turn.policy, turn.now)
    except AlreadyDecided:
        await show_standing(turn, await _mine(turn), text("withdraw-too-late"))
        return
    await turn.say(text("withdrawn", reference=gone.reference), choices=((again_choice(gone),),))


async def menu(turn: Turn, action: Action) -> None:
    """Do what a button outside the steps asks for."""
    registration_id = actions.read_number(action.args[0]) if action.args else None
    if action.verb in PLAIN:
        await PLAIN[action.verb](turn)
    elif action.verb in WITH_CASE and registration_id is not None:
        await WITH_CASE[action.verb](turn, registration_id)
    else:
        await old_button(turn)


async def old_button(turn: Turn) -> None:
    """A button of an older version, or of a draft that is gone: show where things stand."""
    await show_standing(turn, await _mine(turn), text("button-old"))


async def _speak_english(turn: Turn) -> None:
    await speak(turn, "en")


async def _speak_vietnamese(turn: Turn) -> None:
    await speak(turn, "vi")


PLAIN: dict[str, Callable[[Turn], Awaitable[None]]] = {
    "register": register,
    "another": register,
    "again": again_latest,
    "status": standing,
    "cancel": cancel,
    "back": back,
    "help": help_,
    "privacy": privacy,
    "restart": restart,
    "resume": register,
    "language-en": _speak_english,
    "language-vi": _speak_vietnamese,
}
WITH_CASE: dict[str, Callable[[Turn, int], Awaitable[None]]] = {
    "again": again,
    "withdraw": offer_withdrawal,
    "withdraw-yes": take_back,
    "email": other_email.begin,
    "answer": inquiry.open_,
    inquiry.LATER: inquiry.leave,
}


def _read(turn: Turn, payload: str) -> Place | Ticket | BadPayload | None:
    if not payload:
        return None
    keys = turn.tools.vault.keys(TICKET_PURPOSE)
    return read_payload(payload, keys, turn.policy.today(turn.now))


def _seed(draft: Draft, read: Place | Ticket | BadPayload | None) -> Draft:
    match read:
        case Place(code):
            return replace(draft, place=code)
        case Ticket(licence, nonce) if draft.licence_key is None:
            step = Step.LICENCE_CHECK if draft.step is Step.LICENCE else draft.step
            return replace(
                draft,
                step=step,
                ticket=nonce.hex(),
                ticket_licence=licence.key,
                offer=licence.key,
                typed=None,
            )
        case _:
            return draft


def _is_for_another(read: Any, mine: Sequence[Registration]) -> bool:
    return isinstance(read, Ticket) and all(r.licence_key != read.licence.key for r in mine)


async def _mine(turn: Turn) -> list[Registration]:
    """Give my registrations, newest first, without those that a newer one of mine replaces."""
    newest_first = await turn.tx.registrations.of_user(turn.conversation.user, SHOWN)
    replaced = {one.previous_id for one in newest_first}
    current: dict[str, Registration] = {}
    for one in newest_first:
        if one.id not in replaced:
            current.setdefault(one.licence_key, one)
    return list(current.values())


def _is_redone(registration: Registration, draft: Draft | None) -> bool:
    return draft is not None and draft.previous_id == registration.id


def _ways_on(turn: Turn) -> tuple[tuple[Choice, ...], ...]:
    if turn.conversation.draft is not None:
        return ((menu_choice("resume"),),)
    return ((menu_choice("register"), menu_choice("status")),)


def _resume_line(turn: Turn, draft: Draft) -> Text:
    asks_code = turn.policy.ask_code
    step = next_step(draft, ask_code=asks_code) if draft.step is Step.CONSENT else draft.step
    at = position(step, ask_code=asks_code)
    return text("resume", n=max(at, 1), of=len(steps_in_use(ask_code=asks_code)))


def _offers(registration: Registration, now: datetime) -> list[tuple[Choice, ...]]:
    if registration.status is Status.PENDING:
        label = text("button-withdraw", reference=registration.reference)
        return [(Choice(actions.menu("withdraw", f"{registration.id:x}"), label),)]
    choices = [other_email.open_choice(registration)] if needs_mail(registration, now) else []
    if not registration.is_live:
        choices.append(again_choice(registration))
    return [(choice,) for choice in choices]


def _state_line(registration: Registration) -> Text:
    return text(
        f"state-{registration.status.value}",
        reference=registration.reference,
        facility=registration.facility,
        due=registration.due,
        email=mask(registration.email),
        reason=registration.reason_text or "",
        at=registration.result_at or registration.decided_at or registration.submitted_at,
    )


def _problems(earlier: Registration, reasons: Sequence[Reason]) -> dict[str, str]:
    """Put each line of a refusal beside the answer it is about.

    Of a reason that leads worded anew nobody knows.
    """
    reworded = {one.code for one in reasons if one.en is None}
    problems: dict[str, str] = {}
    lines = (earlier.reason_text or "").splitlines()
    for number, line in enumerate(lines):
        code = earlier.reasons[number] if number < len(earlier.reasons) else ""
        concerned = "case" if code in reworded else CONCERNS.get(code, "case")
        known = problems.get(concerned)
        problems[concerned] = f"{known}; {line}" if known else line
    return problems
