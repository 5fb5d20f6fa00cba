"""The reason of a refusal: numbered or in one's own words, previewed, confirmed, mailed."""

from datetime import timedelta

import pytest

from bot.stage import Stage
from core.people import Role
from sandbox import Message
from tests.handlers.actors import EMAIL, Player
from tests.handlers.cases import UNDO, Case, employ, hands_in, refuses

OWN_WORDS = "Tên giám đốc chưa đúng với GCN, đề nghị kiểm tra lại"


@pytest.fixture
async def case(desk: Stage) -> Case:
    return await hands_in(desk)


@pytest.fixture
async def asked(case: Case, officer: Player) -> Message:
    """The question for the reason, after the officer has pressed Từ chối."""
    await officer.presses("Từ chối", on=case.card)
    return officer.last


# ── the question ─────────────────────────────────────────────────────────────────────────────────


async def test_the_question_names_the_officer_and_lists_the_reasons_by_number(
    case: Case, asked: Message, officer: Player
) -> None:
    assert asked.reply_to is case.card
    officer.hears(
        f"Trần Văn Minh, vì sao từ chối {case.reference}?",
        "1. Không tìm thấy số GCN 03-1234/ĐKKDD-HNO trong dữ liệu cấp phép của Sở Y tế Hà Nội",
        "9. Thông tin khai chưa đầy đủ: thiếu …",
        "12. Địa chỉ email không nhận được thư",
    )
    assert asked.buttons == [*map(str, range(1, 13)), "Hủy", "Tiếp ▶"]
    assert (await case.stored()).status == "pending"


async def test_the_preview_is_the_very_mail(desk: Stage, officer: Player) -> None:
    case = await hands_in(desk)
    await officer.presses("Từ chối", on=case.card)
    await officer.presses("2")
    await officer.presses("Tiếp")
    preview = officer.last.text.splitlines()
    await officer.presses("Từ chối và gửi thư")
    await desk.moves(UNDO)

    assert preview[0] == f"Thư về {case.reference} sẽ gửi đến l***@gmail.com:"
    (mail,) = case.result_mails
    assert [line for line in preview[1:] if line not in mail] == []
    assert "Tên cơ sở không khớp với tên trên GCN số 03-1234/ĐKKDD-HNO" in mail


async def test_the_preview_is_in_the_language_of_the_facility(desk: Stage, officer: Player) -> None:
    case = await hands_in(desk, locale="en")
    await officer.presses("Từ chối", on=case.card)
    await officer.presses("2")
    await officer.presses("Tiếp")
    preview = officer.last.text.splitlines()
    await officer.presses("Từ chối và gửi thư")
    await desk.moves(UNDO)

    assert "The name of the facility differs from the name on GCN 03-1234/ĐKKDD-HNO" in preview
    assert [line for line in preview[1:] if line not in case.result_mails[0]] == []


async def test_own_words_are_a_reply_to_the_question(
    desk: Stage, case: Case, asked: Message, officer: Player
) -> None:
    await officer.replies(asked, f"  {OWN_WORDS}\u200b \n")
    officer.hears(OWN_WORDS)
    await officer.presses("Từ chối và gửi thư")
    await desk.moves(UNDO)

    assert f"- {OWN_WORDS}\n" in case.result_mails[0]
    assert (await case.stored()).reason_text == OWN_WORDS
    assert (await case.stored()).reasons == ()


@pytest.mark.parametrize("words", ["ngắn quá", "a" * 501, "\u200b" * 40 + "."])
async def test_own_words_too_short_or_too_long_are_asked_for_again(
    case: Case, asked: Message, officer: Player, words: str
) -> None:
    await officer.replies(asked, words)

    officer.hears("Lý do cần từ 10 đến 500 ký tự.", f"vì sao từ chối {case.reference}?")
    assert (await case.stored()).status == "pending"


async def test_markup_in_own_words_stays_text(
    desk: Stage, case: Case, asked: Message, officer: Player
) -> None:
    await officer.replies(asked, "<b>Sai tên</b> & _*[GCN](x)")
    await officer.presses("Từ chối và gửi thư")

    assert "<b>Sai tên</b> & _*[GCN](x)" in case.card.text
    await desk.moves(UNDO)
    assert "<b>Sai tên</b> & _*[GCN](x)" in case.result_mails[0]
    html = desk.mails_to(EMAIL)[0].html
    assert "&lt;b&gt;Sai tên&lt;/b&gt; &amp; _*[GCN](x)" in html


