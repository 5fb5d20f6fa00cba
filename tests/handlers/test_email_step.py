"""The e-mail: slips are asked about, nothing is changed silently, nothing is injected."""

import pytest

from bot.stage import Stage
from tests.handlers.actors import EMAIL, Player, code_mailed_to, draft_of

OTHER = "03-5678/ĐKKDD-HNO"


async def typed(director: Player, address: str) -> None:
    await director.reaches_email()
    await director.says(address)


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("lan.antam@gmail.com", "lan.antam@gmail.com"),
        ("email: lan.antam@gmail.com", "lan.antam@gmail.com"),
        ("Email của em là: lan.antam@gmail.com.", "lan.antam@gmail.com"),
        ("<lan.antam@gmail.com>", "lan.antam@gmail.com"),
        ("mailto:lan.antam@gmail.com?subject=x", "lan.antam@gmail.com"),
        (" lan.antam @ gmail.com ", "lan.antam@gmail.com"),
        ("lan.antam＠gmail.com", "lan.antam@gmail.com"),
        ("lan@nhathuoc.example.vn", "lan@nhathuoc.example.vn"),
    ],
)
async def test_what_stands_around_an_address_is_left_out(
    director: Player, address: str, taken: str
) -> None:
    await typed(director, address)

    director.hears("Bước 6/7", taken)
    assert len(director.stage.mails_to(taken)) == 1


@pytest.mark.parametrize("address", ["nhathuôcan@gmail.com", "lanđ@gmail.com", "lan@gmail.cơm"])
async def test_a_mark_added_by_the_keyboard_is_asked_about_never_stripped(
    director: Player, address: str
) -> None:
    await typed(director, address)

    director.hears("tắt tiếng Việt trên bàn phím", "Bước 5/7")
    assert not director.stage.sandbox.inbox.mails


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("lan.antam@gmail.con", "lan.antam@gmail.com"),
        ("lan.antam@gmial.com", "lan.antam@gmail.com"),
        ("lan.antam@gmail,com", "lan.antam@gmail.com"),
        ("lan.antamgmail.com", "lan.antam@gmail.com"),
        ("lan@@yahoo.com", "lan@yahoo.com"),
        ("lan.antam@gmail", "lan.antam@gmail.com"),
    ],
)
async def test_a_slip_of_the_domain_is_offered_beside_what_was_typed(
    director: Player, address: str, meant: str
) -> None:
    await typed(director, address)

    director.hears(f"vừa nhập {address}", f"Có phải muốn nhập {meant}?")
    assert director.buttons == [meant, f"Giữ nguyên {address}"]
    await director.presses(meant)
    director.hears("Bước 6/7", meant)


@pytest.mark.parametrize("answer", ["1", "đúng", "phải ạ", "lan.antam@gmail.com"])
async def test_the_correction_can_be_typed(director: Player, answer: str) -> None:
    await typed(director, "lan.antam@gmial.com")
    await director.says(answer)

    director.hears("Bước 6/7", "lan.antam@gmail.com")


@pytest.mark.parametrize("answer", ["2", "giữ nguyên", "khong"])
async def test_the_address_as_typed_can_be_kept(director: Player, answer: str) -> None:
    await typed(director, "lan.antam@gmial.com")
    await director.says(answer)

    director.hears("Bước 6/7", "lan.antam@gmial.com")


async def test_keeping_what_is_no_address_at_all_asks_again(director: Player) -> None:
    await typed(director, "lan.antam@gmail")
    await director.presses("Giữ nguyên")

    director.hears("Email chưa hợp lệ", "Bước 5/7")


async def test_another_address_may_be_typed_instead_of_choosing(director: Player) -> None:
    await typed(director, "lan.antam@gmial.com")
    await director.says("lan@nhathuoc.example.vn")

    director.hears("Bước 6/7", "lan@nhathuoc.example.vn")


async def test_a_slip_is_never_mailed_by_going_back_instead_of_choosing(director: Player) -> None:
    await typed(director, "lan.antam@gmail.con")
    for answer in ("quay lại", "quay lại", "Nguyễn Thị Lan"):
        await director.says(answer)

    director.hears("Bước 5/7")
    assert not director.stage.sandbox.inbox.mails


