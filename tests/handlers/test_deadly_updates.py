"""An update that kills its worker is parked after a few deaths; nobody else suffers, nor is parked.

A kill is an exception that nothing catches; a restart is a new worker on the same database.
"""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.stage import Stage, staging
from core.ports import InboxRow
from handlers.router import route
from handlers.turn import Turn
from handlers.worker import DEADLY, REST
from tests.handlers.actors import Player, parked
from tests.handlers.conftest import MONDAY

POISON = "thuốc độc"


class Killed(BaseException):
    """The process is no more."""


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The words that kill whoever handles them, after it has begun to write."""
    words = {POISON}

    async def dies(turn: Turn) -> None:
        await route(turn)
        if turn.incoming.text in words:
            raise Killed

    monkeypatch.setattr("handlers.worker.route", dies)
    return words


async def arrives(stage: Stage) -> None:
    """Hand over what was typed."""
    for poller in stage.pollers:
        await poller.poll_once()


async def lives(stage: Stage) -> bool:
    """Work until there is nothing to do; False, and a new worker, if the process died of it."""
    try:
        await stage.settle()
    except Killed:
        stage.app.worker = replace(stage.app.worker)
        await stage.app.worker.beware()
        return False
    return True


async def deaths(stage: Stage) -> int:
    """Start again after each death, some time later, until all that waited was dealt with."""
    count = 0
    for _ in range(4 * DEADLY):
        count += not await lives(stage)
        stage.clock.shift(REST)
    return count


async def waiting(stage: Stage) -> list[InboxRow]:
    async with stage.app.store.begin() as tx:
        return await tx.inbox.heads(99, stage.clock.now())


async def crowd(stage: Stage) -> list[Player]:
    """Six people who have typed something, and nothing else waits; the third one's words kill."""
    await stage.settle()
    world = stage.sandbox.world
    players = [Player(stage, world.person(f"Người {n}"), stage.bot) for n in range(6)]
    for n, player in enumerate(players):
        player.person.types(POISON if n == 2 else "chào", in_=stage.bot)
    await arrives(stage)
    return players


async def test_what_kills_its_worker_is_parked_and_its_sender_is_told_and_can_go_on(
    stage: Stage, deadly: set[str]
) -> None:
    players = await crowd(stage)
    died = await deaths(stage)

    assert died == 1 + DEADLY, "once unsuspected"
    assert await parked(stage) == 1
    unlucky = players.pop(2)
    unlucky.hears("Hệ thống đang gặp sự cố")
    for player in players:
        player.hears("Kính chào quý cơ sở")
        assert player.heard.count("Kính chào") == 1
    await unlucky.says("chào")
    unlucky.hears("Kính chào quý cơ sở")


async def test_everybody_else_is_served_before_it_is_tried_again(
    stage: Stage, deadly: set[str]
) -> None:
    players = await crowd(stage)
    for _ in range(2):
        assert not await lives(stage)
    players[0].person.types("/trangthai", in_=stage.bot)

    assert await lives(stage), "it rests"
    assert await parked(stage) == 0
    for player in (*players[:2], *players[3:]):
        player.hears("Kính chào quý cơ sở")
    assert await waiting(stage) == []


async def test_a_process_takes_on_what_was_begun_only_when_it_has_lived_for_a_while(
    stage: Stage, director: Player
) -> None:
    """What kills each process soon after its start, whatever it is, kills it before that."""
    await stage.settle()
    director.person.types("chào", in_=stage.bot)
    await arrives(stage)
    async with stage.app.store.begin() as tx:
        (row,) = await tx.inbox.heads(9, stage.clock.now())
        await tx.inbox.begin(row, stage.clock.now(), stage.clock.now() + REST)
    stage.clock.shift(REST)
    await stage.app.worker.beware()
    await stage.settle()
    director.hears_nothing()

    stage.clock.shift(REST)
    await stage.settle()
    director.hears("Kính chào quý cơ sở")


