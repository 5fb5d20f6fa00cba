"""/choduyet: one card at a time, edited in place, with its decisions and its pages."""

from datetime import timedelta

import pytest

from bot.stage import Stage
from core.people import Role
from sandbox import Group
from tests.handlers.actors import Player
from tests.handlers.cases import Case, employ, hand_in_many, hands_in, refuses


def _pagers(place: Group) -> list[str]:
    """What the pagers that still stand show."""
    return [m.text for m in place.messages if m.from_bot and "/" in m.text.split("·")[0]]


def _shows(officer: Player, position: str, case: Case) -> None:
    first, second, *_ = officer.last.text.splitlines()
    assert (first.split(" · ")[0], second.split(" · ")[0]) == (position, case.reference), first


async def test_it_turns_pages_in_place_by_due_day_and_around_the_ends(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.group)
    cases = await hand_in_many(desk, 3)
    await officer.says("/choduyet")
    pager = officer.last.id

    _shows(officer, "1/3", cases[0])
    for position, case in (("2/3", cases[1]), ("3/3", cases[2]), ("1/3", cases[0])):
        await officer.presses("Tiếp")
        _shows(officer, position, case)
    await officer.presses("Trước")
    _shows(officer, "3/3", cases[2])
    assert officer.last.id == pager


async def test_after_a_decision_the_next_case_comes_up(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.group)
    first, second, third = await hand_in_many(desk, 3)
    await officer.says("/choduyet")
    pager = officer.last

    await officer.presses("Duyệt", on=pager)
    _shows(officer, "1/2", second)
    await officer.presses("Từ chối", on=pager)
    await officer.presses("6")
    await officer.presses("Tiếp")
    await officer.presses("Từ chối và gửi thư")

    assert pager.text.splitlines()[1].startswith(third.reference)
    assert "đã duyệt" in first.card.text
    assert "đã từ chối" in second.card.text


async def test_the_last_decision_leaves_an_empty_queue(desk: Stage, officer: Player) -> None:
    await hands_in(desk)
    await officer.says("/choduyet")
    pager = officer.last

    await officer.presses("Duyệt", on=pager)

    assert pager.text == "Không còn đăng ký nào ở mục này. 🎉"


@pytest.mark.parametrize("label", ["Duyệt", "Từ chối", "Hỏi cơ sở"])
async def test_a_case_that_a_colleague_decided_makes_way_and_the_press_is_explained(
    desk: Stage, officer: Player, lead: Player, label: str
) -> None:
    first, second = await hand_in_many(desk, 2)
    private = await _opens_in_private(officer)
    await refuses(lead, first)

    await private.presses(label)

    assert "Lê Thu Hồng đã từ chối" in private.popup
    _shows(private, "1/1", second)


@pytest.mark.parametrize("label", ["Duyệt", "Từ chối"])
async def test_a_case_that_changed_is_shown_as_it_is_and_can_be_decided_then(
    desk: Stage, officer: Player, lead: Player, label: str
) -> None:
    """A pager in another chat than the card hears nothing of a decision and its undoing."""
    case, _ = await hand_in_many(desk, 2)
    private = await _opens_in_private(officer)
    await lead.presses("Duyệt", on=case.card)
    await lead.presses("Hoàn tác", on=case.card)

    await private.presses(label)
    assert "Thẻ vừa thay đổi" in private.popup
    _shows(private, "1/2", case)
    await private.presses("Duyệt")

    assert "đã duyệt" in case.card.text


async def _opens_in_private(officer: Player) -> Player:
    stage = officer.stage
    stage.sandbox.world.private(stage.desk, officer.person).may_write = True
    return await officer.at(stage.desk).says("/choduyet")


