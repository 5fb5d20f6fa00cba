"""A result that could not be mailed: sent again, sent elsewhere, or put aside."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.stage import Stage, staging
from core.people import Role
from sandbox import Message
from tests.handlers.actors import EMAIL, LICENCE, Player, code_mailed_to, conversation_of
from tests.handlers.cases import (
    PASSWORD,
    UNDO,
    Case,
    employ,
    enters_account,
    hands_in,
    refuses,
)
from tests.handlers.conftest import MONDAY

OTHER = "antam.hanoi@yahoo.com"
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


async def bounces(stage: Stage, officer: Player, *, times: int = 1) -> Case:
    """An account was entered, and the mail server knows no such mailbox."""
    case = await hands_in(stage)
    await officer.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    stage.sandbox.inbox.refuses("550 5.1.1 no such user", times=times)
    await stage.moves(UNDO)
    assert "Không gửi được thư đến l***@gmail.com" in case.card.text
    return case


@pytest.fixture
async def broken(desk: Stage, officer: Player) -> Case:
    return await bounces(desk, officer)


async def sealed(case: Case) -> bool:
    async with case.stage.app.store.read() as tx:
        return await tx.secrets.get(case.id) is not None


async def digest(stage: Stage, officer: Player) -> str:
    """The words of the next morning's digest."""
    await officer.says("/trogiup")
    day = (stage.clock.now() - MONDAY).days + 1
    await stage.moves(MONDAY + day * DAY - timedelta(hours=1))
    return officer.heard


# ── the facility gives another e-mail ────────────────────────────────────────────────────────────


async def test_rule_8_the_facility_gives_another_mailbox_proves_it_and_the_account_goes_there(
    desk: Stage,
) -> None:
    officer = Player(desk, desk.officer, desk.group)
    director = Player(desk, desk.director, desk.bot)
    case = await bounces(desk, officer)
    assert "Đã hỏi cơ sở email khác lúc 09:02" in case.card.text
    director.hears(f"đăng ký {case.reference} đến l***@gmail.com", "Vui lòng nhập email khác")

    await director.says("đoan@gmail.com")
    director.hears("chữ mang dấu tiếng Việt")
    await director.says("antam.hanoi@yaho.com")
    await director.presses(OTHER)
    director.hears("Mã xác nhận gồm 6 chữ số đang được gửi đến", OTHER)
    await director.says("123456" if code_mailed_to(desk, OTHER) != "123456" else "654321")
    director.hears("Mã chưa đúng. Quý cơ sở còn 4 lần nhập.")
    assert await sealed(case)
    assert (await case.stored()).email == EMAIL
    await director.says(code_mailed_to(desk, OTHER))

    director.hears("Đã ghi nhận email mới", "đã được cấp tài khoản")
    stored = await case.stored()
    assert (stored.email, stored.email_proved, stored.status) == (OTHER, True, "issued")
    assert [PASSWORD in mail.text for mail in desk.mails_to(OTHER)] == [False, True]
    assert desk.mails_to(EMAIL) == []
    assert not await sealed(case)
    assert "Không gửi được" not in case.card.text
    assert (await case.events())[-3:] == ["result-failed", "email-corrected", "result-mailed"]


async def test_rule_1_another_facilitys_mailbox_is_not_taken(
    broken: Case, director: Player, neighbour: Player
) -> None:
    await hands_in(
        broken.stage, neighbour.person, licence="03-9/ĐKKDD-HNO", email="hai.pham@gmail.com"
    )
    await director.says("haipham+knlt@gmail.com")

    director.hears("Email này đã được dùng cho một đăng ký khác", "Vui lòng nhập email khác")
    assert (await broken.stored()).email == EMAIL


async def test_rule_1_a_mailbox_taken_while_its_code_was_on_the_way_is_not_taken_twice(
    broken: Case, director: Player, neighbour: Player
) -> None:
    await director.says(OTHER)
    await hands_in(broken.stage, neighbour.person, licence="03-9/ĐKKDD-HNO", email=OTHER)
    await director.says(code_mailed_to(broken.stage, OTHER))

    director.hears("Email này đã được dùng cho một đăng ký khác")
    assert (await broken.stored()).email == EMAIL