async def test_another_reason_may_be_chosen_before_confirming(
    desk: Stage, case: Case, asked: Message, officer: Player
) -> None:
    for label in ("10", "Tiếp", "Sửa lý do", "✅ 10", "6", "Tiếp", "Từ chối và gửi thư"):
        await officer.presses(label)
    await desk.moves(UNDO)

    assert (await case.stored()).reasons == ("R06",)
    assert "không khớp" not in case.result_mails[0]


async def test_several_reasons_and_own_words_go_out_together_in_the_order_of_the_list(
    desk: Stage, case: Case, asked: Message, officer: Player
) -> None:
    for label in ("10", "3", "2", "✅ 3"):
        await officer.presses(label)
    officer.hears("✅ 2. Tên cơ sở", "✅ 10. Người phụ trách")
    officer.hears_no("✅ 3.")
    await officer.replies(officer.last, OWN_WORDS)
    await officer.presses("Từ chối và gửi thư")
    await desk.moves(UNDO)

    stored = await case.stored()
    assert stored.reasons == ("R02", "R10")
    assert [line[:12] for line in (stored.reason_text or "").splitlines()] == [
        "Tên cơ sở kh",
        "Người phụ tr",
        "Tên giám đốc",
    ]
    assert all(line in case.result_mails[0] for line in (stored.reason_text or "").splitlines())


async def test_pressing_a_number_twice_chooses_it_once(
    case: Case, asked: Message, officer: Player
) -> None:
    """A button handed over again by the messenger is the one that was pressed, not its opposite."""
    wire = next(b["callback_data"] for b in asked.keyboard[0] if b["text"] == "2")
    await officer.taps(str(wire), on=asked)
    await officer.taps(str(wire), on=asked)

    assert "✅ 2." in asked.text


async def test_nothing_chosen_is_no_reason(case: Case, asked: Message, officer: Player) -> None:
    await officer.presses("Tiếp")

    assert officer.popup.startswith("Anh/chị chưa chọn lý do nào.")
    assert officer.last is asked


async def test_own_words_can_be_left_out_again(case: Case, asked: Message, officer: Player) -> None:
    await officer.replies(asked, OWN_WORDS)
    await officer.presses("Sửa lý do")
    officer.hears(f"✍️ {OWN_WORDS}")
    await officer.presses("Bỏ lý do tự ghi")
    officer.hears_no(OWN_WORDS)
    await officer.presses("Tiếp")

    assert "chưa chọn" in officer.popup


async def test_a_preview_that_was_replaced_cannot_be_confirmed(
    case: Case, asked: Message, officer: Player
) -> None:
    for label in ("10", "Tiếp"):
        await officer.presses(label)
    old = str(officer.last.keyboard[0][0]["callback_data"])
    await officer.presses("Sửa lý do")
    await officer.taps(old)
    assert officer.popup == "Nút này thuộc tin nhắn cũ."
    for label in ("6", "Tiếp"):
        await officer.presses(label)
    await officer.taps(old)

    assert officer.popup == "Nút này thuộc tin nhắn cũ."
    assert (await case.stored()).status == "pending"


# ── values ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_reason_with_a_slot_asks_for_it_before_the_preview(
    desk: Stage, case: Case, asked: Message, officer: Player
) -> None:
    for label in ("9", "6", "Tiếp"):
        await officer.presses(label)
    officer.hears("Thông tin khai chưa đầy đủ: thiếu …", "Trần Văn Minh, mục nào?")
    await officer.replies(officer.last, "x")
    officer.hears("Phần điền cần từ 2 đến 100 ký tự", "mục nào?")
    await officer.replies(officer.last, "{muc} khác")
    officer.hears("không có dấu ngoặc nhọn")
    await officer.replies(officer.last, " họ tên & <b>ngày sinh</b> ")
    await officer.presses("Từ chối và gửi thư")
    assert [m for m in desk.group.messages if m.from_bot] == [case.card]
    await desk.moves(UNDO)

    first = "Thông tin khai chưa đầy đủ: thiếu họ tên & <b>ngày sinh</b>"
    stored = await case.stored()
    assert (stored.reasons, (stored.reason_text or "").splitlines()[1]) == (("R06", "R09"), first)
    assert first in case.card.text
    assert f"- {first}\n" in case.result_mails[0]
    assert "&lt;b&gt;ngày sinh&lt;/b&gt;" in desk.mails_to(EMAIL)[0].html


