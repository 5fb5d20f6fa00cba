"""An officer enters an account in the private chat with the bot, and nowhere else (rule 8)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from core.actions import Action, read_action
from core.choices import Option, pick
from core.conversation import AccountPrompt
from core.messages import Address, Choice, Text, text
from core.people import Actor, Right
from core.usecases.account import (
    LOGIN_LIMIT,
    PASSWORD_LIMIT,
    SHORTEST_PASSWORD,
    SITE_LIMIT,
    Account,
    enter_account,
    is_one_word,
    load_for_account,
)
from handlers.options import spoken_verb
from handlers.turn import Turn

PROMPT_LIFE = timedelta(minutes=30)


async def begin(turn: Turn) -> None:
    """Ask for the account of the case whose card the officer pressed in the group."""
    registration_id = int(turn.incoming.data["registration"])
    registration = await load_for_account(turn.tx, turn.actor, registration_id)
    prompt = AccountPrompt(registration_id, registration.version, turn.now + PROMPT_LIFE)
    # The press in the group counts as a word here: a conversation that has rested for long would
    # otherwise be swept, and the prompt with it, before the officer can answer.
    turn.conversation = replace(turn.conversation, desk=prompt, touched_at=turn.now)
    title = text(
        "account-ask",
        reference=registration.reference,
        facility=registration.facility,
        licence=registration.licence,
    )
    await _ask_next(turn, prompt, title, context={"officer": turn.actor.name})


async def typed(turn: Turn, prompt: AccountPrompt) -> None:
    """Take one value, or all that are missing on a line each.

    Whatever may hold a password is deleted, also when it is of no use.
    """
    turn.actor.require(Right.DECIDE)
    missing = _missing(prompt)
    lines = [line.strip() for line in turn.incoming.text.splitlines() if line.strip()]
    if turn.now >= prompt.until:
        await turn.delete(turn.incoming.message_id)
        _close(turn)
        await turn.say(text("prompt-expired"))
    elif spoken_verb(turn.incoming.text, names=False) == "cancel":
        await leave(turn)
    elif not missing:
        await _answer_echo(turn, prompt)
    elif len(lines) == len(missing):
        await _take(turn, prompt, dict(zip(missing, lines, strict=True)))
    else:
        await _take(turn, prompt, {missing[0]: turn.incoming.text.strip()})


async def press(turn: Turn, action: Action) -> None:
    """Confirm the account as it was shown, enter it again, or leave."""
    turn.actor.require(Right.DECIDE)
    prompt = turn.conversation.desk
    if not isinstance(prompt, AccountPrompt) or turn.now >= prompt.until:
        await turn.tell(text("prompt-expired"))
        return
    if action.args != (_mark(prompt),) or action.verb not in ON_ECHO:
        await turn.tell(text("button-old"))
        return
    await ON_ECHO[action.verb](turn, prompt)


async def leave(turn: Turn) -> None:
    """Forget what was entered so far."""
    _close(turn)
    await turn.say(text("account-cancelled"))


async def keep_out(turn: Turn) -> None:
    """Take down what looks like an account in the group, from an officer who is asked for one."""
    incoming = turn.incoming
    private = await turn.tx.conversations.get(
        private_conversation(incoming.address.bot, turn.actor)
    )
    prompt = None if private is None else private.desk
    if not isinstance(prompt, AccountPrompt) or turn.now >= prompt.until:
        return
    if all(len(line.split()) <= 1 for line in incoming.text.splitlines()):
        await turn.delete(incoming.message_id)
        await turn.say(text("account-not-here", name=turn.actor.name))


def private_conversation(bot: str, person: Actor) -> str:
    """Name the conversation of a person with the bot alone."""
    return Address(bot, person.user.removeprefix("tg:")).lane


async def _take(turn: Turn, prompt: AccountPrompt, values: Mapping[str, str]) -> None:
    if "password" in values or len(turn.incoming.text.splitlines()) > 1:
        await turn.delete(turn.incoming.message_id)
    for name, value in values.items():
        problem, prompt = FIELDS[name](turn, prompt, value)
        if problem is not None:
            await _ask_next(turn, prompt, problem)
            return
    await _ask_next(turn, prompt)


async def _answer_echo(turn: Turn, prompt: AccountPrompt) -> None:
    """Take a button's number or words; anything else may be a password, and changes nothing."""
    say, locale = turn.tools.wording.say, turn.conversation.locale
    shown = [choice for row in _echo_choices(prompt) for choice in row]
    options = [Option(choice.action, say(choice.label, locale)) for choice in shown]
    picked = pick(turn.incoming.text, options)
    action = read_action(picked.key) if picked else None
    if action is None:
        await turn.delete(turn.incoming.message_id)
        await _ask_next(turn, prompt, text("pick-one"))
    else:
        await ON_ECHO[action.verb](turn, prompt)


