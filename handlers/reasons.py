"""/lydo: the reasons for a refusal; leads add, word, move and retire them."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.actions import Action
from core.errors import Problem
from core.messages import Choice, Text, text
from core.people import Right
from core.reasons import Reason, headline, in_use
from core.usecases.reasons import (
    add_reason,
    find_reason,
    move_reason,
    restore_reason,
    retire_reason,
    reword_reason,
)
from handlers.replies import asking, leave_prompt, require_mine
from handlers.turn import Turn

PROMPT = "wording"
IN_A_ROW = 6
RETIRED_SHOWN = 8
RETIRED_LENGTH = 40  # characters; with all in use at full length, one message holds the list

Rows = Sequence[Sequence[Choice]]


async def show(turn: Turn) -> None:
    """Show the list; to leads with what they can do."""
    turn.actor.require(Right.VIEW)
    await _list(turn, await turn.tx.reasons.all())


async def press(turn: Turn, action: Action) -> None:
    """Show the list or one reason, change it, or ask for its wording."""
    turn.actor.require(Right.MANAGE)
    tx, actor, now = turn.tx, turn.actor, turn.now
    message = turn.incoming.message_id
    match action.verb, action.args:
        case "list", ():
            await _list(turn, await tx.reasons.all(), instead=message)
        case "open", (code,):
            await _open(turn, code)
        case "add", ():
            await _ask_wording(turn, "")
        case "word", (code,):
            await _ask_wording(turn, code)
        case "cancel", ():
            await leave_prompt(turn, PROMPT, "reasons-unchanged")
        case ("up" | "down") as way, (code, start) if start.isascii() and start.isdigit():
            await move_reason(tx, actor, code, int(start), -1 if way == "up" else 1, now)
            await _open(turn, code)
        case "retire", (code,):
            await retire_reason(tx, actor, code, now)
            await _list(turn, await tx.reasons.all(), text("reason-retired"), instead=message)
        case "restore", (code,):
            await restore_reason(tx, actor, code, now)
            await _list(turn, await tx.reasons.all(), text("reason-restored"), instead=message)
        case _:
            raise Problem(text("button-old"))


async def reply(turn: Turn, asked: Mapping[str, Any]) -> None:
    """Take the wording of a new reason, or of one there is; after a bad one ask again."""
    turn.actor.require(Right.MANAGE)
    require_mine(turn, asked)
    code, typed = asked["code"], turn.incoming.text
    try:
        if code:
            await reword_reason(turn.tx, turn.actor, code, typed, turn.now)
        else:
            await add_reason(turn.tx, turn.actor, typed, turn.now)
    except Problem as problem:
        await _ask_wording(turn, code, problem.text)
    else:
        note = text("reason-reworded" if code else "reason-added", name=turn.actor.name)
        await _list(turn, await turn.tx.reasons.all(), note)
    await turn.delete(turn.incoming.reply_to)


async def _list(
    turn: Turn, reasons: Sequence[Reason], *notes: Text, instead: str | None = None
) -> None:
    listed, retired = in_use(reasons), [one for one in reasons if one.retired_at is not None]
    lead = turn.actor.may(Right.MANAGE)
    shown = sorted(retired, key=lambda one: str(one.retired_at), reverse=True)[:RETIRED_SHOWN]
    shown = shown if lead else []
    numbered = list(enumerate([*listed, *shown], 1))
    lines = (
        text("reason-numbered", n=n, reason=one.vi)
        if one.retired_at is None
        else text("reason-off", n=n, reason=headline(one.vi, RETIRED_LENGTH))
        for n, one in numbered
    )
    numbers = [_button("open", "button-number", one.code, n=n) for n, one in numbered]
    rows = [numbers[start : start + IN_A_ROW] for start in range(0, len(numbers), IN_A_ROW)]
    choices = [*rows, [_button("add", "button-reason-add")]]
    how = (text("reasons-how"),) if lead else ()
    await turn.say(
        *notes,
        text("reasons-title"),
        *how,
        *lines,
        choices=choices if lead else (),
        instead=instead,
    )


async def _open(turn: Turn, code: str) -> None:
    reasons = await turn.tx.reasons.all()
    one, codes = find_reason(reasons, code), [one.code for one in in_use(reasons)]
    lines = [text("reason-value", reason=one.vi)]
    if one.en is not None:
        lines.append(text("reason-english", wording=one.en))
    if one.retired_at is not None:
        lines.append(text("reason-is-off"))
        rows = [[_button("restore", "button-reason-restore", code)]]
    else:
        place = codes.index(code) + 1
        rows = [
            [_button("word", "button-reason-word", code)],
            _moves(code, place, len(codes)),
            [_button("retire", "button-reason-retire", code)],
        ]
    rows.append([_button("list", "button-reasons-list")])
    await turn.say(*lines, choices=rows, instead=turn.incoming.message_id)


def _moves(code: str, place: int, last: int) -> list[Choice]:
    ways = (*(("up",) if place > 1 else ()), *(("down",) if place < last else ()))
    return [_button(way, f"button-reason-{way}", code, f"{place}") for way in ways]


async def _ask_wording(turn: Turn, code: str, *notes: Text) -> None:
    quoted: tuple[Text, ...] = ()
    if code:
        found = find_reason(await turn.tx.reasons.all(), code)
        quoted = (text("reason-value", reason=found.vi),)
    await turn.say(
        *notes,
        text("reason-word-ask" if code else "reason-add-ask", name=turn.actor.name),
        *quoted,
        text("reason-word-how"),
        choices=([_button("cancel", "button-cancel")],),
        context=asking(turn, PROMPT, code=code),
    )


def _button(verb: str, label: str, *args: str, **values: int) -> Choice:
    return Choice(str(Action("l", verb, args)), text(label, **values))


COMMANDS = {"lydo": show, "reasons": show}
