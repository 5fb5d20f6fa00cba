"""A kill is no failure of what was being sent; but what kills its sender each time is given up."""

import asyncio
from datetime import timedelta

from bot.stage import Stage
from core.limits import UNLIMITED
from core.messages import Address, Kind, Message, Outgoing, text
from core.ports import Capabilities, Messenger
from scheduler.delivery import CODE_PAUSE, DEADLY, LEASE, SUSPECT, Deliverer
from tests.handlers.actors import EMAIL, Player

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


def process(stage: Stage, owner: str) -> Deliverer:
    app = stage.app
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
        for sending in process._sending:
            sending.cancel()
        await asyncio.gather(*process._sending, return_exceptions=True)
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
    while not await runs(process(stage, f"p{deaths}")):
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
        assert await process(stage, f"p{n}")._claim(64, mail=False)
        stage.clock.shift(LEASE)

    assert await runs(process(stage, "lives"))
    assert sorted(heard(stage)) == ["1", "2", "3"]


async def test_a_kill_counts_for_no_attempt_at_a_code(stage: Stage, director: Player) -> None:
    """A code is worth two attempts, and both are to be real ones."""
    await director.reaches_email()
    director.person.types(EMAIL, in_=director.place)
    await stage.pollers[0].poll_once()
    await stage.app.worker.run_once()
    assert len(await process(stage, "killed")._claim(4, mail=True)) == 1
    stage.clock.shift(LEASE)
    await stage.sandbox.mail_server.stop()
    assert await runs(process(stage, "refused"))
    await stage.sandbox.mail_server.start()
    await stage.moves(timedelta(seconds=CODE_PAUSE))

    assert len(stage.mails_to(EMAIL)) == 1


async def test_a_suspect_is_claimed_alone(stage: Stage) -> None:
    await owe(stage, [1, 2, 3])
    for n in range(SUSPECT):
        assert len(await process(stage, f"p{n}")._claim(64, mail=False)) == 3
        stage.clock.shift(LEASE)
    await owe(stage, [4])
    suspicious = process(stage, "suspicious")

    first = await suspicious._claim(64, mail=False)
    second = await suspicious._claim(64, mail=False)
    stage.clock.shift(timedelta(seconds=1))
    elsewhere = await process(stage, "elsewhere")._claim(64, mail=False)

    assert [row.outgoing.key for row in first] == ["m1"]
    assert [row.outgoing.key for row in second] == ["m4"]
    assert [row.outgoing.key for row in elsewhere] == ["m2"]


async def test_deaths_are_forgotten_with_the_first_word_of_a_sender(stage: Stage) -> None:
    await owe(stage, [1])
    for n in range(SUSPECT):
        await process(stage, f"p{n}")._claim(64, mail=False)
        stage.clock.shift(LEASE)
    stage.sandbox.faults.fail(500, method="sendMessage")
    assert await runs(process(stage, "refused"))
    stage.clock.shift(timedelta(seconds=3))
    async with stage.app.store.begin() as tx:
        now = stage.clock.now()
        [row] = await tx.outbox.claim("me", now, now + LEASE, 9, mail=False)

    assert (row.attempts, row.deaths) == (2, 0)
