"""After the receipt: several registrations, withdrawing, registering again, quoted references."""

import pytest

from bot.stage import Stage
from core.registration import Registration, Status
from tests.handlers.actors import (
    EMAIL,
    FACILITY,
    LICENCE,
    PERSON,
    Player,
    draft_of,
    newest_registration,
)
from tests.handlers.decisions import approves, issues, refuses

OTHER = "03-5678/ĐKKDD-HNO"
AGREE = "✅ Đồng ý"


async def registers_another(director: Player, licence: str, email: str) -> Registration:
    await director.presses("Trạng thái")
    await director.presses("Đăng ký cho cơ sở khác")
    await director.presses(AGREE)
    for answer in (licence, "Nhà thuốc Bình An", "gd", PERSON, email):
        await director.says(answer)
    code = [word for word in director.stage.mails_to(email)[-1].text.split() if len(word) == 6]
    await director.says(next(word for word in code if word.isdecimal()))
    await director.presses("Gửi đăng ký")
    return await newest_registration(director)


# ── several registrations ────────────────────────────────────────────────────────────────────────


async def test_a_director_of_two_facilities_registers_both(director: Player) -> None:
    slowly = director.unhurried()
    first = await slowly.registers()
    second = await registers_another(slowly, OTHER, "binhan@example.vn")
    await slowly.says("/trangthai")

    slowly.hears(first.reference, FACILITY, second.reference, "Nhà thuốc Bình An")
    slowly.sees_buttons(
        f"Rút đăng ký {first.reference}",
        f"Rút đăng ký {second.reference}",
        "Đăng ký cho cơ sở khác",
    )


async def test_nobody_is_told_of_a_registration_they_did_not_make(
    director: Player, neighbour: Player
) -> None:
    await director.registers()
    await neighbour.says("/trangthai")

    neighbour.hears("Chưa thấy đăng ký nào")
    neighbour.sees_buttons("Đăng ký")


# ── withdrawing ──────────────────────────────────────────────────────────────────────────────────


async def test_a_pending_registration_is_withdrawn_after_one_more_question(
    stage: Stage, director: Player
) -> None:
    registration = await director.registers()
    await director.presses("Trạng thái")
    await director.presses(f"Rút đăng ký {registration.reference}")
    director.hears(registration.reference, "chắc chắn muốn rút không?")
    await director.presses("Rút đăng ký")

    director.hears("Đã rút đăng ký", registration.reference, "đã được mở")
    assert (await newest_registration(director)).status is Status.WITHDRAWN
    assert "cơ sở đã rút" in stage.group.last.text


async def test_rule_2_a_withdrawn_registration_frees_licence_and_e_mail_at_once(
    director: Player, neighbour: Player
) -> None:
    await director.registers()
    await director.says("/trangthai")
    await director.presses("Rút đăng ký")
    await director.presses("Rút đăng ký")
    await neighbour.registers(LICENCE, email=EMAIL)

    neighbour.hears("Đã tiếp nhận")


async def test_whoever_changes_their_mind_keeps_the_registration(director: Player) -> None:
    await director.registers()
    await director.says("/trangthai")
    await director.presses("Rút đăng ký")
    await director.presses("Trạng thái")

    director.hears("đang chờ giải quyết")


async def test_withdrawing_twice_says_how_it_stands(director: Player) -> None:
    await director.registers()
    await director.says("/trangthai")
    await director.presses("Rút đăng ký")
    question = director.last
    await director.presses("Rút đăng ký", on=question)
    await director.presses("Rút đăng ký", on=question)

    director.hears("không rút được", "quý cơ sở đã rút đăng ký")


async def test_after_a_decision_it_is_too_late_to_withdraw_and_no_officer_is_named(
    stage: Stage, director: Player
) -> None:
    registration = await director.registers()
    await director.says("/trangthai")
    offer = director.last
    await director.presses("Rút đăng ký", on=offer)
    question = director.last
    await approves(stage, registration)
    await director.presses("Rút đăng ký", on=question)
    director.hears("không rút được", "đã duyệt, đang lập tài khoản")
    director.hears_no("Trần Văn Minh")
    await director.presses("Rút đăng ký", on=offer)

    director.hears("đã duyệt, đang lập tài khoản")
    director.hears_no("chắc chắn")


