"""The code by mail: proves a mailbox, and leaves nobody stuck when mail does not work."""

from datetime import timedelta

import pytest

from bot.stage import Stage
from core.codes import CODE_LIFE, CODE_PAUSE, CODES_PER_DAY
from tests.handlers.actors import EMAIL, Player, code_mailed_to, draft_of, newest_registration

ANOTHER = "lan@nhathuoc.example.vn"
SKIP = "Tiếp tục không cần mã"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


@pytest.mark.parametrize("shape", ["{}", " {} ", "Mã: {}", "{}."])
async def test_the_code_proves_the_mailbox(stage: Stage, director: Player, shape: str) -> None:
    await director.reaches_code()
    await director.says(shape.format(code_mailed_to(stage, EMAIL)))

    director.hears("Bước 7/7", f"{EMAIL} ✓")


async def test_the_code_may_be_typed_with_spaces(stage: Stage, director: Player) -> None:
    await director.reaches_code()
    code = code_mailed_to(stage, EMAIL)
    await director.says(f"{code[:3]} {code[3:]}")

    director.hears("Bước 7/7")


async def test_the_mail_holds_the_code_and_how_long_it_is_good(
    stage: Stage, director: Player
) -> None:
    await director.reaches_code()

    assert "15" in stage.mails_to(EMAIL)[-1].text


async def test_the_code_is_nowhere_in_what_is_stored(stage: Stage, director: Player) -> None:
    await director.reaches_code()

    draft = await draft_of(director)
    assert code_mailed_to(stage, EMAIL) not in repr(draft)


@pytest.mark.parametrize("words", ["chưa thấy mã", "12345", "1234567", "đâu rồi?", "…"])
async def test_what_cannot_be_a_code_is_no_wrong_try(director: Player, words: str) -> None:
    await director.reaches_code()
    await director.says(words)

    director.hears("đủ 6 chữ số", "Bước 6/7")
    draft = await draft_of(director)
    assert draft is not None
    assert draft.code is not None
    assert draft.code.tries == 0


async def test_five_wrong_codes_end_it_even_for_the_right_one(
    stage: Stage, director: Player
) -> None:
    await director.reaches_code()
    code = code_mailed_to(stage, EMAIL)
    for left in (4, 3, 2, 1):
        await director.says(wrong(code))
        director.hears(f"còn {left} lần")
    await director.says(wrong(code))
    director.hears("không dùng được nữa")
    await director.says(code)

    director.hears("không dùng được nữa", "Bước 6/7")


async def test_a_code_lives_fifteen_minutes_and_a_new_one_helps(
    stage: Stage, director: Player
) -> None:
    await director.reaches_code()
    old = code_mailed_to(stage, EMAIL)
    await stage.moves(CODE_LIFE + timedelta(seconds=1))
    await director.says(old)
    director.hears("đã quá 15 phút")
    await director.presses("Gửi lại mã")
    await director.says(code_mailed_to(stage, EMAIL))

    director.hears("Bước 7/7")


async def test_a_code_is_good_through_its_last_second(stage: Stage, director: Player) -> None:
    await director.reaches_code()
    await stage.moves(CODE_LIFE)
    await director.says(code_mailed_to(stage, EMAIL))

    director.hears("Bước 7/7")


async def test_a_new_code_replaces_the_old_one(stage: Stage, director: Player) -> None:
    await director.reaches_code()
    old = code_mailed_to(stage, EMAIL)
    await stage.moves(CODE_PAUSE)
    await director.says("gửi lại mã")
    assert len(stage.mails_to(EMAIL)) == 2
    await director.says(old)

    director.hears("Mã chưa đúng")


async def test_a_second_code_waits_a_minute(stage: Stage, director: Player) -> None:
    await director.reaches_code()
    await stage.moves(timedelta(seconds=20))
    await director.presses("Gửi lại mã")

    director.hears("chờ 41 giây")
    assert len(stage.mails_to(EMAIL)) == 1


async def test_after_three_codes_the_way_on_is_open_without_one(
    stage: Stage, director: Player
) -> None:
    await director.reaches_code()
    for _ in range(2):
        await stage.moves(CODE_PAUSE)
        await director.presses("Gửi lại mã")
        assert SKIP not in director.buttons
    await stage.moves(CODE_PAUSE)
    await director.presses("Gửi lại mã")

    director.hears("Đã gửi đủ số lần")
    assert len(stage.mails_to(EMAIL)) == 3
    await director.presses(SKIP)
    director.hears("Bước 7/7", "chưa xác nhận bằng mã")


async def test_a_person_gets_a_few_codes_a_day_whatever_the_address(
    stage: Stage, director: Player
) -> None:
    await director.reaches_email()
    for n in range(CODES_PER_DAY + 1):
        await director.says(f"lan{n}@example.vn")
        await stage.moves(timedelta(seconds=10))

    director.hears("Đã gửi đủ số lần")
    director.sees_buttons(SKIP)
    assert len(stage.sandbox.inbox.mails) == CODES_PER_DAY


async def test_the_next_day_codes_are_mailed_again(stage: Stage, director: Player) -> None:
    await director.reaches_email()
    for n in range(CODES_PER_DAY + 1):
        await director.says(f"lan{n}@example.vn")
        await stage.moves(timedelta(seconds=10))
    await stage.moves(timedelta(hours=23, minutes=59))
    await director.says(ANOTHER)

    assert len(stage.mails_to(ANOTHER)) == 1


