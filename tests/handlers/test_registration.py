"""From the greeting to the receipt: the questions in order, and every way around them."""

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from bot.stage import Stage
from core.conversation import Step
from core.registration import PersonRole, Status
from storage.tables import consent, consent_text
from tests.handlers.actors import (
    EMAIL,
    FACILITY,
    LICENCE,
    PERSON,
    Player,
    code_mailed_to,
    draft_of,
    newest_registration,
    restarted,
)
from tests.handlers.conftest import either_sdk

AGREE = "✅ Đồng ý"


# ── the straight way ─────────────────────────────────────────────────────────────────────────────


async def test_rule_4_the_letters_rules_and_the_consent_come_before_the_first_question(
    director: Player,
) -> None:
    await director.opens()

    director.hears(
        "Kính chào quý cơ sở",
        "sau khi đã nhận Giấy chứng nhận đủ điều kiện kinh doanh dược",
        "01 lần duy nhất",
        "email của Giám đốc hoặc Dược sỹ phụ trách chuyên môn",
        "10 ngày làm việc",
        "Quý cơ sở có đồng ý không?",
    )
    director.hears_no("Bước")


@either_sdk
async def test_tapping_wherever_there_is_a_button_leads_to_a_receipt(director: Player) -> None:
    await director.opens()
    await director.presses(AGREE)
    await director.says(LICENCE)
    await director.says(FACILITY)
    await director.presses("Giám đốc (chủ cơ sở)")
    await director.says(PERSON)
    await director.says(EMAIL)
    await director.says(code_mailed_to(director.stage, EMAIL))
    director.hears("Bước 7/7", "03-1234/ĐKKDD-HNO", FACILITY, "Giám đốc", PERSON, f"{EMAIL} ✓")
    await director.presses("✅ Gửi đăng ký")

    registration = await newest_registration(director)
    assert registration.role is PersonRole.DIRECTOR
    assert registration.email_proved
    director.hears("Đã tiếp nhận đăng ký", registration.reference, "16/03/2026", EMAIL)


@either_sdk
@pytest.mark.parametrize(
    ("consent_words", "role_words", "send_words", "role"),
    [
        ("đồng ý", "giám đốc", "gửi đăng ký", PersonRole.DIRECTOR),
        ("dong y", "giam doc", "gui dang ky", PersonRole.DIRECTOR),
        ("1", "1", "1", PersonRole.DIRECTOR),
        ("1.", "số 2", "1)", PersonRole.PHARMACIST),
        ("ok", "gd", "ok ạ", PersonRole.DIRECTOR),
        ("CÓ", "ds ptcm", "gửi", PersonRole.PHARMACIST),
        ("vâng đồng ý ạ", "DƯỢC SỸ", "Đăng ký", PersonRole.PHARMACIST),
        ("✅ Đồng ý", "Dược sĩ phụ trách chuyên môn", "✅ Gửi đăng ký", PersonRole.PHARMACIST),
    ],
)
async def test_typing_instead_of_tapping_leads_to_a_receipt(
    director: Player, consent_words: str, role_words: str, send_words: str, role: PersonRole
) -> None:
    await director.says("/start")
    for words in (consent_words, LICENCE, FACILITY, role_words, PERSON, EMAIL):
        await director.says(words)
    await director.says(code_mailed_to(director.stage, EMAIL))
    await director.says(send_words)

    assert (await newest_registration(director)).role is role
    director.hears("Đã tiếp nhận")


async def test_rule_3_the_day_of_sending_does_not_count(stage: Stage, director: Player) -> None:
    await director.reaches_summary()
    await stage.moves(timedelta(hours=14, minutes=59))  # 23:59 in Hanoi, still the same day
    await director.presses("Gửi đăng ký")

    director.hears("23:59 ngày 02/03/2026", "thứ Hai ngày 16/03/2026")


