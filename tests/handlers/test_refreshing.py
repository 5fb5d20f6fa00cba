"""/lammoi puts every open card right: deleted, never hung, or showing an older state."""

from dataclasses import replace

from bot.stage import Stage
from core.people import Role
from core.ports import CardPlace
from tests.handlers.actors import Player
from tests.handlers.cases import Case, employ, hand_in_many, hands_in


async def place(stage: Stage, case: Case) -> CardPlace:
    async with stage.app.store.read() as tx:
        found = await tx.cards.get(case.id)
    assert found is not None
    return found


async def test_it_hangs_what_is_gone_and_updates_what_is_old(desk: Stage) -> None:
    """Once, however often it is asked for."""
    officer = Player(desk, desk.officer, desk.group)
    gone, old, good = await hand_in_many(desk, 3)
    await officer.presses("Duyệt", on=old.card)
    async with desk.app.store.begin() as tx:
        await tx.cards.put(replace(await place(desk, old), shown_version=1))
    desk.lead.deletes(gone.card)

    for _ in range(2):
        await officer.says("/lammoi")
        officer.hears("🔄 Đang làm mới 3 thẻ đang mở", "xong sau khoảng 1 phút")
    assert [len(case.cards) for case in (gone, old, good)] == [1, 1, 1]
    assert "đã duyệt" in old.card.text
    assert (await place(desk, old)).shown_version == (await old.stored()).version
    assert (await place(desk, gone)).message_id == str(gone.card.id)


async def test_it_says_so_when_nothing_is_open(desk: Stage, officer: Player) -> None:
    await officer.says("/lammoi")

    officer.hears("Không có đăng ký nào đang chờ.")


async def test_it_counts_what_is_missing_and_out_of_date(desk: Stage, officer: Player) -> None:
    first, second = await hand_in_many(desk, 2)
    async with desk.app.store.begin() as tx:
        await tx.cards.put(replace(await place(desk, first), shown_version=0))
    await officer.says("/lammoi")
    officer.hears("(chưa treo: 0, đã cũ: 1)")
    await officer.says("/lammoi")

    officer.hears("(chưa treo: 0, đã cũ: 0)")
    assert (await place(desk, first)).shown_version == (await second.stored()).version


async def test_it_is_for_officers_and_leads(desk: Stage, officer: Player) -> None:
    await hands_in(desk)
    await employ(desk, desk.officer, Role.VIEWER)
    await officer.says("/lammoi")

    officer.hears("chưa có quyền")
