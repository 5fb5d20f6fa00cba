"""Links of posters and tickets: never a dead end, and always where I stand (rule 5)."""

from datetime import date

import pytest

from bot.stage import Stage
from core.conversation import Step
from core.licence import Licence
from core.ticket import place_payload, ticket_payload
from handlers.entry import TICKET_PURPOSE
from tests.handlers.actors import (
    EMAIL,
    FACILITY,
    LICENCE,
    PERSON,
    Player,
    code_mailed_to,
    draft_of,
    newest_registration,
)
from tests.handlers.decisions import approves, issues, refuses

EXPIRES = date(2026, 12, 31)
OURS, OTHER = Licence("03", 1234, "HNO"), Licence("03", 5678, "HNO")
AGREE = "✅ Đồng ý"


def ticket(stage: Stage, licence: Licence = OURS, *, n: int = 1, expires: date = EXPIRES) -> str:
    key = stage.app.vault.keys(TICKET_PURPOSE)[0]
    return ticket_payload(licence, n.to_bytes(8), key, expires)


async def registers_by(player: Player, payload: str, email: str = EMAIL) -> None:
    await player.opens(payload)
    await player.presses(AGREE)
    await player.presses("✅ Đúng")
    for answer in (FACILITY, "gd", PERSON, email):
        await player.says(answer)
    await player.says(code_mailed_to(player.stage, email))
    await player.presses("Gửi đăng ký")


# ── posters ──────────────────────────────────────────────────────────────────────────────────────


async def test_every_scan_of_a_poster_is_counted_and_the_place_is_kept(
    stage: Stage, director: Player
) -> None:
    await director.opens(place_payload("quan-cau-giay"))
    await director.opens(place_payload("quan-cau-giay"))

    async with stage.app.store.read() as tx:
        assert await tx.places.all() == {"quan-cau-giay": 2}
    draft = await draft_of(director)
    assert draft is not None
    assert draft.place == "quan-cau-giay"


async def test_the_place_reaches_the_registration_even_after_starting_over(
    director: Player,
) -> None:
    await director.opens(place_payload("hn01"))
    await director.opens()
    await director.presses("Làm lại từ đầu")
    await director.presses(AGREE)
    for answer in (LICENCE, FACILITY, "gd", PERSON, EMAIL):
        await director.says(answer)
    await director.says(code_mailed_to(director.stage, EMAIL))
    await director.presses("Gửi đăng ký")

    assert (await newest_registration(director)).place == "hn01"


# ── tickets ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_ticket_offers_its_licence_so_that_none_is_typed(
    stage: Stage, director: Player
) -> None:
    await director.opens(ticket(stage))
    await director.presses(AGREE)
    director.hears(f"Có phải số GCN của cơ sở là {LICENCE}?")
    await director.presses("✅ Đúng")

    director.hears("Bước 2/7")


async def test_rule_5_only_a_finished_registration_spends_a_ticket(
    stage: Stage, director: Player, neighbour: Player
) -> None:
    payload = ticket(stage)
    await director.opens(payload)
    await director.presses(AGREE)
    await director.presses("✅ Đúng")
    await director.presses("Hủy")
    await registers_by(neighbour, payload)

    assert (await newest_registration(neighbour)).ticket == (1).to_bytes(8).hex()
    await director.opens(payload)
    await director.presses(AGREE)
    await director.presses("✅ Đúng")
    director.hears("đã có đăng ký đang chờ giải quyết", "16/03/2026")


async def test_another_licence_than_the_tickets_leaves_the_ticket_unspent(
    stage: Stage, director: Player
) -> None:
    await director.opens(ticket(stage))
    await director.presses(AGREE)
    await director.presses("Nhập lại")
    for answer in ("03-5678/ĐKKDD-HNO", FACILITY, "gd", PERSON, EMAIL):
        await director.says(answer)
    await director.says(code_mailed_to(stage, EMAIL))
    await director.presses("Gửi đăng ký")

    registration = await newest_registration(director)
    assert (registration.licence, registration.ticket) == ("03-5678/ĐKKDD-HNO", None)


async def test_a_ticket_for_a_licence_with_an_account_says_so(
    stage: Stage, director: Player, neighbour: Player
) -> None:
    await issues(stage, await director.registers())
    await neighbour.opens(ticket(stage))
    await neighbour.presses(AGREE)
    await neighbour.presses("✅ Đúng")

    neighbour.hears("đã được cấp tài khoản")


async def test_a_ticket_scanned_at_the_licence_question_answers_it(
    stage: Stage, director: Player
) -> None:
    await director.agrees()
    await director.opens(ticket(stage))
    director.hears("đang đăng ký dở ở bước 1/7")
    await director.presses("Tiếp tục")
    director.hears(f"Có phải số GCN của cơ sở là {LICENCE}?")
    await director.presses("✅ Đúng")

    director.hears("Bước 2/7")


async def test_a_ticket_scanned_later_on_does_not_change_what_was_entered(
    stage: Stage, director: Player
) -> None:
    await director.reaches_email()
    await director.opens(ticket(stage, OTHER))
    director.hears("đang đăng ký dở ở bước 5/7")

    draft = await draft_of(director)
    assert draft is not None
    assert (draft.licence, draft.ticket) == (LICENCE, None)