async def test_a_slip_in_an_edit_leaves_the_proved_address_in_place(director: Player) -> None:
    await director.reaches_summary()
    await director.presses("Sửa email")
    await director.says("lan.antam@gmail.con")
    await director.says("quay lại")

    director.hears("Bước 7/7", f"{EMAIL} ✓")


@pytest.mark.parametrize(
    "address",
    [
        "không có",
        "@",
        "lan@",
        "lan@localhost",
        "lan antam@gmail.com",
        f"{'x' * 65}@example.vn",
        f"lan@{'x' * 60}.{'y' * 60}.{'z' * 60}.{'w' * 60}.{'v' * 60}.vn",
        "a" * 300,
        "lan@example.vn, mai@example.vn",
        "lan@example.vn mai@example.vn",
        "lan@[127.0.0.1]",
        '"lan antam"@example.vn',
    ],
)
async def test_what_is_no_single_address_is_asked_again(director: Player, address: str) -> None:
    await typed(director, address)

    director.hears("Email chưa hợp lệ", "Bước 5/7")
    assert not director.stage.sandbox.inbox.mails


@pytest.mark.parametrize(
    "address",
    [
        "lan@example.vn\r\nBcc: mai@example.vn",
        "lan@example.vn\nSubject: x",
        "lan@example.vn%0aBcc:mai@example.vn",
        "lan@example.vn>\r\nRCPT TO:<mai@example.vn",
        "lan@example.vn\u2028Bcc: mai@example.vn",
    ],
)
async def test_header_injection_reaches_no_mailbox(director: Player, address: str) -> None:
    await typed(director, address)

    director.hears("Bước 5/7")
    assert not director.stage.sandbox.inbox.mails


# ── used already (rule 1) ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "same",
    [
        EMAIL,
        "lanantam@gmail.com",
        "lan.antam+2@gmail.com",
        "LAN.ANTAM@GMAIL.COM",
        "lan.antam@googlemail.com",
    ],
)
async def test_rule_1_another_spelling_of_a_used_mailbox_is_used_too(
    director: Player, neighbour: Player, same: str
) -> None:
    await director.registers()
    await neighbour.reaches_email(OTHER)
    await neighbour.says(same)

    neighbour.hears("Email này đã được dùng cho một đăng ký khác", "Bước 5/7")


async def test_rule_1_dots_count_outside_google(director: Player, neighbour: Player) -> None:
    await director.registers(email="lan.antam@example.vn")
    await neighbour.reaches_email(OTHER)
    await neighbour.says("lanantam@example.vn")

    neighbour.hears("Bước 6/7")


async def test_rule_1_of_two_who_send_the_same_e_mail_the_second_is_told(
    director: Player, neighbour: Player
) -> None:
    await neighbour.reaches_summary(OTHER, email="lanantam@gmail.com")
    await director.registers()
    await neighbour.presses("Gửi đăng ký")

    neighbour.hears("Email này đã được dùng", "Bước 7/7")


async def test_rule_1_a_used_address_in_an_edit_does_not_replace_the_proved_one(
    director: Player, neighbour: Player
) -> None:
    await director.registers()
    await neighbour.reaches_summary(OTHER, email="hai@example.vn")
    await neighbour.presses("Sửa email")
    await neighbour.says(EMAIL)
    neighbour.hears("Email này đã được dùng", "Bước 5/7")
    await neighbour.says("quay lại")

    neighbour.hears("Bước 7/7", "hai@example.vn ✓")


async def test_the_mail_goes_to_the_address_as_typed(stage: Stage, director: Player) -> None:
    await typed(director, "Lan.AnTam+knlt@gmail.com")

    assert code_mailed_to(stage, "Lan.AnTam+knlt@gmail.com")
    draft = await draft_of(director)
    assert draft is not None
    assert draft.email == "Lan.AnTam+knlt@gmail.com"


async def test_rule_4_a_shared_mailbox_is_questioned_not_refused(director: Player) -> None:
    await typed(director, "sales@nhathuoc.example.vn")

    director.hears("email dùng chung", "Giám đốc hoặc DS PTCM", "Bước 6/7")
