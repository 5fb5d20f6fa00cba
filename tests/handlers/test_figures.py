"""/thongke tells the week and the month."""

from bot.stage import Stage
from tests.handlers.actors import Player
from tests.handlers.cases import UNDO, hand_in_many, refuses


async def test_it_tells_the_week_the_month_and_what_waits(either: Stage) -> None:
    officer = Player(either, either.officer, either.group)
    approved, refused, _ = await hand_in_many(either, 3)
    await officer.presses("Duyệt", on=approved.card)
    await refuses(officer, refused)
    await either.moves(UNDO)

    await officer.says("/thongke")

    period = [
        "Nhận: 3",
        "Đã quyết định: 2 (duyệt 1, từ chối 1)",
        "Đã gửi kết quả: 1, đúng hạn 1 (100%)",
        "Một nửa số kết quả được gửi trong vòng 0 ngày làm việc",
        "Lý do từ chối:",
        "• GCN bị thu hồi hoặc cơ sở ngừng hoạt động: 1",
    ]
    assert [line for line in officer.last.text.splitlines() if line] == [
        "Số liệu lúc 09:02 ngày 02/03/2026",
        "Tuần này, từ 02/03/2026",
        *period,
        "Tháng này, từ 01/03/2026",
        *period,
        "Đang mở: 2, theo số ngày làm việc đã chờ",
        "• 0 đến 2 ngày: 2",
        "• 3 đến 5 ngày: 0",
        "• 6 đến 9 ngày: 0",
        "• từ 10 ngày: 0",
    ]


async def test_a_quiet_office_has_figures_too(desk: Stage, officer: Player) -> None:
    await officer.says("/figures")

    officer.hears("Nhận: 0", "Đang mở: 0")
    officer.hears_no("Lý do", "Quá hạn", "Theo nơi quét mã")