@pytest.mark.parametrize("verb", ["withdraw", "withdraw-yes", "again"])
async def test_a_stranger_cannot_touch_a_registration(
    director: Player, neighbour: Player, verb: str
) -> None:
    registration = await director.registers()
    await neighbour.opens()
    await neighbour.taps(f"1.m.{verb}.{registration.id:x}")

    neighbour.hears_no(FACILITY, registration.reference)
    assert (await newest_registration(director)).status is Status.PENDING


# ── refused, and again (rule 2) ──────────────────────────────────────────────────────────────────


async def test_rule_2_after_a_refusal_only_the_summary_is_left_with_the_reason_at_its_answer(
    stage: Stage, director: Player
) -> None:
    first = await director.registers()
    await refuses(stage, first, "R02", reason="Tên cơ sở không khớp")
    await director.presses("Đăng ký lại")
    await director.presses(AGREE)

    lines = director.last.text.splitlines()
    at = next(n for n, line in enumerate(lines) if "Tên cơ sở: " in line)
    assert "Lần trước: Tên cơ sở không khớp" in lines[at + 1]
    director.hears("Bước 7/7", LICENCE, FACILITY, PERSON, f"{EMAIL} ✓")
    await director.presses("Gửi đăng ký")
    second = await newest_registration(director)
    assert second.previous_id == first.id
    assert second.status is Status.PENDING


@pytest.mark.parametrize(
    ("code", "line", "button", "answer"),
    [
        ("R01", "Số GCN: ", "Sửa số GCN", OTHER),
        ("R02", "Tên cơ sở: ", "Sửa tên", "Nhà thuốc Bình An"),
        ("R03", "Người đăng ký: ", "Sửa vai trò", "ds"),
        ("R10", "Họ và tên: ", "Sửa họ tên", "Trần Thị Mai"),
    ],
)
async def test_rule_2_an_edited_answer_loses_its_warning(
    stage: Stage, director: Player, code: str, line: str, button: str, answer: str
) -> None:
    await refuses(stage, await director.registers(), code, reason="Không khớp với GCN")
    await director.presses("Đăng ký lại")
    await director.presses(AGREE)
    lines = director.last.text.splitlines()
    at = next(n for n, one in enumerate(lines) if line in one)
    assert "Lần trước: Không khớp với GCN" in lines[at + 1]
    await director.presses(button)
    await director.says(answer)

    director.hears("Bước 7/7", answer if len(answer) > 2 else "Dược sỹ")
    director.hears_no("Lần trước")


async def test_rule_2_a_new_e_mail_after_r12_loses_its_warning(
    stage: Stage, director: Player
) -> None:
    await refuses(stage, await director.registers(), "R12", reason="Không nhận được thư")
    await director.presses("Đăng ký lại")
    await director.presses(AGREE)
    director.hears("Lần trước: Không nhận được thư")
    await director.presses("Sửa email")
    await director.says("lan@example.vn")
    words = stage.mails_to("lan@example.vn")[-1].text.split()
    await director.says(next(w for w in words if w.isdecimal() and len(w) == 6))

    director.hears("Bước 7/7", "lan@example.vn ✓")
    director.hears_no("Lần trước")


async def test_rule_2_reasons_about_no_single_answer_stand_above_them_all(
    stage: Stage, director: Player
) -> None:
    await refuses(
        stage, await director.registers(), "R09", "R11", reason="Chưa đầy đủ\nKhông thuộc đối tượng"
    )
    await director.presses("Đăng ký lại")
    await director.presses(AGREE)

    assert "Lần trước: Chưa đầy đủ; Không thuộc đối tượng" in director.last.text.splitlines()[1]


async def test_rule_2_a_reason_in_the_officers_own_words_is_shown_too(
    stage: Stage, director: Player
) -> None:
    await refuses(stage, await director.registers(), reason="GCN mờ <b>quá</b>, khó đọc")
    await director.presses("Đăng ký lại")
    await director.presses(AGREE)

    director.hears("Lần trước: GCN mờ <b>quá</b>, khó đọc")


@pytest.mark.parametrize("words", ["đăng ký lại", "dang ky lai", "Đăng kí lại"])
async def test_registering_again_can_be_asked_for_in_words(
    stage: Stage, director: Player, words: str
) -> None:
    await refuses(stage, await director.registers())
    await director.says(words)
    await director.presses(AGREE)

    director.hears("Bước 7/7", FACILITY)


