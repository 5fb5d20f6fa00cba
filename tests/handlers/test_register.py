"""The office's list of certificates: a lead imports it, then it is known who holds a licence."""

import pytest

from bot.stage import Stage
from core.people import Role
from core.ports import RegisterEntry
from sandbox.events import MessageEdited
from tests.handlers.actors import LICENCE, Player, newest_registration
from tests.handlers.cases import employ, hands_in
from tests.sheets.made import workbook

NAME = "Nhà thuốc An Tâm Hà Nội"
LIST = [["STT", "Số GCN", "Tên cơ sở"], ["1", LICENCE, NAME], ["2", "03-0009/ĐKKDD-HNO", "Số 9"]]


def in_private(player: Player) -> Player:
    player.stage.sandbox.world.private(player.stage.desk, player.person).may_write = True
    return player.at(player.stage.desk)


async def imported(stage: Stage) -> None:
    async with stage.app.store.begin() as tx:
        await tx.register.change([RegisterEntry("03-1234-HNO", LICENCE, NAME)], [])


async def register_of(stage: Stage) -> dict[str, str]:
    async with stage.app.store.read() as tx:
        return {entry.licence: entry.facility for entry in await tx.register.all()}


async def test_a_lead_imports_a_list_after_a_preview(desk: Stage) -> None:
    lead = in_private(Player(desk, desk.lead, desk.group))
    await lead.sends_document("ds.xlsx", workbook(LIST))
    lead.hears("Danh sách GCN: 2 cơ sở", LICENCE, NAME, "thêm 2, đổi tên 0, không còn 0")
    assert await register_of(desk) == {}
    await lead.presses("Dùng danh sách này")
    lead.hears("thêm 2, đổi tên 0, xóa 0")
    assert await register_of(desk) == {LICENCE: NAME, "03-0009/ĐKKDD-HNO": "Số 9"}

    newer = "Số GCN;Tên cơ sở\n03-9/ĐKKDD-HNO;Nhà thuốc Số 9\n03-7/HNO-ĐKKDD;Số 7\n?;Không rõ\n"
    await lead.sends_document("ds.csv", newer.encode("utf-16"))
    lead.hears("thêm 1, đổi tên 1, không còn 1", "1 dòng không đọc được", "dòng 4")
    await lead.presses("Hủy")
    lead.hears("danh sách đang dùng giữ nguyên")
    assert len(await register_of(desk)) == 2


async def test_a_list_that_changes_nothing_asks_nothing(desk: Stage, lead: Player) -> None:
    alone = in_private(lead)
    await alone.sends_document("ds.xlsx", workbook(LIST))
    await alone.presses("Dùng danh sách này")
    await alone.sends_document("ds.xlsx", workbook(LIST))

    alone.hears("Danh sách không có gì thay đổi")
    assert alone.buttons == []


async def test_rule_7_only_a_lead_imports(desk: Stage, officer: Player) -> None:
    await employ(desk, desk.officer, Role.OFFICER)
    alone = in_private(officer)
    await alone.sends_document("ds.xlsx", workbook(LIST))

    alone.hears("chưa có quyền")
    assert await register_of(desk) == {}


@pytest.mark.parametrize("answer", ["đúng", "1", "có", "Nhà thuốc an tâm hà nội"])
async def test_the_name_of_a_known_licence_is_offered_and_can_be_typed(
    director: Player, answer: str
) -> None:
    await imported(director.stage)
    await director.agrees()
    await director.says(LICENCE)
    director.hears("Theo danh sách của Sở", NAME)
    director.sees_buttons(f"✅ {NAME}")
    await director.says(answer)

    director.hears("Bước 3/7")


async def test_the_offered_name_is_taken_by_a_tap_and_another_by_typing(director: Player) -> None:
    await imported(director.stage)
    await director.agrees()
    await director.says(LICENCE)
    await director.presses(NAME)
    director.hears("Bước 3/7")
    await director.presses("Quay lại")
    await director.says("Nhà thuốc Khác")

    director.hears("Bước 3/7")


async def test_a_licence_that_is_not_in_the_list_is_asked_as_before(director: Player) -> None:
    await imported(director.stage)
    await director.agrees()
    await director.says("03-0042/ĐKKDD-HNO")

    director.hears("Bước 2/7")
    director.hears_no("Theo danh sách của Sở")


@pytest.mark.parametrize(
    ("licence", "facility", "line"),
    [
        (LICENCE, "NHÀ THUỐC AN TÂM - HÀ NỘI", "khớp số và tên"),
        (LICENCE, "Nhà thuốc Khác", f"tên khác, “{NAME}”"),
        ("03-0042/ĐKKDD-HNO", NAME, "không có số này"),
    ],
)
async def test_the_card_says_what_the_list_knows(
    desk: Stage, licence: str, facility: str, line: str
) -> None:
    await imported(desk)
    case = await hands_in(desk, licence=licence, facility=facility)

    assert line in case.card.text


async def test_without_a_list_the_card_says_nothing_of_it(desk: Stage) -> None:
    case = await hands_in(desk)

    assert "Danh sách GCN" not in case.card.text


async def test_after_an_import_the_cards_it_concerns_are_drawn_again_and_only_they(
    desk: Stage, lead: Player
) -> None:
    await imported(desk)
    same = await hands_in(desk, facility=NAME)
    unknown, renamed, other = [
        await hands_in(desk, desk.sandbox.world.person(f"Chủ {n}"), licence=f"03-{n}/ĐKKDD-HNO",
                       facility=f"Số {n}", email=f"so{n}@gmail.com")
        for n in (9, 10, 11)
    ]  # fmt: skip
    edited: list[str] = []
    desk.sandbox.world.events.subscribe(
        lambda event: (
            edited.append(event.message.text[:9])
            if isinstance(event, MessageEdited) and event.message.chat is desk.group.chat
            else None
        )
    )
    alone = in_private(lead)
    rows = [*LIST, ["3", "03-0010/ĐKKDD-HNO", "Số mười"]]
    await alone.sends_document("ds.xlsx", workbook(rows))
    await alone.presses("Dùng danh sách này")

    assert edited == [unknown.reference, renamed.reference]
    assert "khớp số và tên" in same.card.text
    assert "khớp số và tên" in unknown.card.text
    assert "tên khác, “Số mười”" in renamed.card.text
    assert "không có số này" in other.card.text

    await lead.says("/choduyet")
    await lead.presses("Lệch danh sách")
    assert lead.last.text.startswith(f"1/2 · lệch danh sách GCN\n{renamed.reference}")
    await lead.presses("Tiếp")
    assert other.reference in lead.last.text
    await lead.presses("Duyệt", on=lead.last)
    assert lead.last.text.startswith("1/1 · ")


async def test_a_shorter_name_than_the_offered_one_is_another_name(director: Player) -> None:
    await imported(director.stage)
    await director.reaches_summary()
    await director.presses("Gửi đăng ký")

    assert (await newest_registration(director)).facility == "Nhà thuốc An Tâm"
