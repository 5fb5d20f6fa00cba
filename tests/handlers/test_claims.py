"""Nhận xử lý: who is working on a card, for two office hours, and in nobody's way."""

from datetime import timedelta

import pytest

from bot.stage import Stage
from core.people import Role
from tests.handlers.actors import Player
from tests.handlers.cases import employ, hands_in


@pytest.fixture
async def colleague(desk: Stage, neighbour: Player) -> Player:
    """Another officer in the group."""
    await employ(desk, neighbour.person, Role.OFFICER)
    return neighbour.at(desk.group)


async def test_a_claim_stands_on_the_card_and_in_the_history(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk)

    await officer.presses("Nhận xử lý", on=case.card)

    assert "đã nhận xử lý đến 11:00 ngày 02/03/2026" in officer.popup
    assert "🙋 Trần Văn Minh đang xử lý đến 11:00 ngày 02/03/2026" in case.card.text
    assert "Thôi xử lý" in case.card.buttons
    assert "Nhận xử lý" not in case.card.buttons
    assert await case.events() == ["submitted", "claimed"]


async def test_somebody_else_is_told_who_holds_it_and_decides_all_the_same(
    desk: Stage, officer: Player, colleague: Player
) -> None:
    case = await hands_in(desk)
    await officer.presses("Nhận xử lý", on=case.card)

    await colleague.taps("1.c.claim.1.1", on=case.card)
    assert "Trần Văn Minh đang xử lý đến 11:00" in colleague.popup
    await colleague.presses("Thôi xử lý", on=case.card)
    assert "Trần Văn Minh đang xử lý" in colleague.popup
    await colleague.presses("Duyệt", on=case.card)

    assert (await case.stored()).decided_name == colleague.person.name
    assert "đang xử lý" not in case.card.text


async def test_it_lapses_after_two_office_hours(
    desk: Stage, officer: Player, colleague: Player
) -> None:
    case = await hands_in(desk)
    await officer.presses("Nhận xử lý", on=case.card)

    await desk.moves(timedelta(hours=2))
    await colleague.presses("Thôi xử lý", on=case.card)
    await colleague.presses("Nhận xử lý", on=case.card)

    assert f"🙋 {colleague.person.name} đang xử lý đến 13:00" in case.card.text


async def test_it_is_given_back_by_its_holder_or_by_a_lead(
    desk: Stage, officer: Player, lead: Player
) -> None:
    case = await hands_in(desk)
    for player in (officer, lead):
        await officer.presses("Nhận xử lý", on=case.card)
        await player.presses("Thôi xử lý", on=case.card)

        assert "đang xử lý" not in case.card.text
    assert (await case.events())[1:] == ["claimed", "released"] * 2


async def test_a_viewer_and_the_sender_cannot_claim(
    desk: Stage, officer: Player, colleague: Player
) -> None:
    case = await hands_in(desk, desk.officer)
    await officer.presses("Nhận xử lý", on=case.card)
    assert "do chính mình gửi" in officer.popup

    await employ(desk, colleague.person, Role.VIEWER)
    await colleague.presses("Nhận xử lý", on=case.card)
    assert "chưa có quyền" in colleague.popup
    assert await case.events() == ["submitted"]