async def test_nobody_gives_an_e_mail_for_another_facility(broken: Case, neighbour: Player) -> None:
    await neighbour.opens()
    await neighbour.taps(f"1.m.email.{broken.id:x}")
    assert "Không tìm thấy đăng ký này" in neighbour.popup
    await neighbour.taps("1.e.code.resend")
    assert "Nút này thuộc tin nhắn cũ" in neighbour.popup
    await neighbour.says(OTHER)

    assert (await broken.stored()).email == EMAIL


async def test_the_same_mailbox_may_be_proved_after_all(broken: Case, director: Player) -> None:
    await director.says(EMAIL)
    await director.says(code_mailed_to(broken.stage, EMAIL))

    assert (await broken.stored()).status == "issued"
    assert len(broken.result_mails) == 1


async def test_a_code_that_cannot_be_mailed_asks_for_another_address(
    broken: Case, director: Player
) -> None:
    broken.stage.sandbox.inbox.refuses(recipient=OTHER)
    await director.says(OTHER)

    director.hears("Không gửi được mã đến", OTHER, "Vui lòng nhập một email khác")
    await director.says("lan.moi@gmail.com")
    director.hears("Mã xác nhận gồm 6 chữ số")


async def test_where_no_code_is_asked_the_mailbox_is_taken_as_it_is(folder: Path) -> None:
    async with staging(folder, MONDAY, own_desk=False, email_code=False) as stage:
        await employ(stage, stage.officer, Role.OFFICER)
        case = await bounces(stage, Player(stage, stage.officer, stage.group))
        director = Player(stage, stage.director, stage.bot)
        director.hears_no("6 chữ số")
        await director.says(OTHER)

        director.hears("Đã ghi nhận email mới", "đã được cấp tài khoản")
        stored = await case.stored()
        assert (stored.email, stored.email_proved) == (OTHER, False)


async def test_it_is_put_off_and_found_again_among_the_registrations(
    broken: Case, director: Player
) -> None:
    await director.says("hủy")
    director.hears("Vâng, để sau")
    await director.says("/trangthai")
    await director.presses(f"📨 Nhập email khác ({broken.reference})")
    director.hears("Vui lòng nhập email khác")
    await director.says("/trangthai")
    await director.says("1")
    director.hears("Vui lòng nhập email khác")
    await director.sends_sticker()
    director.hears("Vui lòng trả lời bằng chữ", "Vui lòng nhập email khác")
    await director.says("để sau")
    director.hears("Vâng, để sau")
    await director.says("/huy")
    director.hears("Không có đăng ký nào đang nhập dở")


async def test_beside_a_draft_nothing_is_mixed_up(desk: Stage, officer: Player) -> None:
    director = Player(desk, desk.director, desk.bot)
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    await director.says("/dangky")
    await director.presses("✅ Đồng ý")
    await director.says("03-77/ĐKKDD-HNO")
    director.hears("tên cơ sở")
    desk.sandbox.inbox.refuses("550 5.1.1 no such user")
    await desk.moves(UNDO)
    director.hears("Không gửi được thư kết quả", "bấm “Nhập email khác”")
    await director.says("Nhà thuốc Bình An")
    director.hears("Email dùng để đăng ký là của ai?")

    await director.presses(f"📨 Nhập email khác ({case.reference})", on=director_asked(director))
    await director.says(OTHER)
    await director.says(code_mailed_to(desk, OTHER))
    director.hears("Đã ghi nhận email mới", "Email dùng để đăng ký là của ai?")
    assert (await case.stored()).status == "issued"
    draft = (await conversation_of(director)).draft
    assert draft is not None
    assert (draft.facility, draft.email) == ("Nhà thuốc Bình An", None)


def director_asked(director: Player) -> Message:
    """The message that asked for another e-mail beside the draft."""
    chat = director.stage.sandbox.world.private(director.stage.bot, director.person)
    return next(m for m in reversed(chat.visible()) if "Nhập email khác”" in m.text)


async def test_once_it_is_no_longer_needed_the_code_changes_nothing(
    broken: Case, director: Player, officer: Player
) -> None:
    await director.says(OTHER)
    await officer.presses("Hoàn tác", on=broken.card)
    await director.presses(
        f"Rút đăng ký {broken.reference}", on=(await director.says("/trangthai")).last
    )
    await director.presses("Rút đăng ký")
    assert (await broken.stored()).status == "withdrawn"
    await director.says(code_mailed_to(broken.stage, OTHER))

    director.hears_no("Đã ghi nhận")
    assert (await broken.stored()).email == EMAIL
    assert broken.stage.mails_to(OTHER)[-1].text.count(broken.reference) == 0


