"""The code that proves a mailbox: mailed, asked, and never a dead end when mail is down."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.codes import (
    CODE_LIFE,
    CODE_PAUSE,
    CODE_SENDS,
    CODE_TRIES,
    CODES_PER_DAY,
    PURPOSE,
    code_matches,
)
from core.conversation import CodeState, Draft, Step
from core.messages import MAIL, Address, Choice, Kind, MailKind, Outgoing, Text, text
from handlers.options import BACK_AND_CANCEL, step_choice
from handlers.turn import Turn

DAY = timedelta(hours=24)
FAILURES_BEFORE_SKIP = 2
CODE_DIGITS = 6


async def issue_if_needed(turn: Turn, draft: Draft) -> tuple[Draft, tuple[Text, ...]]:
    """Come back to the question: the code that was mailed still counts, else mail a new one."""
    state = draft.code
    if state is not None and _is_good(state, turn.now) and not may_skip(draft):
        return draft, ()
    return await issue(turn, draft)


async def issue(turn: Turn, draft: Draft) -> tuple[Draft, tuple[Text, ...]]:
    """Mail a new code unless limits forbid it; return the draft and what to say about it."""
    state = draft.code
    recent = tuple(at for at in turn.conversation.codes_sent if turn.now - at < DAY)
    if state is not None and turn.now - state.sent_at < CODE_PAUSE:
        wait = CODE_PAUSE - (turn.now - state.sent_at)
        return draft, (text("code-wait", seconds=int(wait.total_seconds()) + 1),)
    if (state is not None and state.sends >= CODE_SENDS) or len(recent) >= CODES_PER_DAY:
        return _let_go(turn, draft), (text("code-no-more"),)
    fresh = CodeState(
        nonce=turn.row_id,
        sent_at=turn.now,
        sends=state.sends + 1 if state else 1,
        failures=state.failures if state else 0,
    )
    turn.conversation = replace(turn.conversation, codes_sent=(*recent, turn.now))
    await turn.tx.outbox.put(_code_mail(turn, draft, fresh))
    return replace(draft, code=fresh), ()


def check(turn: Turn, draft: Draft, typed: str) -> tuple[Draft, Text | None]:
    """Compare what was typed with the code; return the draft, and a problem if it is not right.

    Only six digits count as a try: "I have no mail yet" is not a wrong code.
    """
    state = draft.code
    if sum(map(str.isdecimal, typed)) != CODE_DIGITS:
        return draft, text("code-digits")
    if state is None or not _is_good(state, turn.now):
        return draft, text("code-expired")
    keys = turn.tools.vault.keys(PURPOSE)
    if code_matches(typed, keys, turn.conversation.key, draft.email or "", state.nonce):
        return replace(draft, proved=draft.email, code=None), None
    tried = replace(state, tries=state.tries + 1)
    left = CODE_TRIES - tried.tries
    problem = text("code-bad", left=left) if left else text("code-expired")
    return replace(draft, code=tried), problem


def sending_failed(draft: Draft | None, nonce: int, *, final: bool) -> Draft | None:
    """A code could not be mailed: note it on the draft, if that still waits for it."""
    if draft is None or draft.step is not Step.CODE or draft.code is None:
        return None
    if draft.code.nonce != nonce:
        return None
    failures = FAILURES_BEFORE_SKIP if final else draft.code.failures + 1
    return replace(draft, code=replace(draft.code, failures=failures))


def may_skip(draft: Draft) -> bool:
    """After a second failure the facility may go on unproved; the card says so."""
    return draft.code is not None and draft.code.failures >= FAILURES_BEFORE_SKIP


def choices(draft: Draft) -> tuple[tuple[Choice, ...], ...]:
    """Offer a new code, another address, and the way on when mail is down."""
    first = (
        step_choice(Step.CODE, "resend", "button-resend"),
        step_choice(Step.CODE, "email", "button-edit-email"),
    )
    skip = ((step_choice(Step.CODE, "skip", "button-skip-code"),),) if may_skip(draft) else ()
    return (first, *skip, BACK_AND_CANCEL)


def _is_good(state: CodeState, now: datetime) -> bool:
    return now - state.sent_at <= CODE_LIFE and state.tries < CODE_TRIES


def _let_go(turn: Turn, draft: Draft) -> Draft:
    """No more codes are mailed: the person may go on, unproved."""
    state = draft.code or CodeState(nonce=turn.row_id, sent_at=turn.now, sends=CODE_SENDS)
    return replace(draft, code=replace(state, failures=FAILURES_BEFORE_SKIP))


def _code_mail(turn: Turn, draft: Draft, state: CodeState) -> Outgoing:
    return Outgoing(
        key=f"code:{turn.conversation.key}:{state.nonce}",
        kind=Kind.MAIL,
        address=Address(MAIL, draft.email or ""),
        locale=turn.conversation.locale,
        context={
            "mail": MailKind.CODE.value,
            "conversation": turn.conversation.key,
            "nonce": state.nonce,
        },
        priority=3,
    )
