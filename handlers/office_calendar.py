"""The working calendar by chat: /lich shows the coming days; leads change one at a time.

/lich nghỉ 27/04/2027 lý do · /lich làm 24/04/2027 · /lich bỏ 27/04/2027
"""

from datetime import date, datetime

from core.actions import Action
from core.errors import Problem
from core.messages import Choice, Text, text
from core.people import Right
from core.text import clean, fold
from core.usecases.office_calendar import Change, Edit, change_calendar, impact
from handlers.turn import Turn

SHOWN = 20
NOTE_LIMIT = 100  # characters
WORDS = {
    "nghi": Change.CLOSE,
    "close": Change.CLOSE,
    "lam": Change.WORK,
    "work": Change.WORK,
    "bo": Change.DROP,
    "drop": Change.DROP,
}


async def calendar(turn: Turn) -> None:
    """Show the coming special days, or preview a change of one."""
    turn.actor.require(Right.VIEW)
    words = turn.incoming.text.split()
    await (_preview(turn, words) if words else _show(turn))


async def press(turn: Turn, action: Action) -> None:
    """Carry out the change that this message previews, or leave it."""
    turn.actor.require(Right.MANAGE)
    sent = await turn.tx.outbox.find_sent(turn.incoming.address, turn.incoming.message_id or "")
    if sent is None or "calendar" not in sent or action.verb not in ("keep", "extend", "cancel"):
        raise Problem(text("button-old"))
    if action.verb == "cancel":
        await turn.tell(text("calendar-cancelled"), alert=False)
    else:
        day, change, note = sent["calendar"]
        edit = Edit(date.fromisoformat(day), Change(change), note)
        moved = await change_calendar(
            turn.tx,
            turn.actor,
            edit,
            turn.policy,
            turn.now,
            extend=action.verb == "extend",
        )
        done = text("calendar-changed", change=_worded(edit), name=turn.actor.name, count=moved)
        await turn.say(done)
    await turn.delete(turn.incoming.message_id)


async def _show(turn: Turn) -> None:
    working = await turn.tx.calendar.load()
    if working is None:
        raise LookupError("the database holds no calendar")
    today = turn.policy.today(turn.now)
    coming = [one for one in await turn.tx.calendar.days() if one.day >= today]
    lines = (
        text(
            "calendar-worked" if one.worked else "calendar-closed",
            day=one.day,
            note=one.note or "",
        )
        for one in coming[:SHOWN]
    )
    known = text("calendar-known", day=working.known_until)
    how = (text("calendar-how"),) if turn.actor.may(Right.MANAGE) else ()
    await turn.say(text("calendar-title"), *lines, known, *how)


async def _preview(turn: Turn, words: list[str]) -> None:
    turn.actor.require(Right.MANAGE)
    edit = _read(words)
    touched = await impact(turn.tx, turn.actor, edit, turn.policy, turn.now)
    lines = [
        text("calendar-preview", change=_worded(edit)),
        text("calendar-later", count=touched.later, total=touched.total, days=touched.days),
    ]
    if touched.sooner:
        lines.append(text("calendar-sooner", count=touched.sooner))
    rows = [(Choice(str(Action("k", "keep")), text("button-calendar-keep")),)]
    if touched.later:
        rows.append((Choice(str(Action("k", "extend")), text("button-calendar-extend")),))
    rows.append((Choice(str(Action("k", "cancel")), text("button-cancel")),))
    context = {"calendar": [edit.day.isoformat(), edit.change.value, edit.note]}
    await turn.say(*lines, choices=rows, context=context)


def _read(words: list[str]) -> Edit:
    change = WORDS.get(fold(words[0]))
    try:
        day = datetime.strptime(words[1], "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
    except (IndexError, ValueError):
        raise Problem(text("calendar-how")) from None
    if change is None:
        raise Problem(text("calendar-how"))
    return Edit(day, change, clean(" ".join(words[2:]), NOTE_LIMIT))


def _worded(edit: Edit) -> Text:
    return text(f"calendar-{edit.change.value}", day=edit.day, note=edit.note)


COMMANDS = {"lich": calendar, "calendar": calendar}