async def test_expiry_beats_another_mailbox(broken: Case, director: Player) -> None:
    await broken.stage.moves(MONDAY + 14 * DAY + timedelta(hours=14, minutes=50))
    await director.says("/trangthai")
    await director.presses(f"📨 Nhập email khác ({broken.reference})")
    await director.says(OTHER)
    await broken.stage.moves(MONDAY + 14 * DAY + timedelta(hours=15, minutes=1))
    await director.says(code_mailed_to(broken.stage, OTHER))

    director.hears_no("Đã ghi nhận")
    assert (await broken.stored()).status == "expired"
    assert not await sealed(broken)


# ── undone ───────────────────────────────────────────────────────────────────────────────────────


async def test_undo_is_told_to_the_facility_and_ends_what_it_was_asked(
    broken: Case, officer: Player, director: Player
) -> None:
    await officer.presses("Hoàn tác", on=broken.card)
    director.hears(f"Đăng ký {broken.reference} được mở lại", "chưa cần nhập email khác")
    await director.says(OTHER)

    director.hears_no("Mã xác nhận")
    assert broken.stage.mails_to(OTHER) == []
    assert (await broken.stored()).status == "pending"
    assert (await broken.events())[-1] == "undone"


async def test_undo_gives_a_draft_back_that_was_left_for_another_e_mail(
    broken: Case, officer: Player, director: Player
) -> None:
    await director.says("/dangky")
    await director.says("/trangthai")
    await director.presses(f"📨 Nhập email khác ({broken.reference})")
    director.hears("Vui lòng nhập email khác")
    await officer.presses("Hoàn tác", on=broken.card)

    director.hears("được mở lại", "Kính chào")


async def test_undo_of_what_nobody_was_told_tells_nobody(
    desk: Stage, officer: Player, director: Player
) -> None:
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    await director.says("/trogiup")
    await officer.presses("Hoàn tác", on=case.card)

    director.hears_no("mở lại")


# ── a mail that came back ────────────────────────────────────────────────────────────────────────


async def hears_of_a_bounce(officer: Player, case: Case) -> None:
    """From the button on the card to the confirmation."""
    await officer.presses("📭 Thư bị trả lại", on=case.card)
    await officer.presses("📭 Đúng, thư bị trả lại")


async def test_a_refusal_that_came_back_is_mailed_to_another_e_mail(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.group)
    director = Player(desk, desk.director, desk.bot)
    case = await hands_in(desk)
    await refuses(officer, case, "2")
    await desk.moves(UNDO)
    assert len(case.result_mails) == 1
    await officer.presses("📭 Thư bị trả lại", on=case.card)
    officer.hears(
        f"Trần Văn Minh, thư kết quả của {case.reference} gửi đến l***@gmail.com",
        "thư từ chối tự gửi lại. Hạn vẫn là hết thứ Hai 16/03/2026",
    )
    await officer.presses("📭 Đúng, thư bị trả lại")
    assert f"Đã ghi nhận thư của {case.reference} bị trả lại" in officer.popup
    assert "Không gửi được thư đến l***@gmail.com, cần xử lý" in case.card.text
    assert "Đã hỏi cơ sở email khác lúc 09:02" in case.card.text
    director.hears(f"Không gửi được thư kết quả của đăng ký {case.reference}", "nhập email khác")
    director.hears_no("Hạn trả kết quả")

    await director.says(OTHER)
    await director.says(code_mailed_to(desk, OTHER))
    director.hears("Đã ghi nhận email mới", "chưa được cấp tài khoản")
    assert desk.mails_to(OTHER)[-1].text.count(case.reference) > 0
    assert (await case.events())[-3:] == ["result-bounced", "email-corrected", "result-mailed"]
    await officer.presses("Chi tiết", on=case.card)
    officer.hears("Trần Văn Minh báo thư kết quả bị trả lại")


async def test_a_refusal_that_came_back_is_sent_to_the_same_mailbox_again(
    desk: Stage, officer: Player
) -> None:
    case = await hands_in(desk)
    await refuses(officer, case, "2")
    await desk.moves(UNDO)
    await hears_of_a_bounce(officer, case)
    await officer.presses("📤 Gửi lại", on=case.card)

    assert len(case.result_mails) == 2
    assert "Thư kết quả đã gửi lúc" in case.card.text


