"""What was given up on its way: leads see it with /suachua, try it again or drop it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.stage import Stage
from core.messages import Address, Kind, Message, Outgoing, text
from handlers.worker import ATTEMPTS
from storage.tables import outbox
from tests.handlers.actors import LICENCE, Player, parked
from tests.handlers.conftest import MONDAY
from tests.handlers.test_bad_input import poison


async def gives_up(stage: Stage, monkeypatch: pytest.MonkeyPatch, director: Player) -> None:
    """The director's licence number meets a defect; after five attempts it is parked."""
    await director.agrees()
    with monkeypatch.context() as poisoned:
        poison(poisoned, LICENCE)
        await director.says(LICENCE)
        for attempt in range(1, ATTEMPTS):
            await stage.moves(timedelta(seconds=2**attempt))
    assert await parked(stage) == 1


async def test_a_lead_has_a_parked_update_tried_again_with_one_tap(
    desk: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    director = Player(desk, desk.director, desk.bot)
    lead = Player(desk, desk.lead, desk.group)
    await gives_up(desk, monkeypatch, director)
    await lead.says("/suachua")

    lead.hears("1. tin nhắn đến · bot public", "5 lần thử · RuntimeError")
    lead.hears_no(LICENCE)
    await lead.presses("🔁 Thử lại 1")
    assert lead.popup == "Đã đưa vào hàng để làm lại."
    assert "Không còn tin nhắn nào chưa xử lý được" in lead.last.text
    director.hears("Bước 2/7")
    assert await parked(desk) == 0


async def test_of_two_leads_one_drops_it_and_the_other_is_told(
    stage: Stage, lead: Player, director: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    await gives_up(stage, monkeypatch, director)
    await stage.moves(MONDAY + timedelta(days=4, hours=-1))
    lead.hears("Tin nhắn chưa xử lý được: 1")
    await lead.presses("🛠 Xem tin chưa xử lý được")
    old = lead.last
    wire = str(old.keyboard[0][1]["callback_data"])
    await lead.presses("🗑 Bỏ 1")
    assert lead.popup == "Đã bỏ."
    await lead.taps(wire, on=old)

    assert "đã có người xử lý" in lead.popup
    director.hears_no("Bước 2/7")
    async with stage.app.store.read() as tx:
        assert await tx.inbox.all_parked(9) == []


async def test_a_message_whose_attempts_ran_out_is_said_again_after_what_was_said_since(
    stage: Stage, lead: Player, director: Player
) -> None:
    await director.opens()
    lost = await loses_an_answer(stage, director)
    await director.says("xin chào")
    await director.says("/trogiup")
    await lead.says("/suachua")
    lead.hears("1. tin nhắn đi · bot public", "30 lần thử · retry")
    lead.hears_no(lost)
    await lead.presses("🔁 Thử lại 1")

    lead.hears("Không còn tin nhắn nào chưa xử lý được")
    assert lead.popup == "Đã đưa vào hàng để làm lại."
    assert lost in director.last.text
    assert await words_kept(stage) == []


async def test_a_message_that_fails_once_more_is_back_in_the_list_and_holds_nothing_up(
    stage: Stage, lead: Player, director: Player
) -> None:
    await director.opens()
    lost = await loses_an_answer(stage, director)
    await lead.says("/suachua")
    fault = stage.sandbox.faults.fail(502, method="sendMessage", chat=director.person.id, times=1)
    await lead.presses("🔁 Thử lại 1")
    await director.says("/trogiup")
    assert fault.hits == 1
    director.hears("/riengtu")
    director.hears_no(lost)

    await lead.says("/suachua")
    lead.hears("31 lần thử")
    await lead.presses("🗑 Bỏ 1")
    lead.hears("Không còn tin nhắn nào chưa xử lý được")
    assert await words_kept(stage) == []


async def loses_an_answer(stage: Stage, director: Player) -> str:
    """Telegram fails for hours, until the answer that somebody waits for is given up."""
    fault = stage.sandbox.faults.fail(502, method="sendMessage", chat=director.person.id, times=30)
    await director.says("/riengtu")
    for _ in range(40):
        await stage.moves(timedelta(minutes=5))
    assert fault.hits == 30
    return "rút lại đồng ý"


async def words_kept(stage: Stage) -> list[str]:
    """What lies in the database of messages that are not on their way."""
    async with stage.app.store.engines.read() as connection:
        found = await connection.execute(select(outbox.c.body).where(outbox.c.state != "queued"))
        return [body for body in found.scalars() if body is not None]


async def test_a_message_that_telegram_refuses_is_listed_and_only_dropped(
    stage: Stage, lead: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.app.store.begin() as tx:
        said = Message((text("withdraw-too-late"),))
        await tx.outbox.put(Outgoing("x", Kind.SAY, Address("nobody", "1"), message=said))
        (row,) = await tx.outbox.claim("me", stage.clock.now(), stage.clock.now(), 1, mail=False)
        await tx.outbox.failed("me", row.id, stage.clock.now(), "invalid: no such bot")
    await lead.says("/suachua")

    lead.hears("1. tin nhắn đi · bot nobody · 09:00 ngày 02/03/2026 · 1 lần thử · invalid")
    assert lead.buttons == ["🗑 Bỏ 1"]


@pytest.mark.parametrize(
    "wire", ["1.d.retry.i.", "1.d.retry.x.1", "1.d.drop.i.zz", "1.d.erase.i.1", "1.d.list.1"]
)
async def test_a_button_nobody_made_is_an_old_one(stage: Stage, lead: Player, wire: str) -> None:
    await lead.says("/suachua")
    lead.hears("Không còn tin nhắn nào chưa xử lý được")
    await lead.taps(wire)

    assert lead.popup == "Nút này thuộc tin nhắn cũ."
