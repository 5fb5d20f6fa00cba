"""An officer asks a facility something; the answer comes back under the card."""

from datetime import timedelta

import pytest

from bot.stage import Stage
from core.people import Role
from tests.handlers.actors import Player, conversation_of
from tests.handlers.cases import Case, employ, hands_in

QUESTION = "GCN của cơ sở đã đổi tên chưa ạ?"
ANSWER = "Dạ chưa, tên trên GCN là <An Tâm>"
DAY = timedelta(days=1)


async def asks(officer: Player, case: Case, words: str = QUESTION) -> None:
    """From the button on the card to the reply under the prompt."""
    await officer.presses("❓ Hỏi cơ sở", on=case.card)
    await officer.replies(officer.last, words)


@pytest.fixture
async def asked(desk: Stage, officer: Player) -> Case:
    case = await hands_in(desk)
    await asks(officer, case)
    return case


async def test_a_question_goes_to_the_facility_and_its_answer_comes_back_under_the_card(
    desk: Stage,
) -> None:
    officer = Player(desk, desk.officer, desk.group)
    director = Player(desk, desk.director, desk.bot)
    case = await hands_in(desk)
    await officer.presses("❓ Hỏi cơ sở", on=case.card)
    officer.hears(f"Trần Văn Minh, anh/chị muốn hỏi cơ sở điều gì về {case.reference}?")
    await officer.replies(officer.last, QUESTION)
    officer.hears(f"Đã gửi câu hỏi cho cơ sở ({case.reference})")
    assert "❓ Trần Văn Minh hỏi cơ sở lúc 09:00" in case.card.text
    director.hears("Sở Y tế Hà Nội hỏi về đăng ký", case.reference, QUESTION, "tin nhắn tiếp theo")

    await director.says(ANSWER)
    director.hears("Câu trả lời về đăng ký", "đã được chuyển cho cán bộ")
    officer.hears("💬 Cơ sở trả lời câu hỏi của Trần Văn Minh", ANSWER)
    assert officer.last.reply_to is not None
    assert officer.last.reply_to.id == case.card.id
    assert "💬 Cơ sở đã trả lời lúc 09:00" in case.card.text
    assert (await case.events())[-2:] == ["inquiry-asked", "inquiry-answered"]
    await officer.presses("Chi tiết", on=case.card)
    officer.hears("Trần Văn Minh hỏi cơ sở", QUESTION, "cơ sở trả lời", ANSWER)

    await director.says("Nói thêm một câu")
    director.hears("chưa hiểu")
    assert "Nói thêm" not in desk.group.transcript()


async def test_a_question_is_ten_to_five_hundred_characters_or_asked_for_again(
    desk: Stage, officer: Player, director: Player
) -> None:
    case = await hands_in(desk)
    await officer.presses("❓ Hỏi cơ sở", on=case.card)
    for words in ("ngắn quá", "x" * 501):
        await officer.replies(officer.last, words)
        officer.hears("Câu hỏi cần từ 10 đến 500 ký tự", "muốn hỏi cơ sở điều gì")
    director.hears_nothing()
    await officer.replies(officer.last, QUESTION)

    director.hears(QUESTION)


async def test_rule_7_a_prompt_is_one_officers_for_fifteen_minutes(
    desk: Stage, officer: Player, lead: Player, director: Player
) -> None:
    case = await hands_in(desk)
    await officer.presses("❓ Hỏi cơ sở", on=case.card)
    prompt = officer.last
    await lead.presses("Từ chối", on=case.card)
    refusing = lead.last
    await lead.replies(prompt, QUESTION)
    lead.hears("dành cho người khác")
    await officer.replies(refusing, "Lý do này không phải của tôi")
    assert "inquiry-asked" not in await case.events()
    await lead.replies(refusing, "Sai tên giám đốc trên GCN")
    lead.hears("Sai tên giám đốc trên GCN")
    await desk.moves(timedelta(minutes=15))
    await officer.replies(prompt, QUESTION)

    officer.hears("đã hết hạn")
    director.hears_nothing()


async def test_one_question_is_open_and_after_a_day_another_takes_its_place(
    asked: Case, officer: Player, lead: Player, director: Player
) -> None:
    first = director.last
    await lead.presses("❓ Hỏi cơ sở", on=asked.card)
    assert "Trần Văn Minh đã hỏi cơ sở lúc 09:00" in lead.popup
    await asked.stage.moves(DAY)
    await asks(lead, asked, "Cơ sở còn hoạt động ở địa chỉ cũ không?")
    director.hears("còn hoạt động ở địa chỉ cũ")
    await director.replies(first, "trả lời câu cũ")
    director.hears("không còn chờ trả lời")
    await director.says("Dạ còn")

    assert (await asked.events())[-3:] == ["inquiry-asked", "inquiry-asked", "inquiry-answered"]
    assert asked.stage.group.transcript().count("Cơ sở trả lời câu hỏi") == 1