async def test_a_lead_sees_it_and_each_try_costs_one_death_until_the_cause_is_gone(
    desk: Stage, deadly: set[str]
) -> None:
    lead, director = Player(desk, desk.lead, desk.group), Player(desk, desk.director, desk.bot)
    director.person.types(POISON, in_=desk.bot)
    await deaths(desk)
    await lead.says("/suachua")
    lead.hears("1. tin nhắn đến · bot public", f"{DEADLY} lần thử · whoever handles it dies")
    lead.person.presses("🔁 Thử lại 1", in_=desk.group)
    died = await deaths(desk)
    again = await parked(desk)
    deadly.clear()
    await lead.says("/suachua")
    await lead.presses("🔁 Thử lại 1")

    assert (died, again) == (1, 1)
    director.hears("Kính chào quý cơ sở")
    assert await parked(desk) == 0


async def test_kills_that_have_nothing_to_do_with_an_update_park_nothing(
    stage: Stage, director: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loss of power hits whatever is in hand with others, as often as it likes."""
    await stage.settle()
    others = [Player(stage, stage.sandbox.world.person(f"{n}"), stage.bot) for n in range(3)]
    with monkeypatch.context() as failing:
        begin = stage.app.worker._handle_all

        async def cut(*args: object) -> None:
            await begin(*args)  # type: ignore[arg-type]
            raise Killed

        failing.setattr(type(stage.app.worker), "_handle_all", lambda _, *args: cut(*args))
        for player in (director, *others):
            player.person.types("chào", in_=stage.bot)
        await arrives(stage)
        for _ in range(DEADLY):
            stage.app.worker = replace(stage.app.worker)
            with pytest.raises(Killed):
                await stage.app.worker.run_once()
    assert [row.begun for row in await waiting(stage)] == [0] * 4

    assert await lives(stage)
    for player in (director, *others):
        player.hears("Kính chào quý cơ sở")


async def test_a_clean_stop_counts_nothing(
    stage: Stage, director: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.settle()
    reached = asyncio.Event()

    async def hangs(turn: Turn) -> None:
        del turn
        reached.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("handlers.worker.route", hangs)
    director.person.types("chào", in_=stage.bot)
    await arrives(stage)
    await stage.app.worker.beware()
    working = asyncio.create_task(stage.app.worker.run_once())
    await reached.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)

    assert [row.begun for row in await waiting(stage)] == [0]


async def test_a_suspect_that_fails_is_an_attempt_and_no_death(
    stage: Stage, director: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.settle()

    async def stumbles(turn: Turn) -> None:
        raise RuntimeError

    director.person.types("chào", in_=stage.bot)
    await arrives(stage)
    await stage.app.worker.beware()
    with monkeypatch.context() as broken:
        broken.setattr("handlers.worker.route", stumbles)
        await stage.app.worker.run_once()
    stage.clock.shift(timedelta(seconds=2))

    assert [(row.begun, row.attempts) for row in await waiting(stage)] == [(0, 1)]
    await stage.settle()
    director.hears("Kính chào quý cơ sở")


async def test_once_what_waited_is_done_many_share_a_transaction_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await crowd(stage)
    await stage.app.worker.beware()
    await stage.settle()
    await crowd(stage)
    begun = Counter[str]()
    begin = stage.app.store.begin
    monkeypatch.setattr(
        type(stage.app.store), "begin", lambda _: begun.update(["begin"]) or begin()
    )

    assert await stage.app.worker.run_once() == 6
    assert begun["begin"] == 1


async def test_a_worker_that_lives_is_warned_of_what_killed_another(
    folder: Path, postgres_url: str, deadly: set[str]
) -> None:
    """On a server the update is another worker's at once, before anybody has heard of a death."""
    async with staging(folder, MONDAY, own_desk=False, database_url=postgres_url) as stage:
        await crowd(stage)
        one, two = stage.app.worker, replace(stage.app.worker)
        with pytest.raises(Killed):
            await one.run_once()
        with pytest.raises(Killed):
            await two.run_once()
        stage.clock.shift(REST)
        rows = await waiting(stage)

        assert [row.begun for row in rows] == [1, 0, 0, 0], "it was begun alone"


async def test_of_two_workers_one_handles_a_suspect(folder: Path, postgres_url: str) -> None:
    async with staging(folder, MONDAY, own_desk=False, database_url=postgres_url) as stage:
        players = await crowd(stage)
        both = [replace(stage.app.worker) for _ in range(2)]
        for worker in both:
            await worker.beware()
        await asyncio.gather(*(worker.run_once() for worker in both))
        await stage.settle()

        for player in players:
            assert player.heard.count("Kính chào") == 1