async def test_a_reason_with_its_slot_open_cannot_be_confirmed(
    case: Case, asked: Message, officer: Player
) -> None:
    """Nor can a preview from before it was chosen."""
    for label in ("6", "Tiếp"):
        await officer.presses(label)
    confirm = str(officer.last.keyboard[0][0]["callback_data"])
    for label in ("Sửa lý do", "9", "Tiếp"):
        await officer.presses(label)
    assert officer.buttons == ["Hủy", "Quay lại"]
    await officer.taps(confirm)

    assert officer.popup == "Nút này thuộc tin nhắn cũ."
    assert (await case.stored()).status == "pending"


async def test_the_only_other_registration_of_the_facility_needs_no_asking(
    desk: Stage,
) -> None:
    officer = Player(desk, desk.officer, desk.group)
    first = await hands_in(desk)
    await refuses(officer, first)
    await desk.moves(UNDO)
    second = await hands_in(desk)
    await officer.presses("Từ chối", on=second.card)
    for label in ("5", "Tiếp"):
        await officer.presses(label)

    officer.hears(f"Đăng ký trùng với đăng ký {first.reference} của cùng cơ sở")
    await officer.presses("Điền lại chỗ trống")
    officer.sees_buttons(first.reference)
    await officer.replies(officer.last, second.reference)
    officer.hears("Không tìm thấy đăng ký nào khác có mã này.")
    await officer.replies(officer.last, "26-K7QX9M ạ")
    officer.hears("Không tìm thấy đăng ký nào khác có mã này.")
    await officer.presses(first.reference)
    await officer.presses("Từ chối và gửi thư")

    assert first.reference in ((await second.stored()).reason_text or "")


async def test_another_registration_is_named_by_its_reference(
    desk: Stage, case: Case, asked: Message, officer: Player
) -> None:
    hai = desk.sandbox.world.person("Chủ cơ sở khác")
    other = await hands_in(desk, hai, licence="03-7/ĐKKDD-HNO", email="hai@gmail.com")
    for label in ("5", "Tiếp"):
        await officer.presses(label, on=asked)
    officer.hears("đăng ký nào?")
    await officer.replies(asked, f"mã {other.reference.lower()} nhé")

    officer.hears(f"Đăng ký trùng với đăng ký {other.reference} của cùng cơ sở")


async def test_a_form_left_open_in_own_words_is_pointed_out(
    case: Case, asked: Message, officer: Player
) -> None:
    await officer.replies(asked, "Thông tin còn thiếu {muc} theo quy định")

    officer.hears("Lý do còn chỗ chưa điền: {muc}", "vì sao từ chối")


@pytest.mark.parametrize("after", [[], ["10"], ["10", "Tiếp"]])
async def test_cancelling_decides_nothing(
    case: Case, asked: Message, officer: Player, after: list[str]
) -> None:
    for label in (*after, "Hủy"):
        await officer.presses(label)

    assert officer.popup == f"Đã dừng, {case.reference} vẫn đang chờ duyệt."
    assert await case.events() == ["submitted"]


async def test_what_has_served_is_taken_down_so_that_the_group_keeps_its_cards(
    desk: Stage, case: Case, officer: Player
) -> None:
    await officer.presses("Từ chối", on=case.card)
    await officer.replies(officer.last, "ngắn")
    await officer.presses("10")
    await officer.presses("Tiếp")
    await officer.presses("Sửa lý do")
    await officer.presses("6")
    await officer.presses("Tiếp")
    await officer.presses("Từ chối và gửi thư")

    assert [m for m in desk.group.messages if m.from_bot] == [case.card]


# ── whose question it is ─────────────────────────────────────────────────────────────────────────