async def test_the_address_can_be_changed_while_waiting(stage: Stage, director: Player) -> None:
    await director.reaches_code()
    await director.presses("Sửa email")
    director.hears("Bước 5/7", f"Đang ghi: {EMAIL}")
    await director.says(ANOTHER)
    await director.says(code_mailed_to(stage, EMAIL))
    director.hears("Mã chưa đúng")
    await director.says(code_mailed_to(stage, ANOTHER))

    director.hears("Bước 7/7", f"{ANOTHER} ✓")


async def test_another_address_typed_in_place_of_the_code_is_taken(
    stage: Stage, director: Player
) -> None:
    await director.reaches_code()
    await director.says(ANOTHER)

    director.hears("Bước 6/7", ANOTHER)
    assert len(stage.mails_to(ANOTHER)) == 1


async def test_coming_back_to_the_question_mails_no_second_code(
    stage: Stage, director: Player
) -> None:
    await director.reaches_code()
    await stage.moves(timedelta(minutes=5))
    await director.presses("Quay lại")
    await director.says(EMAIL)
    director.hears("Bước 6/7")
    director.hears_no("chờ")
    await director.says(code_mailed_to(stage, EMAIL))

    director.hears("Bước 7/7")
    assert len(stage.mails_to(EMAIL)) == 1


# ── when mail does not work ──────────────────────────────────────────────────────────────────────


async def test_after_a_second_failure_the_facility_goes_on_unproved_and_the_card_says_so(
    stage: Stage, director: Player
) -> None:
    await stage.sandbox.mail_server.stop()
    await director.reaches_code()
    director.hears("đang thử lại")
    assert SKIP not in director.buttons
    await stage.moves(timedelta(seconds=5))
    director.hears("hiện không gửi được mã")
    await director.presses(SKIP)
    director.hears("Bước 7/7", "chưa xác nhận bằng mã")
    await director.presses("Gửi đăng ký")

    assert not (await newest_registration(director)).email_proved
    assert "chưa xác nhận" in stage.group.last.text


async def test_a_mail_server_that_recovers_in_time_needs_no_second_try_of_the_person(
    stage: Stage, director: Player
) -> None:
    stage.sandbox.inbox.refuses("451 4.3.0 try again later")
    await director.reaches_code()
    director.hears("đang thử lại")
    await stage.moves(timedelta(seconds=5))
    await director.says(code_mailed_to(stage, EMAIL))

    director.hears("Bước 7/7", f"{EMAIL} ✓")


async def test_an_address_that_the_server_refuses_is_to_be_corrected(
    stage: Stage, director: Player
) -> None:
    stage.sandbox.inbox.refuses(recipient=EMAIL)
    await director.reaches_code()
    director.hears("không nhận được thư", EMAIL)
    director.sees_buttons("Sửa email", SKIP)
    await director.presses("Sửa email")
    await director.says(ANOTHER)
    director.hears("Bước 6/7", ANOTHER)
    assert SKIP not in director.buttons
    await director.says(code_mailed_to(stage, ANOTHER))

    director.hears("Bước 7/7", f"{ANOTHER} ✓")


async def test_a_new_address_is_proved_even_after_going_on_unproved(
    stage: Stage, director: Player
) -> None:
    stage.sandbox.inbox.refuses(recipient=EMAIL)
    await director.reaches_code()
    await director.presses(SKIP)
    await director.presses("Sửa email")
    await director.says(ANOTHER)

    director.hears("Bước 6/7", ANOTHER)


async def test_a_refused_address_may_be_tried_again(stage: Stage, director: Player) -> None:
    stage.sandbox.inbox.refuses(recipient=EMAIL)
    await director.reaches_code()
    await stage.moves(CODE_PAUSE)
    await director.presses("Gửi lại mã")
    await director.says(code_mailed_to(stage, EMAIL))

    director.hears("Bước 7/7", f"{EMAIL} ✓")


async def test_the_daily_limit_of_the_relay_opens_the_way_on(
    stage: Stage, director: Player
) -> None:
    stage.sandbox.inbox.daily_limit(times=2)
    await director.reaches_code()
    await stage.moves(timedelta(seconds=5))

    director.hears("hiện không gửi được mã")
    director.hears_no("địa chỉ khác")
    director.sees_buttons(SKIP)


async def test_our_own_daily_cap_opens_the_way_on_at_once(capped: Player) -> None:
    await capped.registers()
    neighbour = Player(
        capped.stage, capped.stage.sandbox.world.person("Phạm Văn Hải"), capped.place
    )
    await neighbour.reaches_code("03-5678/ĐKKDD-HNO", email="hai@example.vn")

    neighbour.hears("hiện không gửi được mã")
    neighbour.hears_no("địa chỉ khác")
    await neighbour.presses(SKIP)
    neighbour.hears("Bước 7/7", "chưa xác nhận bằng mã")


async def test_a_failure_of_an_earlier_code_says_nothing_about_the_new_one(
    stage: Stage, director: Player
) -> None:
    stage.sandbox.inbox.refuses("451 4.3.0 try again later", recipient=EMAIL, times=2)
    await director.reaches_code()
    await director.says(ANOTHER)
    await stage.moves(timedelta(seconds=5))

    director.hears_no("không gửi được", EMAIL)
    draft = await draft_of(director)
    assert draft is not None
    assert draft.code is not None
    assert draft.code.failures == 0


async def test_a_failure_after_the_code_was_entered_is_of_no_interest(
    stage: Stage, director: Player
) -> None:
    stage.sandbox.inbox.loses_reply()
    await director.reaches_code()
    await director.says(code_mailed_to(stage, EMAIL))
    stage.sandbox.inbox.refuses("451 4.3.0 try again later", times=2)
    await stage.moves(timedelta(seconds=5))

    assert "Bước 7/7" in director.last.text
