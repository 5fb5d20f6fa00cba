"""The first question: what is read as a licence, offered, turned down, or used already."""

import pytest

from bot.stage import Stage
from tests.handlers.actors import EMAIL, LICENCE, Player, draft_of, newest_registration
from tests.handlers.decisions import approves, issues, refuses


async def licence_typed(director: Player, typed: str) -> None:
    await director.agrees()
    await director.says(typed)


@pytest.mark.parametrize("typed", [LICENCE, "03 - 1234 / đkkdd - hno", "Số: 03-1234/HNO-ĐKKDD"])
async def test_a_licence_in_full_is_taken_at_its_word(director: Player, typed: str) -> None:
    await licence_typed(director, typed)

    director.hears("Bước 2/7")
    draft = await draft_of(director)
    assert draft is not None
    assert (draft.licence, draft.licence_raw) == (LICENCE, typed)


@pytest.mark.parametrize("typed", ["03-1234/ĐKKDD-HN", "1234", "03-1234"])
async def test_what_is_not_quite_a_licence_is_offered_completed(
    director: Player, typed: str
) -> None:
    await licence_typed(director, typed)

    director.hears("Có phải số GCN của cơ sở là", "1234/ĐKKDD-HNO")
    director.sees_buttons("✅ Đúng", "Nhập lại")


@pytest.mark.parametrize("answer", ["✅ Đúng", "đúng rồi ạ", "co", "1"])
async def test_an_offer_is_accepted_and_what_was_typed_is_kept_for_staff(
    director: Player, answer: str
) -> None:
    await licence_typed(director, "03-1234")
    await director.says(answer)

    director.hears("Bước 2/7")
    draft = await draft_of(director)
    assert draft is not None
    assert (draft.licence, draft.licence_raw) == (LICENCE, "03-1234")


@pytest.mark.parametrize("answer", ["Nhập lại", "không phải", "sai", "2"])
async def test_an_offer_is_turned_down(director: Player, answer: str) -> None:
    await licence_typed(director, "03-1234")
    await director.says(answer)

    director.hears("Bước 1/7")
    draft = await draft_of(director)
    assert draft is not None
    assert draft.offer is None


async def test_a_number_typed_instead_of_yes_or_no_counts(director: Player) -> None:
    await licence_typed(director, "03-1234")
    await director.says("03-5678/ĐKKDD-HNO")

    director.hears("Bước 2/7")
    draft = await draft_of(director)
    assert draft is not None
    assert draft.licence == "03-5678/ĐKKDD-HNO"


async def test_back_from_an_offer_asks_for_the_number_again(director: Player) -> None:
    await licence_typed(director, "03-1234")
    await director.says("quay lại")

    director.hears("Bước 1/7")


async def test_an_offer_turned_down_in_an_edit_leaves_the_summary_as_it_was(
    director: Player,
) -> None:
    await director.reaches_summary()
    await director.presses("Sửa số GCN")
    await director.says("03-9999")
    await director.presses("Nhập lại")
    await director.says("quay lại")

    director.hears("Bước 7/7", LICENCE)
    draft = await draft_of(director)
    assert draft is not None
    assert draft.licence_raw == LICENCE


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("03-1234/ĐKKDD-HCM", "không do Sở Y tế Hà Nội cấp"),
        ("123/GPP", "số chứng nhận GPP"),
        ("123/GDP", "số chứng nhận GDP"),
        ("1234/CCHN-D-SYT-HNO", "số chứng chỉ hành nghề dược"),
        ("01A8012345", "số đăng ký kinh doanh"),
        ("0912 345 678", "số điện thoại, mã số thuế hoặc số định danh"),
        ("nhà thuốc của tôi ở Cầu Giấy", "Chưa nhận ra số GCN"),
        ("<b>&", "Chưa nhận ra số GCN"),
    ],
)
async def test_anything_else_is_said_to_be_what_it_is_and_asked_again(
    director: Player, typed: str, words: str
) -> None:
    await licence_typed(director, typed)

    director.hears(words, "Bước 1/7")


# ── used already (rule 1) ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("typed", [LICENCE, "03-1234/HNO-ĐKKDD/CL2"])
async def test_rule_1_a_licence_with_a_pending_registration_is_told_its_due_day(
    director: Player, neighbour: Player, typed: str
) -> None:
    await director.registers()
    await licence_typed(neighbour, typed)

    neighbour.hears("đã có đăng ký đang chờ giải quyết", "thứ Hai ngày 16/03/2026", "Bước 1/7")


async def test_rule_1_an_approved_licence_is_used_too(
    stage: Stage, director: Player, neighbour: Player
) -> None:
    await approves(stage, await director.registers())
    await licence_typed(neighbour, LICENCE)

    neighbour.hears("đã có đăng ký đang chờ giải quyết")


async def test_rule_1_a_licence_with_an_account_is_told_so(
    stage: Stage, director: Player, neighbour: Player
) -> None:
    await issues(stage, await director.registers())
    await licence_typed(neighbour, LICENCE)

    neighbour.hears("đã được cấp tài khoản")
    neighbour.hears_no("16/03/2026")


async def test_rule_1_the_same_person_cannot_use_a_licence_twice(director: Player) -> None:
    await director.registers()
    await director.says("/dangky")
    await director.presses("✅ Đồng ý")
    await director.says(LICENCE)

    director.hears("đã có đăng ký đang chờ giải quyết")


async def test_rule_1_of_two_who_send_the_same_licence_the_second_is_told(
    director: Player, neighbour: Player
) -> None:
    await neighbour.reaches_summary(email="hai@example.vn")
    await director.registers()
    await neighbour.presses("Gửi đăng ký")

    neighbour.hears("đã có đăng ký đang chờ giải quyết", "Bước 7/7")
    await neighbour.presses("Sửa số GCN")
    await neighbour.says("03-5678/ĐKKDD-HNO")
    await neighbour.presses("Gửi đăng ký")
    assert (await newest_registration(neighbour)).licence == "03-5678/ĐKKDD-HNO"


async def test_rule_1_an_offered_licence_is_checked_too(
    director: Player, neighbour: Player
) -> None:
    await director.registers()
    await licence_typed(neighbour, "03-1234")
    await neighbour.presses("✅ Đúng")

    neighbour.hears("đã có đăng ký đang chờ giải quyết", "Bước 1/7")


async def test_rule_2_a_refused_licence_and_its_e_mail_are_free_for_anybody(
    stage: Stage, director: Player, neighbour: Player
) -> None:
    await refuses(stage, await director.registers())
    registration = await neighbour.registers(LICENCE, email=EMAIL)

    neighbour.hears("Đã tiếp nhận", registration.reference)
