"""An officer enters an account in the private chat with the bot, and nowhere else (rule 8)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from core.actions import Action
from core.conversation import AccountPrompt
from core.errors import Problem
from core.messages import Choice, Text, text
from core.text import clean
from core.usecases.account import (
    LOGIN_LIMIT,
    PASSWORD_LIMIT,
    SITE_LIMIT,
    Account,
    enter_account,
    load_for_account,
)
from handlers.turn import Turn

PROMPT_LIFE = timedelta(minutes=30)
SHORTEST_PASSWORD = 4


async def begin(turn: Turn) -> None:
    """Ask for the account of the case whose card the officer pressed in the group."""
    registration_id = int(turn.incoming.data["registration"])
    registration = await load_for_account(turn.tx, turn.actor, registration_id)
    prompt = AccountPrompt(registration_id, registration.version, turn.now + PROMPT_LIFE)
    turn.conversation = replace(turn.conversation, desk=prompt)
    title = text(
        "account-ask",
        reference=registration.reference,
        facility=registration.facility,
        licence=registration.licence,
    )
    await _ask_next(turn, prompt, title, context={"officer": turn.actor.name})


async def typed(turn: Turn, prompt: AccountPrompt) -> None:
    """Take one value, or all three on three lines; a message with a password is deleted."""
    if turn.now >= prompt.until:
        turn.conversation = replace(turn.conversation, desk=None)
        await turn.delete_incoming()
        await turn.say(text("prompt-expired"))
        return
    lines = [clean(line) for line in turn.incoming.text.splitlines() if line.strip()]
    if prompt.site is None and len(lines) == len(FIELDS):
        await _take_all(turn, prompt, lines)
    else:
        name = _missing(prompt) or "password"
        await _take_one(turn, prompt, name, turn.incoming.text)


async def press(turn: Turn, action: Action) -> None:
    """Confirm the account, enter it again, or leave."""
    prompt = turn.conversation.desk
    if not isinstance(prompt, AccountPrompt) or turn.now >= prompt.until:
        await turn.tell(text("prompt-expired"))
        return
    match action.verb:
        case "confirm" if _missing(prompt) is None:
            await _confirm(turn, prompt)
        case "cancel":
            turn.conversation = replace(turn.conversation, desk=None)
            await turn.say(text("account-cancelled"))
        case _:
            fresh = replace(prompt, site=None, login=None, sealed=None)
            await _ask_next(turn, fresh)


async def _take_all(turn: Turn, prompt: AccountPrompt, lines: list[str]) -> None:
    await turn.delete_incoming()
    for name, line in zip(FIELDS, lines, strict=True):
        problem, prompt = FIELDS[name](turn, prompt, line)
        if problem is not None:
            await _ask_next(turn, prompt, problem)
            return
    await _ask_next(turn, prompt)


async def _take_one(turn: Turn, prompt: AccountPrompt, name: str, typed_text: str) -> None:
    if name == "password":
        await turn.delete_incoming()
    problem, after = FIELDS[name](turn, prompt, typed_text.strip())
    await _ask_next(turn, after, *((problem,) if problem else ()))


async def _ask_next(
    turn: Turn, prompt: AccountPrompt, *notes: Text, context: dict[str, str] | None = None
) -> None:
    turn.conversation = replace(turn.conversation, desk=prompt)
    missing = _missing(prompt)
    leave = Choice(str(Action("a", "cancel")), text("button-cancel"))
    if missing is not None:
        line = text(f"account-ask-{missing}")
        await turn.say(*notes, line, choices=((leave,),), context=context)
        return
    length = len(_password(turn, prompt))
    echo = text("account-echo", site=prompt.site or "", login=prompt.login or "", length=length)
    confirm = Choice(str(Action("a", "confirm")), text("button-confirm-account"))
    again = Choice(str(Action("a", "again")), text("button-enter-again"))
    await turn.say(*notes, echo, choices=((confirm,), (again, leave)))


async def _confirm(turn: Turn, prompt: AccountPrompt) -> None:
    account = Account(prompt.site or "", prompt.login or "", _password(turn, prompt))
    turn.conversation = replace(turn.conversation, desk=None)
    try:
        done = await enter_account(
            turn.tx,
            turn.actor,
            prompt.registration_id,
            account,
            turn.tools.vault,
            turn.policy,
            turn.now,
        )
    except Problem as problem:
        await turn.say(problem.text)
        return
    minutes = int(turn.policy.undo.total_seconds()) // 60
    await turn.say(text("account-queued", reference=done.reference, minutes=minutes))


def _missing(prompt: AccountPrompt) -> str | None:
    values = {"site": prompt.site, "login": prompt.login, "password": prompt.sealed}
    return next((name for name, value in values.items() if value is None), None)


def _password(turn: Turn, prompt: AccountPrompt) -> str:
    return turn.tools.vault.open((prompt.sealed or "").encode()).decode()


Taken = tuple[Text | None, AccountPrompt]


def _site(turn: Turn, prompt: AccountPrompt, value: str) -> Taken:
    del turn
    good = _one_word(value, 1, SITE_LIMIT)
    return (None, replace(prompt, site=value)) if good else (text("account-bad-site"), prompt)


def _login(turn: Turn, prompt: AccountPrompt, value: str) -> Taken:
    del turn
    good = _one_word(value, 1, LOGIN_LIMIT)
    return (None, replace(prompt, login=value)) if good else (text("account-bad-login"), prompt)


def _sealed(turn: Turn, prompt: AccountPrompt, value: str) -> Taken:
    if not _one_word(value, SHORTEST_PASSWORD, PASSWORD_LIMIT):
        return text("account-bad-password"), prompt
    sealed = turn.tools.vault.seal(value.encode()).decode()
    return None, replace(prompt, sealed=sealed)


def _one_word(value: str, shortest: int, longest: int) -> bool:
    """A value that survives copying: one line, no white space, nothing invisible."""
    return (
        shortest <= len(value) <= longest
        and value.isprintable()
        and not any(character.isspace() for character in value)
    )


FIELDS: dict[str, Callable[[Turn, AccountPrompt, str], Taken]] = {
    "site": _site,
    "login": _login,
    "password": _sealed,
}