async def test_another_officer_pressing_under_my_question_is_turned_away(
    case: Case, asked: Message, lead: Player
) -> None:
    await lead.presses("10", on=asked)

    assert lead.popup.startswith("Câu hỏi này đã hết hạn hoặc dành cho người khác.")
    assert (await case.stored()).status == "pending"


async def test_another_officer_replying_to_my_question_is_turned_away(
    case: Case, asked: Message, lead: Player
) -> None:
    await lead.replies(asked, OWN_WORDS)

    lead.hears("Câu hỏi này đã hết hạn hoặc dành cho người khác.")
    lead.hears_no("Thư về")


async def test_two_officers_refusing_at_once_never_mix(desk: Stage) -> None:
    officer, lead = Player(desk, desk.officer, desk.group), Player(desk, desk.lead, desk.group)
    hai = desk.sandbox.world.person("Chủ cơ sở khác")
    mine = await hands_in(desk)
    yours = await hands_in(desk, hai, licence="03-7/ĐKKDD-HNO", email="hai@gmail.com")
    await officer.presses("Từ chối", on=mine.card)
    asked_officer = officer.last
    await lead.presses("Từ chối", on=yours.card)
    asked_lead = lead.last
    await officer.presses("10", on=asked_officer)
    await officer.presses("Tiếp", on=asked_officer)
    previewed_officer = asked_officer
    await lead.replies(asked_lead, OWN_WORDS)
    previewed_lead = lead.last
    await officer.presses("Từ chối và gửi thư", on=previewed_lead)
    await officer.presses("Từ chối và gửi thư", on=previewed_officer)
    await lead.presses("Từ chối và gửi thư", on=previewed_lead)
    await desk.moves(UNDO)

    assert "Người phụ trách chuyên môn không khớp" in mine.result_mails[0]
    assert OWN_WORDS in yours.result_mails[0]
    assert [(await c.stored()).decided_by for c in (mine, yours)] == [officer.user, lead.user]


async def test_two_officers_refusing_the_same_case_the_first_to_confirm_wins(desk: Stage) -> None:
    """Rule 6: the second is told who refused, whatever they press or write."""
    officer, lead = Player(desk, desk.officer, desk.group), Player(desk, desk.lead, desk.group)
    case = await hands_in(desk)
    await officer.presses("Từ chối", on=case.card)
    await officer.presses("10")
    await officer.presses("Tiếp")
    previewed = officer.last
    await lead.presses("Từ chối", on=case.card)
    await lead.presses("6")
    await lead.presses("Tiếp")
    await lead.presses("Từ chối và gửi thư")
    await officer.presses("Từ chối và gửi thư", on=previewed)

    assert officer.popup.startswith(f"Lê Thu Hồng đã từ chối {case.reference} lúc 09:00")
    await officer.replies(previewed, OWN_WORDS)
    officer.hears(f"Lê Thu Hồng đã từ chối {case.reference}")
    assert await case.events() == ["submitted", "refused"]
    assert (await case.stored()).reasons == ("R06",)


async def test_pressing_confirm_twice_tells_that_it_is_done(
    case: Case, asked: Message, officer: Player
) -> None:
    await officer.presses("10")
    await officer.presses("Tiếp")
    previewed = officer.last
    await officer.presses("Từ chối và gửi thư")
    await officer.presses("Từ chối và gửi thư", on=previewed)

    assert officer.popup.startswith(f"Trần Văn Minh đã từ chối {case.reference}")
    assert await case.events() == ["submitted", "refused"]


async def test_a_case_approved_meanwhile_cannot_be_refused(
    case: Case, asked: Message, officer: Player, lead: Player
) -> None:
    await lead.presses("Duyệt", on=case.card)
    await officer.presses("10", on=asked)

    assert officer.popup.startswith(f"Lê Thu Hồng đã duyệt {case.reference}")


async def test_a_question_asked_before_an_undo_is_no_answer_after_it(
    case: Case, asked: Message, officer: Player, lead: Player
) -> None:
    await lead.presses("Duyệt", on=case.card)
    await lead.presses("Hoàn tác", on=case.card)
    await officer.presses("10", on=asked)

    assert officer.popup == "Thẻ vừa thay đổi, mời xem lại rồi bấm lần nữa."


