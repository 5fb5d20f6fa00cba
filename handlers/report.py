"""/baocao: the registrations of a month as a spreadsheet, in the officer's private chat."""

from core.errors import Problem
from core.messages import text
from core.months import read_month
from core.people import Right
from core.text import clean
from core.usecases import report
from handlers.turn import Turn

TYPED_SHOWN = 40  # characters


async def send(turn: Turn) -> None:
    """Owe the report of the month that is named, of this one without a name."""
    turn.actor.require(Right.DECIDE)
    if not turn.incoming.private:
        raise Problem(text("report-in-private"))
    month = read_month(turn.incoming.text, turn.policy.today(turn.now))
    if month is None:
        raise Problem(text("report-how", typed=clean(turn.incoming.text, TYPED_SHOWN)))
    count = await report.request(turn.tx, turn.actor, month, turn.policy, turn.now)
    await turn.say(text("report-coming", month=f"{month}", count=count))
    address, locale = turn.incoming.address, turn.conversation.locale
    await turn.tx.outbox.put(report.owed(f"report:{turn.row_id}", address, locale, month))


COMMANDS = {"baocao": send, "report": send}
