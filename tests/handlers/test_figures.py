"""/thongke tells the week and the month."""

from datetime import timedelta

from sqlalchemy import update

from bot.stage import Stage
from storage.tables import registration
from tests.handlers.actors import Player
from tests.handlers.cases import UNDO, hand_in_many, refuses


async def test_it_tells_the_week_the_month_and_what_waits(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.group)
    approved, refused, _ = await hand_in_many(desk, 3)
    await officer.presses("Duyệt", on=approved.card)
    await refuses(officer, refused)
    await desk.moves(UNDO)

    await officer.says("/thongke")

    period = [
        "Nhận: 3",
        "Đã quyết định: 2 (duyệt 1, từ chối 1)",
        "Đã gửi kết quả: 1, đúng hạn 1 (100%)",
        "Một nửa số kết quả được gửi trong vòng 0 ngày làm việc",
        "Lý do từ chối:",
        "• GCN bị thu hồi hoặc cơ sở ngừng hoạt động: 1",
    ]
    said, picture = officer.person.hears(in_=officer.place)
    assert [line for line in said.text.splitlines() if line] == [
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
    assert picture.media is not None
    assert picture.media.kind == "photo"
    assert (picture.media.file.width, picture.media.file.mime) == (960, "image/png")
    assert picture.text.splitlines() == [
        "Biểu đồ từ 27/01/2026: nhận 3, đã quyết định 2.",
        "Đang mở 2, trong đó 0 đã chờ từ 10 ngày làm việc.",
        "Lý do từ chối nhiều nhất: GCN bị thu hồi hoặc cơ sở ngừng hoạt động (1).",
    ]


async def test_a_quiet_office_has_figures_too(desk: Stage, officer: Player) -> None:
    await officer.says("/figures")

    officer.hears("Nhận: 0", "Đang mở: 0", "Chưa có số liệu để vẽ biểu đồ")
    officer.hears_no("Lý do", "Quá hạn", "Theo nơi quét mã", "Theo kênh")
    assert officer.last.media is None


async def test_channels_are_told_once_there_are_two(desk: Stage, officer: Player) -> None:
    _, second = await hand_in_many(desk, 2)
    async with desk.app.store.engines.write() as connection:
        await connection.execute(
            update(registration).where(registration.c.id == second.id).values(bot="zalo")
        )

    await officer.says("/thongke")

    officer.hears("Theo kênh:\n• Telegram: 1\n• Zalo: 1")


async def test_the_picture_is_sent_after_a_failure_and_once(desk: Stage, officer: Player) -> None:
    await hand_in_many(desk, 1)
    desk.sandbox.faults.fail(502, "Bad Gateway", method="sendPhoto")
    await officer.says("/thongke")
    assert officer.last.media is None

    await desk.moves(timedelta(seconds=10))

    heard = officer.person.hears(in_=officer.place)
    assert [message.media.kind for message in heard if message.media] == ["photo"]