async def test_asking_for_another_case_ends_the_first_question(
    desk: Stage, case: Case, asked: Message, officer: Player
) -> None:
    hai = desk.sandbox.world.person("Chủ cơ sở khác")
    other = await hands_in(desk, hai, licence="03-7/ĐKKDD-HNO", email="hai@gmail.com")
    await officer.presses("Từ chối", on=other.card)
    await officer.presses("10", on=asked)

    assert "đã hết hạn" in officer.popup


# ── when it ends ─────────────────────────────────────────────────────────────────────────────────


async def test_the_question_is_open_until_fifteen_minutes_have_passed(
    desk: Stage, case: Case, asked: Message, officer: Player
) -> None:
    await desk.moves(timedelta(minutes=15) - timedelta(seconds=1))
    await officer.presses("10", on=asked)

    officer.hears("✅ 10.")


@pytest.mark.parametrize("way", ["press", "reply"])
async def test_after_fifteen_minutes_the_question_is_closed(
    desk: Stage, case: Case, asked: Message, officer: Player, way: str
) -> None:
    await desk.moves(timedelta(minutes=15))
    if way == "press":
        await officer.presses("10", on=asked)
        assert "đã hết hạn" in officer.popup
    else:
        await officer.replies(asked, OWN_WORDS)
        officer.hears("đã hết hạn")

    assert (await case.stored()).status == "pending"


@pytest.mark.parametrize("role", [None, Role.VIEWER])
@pytest.mark.parametrize("way", ["press", "reply"])
async def test_rule_7_the_question_of_a_removed_officer_ends_at_once(
    desk: Stage, case: Case, asked: Message, officer: Player, role: Role | None, way: str
) -> None:
    await employ(desk, desk.officer, role)
    if way == "press":
        await officer.presses("10", on=asked)
        assert "chưa có quyền" in officer.popup
    else:
        await officer.replies(asked, OWN_WORDS)
        officer.hears("chưa có quyền")

    assert (await case.stored()).status == "pending"


# ── beside it ────────────────────────────────────────────────────────────────────────────────────


async def test_talk_in_the_group_is_not_taken_for_a_reason(
    case: Case, asked: Message, officer: Player
) -> None:
    await officer.replies(case.card, "Ca này khó quá, ai xem giúp tôi với")

    officer.hears_nothing()
    assert (await case.stored()).status == "pending"


async def test_a_refusal_opened_in_private_takes_its_reason_there(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.desk)
    case = await hands_in(desk)
    await officer.says("/choduyet 1")
    await officer.presses(case.reference)
    await officer.presses("Từ chối")
    await officer.replies(officer.last, OWN_WORDS)
    await officer.presses("Từ chối và gửi thư")

    assert (await case.stored()).reason_text == OWN_WORDS


async def test_an_open_question_in_private_does_not_swallow_other_words(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.desk)
    case = await hands_in(desk)
    await officer.says("/choduyet 1")
    await officer.presses(case.reference)
    await officer.presses("Từ chối")
    await officer.says("một câu dài hơn mười ký tự")

    officer.hears_no("Thư về")
    assert officer.heard


async def test_rule_2_the_refused_facility_is_told_why_and_offered_one_tap(
    desk: Stage, case: Case, asked: Message, officer: Player, director: Player
) -> None:
    """Rule 9: not before the mail server has accepted the mail."""
    await officer.presses("6")
    await officer.presses("Tiếp")
    await officer.presses("Từ chối và gửi thư")
    director.hears_nothing()
    await desk.moves(UNDO)

    director.hears(case.reference, "GCN đã bị thu hồi", "l***@gmail.com")
    director.hears_no(EMAIL)
    assert director.buttons == ["Đăng ký lại"]


async def test_an_account_cannot_be_entered_for_a_refused_case(
    desk: Stage, case: Case, officer: Player, lead: Player
) -> None:
    await lead.presses("Duyệt", on=case.card)
    approved = case.card
    await lead.presses("Hoàn tác", on=case.card)
    await officer.presses("Từ chối", on=case.card)
    await officer.presses("10")
    await officer.presses("Tiếp")
    await officer.presses("Từ chối và gửi thư")
    await officer.presses("Nhập tài khoản", on=approved)

    assert "đã từ chối" in officer.popup
