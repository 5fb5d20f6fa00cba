"""The inbox worker: whole batches, each conversation in order, one bad update costs nobody else."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.stage import Stage
from core.errors import LostRace
from core.events import event
from handlers.router import route
from handlers.turn import Turn
from handlers.worker import ATTEMPTS, InboxWorker, _Failed
from storage.tables import inbox
from tests.handlers.actors import Player, parked


class Trouble:
    """Stands in the router's place: counts what is handled and raises what is planned."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.handled: list[str] = []
        self.plan: dict[str, list[Exception]] = {}
        monkeypatch.setattr("handlers.worker.route", self._route)

    async def _route(self, turn: Turn) -> None:
        words = turn.incoming.text
        self.handled.append(words)
        await route(turn)
        if self.plan.get(words):
            raise self.plan[words].pop()


@pytest.fixture
def trouble(monkeypatch: pytest.MonkeyPatch) -> Trouble:
    return Trouble(monkeypatch)


@pytest.fixture
def crowd(stage: Stage) -> list[Player]:
    """Six people, each of whom has opened the bot."""
    world = stage.sandbox.world
    return [Player(stage, world.person(f"Người {n}"), stage.bot) for n in range(6)]


async def arrives(stage: Stage) -> None:
    """Hand over what was typed."""
    for poller in stage.pollers:
        await poller.poll_once()


