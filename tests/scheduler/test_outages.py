"""A database that goes away between two steps of a round: nothing is sent twice, nobody waits."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.stage import Stage
from core.errors import Unavailable
from core.messages import Address, Message
from core.ports import Capabilities, Messenger, Store, Transaction
from scheduler.delivery import CAP_LOOK, LEASE, Deliverer, Outcome
from tests.handlers.actors import Player
from tests.handlers.cases import UNDO, hand_in_many, refuses
from tests.scheduler.test_crash import another
from tests.scheduler.test_deadly import heard, owe

THERE, AWAY, UNHEARD = "there", "away", "unheard"


class Fickle:
    """A store whose next transactions go as `script` says; afterwards it is there.

    AWAY: it cannot be opened. UNHEARD: it is committed, but the answer is lost.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.script: deque[str] = deque()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        turn = self.script.popleft() if self.script else THERE
        if turn == AWAY:
            raise Unavailable
        async with self.store.begin() as tx:
            yield tx
        if turn == UNHEARD:
            raise Unavailable

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        return self.store.read()


class Slow:
    """A messenger that says when it has `begun` and waits for `let_go` before it sends."""

    def __init__(self, messenger: Messenger) -> None:
        self.messenger = messenger
        self.capabilities: Capabilities = messenger.capabilities
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()

    async def send(self, address: Address, message: Message, locale: str) -> str:
        self.begun.set()
        await self.let_go.wait()
        return await self.messenger.send(address, message, locale)

    async def edit(self, address: Address, message_id: str, message: Message, locale: str) -> None:
        raise NotImplementedError

    async def delete(self, address: Address, message_id: str) -> None:
        raise NotImplementedError

    async def acknowledge(self, press_id: str, notice: str | None, *, alert: bool) -> None:
        raise NotImplementedError


def on_fickle(stage: Stage) -> tuple[Deliverer, deque[str]]:
    """A process whose database may go away, and what it does next."""
    process = another(stage, "fickle")
    process.store = store = Fickle(stage.app.store)
    return process, store.script


async def waiting(stage: Stage) -> int:
    async with stage.app.store.read() as tx:
        return (await tx.outbox.backlog())[0]


async def rests(process: Deliverer) -> None:
    while await process.chat_round() + await process.mail_round():
        pass


@pytest.mark.parametrize("outage", [AWAY, UNHEARD])
@pytest.mark.parametrize("rounds", [1, 2, 3])
async def test_what_was_said_while_the_database_went_away_is_said_once(
    stage: Stage, outage: str, rounds: int
) -> None:
    await owe(stage, [1, 2, 3])
    process, script = on_fickle(stage)
    script += [THERE, *[outage] * rounds]
    for _ in range(rounds):
        with pytest.raises(Unavailable):
            await process.chat_round()
    assert sorted(heard(stage)) == ["1", "2", "3"]

    stage.clock.shift(LEASE * 2)
    await rests(process)
    assert sorted(heard(stage)) == ["1", "2", "3"]
    assert await waiting(stage) == 0


async def test_a_claim_whose_commit_was_not_heard_of_keeps_nobody_waiting(stage: Stage) -> None:
    await owe(stage, [1, 2])
    process, script = on_fickle(stage)
    script += [UNHEARD]
    with pytest.raises(Unavailable):
        await process.chat_round()
    assert heard(stage) == []

    await rests(process)
    assert sorted(heard(stage)) == ["1", "2"]


async def test_a_mail_that_left_is_not_repeated_and_those_behind_it_do_not_wait(
    desk: Stage,
) -> None:
    officer = Player(desk, desk.officer, desk.group)
    cases = await hand_in_many(desk, 2)
    for case in cases:
        await refuses(officer, case)
    desk.clock.shift(UNDO)
    process, script = on_fickle(desk)
    script += [THERE, AWAY]
    with pytest.raises(Unavailable):
        await process.mail_round()
    assert sum(len(case.result_mails) for case in cases) == 1

    await rests(process)
    assert [len(case.result_mails) for case in cases] == [1, 1]
    assert [(await case.events()).count("result-mailed") for case in cases] == [1, 1]


async def test_a_stop_while_the_database_is_away_still_ends_what_is_under_way(
    stage: Stage,
) -> None:
    await owe(stage, [1])
    process, script = on_fickle(stage)
    slow = Slow(process.messengers["public"])
    process.messengers = {"public": slow}
    round_ = asyncio.create_task(process.chat_round())
    await slow.begun.wait()
    sending = list(process._sending.values())
    round_.cancel()
    slow.let_go.set()
    script += [AWAY]
    with pytest.raises(Unavailable):
        await process.finish(5)

    assert all(task.done() for task in sending)
    assert process._sending == {}


async def test_what_takes_longer_than_its_lease_is_not_begun_again_by_the_same_process(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.delivery.LINGER", 0.0)
    await owe(stage, [1])
    process = another(stage, "slow")
    slow = Slow(process.messengers["public"])
    process.messengers = {"public": slow}
    await process.chat_round()
    stage.clock.shift(LEASE)
    await process.chat_round()
    slow.let_go.set()
    await process.finish(5)

    assert heard(stage) == ["1"]
    assert await waiting(stage) == 0


async def test_an_outcome_that_cannot_be_recorded_holds_up_no_other_and_is_not_sent_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await owe(stage, [1, 2, 3])
    after_sent = Deliverer._after_sent

    async def breaks(self: Deliverer, tx: Transaction, outcome: Outcome, *rest: object) -> None:
        if outcome.row.outgoing.key == "m2":
            raise RuntimeError("a defect")
        await after_sent(self, tx, outcome, stage.clock.now())

    monkeypatch.setattr(Deliverer, "_after_sent", breaks)
    process = another(stage, "defective")
    with capture_logs() as lines:
        await rests(process)
        stage.clock.shift(LEASE * 2)
        await rests(process)

    assert sorted(heard(stage)) == ["1", "2", "3"]
    assert await waiting(stage) == 0
    told = [line["key"] for line in lines if line["event"] == "outcome_without_consequences"]
    assert told == ["m2"]


async def test_a_failure_that_cannot_be_recorded_is_put_off_and_counted(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await owe(stage, [1])
    stage.sandbox.faults.fail(500, method="sendMessage")

    async def breaks(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(Deliverer, "_after_failure", breaks)
    process = another(stage, "defective")
    await rests(process)
    assert await waiting(stage) == 0

    stage.clock.shift(timedelta(minutes=5))
    async with stage.app.store.begin() as tx:
        now = stage.clock.now()
        (row,) = await tx.outbox.claim("other", now, now + LEASE, 9, mail=False)
    assert row.attempts == 2


async def test_a_raised_cap_lets_waiting_mails_go_within_the_hour(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.group)
    cases = await hand_in_many(desk, 2)
    for case in cases:
        await refuses(officer, case)
    desk.clock.shift(UNDO)
    process = another(desk, "capped")
    process.policy = replace(process.policy, mail_daily_cap=1)
    await rests(process)
    assert sum(len(case.result_mails) for case in cases) == 1

    process.policy = replace(process.policy, mail_daily_cap=2)
    desk.clock.shift(CAP_LOOK)
    await rests(process)
    assert [len(case.result_mails) for case in cases] == [1, 1]


async def test_a_process_that_is_not_sure_of_the_others_takes_nothing_on(stage: Stage) -> None:
    await owe(stage, [1])
    process = another(stage, "unsure")
    process.sure = lambda: False
    assert await process.chat_round() + await process.mail_round() == 0
    assert heard(stage) == []

    process.sure = lambda: True
    await rests(process)
    assert heard(stage) == ["1"]
