"""Two people at once, handled by two workers at once, on PostgreSQL: one decision, one mail."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.stage import Stage, staging
from core.people import Role
from core.ports import Event
from sandbox import Message
from tests.handlers.actors import Player, restarted
from tests.handlers.cases import (
    PASSWORD,
    SITE,
    UNDO,
    Case,
    employ,
    enters_account,
    hands_in,
    refuses,
)
from tests.handlers.conftest import MONDAY

DECISIONS = {Event.APPROVED, Event.REFUSED}
ROUNDS = 3
WHY = "Đối chiếu lại, đã từ chối nhầm"


@dataclass(frozen=True)
class Office:
    """Two programs on one database, an officer and a lead, and a facility."""

    stage: Stage
    other: Stage
    officer: Player
    lead: Player
    director: Player

    async def at_once(self, *deeds: Callable[[], object]) -> None:
        """Let people act, and two workers handle what they did at the same moment."""
        for deed in deeds:
            deed()
        for poller in self.stage.pollers:
            await poller.poll_once()
        workers = [self.stage.app.worker, self.other.app.worker]
        for worker in workers:
            worker.batch = 1
        await asyncio.gather(*(worker.run_once() for worker in workers))
        await self.stage.settle()


@pytest.fixture
async def office(tmp_path: Path, postgres_url: str) -> AsyncIterator[Office]:
    async with (
        staging(tmp_path, MONDAY, database_url=postgres_url, own_desk=False) as stage,
        restarted(stage) as other,
    ):
        await employ(stage, stage.officer, Role.OFFICER)
        for person in (stage.officer, stage.lead):
            stage.sandbox.world.private(stage.desk, person).may_write = True
        yield Office(
            stage,
            other,
            Player(stage, stage.officer, stage.group),
            Player(stage, stage.lead, stage.group),
            Player(stage, stage.director, stage.bot),
        )


Prepared = tuple[Callable[[], object], Callable[[], object]]


async def both_approve(office: Office, case: Case) -> Prepared:
    card = case.card
    return (
        lambda: office.officer.person.presses("Duyệt", on=card),
        lambda: office.lead.person.presses("Duyệt", on=card),
    )


async def approve_and_refuse(office: Office, case: Case) -> Prepared:
    card = case.card
    await office.lead.presses("Từ chối", on=card)
    await office.lead.presses("6")
    await office.lead.presses("Tiếp")
    preview = office.lead.last
    return (
        lambda: office.officer.person.presses("Duyệt", on=card),
        lambda: office.lead.person.presses("Từ chối và gửi thư", on=preview),
    )


async def both_refuse(office: Office, case: Case) -> Prepared:
    previews = []
    for player, reason in ((office.officer, "6"), (office.lead, "2")):
        await player.presses("Từ chối", on=case.card)
        await player.presses(reason)
        await player.presses("Tiếp")
        previews.append(player.last)
    mine, yours = previews
    return (
        lambda: office.officer.person.presses("Từ chối và gửi thư", on=mine),
        lambda: office.lead.person.presses("Từ chối và gửi thư", on=yours),
    )


async def approve_and_withdraw(office: Office, case: Case) -> Prepared:
    card = case.card
    await office.director.opens()
    await office.director.presses("Rút đăng ký")
    sure = office.director.last
    return (
        lambda: office.officer.person.presses("Duyệt", on=card),
        lambda: office.director.person.presses("Rút đăng ký", on=sure),
    )


async def both_undo(office: Office, case: Case) -> Prepared:
    await office.officer.presses("Duyệt", on=case.card)
    card = case.card
    return (
        lambda: office.officer.person.presses("Hoàn tác", on=card),
        lambda: office.lead.person.presses("Hoàn tác", on=card),
    )


async def undo_and_enter(office: Office, case: Case) -> Prepared:
    await office.officer.presses("Duyệt", on=case.card)
    card = case.card
    await office.officer.presses("Nhập tài khoản", on=card)
    private = office.officer.at(office.stage.desk)
    await private.says(f"{SITE}\nlogin\n{PASSWORD}")
    echo = private.last
    return (
        lambda: office.officer.person.presses("Đúng, gửi cho cơ sở", on=echo),
        lambda: office.lead.person.presses("Hoàn tác", on=card),
    )


async def both_enter(office: Office, case: Case) -> Prepared:
    await office.officer.presses("Duyệt", on=case.card)
    echoes = []
    for player in (office.officer, office.lead):
        await player.presses("Nhập tài khoản", on=case.card)
        private = player.at(office.stage.desk)
        await private.says(f"{SITE}\nlogin\n{PASSWORD}")
        echoes.append(private.last)
    mine, yours = echoes
    return (
        lambda: office.officer.person.presses("Đúng, gửi cho cơ sở", on=mine),
        lambda: office.lead.person.presses("Đúng, gửi cho cơ sở", on=yours),
    )


async def _refused(office: Office, case: Case) -> Message:
    """A refusal that has left, and the lead's question why it is reopened."""
    await refuses(office.officer, case)
    await office.stage.moves(UNDO)
    await office.lead.presses("Mở lại", on=case.card)
    return office.lead.last


async def both_reopen(office: Office, case: Case) -> Prepared:
    await employ(office.stage, office.officer.person, Role.LEAD)
    mine = await _refused(office, case)
    await office.officer.presses("Mở lại", on=case.card)
    yours = office.officer.last
    return (
        lambda: office.lead.person.replies(mine, WHY),
        lambda: office.officer.person.replies(yours, WHY),
    )


