"""/lich: leads change a day, see what it means first, and no promise is ever broken silently."""

import pytest

from bot.stage import Stage
from core.ports import SpecialDay
from tests.handlers.actors import Player
from tests.handlers.cases import Case, hands_in


@pytest.fixture
async def case(desk: Stage) -> Case:
    """Handed in on Monday 2 March 2026, due on the 16th."""
    return await hands_in(desk)


async def _days(stage: Stage) -> list[SpecialDay]:
    async with stage.app.store.read() as tx:
        return await tx.calendar.days()


async def test_the_coming_days_are_shown_and_how_far_the_calendar_is_known(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.group)
    await officer.says("/lich")

    officer.hears("🔴 nghỉ thứ Hai 27/04/2026 bù Giỗ Tổ", "🟢 làm bù thứ Bảy 22/08/2026")
    officer.hears("đã công bố đến hết 31/12/2026")
    officer.hears_no("16/02/2026", "Trưởng nhóm sửa")


async def test_a_closed_day_is_previewed_and_saved_with_the_promise_kept(
    desk: Stage, case: Case, lead: Player
) -> None:
    await lead.says("/lich nghỉ 10/03/2026 họp ngành")
    lead.hears("nghỉ thứ Ba 10/03/2026 họp ngành", "1 trong 1 đăng ký", "nhiều nhất 1 ngày")
    assert str((await _days(desk))[-1].day) != "2026-03-10"

    await lead.presses("giữ hạn đã hứa")

    lead.hears("Lê Thu Hồng đã sửa lịch", "Các hạn đã hứa giữ nguyên")
    assert any(str(one.day) == "2026-03-10" and not one.worked for one in await _days(desk))
    assert str((await case.stored()).due) == "2026-03-16"
    assert await case.events() == ["submitted"]


async def test_moving_the_dates_is_told_on_the_card_in_the_history_and_to_the_facility(
    desk: Stage, case: Case, lead: Player, director: Player
) -> None:
    await lead.says("/lich nghỉ 10/03/2026")
    await lead.presses("Lưu và dời hạn")

    assert str((await case.stored()).due) == "2026-03-17"
    assert "Hạn: hết thứ Ba 17/03/2026 (còn 10 ngày làm việc)" in case.card.text
    assert f"kết quả của {case.reference} chậm nhất là hết thứ Ba 17/03/2026" in director.last.text
    assert "thay cho 16/03/2026" in director.last.text
    await lead.presses("Chi tiết", on=case.card)
    lead.hears("Lê Thu Hồng dời hạn đến 17/03/2026")


async def test_a_worked_saturday_makes_no_promise_earlier(
    desk: Stage, case: Case, lead: Player
) -> None:
    await lead.says("/lich làm 07/03/2026")
    lead.hears("1 đăng ký có thể trả sớm hơn; hạn đã hứa vẫn giữ nguyên")
    assert "✅ Lưu và dời hạn, báo cơ sở" not in lead.buttons
    preview = lead.last
    await lead.presses("giữ hạn đã hứa")
    await lead.taps("1.k.extend", on=preview)

    assert str((await case.stored()).due) == "2026-03-16"
    assert "vốn đã như vậy" in lead.popup


async def test_a_special_day_can_be_dropped_and_a_preview_left(
    desk: Stage, case: Case, lead: Player
) -> None:
    await lead.says("/lich bỏ 27/04/2026")
    await lead.presses("Hủy")
    assert any(str(one.day) == "2026-04-27" for one in await _days(desk))

    await lead.says("/lich bỏ 27/04/2026")
    await lead.presses("giữ hạn đã hứa")
    assert not any(str(one.day) == "2026-04-27" for one in await _days(desk))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("nghỉ", "Trưởng nhóm sửa lịch"),
        ("nghỉ 31/02/2027", "Trưởng nhóm sửa lịch"),
        ("mua 10/03/2026", "Trưởng nhóm sửa lịch"),
        ("nghỉ 02/03/2026", "từ ngày mai trở đi"),
        ("nghỉ 07/03/2026", "vốn đã như vậy"),
        ("bỏ 10/03/2026", "vốn đã như vậy"),
    ],
)
async def test_what_cannot_be_done_is_said(lead: Player, typed: str, answer: str) -> None:
    await lead.says(f"/lich {typed}")

    lead.hears(answer)


async def test_an_officer_looks_and_does_not_press(
    desk: Stage, lead: Player, officer: Player
) -> None:
    await lead.says("/lich nghỉ 10/03/2026")
    await officer.presses("giữ hạn đã hứa", on=lead.last)

    assert "chưa có quyền" in officer.popup
    assert not any(str(one.day) == "2026-03-10" for one in await _days(desk))