async def test_of_two_prompts_at_once_the_first_question_goes_out(
    desk: Stage, officer: Player, lead: Player, director: Player
) -> None:
    case = await hands_in(desk)
    await officer.presses("❓ Hỏi cơ sở", on=case.card)
    await lead.presses("❓ Hỏi cơ sở", on=case.card)
    await lead.replies(lead.last, QUESTION)
    prompts = [m for m in desk.group.messages if "Trần Văn Minh, anh/chị muốn hỏi" in m.text]
    await officer.replies(prompts[-1], "Một câu hỏi khác đến sau")

    officer.hears(f"{desk.lead.name} đã hỏi cơ sở")
    assert "Một câu hỏi khác" not in director.transcript


async def test_beside_a_draft_an_answer_needs_the_button_or_a_reply(
    desk: Stage, officer: Player, director: Player
) -> None:
    case = await hands_in(desk)
    await director.says("/dangky")
    await director.presses("✅ Đồng ý")
    await director.says("03-77/ĐKKDD-HNO")
    await asks(officer, case)
    director.hears(QUESTION, "bấm “Trả lời”")
    question = director.last
    await director.says("Nhà thuốc Bình An")
    director.hears("Email dùng để đăng ký là của ai?")

    await director.presses("Trả lời", on=question)
    director.hears("tin nhắn tiếp theo")
    await director.says("1")
    director.hears("đã được chuyển cho cán bộ", "Email dùng để đăng ký là của ai?")
    draft = (await conversation_of(director)).draft
    assert draft is not None
    assert (draft.facility, draft.role) == ("Nhà thuốc Bình An", None)
    assert "\n1" in officer.heard

    await asks(officer, case, "Cảm ơn, xin hỏi thêm số điện thoại?")
    await director.replies(director.last, "0912 345 678")
    officer.hears("0912 345 678")
    await director.says("gd")
    director.hears("họ và tên")


async def test_a_draft_that_is_begun_under_a_question_gets_what_is_typed(
    asked: Case, officer: Player, director: Player
) -> None:
    await director.says("/dangky")
    await director.presses("✅ Đồng ý")
    await director.says("03-77/ĐKKDD-HNO")

    director.hears("tên cơ sở")
    assert (await asked.events())[-1] == "inquiry-asked"


async def test_what_was_shown_since_the_question_can_be_typed_and_is_no_answer(
    asked: Case, director: Player
) -> None:
    await director.says("/trangthai")
    await director.says("rút đăng ký")
    director.hears("Quý cơ sở có chắc chắn muốn rút không?")
    await director.says("Dạ chưa đổi tên")

    director.hears("đã được chuyển cho cán bộ")
    assert (await asked.stored()).status == "pending"


async def test_a_word_that_means_the_same_everywhere_is_no_answer_once_more_was_shown(
    asked: Case, director: Player
) -> None:
    await director.says("/trangthai")
    await director.says("trợ giúp")
    director.hears("/dangky")
    await director.says("quay lại")
    director.hears("Vâng, để sau")

    assert (await asked.events())[-1] == "inquiry-asked"


async def test_of_two_questions_the_one_that_is_left_is_put_again(
    desk: Stage, officer: Player, director: Player
) -> None:
    one = await hands_in(desk)
    two = await hands_in(desk, licence="03-2/ĐKKDD-HNO", email="hai@example.vn")
    await asks(officer, one, "Câu hỏi về cơ sở thứ nhất")
    await asks(officer, two, "Câu hỏi về cơ sở thứ hai")
    await director.replies(director.last, "trả lời thứ hai")
    director.hears("đã được chuyển cho cán bộ", "Câu hỏi về cơ sở thứ nhất", "tin nhắn tiếp theo")
    await director.says("trả lời thứ nhất")

    assert (await one.events())[-1] == (await two.events())[-1] == "inquiry-answered"