async def test_starting_over_keeps_the_ticket(stage: Stage, director: Player) -> None:
    await director.opens(ticket(stage))
    await director.presses(AGREE)
    await director.opens()
    await director.presses("Làm lại từ đầu")
    await director.presses(AGREE)

    director.hears(f"Có phải số GCN của cơ sở là {LICENCE}?")


async def test_a_tickets_registration_can_be_refused_and_made_again_with_it(
    stage: Stage, director: Player
) -> None:
    await registers_by(director, ticket(stage))
    first = await newest_registration(director)
    await refuses(stage, first)
    await director.presses("Đăng ký lại")
    await director.presses(AGREE)
    await director.presses("Gửi đăng ký")

    second = await newest_registration(director)
    assert (second.previous_id, second.ticket) == (first.id, first.ticket)


def spoilt(payload: str) -> str:
    return payload[:-1] + ("A" if payload[-1] != "A" else "B")


@pytest.mark.parametrize("kind", ["unknown", "tampered", "expired", "garbage"])
async def test_a_payload_that_opens_nothing_never_blocks(
    stage: Stage, director: Player, kind: str
) -> None:
    payload = {
        "unknown": "khuyenmai2026",
        "tampered": spoilt(ticket(stage)),
        "expired": ticket(stage, expires=date(2026, 3, 1)),
        "garbage": "t" + "-_" * 30,
    }[kind]
    await director.opens(payload)
    director.hears("không còn hiệu lực", "vẫn có thể đăng ký", "Quý cơ sở có đồng ý không?")
    await director.presses(AGREE)

    director.hears("Bước 1/7")


async def test_a_ticket_is_good_through_its_last_day(stage: Stage, director: Player) -> None:
    await director.opens(ticket(stage, expires=date(2026, 3, 2)))

    director.hears_no("không còn hiệu lực")


# ── scanning again shows where I stand (rule 5) ──────────────────────────────────────────────────


@pytest.mark.parametrize("payload", ["", "p-hn01", "khuyenmai", "ticket"])
class TestScanningAgain:
    """Whatever was scanned, also a link that opens nothing."""

    async def scans(self, stage: Stage, director: Player, payload: str) -> None:
        await director.opens(ticket(stage, n=2) if payload == "ticket" else payload)

    async def test_rule_5_a_draft_goes_on_at_its_step(
        self, stage: Stage, director: Player, payload: str
    ) -> None:
        await director.reaches_email()
        await self.scans(stage, director, payload)

        director.hears("đang đăng ký dở ở bước 5/7")
        director.sees_buttons("Tiếp tục", "Làm lại từ đầu")

    async def test_rule_5_pending_until_when(
        self, stage: Stage, director: Player, payload: str
    ) -> None:
        registration = await director.registers()
        await self.scans(stage, director, payload)

        director.hears(registration.reference, "đang chờ giải quyết", "thứ Hai ngày 16/03/2026")
        director.sees_buttons(f"Rút đăng ký {registration.reference}")

    async def test_rule_5_approved_until_when(
        self, stage: Stage, director: Player, payload: str
    ) -> None:
        await approves(stage, await director.registers())
        await self.scans(stage, director, payload)

        director.hears("đã duyệt, đang lập tài khoản", "16/03/2026")
        assert director.buttons == ["Đăng ký cho cơ sở khác"]

    async def test_rule_5_refused_because(
        self, stage: Stage, director: Player, payload: str
    ) -> None:
        await refuses(stage, await director.registers(), reason="Thông tin khai chưa đầy đủ")
        await self.scans(stage, director, payload)

        director.hears("chưa được cấp tài khoản", "Thông tin khai chưa đầy đủ")
        director.sees_buttons("Đăng ký lại")

    async def test_rule_5_issued_on(self, stage: Stage, director: Player, payload: str) -> None:
        await issues(stage, await director.registers())
        await self.scans(stage, director, payload)

        director.hears("đã cấp tài khoản", "09:00 ngày 02/03/2026", "l***@gmail.com")
        director.hears_no(EMAIL)

    async def test_rule_5_expired(self, stage: Stage, director: Player, payload: str) -> None:
        registration = await director.registers()
        await stage.moves(registration.reopens_at)
        await self.scans(stage, director, payload)

        director.hears("đã quá hạn mà chưa có kết quả", "có thể đăng ký lại")
        director.sees_buttons("Đăng ký lại")

    async def test_rule_5_withdrawn(self, stage: Stage, director: Player, payload: str) -> None:
        await director.registers()
        await director.says("/trangthai")
        await director.presses("Rút đăng ký")
        await director.presses("Rút đăng ký")
        await self.scans(stage, director, payload)

        director.hears("quý cơ sở đã rút đăng ký")
        director.sees_buttons("Đăng ký lại")


async def test_a_ticket_for_another_facility_opens_another_registration(
    stage: Stage, director: Player
) -> None:
    await director.registers()
    await director.opens(ticket(stage, OTHER))
    director.hears("Quý cơ sở có đồng ý không?")
    await director.presses(AGREE)

    director.hears("Có phải số GCN của cơ sở là 03-5678/ĐKKDD-HNO?")
    draft = await draft_of(director)
    assert draft is not None
    assert draft.step is Step.LICENCE_CHECK


async def test_a_draft_and_a_registration_are_both_shown(stage: Stage, director: Player) -> None:
    registration = await director.registers()
    await director.opens(ticket(stage, OTHER))
    await director.opens()

    director.hears(registration.reference, "đang đăng ký dở")
    director.sees_buttons("Tiếp tục")
