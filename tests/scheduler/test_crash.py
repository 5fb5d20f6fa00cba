"""Deliverers that die between two steps: at least once, at most twice, never by two at once."""

from datetime import datetime, time, timedelta

from bot.stage import Stage
from core.limits import UNLIMITED
from core.ports import Fault, OutboxRow, SendFailed
from scheduler.delivery import LEASE, Deliverer, Outcome
from tests.handlers.actors import EMAIL, Player
from tests.handlers.cases import UNDO, Case, enters_account, hands_in, refuses


def another(stage: Stage, owner: str) -> Deliverer:
    """A process of its own on the same database."""
    app = stage.app
    return Deliverer(
        app.store,
        app.clock,
        app.deliverer.messengers,
        app.deliverer.postbox,
        app.vault,
        app.policy,
        owner,
        UNLIMITED,
    )


async def refused(stage: Stage) -> Case:
    """A refusal whose mail may leave now."""
    officer = Player(stage, stage.officer, stage.group)
    case = await hands_in(stage)
    await refuses(officer, case)
    stage.clock.shift(UNDO)
    return case


async def claims(deliverer: Deliverer) -> list[OutboxRow]:
    now = deliverer.clock.now()
    async with deliverer.store.begin() as tx:
        return await tx.outbox.claim(deliverer.owner, now, now + LEASE, 4, mail=True)


async def test_rule_10_a_crash_between_claim_and_send_delays_a_mail_by_its_lease(
    desk: Stage,
) -> None:
    case = await refused(desk)
    assert len(await claims(another(desk, "dies"))) == 1

    await desk.moves(LEASE - timedelta(seconds=1))
    assert case.result_mails == []
    await desk.moves(timedelta(seconds=1))
    assert len(case.result_mails) == 1
    await desk.moves(timedelta(days=1))
    assert len(case.result_mails) == 1


async def test_rule_10_a_crash_between_send_and_record_repeats_the_same_mail_once(
    desk: Stage, director: Player
) -> None:
    """With the same Message-ID, so that most mailboxes show one."""
    case = await refused(desk)
    dying = another(desk, "dies")
    (row,) = await claims(dying)
    outcome = await dying._mail(row)
    assert outcome.failure is None
    assert len(case.result_mails) == 1
    director.hears_nothing()

    await desk.moves(LEASE)
    await desk.moves(timedelta(days=1))
    first, second = desk.mails_to(EMAIL)
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert director.transcript.count("chưa được cấp tài khoản") == 1
    assert (await case.events()).count("result-mailed") == 1


async def test_a_deliverer_that_wakes_up_late_records_nothing_twice(desk: Stage) -> None:
    """Its lease has passed and another one has finished the work."""
    case = await refused(desk)
    slow = another(desk, "slow")
    (row,) = await claims(slow)
    await desk.moves(LEASE)
    events = await case.events()
    await slow._record([Outcome(row, message_id=None)])
    await desk.settle()

    assert await case.events() == events


async def test_a_deliverer_that_fails_late_takes_nothing_back(desk: Stage) -> None:
    case = await refused(desk)
    slow = another(desk, "slow")
    (row,) = await claims(slow)
    await desk.moves(LEASE)
    await slow._record([Outcome(row, failure=SendFailed(Fault.INVALID, "550"))])

    stored = await case.stored()
    assert (stored.result_failed, stored.result_at is not None) == (False, True)


async def test_an_account_that_may_have_left_with_a_dead_process_is_not_taken_back(
    desk: Stage,
) -> None:
    """Nobody knows whether it did: its next sender settles it, and only then the term passes."""
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    overdue = datetime.combine((await case.stored()).due + timedelta(days=1), time(9))
    desk.clock.set(overdue.replace(tzinfo=desk.app.policy.tz))
    dying = another(desk, "dies")
    (row,) = await claims(dying)
    await dying._mail(row)
    desk.clock.shift(LEASE)
    await desk.app.ticker.sweep()
    assert (await case.stored()).status == "approved"

    await desk.settle()
    await desk.moves(timedelta(minutes=1))
    assert (await case.stored()).status == "issued"
    first, second = desk.mails_to(EMAIL)
    assert first.message["Message-ID"] == second.message["Message-ID"]


async def test_while_one_sends_another_leaves_it_alone(desk: Stage) -> None:
    await refused(desk)
    one, two = another(desk, "one"), another(desk, "two")

    assert (len(await claims(one)), len(await claims(two))) == (1, 0)
