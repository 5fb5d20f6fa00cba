"""A burst of registrations: the group keeps its limit, and one queue card stands for the rest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from secrets import randbelow

import pytest

from bot.stage import Stage, staging
from bot.wiring import App, building
from core.errors import NotAllowed
from core.people import Actor, Role
from core.usecases import queue_card
from core.usecases.submit import submit
from sandbox import Message
from sandbox.events import Event, MessageEdited, MessageSent
from tests.core.usecases.office import conversation, draft
from tests.handlers.actors import Player
from tests.handlers.cases import Case, employ
from tests.handlers.conftest import MONDAY

BURST = 500
MINUTE = timedelta(minutes=1)
OPEN = "Mở thẻ tiếp theo"


class Group:
    """The staff group as a watch sees it: when something was sent to it or edited in it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.moments: list[datetime] = []
        stage.sandbox.world.events.subscribe(self._note)

    @property
    def cards(self) -> list[str]:
        """The references of the cards that stand, in the order of the chat."""
        texts = [m.text for m in self.stage.group.messages if m.from_bot and not m.deleted]
        return [text.split(" · ")[0] for text in texts if " · chờ duyệt" in text.split("\n")[0]]

    @property
    def queue_cards(self) -> list[Message]:
        return [
            m for m in self.stage.group.messages if m.text.startswith("🗂 Còn ") and not m.deleted
        ]

    @property
    def queue_card(self) -> Message:
        (only,) = self.queue_cards
        return only

    @property
    def busiest_minute(self) -> int:
        return max(
            sum(first <= at < first + MINUTE for at in self.moments) for first in self.moments
        )

    def _note(self, event: Event) -> None:
        if (
            isinstance(event, MessageSent | MessageEdited)
            and event.message.chat is self.stage.group.chat
            and event.message.from_bot
        ):
            self.moments.append(self.stage.clock.now())


@pytest.fixture
async def paced(folder: Path) -> AsyncIterator[Stage]:
    """The stage with Telegram's real limits, and a pace that keeps them."""
    async with staging(folder, MONDAY, own_desk=False, limits=None) as stage:
        await employ(stage, stage.officer, Role.OFFICER)
        await stage.settle()
        yield stage


