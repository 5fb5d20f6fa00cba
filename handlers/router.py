"""Which handler an update goes to, by audience: the program itself, the staff desk, a facility.

Whatever comes gets an answer; the last row of every table says what to say to the rest.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.actions import Action, read_action
from core.conversation import AccountPrompt, AnswerPrompt, EmailRequest, Step
from core.errors import NotAllowed, Problem
from core.messages import text
from core.people import Right
from core.reference import read_reference
from core.usecases.decide import EMAIL_NO_LONGER
from core.usecases.drafts import reminder_time
from core.usecases.inquiry import INQUIRY
from core.usecases.members import learn_name
from core.usecases.repair import EMAIL_WANTED, reached_again
from core.usecases.spreadsheets import SHEET
from core.usecases.staff_group import follow_group, hang_open_cards, staff_address
from handlers import (
    account_entry,
    asides,
    batches,
    bounces,
    desk,
    entry,
    figures,
    inquiry,
    mail_code,
    office_calendar,
    other_email,
    queue,
    reasons,
    refusal,
    register,
    reopening,
    repair,
    report,
    search,
    staff_commands,
    steps,
)
from handlers.incoming import What
from handlers.options import menu_choice, spoken_verb
from handlers.questions import ask
from handlers.turn import Turn

Handler = Callable[[Turn], Awaitable[None]]

BURST, CALM = 20, 0.5  # updates at once, and how many a second are forgotten
STAFF_SUBJECTS = {
    "c": desk.press_card,
    "r": refusal.press,
    "o": reopening.press,
    "l": reasons.press,
    "a": account_entry.press,
    "u": staff_commands.press_add,
    "b": batches.press,
    "g": register.press,
    "q": queue.press,
    "k": office_calendar.press,
    "d": repair.press_dead,
    "i": inquiry.press,
    "v": bounces.press,
}
STAFF_COMMANDS: dict[str, Handler] = {
    **staff_commands.COMMANDS,
    **figures.COMMANDS,
    **office_calendar.COMMANDS,
    **queue.COMMANDS,
    **search.COMMANDS,
    **batches.COMMANDS,
    **report.COMMANDS,
    **repair.COMMANDS,
    **reasons.COMMANDS,
    **desk.COMMANDS,
}
# By the `prompt` of the message that is answered; every other reply is a word like any other.
REPLIES: dict[str, Callable[[Turn, Mapping[str, Any]], Awaitable[None]]] = {
    "refusal": refusal.reply,
    reopening.PROMPT: reopening.reply,
    reasons.PROMPT: reasons.reply,
    inquiry.PROMPT: inquiry.reply,
}
# With one bot for everybody, an officer's /start and /trogiup are a facility's in a private chat.
SHARED_COMMANDS = frozenset({"start", "help", "trogiup"})
LEAVING = frozenset({"huy", "cancel"})
LEAVING_ASIDE = frozenset({"cancel", "back"})


async def route(turn: Turn) -> None:
    """Handle one update and leave the conversation as it is to be saved."""
    audience, at_desk = _audience(turn), turn.conversation.desk is not None
    try:
        await audience(turn)
    except Problem as problem:
        await turn.tell(problem.text)
    if at_desk and audience in DESK_IN_PRIVATE and turn.conversation.desk is None:
        await asides.repeat(turn)  # it had to wait
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
    if turn.policy.staff_bot != turn.policy.public_bot:
        return _staff_private
    if incoming.what is What.TEXT and incoming.reply_to is not None:
        return _private_reply
    return _staff_private if _is_for_staff(turn) else _facility


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
        turn.conversation = replace(turn.conversation, draft=None, desk=None, aside=None)


async def _code_failed(turn: Turn) -> None:
    final = bool(turn.incoming.data["final"])
    aside = turn.conversation.aside
    if isinstance(aside, EmailRequest):
        await other_email.code_failed(turn, aside)
    draft = mail_code.sending_failed(
        turn.conversation.draft, turn.incoming.data["nonce"], final=final
    )
    if draft is not None:
        key = "code-failed" if mail_code.may_skip(draft) else "code-delayed"
        key = "code-refused" if turn.incoming.data.get("refused") else key
        await ask(turn, draft, text(key, email=draft.email or ""))


async def _unreachable(turn: Turn) -> None:
    turn.conversation = replace(turn.conversation, reachable=False)


async def _reachable(turn: Turn) -> None:
    if not turn.conversation.reachable:
        turn.conversation = replace(turn.conversation, reachable=True)
        await reached_again(turn.tx, turn.conversation.user, turn.policy, turn.now)


async def _account(turn: Turn) -> None:
    await _identify(turn)
    await account_entry.begin(turn)


async def _sheet(turn: Turn) -> None:
    await _identify(turn)
    await batches.was_read(turn)


async def _batch_on(turn: Turn) -> None:
    await _identify(turn)
    await batches.go_on(turn)


EVENTS: dict[str, Handler] = {
    "remind": _remind,
    "forget": _forget,
    "code-failed": _code_failed,
    "unreachable": _unreachable,
    "account": _account,
    EMAIL_WANTED: other_email.wanted,
    EMAIL_NO_LONGER: other_email.no_longer,
    INQUIRY: inquiry.wanted,
    SHEET: _sheet,
    batches.GO_ON: _batch_on,
}


async def _moved(turn: Turn) -> None:
    if turn.incoming.address.bot == turn.policy.staff_bot:
        await follow_group(turn.tx, turn.incoming.address, turn.incoming.text)


async def _joined(turn: Turn) -> None:
    """Say how to bind a group; in the one that is bound, hang what could not be hung meanwhile."""
    if turn.incoming.address.bot != turn.policy.staff_bot:
        return
    home = await staff_address(turn.tx, turn.policy)
    if home is None:
        await turn.say(text("bind-how"))
    elif home.lane == turn.incoming.address.lane:
        await hang_open_cards(turn.tx, home, mark=f"{turn.row_id}")


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
        known = command in STAFF_COMMANDS and command not in SHARED_COMMANDS
        return known or (command in LEAVING and turn.conversation.desk is not None)
    typed = incoming.what is What.TEXT
    return typed and isinstance(turn.conversation.desk, AccountPrompt)


async def _private_reply(turn: Turn) -> None:
    """An account is simply typed; the other questions to staff are answered by a reply.

    So is a question to the facility, whatever an officer is being asked.
    """
    asked = await _answered(turn)
    for_staff = asked is not None or (
        _is_for_staff(turn) and await inquiry.replied_to(turn) is None
    )
    await (_staff_private if for_staff else _facility)(turn)


async def _answered(turn: Turn) -> Mapping[str, Any] | None:
    """Find the question to staff that a text replies to."""
    incoming = turn.incoming
    if incoming.reply_to is None:
        return None
    sent = await turn.tx.outbox.find_sent(incoming.address, incoming.reply_to)
    return sent if sent is not None and sent.get("prompt") in REPLIES else None


async def _group(turn: Turn) -> None:
    handler = IN_GROUP.get(turn.incoming.what)
    if handler is not None:
        await _identify(turn)
        await handler(turn)


async def _group_command(turn: Turn) -> None:
    if turn.incoming.anonymous:
        await turn.say(text("staff-anonymous"), reply=True)
    else:
        await _staff_command(turn)


async def _staff_private(turn: Turn) -> None:
    await _identify(turn)
    if turn.conversation.desk is not None and not turn.actor.may(Right.DECIDE):
        await _end_prompt(turn)
    elif turn.actor.role is None:
        user = turn.incoming.user.removeprefix("tg:")
        await turn.tell(text("staff-only", user=user))
    else:
        await IN_PRIVATE.get(turn.incoming.what, staff_commands.help_)(turn)


DESK_IN_PRIVATE = (_staff_private, _private_reply)


async def _end_prompt(turn: Turn) -> None:
    """The right is gone, and with it whatever this person was being asked."""
    turn.conversation = replace(turn.conversation, desk=None)
    if turn.incoming.what is What.TEXT:
        await turn.delete(turn.incoming.message_id)
    raise NotAllowed


async def _staff_press(turn: Turn) -> None:
    action = read_action(turn.incoming.action)
    if action is None or action.subject not in STAFF_SUBJECTS:
        await turn.tell(text("button-old"))
        return
    try:
        await STAFF_SUBJECTS[action.subject](turn, action)
    except NotAllowed:
        await staff_commands.ask_to_add(turn)
        raise
    except Problem:
        await queue.follow(turn, action, in_vain=True)
        raise
    await queue.follow(turn, action)


async def _staff_command(turn: Turn) -> None:
    command = turn.incoming.command
    if command in LEAVING and turn.conversation.desk is not None:
        await account_entry.leave(turn)
    else:
        await STAFF_COMMANDS.get(command, staff_commands.help_)(turn)


async def _staff_text(turn: Turn) -> None:
    """Take an answer, or an account typed in private; keep passwords out of groups."""
    incoming, prompt = turn.incoming, turn.conversation.desk
    asked = await _answered(turn)
    if asked is not None:
        await REPLIES[asked["prompt"]](turn, asked)
    elif not incoming.private:
        await account_entry.keep_out(turn)
    elif isinstance(prompt, AccountPrompt):
        await account_entry.typed(turn, prompt)
    else:
        await staff_commands.help_(turn)


IN_GROUP: dict[What, Handler] = {
    What.PRESS: _staff_press,
    What.START: staff_commands.help_,
    What.COMMAND: _group_command,
    What.TEXT: _staff_text,
    What.FILE: batches.keep_out,
}
IN_PRIVATE: dict[What, Handler] = {
    What.PRESS: _staff_press,
    What.COMMAND: _staff_command,
    What.TEXT: _staff_text,
    What.FILE: batches.take_file,
}


async def _wrong_place(turn: Turn) -> None:
    if turn.incoming.what in (What.COMMAND, What.START):
        await turn.say(text("wrong-place"), reply=True)


# ── a facility ───────────────────────────────────────────────────────────────────────────────────


async def _facility(turn: Turn) -> None:
    if await _too_fast(turn):
        return
    await _reachable(turn)
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
    if verb in LEAVING_ASIDE and turn.conversation.aside is not None:
        await asides.leave(turn)
        return
    await (entry.idle(turn) if verb is None else entry.PLAIN[verb](turn))


async def _press(turn: Turn) -> None:
    action = read_action(turn.incoming.action)
    await (entry.old_button(turn) if action is None else _act(turn, action))


async def _act(turn: Turn, action: Action) -> None:
    draft = turn.conversation.draft
    if action.subject == "m":
        await entry.menu(turn, action)
    elif action.subject == "e":
        await other_email.press(turn, action)
    elif action.subject == "s" and draft is not None and action.args:
        await steps.choose(turn, draft, action)
    else:
        await entry.old_button(turn)


async def _text(turn: Turn) -> None:
    """Take what was typed as the answer to whatever was asked last."""
    aside = None if turn.conversation.is_at_desk(turn.now) else turn.conversation.aside
    number = await inquiry.replied_to(turn)
    if number is not None:
        await inquiry.take(turn, number)
    elif isinstance(aside, AnswerPrompt):
        await _inquiry(turn, aside)
    elif aside is not None:
        await _other_email(turn, aside)
    else:
        await _answer(turn)


async def _inquiry(turn: Turn, aside: AnswerPrompt) -> None:
    """What stands last on the screen decides what a word means: under the question, an answer."""
    if inquiry.is_shown_last(turn):
        await inquiry.take(turn, aside.inquiry)
        return
    action = inquiry.chosen_besides(turn)
    verb = spoken_verb(turn.incoming.text, names=False)
    if action is not None:
        await _act(turn, action)
    elif verb in LEAVING_ASIDE:
        await inquiry.leave(turn, aside.inquiry)
    elif verb is not None:
        await entry.PLAIN[verb](turn)
    else:
        await inquiry.take(turn, aside.inquiry)


async def _other_email(turn: Turn, aside: EmailRequest) -> None:
    action = asides.chosen_by_words(turn, aside)
    verb = spoken_verb(turn.incoming.text, names=False)
    if action is not None:
        await _act(turn, action)
    elif verb in LEAVING_ASIDE:
        await other_email.leave(turn)
    elif verb is not None:
        await entry.PLAIN[verb](turn)
    else:
        await other_email.take(turn, aside, turn.incoming.text)


async def _answer(turn: Turn) -> None:
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
    if turn.conversation.aside is not None:
        await asides.repeat(turn, text("only-text"))
    elif draft is None:
        await entry.idle(turn)
    else:
        await ask(turn, draft, text("only-text"))


async def _file(turn: Turn) -> None:
    """Where one bot serves both, a file from an officer is for the desk."""
    await _identify(turn)
    at_desk = turn.incoming.address.bot == turn.policy.staff_bot
    await (batches.take_file if at_desk and turn.actor.role else _unreadable)(turn)


NAMES = frozenset({Step.NAME, Step.PERSON})
FACILITY: dict[What, Handler] = {
    What.START: _start,
    What.COMMAND: _command,
    What.PRESS: _press,
    What.TEXT: _text,
    What.FILE: _file,
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
