"""Accounts in bulk: a batch goes out as a spreadsheet, and comes back filled in."""

from collections.abc import Mapping
from io import BytesIO

from openpyxl import Workbook, load_workbook

from bot.stage import Stage
from core.registration import Status
from tests.handlers.actors import Player
from tests.handlers.cases import Case, hand_in_many

COLUMNS = ("result", "site", "login", "password", "reason")
PASSWORD = "0012-Canary#7"


async def approved(stage: Stage, count: int) -> list[Case]:
    cases = await hand_in_many(stage, count)
    officer = Player(stage, stage.lead, stage.group)
    for case in cases:
        await officer.presses("Duyệt", on=case.card)
    return cases


def in_private(player: Player) -> Player:
    player.stage.sandbox.world.private(player.stage.desk, player.person).may_write = True
    return player.at(player.stage.desk)


def file_of(player: Player) -> bytes:
    """The newest document in the chat."""
    chat = player.stage.sandbox.world.private(player.stage.desk, player.person)
    return [m.media.file.content for m in chat.visible() if m.from_bot and m.media][-1]


def filled(content: bytes, answers: Mapping[int, tuple[str, ...]]) -> bytes:
    """Fill in the answers of rows, by the row's number as people count it."""
    workbook = load_workbook(BytesIO(content))
    page = workbook.worksheets[0]
    for row, values in answers.items():
        for place, value in enumerate(values, 7):
            page.cell(row, place).value = value or None
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    written = BytesIO()
    workbook.save(written)
    return written.getvalue()


async def test_a_batch_is_exported_filled_in_and_carried_out(either: Stage) -> None:
    cases = await approved(either, 3)
    officer = in_private(Player(either, either.officer, either.group))
    await officer.says("/xuat")
    officer.hears("Lô 1: 3 đăng ký")
    answers = {
        2: ("Cấp", "HNO-1", "login.1", PASSWORD, ""),
        3: ("Từ chối", "", "", "", "GCN đã bị thu hồi năm 2025"),
    }
    await officer.sends_document("KNLT-lo-1.xlsx", filled(file_of(officer), answers))
    print(officer.transcript)
    officer.hears("Đã đọc 3 dòng", "Cấp 1: dòng 2", "Từ chối 1: dòng 3")
    await officer.presses("Thực hiện 2 dòng")
    officer.hears("Nhận 1 tài khoản, từ chối 1, bỏ qua 0")
    print(officer.transcript)

    stored = [await case.stored() for case in cases]
    assert [one.status for one in stored] == [Status.APPROVED, Status.REFUSED, Status.APPROVED]
