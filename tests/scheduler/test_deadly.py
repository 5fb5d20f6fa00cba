"""A kill is no failure of what was being sent; but what kills its sender each time is given up."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import pytest

from bot.stage import Stage, staging
from core.limits import UNLIMITED
from core.messages import MAIL, Address, Kind, Message, Outgoing, text
from core.ports import Capabilities, Messenger, OutboxRow
from scheduler.delivery import CODE_PAUSE, DEADLY, LEASE, SUSPECT, Deliverer
from scheduler.presence import LIFE
from storage.engine import DatabaseUnavailable
from storage.outbox import SqlOutbox
from tests.handlers.actors import EMAIL, Player
from tests.handlers.conftest import MONDAY

POISON = "666"


class Killed(BaseException):
    """The process is no more."""


class Deadly:
    """A messenger that ends its process when it sends a certain text."""

    def __init__(self, messenger: Messenger) -> None:
        self.messenger = messenger
        self.capabilities: Capabilities = messenger.capabilities

    async def send(self, address: Address, message: Message, locale: str) -> str:
        if message.lines[0].args.get("n") == int(POISON):
            raise Killed
        return await self.messenger.send(address, message, locale)

    async def edit(self, address: Address, message_id: str, message: Message, locale: str) -> None:
        await self.messenger.edit(address, message_id, message, locale)

    async def delete(self, address: Address, message_id: str) -> None:
        await self.messenger.delete(address, message_id)

    async def acknowledge(self, press_id: str, notice: str | None, *, alert: bool) -> None:
        await self.messenger.acknowledge(press_id, notice, alert=alert)


async def process(stage: Stage, owner: str) -> Deliverer:
    app = stage.app
    async with app.store.begin() as tx:
        now = app.clock.now()
        await tx.processes.beat(owner, now, now + LIFE, delivers=True)
    return Deliverer(
        app.store,
        app.clock,
        {name: Deadly(each) for name, each in app.deliverer.messengers.items()},
        app.postbox,
        app.vault,
        app.policy,
        owner,
        UNLIMITED,
    )


async def runs(process: Deliverer) -> bool:
    """Work until there is nothing to do; False if the process died of it."""
    try:
        while await process.chat_round() + await process.mail_round():
            pass
    except Killed:
        return False
    finally:
        for sending in process._sending.values():
            sending.cancel()
        await asyncio.gather(*process._sending.values(), return_exceptions=True)
    return True


async def owe(stage: Stage, numbers: list[int]) -> list[str]:
    """One message to each of so many people; return their chats."""
    chats = []
    async with stage.app.store.begin() as tx:
        for n in numbers:
            person = stage.sandbox.world.person(f"Người {n}")
            stage.sandbox.world.private(stage.bot, person).may_write = True
            chats.append(f"{person.id}")
            line = text("button-number", n=n)
            address = Address("public", chats[-1])
            await tx.outbox.put(Outgoing(f"m{n}", Kind.SAY, address, message=Message((line,))))
    return chats


def heard(stage: Stage) -> list[str]:
    return [call.parameters["text"] for call in stage.bot.called("sendMessage")]


async def test_what_kills_its_sender_each_time_is_given_up_and_takes_nobody_with_it(
    stage: Stage,
) -> None:
    numbers = [*range(1, 20), int(POISON), *range(20, 40)]
    await owe(stage, numbers)
    deaths = 0
    while not await runs(await process(stage, f"p{deaths}")):
        deaths += 1
        stage.clock.shift(LEASE)

    assert deaths == DEADLY
    assert {f"{n}" for n in numbers} - set(heard(stage)) == {POISON}
    async with stage.app.store.read() as tx:
        assert await tx.outbox.failures(stage.clock.now() - timedelta(days=1)) == 1


async def test_a_row_that_was_only_there_goes_out_after_any_number_of_kills(
    stage: Stage,
) -> None:
    """More kills than a message has attempts; none of them was its own."""
    await owe(stage, [1, 2, 3])
    for n in range(SUSPECT + 1):
        assert await (await process(stage, f"p{n}"))._claim(64, mail=False)
        stage.clock.shift(LEASE)

    assert await runs(await process(stage, "lives"))
    assert sorted(heard(stage)) == ["1", "2", "3"]


async def test_a_kill_counts_for_no_attempt_at_a_code(stage: Stage, director: Player) -> None:
    """A code is worth two attempts, and both are to be real ones."""
    await director.reaches_email()
    director.person.types(EMAIL, in_=director.place)
    await stage.pollers[0].poll_once()
    await stage.app.worker.run_once()
    assert len(await (await process(stage, "killed"))._claim(4, mail=True)) == 1
    stage.clock.shift(LEASE)
    await stage.sandbox.mail_server.stop()
    assert await runs(await process(stage, "refused"))
    await stage.sandbox.mail_server.start()
    await stage.moves(timedelta(seconds=CODE_PAUSE))

    assert len(stage.mails_to(EMAIL)) == 1


async def test_a_suspect_is_claimed_alone(stage: Stage) -> None:
    await owe(stage, [1, 2, 3])
    for n in range(SUSPECT):
        assert len(await (await process(stage, f"p{n}"))._claim(64, mail=False)) == 3
        stage.clock.shift(LEASE)
    await owe(stage, [4])
    suspicious = await process(stage, "suspicious")

    first = await suspicious._claim(64, mail=False)
    second = await suspicious._claim(64, mail=False)
    stage.clock.shift(timedelta(seconds=1))
    elsewhere = await (await process(stage, "elsewhere"))._claim(64, mail=False)

    assert [row.outgoing.key for row in first] == ["m1"]
    assert [row.outgoing.key for row in second] == ["m4"]
    assert [row.outgoing.key for row in elsewhere] == ["m2"]


async def test_one_suspect_is_in_hand_though_both_loops_look_at_once(
    folder: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a server the loops' transactions overlap, and each sees a suspect of its own kind."""
    both, claim = asyncio.Barrier(2), SqlOutbox.claim

    async def claims_beside_another(*args: Any, **more: Any) -> list[OutboxRow]:
        rows = await claim(*args, **more)
        await both.wait()
        return rows

    async with staging(folder, MONDAY, own_desk=False, database_url=postgres_url) as stage:
        await owe(stage, [1])
        async with stage.app.store.begin() as tx:
            letter = Outgoing("letter", Kind.MAIL, Address(MAIL, EMAIL), context={"mail": "code"})
            await tx.outbox.put(letter)
        for n in range(SUSPECT):
            killed = await process(stage, f"p{n}")
            assert await killed._claim(64, mail=False)
            assert await killed._claim(4, mail=True)
            stage.clock.shift(LEASE)
        monkeypatch.setattr(SqlOutbox, "claim", claims_beside_another)
        lives = await process(stage, "lives")
        taken = await asyncio.gather(lives._claim(64, mail=False), lives._claim(4, mail=True))

    assert sum(map(len, taken)) == 1


