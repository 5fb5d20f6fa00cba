"""Accounts in bulk: a spreadsheet goes out with /xuat, and comes back filled in.

In the officer's private chat with the desk's bot and nowhere else: what comes back has passwords.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from core.actions import Action, read_number
from core.errors import NotAllowed, Problem
from core.events import event
from core.messages import Choice, Text, text
from core.people import Right
from core.text import fold
from core.usecases import batches
from core.usecases.batches import TO_DO, Finding, Found, Line, Run
from core.usecases.spreadsheets import LARGEST, document, fetch
from handlers import register
from handlers.turn import Turn

LISTED = 40  # rows with something to mend, named one by one
ROWS_NAMED = 30  # stretches of rows that are right
RELEASE_WORDS = frozenset({"tra", "release"})
GO_ON = "batch-on"  # the event between two stretches of rows
NUMBER = re.compile(r"[1-9][0-9]{0,9}")
OURS = re.compile(r"KNLT-lo-[0-9]+.*", re.IGNORECASE)  # what a batch is called, and its copies


async def export(turn: Turn) -> None:
    """Send what waits for an account as a spreadsheet, or let a batch go: /xuat trả SỐ."""
    turn.actor.require(Right.DECIDE)
    if not turn.incoming.private:
        raise Problem(text("batch-in-private"))
    words = turn.incoming.text.split()
    if words and fold(words[0]) in RELEASE_WORDS:
        await _release(turn, words[1:])
        return
    exported = await batches.export(turn.tx, turn.actor, turn.now)
    if exported is None:
        await turn.say(text("batch-none"))
        return
    batch, count = exported
    address, locale = turn.incoming.address, turn.conversation.locale
    await turn.tx.outbox.put(document(f"batch:{batch.number}", address, locale, batch.number))
    button = Choice(_wire("release", f"{batch.number:x}"), text("button-release-batch"))
    await turn.say(text("batch-exported", number=batch.number, count=count), choices=((button,),))


async def take_file(turn: Turn) -> None:
    """Have a file read; what it says comes back as an event of this conversation."""
    turn.actor.require(Right.DECIDE)
    incoming = turn.incoming
    if (incoming.file_size or 0) > LARGEST:
        await turn.delete(incoming.message_id)
        raise Problem(text("sheet-too-big"))
    await turn.tx.outbox.put(
        fetch(
            f"fetch:{turn.row_id}",
            turn.conversation.key,
            incoming.address,
            incoming.file_id or "",
            incoming.message_id or "",
        )
    )
    await turn.say(text("sheet-reading"))


async def keep_out(turn: Turn) -> None:
    """Take down a batch that was sent to the group: it may have passwords (rule 8)."""
    if turn.actor.may(Right.DECIDE) and OURS.fullmatch(turn.incoming.file_name or ""):
        await turn.delete(turn.incoming.message_id)
        await turn.say(text("batch-not-here", name=turn.actor.name))


async def was_read(turn: Turn) -> None:
    """Show what a file would do. Whatever may hold passwords is taken down in the chat."""
    data = turn.incoming.data
    await turn.tx.uploads.delete(turn.conversation.key)
    if "register" in data:
        await register.was_read(turn)
        return
    await turn.delete(data["message"])
    if "problem" in data:
        raise Problem(Text(data["problem"], data["args"]))
    lines = [Line(**each) for each in data["batch"]]
    found = await batches.look(turn.tx, turn.actor, lines)
    to_do = tuple(line for line, one in zip(lines, found, strict=True) if one.finding in TO_DO)
    mark = str(data["mark"])
    if to_do:
        key, vault = turn.conversation.key, turn.tools.vault
        await batches.keep(turn.tx, key, mark, Run(to_do), vault, turn.now)
    choices = (
        (Choice(_wire("confirm", mark), text("button-confirm-batch", count=len(to_do))),),
        (Choice(_wire("cancel", mark), text("button-cancel")),),
    )
    await turn.say(*_report(found), choices=choices if to_do else ())


async def press(turn: Turn, action: Action) -> None:
    """Release a batch, or confirm or cancel what was sent in."""
    turn.actor.require(Right.DECIDE)
    handler = ON_UPLOAD.get(action.verb)
    number = read_number(action.args[0]) if len(action.args) == 1 else None
    if number is None or not turn.incoming.private:
        await turn.tell(text("button-old"))
    elif action.verb == "release":
        await batches.release(turn.tx, turn.actor, number, turn.now)
        await turn.say(text("batch-released", number=number))
    elif handler is not None:
        await handler(turn, action.args[0])
    else:
        await turn.tell(text("button-old"))


async def go_on(turn: Turn) -> None:
    """Carry out the next rows of what was confirmed; without the right nothing is kept either."""
    if not turn.actor.may(Right.DECIDE):
        await turn.tx.uploads.delete(turn.conversation.key)
        raise NotAllowed
    mark = str(turn.incoming.data["mark"])
    await _carry_out(turn, mark, await _kept(turn, mark))


async def _release(turn: Turn, words: Sequence[str]) -> None:
    if len(words) != 1 or not NUMBER.fullmatch(words[0]):
        raise Problem(text("batch-release-how"))
    await batches.release(turn.tx, turn.actor, int(words[0]), turn.now)
    await turn.say(text("batch-released", number=int(words[0])))


async def _confirm(turn: Turn, mark: str) -> None:
    run = await _kept(turn, mark)
    if run.confirmed:
        raise Problem(text("batch-running"))
    await turn.delete(turn.incoming.message_id)
    await _carry_out(turn, mark, replace(run, confirmed=True))


async def _cancel(turn: Turn, mark: str) -> None:
    run = await _kept(turn, mark)
    if run.confirmed:
        raise Problem(text("batch-running"))
    await turn.tx.uploads.delete(turn.conversation.key)
    await turn.delete(turn.incoming.message_id)
    await turn.say(text("batch-cancelled"))


ON_UPLOAD: dict[str, Callable[[Turn, str], Awaitable[None]]] = {
    "confirm": _confirm,
    "cancel": _cancel,
}


async def _kept(turn: Turn, mark: str) -> Run:
    key, vault = turn.conversation.key, turn.tools.vault
    return await batches.kept(turn.tx, key, mark, vault, turn.now)


async def _carry_out(turn: Turn, mark: str, run: Run) -> None:
    """Do some rows now, and tell the conversation to go on with the rest after others' turns."""
    tx, key, vault = turn.tx, turn.conversation.key, turn.tools.vault
    run = await batches.carry_out(tx, turn.actor, run, vault, turn.policy, turn.now)
    if run.lines:
        await batches.keep(tx, key, mark, run, vault, turn.now)
        left = f"{mark}:{len(run.lines)}"
        await tx.inbox.put([event(key, GO_ON, left, mark=mark)], turn.now)
        return
    await tx.uploads.delete(key)
    done = text("batch-done", issued=run.issued, refused=run.refused, skipped=len(run.skipped))
    await turn.say(done, *_named(run.skipped))


