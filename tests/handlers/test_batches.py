"""Accounts in bulk: a batch goes out as a spreadsheet, and comes back filled in."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from bot.stage import Stage
from core.people import Role
from core.ports import Fault, SendFailed, Upload
from core.registration import Registration, Status
from scheduler.delivery import Deliverer, Outcome
from tests.handlers.actors import Player
from tests.handlers.cases import UNDO, Case, employ, hand_in_many
from tests.sheets.made import bomb, macros, plain_archive, saved, workbook

PASSWORD = "0012-Canary#7"
ISSUE = ("Cấp", "HNO-1", "login.1", PASSWORD, "")
REFUSE = ("Từ chối", "", "", "", "GCN đã bị thu hồi năm 2025")
Answers = Mapping[int, tuple[str, ...]]


async def approved(stage: Stage, count: int) -> list[Case]:
    cases = await hand_in_many(stage, count)
    lead = Player(stage, stage.lead, stage.group)
    for case in cases:
        await lead.presses("Duyệt", on=case.card)
    return cases


def in_private(player: Player) -> Player:
    player.stage.sandbox.world.private(player.stage.desk, player.person).may_write = True
    return player.at(player.stage.desk)


def officer_of(stage: Stage) -> Player:
    return in_private(Player(stage, stage.officer, stage.group))


def files_of(player: Player) -> list[bytes]:
    """The documents that the bot sent to this chat, oldest first."""
    chat = player.stage.sandbox.world.private(player.stage.desk, player.person)
    return [m.media.file.content for m in chat.visible() if m.from_bot and m.media]


def sent_files(player: Player) -> list[object]:
    """The documents of this chat that the person sent and that still stand there."""
    chat = player.stage.sandbox.world.private(player.stage.desk, player.person)
    return [m for m in chat.visible() if not m.from_bot and m.media]


def filled(content: bytes, answers: Answers) -> bytes:
    """Fill in the answers of rows, by the row's number as people count it."""
    opened = load_workbook(BytesIO(content))
    for row, values in answers.items():
        for place, value in enumerate(values, 7):
            opened.worksheets[0].cell(row, place).value = value or None
    return saved(opened)


def changed(content: bytes, change: Callable[[Workbook], object]) -> bytes:
    opened = load_workbook(BytesIO(content))
    change(opened)
    return saved(opened)


async def exports(stage: Stage, count: int) -> tuple[Player, list[Case], bytes]:
    """An officer with a batch of some registrations, in the order of its rows."""
    cases = await approved(stage, count)
    officer = officer_of(stage)
    await officer.says("/xuat")
    return officer, cases, files_of(officer)[-1]


async def states(cases: list[Case]) -> list[tuple[Status, bool]]:
    stored: list[Registration] = [await case.stored() for case in cases]
    return [(one.status, one.account_at is not None) for one in stored]


async def upload_of(player: Player) -> Upload | None:
    bot = player.stage.app.policy.staff_bot
    async with player.stage.app.store.read() as tx:
        return await tx.uploads.get(f"{bot}:{player.person.id}")


UNTOUCHED = (Status.APPROVED, False)


async def test_a_batch_is_exported_filled_in_and_carried_out(desk: Stage) -> None:
    officer, cases, batch = await exports(desk, 3)
    officer.hears("Lô 1: 3 đăng ký")
    officer.sees_buttons("Trả lô")
    await officer.sends_document("KNLT-lo-1.xlsx", filled(batch, {2: ISSUE, 3: REFUSE}))
    officer.hears("Đã đọc 3 dòng", "1 dòng chưa điền", "Cấp 1: dòng 2", "Từ chối 1: dòng 3")
    assert await states(cases) == [UNTOUCHED] * 3

    await officer.presses("Thực hiện 2 dòng")
    officer.hears("Nhận 1 tài khoản, từ chối 1, bỏ qua 0")
    assert await states(cases) == [
        (Status.APPROVED, True),
        (Status.REFUSED, False),
        UNTOUCHED,
    ]

    await desk.moves(UNDO)
    assert PASSWORD in cases[0].result_mails[-1]
    assert REFUSE[-1] in cases[1].result_mails[-1]
    assert (await cases[0].stored()).status is Status.ISSUED


async def test_the_file_has_what_identifies_a_registration_and_no_password_and_no_email(
    desk: Stage,
) -> None:
    _, cases, batch = await exports(desk, 2)
    rows = list(load_workbook(BytesIO(batch)).worksheets[0].iter_rows(values_only=True))

    assert rows[0][:3] == ("Lô", "Mã đăng ký", "Số GCN")
    assert [row[:2] for row in rows[1:]] == [("1", case.reference) for case in cases]
    assert {row[6:] for row in rows[1:]} == {(None,) * 5}
    assert "gmail" not in repr(rows)


