"""A facility gives another e-mail for a result that could not be mailed, and proves it."""

from collections.abc import Callable
from dataclasses import replace

from core import actions
from core.actions import Action
from core.conversation import Draft, EmailRequest, Step
from core.errors import Problem, Taken
from core.mailbox import mask, role_address
from core.messages import Choice, Message, Text, text
from core.registration import Registration
from core.text import clean
from core.usecases.expire import again_choice
from core.usecases.repair import check_mailbox, correct_email, load_own_broken, needs_mail
from handlers import mail_code
from handlers.addresses import read_address, valid_address
from handlers.options import NO, YES, menu_choice
from handlers.questions import ask
from handlers.turn import Turn

LATER = "later"
BY_FACILITY = {"code-no-more": "other-email-no-more"}  # nobody goes on without a code here


async def wanted(turn: Turn) -> None:
    """Ask for another e-mail; beside an open question only say so, with a button to begin."""
    found = await turn.tx.registrations.get(int(turn.incoming.data["registration"]))
    talk = turn.conversation
    if found is None or found.user != talk.user or not needs_mail(found, turn.now):
        return
    aside = talk.aside or _fresh(turn, found)
    if talk.draft is None and isinstance(aside, EmailRequest) and aside.registration_id == found.id:
        # The question counts as a word here: a conversation that has rested for long would
        # otherwise be swept, and the question with it, before anybody can answer.
        turn.conversation = replace(talk, touched_at=turn.now)
        await repeat(turn, aside, *_lead(found), besides=_again(found))
    else:
        rows = ((open_choice(found),), *_again(found))
        await turn.say(*_lead(found), text("other-email-how"), choices=rows, case=found.id)


async def no_longer(turn: Turn) -> None:
    """Stop asking, where the case needs no other e-mail; what was asked besides goes on.

    Whoever took the case back has told the facility.
    """
    aside, draft = turn.conversation.aside, turn.conversation.draft
    case = int(turn.incoming.data["registration"])
    if not isinstance(aside, EmailRequest) or aside.registration_id != case:
        return
    turn.conversation = replace(turn.conversation, aside=None, offered={})
    if draft is not None:
        await ask(turn, draft)


async def begin(turn: Turn, registration_id: int) -> None:
    """Ask for another e-mail for a registration of mine that needs one."""
    registration = await _mine(turn, registration_id)
    await repeat(turn, _fresh(turn, registration), besides=_again(registration))


def open_choice(registration: Registration) -> Choice:
    """Offer to give another e-mail for a registration."""
    label = text("button-other-email", reference=registration.reference)
    return Choice(actions.menu("email", f"{registration.id:x}"), label)


def rows(aside: EmailRequest) -> tuple[tuple[Choice, ...], ...]:
    """Give the choices of the open question."""
    return QUESTIONS[aside.draft.step](aside.draft).choices


async def take(turn: Turn, aside: EmailRequest, typed: str) -> None:
    """Take an address, or the code that was mailed to it."""
    registration = await _still_mine(turn, aside)
    if registration is None:
        return
    if aside.draft.step is Step.CODE and "@" not in typed:
        await _take_code(turn, aside, registration, typed)
        return
    asked, read = _at(aside, Step.EMAIL), read_address(typed)
    if read.damaged:
        await repeat(turn, asked, text("email-damaged"))
    elif read.meant is not None:
        raw = clean(read.address, 254)
        draft = replace(aside.draft, step=Step.EMAIL_CHECK, offer=read.meant, typed=raw)
        await repeat(turn, replace(aside, draft=draft))
    else:
        await _take_address(turn, asked, registration, read.address)


async def press(turn: Turn, action: Action) -> None:
    """Take a tapped answer to the open question."""
    aside = turn.conversation.aside
    if not isinstance(aside, EmailRequest) or not _is_offered(aside, action):
        await turn.tell(text("button-old"))
        return
    if action.args == (LATER,):
        await leave(turn)
        return
    registration = await _still_mine(turn, aside)
    if registration is None:
        return
    draft, answer = aside.draft, action.args[0]
    if draft.step is Step.EMAIL_CHECK:
        address = draft.offer if answer == YES else draft.typed
        await _take_address(turn, _at(aside, Step.EMAIL), registration, address or "")
    elif answer == "resend":
        again, notes = await mail_code.issue(turn, draft)
        await repeat(turn, replace(aside, draft=again), *_for_facility(notes))
    else:
        await repeat(turn, _at(aside, Step.EMAIL))


async def leave(turn: Turn) -> None:
    """Put the question off; the standing offers it again."""
    await _end(turn, text("other-email-later"))


async def repeat(
    turn: Turn, aside: EmailRequest, *notes: Text, besides: tuple[tuple[Choice, ...], ...] = ()
) -> None:
    """Keep the aside and put its question, after what there is to say about the last answer.

    `besides` are choices that lead elsewhere. While an officer is asked something, the question is
    only announced, and comes up when that has ended.
    """
    turn.conversation = replace(turn.conversation, aside=aside)
    if turn.conversation.is_at_desk(turn.now):
        await turn.say(*notes, text("aside-waits"), case=aside.registration_id)
        return
    turn.conversation = replace(turn.conversation, desk=None)
    question = QUESTIONS[aside.draft.step](aside.draft)
    gap = (text("blank"),) if notes else ()
    proof = aside.draft.step is Step.EMAIL and turn.policy.ask_code
    lines = (*question.lines, text("other-email-proof")) if proof else question.lines
    choices = (*question.choices, *besides)
    await turn.say(*notes, *gap, *lines, choices=choices, case=aside.registration_id)


