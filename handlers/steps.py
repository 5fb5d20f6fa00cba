"""The facility's answers: what each one does to the draft, and which question comes next."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import chain

from email_validator import EmailNotValidError, validate_email

from core.actions import Action, read_action
from core.choices import pick
from core.conversation import Draft, Step, next_step, previous_step
from core.errors import Taken
from core.licence import Licence, LicenceStatus, read_licence
from core.mailbox import suggestion, typing_damage, untangle
from core.messages import Text, text
from core.ports import ConsentProof
from core.registration import PersonRole
from core.text import clean
from core.usecases.submit import check_free, submit
from handlers import mail_code
from handlers.options import YES, menu_choice, typed_options
from handlers.questions import CONSENT_TEXTS, EDITABLE, QUESTIONS, ask
from handlers.turn import Turn

FULL_CONSENT_TEXTS = ("consent-full",)
NAME_LENGTH = range(3, 201)
PERSON_LENGTH = range(2, 101)


async def advance(turn: Turn, draft: Draft, *notes: Text) -> None:
    """Go on to the first question that has no answer yet."""
    step = next_step(draft, ask_code=turn.policy.ask_code)
    if step is Step.CODE:
        draft, failed = await mail_code.issue(turn, replace(draft, step=step, offer=None))
        await ask(turn, draft, *notes, *failed)
    elif step is Step.LICENCE and draft.offer is not None:
        await ask(turn, replace(draft, step=Step.LICENCE_CHECK), *notes)
    else:
        await ask(turn, replace(draft, step=step, offer=None), *notes)


async def go_back(turn: Turn, draft: Draft) -> None:
    """Ask the question before; from a correction, return to the summary."""
    in_use = turn.policy.ask_code
    if draft.step is not Step.SUMMARY and next_step(draft, ask_code=in_use) is Step.SUMMARY:
        await advance(turn, draft)
    else:
        step = previous_step(draft.step, ask_code=in_use)
        await ask(turn, replace(draft, step=step or draft.step, offer=None))


def chosen_by_words(turn: Turn, draft: Draft, typed: str) -> Action | None:
    """Find the choice that was typed, by number or in words, where the step offers a choice."""
    if draft.step not in CHOICE_STEPS:
        return None
    shown = chain.from_iterable(QUESTIONS[draft.step](turn, draft).choices)
    option = pick(typed, typed_options(shown, turn.tools.wording, turn.conversation.locale))
    return read_action(option.key) if option else None


async def choose(turn: Turn, draft: Draft, action: Action) -> None:
    """Take a tapped answer; one that belongs to another step shows the open question again."""
    if action.verb == "edit" and draft.step is Step.SUMMARY and action.args[0] in EDITABLE:
        await ask(turn, replace(draft, step=Step(action.args[0])))
    elif action.verb == draft.step and draft.step in CHOSEN:
        await CHOSEN[draft.step](turn, draft, action.args[0])
    else:
        await ask(turn, draft, text("button-old"))


async def take(turn: Turn, draft: Draft, typed: str) -> None:
    """Take what was typed as the answer to the open question."""
    await TYPED[draft.step](turn, draft, typed)


async def _consent(turn: Turn, draft: Draft, chosen: str) -> None:
    if chosen == "details":
        turn.conversation = replace(turn.conversation, draft=replace(draft, consent_full=True))
        choices = QUESTIONS[Step.CONSENT](turn, draft).choices
        await turn.say(text("consent-full"), choices=choices)
        return
    given = chosen == YES
    proof_id = await _prove_consent(turn, draft, given=given)
    if given:
        await advance(turn, replace(draft, consent_id=proof_id))
    else:
        turn.conversation = replace(turn.conversation, draft=None)
        await turn.say(text("consent-no"), choices=((menu_choice("register"),),))


async def _prove_consent(turn: Turn, draft: Draft, *, given: bool) -> int:
    keys = CONSENT_TEXTS + (FULL_CONSENT_TEXTS if draft.consent_full else ())
    wording, locale = turn.tools.wording, turn.conversation.locale
    proof = ConsentProof(
        turn.conversation.user,
        turn.now,
        turn.conversation.address.bot,
        locale,
        wording.fingerprint(keys, locale),
        given,
    )
    shown = "\n\n".join(wording.say(text(key), locale) for key in keys)
    return await turn.tx.consents.add(proof, shown)


async def _licence(turn: Turn, draft: Draft, typed: str) -> None:
    reading = read_licence(typed, turn.policy.authority)
    if reading.status is LicenceStatus.OK and reading.licence is not None:
        await _take_licence(turn, draft, reading.licence, typed)
        return
    offer = reading.licence if reading.status is LicenceStatus.CONFIRM else reading.completion
    if offer is not None:
        raw = clean(typed, 200)
        step = Step.LICENCE_CHECK
        await ask(turn, replace(draft, step=step, offer=offer.key, licence_raw=raw))
        return
    await ask(
        turn, replace(draft, step=Step.LICENCE), _licence_problem(reading.status, reading.code)
    )


def _licence_problem(status: LicenceStatus, code: str) -> Text:
    if status is LicenceStatus.WRONG_DOCUMENT:
        return text("licence-wrong-document", paper=text(f"paper-{code}"))
    if status is LicenceStatus.OUT_OF_SCOPE:
        return text("licence-out-of-scope")
    return text("licence-bad")


async def _licence_check(turn: Turn, draft: Draft, chosen: str) -> None:
    if chosen == YES and draft.offer is not None:
        licence = Licence.from_key(draft.offer)
        await _take_licence(turn, draft, licence, draft.licence_raw or licence.canonical)
    else:
        await ask(turn, replace(draft, step=Step.LICENCE, offer=None))


async def _take_licence(turn: Turn, draft: Draft, licence: Licence, raw: str) -> None:
    try:
        await check_free(turn.tx, licence_key=licence.key)
    except Taken as taken:
        await ask(turn, replace(draft, step=Step.LICENCE, offer=None), taken.text)
        return
    keeps_ticket = draft.ticket_licence == licence.key
    filled = replace(
        draft,
        licence_key=licence.key,
        licence=licence.canonical,
        licence_raw=clean(raw, 200),
        offer=None,
        ticket=draft.ticket if keeps_ticket else None,
        problems=_solved(draft, Step.LICENCE),
    )
    await advance(turn, filled)


async def _name(turn: Turn, draft: Draft, typed: str) -> None:
    name = clean(typed)
    if len(name) in NAME_LENGTH and any(map(str.isalpha, name)):
        filled = replace(draft, facility=name, problems=_solved(draft, Step.NAME))
        await advance(turn, filled)
    else:
        await ask(turn, draft, text("name-bad"))


async def _role_chosen(turn: Turn, draft: Draft, chosen: str) -> None:
    role = PersonRole(chosen)
    await advance(turn, replace(draft, role=role, problems=_solved(draft, Step.ROLE)))


async def _person(turn: Turn, draft: Draft, typed: str) -> None:
    person = clean(typed)
    good = len(person) in PERSON_LENGTH and any(map(str.isalpha, person)) and "@" not in person
    if good:
        await advance(turn, replace(draft, person=person, problems=_solved(draft, Step.PERSON)))
    else:
        await ask(turn, draft, text("person-bad"))


async def _email(turn: Turn, draft: Draft, typed: str) -> None:
    asked = replace(draft, step=Step.EMAIL, offer=None)
    address = untangle(typed)
    if typing_damage(address):
        await ask(turn, asked, text("email-damaged"))
        return
    meant = suggestion(address)
    if meant is not None and _valid(meant):
        checked = replace(draft, step=Step.EMAIL_CHECK, email=clean(address, 254), offer=meant)
        await ask(turn, checked)
        return
    await _take_email(turn, asked, address)


async def _email_check(turn: Turn, draft: Draft, chosen: str) -> None:
    address = draft.offer if chosen == YES else draft.email
    await _take_email(turn, replace(draft, step=Step.EMAIL, offer=None), address or "")


async def _take_email(turn: Turn, draft: Draft, address: str) -> None:
    valid = _valid(address)
    if valid is None:
        await ask(turn, replace(draft, email=None), text("email-bad"))
        return
    try:
        await check_free(turn.tx, email=valid)
    except Taken as taken:
        await ask(turn, replace(draft, email=None), taken.text)
        return
    code = draft.code if valid == draft.email else None
    filled = replace(draft, email=valid, code=code, problems=_solved(draft, Step.EMAIL))
    await advance(turn, filled)


def _valid(address: str) -> str | None:
    """Give the address to send to, by syntax alone: a resolver that is down must refuse nobody."""
    try:
        return validate_email(address, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError:
        return None


async def _code(turn: Turn, draft: Draft, typed: str) -> None:
    if "@" in typed:
        await _email(turn, draft, typed)
        return
    after, problem = mail_code.check(turn, draft, typed)
    if problem is None:
        await advance(turn, after)
    else:
        await ask(turn, after, problem)


async def _code_chosen(turn: Turn, draft: Draft, chosen: str) -> None:
    if chosen == "email":
        await ask(turn, replace(draft, step=Step.EMAIL))
    elif chosen == "skip" and mail_code.may_skip(draft):
        await advance(turn, replace(draft, unproved_ok=True))
    else:
        again, notes = await mail_code.issue(turn, draft)
        await ask(turn, again, *notes)


async def _summary(turn: Turn, draft: Draft, chosen: str) -> None:
    calendar = await turn.tx.calendar.load()
    if chosen != "submit" or calendar is None:
        await ask(turn, draft)
        return
    try:
        registration = await submit(
            turn.tx, turn.conversation, calendar, turn.policy, turn.tools.draw, turn.now
        )
    except Taken as taken:
        await ask(turn, draft, taken.text)
        return
    turn.conversation = replace(turn.conversation, draft=None)
    provisional = (text("receipt-provisional"),) if registration.provisional else ()
    receipt = text(
        "receipt",
        reference=registration.reference,
        at=registration.submitted_at,
        due=registration.due,
        email=registration.email,
        days=turn.policy.working_days,
    )
    await turn.say(receipt, *provisional, choices=((menu_choice("status"),),))


async def _not_a_choice(turn: Turn, draft: Draft, typed: str) -> None:
    del typed
    await ask(turn, draft, text("pick-one"))


def _solved(draft: Draft, step: Step) -> dict[str, str]:
    return {field: reason for field, reason in draft.problems.items() if field != step}


CHOICE_STEPS = frozenset(
    {
        Step.CONSENT,
        Step.LICENCE_CHECK,
        Step.ROLE,
        Step.EMAIL_CHECK,
        Step.CODE,
        Step.SUMMARY,
    }
)
CHOSEN: dict[Step, Callable[[Turn, Draft, str], Awaitable[None]]] = {
    Step.CONSENT: _consent,
    Step.LICENCE_CHECK: _licence_check,
    Step.ROLE: _role_chosen,
    Step.EMAIL_CHECK: _email_check,
    Step.CODE: _code_chosen,
    Step.SUMMARY: _summary,
}
TYPED: dict[Step, Callable[[Turn, Draft, str], Awaitable[None]]] = {
    Step.CONSENT: _not_a_choice,
    Step.LICENCE: _licence,
    Step.LICENCE_CHECK: _licence,
    Step.NAME: _name,
    Step.ROLE: _not_a_choice,
    Step.PERSON: _person,
    Step.EMAIL: _email,
    Step.EMAIL_CHECK: _email,
    Step.CODE: _code,
    Step.SUMMARY: _not_a_choice,
}
