"""An officer's question to a facility: asked by a reply, answered in the facility's chat.

What the facility types is the answer when it replies to the question, when it pressed the button
under it, or when the question was the last thing it was asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core import actions
from core.actions import Action, read_action
from core.choices import pick
from core.conversation import AnswerPrompt, EmailRequest
from core.errors import Problem
from core.messages import Choice, Text, text
from core.people import Right
from core.ports import Inquiry
from core.registration import Registration
from core.text import fold
from core.usecases.inquiry import (
    INQUIRY,
    answer,
    inquire,
    load_for_inquiry,
    load_own_inquiry,
    question_of,
    state_if_closed,
)
from handlers import other_email
from handlers.options import menu_choice, typed_options
from handlers.questions import ask
from handlers.replies import asking, leave_prompt, require_mine
from handlers.turn import Turn

PROMPT = "inquiry"
LATER = "answer-later"
LEAVING = frozenset({"huy", "de sau", "cancel", "later"})  # words that are no answer, folded


# ── staff ────────────────────────────────────────────────────────────────────────────────────────


async def begin(turn: Turn, registration_id: int, version: int, *notes: Text) -> None:
    """Ask the officer for the question, after a note."""
    del version
    registration = await load_for_inquiry(turn.tx, turn.actor, registration_id, turn.now)
    await turn.say(
        *notes,
        text("inquiry-ask", name=turn.actor.name, reference=registration.reference),
        text("inquiry-how"),
        choices=((Choice(str(Action("i", "cancel")), text("button-cancel")),),),
        reply=True,
        context=asking(turn, PROMPT, registration=registration_id),
    )


async def press(turn: Turn, action: Action) -> None:
    """Leave one's own prompt."""
    turn.actor.require(Right.DECIDE)
    if action.verb != "cancel":
        raise Problem(text("button-old"))
    await leave_prompt(turn, PROMPT, "inquiry-cancelled")


async def reply(turn: Turn, asked: Mapping[str, Any]) -> None:
    """Take the question that was typed; after one that is too short or long ask again."""
    turn.actor.require(Right.DECIDE)
    require_mine(turn, asked)
    case, typed = asked["registration"], turn.incoming.text
    try:
        registration = await inquire(turn.tx, turn.actor, case, typed, turn.policy, turn.now)
    except Problem as problem:
        # Raises anew what stands in the way of any question.
        await begin(turn, case, 0, problem.text)
    else:
        await turn.say(text("inquiry-sent", reference=registration.reference), reply=True)
    await turn.delete(turn.incoming.reply_to)


# ── the facility ─────────────────────────────────────────────────────────────────────────────────


async def wanted(turn: Turn) -> None:
    """Put the question; beside another open one only with a button to answer."""
    talk = turn.conversation
    try:
        found = await load_own_inquiry(turn.tx, talk.user, int(turn.incoming.data[INQUIRY]))
    except Problem:  # answered or replaced before it was put
        return
    if talk.draft is None and not await _is_asked(turn):
        # As in `other_email`: the question counts as a word, or it would be swept at once.
        turn.conversation = replace(talk, touched_at=turn.now, aside=AnswerPrompt(found[0].id))
        await _put(turn, *found, text("inquiry-next"))
    else:
        await _put(turn, *found, text("inquiry-press"))


async def _is_asked(turn: Turn) -> bool:
    """Tell whether a question is open beside the draft; one that was replaced is not."""
    aside = turn.conversation.aside
    if not isinstance(aside, AnswerPrompt):
        return aside is not None
    earlier = await turn.tx.inquiries.get(aside.inquiry)
    return earlier is not None and earlier.is_open


async def open_(turn: Turn, number: int) -> None:
    """Go on with a question that was put earlier: the next message is its answer."""
    found = await load_own_inquiry(turn.tx, turn.conversation.user, number)
    turn.conversation = replace(turn.conversation, aside=AnswerPrompt(number))
    await _put(turn, *found, text("inquiry-next"))


