"""What Telegram does to a message, and that nothing is lost by it (rule 10)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.stage import Stage, staging
from core.messages import MAIL, Address, Kind, Message, Outgoing, text
from sandbox.events import Event, MessageEdited, MessageSent
from tests.handlers.actors import EMAIL, Player
from tests.handlers.cases import UNDO, enters_account, hand_in_many, hands_in, refuses
from tests.handlers.conftest import MONDAY

SECOND = timedelta(seconds=1)


@pytest.fixture
async def paced(folder: Path) -> AsyncIterator[Stage]:
    """The stage with Telegram's real limits, and a pace that keeps them."""
    async with staging(folder, MONDAY, own_desk=False, limits=None) as stage:
        yield stage


def sendings(stage: Stage) -> list[Event]:
    """From now on, every message sent to or edited in the staff group."""
    told: list[Event] = []

    def note(event: Event) -> None:
        if (
            isinstance(event, MessageSent | MessageEdited)
            and event.message.chat is stage.group.chat
            and event.message.from_bot
        ):
            told.append(event)

    stage.sandbox.world.events.subscribe(note)
    return told


async def test_a_group_that_is_full_holds_up_nobody_else(paced: Stage) -> None:
    await hand_in_many(paced, 30)
    director = Player(paced, paced.director, paced.bot)
    await director.opens()

    director.hears("Kính chào")


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
async def test_a_flood_answer_is_obeyed_to_the_second(desk: Stage, method: str) -> None:
    lead = Player(desk, desk.lead, desk.group)
    case = await hands_in(desk)
    told = sendings(desk)
    fault = desk.sandbox.faults.flood(17, method=method, chat=desk.group.id)
    await (
        lead.says("/choduyet") if method == "sendMessage" else lead.presses("Duyệt", on=case.card)
    )
    assert (fault.hits, len(told)) == (1, 0)

    await desk.moves(17 * SECOND - timedelta(milliseconds=1))
    assert told == []
    await desk.moves(timedelta(milliseconds=1))
    assert len(told) == 2  # and the morning's digest, which had to wait behind it


async def test_a_flood_answer_holds_up_its_own_chat_only(desk: Stage) -> None:
    desk.sandbox.faults.flood(60, method="sendMessage", chat=desk.group.id)
    case = await hands_in(desk)
    assert case.cards == []
    director = Player(desk, desk.director, desk.bot)
    await director.opens()

    director.hears(case.reference)


@pytest.mark.parametrize("kind", ["502", "a proxy's page", "a dropped connection"])
async def test_a_fault_on_the_way_is_tried_again_with_growing_pauses(
    desk: Stage, kind: str
) -> None:
    faults = desk.sandbox.faults
    if kind == "502":
        fault = faults.fail(502, "Bad Gateway", times=3, method="sendMessage")
    elif kind == "a proxy's page":
        fault = faults.fail(504, "<html>", times=3, method="sendMessage", html=True)
    else:
        fault = faults.drop(times=3, method="sendMessage")
    async with desk.app.store.begin() as tx:  # the digest would take turns with the card
        await tx.job_runs.take("digest", "2026-03-02", desk.clock.now())
    case = await hands_in(desk)
    hits = [fault.hits]
    for pause in (2, 5, 15):
        await desk.moves((pause - 1) * SECOND)
        assert case.cards == []
        await desk.moves(SECOND)
        hits.append(fault.hits)

    assert hits == [1, 2, 3, 3]
    assert len(case.cards) == 1


async def test_an_answer_that_was_lost_leads_to_one_message_too_many_at_most(
    desk: Stage,
) -> None:
    """Rule 10: at least once, at most twice."""
    desk.sandbox.faults.drop(method="sendMessage", effect=True)
    case = await hands_in(desk)
    await desk.moves(timedelta(minutes=10))

    assert len(case.cards) == 2
    lead = Player(desk, desk.lead, desk.group)
    await lead.presses("Duyệt", on=case.cards[0])
    assert "đã duyệt" in case.cards[1].text


async def test_the_order_within_a_chat_is_kept_across_a_fault(desk: Stage) -> None:
    desk.sandbox.world.private(desk.bot, desk.director).may_write = True
    desk.sandbox.faults.fail(500, method="sendMessage", chat=desk.director.id)
    address = Address("public", str(desk.director.id))
    async with desk.app.store.begin() as tx:
        for n in range(3):
            line = text("button-number", n=n)
            await tx.outbox.put(Outgoing(f"{n}", Kind.SAY, address, message=Message((line,))))
    await desk.settle()
    await desk.moves(timedelta(minutes=1))

    chat = desk.sandbox.world.private(desk.bot, desk.director)
    assert [message.text for message in chat.visible()] == ["0", "1", "2"]


# ── a facility that blocked the bot ──────────────────────────────────────────────────────────────


async def test_a_blocked_facility_keeps_its_case_and_gets_its_mail_and_staff_can_see_it(
    desk: Stage,
) -> None:
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk)
    desk.director.blocks(desk.bot)
    await desk.settle()
    await officer.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    await desk.moves(UNDO)

    assert (await case.stored()).status == "issued"
    assert len(desk.mails_to(EMAIL)) == 1
    assert "🔕 Không nhắn tin được cho cơ sở từ 09:02 ngày 02/03/2026" in case.card.text
    await officer.presses("Chi tiết", on=case.card)
    officer.hears("09:02 ngày 02/03/2026: không nhắn tin được cho cơ sở")


async def test_a_blocked_facility_is_told_its_standing_when_it_comes_back(
    desk: Stage, director: Player, officer: Player
) -> None:
    case = await hands_in(desk)
    desk.director.blocks(desk.bot)
    await refuses(officer, case)
    await desk.moves(UNDO)
    await director.opens()

    director.hears(case.reference, "GCN đã bị thu hồi")


async def test_an_expiry_that_cannot_be_told_in_the_chat_is_mailed(desk: Stage) -> None:
    case = await hands_in(desk)
    desk.director.blocks(desk.bot)
    await desk.moves((await case.stored()).reopens_at)

    assert "Quá hạn" in str(desk.mails_to(EMAIL)[0].message["Subject"])
    assert "🔕" in case.card.text


# ── a defect of ours ─────────────────────────────────────────────────────────────────────────────


async def test_what_nobody_can_send_is_given_up_and_holds_up_nothing(desk: Stage) -> None:
    group = Address("public", str(desk.group.id))
    async with desk.app.store.begin() as tx:
        await tx.outbox.put(Outgoing("empty", Kind.SAY, group))
        await tx.outbox.put(Outgoing("no case", Kind.CARD, group, registration_id=999))
        await tx.outbox.put(Outgoing("no bot", Kind.SAY, Address("zalo", "1")))
        nobody, kind = Address(MAIL, "khong.ai@gmail.com"), {"mail": "account"}
        await tx.outbox.put(
            Outgoing("no result", Kind.MAIL, nobody, registration_id=999, context=kind)
        )
    case = await hands_in(desk)

    assert len(case.cards) == 1
    async with desk.app.store.read() as tx:
        assert await tx.outbox.failures(MONDAY - SECOND) == 3
    assert desk.mails_to("khong.ai@gmail.com") == []
