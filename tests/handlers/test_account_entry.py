"""An account is entered in the officer's private chat; its password is nowhere else (rule 8)."""

import logging
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.stage import Stage
from core.people import Role
from core.usecases.account import Account, open_account
from tests.handlers.actors import EMAIL, Player
from tests.handlers.cases import LOGIN, PASSWORD, SITE, UNDO, Case, employ, enters_account, hands_in

THREE_LINES = f"{SITE}\n{LOGIN}\n{PASSWORD}"
ECHO = "Mật khẩu: ●●●●●● (17 ký tự)"


@pytest.fixture
async def case(desk: Stage) -> Case:
    """An approved registration."""
    case = await hands_in(desk)
    await Player(desk, desk.lead, desk.group).presses("Duyệt", on=case.card)
    return case


@pytest.fixture
async def clerk(desk: Stage, case: Case) -> Player:
    """The officer in private, asked for the account of the case."""
    desk.sandbox.world.private(desk.desk, desk.officer).may_write = True
    group = Player(desk, desk.officer, desk.group)
    await group.presses("Nhập tài khoản", on=case.card)
    return group.at(desk.desk)


async def test_a_sweep_leaves_the_question_to_somebody_who_has_never_spoken_in_private(
    clerk: Player,
) -> None:
    await clerk.stage.moves(timedelta(seconds=30))
    assert clerk.stage.app.ticker.beat == clerk.stage.clock.now()

    await clerk.says(THREE_LINES)

    clerk.hears(ECHO)


async def test_a_sweep_leaves_the_question_to_somebody_who_was_last_here_days_ago(
    clerk: Player, case: Case
) -> None:
    await clerk.says("/huy")
    await clerk.stage.moves(timedelta(days=3))
    await clerk.at(clerk.stage.group).presses("Nhập tài khoản", on=case.card)
    await clerk.stage.moves(timedelta(seconds=30))

    await clerk.says(THREE_LINES)

    clerk.hears(ECHO)


# ── entering ─────────────────────────────────────────────────────────────────────────────────────


async def test_the_button_in_the_group_leads_to_the_private_chat(clerk: Player, case: Case) -> None:
    assert clerk.popup == "Mời anh/chị nhập tài khoản trong trò chuyện riêng với tôi."
    assert clerk.last.text.splitlines() == [
        f"Nhập tài khoản cho {case.reference}",
        "Nhà thuốc An Tâm · 03-1234/ĐKKDD-HNO",
        "Nhập lần lượt, hoặc gửi một tin nhắn ba dòng: mã cơ sở, tên đăng nhập, mật khẩu.",
        "Mã cơ sở?",
    ]


async def test_three_values_one_by_one_are_shown_back_masked(clerk: Player) -> None:
    await clerk.says(SITE)
    clerk.hears("Tên đăng nhập?")
    await clerk.says(LOGIN)
    clerk.hears("Mật khẩu ban đầu? Tin nhắn có mật khẩu sẽ được xóa ngay.")
    await clerk.says(PASSWORD)

    clerk.hears(f"Mã cơ sở: {SITE}", f"Tên đăng nhập: {LOGIN}", ECHO)
    clerk.hears_no(PASSWORD)


async def test_three_values_in_three_lines(clerk: Player) -> None:
    await clerk.says(f" {SITE} \n\n{LOGIN}\r\n{PASSWORD}  ")

    clerk.hears(SITE, LOGIN, ECHO)


async def test_the_two_values_that_are_left_in_two_lines(clerk: Player) -> None:
    await clerk.says(SITE)
    await clerk.says(f"{LOGIN}\n{PASSWORD}")

    clerk.hears(SITE, LOGIN, ECHO)


async def test_confirming_queues_the_mail_and_says_how_long_it_can_be_undone(
    desk: Stage, clerk: Player, case: Case
) -> None:
    await clerk.says(THREE_LINES)
    await clerk.presses("Đúng, gửi cho cơ sở")

    clerk.hears(f"Đã nhận tài khoản của {case.reference}. Thư sẽ gửi sau 2 phút")
    assert case.result_mails == []
    await desk.moves(UNDO)
    for value in (SITE, LOGIN, PASSWORD):
        assert value in case.result_mails[0]
    assert (await case.stored()).status == "issued"


