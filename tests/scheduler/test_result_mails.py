"""The mail with a result: what it says, and that a bad mail server loses and doubles nothing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.stage import Stage, staging
from core.people import Role
from tests.handlers.actors import EMAIL, Player
from tests.handlers.cases import (
    LOGIN,
    PASSWORD,
    SITE,
    UNDO,
    Case,
    employ,
    enters_account,
    hand_in_many,
    hands_in,
    refuses,
)
from tests.handlers.conftest import MONDAY

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def issued(desk: Stage, officer: Player) -> Case:
    """An account that was entered; its mail leaves when the undo window has passed."""
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    await enters_account(officer, case)
    return case


async def refused(officer: Player) -> Case:
    case = await hands_in(officer.stage)
    await refuses(officer, case)
    return case


# ── what it says ─────────────────────────────────────────────────────────────────────────────────


async def test_the_account_goes_to_one_address_as_text_and_html(desk: Stage, issued: Case) -> None:
    await desk.moves(UNDO)
    (mail,) = desk.mails_to(EMAIL)

    assert mail.recipients == (EMAIL,)
    assert [mail.message[name] for name in ("To", "Cc", "Bcc")] == [EMAIL, None, None]
    assert issued.reference in str(mail.message["Subject"])
    for value in (issued.reference, SITE, LOGIN, PASSWORD, "03-1234/ĐKKDD-HNO"):
        assert value in mail.text
        assert value in mail.html
    assert str(mail.message["Message-ID"]).endswith("@soyte.example.vn>")


async def test_no_password_stands_in_the_subject_or_in_the_chat(
    desk: Stage, issued: Case, director: Player
) -> None:
    await desk.moves(UNDO)

    assert PASSWORD not in str(desk.mails_to(EMAIL)[0].message["Subject"])
    assert PASSWORD not in director.transcript
    assert LOGIN not in director.transcript


async def test_rule_9_the_facility_is_told_only_after_the_server_has_accepted(
    desk: Stage, issued: Case, director: Player
) -> None:
    desk.sandbox.inbox.refuses("451 4.3.0 try later")
    await desk.moves(UNDO)
    director.hears_nothing()
    assert "✉️ Thư kết quả đang chờ gửi" in issued.card.text
    assert (await issued.stored()).status == "approved"

    await desk.moves(MINUTE)
    director.hears(f"Đăng ký {issued.reference} đã được cấp tài khoản", "l***@gmail.com lúc 09:03")
    director.hears_no(EMAIL)
    assert "📬 Thư kết quả đã gửi lúc 09:03" in issued.card.text


# ── a server in trouble ──────────────────────────────────────────────────────────────────────────


async def test_a_server_that_is_down_gets_the_mail_when_it_is_back(
    desk: Stage, issued: Case
) -> None:
    await desk.sandbox.mail_server.stop()
    await desk.moves(UNDO)
    for _ in range(5):
        await desk.moves(20 * MINUTE)
    assert (await issued.stored()).status == "approved"
    await desk.sandbox.mail_server.start()
    await desk.moves(timedelta(hours=4))

    assert len(issued.result_mails) == 1
    assert (await issued.stored()).status == "issued"


@pytest.mark.parametrize("stage_of_refusal", ["rcpt", "data"])
@pytest.mark.parametrize("reply", ["421 4.3.2 closing", "450 4.2.1 greylisted", "452 4.3.1 full"])
async def test_a_passing_refusal_is_tried_again_with_growing_pauses(
    desk: Stage, issued: Case, reply: str, stage_of_refusal: str
) -> None:
    fault = desk.sandbox.inbox.refuses(reply, times=3, stage=stage_of_refusal)
    await desk.moves(UNDO)
    tried = [fault.hits]
    for pause in (1, 5, 15):
        await desk.moves(pause * MINUTE - timedelta(seconds=1))
        assert issued.result_mails == []
        await desk.moves(timedelta(seconds=1))
        tried.append(fault.hits)

    assert tried == [1, 2, 3, 3]
    assert len(issued.result_mails) == 1


async def test_the_providers_daily_limit_is_waited_out(desk: Stage, issued: Case) -> None:
    fault = desk.sandbox.inbox.daily_limit(times=2)
    await desk.moves(UNDO)
    await desk.moves(59 * MINUTE)
    assert fault.hits == 1
    await desk.moves(MINUTE)
    await desk.moves(60 * MINUTE)

    assert len(issued.result_mails) == 1


async def test_an_address_that_does_not_exist_is_shown_to_staff_as_needing_repair(
    desk: Stage, issued: Case, officer: Player, director: Player
) -> None:
    desk.sandbox.inbox.refuses(recipient=EMAIL)
    await desk.moves(UNDO)

    assert "⛔ Không gửi được thư đến l***@gmail.com, cần xử lý" in issued.card.text
    assert (await issued.events())[-1] == "result-failed"
    director.hears(f"đăng ký {issued.reference} đến l***@gmail.com", "nhập email khác")
    director.sees_buttons("Để sau")
    assert "Đăng ký lại" not in director.buttons
    await desk.moves(MONDAY + timedelta(days=1))
    officer.hears("⛔ Cần xử lý: 1", "thư không gửi được")


async def test_what_could_not_be_mailed_is_taken_back_at_any_time_and_decided_anew(
    desk: Stage, issued: Case, officer: Player
) -> None:
    desk.sandbox.inbox.refuses(recipient=EMAIL)
    await desk.moves(UNDO)
    await desk.moves(timedelta(days=2))
    await officer.presses("Hoàn tác", on=issued.card)

    assert "chờ duyệt" in issued.card.text
    async with desk.app.store.read() as tx:
        assert await tx.secrets.get(issued.id) is None
    await officer.presses("Duyệt", on=issued.card)
    await enters_account(officer, issued)
    await desk.moves(UNDO)
    assert (await issued.stored()).status == "issued"


async def test_rule_2_a_facility_whose_refusal_bounced_may_register_again_at_once(
    desk: Stage, officer: Player, director: Player
) -> None:
    desk.sandbox.inbox.refuses(recipient=EMAIL)
    case = await refused(officer)
    await desk.moves(UNDO)

    director.hears("Không gửi được thư kết quả", case.reference)
    director.sees_buttons("Để sau", "Đăng ký lại")


async def test_a_repair_that_is_out_of_time_is_no_longer_in_the_digest(
    desk: Stage, officer: Player
) -> None:
    desk.sandbox.inbox.refuses(recipient=EMAIL)
    await refused(officer)
    await desk.moves(UNDO)
    await desk.moves(MONDAY + timedelta(days=21))

    officer.hears("Không còn việc tồn đọng.")


async def test_rule_10_a_lost_reply_repeats_the_mail_with_the_same_id_and_never_a_third_time(
    desk: Stage, issued: Case
) -> None:
    desk.sandbox.inbox.loses_reply()
    await desk.moves(UNDO)
    await desk.moves(timedelta(days=1))
    first, second = desk.mails_to(EMAIL)

    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert (await issued.stored()).status == "issued"


async def test_a_mail_given_up_after_days_is_shown_to_staff(desk: Stage, issued: Case) -> None:
    await desk.sandbox.mail_server.stop()
    await desk.moves(UNDO)
    for _ in range(30):
        await desk.moves(timedelta(hours=4))
    await desk.sandbox.mail_server.start()

    assert "cần xử lý" in issued.card.text
    assert (await issued.stored()).status == "approved"


# ── our own daily cap ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def capped(folder: Path) -> AsyncIterator[Stage]:
    """Three mails may leave in 24 hours."""
    async with staging(folder, MONDAY, own_desk=False, mail_daily_cap=3) as stage:
        await employ(stage, stage.officer, Role.OFFICER)
        yield stage


async def test_over_the_daily_cap_mails_wait_for_the_day_to_pass(capped: Stage) -> None:
    officer = Player(capped, capped.officer, capped.group)
    cases = await hand_in_many(capped, 5)
    for case in cases:
        await refuses(officer, case)
    await capped.moves(UNDO)
    assert [len(case.result_mails) for case in cases] == [1, 1, 1, 0, 0]

    await capped.moves(timedelta(hours=24) - timedelta(seconds=1))
    assert sum(len(case.result_mails) for case in cases) == 3
    await capped.moves(timedelta(seconds=1))
    assert [len(case.result_mails) for case in cases] == [1] * 5


async def test_over_the_daily_cap_a_code_is_not_waited_for(capped: Stage) -> None:
    officer = Player(capped, capped.officer, capped.group)
    for case in await hand_in_many(capped, 3):
        await refuses(officer, case)
    await capped.moves(UNDO)
    director = Player(capped, capped.director, capped.bot)
    await director.reaches_code()

    director.hears("quý cơ sở có thể tiếp tục mà không cần mã")
