"""Which handler an update goes to, by audience: the program itself, the staff desk, a facility.

Whatever comes gets an answer; the last row of every table says what to say to the rest.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from core.actions import Action, read_action
from core.conversation import AccountPrompt, Step
from core.errors import Problem
from core.messages import text
from core.reference import read_reference
from core.usecases.drafts import reminder_time
from core.usecases.members import learn_name
from core.usecases.staff_group import follow_group, staff_address
from handlers import account_entry, desk, entry, mail_code, staff_commands, steps
from handlers.incoming import What
from handlers.options import menu_choice, spoken_verb
from handlers.questions import ask
from handlers.turn import Turn

Handler = Callable[[Turn], Awaitable[None]]

BURST, CALM = 20, 0.5  # updates at once, and how many a second are forgotten
STAFF_SUBJECTS = {
    "c": desk.press_card,
    "r": desk.press_reason,
    "a": account_entry.press,
}
# With one bot for everybody, an officer's /start and /trogiup are a facility's in a private chat.
SHARED_COMMANDS = frozenset({"start", "help", "trogiup"})


async def route(turn: Turn) -> None:
    """Handle one update and leave the conversation as it is to be saved."""
    try:
        await _audience(turn)(turn)
    except Problem as problem:
        await turn.tell(problem.text)
    turn.conversation = replace(turn.conversation, remind_at=_reminder(turn))


def _audience(turn: Turn) -> Handler:
    incoming = turn.incoming
    if incoming.what in SIGNALS:
        return SIGNALS[incoming.what]
    at_desk = incoming.address.bot == turn.policy.staff_bot
    if not incoming.private:
        at_door = incoming.what is What.START and incoming.address.bot == turn.policy.public_bot
        return _group if at_desk and not at_door else _wrong_place
    if not at_desk:
        return _facility
    alone = turn.policy.staff_bot != turn.policy.public_bot
    return _staff_private if alone or _is_for_staff(turn) else _facility


def _reminder(turn: Turn) -> datetime | None:
    conversation = turn.conversation
    draft = conversation.draft
    if draft is None or draft.reminded or conversation.touched_at is None:
        return None
    return reminder_time(conversation.touched_at, turn.policy)


# ── the program itself, and the messenger ────────────────────────────────────────────────────────


async def _event(turn: Turn) -> None:
    await EVENTS[turn.incoming.command](turn)


async def _remind(turn: Turn) -> None:
    draft, due = turn.conversation.draft, _reminder(turn)
    if draft is None or due is None or turn.now < due or not turn.conversation.reachable:
        return
    turn.conversation = replace(turn.conversation, draft=replace(draft, reminded=True))
    hours = int(turn.policy.draft_life.total_seconds()) // 3600
    rows = ((menu_choice("resume"),), (menu_choice("cancel"),))
    await turn.say(text("reminder", hours=hours), choices=rows)


async def _forget(turn: Turn) -> None:
    touched = turn.conversation.touched_at
    if touched is not None and turn.now - touched >= turn.policy.draft_life:
        turn.conversation = replace(turn.conversation, draft=None, desk=None)


async def _code_failed(turn: Turn) -> None:
    final = bool(turn.incoming.data["final"])
    draft = mail_code.sending_failed(turn, final=final)
    if draft is not None:
        key = "code-failed" if mail_code.may_skip(draft) else "code-delayed"
        key = "code-refused" if turn.incoming.data.get("refused") else key
        await ask(turn, draft, text(key, email=draft.email or ""))


async def _unreachable(turn: Turn) -> None:
    turn.conversation = replace(turn.conversation, reachable=False)


async def _reachable(turn: Turn) -> None:
    turn.conversation = replace(turn.conversation, reachable=True)


async def _account(turn: Turn) -> None:
    await _identify(turn)
    await account_entry.begin(turn)


EVENTS: dict[str, Handler] = {
    "remind": _remind,
    "forget": _forget,
    "code-failed": _code_failed,
    "unreachable": _unreachable,
    "account": _account,
}


async def _moved(turn: Turn) -> None:
    await follow_group(turn.tx, turn.incoming.address, turn.incoming.text)


async def _joined(turn: Turn) -> None:
    at_desk = turn.incoming.address.bot == turn.policy.staff_bot
    if at_desk and await staff_address(turn.tx, turn.policy) is None:
        await turn.say(text("bind-how"))


SIGNALS: dict[What, Handler] = {
    What.EVENT: _event,
    What.MOVED: _moved,
    What.JOINED: _joined,
    What.BLOCKED: _unreachable,
    What.RETURNED: _reachable,
}


# ── the staff desk ───────────────────────────────────────────────────────────────────────────────


async def _identify(turn: Turn) -> None:
    turn.actor = await turn.tx.staff.actor(turn.actor.user, turn.actor.name)
    if turn.actor.role is not None:
        await learn_name(turn.tx, turn.actor)


def _is_for_staff(turn: Turn) -> bool:
    """Tell an officer's private message from a facility's, where one bot serves both."""
    incoming = turn.incoming
    if incoming.what is What.PRESS:
        action = read_action(incoming.action)
        return action is not None and action.subject in STAFF_SUBJECTS
    if incoming.what is What.COMMAND:
        command = incoming.command
        return command in staff_commands.COMMANDS and command not in SHARED_COMMANDS
    return incoming.what is What.TEXT and isinstance(turn.conversation.desk, AccountPrompt)


async def _group(turn: Turn) -> None:
    incoming = turn.incoming
    if incoming.what is What.PRESS:
        await _identify(turn)
        await _staff_press(turn)
    elif incoming.anonymous and incoming.what is What.COMMAND:
        await turn.say(text("staff-anonymous"), reply=True)
    elif incoming.what is What.COMMAND:
        await _identify(turn)
        await _staff_command(turn)
    elif incoming.what is What.TEXT and incoming.reply_to is not None:
        await _identify(turn)
        await desk.reply(turn)


async def _staff_private(turn: Turn) -> None:
    incoming = turn.incoming
    await _identify(turn)
    if turn.actor.role is None:
        user = incoming.user.removeprefix("tg:")
        await turn.tell(text("staff-only", user=user))
    elif incoming.what is What.PRESS:
        await _staff_press(turn)
    elif incoming.what is What.COMMAND:
        await _staff_command(turn)
    elif incoming.what is What.TEXT and isinstance(turn.conversation.desk, AccountPrompt):
        await account_entry.typed(turn, turn.conversation.desk)
    else:
        await staff_commands.help_(turn)


async def _staff_press(turn: Turn) -> None:
    action = read_action(turn.incoming.action)
    if action is None or action.subject not in STAFF_SUBJECTS:
        await turn.tell(text("button-old"))
    else:
        await STAFF_SUBJECTS[action.subject](turn, action)


async def _staff_command(turn: Turn) -> None:
    handler = staff_commands.COMMANDS.get(turn.incoming.command, staff_commands.help_)
    await handler(turn)


async def _wrong_place(turn: Turn) -> None:
    if turn.incoming.what in (What.COMMAND, What.START):
        await turn.say(text("wrong-place"), reply=True)


# ── a facility ───────────────────────────────────────────────────────────────────────────────────


async def _facility(turn: Turn) -> None:
    if await _too_fast(turn):
        return
    turn.conversation = replace(turn.conversation, reachable=True)
    await FACILITY.get(turn.incoming.what, _unreadable)(turn)


async def _too_fast(turn: Turn) -> bool:
    """Slow down one person who floods: told once, then left unanswered until they pause."""
    conversation, since = turn.conversation, turn.gap
    before = max(0.0, conversation.burst - since * CALM)
    level = min(before + 1, BURST + 1)
    turn.conversation = replace(conversation, burst=level)
    if level <= BURST:
        return False
    if conversation.burst <= BURST:
        await turn.tell(text("too-fast", seconds=10))
    return True


async def _start(turn: Turn) -> None:
    await entry.start(turn, turn.incoming.text.strip())


async def _command(turn: Turn) -> None:
    verb = FACILITY_COMMANDS.get(turn.incoming.command)
    await (entry.idle(turn) if verb is None else entry.PLAIN[verb](turn))


async def _press(turn: Turn) -> None:
    action = read_action(turn.incoming.action)
    await (entry.old_button(turn) if action is None else _act(turn, action))


async def _act(turn: Turn, action: Action) -> None:
    draft = turn.conversation.draft
    if action.subject == "m":
        await entry.menu(turn, action)
    elif action.subject == "s" and draft is not None and action.args:
        await steps.choose(turn, draft, action)
    else:
        await entry.old_button(turn)


async def _text(turn: Turn) -> None:
    typed = turn.incoming.text
    draft = turn.conversation.draft
    action = steps.chosen_by_words(turn, typed)
    verb = spoken_verb(typed, names=draft is not None and draft.step in NAMES)
    if action is not None:
        await _act(turn, action)
    elif verb is not None:
        await entry.PLAIN[verb](turn)
    elif draft is not None:
        await steps.take(turn, draft, typed)
    elif (reference := read_reference(typed)) is not None:
        await entry.about_reference(turn, reference)
    else:
        await entry.idle(turn)


async def _unreadable(turn: Turn) -> None:
    draft = turn.conversation.draft
    if draft is None:
        await entry.idle(turn)
    else:
        await ask(turn, draft, text("only-text"))


NAMES = frozenset({Step.NAME, Step.PERSON})
FACILITY: dict[What, Handler] = {
    What.START: _start,
    What.COMMAND: _command,
    What.PRESS: _press,
    What.TEXT: _text,
}
FACILITY_COMMANDS = {
    "dangky": "register",
    "register": "register",
    "trangthai": "status",
    "status": "status",
    "quaylai": "back",
    "back": "back",
    "huy": "cancel",
    "cancel": "cancel",
    "trogiup": "help",
    "help": "help",
    "riengtu": "privacy",
    "privacy": "privacy",
    "english": "language-en",
    "tiengviet": "language-vi",
}