@pytest.mark.parametrize("words", ["1", "đúng", "Dung, gui cho co so"])
async def test_the_confirmation_can_be_typed(clerk: Player, case: Case, words: str) -> None:
    await clerk.says(THREE_LINES)
    await clerk.says(words)

    clerk.hears("Đã nhận tài khoản")


async def test_what_is_typed_before_the_confirmation_changes_no_password(
    desk: Stage, clerk: Player, case: Case
) -> None:
    await clerk.says(THREE_LINES)
    await clerk.says("vâng-ạ-tôi-gửi-đây")
    clerk.hears("Vui lòng bấm một nút bên dưới", ECHO)
    await clerk.presses("Đúng, gửi cho cơ sở")
    await desk.moves(UNDO)

    assert PASSWORD in case.result_mails[0]


async def test_entering_again_starts_from_the_first_value(
    desk: Stage, clerk: Player, case: Case
) -> None:
    await clerk.says(THREE_LINES)
    await clerk.presses("Nhập lại")
    clerk.hears("Mã cơ sở?")
    await clerk.says(f"HNO-9\nkhac\n{PASSWORD}-2")
    await clerk.presses("Đúng, gửi cho cơ sở")
    await desk.moves(UNDO)

    assert f"{PASSWORD}-2" in case.result_mails[0]
    assert SITE not in case.result_mails[0]


async def test_an_older_echo_cannot_confirm_what_it_does_not_show(
    clerk: Player, case: Case
) -> None:
    await clerk.says(THREE_LINES)
    old = clerk.last
    await clerk.presses("Nhập lại")
    await clerk.says(f"HNO-9\nkhac\n{PASSWORD}-2")
    await clerk.presses("Đúng, gửi cho cơ sở", on=old)

    assert clerk.popup == "Nút này thuộc tin nhắn cũ."
    assert "account-entered" not in await case.events()


@pytest.mark.parametrize(
    ("way", "so_far"),
    [("button", None), ("button", THREE_LINES), ("Hủy", SITE), ("huỷ", THREE_LINES), ("/huy", "")],
)
async def test_cancelling_forgets_what_was_entered(
    desk: Stage, clerk: Player, case: Case, way: str, so_far: str | None
) -> None:
    if so_far:
        await clerk.says(so_far)
    await (clerk.presses("Hủy") if way == "button" else clerk.says(way))
    clerk.hears("Đã dừng, chưa lưu thông tin nào.")
    async with desk.app.store.read() as tx:
        conversation = await tx.conversations.get(f"{desk.app.policy.staff_bot}:{_id(clerk)}")
    assert conversation is not None
    assert conversation.desk is None
    await clerk.says(SITE)
    clerk.hears_no("Tên đăng nhập?")


def _id(player: Player) -> int:
    return player.person.id


