"""Approve, refuse, take back: a decision counts once, and the second person is told (rule 6)."""

import json
from datetime import timedelta

import pytest

from bot.stage import Stage
from core.people import Role
from core.ports import NewUpdate
from sandbox import Person
from tests.handlers.actors import EMAIL, Player
from tests.handlers.cases import PASSWORD, UNDO, employ, enters_account, hands_in, refuses

LATER = timedelta(seconds=1)


def colleague(stage: Stage, name: str) -> Player:
    return Player(stage, stage.group.member(name), stage.group)


# ── who was first ────────────────────────────────────────────────────────────────────────────────


async def test_approving_is_said_in_passing_and_recorded(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)

    assert desk.officer.popups[-1].alert is False
    assert officer.popup == f"Đã duyệt {case.reference}. Tiếp theo: nhập tài khoản."
    assert (await case.stored()).decided_by == officer.user
    assert await case.events() == ["submitted", "approved"]


@pytest.mark.parametrize("late", ["Duyệt", "Từ chối"])
async def test_rule_6_a_late_press_is_told_who_approved_and_when(
    desk: Stage, officer: Player, lead: Player, late: str
) -> None:
    case = await hands_in(desk)
    card = case.card
    await officer.presses("Duyệt", on=card)
    await desk.moves(timedelta(minutes=4))
    await lead.presses(late, on=card)

    assert desk.lead.popups[-1].alert is True
    assert lead.popup == (
        f"Trần Văn Minh đã duyệt {case.reference} lúc 09:00 ngày 02/03/2026."
        " Anh/chị không cần làm gì thêm."
    )
    assert await case.events() == ["submitted", "approved"]


@pytest.mark.parametrize("late", ["Duyệt", "Từ chối"])
async def test_rule_6_a_late_press_is_told_who_refused_and_when(
    desk: Stage, officer: Player, lead: Player, late: str
) -> None:
    case = await hands_in(desk)
    card = case.card
    await refuses(officer, case)
    await lead.presses(late, on=card)

    assert lead.popup.startswith(f"Trần Văn Minh đã từ chối {case.reference} lúc 09:00 ngày 02/03")
    assert await case.events() == ["submitted", "refused"]


@pytest.mark.parametrize("label", ["Duyệt", "Từ chối", "Hoàn tác", "Nhập tài khoản"])
async def test_rule_6_a_press_on_an_old_screen_is_told_that_the_account_has_been_sent(
    desk: Stage, officer: Player, lead: Player, label: str
) -> None:
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    await desk.moves(UNDO)
    await lead.presses(label, on=case.card)

    assert lead.popup == (
        f"Trần Văn Minh đã duyệt {case.reference} lúc 09:00 ngày 02/03/2026; tài khoản đã gửi."
    )


@pytest.mark.parametrize("label", ["Duyệt", "Từ chối"])
async def test_rule_6_a_press_on_an_old_screen_is_told_that_time_is_up(
    desk: Stage, officer: Player, label: str
) -> None:
    case = await hands_in(desk)
    await desk.moves(timedelta(days=20))
    await officer.presses(label, on=case.card)

    assert officer.popup == f"{case.reference} đã quá hạn."


async def test_the_second_of_two_presses_at_once_is_told(desk: Stage, officer: Player) -> None:
    """Rule 6, the two presses being handled in one batch."""
    case = await hands_in(desk)
    card = case.card
    desk.officer.presses("Duyệt", on=card)
    desk.lead.presses("Duyệt", on=card)
    await desk.settle()

    assert "Đã duyệt" in desk.officer.popups[-1].text
    assert "Trần Văn Minh đã duyệt" in desk.lead.popups[-1].text
    assert await case.events() == ["submitted", "approved"]


async def test_a_double_tap_decides_once(desk: Stage, officer: Player) -> None:
    case = await hands_in(desk)
    card = case.card
    desk.officer.presses("Duyệt", on=card)
    desk.officer.presses("Duyệt", on=card)
    await desk.settle()

    assert await case.events() == ["submitted", "approved"]
    assert "Trần Văn Minh đã duyệt" in officer.popup


async def test_rule_7_nobody_decides_on_a_registration_of_their_own(desk: Stage) -> None:
    """Also from the second form of the same card, and also for a lead."""
    own = await hands_in(desk, desk.officer)
    officer, lead = Player(desk, desk.officer, desk.group), Player(desk, desk.lead, desk.group)
    for label in ("Duyệt", "Từ chối"):
        await officer.presses(label, on=own.card)
        assert "do chính mình gửi" in officer.popup
    await lead.presses("Duyệt", on=own.card)
    for label in ("Hoàn tác", "Nhập tài khoản"):
        await officer.presses(label, on=own.card)
        assert "do chính mình gửi" in officer.popup

    assert await own.events() == ["submitted", "approved"]


# ── taking back ──────────────────────────────────────────────────────────────────────────────────