async def test_an_account_that_came_back_waits_for_another_e_mail_and_is_entered_anew(
    desk: Stage,
) -> None:
    officer = Player(desk, desk.officer, desk.group)
    director = Player(desk, desk.director, desk.bot)
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    await desk.moves(UNDO)
    await desk.moves(3 * DAY)
    await officer.presses("📭 Thư bị trả lại", on=case.card)
    officer.hears("đăng ký trở về đã duyệt, hạn là hết thứ Năm 19/03/2026", "phải nhập lại")
    await officer.presses("📭 Đúng, thư bị trả lại")
    assert "đã duyệt" in case.card.text
    assert "⛔ Cần xử lý: 1" in await digest(desk, officer)
    director.hears("nhập email khác", "Hạn trả kết quả là hết thứ Năm 19/03/2026")

    await director.says(OTHER)
    await director.says(code_mailed_to(desk, OTHER))
    assert "Chưa nhập tài khoản" in case.card.text
    wire = f"1.c.resend.{case.id:x}.1"
    await officer.taps(wire, on=case.card)
    assert "Tài khoản của" in officer.popup
    assert "nhập lại" in officer.popup
    await enters_account(officer, case)
    await desk.moves(UNDO)
    assert PASSWORD in desk.mails_to(OTHER)[-1].text
    assert (await case.stored()).status == "issued"


async def test_rule_6_late_and_double_presses_are_told_who_said_so_and_how_it_stands(
    desk: Stage, officer: Player, lead: Player, director: Player
) -> None:
    case = await hands_in(desk)
    await refuses(officer, case, "2")
    await desk.moves(UNDO)
    await officer.presses("📭 Thư bị trả lại", on=case.card)
    question = officer.last
    wire = f"1.c.bounced.{case.id:x}.{(await case.stored()).version:x}"
    await lead.presses("📭 Đúng, thư bị trả lại", on=question)
    assert "dành cho người khác" in lead.popup
    await officer.presses("📭 Đúng, thư bị trả lại", on=question)
    await lead.taps(wire, on=case.card)
    told = f"Trần Văn Minh đã báo thư kết quả của {case.reference} bị trả lại lúc 09:02"
    assert told in lead.popup
    await officer.taps("1.v.yes", on=question)
    assert told in officer.popup
    await officer.presses("📤 Gửi lại", on=case.card)
    await lead.taps(wire, on=case.card)

    assert lead.popup.startswith("Thẻ vừa thay đổi")
    assert (await case.events()).count("result-bounced") == 1


async def test_a_bounce_that_was_not_one_changes_nothing(desk: Stage, officer: Player) -> None:
    case = await hands_in(desk)
    await refuses(officer, case, "2")
    await desk.moves(UNDO)
    await officer.presses("📭 Thư bị trả lại", on=case.card)
    await officer.presses("Hủy")
    assert officer.popup == "Đã dừng, đăng ký giữ nguyên."
    await officer.taps("1.v.no", on=case.card)
    assert officer.popup == "Nút này thuộc tin nhắn cũ."
    await officer.taps("1.v.yes", on=case.card)
    assert officer.popup == "Nút này thuộc tin nhắn cũ."

    assert (await case.events())[-1] == "result-mailed"
    assert "Thư kết quả đã gửi lúc" in case.card.text


# ── staff ────────────────────────────────────────────────────────────────────────────────────────


async def test_an_officer_sends_it_again_and_of_two_presses_one_counts(
    broken: Case, officer: Player, lead: Player
) -> None:
    card, wire = broken.card, str(broken.card.keyboard[0][0]["callback_data"])
    broken.stage.sandbox.inbox.refuses("451 4.3.0 try later")
    await officer.presses("📤 Gửi lại", on=card)
    assert officer.popup == f"Đang gửi lại thư kết quả của {broken.reference}."
    await lead.taps(wire, on=card)
    assert f"đang được gửi lại: {officer.person.name} bấm gửi lại lúc 09:02" in lead.popup
    await broken.stage.moves(timedelta(minutes=1))
    await lead.taps(wire, on=card)

    assert "đã gửi lúc 09:03" in lead.popup
    assert len(broken.result_mails) == 1
    assert (await broken.events())[-2:] == ["result-resent", "result-mailed"]
    assert "Đã xử lý" not in str(broken.card.rows)


