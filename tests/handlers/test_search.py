"""/tim finds a registration by whatever an officer has at hand."""

import pytest

from bot.stage import Stage
from core.people import Role
from tests.handlers.actors import Player
from tests.handlers.cases import employ, hand_in_many, hands_in


@pytest.mark.parametrize(
    "typed",
    ["nha thuoc an tam", "An Tâm", "03 1234 dkkdd hno", "GCN 1234", "lanantam@gmail.com", "antam"],
)
async def test_it_is_found_in_any_spelling_and_opened_by_a_button(desk: Stage, typed: str) -> None:
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk)

    await officer.says(f"/tim {typed}")

    officer.hears("Tìm thấy 1 đăng ký", case.reference, "chờ duyệt", "gửi 02/03/2026")
    await officer.presses(case.reference)
    assert officer.last.id == case.card.id


async def test_a_reference_is_enough(desk: Stage, officer: Player) -> None:
    case = await hands_in(desk)

    await officer.says(f"/find {case.reference.lower().replace('-', ' ')}")

    officer.hears(case.reference)


async def test_names_that_hold_the_phrase_come_before_names_that_hold_its_words(
    desk: Stage, officer: Player, neighbour: Player
) -> None:
    right = await hands_in(desk)
    other = await hands_in(
        desk,
        neighbour.person,
        licence="03-5678/ĐKKDD-HNO",
        email="b@gmail.com",
        facility="Nhà thuốc Tâm An",
    )

    await officer.says("/tim an tam")

    assert officer.heard.index(right.reference) < officer.heard.index(other.reference)


async def test_more_than_ten_ask_for_a_more_precise_question(desk: Stage, officer: Player) -> None:
    await hand_in_many(desk, 12)

    await officer.says("/tim nha thuoc")

    officer.hears("Tìm thấy 10 đăng ký", "Còn kết quả khác")
    assert len(officer.buttons) == 10


async def test_nothing_found_and_nothing_asked_are_said(desk: Stage, officer: Player) -> None:
    await officer.says("/tim không có đâu")
    officer.hears("Không tìm thấy", "không có đâu")

    await officer.says("/tim")
    officer.hears("Không cần dấu")


async def test_a_viewer_may_look_and_others_may_not(desk: Stage, neighbour: Player) -> None:
    case = await hands_in(desk)
    viewer = Player(desk, desk.officer, desk.group)
    await employ(desk, desk.officer, Role.VIEWER)
    await viewer.says("/tim an tam")
    viewer.hears(case.reference)

    await employ(desk, desk.officer, None)
    await viewer.says("/tim an tam")
    viewer.hears_no(case.reference)
    viewer.hears("chưa có quyền")

    await neighbour.says("/tim an tam")
    neighbour.hears_no(case.reference)