async def test_the_decider_takes_an_approval_back_in_time(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    await desk.moves(UNDO)
    await officer.presses("Hoàn tác", on=case.card)

    assert officer.popup == f"Đã hoàn tác {case.reference}."
    assert "chờ duyệt" in case.card.text
    assert await case.events() == ["submitted", "approved", "undone"]


async def test_a_lead_takes_back_what_an_officer_decided(
    desk: Stage, officer: Player, lead: Player
) -> None:
    case = await hands_in(desk)
    await refuses(officer, case)
    await lead.presses("Hoàn tác", on=case.card)
    await desk.moves(UNDO * 2)

    assert "chờ duyệt" in case.card.text
    assert case.result_mails == []


async def test_another_officer_cannot_take_it_back(desk: Stage, officer: Player) -> None:
    other = colleague(desk, "Phạm Thu Hà")
    await employ(desk, other.person, Role.OFFICER)
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    await other.presses("Hoàn tác", on=case.card)

    assert other.popup == "Chỉ Trần Văn Minh hoặc trưởng nhóm được hoàn tác."
    assert "đã duyệt" in case.card.text


async def test_after_the_window_nobody_takes_an_approval_back(
    desk: Stage, officer: Player, lead: Player
) -> None:
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    await desk.moves(UNDO + LATER)
    for player in (officer, lead):
        await player.presses("Hoàn tác", on=case.card)
        assert player.popup == "Đã quá thời gian hoàn tác."

    assert "đã duyệt" in case.card.text


async def test_after_its_mail_has_left_a_refusal_stands(
    desk: Stage, officer: Player, lead: Player
) -> None:
    case = await hands_in(desk)
    await refuses(officer, case)
    card = case.card
    await desk.moves(UNDO)
    await lead.presses("Hoàn tác", on=card)

    assert "đã từ chối" in lead.popup
    assert len(case.result_mails) == 1


async def test_an_entered_account_is_taken_back_and_may_be_entered_again(desk: Stage) -> None:
    """By the officer who entered it, although somebody else approved."""
    officer, lead = Player(desk, desk.officer, desk.group), Player(desk, desk.lead, desk.group)
    case = await hands_in(desk)
    await lead.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    await desk.moves(timedelta(seconds=30))
    await officer.presses("Hoàn tác", on=case.card)

    assert "🔑 Chưa nhập tài khoản" in case.card.text
    async with desk.app.store.read() as tx:
        assert await tx.secrets.get(case.id) is None

    await enters_account(officer, case)
    await desk.moves(UNDO * 2)
    assert [PASSWORD in mail for mail in case.result_mails] == [True]


async def test_the_approval_below_an_account_taken_back_has_its_own_window(desk: Stage) -> None:
    lead = Player(desk, desk.lead, desk.group)
    case = await hands_in(desk)
    await lead.presses("Duyệt", on=case.card)
    await desk.moves(timedelta(minutes=90))
    await enters_account(lead, case)
    await lead.presses("Hoàn tác", on=case.card)
    await lead.presses("Hoàn tác", on=case.card)

    assert lead.popup == "Đã quá thời gian hoàn tác."
    assert (await case.stored()).status == "approved"


async def test_nothing_is_taken_back_while_its_mail_is_being_sent(
    desk: Stage, officer: Player
) -> None:
    case = await hands_in(desk)
    await refuses(officer, case)
    desk.clock.shift(UNDO)
    now = desk.clock.now()
    async with desk.app.store.begin() as tx:
        (row,) = await tx.outbox.claim("another", now, now + timedelta(seconds=90), 1, mail=True)
    await officer.presses("Hoàn tác", on=case.card)

    assert officer.popup == "Đã quá thời gian hoàn tác."
    assert row.outgoing.registration_id == case.id
    assert (await case.stored()).status == "refused"


async def test_rule_1_a_refusal_is_not_taken_back_once_the_facility_has_registered_again(
    desk: Stage, officer: Player
) -> None:
    case = await hands_in(desk)
    await refuses(officer, case)
    newer = await hands_in(desk)
    await officer.presses("Hoàn tác", on=case.card)

    assert officer.popup == (
        f"Không thực hiện được: số GCN hoặc email này đang thuộc đăng ký {newer.reference}."
    )
    await desk.moves(UNDO)
    assert len(case.result_mails) == 1


async def test_rule_1_the_same_when_only_the_address_is_in_use_again(
    desk: Stage, officer: Player
) -> None:
    case = await hands_in(desk)
    await refuses(officer, case)
    newer = await hands_in(desk, licence="03-4321/ĐKKDD-HNO")
    await officer.presses("Hoàn tác", on=case.card)

    assert newer.reference in officer.popup


async def test_a_press_on_undo_of_a_pending_case_tells_that_it_waits(
    desk: Stage, officer: Player
) -> None:
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    approved = case.card
    await officer.presses("Hoàn tác", on=approved)
    await officer.presses("Hoàn tác", on=approved)

    assert officer.popup == f"{case.reference} đang chờ duyệt."


# ── old presses ──────────────────────────────────────────────────────────────────────────────────


async def resent(stage: Stage, person: Person, data: str, update_id: int) -> None:
    """Telegram hands an old callback over again, under a new number."""
    query = next(q for q in stage.sandbox.world.queries.values() if q.data == data)
    body = {
        "id": "77001",
        "from": {"id": person.id, "is_bot": False, "first_name": person.first_name},
        "message": {
            "message_id": query.message.id,
            "date": 0,
            "chat": {"id": query.message.chat.id, "type": query.message.chat.kind},
        },
        "chat_instance": "1",
        "data": data,
    }
    payload = json.dumps({"update_id": update_id, "callback_query": body}).encode()
    bot = stage.app.policy.staff_bot
    lane = f"{bot}:{query.message.chat.id}:tg:{person.id}"
    async with stage.app.store.begin() as tx:
        await tx.inbox.put([NewUpdate(bot, str(update_id), lane, payload)], stage.clock.now())
    await stage.settle()


@pytest.mark.parametrize("again", ["approve", "undo"])
async def test_an_old_press_handed_over_again_decides_nothing_after_an_undo(
    desk: Stage, again: str
) -> None:
    """Rule 6: a press is a claim about the card as it was, not about the case as it is."""
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    await desk.moves(LATER)
    await officer.presses("Hoàn tác", on=case.card)
    if again == "undo":
        await officer.presses("Duyệt", on=case.card)
    before = await case.events()
    wires = [q.data for q in desk.sandbox.world.queries.values()]
    await resent(desk, desk.officer, next(w for w in wires if f".{again}." in w), 900_000_001)

    assert await case.events() == before


async def test_an_old_confirmation_handed_over_again_refuses_nothing_after_an_undo(
    desk: Stage, officer: Player
) -> None:
    case = await hands_in(desk)
    await refuses(officer, case)
    await officer.presses("Hoàn tác", on=case.card)
    await officer.presses("Từ chối", on=case.card)
    await officer.presses("6")
    await officer.presses("Tiếp")
    confirmed = next(q.data for q in desk.sandbox.world.queries.values() if ".confirm." in q.data)
    await resent(desk, desk.officer, confirmed, 900_000_002)

    assert (await case.stored()).status == "pending"


async def test_a_button_on_a_card_that_changed_since_asks_to_look_again(
    desk: Stage, officer: Player, lead: Player
) -> None:
    case = await hands_in(desk)
    first = str(case.card.keyboard[0][0]["callback_data"])
    await officer.presses("Duyệt", on=case.card)
    await officer.presses("Hoàn tác", on=case.card)
    await lead.taps(first, on=case.card)

    assert lead.popup == "Thẻ vừa thay đổi, mời xem lại rồi bấm lần nữa."


@pytest.mark.parametrize(
    "data",
    [
        "",
        "hello",
        "0.c.approve.1.1",
        "1.c",
        "1.c.approve",
        "1.c.approve.1",
        "1.c.approve.x.1",
        "1.c.approve.-1.1",
        "1.c.approve.ffffffffffffffffffff.1",
        "1.c.destroy.1.1",
        "1.z.approve.1.1",
        "1.r.pick",
        "1.r.pick.1.1.R99",
        "1.r.next.1",
        "1.r.other.1.1.R05.26-K7QX9M",
        "1.r.confirm.1.1",
        "1.c.reopen.1.1",
        "1.o.cancel",
        "1.l.open.R99",
        "1.l.up.R02.x",
        "1.l.word",
        "1.l.retire.R02.1",
        "1.l.cancel",
        "1.l.destroy.R02",
        "1.o.destroy.1",
        "1.a.confirm",
        "1.a.destroy.00",
        "1.u.add.0",
        "1.u.add.x",
        "1.u.destroy.1",
    ],
)
async def test_a_button_that_no_card_ever_had_gets_an_answer_and_changes_nothing(
    desk: Stage, lead: Player, data: str
) -> None:
    case = await hands_in(desk)
    await lead.taps(data, on=case.card)

    assert lead.popup
    assert await case.events() == ["submitted"]
    async with desk.app.store.read() as tx:
        assert await tx.inbox.backlog() == (0, None)


async def test_a_button_of_an_unknown_case_says_so(desk: Stage, lead: Player) -> None:
    case = await hands_in(desk)
    await lead.taps("1.c.details.fff.1", on=case.card)

    assert lead.popup == "Không tìm thấy đăng ký này."


async def test_the_result_of_an_approval_reaches_one_address_only(
    desk: Stage,
) -> None:
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    await desk.moves(UNDO)
    (mail,) = desk.mails_to(EMAIL)

    assert mail.recipients == (EMAIL,)
