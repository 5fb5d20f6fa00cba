"""Whole stories played on the page with a finger and a keyboard, as newcomers would."""

import asyncio

import pytest
from playwright.async_api import expect

from bot.demo import UNLISTED, Play, playing
from sandbox.page import Page
from tests.page.conftest import DESKTOP, PHONE, Opener, take_picture
from tests.page.players import Screen, answers_up_to_the_email, hands_in

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

Running = tuple[str, Play]
LICENCE, FACILITY = "03-1234/ĐKKDD-HNO", "Nhà thuốc An Tâm"
ADDRESS, PERSON = "antam@nhathuoc.example.com", "Nguyễn Thị Lan"
LEAD, OFFICER = "Lê Thu Hồng", "Trần Văn Minh"


async def test_a_registration_from_the_qr_code_to_the_account_on_a_phone(
    stage: Running, opens: Opener
) -> None:
    screen = Screen(await opens(stage[0], PHONE, has_touch=True))

    await screen.registers(FACILITY, LICENCE, ADDRESS, PERSON)
    await take_picture(screen.tab, "page-receipt")
    card = await screen.reads("group", FACILITY)
    await take_picture(screen.tab, "page-group")
    await screen.presses("group", "✅ Duyệt")
    await expect(card).to_contain_text(f"{LEAD} duyệt lúc")
    await screen.goes("desk")
    await screen.chat("desk").locator(".lock .main").click()
    await screen.chat("desk").locator(".start").click()
    await screen.reads("desk", "Lệnh của cán bộ")
    await screen.presses("group", "🔑 Nhập tài khoản")
    await expect(screen.tab.locator("#alert-text")).to_contain_text("trò chuyện riêng")
    await screen.tab.click("#alert button")
    await screen.reads("desk", "Nhập tài khoản cho")
    await screen.types("desk", "HN-001234\ngpp_antam\nAntam@2026")
    await screen.reads("desk", "Vui lòng kiểm tra")
    await expect(screen.chat("desk").locator(".log")).not_to_contain_text("Antam@2026")
    await screen.presses("desk", "✅ Đúng, gửi cho cơ sở")
    await screen.reads("desk", "Đã nhận tài khoản")
    await screen.jumps("hour")

    mail = await screen.opens_mail("Thông tin tài khoản")
    await expect(mail).to_contain_text("gpp_antam")
    await screen.tab.click("#mail [data-view=mail-html]")
    frame = screen.tab.frame_locator("#mail iframe")
    await expect(frame.locator("body")).to_contain_text("Antam@2026")
    await take_picture(screen.tab, "page-mail")
    await screen.reads("phone", "đã được cấp tài khoản")


async def test_a_refusal_a_second_registration_and_ten_working_days_without_an_answer(
    stage: Running, opens: Opener
) -> None:
    url, play = stage
    await hands_in(play, FACILITY, LICENCE, ADDRESS)
    screen = Screen(await opens(url, DESKTOP))

    await screen.reads("group", FACILITY)
    await screen.presses("group", "✖️ Từ chối")
    await screen.reads("group", "vì sao từ chối")
    await screen.presses("group", "2")
    await screen.reads("group", "✅ 2.")
    await screen.presses("group", "Tiếp ▶")
    await screen.presses("group", "✖️ Từ chối và gửi thư")
    await expect(screen.tab.locator("#toasts")).to_contain_text("Đã từ chối")
    await screen.jumps("hour")
    await screen.reads("phone", "chưa được cấp tài khoản")
    letter = await screen.opens_mail("Chưa cấp được")
    await expect(letter).to_contain_text("Tên cơ sở không khớp")

    await screen.presses("phone", "Đăng ký lại")
    agree = screen.chat("phone").get_by_role("button", name="✅ Đồng ý", exact=True)
    await expect(agree).to_have_count(2)  # the first is of the first registration
    await screen.presses("phone", "✅ Đồng ý")
    await screen.reads("phone", "Lần trước")
    await screen.presses("phone", "Sửa tên cơ sở")
    await screen.reads("phone", "tên cơ sở")
    await screen.types("phone", f"{FACILITY} 2")
    await screen.chat("phone").locator(".theirs", has_text=f"{FACILITY} 2").wait_for()
    await screen.presses("phone", "✅ Gửi đăng ký")
    await screen.reads("group", f"{FACILITY} 2")
    await screen.jumps("due")
    await screen.reads("group", "Hết hạn hôm nay: 1")
    await screen.jumps("expiry")
    await screen.reads("phone", "đã quá hạn mà chưa có kết quả")
    await screen.reads("group", "Quá hạn từ bản tin trước: 1")


