"""/lydo: leads keep the list of reasons by chat; what was refused keeps its words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.stage import Stage
from core.people import Role
from core.reasons import MOST, Reason, in_use
from sandbox import Message
from tests.handlers.actors import Player
from tests.handlers.cases import UNDO, employ, hands_in, refuses
from tests.handlers.conftest import MONDAY

NEW = "Chữ ký trên GCN <b>không rõ</b>, thiếu {muc}"


@pytest.fixture
def lead(desk: Stage) -> Player:
    return Player(desk, desk.lead, desk.group)


async def listed(stage: Stage) -> list[Reason]:
    async with stage.app.store.read() as tx:
        return in_use(await tx.reasons.all())


async def test_a_lead_adds_a_reason_and_an_officer_uses_it(desk: Stage, lead: Player) -> None:
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk, locale="en")
    await lead.says("/lydo")
    lead.hears("Lý do từ chối", "1. Không tìm thấy số GCN {so_gcn}", "12. Địa chỉ email")
    await lead.presses("Thêm lý do")
    for bad, told in (
        ("ngắn", "Câu chữ cần từ 10 đến 200 ký tự."),
        ("\u200b" * 40, "Câu chữ cần từ 10 đến 200 ký tự."),
        ("Thiếu giấy tờ {ten}", "Không hiểu “{ten}”."),
        ("địa chỉ email không nhận được thư", "Danh sách đã có lý do này."),
    ):
        await lead.replies(lead.last, bad)
        lead.hears(told, "lý do mới là gì?")
    await lead.replies(lead.last, f"  {NEW} \n")
    lead.hears("📝 Lê Thu Hồng đã thêm một lý do.", f"13. {NEW}")
    assert (await listed(desk))[-1] == Reason("R13", 13, NEW)

    await officer.presses("Từ chối", on=case.card)
    for label in ("13", "Tiếp"):
        await officer.presses(label)
    await officer.replies(officer.last, "dấu")
    await officer.presses("Từ chối và gửi thư")
    await desk.moves(UNDO)
    assert "Chữ ký trên GCN <b>không rõ</b>, thiếu dấu" in case.result_mails[0]
    assert (await case.stored()).reasons == ("R13",)


async def test_what_was_refused_keeps_its_words(desk: Stage, lead: Player) -> None:
    case = await hands_in(desk)
    await refuses(lead, case)
    await lead.says("/lydo")
    await lead.presses("6")
    lead.hears("GCN đã bị thu hồi", "Tiếng Anh: The GCN was revoked")
    await lead.presses("Sửa câu chữ")
    await lead.replies(lead.last, "GCN không còn hiệu lực")
    lead.hears("đã sửa câu chữ của một lý do", "6. GCN không còn hiệu lực")
    await lead.presses("6")
    lead.hears_no("Tiếng Anh")
    await lead.presses("Ngừng dùng")
    lead.hears("12. GCN không còn hiệu lực (ngừng dùng)")
    await desk.moves(UNDO)

    assert "GCN đã bị thu hồi" in case.result_mails[0]
    assert "GCN đã bị thu hồi" in case.card.text
    assert [one.code for one in await listed(desk)] == [f"R{n:02d}" for n in range(1, 13) if n != 6]
    await lead.presses("12", on=lead.last if "12" in lead.buttons else None)
    await lead.presses("Dùng lại")
    assert [one.code for one in await listed(desk)][-1] == "R06"


async def test_a_reworded_reason_stands_beside_no_answer_at_the_next_registration(
    desk: Stage, lead: Player
) -> None:
    director = Player(desk, desk.director, desk.bot)
    await lead.says("/lydo")
    await lead.presses("2")
    await lead.presses("Sửa câu chữ")
    await lead.replies(lead.last, "Thiếu giấy ủy quyền của giám đốc")
    await refuses(lead, await hands_in(desk), "2", "8")
    await desk.moves(UNDO)
    await director.presses("Đăng ký lại")
    await director.presses("✅ Đồng ý")

    lines = director.last.text.splitlines()
    whole, licence, name = (
        next(n for n, line in enumerate(lines) if words in line)
        for words in ("Thiếu giấy ủy quyền", "Số GCN", "Tên cơ sở")
    )
    assert whole < licence < name, lines
    assert "⚠️" in lines[licence + 1], lines


async def test_moving_is_done_once_however_often_the_press_arrives(
    desk: Stage, lead: Player
) -> None:
    await lead.says("/lydo")
    await lead.presses("2")
    up = next(b for row in lead.last.keyboard for b in row if "Lên" in b["text"])
    for _ in range(2):
        await lead.taps(str(up["callback_data"]))

    assert [one.code for one in await listed(desk)][:3] == ["R02", "R01", "R03"]
    assert lead.buttons == ["✏️ Sửa câu chữ", "⬇️ Xuống", "Ngừng dùng", "◀ Danh sách"]


async def test_an_officer_with_a_retired_reason_chosen_is_told(desk: Stage, lead: Player) -> None:
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk)
    await officer.presses("Từ chối", on=case.card)
    asked = officer.last
    await officer.presses("6")
    await lead.says("/lydo")
    await lead.presses("6", on=lead.last)
    await lead.presses("Ngừng dùng")
    await officer.presses("Tiếp", on=asked)
    assert "chưa chọn lý do nào" in officer.popup
    await officer.taps(f"1.r.pick.{case.id:x}.{(await case.stored()).version:x}.R06", on=asked)

    assert officer.popup == "Danh sách lý do vừa thay đổi, mời xem lại."
    assert "thu hồi" not in asked.text


async def test_a_refusal_whose_reasons_were_all_retired_is_not_previewed(
    desk: Stage, lead: Player
) -> None:
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk)
    await officer.presses("Từ chối", on=case.card)
    asked = officer.last
    await officer.presses("9")
    await officer.presses("Tiếp")
    await officer.replies(officer.last, "số GCN")
    preview = officer.last
    await lead.taps("1.l.retire.R09", on=asked)
    await officer.presses("Điền lại chỗ trống", on=preview)

    assert "Danh sách lý do vừa thay đổi, mời xem lại." in preview.text
    assert f"vì sao từ chối {case.reference}?" in preview.text


async def test_the_list_is_seen_by_all_staff_and_changed_by_leads_only(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.group)
    lead = Player(desk, desk.lead, desk.group)
    await officer.says("/lydo")
    officer.hears("1. Không tìm thấy")
    assert officer.buttons == []
    await lead.says("/lydo")
    await officer.presses("Thêm lý do")
    assert "chưa có quyền" in officer.popup
    await lead.presses("Thêm lý do")
    asked: Message = lead.last
    await employ(desk, desk.officer, Role.LEAD)
    await officer.replies(asked, NEW)
    officer.hears("dành cho người khác")
    await employ(desk, desk.lead, Role.OFFICER)
    await lead.replies(asked, NEW)
    lead.hears("chưa có quyền")
    await employ(desk, desk.lead, Role.LEAD)
    await desk.moves(timedelta(minutes=15))
    await lead.replies(asked, NEW)

    lead.hears("đã hết hạn")
    assert len(await listed(desk)) == 12


async def test_one_reason_stays_and_the_list_has_an_end(desk: Stage, lead: Player) -> None:
    for n in range(4):
        await lead.says("/lydo")
        await lead.presses("Thêm lý do")
        await lead.replies(lead.last, f"Lý do thử số {n} của danh sách")
    await lead.presses("Thêm lý do")
    await lead.replies(lead.last, "Lý do thứ mười bảy của danh sách")
    lead.hears("Danh sách chỉ chứa được 16 lý do")
    for one in await listed(desk):
        await lead.taps(f"1.l.retire.{one.code}", on=lead.last)

    assert lead.popup == "Phải còn ít nhất một lý do trong danh sách."
    assert len(await listed(desk)) == 1


async def test_the_longest_list_fits_one_message(desk: Stage, lead: Player) -> None:
    async with desk.app.store.begin() as tx:
        for one in await tx.reasons.all():
            await tx.reasons.put(replace(one, vi=f"{one.code} {'chữ ' * 49}"))
        for n in range(13, MOST + 1):
            await tx.reasons.add(Reason(f"R{n}", n, f"R{n} {'chữ ' * 49}"))
        for n in range(20, 28):
            await tx.reasons.add(Reason(f"R{n}", n, f"R{n} {'chữ ' * 49}", None, MONDAY))
    await lead.says("/lydo")
    await lead.presses("3")
    await lead.presses("Danh sách")

    lead.hears("Bấm số để sửa", "24. R27", "(ngừng dùng)")
    assert not lead.last.text.endswith("…")


async def test_it_works_in_a_private_chat(desk: Stage) -> None:
    lead = Player(desk, desk.lead, desk.desk)
    await lead.says("/lydo")
    await lead.presses("Thêm lý do")
    await lead.replies(lead.last, NEW)
    lead.hears("đã thêm một lý do")
    await lead.presses("Thêm lý do")
    await lead.presses("Hủy")

    assert lead.popup == "Đã dừng, danh sách giữ nguyên."
    assert len(await listed(desk)) == 13