async def test_two_registrations_get_each_its_own_answer(
    desk: Stage, officer: Player, director: Player
) -> None:
    one = await hands_in(desk)
    two = await hands_in(desk, licence="03-2/ĐKKDD-HNO", email="hai@example.vn")
    await asks(officer, one, "Câu hỏi về cơ sở thứ nhất")
    await asks(officer, two, "Câu hỏi về cơ sở thứ hai")
    second = director.last
    await director.says("trả lời thứ nhất")
    await director.presses("Trả lời", on=second)
    await director.says("trả lời thứ hai")

    answers = [m.text for m in desk.group.messages if "Cơ sở trả lời câu hỏi" in m.text]
    assert [
        ("trả lời thứ nhất" in answers[0], one.reference in answers[0]),
        ("trả lời thứ hai" in answers[1], two.reference in answers[1]),
    ] == [(True, True)] * 2


async def test_what_is_no_answer_gets_the_question_again(asked: Case, director: Player) -> None:
    await director.sends_photo()
    director.hears("Vui lòng trả lời bằng chữ", QUESTION)
    for words in ("x" * 1001, "\u200b\u202e"):
        await director.says(words)
        director.hears("không quá 1.000 ký tự")
    await director.presses("Để sau")
    director.hears("Vâng, để sau")
    await director.says("/trangthai")
    await director.presses(f"✍️ Trả lời ({asked.reference})")
    await director.says("/huy")
    director.hears("Vâng, để sau")
    await director.taps("1.m.answer.999")
    assert "Không tìm thấy câu hỏi này" in director.popup
    await director.taps("1.m.answer.zz")
    director.hears("Nút này thuộc tin nhắn cũ")

    assert (await asked.events())[-1] == "inquiry-asked"


async def test_nobody_answers_for_another_facility(asked: Case, neighbour: Player) -> None:
    await neighbour.opens()
    await neighbour.taps("1.m.answer.1")

    assert "Không tìm thấy câu hỏi này" in neighbour.popup


async def test_an_answer_after_the_decision_reaches_staff_and_both_are_told_how_it_stands(
    asked: Case, officer: Player, director: Player
) -> None:
    await officer.presses("Từ chối", on=asked.card)
    await officer.presses("2")
    await officer.presses("Tiếp")
    await officer.presses("Từ chối và gửi thư")
    await director.says(ANSWER)

    director.hears("đã được chuyển cho cán bộ", "nay: đã từ chối")
    officer.hears(ANSWER, "nay: đã từ chối")
    assert "❓ Hỏi cơ sở" not in str(asked.card.rows)


async def test_a_registration_is_withdrawn_under_an_open_question(
    asked: Case, officer: Player, director: Player
) -> None:
    await director.says("/trangthai")
    await director.presses(f"Rút đăng ký {asked.reference}")
    await director.presses("Rút đăng ký")
    assert (await asked.stored()).status == "withdrawn"
    await director.says("Chúng tôi rút vì nhập sai số GCN")

    director.hears("đã được chuyển cho cán bộ", "nay: cơ sở đã rút")
    officer.hears("Chúng tôi rút vì nhập sai số GCN", "nay: cơ sở đã rút")


async def test_a_facility_that_blocked_the_bot_is_told_to_staff(
    desk: Stage, officer: Player, director: Player
) -> None:
    case = await hands_in(desk)
    director.person.blocks(desk.bot)
    await desk.settle()
    await asks(officer, case)

    officer.hears(f"Câu hỏi của Trần Văn Minh về {case.reference} không đến được cơ sở")
    assert "không đến được cơ sở" in case.card.text
    assert "Không nhắn tin được cho cơ sở" in case.card.text
    assert "inquiry-failed" in await case.events()
    director.person.unblocks(desk.bot)
    await asks(officer, case)
    director.hears(QUESTION)


async def test_a_question_that_telegram_refuses_is_told_to_staff(
    desk: Stage, officer: Player, director: Player
) -> None:
    case = await hands_in(desk)
    desk.sandbox.faults.fail(
        400, "Bad Request: text must be encoded in UTF-8", chat=director.person.id
    )
    await asks(officer, case)

    officer.hears("không đến được cơ sở")
    assert "inquiry-failed" in await case.events()


async def test_rule_7_only_officers_ask_and_not_about_their_own(
    desk: Stage, officer: Player
) -> None:
    own = await hands_in(desk, desk.officer)
    await officer.presses("❓ Hỏi cơ sở", on=own.card)
    assert "do chính mình gửi" in officer.popup
    case = await hands_in(desk, licence="03-2/ĐKKDD-HNO", email="hai@example.vn")
    await officer.presses("❓ Hỏi cơ sở", on=case.card)
    prompt = officer.last
    await employ(desk, desk.officer, Role.VIEWER)
    await officer.replies(prompt, QUESTION)

    officer.hears("chưa có quyền")
    assert "inquiry-asked" not in await case.events()
