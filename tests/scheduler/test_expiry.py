"""At 00:00 after the due day an open registration expires and reopens (rule 3)."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.stage import Stage
from tests.handlers.actors import EMAIL, Player
from tests.handlers.cases import PASSWORD, enters_account, hand_in_many, hands_in

MIDNIGHT = datetime(2026, 3, 16, 17, tzinfo=UTC)  # 00:00 on the 17th in Hanoi
SECOND = timedelta(seconds=1)


async def test_rule_3_one_second_before_midnight_it_is_still_in_time(desk: Stage) -> None:
    case = await hands_in(desk)
    await desk.moves(MIDNIGHT - SECOND)
    assert (await case.stored()).status == "pending"

    await desk.moves(MIDNIGHT)
    assert (await case.stored()).status == "expired"


async def test_rule_2_the_facility_is_told_by_mail_and_one_tap_registers_again(
    desk: Stage, director: Player
) -> None:
    case = await hands_in(desk)
    await desk.moves(MIDNIGHT)

    (mail,) = case.result_mails
    assert "hạn trả kết quả đến hết thứ Hai ngày 16/03/2026" in mail
    director.hears(f"Đăng ký {case.reference} đã quá hạn mà chưa có kết quả", "l***@gmail.com")
    await director.presses("Đăng ký lại")
    await director.presses("✅ Đồng ý")
    director.hears("03-1234/ĐKKDD-HNO", "Nhà thuốc An Tâm", "Nguyễn Thị Lan", EMAIL)
    await director.presses("Gửi đăng ký")
    director.hears("Đã tiếp nhận đăng ký", "31/03/2026")


async def test_a_decided_case_without_its_account_expires_too(desk: Stage, officer: Player) -> None:
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    await desk.moves(MIDNIGHT)

    assert (await case.stored()).status == "expired"


async def test_an_account_that_waits_for_its_mail_is_forgotten_with_the_case(
    desk: Stage, officer: Player
) -> None:
    """Rule 8: and its mail never leaves."""
    case = await hands_in(desk)
    await desk.moves(MIDNIGHT - timedelta(minutes=1))
    await officer.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    await desk.moves(MIDNIGHT)
    await desk.moves(timedelta(days=1))

    assert (await case.stored()).status == "expired"
    assert not any(PASSWORD in mail.text for mail in desk.mails_to(EMAIL))
    async with desk.app.store.read() as tx:
        assert await tx.secrets.get(case.id) is None


async def test_not_while_its_mail_is_being_sent(desk: Stage, officer: Player) -> None:
    case = await hands_in(desk)
    await desk.moves(MIDNIGHT - timedelta(minutes=2))
    await officer.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    desk.clock.set(MIDNIGHT)
    async with desk.app.store.begin() as tx:
        rows = await tx.outbox.claim("other", MIDNIGHT, MIDNIGHT + 90 * SECOND, 4, mail=True)
    assert [row.outgoing.registration_id for row in rows] == [case.id]
    await desk.app.ticker.sweep()
    assert (await case.stored()).status == "approved"

    await desk.moves(MIDNIGHT + 90 * SECOND)
    assert (await case.stored()).status in ("issued", "expired")


async def test_an_issued_registration_never_expires(desk: Stage, officer: Player) -> None:
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    await desk.moves(timedelta(minutes=2))
    await desk.moves(MIDNIGHT + timedelta(days=30))

    assert (await case.stored()).status == "issued"
    assert len(case.result_mails) == 1


@pytest.mark.parametrize("late", [timedelta(hours=3), timedelta(days=9)])
async def test_a_program_that_slept_over_midnight_makes_it_up(desk: Stage, late: timedelta) -> None:
    case = await hands_in(desk)
    await desk.moves(MIDNIGHT + late)

    assert (await case.stored()).status == "expired"
    assert len(case.result_mails) == 1


async def test_more_than_one_batch_expires_in_one_sweep(desk: Stage) -> None:
    cases = await hand_in_many(desk, 205, settle=False)
    desk.clock.set(MIDNIGHT)
    await desk.app.ticker.sweep()

    assert {(await case.stored()).status for case in cases} == {"expired"}