async def test_registering_again_with_nothing_refused_is_registering(director: Player) -> None:
    await director.says("đăng ký lại")

    director.hears("Quý cơ sở có đồng ý không?")


async def test_pressing_again_twice_goes_on_where_one_was(stage: Stage, director: Player) -> None:
    await refuses(stage, await director.registers())
    notice = director.last
    await director.presses("Đăng ký lại", on=notice)
    await director.presses(AGREE)
    await director.presses("Sửa tên")
    await director.presses("Đăng ký lại", on=notice)

    director.hears("Bước 2/7")


async def test_rule_2_an_expired_registration_is_made_again_prefilled(
    stage: Stage, director: Player
) -> None:
    first = await director.registers()
    await stage.moves(first.reopens_at)
    await director.presses("Đăng ký lại")
    await director.presses(AGREE)
    director.hears("Bước 7/7", FACILITY)
    await director.presses("Gửi đăng ký")

    assert (await newest_registration(director)).previous_id == first.id


async def test_again_for_a_licence_that_somebody_else_registered_meanwhile_says_so(
    stage: Stage, director: Player, neighbour: Player
) -> None:
    await refuses(stage, await director.registers())
    await neighbour.registers(email="hai@example.vn")
    await director.presses("Đăng ký lại")

    assert "đã có đăng ký đang chờ giải quyết" in director.popup
    assert await draft_of(director) is None


async def test_a_registration_made_anew_replaces_the_refused_one_in_my_list(
    stage: Stage, director: Player
) -> None:
    slowly = director.unhurried()
    first = await slowly.registers()
    await refuses(stage, first)
    await slowly.presses("Đăng ký lại")
    await slowly.presses(AGREE)
    await slowly.presses("Gửi đăng ký")
    await slowly.says("/trangthai")

    slowly.hears_no(first.reference)
    assert "Đăng ký lại" not in slowly.buttons


async def test_the_state_offers_no_second_start_of_what_is_being_redone(
    stage: Stage, director: Player
) -> None:
    await refuses(stage, await director.registers())
    await director.presses("Đăng ký lại")
    await director.says("/trangthai")

    assert director.buttons == ["Tiếp tục", "Làm lại từ đầu"]


# ── a quoted reference ───────────────────────────────────────────────────────────────────────────


async def test_my_own_reference_shows_all_about_it(director: Player) -> None:
    registration = await director.registers()
    await director.says(f"cho hỏi {registration.reference.lower().replace('-', ' ')} ạ")

    director.hears(registration.reference, FACILITY, "đang chờ giải quyết", "16/03/2026")
    director.sees_buttons(f"Rút đăng ký {registration.reference}")


async def shows_nothing_personal(reader: Player, registration: Registration) -> None:
    reader.hears(registration.reference)
    reader.hears_no(FACILITY, PERSON, EMAIL, "l***@", "Lý do khác", registration.licence)
    assert not [label for label in reader.buttons if "Rút" in label or "lại" in label]


async def test_a_reference_tells_a_stranger_the_state_and_the_due_day_only(
    stage: Stage, director: Player, neighbour: Player
) -> None:
    registration = await director.registers()
    await neighbour.says(registration.reference)
    neighbour.hears("đang chờ giải quyết", "16/03/2026")
    await shows_nothing_personal(neighbour, registration)
    await refuses(stage, registration)
    await neighbour.says(registration.reference)
    neighbour.hears("chưa được cấp tài khoản")

    await shows_nothing_personal(neighbour, registration)


async def test_a_reference_of_an_issued_account_tells_a_stranger_no_address(
    stage: Stage, director: Player, neighbour: Player
) -> None:
    registration = await director.registers()
    await issues(stage, registration)
    await neighbour.says(registration.reference)

    neighbour.hears("đã cấp tài khoản")
    await shows_nothing_personal(neighbour, registration)


async def test_an_unknown_reference_is_said_to_be_unknown(director: Player) -> None:
    await director.says("26-K7QX9M")

    director.hears("Chưa thấy đăng ký nào", "kiểm tra lại mã")
    director.sees_buttons("Đăng ký")