@pytest.fixture(params=["one bot for everybody", "a bot for the desk"])
async def either_paced(folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """Both ways to run the desk, each with another SDK, at Telegram's pace."""
    own_desk = request.param == "a bot for the desk"
    async with staging(folder, MONDAY, own_desk=own_desk, limits=None) as stage:
        await employ(stage, stage.officer, Role.OFFICER)
        await stage.settle()
        yield stage


@asynccontextmanager
async def another_process(stage: Stage) -> AsyncIterator[App]:
    """A second worker on the same database and clock, with a pace of its own."""
    async with building(stage.app.settings, stage.clock, strict_texts=True) as app:
        yield app


async def come_at_once(stage: Stage, count: int) -> list[Case]:
    """As many facilities, in one batch of the worker."""
    now, policy = stage.clock.now(), stage.app.policy
    async with stage.app.store.begin() as tx:
        stored = [
            await submit(tx, conversation(draft(f"n{n}"), f"tg:{n}"), policy, randbelow, now)
            for n in range(count)
        ]
    return [Case(stage, one.id, one.reference, one.email) for one in stored]


async def gone_without_a_word(stage: Stage, cases: list[Case]) -> None:
    """Cases that nobody waits for any more, and that owe no card."""
    async with stage.app.store.begin() as tx:
        for case in cases:
            before = await tx.registrations.get(case.id)
            assert before is not None
            assert await tx.registrations.save(before, before.withdraw())


async def test_five_hundred_at_once_are_one_queue_card_and_every_one_can_be_opened(
    paced: Stage,
) -> None:
    group = Group(paced)
    officer = Player(paced, paced.officer, paced.group)
    cases = await come_at_once(paced, BURST)
    await paced.settle()
    assert (len(group.cards), len(group.moments)) == (10, 11)
    assert group.queue_card.text.startswith("🗂 Còn 490 đăng ký chờ hiện thẻ")
    standing = group.queue_card
    await paced.moves(MINUTE)

    for _ in range(6):
        await officer.presses(OPEN, on=standing)
    assert group.queue_card is standing
    assert "Còn 484 " in standing.text
    assert group.cards == [case.reference for case in cases[:16]]

    await officer.presses("Duyệt", on=cases[15].card)
    await officer.says("/choduyet")
    assert "đã duyệt" in cases[15].card.text
    assert officer.last.text.startswith("1/499")

    await gone_without_a_word(paced, cases[36:])
    for _ in range(4):
        await paced.moves(MINUTE)
    assert (standing.deleted, group.queue_cards) == (True, [])
    assert group.cards == [case.reference for case in cases[:36] if case is not cases[15]]
    assert group.busiest_minute < 20
    assert paced.app.sends["public", "retry"] == 0


async def test_an_officer_does_not_wait_behind_the_cards(paced: Stage) -> None:
    group = Group(paced)
    officer = Player(paced, paced.officer, paced.group)
    cases = await come_at_once(paced, 25)
    await paced.settle()
    assert len(group.cards) == 10

    await officer.presses("Từ chối", on=cases[0].card)
    officer.hears("lý do")
    await officer.presses("Duyệt", on=cases[1].card)
    assert "đã duyệt" in cases[1].card.text
    assert len(group.moments) == 12

    await paced.moves(2 * MINUTE)
    await paced.moves(MINUTE)
    assert group.queue_cards == []
    assert [len(case.cards) for case in cases] == [1] * 25


async def test_cards_on_the_queue_card_open_too_and_two_officers_get_two_cards(
    either_paced: Stage,
) -> None:
    group = Group(either_paced)
    officer, lead = (
        Player(either_paced, who, either_paced.group)
        for who in (either_paced.officer, either_paced.lead)
    )
    cases = await come_at_once(either_paced, 40)
    await either_paced.settle()
    standing = group.queue_card
    await either_paced.moves(MINUTE)
    officer.person.presses(OPEN, on=standing)
    lead.person.presses(OPEN, on=standing)
    await either_paced.settle()
    assert group.cards == [case.reference for case in cases[:12]]

    await lead.presses(cases[13].reference, on=standing)
    assert group.cards[-1] == cases[13].reference
    assert "Còn 27 " in standing.text
    assert cases[13].reference not in standing.text

    await lead.taps("1.q.open.x", on=standing)
    assert "cũ" in lead.popup
    await gone_without_a_word(either_paced, cases)
    await lead.presses(OPEN, on=standing)
    assert "đều đã có thẻ" in lead.popup
    assert standing.deleted


async def test_a_desk_that_moves_takes_its_queue_card_along_and_back(paced: Stage) -> None:
    here = Group(paced)
    await come_at_once(paced, 60)
    await paced.settle()
    left = here.queue_card
    world, bind = paced.sandbox.world, f"/ketnoi {paced.app.tools.bind_code}"
    there = world.group("Nhóm mới", members=[paced.lead], bots=[paced.desk])
    await Player(paced, paced.lead, there).says(bind)
    await paced.moves(MINUTE)
    assert left.deleted
    assert not here.queue_cards
    assert [m for m in there.messages if m.text.startswith("🗂 Còn ") and not m.deleted]

    await Player(paced, paced.lead, paced.group).says(bind)
    await paced.moves(2 * MINUTE)
    assert here.queue_card is not left


async def test_a_queue_card_that_was_deleted_stands_again(paced: Stage) -> None:
    group = Group(paced)
    await come_at_once(paced, 60)
    await paced.settle()
    group.queue_card.deleted = True
    await paced.moves(MINUTE)
    policy, now = paced.app.policy, paced.clock.now()
    async with paced.app.store.begin() as tx:
        viewer, stranger = Actor("tg:1", "", Role.VIEWER), Actor("tg:2", "")
        with pytest.raises(NotAllowed):
            await queue_card.open_next(tx, stranger, policy, now, mark="y")
        await queue_card.open_next(tx, viewer, policy, now, mark="x")
    await paced.settle()

    assert "Còn 49 " in group.queue_card.text


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    """URL of an empty database; None for a file of the stage's own."""
    if request.param == "sqlite":
        return None
    found: str = request.getfixturevalue("postgres_url")
    return found


async def test_processes_that_share_a_group_or_follow_one_another_keep_its_limit(
    url: str | None, folder: Path
) -> None:
    async with staging(folder, MONDAY, own_desk=False, limits=None, database_url=url) as stage:
        await stage.settle()
        group = Group(stage)
        cases = await come_at_once(stage, 30)
        for rounds in (1, 4):
            async with another_process(stage) as other:
                for _ in range(rounds):
                    await deliver(stage.app, other)
                    stage.clock.shift(MINUTE / 2)

        assert [len(case.cards) for case in cases] == [1] * 30
        assert group.busiest_minute == 10


async def deliver(*apps: App) -> None:
    """Let several processes send at the same time all that can be sent now."""
    while any(await asyncio.gather(*(app.deliverer.chat_round() for app in apps))):
        pass