async def repeat(turn: Turn, aside: AnswerPrompt, *notes: Text) -> None:
    """Put the question again, after a note."""
    try:
        found = await load_own_inquiry(turn.tx, turn.conversation.user, aside.inquiry)
    except Problem as gone:
        await _go_on(turn, aside.inquiry, gone.text)
        return
    await _put(turn, *found, text("inquiry-next"), *notes)


async def replied_to(turn: Turn) -> int | None:
    """Give the number of the question that a message replies to."""
    incoming = turn.incoming
    if incoming.reply_to is None:
        return None
    sent = await turn.tx.outbox.find_sent(incoming.address, incoming.reply_to)
    number = None if sent is None else sent.get(INQUIRY)
    return number if isinstance(number, int) else None


def is_shown_last(turn: Turn) -> bool:
    """Tell whether nothing else with choices was shown since the question."""
    shown = map(read_action, turn.conversation.offered)
    return any(action is not None and action.verb == LATER for action in shown)


def chosen_besides(turn: Turn) -> Action | None:
    """Find the choice that was typed, of what was shown since the question."""
    found = pick(turn.incoming.text, typed_options(turn.conversation.offered))
    return read_action(found.key) if found else None


async def take(turn: Turn, number: int) -> None:
    """Hand the answer to staff; then whatever was asked besides goes on."""
    typed = turn.incoming.text
    if fold(typed) in LEAVING:
        await leave(turn, number)
        return
    try:
        case = await answer(turn.tx, turn.conversation.user, number, typed, turn.policy, turn.now)
    except Problem as problem:
        if problem.text.key == "inquiry-answer-length":
            turn.conversation = replace(turn.conversation, aside=AnswerPrompt(number))
            await turn.say(problem.text, choices=(_later(number),))
        else:
            await _go_on(turn, number, problem.text)
        return
    thanks = text("inquiry-thanks", reference=case.reference)
    await _go_on(turn, number, thanks, *state_if_closed(case))


async def leave(turn: Turn, number: int) -> None:
    """Put the answer off; the standing offers it again."""
    await _go_on(turn, number, text("inquiry-later"))


async def answer_rows(turn: Turn, mine: Sequence[Registration]) -> list[tuple[Choice, ...]]:
    """Offer to answer what is asked about these registrations."""
    references = {one.id: one.reference for one in mine}
    asked = await turn.tx.inquiries.open_among(list(references)) if mine else []
    return [(_open_choice(one, references[one.registration_id]),) for one in asked]


def _open_choice(inquiry: Inquiry, reference: str) -> Choice:
    label = text("button-answer", reference=reference)
    return Choice(actions.menu("answer", f"{inquiry.id:x}"), label)


async def _put(
    turn: Turn, inquiry: Inquiry, registration: Registration, how: Text, *notes: Text
) -> None:
    lead = text("inquiry-lead", reference=registration.reference, facility=registration.facility)
    words = text("history-words", words=await question_of(turn.tx, inquiry))
    waits = turn.conversation.aside == AnswerPrompt(inquiry.id)
    if waits and turn.conversation.is_at_desk(turn.now):  # as in `other_email.repeat`
        how = text("aside-waits")
    elif waits:
        turn.conversation = replace(turn.conversation, desk=None)
    row = _later(inquiry.id) if waits else (_open_choice(inquiry, registration.reference),)
    context = {INQUIRY: inquiry.id}
    await turn.say(*notes, lead, words, how, choices=(row,), context=context, case=registration.id)


def _later(number: int) -> tuple[Choice, ...]:
    return (Choice(actions.menu(LATER, f"{number:x}"), text("button-later")),)


async def _go_on(turn: Turn, number: int, *lines: Text) -> None:
    """Close this question's aside, if it is open; another question that is open is put again."""
    if turn.conversation.aside == AnswerPrompt(number) or not await _is_asked(turn):
        turn.conversation = replace(turn.conversation, aside=None)
    aside, draft = turn.conversation.aside, turn.conversation.draft
    if isinstance(aside, EmailRequest):
        await other_email.repeat(turn, aside, *lines)
    elif aside is not None:
        await repeat(turn, aside, *lines)
    elif draft is not None:
        await ask(turn, draft, *lines)
    else:
        await turn.say(*lines, choices=((menu_choice("status"),),))
