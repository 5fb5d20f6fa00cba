"""The facility's questions: how each one is put, with its choices."""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain

from core.conversation import Draft, Step, position, steps_in_use
from core.licence import Licence
from core.messages import Choice, Message, Text, text
from core.policy import Policy
from core.registration import PersonRole
from handlers import mail_code
from handlers.options import BACK_AND_CANCEL, NO, YES, menu_choice, step_choice
from handlers.turn import Turn

FREE_TEXT = frozenset({Step.LICENCE, Step.NAME, Step.PERSON, Step.EMAIL})
EDITABLE = (Step.LICENCE, Step.NAME, Step.ROLE, Step.PERSON, Step.EMAIL)

Rows = tuple[tuple[Choice, ...], ...]


async def ask(turn: Turn, draft: Draft, *notes: Text) -> None:
    """Keep the draft and ask its open question, after what there is to say about the last one."""
    turn.conversation = replace(turn.conversation, draft=draft, aside=None)
    question = QUESTIONS[draft.step](turn, draft)
    gap = (text("blank"),) if notes else ()
    await turn.say(*notes, *gap, *question.lines, choices=question.choices)
    turn.conversation = replace(turn.conversation, offered={})


def offered(turn: Turn, draft: Draft) -> list[Choice]:
    """Give the choices of the open question, in the order of their numbers."""
    return list(chain.from_iterable(QUESTIONS[draft.step](turn, draft).choices))


def consent_texts(policy: Policy) -> tuple[Text, ...]:
    """Give what a person reads before agreeing."""
    return text("greeting"), text("rules", days=policy.working_days), text("consent")


def _numbered(turn: Turn, step: Step, key: str, **args: str | Text) -> Text:
    in_use = turn.policy.ask_code
    n, of = position(step, ask_code=in_use), len(steps_in_use(ask_code=in_use))
    return text(key, n=n, of=of, **args)


def _ask_consent(turn: Turn, _: Draft) -> Message:
    other = "en" if turn.conversation.locale == "vi" else "vi"
    rows = (
        (step_choice(Step.CONSENT, YES, "button-agree"),),
        (step_choice(Step.CONSENT, NO, "button-disagree"),),
        (
            step_choice(Step.CONSENT, "details", "button-consent-details"),
            menu_choice(f"language-{other}"),
        ),
    )
    return Message(consent_texts(turn.policy), rows)


def _ask_licence(turn: Turn, draft: Draft) -> Message:
    question = _numbered(turn, Step.LICENCE, "ask-licence")
    return Message((question, *_current(draft.licence)), (BACK_AND_CANCEL[1:],))


def _ask_licence_check(_: Turn, draft: Draft) -> Message:
    licence = Licence.from_key(draft.offer or "").canonical
    rows = (
        (
            step_choice(Step.LICENCE_CHECK, YES, "button-right"),
            step_choice(Step.LICENCE_CHECK, NO, "button-retype"),
        ),
    )
    return Message((text("licence-check", licence=licence),), rows)


def _ask_name(turn: Turn, draft: Draft) -> Message:
    question = _numbered(turn, Step.NAME, "ask-name")
    if draft.registered is None:
        return Message((question, *_current(draft.facility)), (BACK_AND_CANCEL,))
    offer = text("name-offer", facility=draft.registered)
    use = step_choice(Step.NAME, YES, "button-use-name", facility=draft.registered)
    return Message((question, *_current(draft.facility), offer), ((use,), BACK_AND_CANCEL))


def _ask_role(turn: Turn, _: Draft) -> Message:
    rows: Rows = tuple(
        (step_choice(Step.ROLE, role.value, f"role-{role.value}"),) for role in PersonRole
    )
    return Message((_numbered(turn, Step.ROLE, "ask-role"),), (*rows, BACK_AND_CANCEL))


def _ask_person(turn: Turn, draft: Draft) -> Message:
    question = _numbered(turn, Step.PERSON, "ask-person", role=_role(draft))
    return Message((question, *_current(draft.person)), (BACK_AND_CANCEL,))


def _ask_email(turn: Turn, draft: Draft) -> Message:
    question = _numbered(turn, Step.EMAIL, "ask-email", role=_role(draft))
    return Message((question, *_current(draft.email)), (BACK_AND_CANCEL,))


def _ask_email_check(_: Turn, draft: Draft) -> Message:
    typed, meant = draft.typed or "", draft.offer or ""
    rows = (
        (step_choice(Step.EMAIL_CHECK, YES, "button-use-email", email=meant),),
        (step_choice(Step.EMAIL_CHECK, NO, "button-keep-email", email=typed),),
    )
    return Message((text("email-check", email=typed, meant=meant),), rows)


def _ask_code(turn: Turn, draft: Draft) -> Message:
    question = _numbered(turn, Step.CODE, "ask-code", email=draft.email or "")
    return Message((question,), mail_code.choices(draft))


def _ask_summary(turn: Turn, draft: Draft) -> Message:
    proved = draft.proved == draft.email or not turn.policy.ask_code
    fields = (
        (Step.LICENCE, text("summary-licence", licence=draft.licence or "")),
        (Step.NAME, text("summary-name", facility=draft.facility or "")),
        (Step.ROLE, text("summary-role", role=_role(draft))),
        (Step.PERSON, text("summary-person", person=draft.person or "")),
        (
            Step.EMAIL,
            text("summary-email" if proved else "summary-email-unproved", email=draft.email or ""),
        ),
    )
    lines = chain.from_iterable((line, *_problem(draft, step)) for step, line in fields)
    edits = [step_choice("edit", step, f"button-edit-{step.value}") for step in EDITABLE]
    rows = (
        (step_choice(Step.SUMMARY, "submit", "button-submit"),),
        tuple(edits[:2]),
        tuple(edits[2:4]),
        (*edits[4:], menu_choice("cancel")),
    )
    title = _numbered(turn, Step.SUMMARY, "summary")
    return Message((title, *_problem(draft, "case"), *lines, text("summary-end")), rows)


QUESTIONS: dict[Step, Callable[[Turn, Draft], Message]] = {
    Step.CONSENT: _ask_consent,
    Step.LICENCE: _ask_licence,
    Step.LICENCE_CHECK: _ask_licence_check,
    Step.NAME: _ask_name,
    Step.ROLE: _ask_role,
    Step.PERSON: _ask_person,
    Step.EMAIL: _ask_email,
    Step.EMAIL_CHECK: _ask_email_check,
    Step.CODE: _ask_code,
    Step.SUMMARY: _ask_summary,
}


def _current(value: str | None) -> tuple[Text, ...]:
    return () if value is None else (text("current-value", value=value),)


def _problem(draft: Draft, concerns: str) -> tuple[Text, ...]:
    reason = draft.problems.get(concerns)
    return (text("summary-problem", reason=reason),) if reason else ()


def _role(draft: Draft) -> Text:
    return text(f"role-{(draft.role or PersonRole.DIRECTOR).value}")