async def test_a_due_day_beyond_the_known_calendar_is_said_to_be_provisional(
    stage: Stage, director: Player
) -> None:
    await director.reaches_summary()
    await stage.moves(timedelta(hours=1))
    async with stage.app.store.begin() as tx:
        calendar = await tx.calendar.load()
        assert calendar is not None
        known = calendar.known_until
    stage.clock.set(stage.clock.now().replace(year=known.year, month=12, day=28))
    await director.presses("Gửi đăng ký")

    director.hears("Đã tiếp nhận", "dự kiến")


async def test_without_codes_the_steps_are_six_and_the_e_mail_needs_no_mark(
    uncoded: Player,
) -> None:
    await uncoded.reaches_email()
    uncoded.hears("Bước 5/6")
    await uncoded.says(EMAIL)
    uncoded.hears("Bước 6/6", f"{EMAIL} ✓")
    await uncoded.presses("Gửi đăng ký")

    uncoded.hears("Đã tiếp nhận")


# ── consent ──────────────────────────────────────────────────────────────────────────────────────


async def consents(stage: Stage) -> list[tuple[str, str, bool]]:
    """Who was shown what and what they answered, once the hashes are found to be right."""
    async with stage.app.store.engines.read() as connection:
        rows = await connection.execute(
            select(
                consent.c.user_id, consent.c.text_hash, consent_text.c.shown, consent.c.given
            ).join(consent_text, consent_text.c.hash == consent.c.text_hash)
        )
        proofs = [tuple(row) for row in rows]
    assert all(sha256(shown.encode()).hexdigest() == text_hash for _, text_hash, shown, _ in proofs)
    return [(user, shown, given) for user, _, shown, given in proofs]


async def test_rule_4_a_consent_is_stored_with_the_hash_of_what_was_shown(
    stage: Stage, director: Player
) -> None:
    await director.agrees()

    [(user, shown, given)] = await consents(stage)
    assert (user, given) == (director.user, True)
    assert "trong 10 ngày làm việc" in shown
    assert shown.endswith("Quý cơ sở có đồng ý không?")


async def test_the_hash_covers_the_full_notice_if_it_was_opened(
    stage: Stage, director: Player
) -> None:
    await director.opens()
    await director.presses("Xem chi tiết")
    director.hears("THÔNG BÁO XỬ LÝ DỮ LIỆU CÁ NHÂN")
    await director.presses(AGREE)

    [(_, shown, given)] = await consents(stage)
    assert given
    assert "THÔNG BÁO XỬ LÝ DỮ LIỆU CÁ NHÂN" in shown
    director.hears("Bước 1/7")


async def test_saying_no_is_stored_too_and_ends_it_with_a_way_back(
    stage: Stage, director: Player
) -> None:
    await director.opens()
    await director.presses("Không đồng ý")

    director.hears("chưa thể đăng ký", "Chưa có thông tin nào được gửi đi")
    assert [given for _, _, given in await consents(stage)] == [False]
    assert await draft_of(director) is None
    await director.presses("Đăng ký")
    director.hears("Quý cơ sở có đồng ý không?")


async def test_something_else_than_yes_or_no_is_asked_again(director: Player) -> None:
    await director.opens()
    await director.says("để tôi hỏi sếp đã")

    director.hears("bấm một nút", "Quý cơ sở có đồng ý không?")


# ── names and role ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["An", "12345", "x" * 201, "…!?"])
async def test_a_name_of_a_facility_has_letters_and_a_sensible_length(
    director: Player, name: str
) -> None:
    await director.agrees()
    await director.says(LICENCE)
    await director.says(name)

    director.hears("từ 3 đến 200 ký tự", "Bước 2/7")


@pytest.mark.parametrize("name", ["L", "0912345678", "x" * 101, EMAIL])
async def test_a_person_has_a_name_in_letters(director: Player, name: str) -> None:
    await director.agrees()
    for answer in (LICENCE, FACILITY, "gd", name):
        await director.says(answer)

    director.hears("từ 2 đến 100 ký tự", "Bước 4/7")


async def test_rule_4_only_the_two_roles_of_the_letter_are_taken(director: Player) -> None:
    await director.agrees()
    for answer in (LICENCE, FACILITY, "nhân viên bán hàng"):
        await director.says(answer)

    director.hears("bấm một nút", "Bước 3/7")
    assert director.buttons[:2] == ["Giám đốc (chủ cơ sở)", "Dược sỹ phụ trách chuyên môn"]