async def reopen_and_register_again(office: Office, case: Case) -> Prepared:
    asked = await _refused(office, case)
    await office.director.presses("Đăng ký lại")
    await office.director.presses("✅ Đồng ý")
    summary = office.director.last
    return (
        lambda: office.lead.person.replies(asked, WHY),
        lambda: office.director.person.presses("Gửi đăng ký", on=summary),
    )


RACES: list[Callable[[Office, Case], Awaitable[Prepared]]] = [
    both_approve,
    approve_and_refuse,
    both_refuse,
    approve_and_withdraw,
    both_undo,
    undo_and_enter,
    both_enter,
    both_reopen,
    reopen_and_register_again,
]
REOPENING = (both_reopen, reopen_and_register_again)  # and the undo window before it
SAID_IN_THE_CHAT = (approve_and_withdraw, *REOPENING)


def standing(events: list[Event]) -> int:
    """How many decisions stand, one step for each undo being taken back."""
    steps: list[Event] = []
    for event in events:
        if event in DECISIONS | {Event.ACCOUNT_ENTERED}:
            steps.append(event)
        elif event in (Event.UNDONE, Event.REOPENED):
            steps.pop()
    return sum(step in DECISIONS for step in steps)


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
async def test_rule_6_of_two_at_once_one_wins_and_the_other_is_told(
    office: Office, race: Callable[[Office, Case], Awaitable[Prepared]]
) -> None:
    for number in range(2 if race in REOPENING else 2 * ROUNDS):
        case = await hands_in(
            office.stage,
            licence=f"03-{100 + number}/ĐKKDD-HNO",
            email=f"coso{number}@gmail.com",
        )
        first, second = await race(office, case)
        popups = len(office.officer.person.popups) + len(office.lead.person.popups)
        await office.at_once(*((first, second) if number % 2 else (second, first)))
        await office.stage.moves(UNDO)

        events = [entry.event for entry in await case.history()]
        assert standing(events) <= 1, events
        assert events.count(Event.ACCOUNT_ENTERED) <= 1, events
        assert events.count(Event.UNDONE) + events.count(Event.REOPENED) <= 1, events
        async with office.stage.app.store.read() as tx:
            of_licence = await tx.registrations.of_licence((await case.stored()).licence_key, 9)
        assert sum(one.is_live for one in of_licence) <= 1
        assert len(case.result_mails) == events.count(Event.RESULT_MAILED) <= 1
        if race not in SAID_IN_THE_CHAT:
            told = len(office.officer.person.popups) + len(office.lead.person.popups) - popups
            assert told >= 1, "the second was not told"
        async with office.stage.app.store.read() as tx:
            assert await tx.inbox.backlog() == (0, None)
            assert await tx.inbox.parked() == 0


async def test_rule_3_an_account_that_is_on_its_way_at_midnight_is_not_expired(
    office: Office,
) -> None:
    """Whichever of the two commits first: both cannot happen."""
    outcomes = set()
    for number in range(4 * ROUNDS):
        email = f"coso{number}@gmail.com"
        case = await hands_in(office.stage, licence=f"03-{100 + number}/ĐKKDD-HNO", email=email)
        await office.officer.presses("Duyệt", on=case.card)
        await enters_account(office.officer, case)
        office.stage.clock.set((await case.stored()).reopens_at)
        deliverer, ticker = office.other.app.deliverer, office.stage.app.ticker
        await asyncio.gather(deliverer.mail_round(), ticker.sweep())
        await office.stage.moves(timedelta(minutes=3))
        status = (await case.stored()).status
        outcomes.add(status)

        texts = [mail.text for mail in office.stage.mails_to(email)]
        assert sum(PASSWORD in text for text in texts) == (status == "issued")
        assert sum(
            "Quá hạn" in str(m.message["Subject"]) for m in office.stage.mails_to(email)
        ) == (status == "expired")

    assert outcomes <= {"issued", "expired"}


async def test_two_programs_send_one_digest(office: Office) -> None:
    await hands_in(office.stage)
    office.stage.clock.set(MONDAY + timedelta(hours=1))
    await asyncio.gather(office.stage.app.ticker.sweep(), office.other.app.ticker.sweep())
    await office.stage.settle()
    await office.other.settle()

    assert office.stage.group.transcript().count("☀️") == 1


async def test_two_programs_expire_a_registration_once(office: Office) -> None:
    case = await hands_in(office.stage)
    office.stage.clock.set((await case.stored()).reopens_at)
    await asyncio.gather(office.stage.app.ticker.sweep(), office.other.app.ticker.sweep())
    await office.stage.settle()

    assert await case.events() == ["submitted", "expired"]
    assert len(case.result_mails) == 1
    assert office.director.transcript.count("đã quá hạn") == 1


async def test_rule_10_two_deliverers_send_everything_once(office: Office) -> None:
    case = await hands_in(office.stage)
    await refuses(office.officer, case)
    office.stage.clock.shift(UNDO)
    deliverers = [office.stage.app.deliverer, office.other.app.deliverer]
    await asyncio.gather(*(each.mail_round() for each in deliverers))
    await asyncio.gather(*(each.chat_round() for each in deliverers))
    await office.stage.settle()

    assert len(case.result_mails) == 1
    assert office.director.transcript.count("chưa được cấp tài khoản") == 1
    assert len(case.cards) == 1