async def test_what_was_exported_is_not_exported_again_until_its_batch_is_released(
    desk: Stage, lead: Player
) -> None:
    officer, _, _ = await exports(desk, 2)
    other = in_private(lead)
    await other.says("/export")
    other.hears("Không có đăng ký nào đã duyệt mà còn chờ tài khoản")
    await officer.presses("Trả lô")
    officer.hears("Đã trả lô 1")
    await other.says("/xuat")
    other.hears("Lô 2: 2 đăng ký")
    await other.says("/xuat trả 2")
    other.hears("Đã trả lô 2")
    await other.says("/xuat trả 2")
    other.hears("Không có lô 2, hoặc lô đã được trả")
    await other.says("/xuat tra hai")
    other.hears("kèm số lô")


async def test_sending_a_file_again_changes_nothing(desk: Stage) -> None:
    officer, cases, batch = await exports(desk, 1)
    file = filled(batch, {2: ISSUE})
    await officer.sends_document("a.xlsx", file)
    await officer.presses("Thực hiện 1 dòng")
    events = await cases[0].events()
    await officer.sends_document("a.xlsx", file)

    officer.hears("Dòng 2", "đã xử lý rồi")
    assert officer.buttons == []
    assert await cases[0].events() == events
    await desk.moves(UNDO)
    assert len(cases[0].result_mails) == 1


async def test_rule_8_the_file_is_taken_down_and_passwords_are_kept_sealed_and_not_for_long(
    desk: Stage,
) -> None:
    officer, _, batch = await exports(desk, 1)
    await officer.sends_document("a.xlsx", filled(batch, {2: ISSUE}))
    kept = await upload_of(officer)
    assert sent_files(officer) == []
    assert kept is not None
    assert PASSWORD.encode() not in kept.sealed
    assert PASSWORD not in officer.transcript

    await desk.moves(timedelta(minutes=31))
    assert await upload_of(officer) is None
    await officer.presses("Thực hiện 1 dòng")
    officer.hears_no("Xong")
    assert "quá 30 phút" in officer.popup


@pytest.mark.parametrize("label", ["Hủy", "Thực hiện 1 dòng"])
async def test_rule_8_nothing_is_kept_after_the_answer(desk: Stage, label: str) -> None:
    officer, cases, batch = await exports(desk, 1)
    await officer.sends_document("a.xlsx", filled(batch, {2: ISSUE}))
    await officer.presses(label)

    assert await upload_of(officer) is None
    assert await states(cases) == [(Status.APPROVED, label != "Hủy")]


ROWS: dict[str, tuple[tuple[str, ...], str]] = {
    "incomplete": (("Cấp", "HNO-1", "", PASSWORD, ""), "thiếu mã cơ sở"),
    "no reason": (("Từ chối", "", "", "", ""), "thiếu mã cơ sở"),
    "no result": (("", "HNO-1", "login", PASSWORD, ""), "chưa chọn kết quả"),
    "another result": (("Có", "HNO-1", "login", PASSWORD, ""), "chưa chọn kết quả"),
    "both": (("Cấp", "HNO-1", "login", PASSWORD, "lý do gì đó dài"), "vừa có tài khoản"),
    "a short password": (("Cấp", "HNO-1", "login", "abc", ""), "quá ngắn"),
    "a space": (("Cấp", "HNO-1", "log in", PASSWORD, ""), "khoảng trắng"),
    "a short reason": (("Từ chối", "", "", "", "ngắn"), "từ 10 đến 500"),
    "a formula": (("Cấp", "HNO-1", "=A1", PASSWORD, ""), "có công thức"),
}


@pytest.mark.parametrize("name", ROWS)
async def test_a_row_that_is_not_right_is_named_with_what_is_wrong(desk: Stage, name: str) -> None:
    answers, why = ROWS[name]
    officer, cases, batch = await exports(desk, 1)
    await officer.sends_document("a.xlsx", filled(batch, {2: answers}))

    officer.hears("Dòng 2", why)
    assert officer.buttons == []
    assert await upload_of(officer) is None
    assert await states(cases) == [UNTOUCHED]


