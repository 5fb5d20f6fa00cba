"""The facility's answers: what each one does to the draft, and which question comes next."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from hashlib import sha256

from core import actions
from core.actions import Action, read_action
from core.choices import pick
from core.conversation import Draft, Step, next_step, previous_step
from core.errors import Taken
from core.licence import Licence, LicenceStatus, read_licence
from core.mailbox import role_address
from core.messages import Text, text
from core.ports import ConsentProof
from core.registration import PersonRole
from core.text import clean
from core.usecases.submit import check_free, submit
from handlers import mail_code
from handlers.addresses import read_address, valid_address
from handlers.options import YES, menu_choice, typed_options
from handlers.questions import FREE_TEXT, QUESTIONS, ask, consent_texts, offered
from handlers.turn import Turn

NAME_LENGTH = range(3, 201)
PERSON_LENGTH = range(2, 101)
USE_NAME = actions.step(Step.NAME, YES)


async def advance(turn: Turn, draft: Draft, *notes: Text) -> None:
    """Go on to the first question that has no answer yet."""
    step = next_step(draft, ask_code=turn.policy.ask_code)
    if step is Step.CODE:
        draft, failed = await mail_code.issue_if_needed(turn, _at(step, draft))
        await ask(turn, draft, *notes, *failed)
    elif step is Step.LICENCE and draft.offer is not None:
        await ask(turn, replace(draft, step=Step.LICENCE_CHECK), *notes)
    else:
        await ask(turn, _at(step, draft), *notes)


async def go_back(turn: Turn, draft: Draft) -> None:
    """Ask the question before; from a correction, return to the summary."""
    in_use = turn.policy.ask_code
    if draft.step is not Step.SUMMARY and next_step(draft, ask_code=in_use) is Step.SUMMARY:
        await advance(turn, draft)
    else:
        step = previous_step(draft.step, ask_code=in_use)
        await ask(turn, _at(step or draft.step, draft))


def chosen_by_words(turn: Turn, typed: str) -> Action | None:
    """Find the choice that was typed, by number or in words: of the last message, or the question.

    A question for free text is answered by text; what else it offers has words of its own.
    """
    draft = turn.conversation.draft
    found = pick(typed, typed_options(turn.conversation.offered))
    if found is None and draft is not None and draft.step not in FREE_TEXT:
        found = pick(typed, typed_options(turn.labels(offered(turn, draft))))
    return read_action(found.key) if found else None


async def choose(turn: Turn, draft: Draft, action: Action) -> None:
    """Take a tapped answer; one that the open question does not offer shows the question again."""
    if all(read_action(choice.action) != action for choice in offered(turn, draft)):
        await ask(turn, draft, text("button-old"))
    elif action.verb == "edit":
        await ask(turn, replace(draft, step=Step(action.args[0])))
    else:
        await CHOSEN[draft.step](turn, draft, action.args[0])


async def take(turn: Turn, draft: Draft, typed: str) -> None:
    """Take what was typed as the answer to the open question."""
    await TYPED[draft.step](turn, draft, typed)


def _at(step: Step, draft: Draft) -> Draft:
    """Go to a question; nothing waits for yes or no any more."""
    return replace(draft, step=step, offer=None, typed=None)


async def _consent(turn: Turn, draft: Draft, chosen: str) -> None:
    if chosen == "details":
        turn.conversation = replace(turn.conversation, draft=replace(draft, consent_full=True))
        await turn.say(text("consent-full"), choices=QUESTIONS[Step.CONSENT](turn, draft).choices)
        return
    given = chosen == YES
    proof_id = await _prove_consent(turn, draft, given=given)
    if given:
        await advance(turn, replace(draft, consent_id=proof_id))
    else:
        turn.conversation = replace(turn.conversation, draft=None)
        await turn.say(text("consent-no"), choices=((menu_choice("register"),),))


async def _prove_consent(turn: Turn, draft: Draft, *, given: bool) -> int:
    locale = turn.conversation.locale
    texts = consent_texts(turn.policy) + ((text("consent-full"),) if draft.consent_full else ())
    shown = "\n\n".join(turn.tools.wording.say(one, locale) for one in texts)
    proof = ConsentProof(
        turn.conversation.user,
        turn.now,
        turn.conversation.address.bot,
        locale,
        sha256(shown.encode()).hexdigest(),
        given,
    )
    return await turn.tx.consents.add(proof, shown)


async def _licence(turn: Turn, draft: Draft, typed: str) -> None:
    reading = read_licence(typed, turn.policy.authority)
    if reading.status is LicenceStatus.OK and reading.licence is not None:
        await _take_licence(turn, draft, reading.licence, typed)
        return
    offer = reading.licence if reading.status is LicenceStatus.CONFIRM else reading.completion
    if offer is not None:
        raw = clean(typed, 200)
        await ask(turn, replace(draft, step=Step.LICENCE_CHECK, offer=offer.key, typed=raw))
        return
    problem = _licence_problem(reading.status, reading.code)
    await ask(turn, _at(Step.LICENCE, draft), problem)


def _licence_problem(status: LicenceStatus, code: str) -> Text:
    if status is LicenceStatus.WRONG_DOCUMENT:
        return text("licence-wrong-document", paper=text(f"paper-{code}"))
    if status is LicenceStatus.OUT_OF_SCOPE:
        return text("licence-out-of-scope")
    return text("licence-bad")


async def _licence_check(turn: Turn, draft: Draft, chosen: str) -> None:
    if chosen == YES and draft.offer is not None:
        licence = Licence.from_key(draft.offer)
        await _take_licence(turn, draft, licence, draft.typed or licence.canonical)
    else:
        await ask(turn, _at(Step.LICENCE, draft))


async def _take_licence(turn: Turn, draft: Draft, licence: Licence, raw: str) -> None:
    try:
        await check_free(turn.tx, licence_key=licence.key)
    except Taken as taken:
        await ask(turn, _at(Step.LICENCE, draft), taken.text)
        return
    entry = await turn.tx.register.get(licence.key)
    keeps_ticket = draft.ticket_licence == licence.key
    filled = replace(
        draft,
        licence_key=licence.key,
        licence=licence.canonical,
        licence_raw=clean(raw, 200),
        registered=None if entry is None else entry.facility,
        offer=None,
        typed=None,
        ticket=draft.ticket if keeps_ticket else None,
        problems=_solved(draft, Step.LICENCE),
    )
    await advance(turn, filled)


async def _name(turn: Turn, draft: Draft, typed: str) -> None:
    name = clean(typed)
    # By number or a word for yes only: a shorter name than the offered one is another name.
    if draft.registered is not None and pick(typed, typed_options({USE_NAME: ""})) is not None:
        name = draft.registered
    if len(name) in NAME_LENGTH and any(map(str.isalpha, name)):
        filled = replace(draft, facility=name, problems=_solved(draft, Step.NAME))
        await advance(turn, filled)
    else:
        await ask(turn, draft, text("name-bad"))


async def _name_chosen(turn: Turn, draft: Draft, chosen: str) -> None:
    del chosen
    await _name(turn, draft, draft.registered or "")


async def _role_chosen(turn: Turn, draft: Draft, chosen: str) -> None:
    role = PersonRole(chosen)
    await advance(turn, replace(draft, role=role, problems=_solved(draft, Step.ROLE)))


async def _person(turn: Turn, draft: Draft, typed: str) -> None:
    person = clean(typed)
    good = len(person) in PERSON_LENGTH and any(map(str.isalpha, person)) and "@" not in person
    if not good:
        await ask(turn, draft, text("person-bad"))
    elif " " not in person and person != draft.typed:  # a few people have one name only
        await ask(turn, replace(draft, typed=person), text("person-one-word"))
    else:
        filled = replace(draft, person=person, typed=None, problems=_solved(draft, Step.PERSON))
        await advance(turn, filled)


async def _email(turn: Turn, draft: Draft, typed: str) -> None:
    asked = _at(Step.EMAIL, draft)
    read = read_address(typed)
    if read.damaged:
        await ask(turn, asked, text("email-damaged"))
    elif read.meant is not None:
        raw = clean(read.address, 254)
        await ask(turn, replace(draft, step=Step.EMAIL_CHECK, offer=read.meant, typed=raw))
    else:
        await _take_email(turn, asked, read.address)


async def _email_check(turn: Turn, draft: Draft, chosen: str) -> None:
    address = draft.offer if chosen == YES else draft.typed
    await _take_email(turn, _at(Step.EMAIL, draft), address or "")


async def _take_email(turn: Turn, draft: Draft, address: str) -> None:
    valid = valid_address(address)
    if valid is None:
        await ask(turn, draft, text("email-bad"))
        return
    try:
        await check_free(turn.tx, email=valid)
    except Taken as taken:
        await ask(turn, draft, taken.text)
        return
    if valid != draft.email:
        draft = replace(draft, email=valid, code=None, unproved_ok=False)
    notes = (text("email-shared", email=valid),) if role_address(valid) else ()
    await advance(turn, replace(draft, problems=_solved(draft, Step.EMAIL)), *notes)


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
    elif chosen == "skip":
        await advance(turn, replace(draft, unproved_ok=True))
    else:
        again, notes = await mail_code.issue(turn, draft)
        await ask(turn, again, *notes)


async def _submit(turn: Turn, draft: Draft, chosen: str) -> None:
    del chosen
    try:
        registration = await submit(
            turn.tx, turn.conversation, turn.policy, turn.tools.draw, turn.now
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


CHOSEN: dict[Step, Callable[[Turn, Draft, str], Awaitable[None]]] = {
    Step.CONSENT: _consent,
    Step.LICENCE_CHECK: _licence_check,
    Step.NAME: _name_chosen,
    Step.ROLE: _role_chosen,
    Step.EMAIL_CHECK: _email_check,
    Step.CODE: _code_chosen,
    Step.SUMMARY: _submit,
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
