"""A lead reopens a decided case after the undo window, for a reason that stays in the history."""

from datetime import date, timedelta

import pytest

from bot.stage import Stage
from core.errors import Problem
from core.people import Role
from core.registration import Status
from core.usecases.reopen import reopen
from sandbox import Message
from tests.handlers.actors import Player
from tests.handlers.cases import (
    PASSWORD,
    UNDO,
    Case,
    employ,
    enters_account,
    hands_in,
    refuses,
)

WHY = "Đối chiếu lại: GCN <b>đúng</b>, đã từ chối nhầm"


def desk_of(stage: Stage) -> tuple[Player, Player, Player]:
    """The officer and the lead in the group, and the facility in its chat."""
    return (
        Player(stage, stage.officer, stage.group),
        Player(stage, stage.lead, stage.group),
        Player(stage, stage.director, stage.bot),
    )


async def refused(stage: Stage) -> Case:
    """A refusal that the facility has received, six working days after it handed in."""
    case = await hands_in(stage)
    await stage.moves(timedelta(days=8))
    await refuses(Player(stage, stage.officer, stage.group), case)
    await stage.moves(UNDO)
    return case


async def reopens(lead: Player, case: Case, why: str = WHY) -> None:
    await lead.presses("Mở lại", on=case.card)
    await lead.replies(lead.last, why)


async def test_a_refusal_that_was_mailed_waits_again_with_a_new_term(desk: Stage) -> None:
    officer, lead, director = desk_of(desk)
    case = await refused(desk)
    await lead.presses("Mở lại", on=case.card)
    lead.hears(
        f"Lê Thu Hồng, vì sao mở lại {case.reference}?",
        "Đăng ký trở về chờ duyệt, hạn mới là hết thứ Ba 24/03/2026.",
    )
    await lead.replies(lead.last, WHY)

    lead.hears(f"🔓 Đã mở lại {case.reference}: chờ duyệt.")
    director.hears(
        f"Đăng ký {case.reference} được mở lại để xem xét.",
        "l***@gmail.com, chậm nhất là hết thứ Ba 24/03/2026.",
    )
    director.hears_no(WHY)
    stored = await case.stored()
    assert (stored.status, stored.due) == (Status.PENDING, date(2026, 3, 24))
    assert (stored.reason_text, stored.result_at, stored.decided_by) == (None, None, None)
    await officer.presses("Chi tiết", on=case.card)
    officer.hears("Trần Văn Minh từ chối", "GCN đã bị thu hồi", "Lê Thu Hồng mở lại", WHY)


async def test_the_new_decision_is_mailed_as_well(desk: Stage) -> None:
    officer, lead, _ = desk_of(desk)
    case = await refused(desk)
    await reopens(lead, case)
    await officer.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    await desk.moves(UNDO)

    assert [PASSWORD in mail for mail in case.result_mails] == [False, True]
    assert (await case.stored()).status is Status.ISSUED


async def test_an_account_that_was_sent_is_taken_back_and_another_one_mailed(
    desk: Stage,
) -> None:
    officer, lead, director = desk_of(desk)
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    await desk.moves(UNDO)
    await desk.moves(timedelta(days=20))
    await reopens(lead, case)

    lead.hears(f"🔓 Đã mở lại {case.reference}: đã duyệt.")
    director.hears("cần điều chỉnh", "vui lòng không dùng tài khoản đó")
    stored = await case.stored()
    assert (stored.status, stored.account_at, stored.result_at) == (Status.APPROVED, None, None)
    assert stored.due == date(2026, 4, 3)
    assert "🔑 Chưa nhập tài khoản" in case.card.text
    await enters_account(officer, case)
    await desk.moves(UNDO)

    assert [PASSWORD in mail for mail in case.result_mails] == [True, True]
    assert (await case.stored()).status is Status.ISSUED


async def test_a_reopened_case_leaves_its_batch(desk: Stage) -> None:
    """Rule 6: a file that is sent once more does not mail the account that was taken back."""
    officer, lead, _ = desk_of(desk)
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    async with desk.app.store.begin() as tx:
        actor = await tx.staff.actor(officer.user, "")
        await tx.batches.open(actor, [case.id], desk.clock.now())
    await enters_account(officer, case)
    await desk.moves(UNDO)
    await reopens(lead, case)

    async with desk.app.store.read() as tx:
        assert (await tx.batches.find([case.reference]))[case.reference].batch is None
        assert await tx.batches.waiting("", 9) == [case.id]


async def test_an_approval_nobody_heard_of_waits_again_and_keeps_its_term(desk: Stage) -> None:
    officer, lead, director = desk_of(desk)
    case = await hands_in(desk)
    due = (await case.stored()).due
    await officer.presses("Duyệt", on=case.card)
    await desk.moves(timedelta(days=2))
    await reopens(lead, case)

    stored = await case.stored()
    assert (stored.status, stored.due) == (Status.PENDING, due)
    director.hears_nothing()


async def test_a_mail_that_still_waits_is_taken_back(desk: Stage) -> None:
    _, lead, director = desk_of(desk)
    case = await hands_in(desk)
    await refuses(lead, case)
    await reopens(lead, case)
    await desk.moves(UNDO * 2)

    assert case.result_mails == []
    assert (await case.stored()).status is Status.PENDING
    director.hears_nothing()