# ── what is said of the rows ─────────────────────────────────────────────────────────────────────


def _report(found: Sequence[Found]) -> list[Text]:
    to_mend = [one for one in found if one.finding not in TO_DO | {Finding.EMPTY}]
    empty = sum(one.finding is Finding.EMPTY for one in found)
    ready = len(found) - empty - len(to_mend)
    lines = [text("batch-report", rows=len(found), empty=empty, mend=len(to_mend), ready=ready)]
    for finding in (Finding.ISSUE, Finding.REFUSE):
        rows = [one.number for one in found if one.finding is finding]
        if rows:
            key = f"batch-rows-{finding.value}"
            lines.append(text(key, count=len(rows), rows=_stretches(rows)))
    return [*lines, *_named(to_mend)]


def _named(found: Sequence[Found]) -> list[Text]:
    lines = [
        text(
            "batch-row",
            row=one.number,
            reference=one.reference,
            why=text(f"finding-{one.finding.value}"),
        )
        for one in found[:LISTED]
    ]
    more = len(found) - LISTED
    return [*lines, text("batch-more", count=more)] if more > 0 else lines


def _stretches(rows: Sequence[int]) -> str:
    """Write row numbers in order as people do: 2–5, 9."""
    starts = [rows[0], *(after for before, after in pairwise(rows) if after != before + 1)]
    ends = [*(before for before, after in pairwise(rows) if after != before + 1), rows[-1]]
    written = [
        f"{start}" if start == end else f"{start}–{end}"
        for start, end in zip(starts, ends, strict=True)
    ]
    return ", ".join(written[:ROWS_NAMED]) + ("…" if len(written) > ROWS_NAMED else "")


def _wire(verb: str, number: str) -> str:
    return str(Action("b", verb, (number,)))


COMMANDS: dict[str, Callable[[Turn], Awaitable[None]]] = {"xuat": export, "export": export}
