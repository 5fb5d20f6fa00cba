"""What a conversation remembers between two messages: the draft, and an officer's open prompt.

A conversation is written only by the worker that holds its oldest unanswered update, so it needs
no version of its own.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from core.messages import Address
from core.registration import PersonRole


class Step(StrEnum):
    """The questions in order. LICENCE_CHECK, EMAIL_CHECK and CODE are asked only when needed."""

    CONSENT = "consent"
    LICENCE = "licence"
    LICENCE_CHECK = "licence-check"
    NAME = "name"
    ROLE = "role"
    PERSON = "person"
    EMAIL = "email"
    EMAIL_CHECK = "email-check"
    CODE = "code"
    SUMMARY = "summary"


ORDER = (Step.LICENCE, Step.NAME, Step.ROLE, Step.PERSON, Step.EMAIL, Step.CODE, Step.SUMMARY)
PART_OF = {Step.LICENCE_CHECK: Step.LICENCE, Step.EMAIL_CHECK: Step.EMAIL}


@dataclass(frozen=True, slots=True)
class CodeState:
    """The e-mail code in use. The code itself is derived, never stored.

    `nonce` tells the codes of one conversation apart, `tries` counts wrong entries, `failures`
    counts sendings that the mail server did not take.
    """

    nonce: int
    sent_at: datetime
    tries: int = 0
    sends: int = 1
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A registration being filled in. Empty fields are still to be asked.

    `step` is the open question. `offer` holds a value that waits for yes or no (a licence
    completed, a domain corrected), `typed` what was typed in its place, or a name of one word until
    it is sent again. `registered` is the name that the register of certificates has for the
    licence. `proved` is the address whose code was entered; `unproved_ok` lets the person go on
    without, because the code could not be mailed. `problems` puts the reason of an earlier refusal
    beside the field it concerns. A `ticket` (its nonce, hex) is good for `ticket_licence` only.
    `consent_full` says that the whole consent notice was opened.
    """

    step: Step
    started_at: datetime
    consent_id: int | None = None
    consent_full: bool = False
    licence_key: str | None = None
    licence: str | None = None
    licence_raw: str | None = None
    facility: str | None = None
    registered: str | None = None
    role: PersonRole | None = None
    person: str | None = None
    email: str | None = None
    proved: str | None = None
    unproved_ok: bool = False
    offer: str | None = None
    typed: str | None = None
    code: CodeState | None = None
    place: str | None = None
    ticket: str | None = None
    ticket_licence: str | None = None
    previous_id: int | None = None
    reminded: bool = False
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RefusalPrompt:
    """An officer is giving the reason for a refusal; valid for this officer, this card and version.

    `codes` are the numbered reasons chosen so far, `values` what fills their slots (by
    `core.reasons.slot_key`), `free` is what the officer wrote. `shown` is the reason as the last
    preview showed it: that, and nothing else, can be confirmed.
    """

    registration_id: int
    version: int
    until: datetime
    codes: tuple[str, ...] = ()
    free: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    shown: str | None = None
    kind: Literal["refusal"] = "refusal"


@dataclass(frozen=True, slots=True)
class AccountPrompt:
    """An officer is entering an account. `sealed` is the password, readable with the keys only."""

    registration_id: int
    version: int
    until: datetime
    site: str | None = None
    login: str | None = None
    sealed: str | None = None
    kind: Literal["account"] = "account"


@dataclass(frozen=True, slots=True)
class EmailRequest:
    """A facility is giving another e-mail for a result that could not be mailed.

    Of `draft` only what belongs to the e-mail and its code is used; nothing of it is handed in.
    """

    registration_id: int
    draft: Draft
    kind: Literal["email"] = "email"


@dataclass(frozen=True, slots=True)
class AnswerPrompt:
    """A facility is answering a question of staff, by its number."""

    inquiry: int
    kind: Literal["answer"] = "answer"


@dataclass(frozen=True, slots=True)
class Conversation:
    """One person (or one person in one group) talking with one bot.

    - `key` orders its updates; `address` is where answers go; `user` is "tg:123".
    - `locale` is the person's own choice, Vietnamese until they choose.
    - `aside` is what the facility is asked beside its draft; asking the draft's question ends it,
      so that what is typed answers whichever was asked last. It waits while `desk` is open.
    - `touched_at` is their last word; the draft lives `DRAFT_HOURS` from then.
    - `remind_at` is when an abandoned draft is mentioned, once; None when nothing is left to say.
    - `codes_sent` are the moments of the last codes mailed, over all drafts.
    - `offered` are the choices of the last message that asked none of the draft's questions, by
      wire form, with the label shown: so that they, too, can be typed.
    - `burst` is the level of a leaky bucket that slows down one person who floods, nobody else.
    """

    key: str
    address: Address
    user: str
    name: str
    locale: str = "vi"
    draft: Draft | None = None
    desk: RefusalPrompt | AccountPrompt | None = None
    aside: EmailRequest | AnswerPrompt | None = None
    touched_at: datetime | None = None
    remind_at: datetime | None = None
    codes_sent: tuple[datetime, ...] = ()
    reachable: bool = True
    offered: dict[str, str] = field(default_factory=dict)
    burst: float = 0.0

    def is_at_desk(self, now: datetime) -> bool:
        """Tell whether this person, as an officer, is being asked something."""
        return self.desk is not None and now < self.desk.until


def steps_in_use(*, ask_code: bool) -> tuple[Step, ...]:
    """Give the numbered steps in order; the code is one of them only where it is asked."""
    return tuple(step for step in ORDER if ask_code or step is not Step.CODE)


def position(step: Step, *, ask_code: bool) -> int:
    """Tell which of the numbered steps this is, from 1; the consent before them is 0."""
    used = steps_in_use(ask_code=ask_code)
    whole = PART_OF.get(step, step)
    return used.index(whole) + 1 if whole in used else 0


def next_step(draft: Draft, *, ask_code: bool) -> Step:
    """Find the first question without an answer; the summary when all are answered."""
    unproved = ask_code and draft.proved != draft.email and not draft.unproved_ok
    open_steps = (
        (Step.CONSENT, draft.consent_id is None),
        (Step.LICENCE, draft.licence_key is None),
        (Step.NAME, draft.facility is None),
        (Step.ROLE, draft.role is None),
        (Step.PERSON, draft.person is None),
        (Step.EMAIL, draft.email is None),
        (Step.CODE, unproved),
    )
    return next((step for step, is_open in open_steps if is_open), Step.SUMMARY)


def previous_step(step: Step, *, ask_code: bool) -> Step | None:
    """Give the question before this one; None before the first. The code leads to the e-mail.

    A yes or no belongs to a question, and leads back to it.
    """
    if step in PART_OF:
        return PART_OF[step]
    used = steps_in_use(ask_code=ask_code)
    at = position(step, ask_code=ask_code)
    return used[at - 2] if at >= 2 else None
