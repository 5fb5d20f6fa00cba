"""/baocao sends a month's registrations as a spreadsheet, to officers and in private."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from bot.stage import Stage
from storage.tables import history
from tests.handlers.actors import Player
from tests.handlers.cases import UNDO, enters_account, hand_in_many, hands_in, refuses
from tests.handlers.test_batches import files_of, officer_of

APRIL = datetime(2026, 4, 1, 2, tzinfo=UTC)  # 09:00 in Hanoi


def rows_of(player: Player) -> list[tuple[str | None, ...]]:
    [file] = files_of(player)
    return list(load_workbook(BytesIO(file)).worksheets[0].iter_rows(values_only=True))


async def test_a_month_is_told_row_by_row_as_it_stands(desk: Stage) -> None:
    issued, refused, waiting, withdrawn = await hand_in_many(desk, 4)
    lead, officer = Player(desk, desk.lead, desk.group), officer_of(desk)
    await lead.presses("Duyệt", on=issued.card)
    await enters_account(lead, issued)
    await refuses(lead, refused)
    await desk.moves(UNDO)
    owner = Player(desk, desk.sandbox.world.people[int((await withdrawn.stored()).chat)], desk.bot)
    await owner.says("/trangthai")
    await owner.presses("Rút đăng ký")
    await owner.presses("Rút đăng ký")
    await desk.moves(datetime(2026, 3, 17, 2, tzinfo=UTC))  # the day after the due day

    await officer.says("/baocao")

    officer.hears("Đang lập báo cáo tháng 03/2026: 4 đăng ký", "Báo cáo tháng 03/2026: 4 đăng ký")
    assert officer.last.media is not None
    header, *rows = rows_of(officer)
    assert header[1:4] == ("Mã đăng ký", "Số GCN", "Tên cơ sở")
    assert rows[0] == (
        "1",
        issued.reference,
        "03-2000/ĐKKDD-HNO",
        "Nhà thuốc số 0",
        "Nguyễn Thị Lan",
        "Giám đốc",
        "c***@gmail.com",
        "02/03/2026",
        "16/03/2026",
        "02/03/2026",
        "Lê Thu Hồng",
        "Đã cấp",
        "02/03/2026",
        "Đúng hạn",
    )
    assert [(row[1], *row[11:]) for row in rows[1:]] == [
        (refused.reference, "Từ chối", "02/03/2026", "Đúng hạn"),
        (waiting.reference, "Quá hạn", None, "Trễ"),
        (withdrawn.reference, "Cơ sở rút", None, None),
    ]


async def test_another_month_is_asked_for_by_name(desk: Stage) -> None:
    officer = officer_of(desk)
    march = await hands_in(desk)
    await desk.moves(APRIL)

    await officer.says("/report last month")
    assert [row[1] for row in rows_of(officer)[1:]] == [march.reference]
    await officer.says("/baocao")
    officer.hears("Tháng 04/2026 không có đăng ký nào")
    await officer.says("/baocao 5/2026")
    officer.hears("Tháng 05/2026 chưa đến")
    await officer.says("/baocao <b>hôm qua</b>")
    officer.hears("Tôi không hiểu “<b>hôm qua</b>” là tháng nào", "/baocao 10/2026")
    assert len(files_of(officer)) == 1


async def test_days_belong_to_months_by_the_office_clock(desk: Stage) -> None:
    officer = officer_of(desk)
    await desk.moves(datetime(2026, 3, 31, 16, 59, tzinfo=UTC))
    last = await hands_in(desk)
    desk.clock.shift(timedelta(minutes=2))
    await hands_in(desk, licence="03-7/ĐKKDD-HNO", email="sau@gmail.com")

    await officer.says("/baocao 3")

    assert [row[1] for row in rows_of(officer)[1:]] == [last.reference]


async def test_it_is_printed_on_a4_with_its_header_and_page_number_on_each_page(
    desk: Stage,
) -> None:
    officer = officer_of(desk)
    await hands_in(desk, facility="=cmd|' /C calc'!A0")
    await officer.says("/baocao")
    page = load_workbook(BytesIO(files_of(officer)[0])).worksheets[0]

    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.page_setup.fitToHeight == 0
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == "$1:$1"
    assert page.print_options.gridLines
    assert page.oddHeader.center.text == "Sổ theo dõi đăng ký tài khoản KNLT, tháng 03/2026"
    assert page.oddFooter.left.text == "Lập ngày 02/03/2026"
    assert page.oddFooter.right.text == "Trang &P/&N"
    assert not page.protection.sheet
    assert (page["D2"].data_type, page["D2"].quotePrefix) == ("s", True)


async def test_it_is_kept_out_of_the_group_and_the_history_tells_who_asked(
    desk: Stage, officer: Player
) -> None:
    await hands_in(desk)
    await officer.says("/baocao")
    officer.hears("chỉ gửi trong trò chuyện riêng")
    assert officer.last.media is None

    private = officer_of(desk)
    await private.says("/baocao")

    async with desk.app.store.engines.read() as connection:
        kept = await connection.execute(
            select(history.c.by, history.c.detail).where(history.c.event == "report-exported")
        )
        assert [tuple(row) for row in kept] == [(private.user, '{"month": "03/2026", "count": 1}')]


@pytest.mark.parametrize("who", ["lead", "officer"])
async def test_a_report_that_is_sent_back_is_not_taken_for_a_list_of_licences(
    desk: Stage, who: str
) -> None:
    await hands_in(desk)
    person = Player(desk, getattr(desk, who), desk.group)
    desk.sandbox.world.private(desk.desk, person.person).may_write = True
    person = person.at(desk.desk)
    await person.says("/baocao")

    await person.sends_document("KNLT-bao-cao-2026-03.xlsx", files_of(person)[0])

    person.hears("Đây là báo cáo mà lệnh /baocao đã gửi")