async def code_failed(turn: Turn, aside: EmailRequest) -> None:
    """The code could not be mailed: wait for the next attempt, or ask for another address."""
    final = bool(turn.incoming.data["final"])
    draft = mail_code.sending_failed(aside.draft, turn.incoming.data["nonce"], final=final)
    if draft is None:
        return
    tried = replace(aside, draft=draft)
    if final:
        note = text("other-email-failed", email=draft.email or "")
        await repeat(turn, _at(tried, Step.EMAIL), note)
    else:
        await repeat(turn, tried, text("code-delayed", email=draft.email or ""))


def _lead(registration: Registration) -> tuple[Text, ...]:
    """Say what went wrong, and of an approval until when its account is to come."""
    email = mask(registration.email)
    failed = text("other-email-wanted", reference=registration.reference, email=email)
    live = registration.is_live
    return (failed, text("other-email-due", due=registration.due)) if live else (failed,)


def _fresh(turn: Turn, registration: Registration) -> EmailRequest:
    return EmailRequest(registration.id, Draft(step=Step.EMAIL, started_at=turn.now))


async def _mine(turn: Turn, registration_id: int) -> Registration:
    return await load_own_broken(turn.tx, turn.conversation.user, registration_id, turn.now)


async def _still_mine(turn: Turn, aside: EmailRequest) -> Registration | None:
    """Load the case; if it needs no other e-mail any more, end the aside and say so."""
    try:
        return await _mine(turn, aside.registration_id)
    except Problem as gone:
        await _end(turn, gone.text)
        return None


async def _take_address(
    turn: Turn, aside: EmailRequest, registration: Registration, address: str
) -> None:
    valid = valid_address(address)
    if valid is None:
        await repeat(turn, aside, text("email-bad"))
        return
    try:
        await check_mailbox(turn.tx, registration, valid)
    except Taken as taken:
        await repeat(turn, aside, taken.text)
        return
    draft = aside.draft
    if valid != draft.email:
        draft = replace(draft, email=valid, code=None)
    notes = (text("email-shared", email=valid),) if role_address(valid) else ()
    if not turn.policy.ask_code:
        await _finish(turn, replace(aside, draft=draft), registration, *notes)
        return
    draft, failed = await mail_code.issue_if_needed(turn, replace(draft, step=Step.CODE))
    await repeat(turn, replace(aside, draft=draft), *notes, *_for_facility(failed))


async def _take_code(
    turn: Turn, aside: EmailRequest, registration: Registration, typed: str
) -> None:
    draft, problem = mail_code.check(turn, aside.draft, typed)
    checked = replace(aside, draft=draft)
    if problem is None:
        await _finish(turn, checked, registration)
    else:
        await repeat(turn, checked, problem)


async def _finish(
    turn: Turn, aside: EmailRequest, registration: Registration, *notes: Text
) -> None:
    email = aside.draft.email or ""
    try:
        done = await correct_email(
            turn.tx,
            turn.conversation.user,
            registration.id,
            email,
            turn.policy,
            turn.now,
            proved=turn.policy.ask_code,
        )
    except Taken as taken:
        await repeat(turn, _at(aside, Step.EMAIL), taken.text)
        return
    await _end(turn, *notes, text("other-email-taken", reference=done.reference, email=done.email))


async def _end(turn: Turn, *lines: Text) -> None:
    """Close the aside; a draft that was left for it goes on."""
    draft = turn.conversation.draft
    turn.conversation = replace(turn.conversation, aside=None)
    if draft is None:
        await turn.say(*lines, choices=((menu_choice("status"),),))
    else:
        await ask(turn, draft, *lines)


def _at(aside: EmailRequest, step: Step) -> EmailRequest:
    """Go to a question; nothing waits for yes or no any more."""
    return replace(aside, draft=replace(aside.draft, step=step, offer=None, typed=None))


def _is_offered(aside: EmailRequest, action: Action) -> bool:
    return any(choice.action == str(action) for row in rows(aside) for choice in row)


def _for_facility(notes: tuple[Text, ...]) -> tuple[Text, ...]:
    return tuple(replace(one, key=BY_FACILITY.get(one.key, one.key)) for one in notes)


def _choice(step: str, answer: str, label: str, **args: str) -> Choice:
    return Choice(str(Action("e", step, (answer,))), text(label, **args))


def _again(registration: Registration) -> tuple[tuple[Choice, ...], ...]:
    return () if registration.is_live else ((again_choice(registration),),)


PUT_OFF = (_choice(LATER, LATER, "button-later"),)


def _ask_email(_: Draft) -> Message:
    return Message((text("other-email-ask"),), (PUT_OFF,))


def _ask_email_check(draft: Draft) -> Message:
    typed, meant = draft.typed or "", draft.offer or ""
    return Message(
        (text("email-check", email=typed, meant=meant),),
        (
            (_choice(Step.EMAIL_CHECK, YES, "button-use-email", email=meant),),
            (_choice(Step.EMAIL_CHECK, NO, "button-keep-email", email=typed),),
        ),
    )


def _ask_code(draft: Draft) -> Message:
    ways = (
        _choice(Step.CODE, "resend", "button-resend"),
        _choice(Step.CODE, "email", "button-edit-email"),
    )
    return Message((text("other-email-code", email=draft.email or ""),), (ways, PUT_OFF))


QUESTIONS: dict[Step, Callable[[Draft], Message]] = {
    Step.EMAIL: _ask_email,
    Step.EMAIL_CHECK: _ask_email_check,
    Step.CODE: _ask_code,
}