async def test_somebody_called_huy_is_not_taken_to_cancel(director: Player) -> None:
    await director.agrees()
    for answer in (LICENCE, FACILITY, "gd", "Huy", "Huy"):
        await director.says(answer)

    director.hears("Bước 5/7")


async def test_cancel_in_words_is_understood_where_a_name_is_asked(director: Player) -> None:
    await director.agrees()
    await director.says(LICENCE)
    await director.says("Hủy")

    director.hears("Đã hủy")


async def test_names_are_stored_composed_and_shown_escaped(director: Player) -> None:
    await director.agrees()
    for answer in (
        LICENCE,
        "Nha\u0300 thuo\u0302\u0301c <b>An_*[</b>\u202e Ta\u0302m",
        "gd",
        PERSON,
    ):
        await director.says(answer)
    await director.says(EMAIL)
    await director.says(code_mailed_to(director.stage, EMAIL))

    director.hears("Nhà thuốc <b>An_*[</b> Tâm")
    draft = await draft_of(director)
    assert draft is not None
    assert draft.facility == "Nhà thuốc <b>An_*[</b> Tâm"


# ── back, edit, cancel ───────────────────────────────────────────────────────────────────────────


async def test_back_leads_through_every_question_to_the_first(director: Player) -> None:
    await director.reaches_code()
    for n in (5, 4, 3, 2, 1):
        await director.presses("Quay lại")
        director.hears(f"Bước {n}/7")

    director.hears(f"Đang ghi: {LICENCE}")
    assert "Quay lại" not in director.buttons


async def test_back_at_the_first_question_asks_it_again(director: Player) -> None:
    await director.agrees()
    await director.says("/quaylai")

    director.hears("Bước 1/7")


async def test_back_at_the_consent_asks_it_again(director: Player) -> None:
    await director.opens()
    await director.says("quay lại")

    director.hears("Quý cơ sở có đồng ý không?")


async def test_after_going_back_only_the_changed_answer_is_asked_again(director: Player) -> None:
    await director.reaches_email()
    await director.says("quay lại")
    await director.says("quay lại")
    director.hears("Bước 3/7")
    await director.presses("Dược sỹ phụ trách chuyên môn")

    director.hears("Bước 5/7", "email của Dược sỹ phụ trách chuyên môn")


@pytest.mark.parametrize(
    ("button", "question", "answer", "shown"),
    [
        ("Sửa số GCN", "Bước 1/7", "03-4321/ĐKKDD-HNO", "03-4321/ĐKKDD-HNO"),
        ("Sửa tên", "Bước 2/7", "Quầy thuốc Bình An", "Quầy thuốc Bình An"),
        ("Sửa vai trò", "Bước 3/7", "ptcm", "Người đăng ký: Dược sỹ phụ trách chuyên môn"),
        ("Sửa họ tên", "Bước 4/7", "Trần Thị Mai", "Trần Thị Mai"),
    ],
)
async def test_one_answer_is_edited_from_the_summary(
    director: Player, button: str, question: str, answer: str, shown: str
) -> None:
    await director.reaches_summary()
    await director.presses(button)
    director.hears(question)
    await director.says(answer)

    director.hears("Bước 7/7", shown)


@pytest.mark.parametrize(
    "button", ["Sửa số GCN", "Sửa tên", "Sửa vai trò", "Sửa họ tên", "Sửa email"]
)
async def test_back_from_an_edit_leads_to_the_summary_as_it_was(
    director: Player, button: str
) -> None:
    await director.reaches_summary()
    before = director.last.text
    await director.presses(button)
    await director.says("quay lại")

    assert director.last.text == before


async def test_an_edited_e_mail_is_proved_anew(stage: Stage, director: Player) -> None:
    await director.reaches_summary()
    await director.presses("Sửa email")
    await director.says("lan.moi@example.vn")
    director.hears("Bước 6/7", "lan.moi@example.vn")
    await director.says(code_mailed_to(stage, "lan.moi@example.vn"))

    director.hears("Bước 7/7", "lan.moi@example.vn ✓")