async def test_the_first_words_of_many_people_are_handled_in_one_transaction(
    stage: Stage, crowd: list[Player], trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.settle()
    for player in crowd:
        player.person.types("chào", in_=stage.bot)
    await arrives(stage)
    begun = Counter[str]()
    begin = stage.app.store.begin
    monkeypatch.setattr(
        type(stage.app.store), "begin", lambda _: begun.update(["begin"]) or begin()
    )

    assert await stage.app.worker.run_once() == 6
    assert begun["begin"] == 1


async def test_each_conversation_keeps_its_order_and_gives_one_update_to_a_batch(
    stage: Stage, crowd: list[Player], trouble: Trouble
) -> None:
    await stage.settle()
    for word in ("một", "hai", "ba"):
        for player in crowd[:2]:
            player.person.types(f"{player.person.name} {word}", in_=stage.bot)
    await arrives(stage)

    rounds = [(await stage.app.worker.run_once(), stage.app.worker.more) for _ in range(4)]

    assert rounds == [(2, True), (2, True), (2, False), (0, False)]
    for player in crowd[:2]:
        name = player.person.name
        said = [words for words in trouble.handled if words.startswith(name)]
        assert said == [f"{name} một", f"{name} hai", f"{name} ba"]


async def test_a_lost_race_is_run_again_at_once(
    stage: Stage, director: Player, trouble: Trouble
) -> None:
    trouble.plan["chào"] = [LostRace(), LostRace()]
    await director.says("chào")

    director.hears("Kính chào quý cơ sở")
    assert director.heard.count("Kính chào") == 1
    assert trouble.handled.count("chào") == 3  # in the batch, then alone until it succeeds


async def test_a_race_lost_for_ever_is_parked(
    stage: Stage, director: Player, trouble: Trouble
) -> None:
    trouble.plan["chào"] = [LostRace() for _ in range(20)]
    await director.says("chào")

    assert await parked(stage) == 1
    director.hears("Hệ thống đang gặp sự cố")


async def test_one_bad_update_in_a_batch_costs_nobody_else(
    stage: Stage, crowd: list[Player], trouble: Trouble
) -> None:
    trouble.plan["hỏng"] = [RuntimeError() for _ in range(20)]
    for n, player in enumerate(crowd):
        player.person.types("hỏng" if n == 2 else "chào", in_=stage.bot)
    await stage.settle()

    crowd.pop(2).hears_nothing()
    for player in crowd:
        player.hears("Kính chào quý cơ sở")
        assert player.heard.count("Kính chào") == 1


async def test_an_update_that_no_key_opens_is_parked_and_owned_up_to(
    stage: Stage, crowd: list[Player]
) -> None:
    await stage.settle()
    lost, read = crowd[:2]
    lost.person.types("chào", in_=stage.bot)
    await arrives(stage)
    async with stage.app.store.engines.write() as connection:
        waiting = inbox.c.done_at.is_(None)
        await connection.execute(inbox.update().where(waiting).values(payload=b"another key's"))
    read.person.types("chào", in_=stage.bot)
    lost.person.types("còn đó không", in_=stage.bot)
    with capture_logs() as lines:
        await stage.settle()

    assert await parked(stage) == 1
    assert [line["event"] for line in lines] == ["update_sealed_with_a_lost_key"]
    assert lost.heard.count("Hệ thống đang gặp sự cố") == 1
    lost.hears("Kính chào quý cơ sở")
    read.hears("Kính chào quý cơ sở")


async def test_nobody_is_told_of_trouble_with_what_another_worker_has_done(
    stage: Stage, director: Player, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble.plan["hỏng"] = [RuntimeError() for _ in range(20)]
    await director.says("hỏng")
    for attempt in range(1, ATTEMPTS - 1):
        await stage.moves(timedelta(seconds=2**attempt))
    count = InboxWorker._count_failure

    async def late(self: InboxWorker, failed: _Failed) -> None:
        async with stage.app.store.begin() as tx:
            await tx.inbox.done([failed.row.id], stage.clock.now())
        await count(self, failed)

    monkeypatch.setattr(InboxWorker, "_count_failure", late)
    await stage.moves(timedelta(seconds=2**ATTEMPTS))

    assert trouble.handled.count("hỏng") == 2 * ATTEMPTS  # in the batch, then alone
    assert await parked(stage) == 0
    assert "sự cố" not in director.transcript


async def test_after_a_bad_update_small_batches_end_and_large_ones_come_back(
    stage: Stage, crowd: list[Player], trouble: Trouble
) -> None:
    await stage.settle()
    stage.app.worker.batch = 2
    trouble.plan["hỏng"] = [RuntimeError() for _ in range(20)]
    for n, player in enumerate(crowd):
        player.person.types("hỏng" if n == 0 else "chào", in_=stage.bot)
    await arrives(stage)

    assert await stage.app.worker.run_once() == 2
    assert stage.app.worker.calm
    assert await stage.app.worker.run_once() == 2


async def test_a_failure_waits_longer_each_time_until_it_is_given_up(
    stage: Stage, director: Player, trouble: Trouble
) -> None:
    trouble.plan["hỏng"] = [RuntimeError() for _ in range(20)]
    await director.says("hỏng")
    for attempt in range(1, ATTEMPTS):
        await stage.moves(timedelta(seconds=2**attempt - 1))
        assert await parked(stage) == 0
        await stage.moves(timedelta(seconds=1))

    assert await parked(stage) == 1


@pytest.mark.parametrize("suspected", [False, True])
async def test_what_cannot_be_stored_at_the_end_is_given_up_as_well(
    stage: Stage, crowd: list[Player], monkeypatch: pytest.MonkeyPatch, *, suspected: bool
) -> None:
    async def unstorable(turn: Turn) -> None:
        await route(turn)
        if turn.incoming.text == "hỏng":
            broken = {"nothing": object()}
            turn.conversation = replace(turn.conversation, offered=broken)  # type: ignore[arg-type]

    monkeypatch.setattr("handlers.worker.route", unstorable)
    await stage.settle()
    crowd[0].person.types("hỏng", in_=stage.bot)
    crowd[1].person.types("chào", in_=stage.bot)
    await arrives(stage)
    if suspected:
        await stage.app.worker.beware()
    await stage.settle()
    crowd[1].hears("Sở Y tế Hà Nội")
    for attempt in range(1, ATTEMPTS):
        assert await parked(stage) == 0
        await stage.moves(timedelta(minutes=1 + attempt))

    assert await parked(stage) == 1


async def test_what_a_failed_attempt_wrote_is_gone(
    stage: Stage, director: Player, trouble: Trouble
) -> None:
    trouble.plan["chào"] = [RuntimeError() for _ in range(20)]
    await director.says("chào")

    async with stage.app.store.read() as tx:
        assert await tx.conversations.get(f"public:{director.person.id}") is None
        assert await tx.outbox.backlog() == (0, None)


async def test_an_update_without_meaning_is_done_without_a_word(
    stage: Stage, director: Player
) -> None:
    said = director.person.types("/start", in_=stage.bot)
    await stage.settle()
    director.person.edits(said, "/start lại")
    await stage.settle()

    async with stage.app.store.read() as tx:
        assert await tx.inbox.backlog() == (0, None)


async def test_an_event_for_a_conversation_nobody_has_is_dropped(stage: Stage) -> None:
    async with stage.app.store.begin() as tx:
        await tx.inbox.put([event("public:77", "remind", "x")], stage.clock.now())
    await stage.settle()

    assert await parked(stage) == 0
    async with stage.app.store.read() as tx:
        assert await tx.conversations.get("public:77") is None


@pytest.mark.parametrize("name", ["remind", "forget", "unreachable"])
async def test_an_event_that_no_longer_applies_is_without_effect(
    stage: Stage, director: Player, name: str
) -> None:
    await director.says("/huy")
    async with stage.app.store.begin() as tx:
        told = event(f"public:{director.person.id}", name, "x")
        await tx.inbox.put([told], stage.clock.now())
    director.person.hears()
    await stage.settle()

    assert director.heard.count("Không có đăng ký") == 1
    assert await parked(stage) == 0


async def test_every_press_is_acknowledged_even_if_all_else_is_said_in_a_message(
    stage: Stage, director: Player
) -> None:
    await director.opens()
    query = director.person.presses("✅ Đồng ý", in_=stage.bot)
    await stage.settle()

    assert getattr(query, "answered", None)