async def test_rows_that_name_the_wrong_registration_are_left_alone(desk: Stage) -> None:
    officer, cases, batch = await exports(desk, 6)

    def spoil(opened: Workbook) -> None:
        page = opened.worksheets[0]
        page["D2"] = "Nhà thuốc khác"
        page["B3"] = "26-ZZZZZZ"
        page["A4"] = "9"
        page["B6"] = page["B5"].value
        for column in "ACDE":
            page[f"{column}6"] = page[f"{column}5"].value

    answers = {row: ("Cấp", "HNO-1", f"login.{row}", PASSWORD, "") for row in range(2, 8)}
    await officer.sends_document("a.xlsx", changed(filled(batch, answers), spoil))
    officer.hears(
        "người đăng ký đã bị sửa",
        "không có mã đăng ký này",
        "không thuộc lô này",
        "mã đăng ký có ở nhiều dòng",
        "Cấp 1: dòng 7",
    )
    await officer.presses("Thực hiện 1 dòng")

    assert await states(cases) == [UNTOUCHED] * 5 + [(Status.APPROVED, True)]


async def test_one_login_for_two_facilities_is_taken_for_a_slip(desk: Stage) -> None:
    officer, cases, batch = await exports(desk, 2)
    await officer.sends_document("a.xlsx", filled(batch, {2: ISSUE, 3: ISSUE}))

    officer.hears("tên đăng nhập này có ở dòng khác")
    assert await states(cases) == [UNTOUCHED] * 2


async def test_what_happened_between_the_report_and_the_confirmation_counts(
    desk: Stage, lead: Player
) -> None:
    officer, cases, batch = await exports(desk, 2)
    both = {2: ISSUE, 3: ("Cấp", "HNO-2", "login.2", PASSWORD, "")}
    await officer.sends_document("a.xlsx", filled(batch, both))
    await lead.presses("Hoàn tác", on=cases[0].card)
    await officer.presses("Thực hiện 2 dòng")

    officer.hears("Nhận 1 tài khoản, từ chối 0, bỏ qua 1", "Dòng 2", "đã xử lý rồi")
    assert await states(cases) == [(Status.PENDING, False), (Status.APPROVED, True)]


async def test_more_rows_than_one_transaction_takes_are_all_carried_out(
    desk: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.usecases.batches.AT_ONCE", 2)
    officer, cases, batch = await exports(desk, 5)
    answers = {row: ("Cấp", f"HNO-{row}", f"login.{row}", PASSWORD, "") for row in range(2, 7)}
    await officer.sends_document("a.xlsx", filled(batch, answers))
    await officer.presses("Thực hiện 5 dòng")

    officer.hears("Nhận 5 tài khoản, từ chối 0, bỏ qua 0")
    assert await states(cases) == [(Status.APPROVED, True)] * 5
    assert await upload_of(officer) is None


async def test_rule_7_an_officers_own_registration_is_left_to_others(desk: Stage) -> None:
    cases = await approved(desk, 2)
    owner = next(p for p in desk.sandbox.world.people.values() if p.name == "Chủ cơ sở 0")
    await employ(desk, owner, Role.OFFICER)
    own = in_private(Player(desk, owner, desk.group))
    await own.says("/xuat")

    own.hears("Lô 1: 1 đăng ký")
    assert cases[1].reference in repr(load_workbook(BytesIO(files_of(own)[-1]))["Lô 1"]["B2"].value)


@pytest.mark.parametrize("role", [None, Role.VIEWER])
async def test_rule_7_without_the_right_nothing_is_exported_read_or_confirmed(
    desk: Stage, role: Role | None
) -> None:
    officer, cases, batch = await exports(desk, 1)
    file = filled(batch, {2: ISSUE})
    await officer.sends_document("a.xlsx", file)
    await employ(desk, desk.officer, role)
    await officer.presses("Thực hiện 1 dòng")
    await officer.sends_document("a.xlsx", file)
    await officer.says("/xuat")

    assert len(files_of(officer)) == 1
    assert await states(cases) == [UNTOUCHED]


async def test_the_group_is_no_place_for_batches(desk: Stage, officer: Player) -> None:
    await approved(desk, 1)
    desk.group.promotes(desk.desk)  # only administrators among bots see files in a group
    await officer.says("/xuat")
    officer.hears("chỉ dùng trong trò chuyện riêng")
    await officer.sends_document("KNLT-lo-1 (2).xlsx", workbook([["x"]]))
    officer.hears("tệp lô chỉ gửi trong trò chuyện riêng")
    assert not [m for m in desk.group.messages if m.media]

    await officer.sends_document("lich-truc.xlsx", workbook([["x"]]))
    assert [m for m in desk.group.messages if m.media]


FILES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "another list": (
        lambda _: workbook([["Họ tên", "Ngày sinh"], ["An", "1990"]]),
        "không nhận ra",
    ),
    "a column less": (
        lambda batch: changed(batch, lambda book: book.worksheets[0].delete_cols(10)),
        "thiếu cột, hoặc cột bị lặp: Mật khẩu",
    ),
    "merged cells": (
        lambda batch: changed(batch, lambda book: book.worksheets[0].merge_cells("G2:H2")),
        "ô bị gộp",
    ),
    "macros": (lambda _: macros(), "có macro"),
    "a bomb": (lambda _: bomb(), "quá lớn"),
    "no workbook": (lambda _: plain_archive(), "không phải là bảng tính"),
    "a PDF": (lambda _: b"%PDF-1.4", "không phải là bảng tính"),
    "over-large": (lambda _: b"PK\x03\x04" + b"x" * 10 * 1024 * 1024, "quá lớn"),
}


