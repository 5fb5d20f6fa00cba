"""What officers and leads type: the queue, the staff list, binding the group, help."""

import re
from collections.abc import Awaitable, Callable
from hmac import compare_digest

from core.actions import Action
from core.errors import Problem
from core.messages import Choice, Kind, Message, Outgoing, Text, text
from core.people import Right, Role
from core.ports import Member
from core.text import clean, fold
from core.usecases import queue_card
from core.usecases.card import open_button, queue_line
from core.usecases.members import add_member, remove_member
from core.usecases.staff_group import bind_group, staff_address
from handlers.turn import Turn

QUEUE_LISTED = 20
NAME_LIMIT = 64  # characters, as of a name that a messenger gives
# Words for a role, folded. Whole words only: "trưởng" alone is also a name, Trường.
ROLES = {
    "truong nhom": Role.LEAD,
    "lead": Role.LEAD,
    "can bo": Role.OFFICER,
    "officer": Role.OFFICER,
    "nguoi xem": Role.VIEWER,
    "viewer": Role.VIEWER,
}
PAGE = re.compile(r"[1-9][0-9]{0,5}")
USER_ID = re.compile(r"[1-9][0-9]{0,15}")  # Telegram's are at most 52 bits
REMOVE_WORDS = frozenset({"xoa", "remove"})


async def queue(turn: Turn) -> None:
    """List a page of what waits, the nearest due day first, with a button to open each."""
    turn.actor.require(Right.VIEW)
    asked = PAGE.fullmatch(turn.incoming.text)
    page = int(asked[0]) if asked else 1
    skipped = (page - 1) * QUEUE_LISTED
    calendar = await turn.tx.calendar.load()
    waiting = await turn.tx.registrations.open_by_due(QUEUE_LISTED, skipped)
    if not waiting or calendar is None:
        await turn.say(text("queue-empty"))
        return
    today = turn.policy.today(turn.now)
    total = await turn.tx.registrations.count_open()
    left = total - skipped - len(waiting)
    more = (text("queue-more", count=left, page=page + 1),) if left > 0 else ()
    lines = (
        queue_line(one, today, calendar.working_days_between(today, one.due)) for one in waiting
    )
    buttons = [open_button(one) for one in waiting]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    await turn.say(text("queue-title", count=total), *lines, *more, choices=rows)


async def staff(turn: Turn) -> None:
    """Show the staff list, or add and remove: by id, or by replying to the person's message."""
    turn.actor.require(Right.VIEW)
    words = turn.incoming.text.split()
    if not words and turn.incoming.reply_user is None:
        await _list_staff(turn)
    elif words and fold(words[0]) in REMOVE_WORDS:
        await _remove(turn, words[1:])
    else:
        await _add(turn, words)


async def bind(turn: Turn) -> None:
    """Make this group, and this topic of it, the staff desk; the code is the operator's.

    The code was typed for all to see, so it opens the desk once only: as soon as there is a lead,
    it takes the code and a lead.
    """
    if turn.incoming.private:
        raise Problem(text("bind-in-group"))
    given, code = turn.incoming.text.strip().upper(), turn.tools.bind_code
    if not code or not compare_digest(given.encode(), code.encode()):
        raise Problem(text("bind-wrong-code"))
    if any(one.role is Role.LEAD for one in await turn.tx.staff.all()):
        turn.actor.require(Right.MANAGE)
    was = await staff_address(turn.tx, turn.policy)
    await bind_group(turn.tx, turn.incoming.address, turn.actor, turn.now)
    await queue_card.leave(turn.tx, was, turn.policy, turn.now)
    await turn.say(text("bind-done"))


async def ask_to_add(turn: Turn) -> None:
    """Ask the leads in the staff group, once a day, to add somebody who pressed there."""
    home = await staff_address(turn.tx, turn.policy)
    if turn.actor.role is not None or home is None or home.lane != turn.incoming.address.lane:
        return
    wire = Action("u", "add", (turn.actor.user.removeprefix("tg:"),))
    line = text("staff-ask-add", name=turn.actor.name)
    button = Choice(str(wire), text("button-add-member", name=turn.actor.name))
    await turn.tx.outbox.put(
        Outgoing(
            key=f"ask-add:{turn.actor.user}:{turn.policy.today(turn.now)}",
            kind=Kind.SAY,
            address=home,
            message=Message((line,), ((button,),)),
        )
    )


async def press_add(turn: Turn, action: Action) -> None:
    """Add, as an officer, the person whom the request is about."""
    turn.actor.require(Right.MANAGE)
    match action.verb, action.args:
        case "add", (number,) if USER_ID.fullmatch(number):
            user = f"tg:{number}"
        case _:
            raise Problem(text("button-old"))
    member = await add_member(
        turn.tx, turn.actor, user, await _known_name(turn, user), None, turn.now
    )
    await turn.say(_added(member))
    await turn.delete(turn.incoming.message_id)


async def help_(turn: Turn) -> None:
    """Tell what the desk understands."""
    await turn.say(text("staff-help"))


COMMANDS: dict[str, Callable[[Turn], Awaitable[None]]] = {
    "canbo": staff,
    "staff": staff,
    "ketnoi": bind,
    "bind": bind,
    "trogiup": help_,
    "help": help_,
    "start": help_,
}


async def _list_staff(turn: Turn) -> None:
    lines = (
        text(
            "staff-line",
            name=one.name.removeprefix("tg:"),
            role=text(f"staff-{one.role.value}"),
            user=one.user.removeprefix("tg:"),
        )
        for one in await turn.tx.staff.all()
    )
    how = (text("staff-how"),) if turn.actor.may(Right.MANAGE) else ()
    await turn.say(text("staff-title"), *lines, *how)


async def _add(turn: Turn, words: list[str]) -> None:
    user, name, rest = _who(turn, words)
    role, named = _role(rest)
    typed = clean(" ".join(named), NAME_LIMIT)
    name = name or typed or await _known_name(turn, user)
    await turn.say(_added(await add_member(turn.tx, turn.actor, user, name, role, turn.now)))


async def _remove(turn: Turn, words: list[str]) -> None:
    user, _, _ = _who(turn, words)
    gone = await remove_member(turn.tx, turn.actor, user, turn.now)
    await turn.say(text("staff-removed", name=gone.name.removeprefix("tg:")))


def _added(member: Member) -> Text:
    role = text(f"staff-{member.role.value}")
    return text("staff-added", name=member.name.removeprefix("tg:"), role=role)


async def _known_name(turn: Turn, user: str) -> str:
    """Give what a person called themselves when they last acted here; empty if they never did."""
    spoke = await turn.tx.conversations.get(f"{turn.incoming.address.lane}:{user}")
    return "" if spoke is None else spoke.name


def _who(turn: Turn, words: list[str]) -> tuple[str, str, list[str]]:
    """Find whom a command is about: the author replied to, or the id typed first."""
    if turn.incoming.reply_user is not None:
        return turn.incoming.reply_user, turn.incoming.reply_name or "", words
    number = words[0].removeprefix("tg:") if words else ""
    if not USER_ID.fullmatch(number):
        raise Problem(text("staff-how"))
    return f"tg:{number}", "", words[1:]


def _role(words: list[str]) -> tuple[Role | None, list[str]]:
    """Split a role off the end of what was typed: the role, if any, and the words before it."""
    for length in (2, 1):
        role = ROLES.get(fold(" ".join(words[-length:])))
        if role is not None:
            return role, words[:-length]
    return None, words