async def test_cancelling_forgets_everything_and_says_so(director: Player) -> None:
    await director.reaches_summary()
    await director.presses("Hủy")

    director.hears("Đã hủy", "Chưa có thông tin nào được gửi đi")
    assert await draft_of(director) is None


async def test_cancelling_nothing_says_so(director: Player) -> None:
    await director.says("/huy")

    director.hears("Không có đăng ký nào đang nhập dở")


# ── pauses, restarts, commands in between ────────────────────────────────────────────────────────


async def test_an_answer_is_taken_after_any_pause(stage: Stage, director: Player) -> None:
    await director.agrees()
    await director.says(LICENCE)
    await stage.moves(timedelta(hours=23))
    await director.says(FACILITY)

    director.hears("Bước 3/7")


async def test_a_restart_of_the_program_costs_no_answer(stage: Stage, director: Player) -> None:
    await director.reaches_code()
    async with restarted(stage) as again:
        later = Player(again, director.person, director.place)
        await later.says(code_mailed_to(stage, EMAIL))
        later.hears("Bước 7/7", FACILITY, PERSON)
        await later.presses("Gửi đăng ký")

        assert (await newest_registration(later)).status is Status.PENDING


async def test_status_in_the_middle_tells_the_step_and_offers_to_go_on(director: Player) -> None:
    await director.agrees()
    await director.says(LICENCE)
    await director.says("/trangthai")
    director.hears("đang đăng ký dở ở bước 2/7")
    await director.presses("Tiếp tục")

    director.hears("Bước 2/7")


@pytest.mark.parametrize("words", ["tiếp tục", "tiep tuc", "1", "1."])
async def test_what_a_message_between_the_questions_offers_can_be_typed(
    director: Player, words: str
) -> None:
    await director.agrees()
    await director.says(LICENCE)
    await director.says("/trangthai")
    await director.says(words)

    director.hears("Bước 2/7")


async def test_the_answer_may_follow_the_status_directly(director: Player) -> None:
    await director.agrees()
    await director.says(LICENCE)
    await director.says("/trangthai")
    await director.says(FACILITY)

    director.hears("Bước 3/7")


async def test_starting_over_asks_for_the_consent_again(director: Player) -> None:
    await director.reaches_email()
    await director.opens()
    await director.presses("Làm lại từ đầu")

    director.hears("Quý cơ sở có đồng ý không?")
    draft = await draft_of(director)
    assert draft is not None
    assert (draft.step, draft.licence, draft.facility) == (Step.CONSENT, None, None)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/trogiup", "Trợ giúp"),
        ("/help", "Trợ giúp"),
        ("trợ giúp", "Trợ giúp"),
        ("/riengtu", "Quyền đối với dữ liệu cá nhân"),
    ],
)
async def test_help_in_the_middle_leads_back_to_the_question(
    director: Player, command: str, words: str
) -> None:
    await director.reaches_email()
    await director.says(command)
    director.hears(words)
    await director.presses("Tiếp tục")

    director.hears("Bước 5/7")


async def test_an_unknown_command_in_the_middle_asks_the_question_again(director: Player) -> None:
    await director.agrees()
    await director.says("/khongco")

    director.hears("chưa hiểu", "Bước 1/7")


@pytest.mark.parametrize("words", ["xin chào", "/khongco", "đăng ký", "/dangky", "/start"])
async def test_whatever_a_newcomer_says_is_greeted(director: Player, words: str) -> None:
    await director.says(words)

    director.hears("Kính chào quý cơ sở", "Quý cơ sở có đồng ý không?")


async def test_what_makes_no_sense_later_on_offers_what_can_be_done(director: Player) -> None:
    await director.registers()
    await director.says("bao giờ có ạ?")

    director.hears("tôi chưa hiểu")
    director.sees_buttons("Đăng ký", "Trạng thái")


async def test_registering_goes_on_with_an_open_draft(director: Player) -> None:
    await director.agrees()
    await director.says(LICENCE)
    await director.says("/dangky")

    director.hears("Bước 2/7")