async def test_a_suspect_whose_claim_failed_is_claimed_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await owe(stage, [1])
    for n in range(SUSPECT):
        await (await process(stage, f"p{n}"))._claim(64, mail=False)
        stage.clock.shift(LEASE)
    lives = await process(stage, "lives")
    with monkeypatch.context() as broken:
        broken.setattr(Deliverer, "_recall", AsyncMock(side_effect=DatabaseUnavailable))
        with pytest.raises(DatabaseUnavailable):
            await lives._claim(64, mail=False)

    assert await runs(lives)
    assert heard(stage) == ["1"]


async def test_a_lease_lost_by_a_process_that_lives_is_no_death(stage: Stage) -> None:
    """What it could not record may have been sent: whoever sends it does not die of it."""
    await owe(stage, [1])
    lives = await process(stage, "lives")
    for owner in ("lives", "other", "lives", "other"):
        taken = await (await process(stage, owner))._claim(64, mail=False)
        stage.clock.shift(LEASE)
        await process(stage, "lives")
        await process(stage, "other")

    assert [row.deaths for row in taken] == [0]
    assert [row.deaths for row in await lives._claim(64, mail=False)] == [0]


async def test_deaths_are_forgotten_with_the_first_word_of_a_sender(stage: Stage) -> None:
    await owe(stage, [1])
    for n in range(SUSPECT):
        await (await process(stage, f"p{n}"))._claim(64, mail=False)
        stage.clock.shift(LEASE)
    stage.sandbox.faults.fail(500, method="sendMessage")
    assert await runs(await process(stage, "refused"))
    stage.clock.shift(timedelta(seconds=3))
    async with stage.app.store.begin() as tx:
        now = stage.clock.now()
        [row] = await tx.outbox.claim("me", now, now + LEASE, 9, mail=False)

    assert (row.attempts, row.deaths) == (2, 0)