@pytest.mark.parametrize("name", FILES)
async def test_a_file_that_is_no_batch_gets_a_clear_answer_and_changes_nothing(
    desk: Stage, name: str
) -> None:
    make, answer = FILES[name]
    officer, cases, batch = await exports(desk, 1)
    await officer.sends_document("KNLT-lo-1.xlsx", make(filled(batch, {2: ISSUE})))

    officer.hears(answer)
    assert officer.buttons == []
    assert await states(cases) == [UNTOUCHED]


async def test_a_facility_that_sends_a_file_is_asked_for_text(director: Player) -> None:
    await director.agrees()
    await director.sends_document()

    director.hears("Bước 1/7")


# ── files on a bad day ───────────────────────────────────────────────────────────────────────────


def bad_line(stage: Stage, failures: int) -> None:
    """The next downloads fail, as when the network is away."""
    gateway = stage.app.gateways[stage.app.policy.staff_bot]
    left = [SendFailed(Fault.RETRY, "network") for _ in range(failures)]
    working = gateway.download

    async def download(file_id: str, limit: int) -> bytes:
        if left:
            raise left.pop()
        return await working(file_id, limit)

    gateway.download = download  # type: ignore[method-assign]


async def test_a_file_that_cannot_be_fetched_now_is_fetched_later(desk: Stage) -> None:
    officer, _, batch = await exports(desk, 1)
    bad_line(desk, 2)
    await officer.sends_document("a.xlsx", filled(batch, {2: ISSUE}))
    officer.hears_no("Cấp 1")
    for _ in range(2):
        await desk.moves(timedelta(minutes=1))

    officer.hears("Cấp 1: dòng 2")
    assert sent_files(officer) == []


async def test_a_file_that_cannot_be_fetched_at_all_is_asked_for_again_and_taken_down(
    desk: Stage,
) -> None:
    officer, _, batch = await exports(desk, 1)
    bad_line(desk, 99)
    await officer.sends_document("a.xlsx", filled(batch, {2: ISSUE}))
    for _ in range(8):
        await desk.moves(timedelta(minutes=6))

    officer.hears("Không tải được tệp")
    assert sent_files(officer) == []


async def test_rule_10_a_crash_between_reading_a_file_and_noting_it_loses_and_doubles_nothing(
    desk: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, cases, batch = await exports(desk, 1)
    record = Deliverer._record
    crashes = [RuntimeError("kill -9")]

    async def crash_once(self: Deliverer, outcomes: list[Outcome]) -> None:
        if crashes and any(outcome.told for outcome in outcomes):
            outcomes.clear()  # a process that is dead remembers nothing
            raise crashes.pop()
        await record(self, outcomes)

    monkeypatch.setattr(Deliverer, "_record", crash_once)
    with pytest.raises(RuntimeError, match="kill -9"):
        await officer.sends_document("a.xlsx", filled(batch, {2: ISSUE}))
    await desk.moves(timedelta(minutes=2))

    assert officer.heard.count("Cấp 1: dòng 2") == 1
    await officer.presses("Thực hiện 1 dòng")
    assert await states(cases) == [(Status.APPROVED, True)]


async def test_whoever_waits_for_a_file_sees_the_bot_at_work_and_a_failure_of_that_is_nothing(
    desk: Stage,
) -> None:
    officer, _, batch = await exports(desk, 1)
    faults, actions = desk.sandbox.faults, desk.desk.actions
    actions.clear()
    faults.delay(0.2, method="getFile")
    await officer.sends_document("a.xlsx", filled(batch, {2: ISSUE}))
    assert (officer.person.id, "typing") in actions

    faults.fail(500, method="sendChatAction")
    faults.delay(0.2, method="getFile")
    await officer.sends_document("a.xlsx", filled(batch, {2: ISSUE}))
    officer.hears("Cấp 1: dòng 2")