async def test_the_next_case_comes_up_in_the_language_of_whoever_decided(stage: Stage) -> None:
    # One bot for everybody: a bot for the desk alone speaks Vietnamese.
    await employ(stage, stage.officer, Role.OFFICER)
    _, second = await hand_in_many(stage, 2)
    private = Player(stage, stage.officer, stage.bot)
    stage.sandbox.world.private(stage.bot, stage.officer).may_write = True
    await private.says("/english")
    await private.says("/queue")
    pager = private.last

    await private.presses("Approve", on=pager)

    assert pager.text.startswith("1/1 · waiting")
    assert second.reference in pager.text


async def test_a_new_pager_takes_the_place_of_the_old(desk: Stage, officer: Player) -> None:
    await hand_in_many(desk, 2)
    await officer.says("/choduyet")
    await officer.presses("Tiếp")
    old = officer.last

    await officer.says("/queue")

    assert old.deleted
    assert len(_pagers(desk.group)) == 1


async def test_views_show_what_is_mine_unclaimed_or_due_soon(
    desk: Stage, officer: Player, lead: Player
) -> None:
    first, second = await hand_in_many(desk, 2)
    await officer.presses("Nhận xử lý", on=second.card)
    await officer.says("/choduyet")

    await officer.presses("Của tôi")
    _shows(officer, "1/1", second)
    assert "tôi đang xử lý" in officer.last.text
    await officer.presses("Chưa ai nhận")
    _shows(officer, "1/1", first)
    await officer.presses("Sắp hạn")
    assert officer.last.text == "Không còn đăng ký nào ở mục này. 🎉"
    await lead.presses("Của tôi")
    assert officer.last.text == "Không còn đăng ký nào ở mục này. 🎉"

    pager = officer.last
    await desk.moves(timedelta(days=10))
    await officer.presses("Sắp hạn", on=pager)
    assert pager.text.splitlines()[0] == "1/2 · sắp đến hạn"
    await officer.presses("Tất cả", on=pager)
    assert pager.text.splitlines()[0] == "1/2 · đang chờ duyệt"


async def test_a_claim_shows_in_the_pager_at_once(desk: Stage, officer: Player) -> None:
    await hands_in(desk)
    await officer.says("/choduyet")
    await officer.presses("Nhận xử lý", on=officer.last)

    assert "🙋 Trần Văn Minh đang xử lý" in officer.last.text


async def test_a_pager_that_was_deleted_is_posted_again(desk: Stage, officer: Player) -> None:
    cases = await hand_in_many(desk, 2)
    await officer.says("/choduyet")
    gone = officer.last
    gone.deleted = True

    await officer.taps(f"1.q.next.all.{cases[0].id:x}", on=gone)

    _shows(officer, "2/2", cases[1])
    assert officer.last.id != gone.id


async def test_nothing_to_page_through_is_said(desk: Stage, officer: Player) -> None:
    await officer.says("/choduyet")

    officer.hears("Không có đăng ký nào đang chờ")


async def test_a_viewer_leafs_and_does_not_decide(desk: Stage, officer: Player) -> None:
    case, _ = await hand_in_many(desk, 2)
    await employ(desk, officer.person, Role.VIEWER)
    await officer.says("/choduyet")
    await officer.presses("Tiếp")
    await officer.presses("Trước")
    await officer.presses("Duyệt", on=officer.last)

    assert "chưa có quyền" in officer.popup
    _shows(officer, "1/2", case)


async def test_a_stranger_turns_no_page_and_made_up_buttons_are_old(
    desk: Stage, officer: Player, neighbour: Player
) -> None:
    case, _ = await hand_in_many(desk, 2)
    await officer.says("/choduyet")
    pager = officer.last
    await neighbour.at(desk.group).presses("Tiếp", on=pager)
    assert "chưa có quyền" in neighbour.popup

    for wire in ("1.q.next", "1.q.next.all", "1.q.next.best.1", "1.q.jump.all.1", "1.q.next.all.x"):
        await officer.taps(wire, on=pager)
        assert "cũ" in officer.popup, wire
    assert pager.text.splitlines()[1].startswith(case.reference)
