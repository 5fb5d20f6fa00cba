"""What officers and leads type: the queue, the staff list, binding the group, help."""

from collections.abc import Awaitable, Callable
from hmac import compare_digest

from core.choices import Option, pick
from core.errors import Problem
from core.messages import text
from core.people import Right, Role
from core.text import clean
from core.usecases.card import open_button, queue_line
from core.usecases.members import add_member, remove_member
from core.usecases.staff_group import bind_group
from handlers.turn import Turn

QUEUE_LISTED = 20
ROLES = (
    Option(Role.LEAD, "trưởng nhóm", ("lead", "trưởng")),
    Option(Role.VIEWER, "người xem", ("viewer", "xem")),
    Option(Role.OFFICER, "cán bộ", ("officer",)),
)
REMOVE_WORDS = frozenset({"xóa", "xoá", "xoa", "remove"})


async def queue(turn: Turn) -> None:
    """List what waits, the nearest due day first, with a button to open each."""
    turn.actor.require(Right.VIEW)
    calendar = await turn.tx.calendar.load()
    waiting = await turn.tx.registrations.open_by_due(QUEUE_LISTED)
    if not waiting or calendar is None:
        await turn.say(text("queue-empty"))
        return
    today = turn.policy.today(turn.now)
    total = await turn.tx.registrations.count_open()
    lines = (
        queue_line(one, today, calendar.working_days_between(today, one.due)) for one in waiting
    )
    buttons = [open_button(one) for one in waiting]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    await turn.say(text("queue-title", count=total), *lines, choices=rows)


async def staff(turn: Turn) -> None:
    """Show the staff list, or add and remove: by id, or by replying to the person's message."""
    turn.actor.require(Right.VIEW)
    words = turn.incoming.text.split()
    if not words and turn.incoming.reply_user is None:
        await _list_staff(turn)
    elif words and words[0].lower() in REMOVE_WORDS:
        await _remove(turn, words[1:])
    else:
        await _add(turn, words)


async def bind(turn: Turn) -> None:
    """Make this group, and this topic of it, the staff desk; the code is the operator's."""
    given = turn.incoming.text.strip().upper()
    if turn.incoming.private:
        raise Problem(text("bind-in-group"))
    if not turn.tools.bind_code or not compare_digest(given, turn.tools.bind_code):
        raise Problem(text("bind-wrong-code"))
    await bind_group(turn.tx, turn.incoming.address, turn.actor, turn.now)
    await turn.say(text("bind-done"))


async def help_(turn: Turn) -> None:
    """Tell what the desk understands."""
    await turn.say(text("staff-help"))


COMMANDS: dict[str, Callable[[Turn], Awaitable[None]]] = {
    "choduyet": queue,
    "queue": queue,
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
        text("staff-line", name=one.name, role=text(f"staff-{one.role.value}"), user=one.user)
        for one in await turn.tx.staff.all()
    )
    await turn.say(text("staff-title"), *lines, text("staff-how"))


async def _add(turn: Turn, words: list[str]) -> None:
    user, name, rest = _who(turn, words)
    chosen = pick(" ".join(rest[-2:]), ROLES) or pick(" ".join(rest[-1:]), ROLES)
    role = Role(chosen.key) if chosen else Role.OFFICER
    await add_member(turn.tx, turn.actor, user, name, role, turn.now)
    await turn.say(text("staff-added", name=name, role=text(f"staff-{role.value}")))


async def _remove(turn: Turn, words: list[str]) -> None:
    user, name, _ = _who(turn, words)
    await remove_member(turn.tx, turn.actor, user, turn.now)
    await turn.say(text("staff-removed", name=name))


def _who(turn: Turn, words: list[str]) -> tuple[str, str, list[str]]:
    """Find whom a command is about: the author replied to, or the id typed first."""
    if turn.incoming.reply_user is not None:
        return turn.incoming.reply_user, turn.incoming.reply_name or "", words
    if not words or not words[0].isdecimal():
        raise Problem(text("staff-how"))
    user, rest = f"tg:{words[0]}", words[1:]
    name = clean(" ".join(word for word in rest if not pick(word, ROLES)), 64)
    return user, name or user, rest