WRONG = {
    "a space": "hai chữ",
    "a no-break space": "hai\u00a0chữ",
    "a line break": "hai\nchữ",
    "too long": "x" * 65,
    "a zero-width space": "mat\u200bkhau",
    "a soft hyphen": "mat\u00adkhau",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_a_value_that_would_not_survive_copying_is_asked_for_again(
    clerk: Player, wrong: str
) -> None:
    await clerk.says(wrong)
    clerk.hears("Mã cơ sở cần từ 1 đến 50 ký tự", "Mã cơ sở?")
    await clerk.says(SITE)
    await clerk.says(wrong) if "\n" not in wrong else await clerk.says("a\nb\nc")
    clerk.hears("Tên đăng nhập cần từ 1 đến 50 ký tự", "Tên đăng nhập?")
    await clerk.says(LOGIN)
    sent = clerk.person.types(wrong, in_=clerk.place)
    await clerk.stage.settle()
    clerk.hears("Mật khẩu cần từ 4 đến 64 ký tự", "Mật khẩu ban đầu?")
    assert sent.deleted


async def test_three_lines_with_one_wrong_keep_those_before_it(clerk: Player) -> None:
    await clerk.says(f"{SITE}\nhai chữ\n{PASSWORD}")

    clerk.hears("Tên đăng nhập cần từ 1 đến 50 ký tự", "Tên đăng nhập?")


async def test_an_invisible_character_in_three_lines_is_refused_not_dropped(clerk: Player) -> None:
    await clerk.says(f"{SITE}\n{LOGIN}\nmat\u200bkhau")

    clerk.hears("Mật khẩu cần từ 4 đến 64 ký tự, không có khoảng trắng hay ký tự ẩn.")


async def test_letters_of_a_password_are_kept_as_typed(
    desk: Stage, clerk: Player, case: Case
) -> None:
    """Nothing is made composed, Vietnamese or plain on the way."""
    odd = "Ða\u0301-ﬁ№①"
    await clerk.says(f"{SITE}\n{LOGIN}\n{odd}")
    await clerk.presses("Đúng, gửi cho cơ sở")
    await desk.moves(UNDO)

    assert odd in case.result_mails[0]


async def test_markup_in_a_password_reaches_the_facility_as_typed(
    desk: Stage, clerk: Player, case: Case
) -> None:
    await clerk.says("<b>\n_*[\n<i>&amp;{$x}")
    clerk.hears("Mã cơ sở: <b>", "Tên đăng nhập: _*[")
    await clerk.presses("Đúng, gửi cho cơ sở")
    await desk.moves(UNDO)

    assert "<i>&amp;{$x}" in case.result_mails[0]
    assert "&lt;i&gt;&amp;amp;{$x}" in desk.mails_to(EMAIL)[-1].html


# ── when it is too late ──────────────────────────────────────────────────────────────────────────


async def test_the_question_is_open_for_half_an_hour(desk: Stage, clerk: Player) -> None:
    await desk.moves(timedelta(minutes=30) - timedelta(seconds=1))
    await clerk.says(SITE)
    clerk.hears("Tên đăng nhập?")

    await desk.moves(timedelta(seconds=1))
    sent = clerk.person.types(f"{LOGIN}\n{PASSWORD}", in_=clerk.place)
    await desk.settle()
    clerk.hears("Đã quá thời gian nhập. Mời bấm lại nút trên thẻ trong nhóm.")
    assert sent.deleted


async def test_an_old_confirmation_is_out_of_time(desk: Stage, clerk: Player, case: Case) -> None:
    await clerk.says(THREE_LINES)
    await desk.moves(timedelta(minutes=30))
    await clerk.presses("Đúng, gửi cho cơ sở")

    assert "Đã quá thời gian nhập" in clerk.popup
    assert "account-entered" not in await case.events()


async def test_rule_6_of_two_officers_entering_the_second_is_told_who_was_first(
    desk: Stage, clerk: Player, case: Case
) -> None:
    lead = Player(desk, desk.lead, desk.group)
    await clerk.says(THREE_LINES)
    await enters_account(lead, case)
    await clerk.presses("Đúng, gửi cho cơ sở")

    assert clerk.popup == (
        f"Lê Thu Hồng đã nhập tài khoản của {case.reference} lúc 09:00 ngày 02/03/2026;"
        " thư đang chờ gửi."
    )
    assert (await case.events()).count("account-entered") == 1
    await desk.moves(UNDO)
    assert len(case.result_mails) == 1


async def test_a_case_that_expired_meanwhile_takes_no_account(desk: Stage, case: Case) -> None:
    desk.sandbox.world.private(desk.desk, desk.officer).may_write = True
    officer = Player(desk, desk.officer, desk.group)
    await desk.moves(datetime(2026, 3, 16, 16, 50, tzinfo=UTC))
    await officer.presses("Nhập tài khoản", on=case.card)
    await officer.at(desk.desk).says(THREE_LINES)
    await desk.moves(datetime(2026, 3, 16, 17, 0, tzinfo=UTC))
    await officer.at(desk.desk).presses("Đúng, gửi cho cơ sở")

    assert officer.popup == f"{case.reference} đã quá hạn."
    async with desk.app.store.read() as tx:
        assert await tx.secrets.get(case.id) is None


async def test_a_pending_case_takes_no_account(desk: Stage) -> None:
    officer = Player(desk, desk.officer, desk.group)
    case = await hands_in(desk)
    await officer.presses("Duyệt", on=case.card)
    approved = case.card
    await officer.presses("Hoàn tác", on=approved)
    await officer.presses("Nhập tài khoản", on=approved)

    assert officer.popup == f"{case.reference} đang chờ duyệt."
    officer.at(desk.desk).hears_nothing()


@pytest.mark.parametrize("role", [None, Role.VIEWER])
@pytest.mark.parametrize("way", ["text", "press"])
async def test_rule_7_the_entry_of_a_removed_officer_ends_at_once(
    desk: Stage, clerk: Player, case: Case, role: Role | None, way: str
) -> None:
    await clerk.says(THREE_LINES)
    await employ(desk, desk.officer, role)
    if way == "text":
        sent = clerk.person.types(PASSWORD, in_=clerk.place)
        await desk.settle()
        clerk.hears("chưa có quyền")
        assert sent.deleted
    else:
        await clerk.presses("Đúng, gửi cho cơ sở")
        assert "chưa có quyền" in clerk.popup

    assert "account-entered" not in await case.events()
    await clerk.says("/trangthai")
    clerk.hears_no("chưa có quyền")


# ── the officer and the private chat ─────────────────────────────────────────────────────────────


async def test_an_officer_who_never_opened_the_private_chat_is_told_how_in_the_group(
    desk: Stage, case: Case
) -> None:
    officer = Player(desk, desk.officer, desk.group)
    await officer.presses("Nhập tài khoản", on=case.card)

    officer.hears(
        "Trần Văn Minh, hãy mở trò chuyện riêng với tôi, bấm Bắt đầu, rồi bấm lại “Nhập tài khoản”"
    )
    await officer.at(desk.desk).opens()
    await officer.presses("Nhập tài khoản", on=case.card)
    officer.at(desk.desk).hears("Mã cơ sở?")


@pytest.mark.parametrize("words", [THREE_LINES, PASSWORD])
async def test_an_account_typed_in_the_group_is_taken_down_and_not_used(
    desk: Stage, clerk: Player, case: Case, words: str
) -> None:
    desk.group.promotes(desk.desk)
    group = clerk.at(desk.group)
    sent = desk.officer.replies(case.card, words)
    await desk.settle()

    assert sent.deleted
    group.hears("Trần Văn Minh, tài khoản chỉ nhập trong trò chuyện riêng với tôi.")
    await clerk.says(SITE)
    clerk.hears("Tên đăng nhập?")


async def test_where_it_cannot_be_taken_down_the_officer_is_asked_to(
    desk: Stage, clerk: Player, case: Case
) -> None:
    sent = desk.officer.replies(case.card, PASSWORD)
    await desk.settle()

    assert not sent.deleted
    clerk.at(desk.group).hears("hãy xóa ngay và đổi mật khẩu đó")


async def test_talk_of_the_officer_who_is_entering_stays_in_the_group(
    desk: Stage, clerk: Player, case: Case
) -> None:
    desk.group.promotes(desk.desk)
    sent = desk.officer.types("Đợi tôi nhập xong ca này đã nhé", in_=desk.group)
    await desk.settle()

    assert not sent.deleted
    clerk.at(desk.group).hears_nothing()


async def test_one_word_of_an_officer_who_enters_nothing_stays_in_the_group(
    desk: Stage, case: Case
) -> None:
    desk.group.promotes(desk.desk)
    sent = desk.officer.types("ok", in_=desk.group)
    await desk.settle()

    assert not sent.deleted


async def test_after_half_an_hour_one_word_stays_in_the_group(desk: Stage, clerk: Player) -> None:
    desk.group.promotes(desk.desk)
    await desk.moves(timedelta(minutes=30))
    sent = desk.officer.types("ok", in_=desk.group)
    await desk.settle()

    assert not sent.deleted


async def test_a_confirmation_pressed_in_the_group_confirms_nothing(
    desk: Stage, clerk: Player, case: Case
) -> None:
    await clerk.says(THREE_LINES)
    wire = str(clerk.last.keyboard[0][0]["callback_data"])
    await clerk.at(desk.group).taps(wire, on=case.card)

    assert "Đã quá thời gian nhập" in clerk.popup
    assert "account-entered" not in await case.events()


async def test_confirming_before_all_is_entered_confirms_nothing(clerk: Player, case: Case) -> None:
    await clerk.says(SITE)
    wire = str(clerk.last.keyboard[0][0]["callback_data"]).replace(".cancel.", ".confirm.")
    await clerk.taps(wire)

    assert clerk.popup == "Nút này thuộc tin nhắn cũ."


# ── where the password is not ────────────────────────────────────────────────────────────────────


def everything_in(folder: Path) -> bytes:
    """Every byte of the database and of its logs on disk."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("stage.db*")))


def every_column(database: Path) -> str:
    """Every value of every row of every table."""
    with sqlite3.connect(database) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return "\n".join(
            repr(row)
            for (table,) in tables.fetchall()
            for row in connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own names
        )


async def test_rule_8_the_password_is_in_no_column_no_log_and_no_group(
    desk: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture, case: Case
) -> None:
    """Not even sealed once its mail has left, and never in plain before."""
    caplog.set_level(logging.DEBUG)
    desk.sandbox.world.private(desk.desk, desk.officer).may_write = True
    officer = Player(desk, desk.officer, desk.group)
    clerk = officer.at(desk.desk)
    with capture_logs() as lines:
        await officer.presses("Nhập tài khoản", on=case.card)
        await clerk.says(SITE)
        await clerk.says(LOGIN)
        sent = clerk.person.types(PASSWORD, in_=clerk.place)
        await desk.pollers[-1].poll_once()
        assert PASSWORD.encode() not in everything_in(tmp_path)
        await desk.settle()
        assert sent.deleted
        assert PASSWORD.encode() not in everything_in(tmp_path)
        await clerk.presses("Đúng, gửi cho cơ sở")
        async with desk.app.store.read() as tx:
            sealed = await tx.secrets.get(case.id)
        assert sealed is not None
        account = open_account(case.id, sealed, desk.app.vault)
        assert account == Account(SITE, LOGIN, PASSWORD)
        desk.sandbox.inbox.refuses("451 4.3.0 try later", times=2, stage="data")
        await desk.moves(UNDO)
        await desk.moves(timedelta(minutes=10))
        assert PASSWORD.encode() not in everything_in(tmp_path)
        await desk.moves(timedelta(hours=2))

    assert PASSWORD in case.result_mails[0]
    assert PASSWORD not in every_column(tmp_path / "stage.db")
    left = everything_in(tmp_path)
    assert PASSWORD.encode() not in left
    assert sealed not in left
    async with desk.app.store.read() as tx:
        assert await tx.secrets.get(case.id) is None
    assert PASSWORD not in desk.group.transcript()
    assert PASSWORD not in clerk.transcript
    ours = [r.getMessage() for r in caplog.records if r.name != "mail.log"]  # the sandbox's server
    assert PASSWORD not in repr(lines) + "\n".join(ours)
    assert PASSWORD not in repr(await case.history())


async def test_rule_8_a_defect_while_sending_logs_no_password(
    desk: Stage, clerk: Player, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    await clerk.says(THREE_LINES)
    await clerk.presses("Đúng, gửi cho cơ sở")

    monkeypatch.setattr(desk.app.deliverer, "postbox", _Breaking())
    with capture_logs() as lines:
        await desk.moves(UNDO)

    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["sending_failed"]
    assert PASSWORD not in repr(lines)


class _Breaking:
    async def send(self, mail: object) -> None:
        raise RuntimeError("a defect")


def test_an_account_shows_no_password_when_it_is_printed() -> None:
    assert PASSWORD not in repr(Account(SITE, LOGIN, PASSWORD))


async def test_a_sealed_account_opens_for_its_own_registration_only(
    desk: Stage, clerk: Player, case: Case
) -> None:
    await clerk.says(THREE_LINES)
    await clerk.presses("Đúng, gửi cho cơ sở")
    async with desk.app.store.read() as tx:
        sealed = await tx.secrets.get(case.id)
    assert sealed is not None
    with pytest.raises(ValueError, match="another registration"):
        open_account(case.id + 1, sealed, desk.app.vault)


# ── one bot for everybody: the officer is a facility, too ────────────────────────────────────────


@pytest.fixture
async def shared(stage: Stage) -> Stage:
    """Not shown with a bot for the desk: the two conversations of an officer never meet there."""
    await employ(stage, stage.officer, Role.OFFICER)
    return stage


@pytest.fixture
async def own(shared: Stage) -> Case:
    """What the officer handed in as a facility; its account is on the way to a dead mailbox."""
    own = await hands_in(shared, shared.officer, licence="03-77/ĐKKDD-HNO", email="minh@gmail.com")
    lead = Player(shared, shared.lead, shared.group)
    await lead.presses("Duyệt", on=own.card)
    await enters_account(lead, own)
    shared.sandbox.inbox.refuses("550 5.1.1 no such user")
    return own


async def is_asked_for_an_account(shared: Stage) -> tuple[Player, Case]:
    case = await hands_in(shared)
    await Player(shared, shared.lead, shared.group).presses("Duyệt", on=case.card)
    await Player(shared, shared.officer, shared.group).presses("Nhập tài khoản", on=case.card)
    return Player(shared, shared.officer, shared.bot), case


@pytest.mark.parametrize("ends", ["confirms", "cancels", "is late"])
async def test_another_e_mail_is_asked_for_when_the_account_entry_has_ended(
    shared: Stage, own: Case, ends: str
) -> None:
    clerk, case = await is_asked_for_an_account(shared)
    await shared.moves(UNDO)
    clerk.hears(f"Không gửi được thư kết quả của đăng ký {own.reference}", "Xong việc đó")
    clerk.hears_no("nhập email khác của")
    if ends == "confirms":
        await clerk.says(THREE_LINES)
        clerk.hears(ECHO)
        await clerk.presses("Đúng, gửi cho cơ sở")
        assert (await case.stored()).account_at is not None
    elif ends == "cancels":
        await clerk.says("/huy")
    else:
        await shared.moves(timedelta(minutes=30))
        await clerk.says(SITE)
        clerk.hears("quá")
    clerk.hears("Vui lòng nhập email khác")
    await clerk.says("minh.khac@gmail.com")

    clerk.hears("Mã xác nhận gồm 6 chữ số", "minh.khac@gmail.com")


async def test_the_button_for_another_e_mail_waits_for_the_account_entry_as_well(
    shared: Stage, own: Case
) -> None:
    await shared.moves(UNDO)
    clerk, case = await is_asked_for_an_account(shared)
    await clerk.taps(f"1.m.email.{own.id:x}")
    clerk.hears("Xong việc đó")
    await clerk.sends_sticker()
    clerk.hears("Xong việc đó")
    await clerk.says(THREE_LINES)
    clerk.hears(ECHO)
    await clerk.presses("Đúng, gửi cho cơ sở")

    clerk.hears("Vui lòng nhập email khác")
    assert (await case.stored()).account_at is not None


async def test_an_entry_that_was_left_open_for_too_long_holds_up_no_question(
    shared: Stage, own: Case
) -> None:
    clerk, _case = await is_asked_for_an_account(shared)
    await shared.moves(timedelta(minutes=30))
    clerk.hears("Vui lòng nhập email khác")
    await clerk.says("minh.khac@gmail.com")

    clerk.hears("Mã xác nhận gồm 6 chữ số")


async def test_a_question_to_the_facility_waits_for_the_account_entry_or_gets_a_reply(
    shared: Stage,
) -> None:
    own = await hands_in(shared, shared.officer, licence="03-77/ĐKKDD-HNO", email="minh@gmail.com")
    lead = Player(shared, shared.lead, shared.group)
    clerk, case = await is_asked_for_an_account(shared)
    for words in ("Nhà thuốc đã đổi tên chưa ạ?", "Còn địa chỉ thì sao ạ?"):
        await lead.presses("❓ Hỏi cơ sở", on=own.card)
        await lead.replies(lead.last, words)
        clerk.hears(words, "Xong việc đó")
        await shared.moves(timedelta(minutes=1))
        if "tên" in words:
            await clerk.replies(clerk.last, "Dạ chưa đổi tên")
            lead.hears("Dạ chưa đổi tên")
    await clerk.says(THREE_LINES)
    clerk.hears(ECHO)
    await clerk.presses("Đúng, gửi cho cơ sở")
    clerk.hears("Còn địa chỉ thì sao ạ?", "tin nhắn tiếp theo")
    await clerk.says("Dạ vẫn ở chỗ cũ")

    lead.hears("Dạ vẫn ở chỗ cũ")
    assert (await case.stored()).account_at is not None