async def test_a_press_on_a_card_that_failed_again_meanwhile_sends_nothing(
    desk: Stage, officer: Player, lead: Player
) -> None:
    case = await bounces(desk, officer, times=2)
    wire = str(case.card.keyboard[0][0]["callback_data"])
    await officer.presses("📤 Gửi lại", on=case.card)
    assert "cần xử lý" in case.card.text
    await lead.taps(wire, on=case.card)

    assert lead.popup.startswith("Thẻ vừa thay đổi")
    assert case.result_mails == []


async def test_put_aside_it_leaves_the_digest_and_the_account_is_forgotten(
    broken: Case, officer: Player, lead: Player
) -> None:
    stage = broken.stage
    assert "⛔ Cần xử lý: 1" in await digest(stage, officer)
    await officer.presses("☑️ Đã xử lý")
    assert "bản tin sáng không nhắc nữa" in officer.popup
    await lead.presses("☑️ Đã xử lý", on=stage.group.cards[-1])
    assert f"{officer.person.name} đã đánh dấu đã xử lý lúc" in lead.popup
    assert f"{officer.person.name} đánh dấu đã xử lý" in broken.card.text
    assert not await sealed(broken)
    assert (await broken.events())[-1] == "handled"
    assert "Cần xử lý" not in await digest(stage, officer)

    await officer.presses("📤 Gửi lại", on=broken.card)
    assert "không còn được lưu" in officer.popup
    await enters_account(officer, broken)
    await stage.moves(UNDO)
    assert (await broken.stored()).status == "issued"


async def test_a_code_on_its_way_stays_good_when_the_officer_asks_again(
    broken: Case, officer: Player, director: Player
) -> None:
    await broken.stage.moves(timedelta(hours=1))
    await director.says(OTHER)
    await officer.presses("📨 Hỏi email khác", on=broken.card)
    director.hears(broken.reference, "Mã xác nhận gồm 6 chữ số", OTHER)
    await director.says(code_mailed_to(broken.stage, OTHER))

    director.hears("Đã ghi nhận email mới")
    assert (await broken.stored()).email == OTHER


async def test_the_facility_is_asked_again_once_an_hour_at_most(
    broken: Case, officer: Player, director: Player
) -> None:
    await officer.presses("📨 Hỏi email khác", on=broken.card)
    assert "Cơ sở vừa được hỏi lúc 09:02" in officer.popup
    await broken.stage.moves(timedelta(hours=1))
    await officer.presses("📨 Hỏi email khác", on=broken.card)

    assert f"Đã hỏi cơ sở email khác cho {broken.reference}" in officer.popup
    director.hears("Vui lòng nhập email khác")
    assert (await broken.events())[-1] == "email-asked"


async def test_a_facility_that_blocked_the_bot_is_listed_until_it_is_back_or_handled(
    desk: Stage, officer: Player, director: Player
) -> None:
    case = await hands_in(desk)
    director.person.blocks(desk.bot)
    await refuses(officer, case, "2")
    await desk.moves(UNDO)
    assert "Không nhắn tin được cho cơ sở" in case.card.text
    assert "không nhắn tin được" in await digest(desk, officer)

    director.person.unblocks(desk.bot)
    await desk.settle()
    assert "Không nhắn tin được cho cơ sở" not in case.card.text
    assert "Cần xử lý" not in await digest(desk, officer)


async def test_rule_7_nobody_repairs_a_registration_of_their_own(desk: Stage, lead: Player) -> None:
    own = await hands_in(desk, desk.officer, licence=LICENCE)
    await lead.presses("Duyệt", on=own.card)
    await enters_account(lead, own)
    desk.sandbox.inbox.refuses("550 5.1.1 no such user")
    await desk.moves(UNDO)
    officer = Player(desk, desk.officer, desk.group)
    for label in ("📤 Gửi lại", "📨 Hỏi email khác", "☑️ Đã xử lý"):
        await officer.presses(label, on=own.card)
        assert "do chính mình gửi" in officer.popup
    await employ(desk, desk.officer, Role.VIEWER)
    await officer.presses("📤 Gửi lại", on=own.card)
    assert "chưa có quyền" in officer.popup