async def test_a_facility_that_was_asked_for_another_e_mail_is_told(desk: Stage) -> None:
    officer, lead, director = desk_of(desk)
    case = await hands_in(desk)
    desk.sandbox.inbox.refuses("550 5.1.1 no such user", times=1)
    await refuses(officer, case)
    await desk.moves(UNDO)
    director.hears("Vui lòng nhập email khác")
    await lead.presses("Mở lại", on=case.card)
    lead.hears("nên được báo việc mở lại trong trò chuyện")
    await lead.replies(lead.last, WHY)

    director.hears(f"Đăng ký {case.reference} được mở lại", "chưa cần nhập email khác")
    await director.says("antam.hanoi@yahoo.com")
    director.hears_no("Mã xác nhận", "email khác")
    await director.taps(f"1.m.email.{case.id:x}")
    assert f"Đăng ký {case.reference} không còn cần email khác." in director.popup
    await director.says("/trangthai")
    director.hears("đang chờ giải quyết")
    assert case.result_mails == []


async def test_the_rules_need_a_reason_too(desk: Stage) -> None:
    case = await refused(desk)
    version = (await case.stored()).version
    async with desk.app.store.begin() as tx:
        actor = await tx.staff.actor(Player(desk, desk.lead, desk.group).user, "")
        with pytest.raises(Problem, match="reason-length"):
            await reopen(tx, actor, case.id, version, " " * 20, desk.app.policy, desk.clock.now())


async def test_rule_1_not_once_the_facility_has_registered_again(desk: Stage) -> None:
    """Neither when it did before the press, nor between the question and the reason."""
    _, lead, _ = desk_of(desk)
    case = await refused(desk)
    await lead.presses("Mở lại", on=case.card)
    asked = lead.last
    newer = await hands_in(desk)
    await lead.replies(asked, WHY)
    lead.hears(newer.reference)
    await lead.presses("Mở lại", on=case.card)

    assert lead.popup.startswith("Không thực hiện được")
    assert newer.reference in lead.popup
    assert (await case.stored()).status is Status.REFUSED


@pytest.mark.parametrize("why", ["nhầm", "a" * 501, "\u200b" * 40])
async def test_a_reason_is_needed(desk: Stage, why: str) -> None:
    _, lead, _ = desk_of(desk)
    case = await refused(desk)
    await lead.presses("Mở lại", on=case.card)
    asked = lead.last
    await lead.replies(asked, why)
    lead.hears("Lý do cần từ 10 đến 500 ký tự.", f"vì sao mở lại {case.reference}?")
    assert asked.deleted
    assert (await case.stored()).status is Status.REFUSED
    await lead.replies(lead.last, WHY)

    assert (await case.stored()).status is Status.PENDING


async def test_it_is_for_leads_and_for_whoever_was_asked(desk: Stage) -> None:
    officer, lead, _ = desk_of(desk)
    case = await refused(desk)
    await officer.presses("Mở lại", on=case.card)
    assert "chưa có quyền" in officer.popup
    await lead.presses("Mở lại", on=case.card)
    asked = lead.last
    await employ(desk, desk.officer, Role.LEAD)
    await officer.replies(asked, WHY)
    officer.hears("Câu hỏi này đã hết hạn hoặc dành cho người khác.")
    await officer.presses("Hủy", on=asked)
    assert "dành cho người khác" in officer.popup
    await employ(desk, desk.lead, Role.OFFICER)
    await lead.replies(asked, WHY)

    lead.hears("chưa có quyền")
    assert (await case.stored()).status is Status.REFUSED


async def test_the_question_is_open_for_fifteen_minutes_and_for_one_reopening(
    desk: Stage,
) -> None:
    _, lead, _ = desk_of(desk)
    case = await refused(desk)
    await lead.presses("Mở lại", on=case.card)
    first = lead.last
    await desk.moves(timedelta(minutes=15))
    await lead.replies(first, WHY)
    lead.hears("Câu hỏi này đã hết hạn")
    await lead.presses("Mở lại", on=case.card)
    second: Message = lead.last
    await lead.presses("Mở lại", on=case.card)
    await lead.replies(lead.last, WHY)
    await lead.replies(second, WHY)

    lead.hears(f"{case.reference} đang chờ duyệt.")
    assert (await case.events()).count("reopened") == 1


async def test_leaving_it_changes_nothing(desk: Stage) -> None:
    _, lead, _ = desk_of(desk)
    case = await refused(desk)
    await lead.presses("Mở lại", on=case.card)
    await lead.presses("Hủy")

    assert lead.popup == "Đã dừng, đăng ký giữ nguyên."
    assert "reopened" not in await case.events()


async def test_rule_7_not_for_a_registration_of_ones_own(desk: Stage) -> None:
    officer, lead, _ = desk_of(desk)
    case = await hands_in(desk, desk.lead)
    await refuses(officer, case)
    await desk.moves(UNDO)
    await lead.presses("Mở lại", on=case.card)

    assert "do chính mình gửi" in lead.popup


async def test_it_works_from_a_card_shown_in_private(desk: Stage) -> None:
    case = await refused(desk)
    lead = Player(desk, desk.lead, desk.desk)
    await lead.says(f"/tim {case.reference}")
    await lead.presses(case.reference)
    await lead.presses("Mở lại")
    await lead.replies(lead.last, WHY)

    assert (await case.stored()).status is Status.PENDING