async def _ask_next(
    turn: Turn, prompt: AccountPrompt, *notes: Text, context: dict[str, str] | None = None
) -> None:
    turn.conversation = replace(turn.conversation, desk=prompt)
    missing = _missing(prompt)
    if missing:
        line = text(f"account-ask-{missing[0]}")
        choices = ((_choice("cancel", "button-cancel", prompt),),)
        await turn.say(*notes, line, choices=choices, context=context)
        return
    length = len(_password(turn, prompt))
    echo = text("account-echo", site=prompt.site or "", login=prompt.login or "", length=length)
    await turn.say(*notes, echo, choices=_echo_choices(prompt))


def _echo_choices(prompt: AccountPrompt) -> tuple[tuple[Choice, ...], ...]:
    return (
        (_choice("confirm", "button-confirm-account", prompt),),
        (
            _choice("again", "button-enter-again", prompt),
            _choice("cancel", "button-cancel", prompt),
        ),
    )


def _choice(verb: str, label: str, prompt: AccountPrompt) -> Choice:
    return Choice(str(Action("a", verb, (_mark(prompt),))), text(label))


def _mark(prompt: AccountPrompt) -> str:
    """Tell what was shown apart, so that an older echo cannot confirm what it does not show."""
    shown = (prompt.registration_id, prompt.site, prompt.login, prompt.sealed)
    return sha256(repr(shown).encode()).hexdigest()[:8]


async def _confirm(turn: Turn, prompt: AccountPrompt) -> None:
    if _missing(prompt):
        await turn.tell(text("button-old"))
        return
    account = Account(prompt.site or "", prompt.login or "", _password(turn, prompt))
    _close(turn)
    done = await enter_account(
        turn.tx,
        turn.actor,
        prompt.registration_id,
        prompt.version,
        account,
        turn.tools.vault,
        turn.policy,
        turn.now,
    )
    minutes = int(turn.policy.undo.total_seconds()) // 60
    await turn.say(text("account-queued", reference=done.reference, minutes=minutes))


async def _again(turn: Turn, prompt: AccountPrompt) -> None:
    await _ask_next(turn, replace(prompt, site=None, login=None, sealed=None))


async def _cancel(turn: Turn, prompt: AccountPrompt) -> None:
    del prompt
    await leave(turn)


ON_ECHO: dict[str, Callable[[Turn, AccountPrompt], Awaitable[None]]] = {
    "confirm": _confirm,
    "again": _again,
    "cancel": _cancel,
}


def _close(turn: Turn) -> None:
    turn.conversation = replace(turn.conversation, desk=None)


def _missing(prompt: AccountPrompt) -> list[str]:
    values = {"site": prompt.site, "login": prompt.login, "password": prompt.sealed}
    return [name for name, value in values.items() if value is None]


def _password(turn: Turn, prompt: AccountPrompt) -> str:
    return turn.tools.vault.open((prompt.sealed or "").encode()).decode()


Taken = tuple[Text | None, AccountPrompt]


def _site(turn: Turn, prompt: AccountPrompt, value: str) -> Taken:
    del turn
    good = is_one_word(value, 1, SITE_LIMIT)
    return (None, replace(prompt, site=value)) if good else (text("account-bad-site"), prompt)


def _login(turn: Turn, prompt: AccountPrompt, value: str) -> Taken:
    del turn
    good = is_one_word(value, 1, LOGIN_LIMIT)
    return (None, replace(prompt, login=value)) if good else (text("account-bad-login"), prompt)


def _sealed(turn: Turn, prompt: AccountPrompt, value: str) -> Taken:
    if not is_one_word(value, SHORTEST_PASSWORD, PASSWORD_LIMIT):
        return text("account-bad-password"), prompt
    sealed = turn.tools.vault.seal(value.encode()).decode()
    return None, replace(prompt, sealed=sealed)


FIELDS: dict[str, Callable[[Turn, AccountPrompt, str], Taken]] = {
    "site": _site,
    "login": _login,
    "password": _sealed,
}
