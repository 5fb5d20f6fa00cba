"""Several processes on one database keep Telegram's limits together; the sandbox is the judge."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.stage import Stage, staging
from core.limits import Limits
from core.messages import Address, Kind, Message, Outgoing, text
from scheduler.delivery import Deliverer
from scheduler.presence import Presence
from tests.handlers.conftest import MONDAY

STEP = timedelta(seconds=1)
PEOPLE, EACH, CARDS = 20, 6, 24


@dataclass
class Process:
    """One deliverer with its presence."""

    deliverer: Deliverer
    presence: Presence

    async def works(self) -> int:
        return await self.deliverer.chat_round()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    """A database on a server; None for a file."""
    if request.param == "sqlite":
        return None
    on_server: str = request.getfixturevalue("postgres_url")
    return on_server


@pytest.fixture
async def paced(folder: Path, url: str | None) -> AsyncIterator[Stage]:
    """The stage with Telegram's limits, and a pace that keeps them."""
    async with staging(folder, MONDAY, own_desk=False, limits=None, database_url=url) as stage:
        yield stage


async def process(stage: Stage, owner: str) -> Process:
    app = stage.app
    deliverer = Deliverer(
        app.store,
        app.clock,
        app.deliverer.messengers,
        app.postbox,
        app.vault,
        app.policy,
        owner,
        Limits(),
    )
    presence = Presence(app.store, app.clock, owner)
    presence.listeners.append(lambda senders, new: deliverer.pace.share(senders, new=new))
    await presence.enter(delivers=True, polls=False, alone=False)
    return Process(deliverer, presence)


async def passes(stage: Stage, processes: Sequence[Process], span: timedelta) -> None:
    """Let time pass in small steps; in each, all work side by side until nothing may be sent."""
    for step in range(int(span / STEP)):
        if step % 5 == 0:
            for each in processes:
                await each.presence.beat()
        while any(await asyncio.gather(*(each.works() for each in processes))):
            pass
        stage.clock.shift(STEP)


async def owe_a_burst(stage: Stage) -> list[str]:
    """Six messages to each of twenty people, and more than it may hear to the group; all due."""
    chats = [f"{stage.group.id}"] * CARDS
    for n in range(PEOPLE):
        person = stage.sandbox.world.person(f"Người {n}")
        stage.sandbox.world.private(stage.bot, person).may_write = True
        chats += [f"{person.id}"] * EACH
    async with stage.app.store.begin() as tx:
        for n, chat in enumerate(chats):
            line = text("button-number", n=n)
            await tx.outbox.put(
                Outgoing(f"{n}", Kind.SAY, Address("public", chat), message=Message((line,)))
            )
    return chats


def refusals(stage: Stage) -> list[str]:
    return [call.error for call in stage.bot.calls if call.error]


def sent(stage: Stage) -> int:
    return len(stage.bot.called("sendMessage"))


async def test_two_processes_send_a_burst_without_a_refusal_across_a_restart(
    paced: Stage,
) -> None:
    chats = await owe_a_burst(paced)
    one, two = await process(paced, "one"), await process(paced, "two")
    await passes(paced, [one, two], timedelta(seconds=13))
    soon = sent(paced)
    three = await process(paced, "three")  # in the place of `two`, which was killed
    await passes(paced, [one, three], timedelta(seconds=55))

    assert refusals(paced) == []
    assert soon > PEOPLE * EACH * 3 / 4, "the limits are used, not only kept"
    assert sent(paced) == len(chats)


async def test_a_process_that_starts_anew_knows_what_the_group_has_heard(paced: Stage) -> None:
    await owe_a_burst(paced)
    await passes(paced, [await process(paced, "one")], timedelta(seconds=20))
    for n in range(4):
        paced.clock.shift(timedelta(seconds=5))
        await (await process(paced, f"anew{n}")).works()
    said = paced.bot.called("sendMessage")
    group = [call for call in said if f"{call.parameters['chat_id']}" == f"{paced.group.id}"]

    assert refusals(paced) == []
    assert len(group) == Limits().group.count


async def test_what_a_killed_process_held_goes_out_within_twenty_seconds(paced: Stage) -> None:
    """The group's lane among it: cards and digests wait for it."""
    await owe_a_burst(paced)
    killed = await process(paced, "killed")
    now = paced.clock.now()
    async with paced.app.store.begin() as tx:
        held = await tx.outbox.claim(
            "killed", now, now + timedelta(seconds=90), 64, mail=False, limits=Limits()
        )
    assert len(held) == 1 + PEOPLE
    other = await process(paced, "other")
    await passes(paced, [other], timedelta(seconds=14))
    before = sent(paced)
    await passes(paced, [other], timedelta(seconds=6))

    assert before == 0
    assert sent(paced) >= len(held)
    assert refusals(paced) == []
    await killed.presence.leave()
