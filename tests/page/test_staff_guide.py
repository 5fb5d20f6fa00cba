"""What docs/staff.md tells officers, done on a phone; its pictures are taken when PICTURES=1."""

from pathlib import Path

import pytest
from playwright.async_api import Download, expect

from bot.demo import Play
from sandbox import Person
from tests.handlers.test_batches import ISSUE, filled
from tests.page.conftest import Opener, take_picture
from tests.page.players import Screen, hands_in

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

TALL = {"width": 390, "height": 1500}  # a phone's width, and room for the longest message
FACILITIES = (
    ("Phạm Văn Hải", "Nhà thuốc Phúc Lâm", "03-4417/ĐKKDD-HNO", "phuclam@nhathuoc.example.com"),
    ("Đỗ Thị Mai", "Quầy thuốc Hồng Hà", "03-2086/ĐKKDD-HNO", "hongha@nhathuoc.example.com"),
    ("Bùi Quang Huy", "Nhà thuốc Đức Minh", "03-5532/ĐKKDD-HNO", "ducminh@nhathuoc.example.com"),
    ("Ngô Thị Thảo", "Nhà thuốc Thiên Ân", "03-3390/ĐKKDD-HNO", "thienan@nhathuoc.example.com"),
)


async def test_the_staff_guide_can_be_followed_on_a_phone(
    stage: tuple[str, Play], opens: Opener, tmp_path: Path
) -> None:
    url, play = stage
    people = [play.stage.sandbox.world.person(name) for name, *_ in FACILITIES]
    for person, (_, *answers) in zip(people[:3], FACILITIES[:3], strict=True):
        await register(play, person, answers)
    screen = Screen(await opens(url, TALL, has_touch=True, device_scale_factor=2))

    card = await screen.reads("group", "Nhà thuốc Đức Minh")
    await take_picture(card, "staff-card")
    await refuses(screen)
    await screen.presses("group", "✅ Duyệt")
    await expect(await screen.reads("group", "Hồng Hà")).to_contain_text("duyệt lúc")
    await screen.presses("group", "✅ Duyệt")
    await expect(await screen.reads("group", "Phúc Lâm")).to_contain_text("duyệt lúc")

    await screen.goes("desk")
    await screen.chat("desk").locator(".lock .main").click()
    await screen.chat("desk").locator(".start").click()
    await enters_an_account(screen)
    await fills_in_a_batch(screen, tmp_path)
    await register(play, people[3], list(FACILITIES[3][1:]))
    await screen.jumps("hour")
    await screen.reads("group", "đã gửi lúc")
    await screen.jumps("morning")
    digest = await screen.reads("group", "Đang chờ: 1")
    await take_picture(digest, "staff-digest")
    assert [len(play.stage.mails_to(to)) for *_, to in FACILITIES] == [2, 2, 2, 1]


async def register(play: Play, person: Person, answers: list[str]) -> None:
    facility, licence, address = answers
    await hands_in(play, facility, licence, address, person)


async def refuses(screen: Screen) -> None:
    await screen.presses("group", "✖️ Từ chối")
    await screen.reads("group", "vì sao từ chối")
    await screen.presses("group", "2")
    await screen.reads("group", "✅ 2.")
    await screen.presses("group", "3")
    prompt = screen.chat("group").locator(".message", has_text="vì sao từ chối").last
    await expect(prompt).to_contain_text("✅ 3")
    await take_picture(prompt, "staff-reasons")
    await screen.presses("group", "Tiếp ▶")
    preview = await screen.reads("group", "Kính gửi Nhà thuốc Đức Minh")
    await take_picture(preview, "staff-preview")
    await screen.presses("group", "✖️ Từ chối và gửi thư")
    card = await screen.reads("group", "Nhà thuốc Đức Minh")
    await expect(card).to_contain_text("từ chối lúc")


async def enters_an_account(screen: Screen) -> None:
    await screen.presses("group", "🔑 Nhập tài khoản")
    await screen.tab.click("#alert button")
    await screen.reads("desk", "Nhập tài khoản cho")
    await screen.types("desk", "HN-002086\ngpp_hongha\nHongHa@2026")
    check = await screen.reads("desk", "Vui lòng kiểm tra")
    await take_picture(check, "staff-account")
    await screen.presses("desk", "✅ Đúng, gửi cho cơ sở")
    await screen.reads("desk", "Đã nhận tài khoản")


async def fills_in_a_batch(screen: Screen, folder: Path) -> None:
    await screen.types("desk", "/xuat")
    await screen.reads("desk", "đã giữ chỗ")
    async with screen.tab.expect_download() as coming:
        await screen.chat("desk").locator(".file").last.click()
    batch = fill(await coming.value, await (await coming.value).path(), folder)
    await screen.chat("desk").locator("input[type=file]").set_input_files(batch)
    report = await screen.reads("desk", "Đã đọc 1 dòng")
    await take_picture(report, "staff-batch")
    await screen.presses("desk", "✅ Thực hiện 1 dòng")
    await screen.reads("desk", "Nhận 1 tài khoản")


def fill(download: Download, kept: Path, folder: Path) -> Path:
    batch = folder / download.suggested_filename
    batch.write_bytes(filled(kept.read_bytes(), {2: ISSUE}))
    return batch
