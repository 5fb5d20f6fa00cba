"""The card of a registration in the staff group: one each, always as the case stands."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.stage import Stage, staging
from tests.handlers.actors import Player
from tests.handlers.cases import UNDO, enters_account, hands_in, refuses

ASK = "❓ Hỏi cơ sở"
DECIDING = ["✅ Duyệt", "✖️ Từ chối", "Chi tiết", "🙋 Nhận xử lý", ASK]
APPROVED = ["🔑 Nhập tài khoản", "↩️ Hoàn tác", "Chi tiết", "🔓 Mở lại", ASK]
WAITING = ["↩️ Hoàn tác", "🔓 Mở lại", "Chi tiết"]
SENT = ["Chi tiết", "🔓 Mở lại", "📭 Thư bị trả lại"]
CLOSED = ["Chi tiết"]


async def test_a_new_registration_hangs_a_card_that_says_what_staff_must_know(
    desk: Stage,
) -> None:
    case = await hands_in(desk)

    assert case.card.text.splitlines() == [
        f"{case.reference} · chờ duyệt",
        "GCN: 03-1234/ĐKKDD-HNO",
        "Cơ sở: Nhà thuốc An Tâm",
        "Giám đốc (chủ cơ sở): Nguyễn Thị Lan",
        "Email: l***@gmail.com (đã xác nhận)",
        "🟢 Hạn: hết thứ Hai 16/03/2026 (còn 10 ngày làm việc)",
    ]
    assert case.card.buttons == DECIDING


async def test_one_card_is_edited_in_place_from_the_first_day_to_the_account(
    desk: Stage,
) -> None:
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk)
    hung = case.card.id

    await officer.presses("Duyệt", on=case.card)
    assert "✅ Trần Văn Minh duyệt lúc 09:00 ngày 02/03/2026" in case.card.text
    assert "🔑 Chưa nhập tài khoản" in case.card.text
    assert case.card.buttons == APPROVED

    await enters_account(officer, case)
    assert "✉️ Thư kết quả đang chờ gửi" in case.card.text
    assert case.card.buttons == [*WAITING, ASK]

    await desk.moves(UNDO)
    assert f"{case.reference} · đã cấp tài khoản" in case.card.text
    assert "📬 Thư kết quả đã gửi lúc 09:02 ngày 02/03/2026" in case.card.text
    assert case.card.buttons == SENT
    assert case.card.id == hung


async def test_a_refused_card_says_who_refused_and_why(desk: Stage, officer: Player) -> None:
    case = await hands_in(desk)
    await refuses(officer, case)

    assert "✖️ Trần Văn Minh từ chối lúc 09:00" in case.card.text
    assert "GCN đã bị thu hồi" in case.card.text
    assert "✉️ Thư kết quả đang chờ gửi" in case.card.text
    assert case.card.buttons == WAITING

    await desk.moves(UNDO)
    assert "📬 Thư kết quả đã gửi" in case.card.text
    assert case.card.buttons == SENT


async def test_an_expired_card_offers_no_decision(desk: Stage) -> None:
    case = await hands_in(desk)

    await desk.moves(datetime(2026, 3, 16, 17, tzinfo=UTC))

    assert f"{case.reference} · quá hạn" in case.card.text
    assert "Hạn:" not in case.card.text
    assert case.card.buttons == CLOSED


async def test_a_withdrawn_card_offers_no_decision(desk: Stage, director: Player) -> None:
    case = await hands_in(desk)
    await director.opens()
    await director.presses("Rút đăng ký")
    await director.presses("Rút đăng ký")

    assert f"{case.reference} · cơ sở đã rút" in case.card.text
    assert case.card.buttons == CLOSED


async def test_an_email_that_was_not_proved_is_marked(desk: Stage) -> None:
    case = await hands_in(desk, proved=False)

    assert "Email: l***@gmail.com ⚠️ chưa xác nhận" in case.card.text


async def test_the_address_is_masked_in_the_group(desk: Stage, officer: Player) -> None:
    case = await hands_in(desk)
    await officer.presses("Chi tiết", on=case.card)

    assert case.email not in desk.group.transcript()


@pytest.mark.parametrize(
    "name",
    [
        "<b>Nhà thuốc</b>",
        "_*[Nhà thuốc](x)",
        "Nhà thuốc &amp; <script>",
        "A" * 200,
        "{ $reference }",
    ],
)
async def test_the_names_of_a_facility_stay_text(desk: Stage, name: str) -> None:
    case = await hands_in(desk, facility=name)

    assert f"Cơ sở: {name}\n" in case.card.text


async def test_the_name_of_an_officer_stays_text_and_cannot_turn_the_line_around(
    desk: Stage, lead: Player
) -> None:
    joker = Player(desk, desk.group.member("<i>Minh</i>\u202e_*["), desk.group)
    await lead.says(f"/canbo {joker.person.id}")
    case = await hands_in(desk)
    await joker.presses("Duyệt", on=case.card)

    assert "✅ <i>Minh</i>_*[ duyệt lúc" in case.card.text


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (datetime(2026, 3, 11, 17, 30, tzinfo=UTC), "🟠 Hạn: hết thứ Hai 16/03/2026 (còn 2 ngày"),
        (datetime(2026, 3, 16, 1, tzinfo=UTC), "🔴 Hạn: hết thứ Hai 16/03/2026 (hôm nay)"),
    ],
)
async def test_days_left_are_counted_when_the_card_is_drawn(
    desk: Stage, officer: Player, day: datetime, words: str
) -> None:
    case = await hands_in(desk)
    await desk.moves(day)
    await officer.presses("Duyệt", on=case.card)

    assert words in case.card.text


async def test_a_card_drawn_before_the_ticker_has_expired_it_says_overdue(
    desk: Stage, officer: Player
) -> None:
    case = await hands_in(desk)
    desk.clock.set(datetime(2026, 3, 16, 17, tzinfo=UTC))
    await officer.presses("Duyệt", on=case.card)

    assert "🔴 Hạn: hết thứ Hai 16/03/2026 (đã quá hạn)" in case.card.text


async def test_a_deadline_past_the_known_calendar_is_called_provisional(folder: Path) -> None:
    async with staging(folder, datetime(2026, 12, 28, 2, tzinfo=UTC), own_desk=False) as stage:
        case = await hands_in(stage)

        assert "hạn dự kiến" in case.card.text


async def test_a_new_registration_after_a_refusal_names_the_earlier_one(
    desk: Stage, officer: Player, director: Player
) -> None:
    first = await hands_in(desk)
    await refuses(officer, first)
    await desk.moves(UNDO)
    await director.presses("Đăng ký lại")
    await director.presses("✅ Đồng ý")
    await director.presses("Gửi đăng ký")

    (card,) = [m for m in desk.group.cards if "chờ duyệt" in m.text]
    assert f"📎 Cùng số GCN (1): {first.reference} đã từ chối" in card.text


async def test_details_tell_the_history_and_what_the_facility_typed(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk, licence="so 1234 DKKDD HNO")
    await officer.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    await desk.moves(UNDO)
    await officer.presses("Chi tiết", on=case.card)

    assert officer.last.reply_to is case.card
    officer.hears(
        f"Lịch sử {case.reference}",
        "so 1234 DKKDD HNO",
        "09:00 ngày 02/03/2026: cơ sở gửi đăng ký",
        "09:00 ngày 02/03/2026: Trần Văn Minh duyệt",
        "09:00 ngày 02/03/2026: Trần Văn Minh nhập tài khoản",
        "09:02 ngày 02/03/2026: máy chủ thư đã nhận thư kết quả",
    )


async def test_opening_a_case_from_the_queue_brings_its_one_card_down(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk)
    old = case.card
    await officer.says("/choduyet 1")
    await officer.presses(case.reference)

    assert case.card is desk.group.last
    assert old.deleted
    await officer.presses("Duyệt", on=case.card)
    assert "đã duyệt" in case.card.text


async def test_a_card_too_old_to_be_deleted_leaves_a_note_and_old_screens_lead_to_the_new_one(
    desk: Stage,
) -> None:
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk)
    old = case.card
    await desk.moves(timedelta(days=3))
    await officer.says("/choduyet 1")
    await officer.presses(case.reference)

    assert case.card is desk.group.last
    assert (old.text, old.buttons) == ("⬇️ Thẻ này đã chuyển xuống dưới.", [])
    async with desk.app.store.read() as tx:
        assert await tx.outbox.all_given_up(9) == []
    await officer.presses("Duyệt", on=old)
    assert "đã duyệt" in case.card.text


async def test_opening_a_case_in_private_shows_a_copy_and_leaves_the_card(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.desk)
    case = await hands_in(desk)
    await officer.says("/choduyet 1")
    await officer.presses(case.reference)

    assert officer.last.text == case.card.text
    await officer.presses("Duyệt", on=officer.last)
    assert "đã duyệt" in case.card.text