async def test_the_officer_who_presses_second_is_told_who_was_first(
    stage: Running, opens: Opener
) -> None:
    url, play = stage
    first = Screen(await opens(url, DESKTOP))
    second = Screen(await opens(url, DESKTOP))
    await first.types("group", f"/canbo@KnltCanBoBot {play.stage.officer.id} {OFFICER}")
    await first.reads("group", "Đã ghi")
    await second.plays(".officer", OFFICER)
    await hands_in(play, FACILITY, LICENCE, ADDRESS)
    stale = await second.reads("group", FACILITY)

    await second.tab.evaluate("window.noReception = true")
    await first.presses("group", "✅ Duyệt")
    await first.reads("group", f"{LEAD} duyệt lúc")
    await expect(stale).not_to_contain_text("duyệt lúc")
    await second.tab.evaluate("window.noReception = false")
    await second.presses("group", "✅ Duyệt")

    popup = second.tab.locator("#alert[open], #toasts p").first
    await expect(popup).to_contain_text(f"{LEAD} đã duyệt")


async def test_a_broken_telegram_delays_the_answer_and_loses_nothing(
    stage: Running, opens: Opener
) -> None:
    screen = Screen(await opens(stage[0], DESKTOP))
    await screen.scans()
    await screen.reads("phone", "Kính chào")
    before = await screen.chat("phone").locator(".theirs").count()

    await switch(screen, "broken")
    await screen.tab.click("#open-drawer")
    await screen.types("phone", "/trogiup")
    await screen.tab.locator("#trace .bad", has_text="sendMessage").first.wait_for()
    await expect(screen.tab.locator("#fault-notice")).to_contain_text("Telegram hỏng")
    assert await screen.chat("phone").locator(".theirs").count() == before
    await take_picture(screen.tab, "page-trace")
    await screen.tab.click("#fault-notice button")

    await screen.reads("phone", "Trợ giúp")


async def test_a_code_that_could_not_be_mailed_comes_once_the_mail_server_is_back(
    stage: Running, opens: Opener
) -> None:
    url, play = stage
    await answers_up_to_the_email(play, FACILITY, LICENCE, play.stage.director)
    screen = Screen(await opens(url, DESKTOP))

    await switch(screen, "mail")
    await screen.types("phone", ADDRESS)
    await screen.reads("phone", "Chưa gửi được mã")
    await switch(screen, "mail")

    code = await screen.opens_mail("Mã xác nhận")
    await expect(code).to_contain_text("Mã xác nhận")


async def test_a_bot_that_is_blocked_shows_so_and_can_be_let_in_again(
    stage: Running, opens: Opener
) -> None:
    url, play = stage
    screen = Screen(await opens(url, DESKTOP))
    await screen.scans()
    await screen.reads("phone", "Kính chào")

    await screen.chat("phone").locator(".chat-block").click()
    await expect(screen.chat("phone").locator(".chat-title small")).to_have_text("đã chặn bot")
    assert play.stage.sandbox.world.private(play.stage.bot, play.stage.director).blocked
    await screen.chat("phone").locator(".chat-block").click()

    await expect(screen.chat("phone").locator(".chat-title small")).to_have_text("bot")


async def test_a_member_who_is_not_on_the_staff_list_decides_nothing(
    stage: Running, opens: Opener
) -> None:
    url, play = stage
    await hands_in(play, FACILITY, LICENCE, ADDRESS)
    screen = Screen(await opens(url, DESKTOP))
    card = await screen.reads("group", FACILITY)
    await screen.plays(".officer", UNLISTED)

    await screen.presses("group", "✅ Duyệt")

    popup = screen.tab.locator("#alert[open], #toasts p").first
    await expect(popup).to_contain_text("chưa có quyền")
    await expect(card).to_contain_text("chờ duyệt")


async def test_starting_empty_is_one_click_and_the_page_follows(
    browser: object, opens: Opener
) -> None:
    page = Page()
    await page.start()
    try:
        async with playing(page, empty=True) as play:
            screen = Screen(await opens(page.url, DESKTOP))
            await screen.scans()
            await screen.reads("phone", "Kính chào")
            await screen.types("group", "/trogiup@KnltCanBoBot")
            unread = screen.tab.locator(".tabs [data-place=group] .badge")
            await expect(unread).to_have_text("1")
            await screen.tab.click("#open-more")
            await screen.tab.click("#restart-empty")
            await asyncio.wait_for(play.until(asyncio.Event()), 5)
            assert play.next_empty
        async with playing(page, empty=play.next_empty):
            await screen.tab.locator("#lock-scan").wait_for()
            await expect(unread).to_have_text("")
            await screen.scans()
            await screen.reads("phone", "Kính chào")
    finally:
        await page.stop()


async def switch(screen: Screen, name: str) -> None:
    """Turn a fault on or off."""
    await screen.tab.click("#open-more")
    await screen.tab.click(f"[data-fault={name}]")
    await screen.tab.keyboard.press("Escape")
