"""The conversations behave as a messenger does, and show what was said as text and nothing else."""

import asyncio
import io
import itertools
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Locator, Route, expect
from playwright.async_api import Page as Tab

from bot.demo import Play
from sandbox import Message, Person
from sandbox.events import CallbackAnswered
from sandbox.markup import parse_html
from tests.page.conftest import DESKTOP, PHONE, Opener
from tests.page.players import Screen

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

Running = tuple[str, Play]
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>&amp;"


@dataclass(frozen=True)
class Talk:
    """A director of one's own who has the bot's chat open, on the page and in the world."""

    screen: Screen
    play: Play
    director: Person

    def bot_says(self, html: str, **more: Any) -> Message:
        """Let the bot say something to the director, parsed as Telegram parses it."""
        text, entities = parse_html(html)
        bot, world = self.play.stage.bot, self.play.stage.sandbox.world
        return world.post(world.private(bot, self.director), bot, text, entities=entities, **more)


NUMBERS = itertools.count(1)


@pytest_asyncio.fixture(loop_scope="session")
async def talk(samples: Running, opens: Opener) -> Talk:
    url, play = samples
    name, world = f"Giám đốc {next(NUMBERS)}", play.stage.sandbox.world
    async with aiohttp.ClientSession(url, headers={"Origin": url.rstrip("/")}) as session:
        await session.post("/people", json={"name": name})
    director = next(person for person in world.people.values() if person.name == name)
    world.private(play.stage.bot, director).may_write = True
    screen = Screen(await opens(url, DESKTOP))
    await screen.plays("#director", name)
    return Talk(screen, play, director)


async def test_a_hostile_name_stays_text_wherever_it_is_shown(
    samples: Running, opens: Opener
) -> None:
    url, play = samples
    screen = Screen(await opens(url, DESKTOP))
    asked: list[str] = []
    screen.tab.on("dialog", lambda dialog: asked.append(dialog.message))

    await screen.adds_director(HOSTILE[:64])
    await screen.scans()
    await screen.types("phone", HOSTILE)
    bot = play.stage.bot
    person = next(p for p in play.stage.sandbox.world.people.values() if p.name == HOSTILE[:64])
    world = play.stage.sandbox.world
    world.post(world.private(bot, person), bot, HOSTILE, keyboard=[[{"text": HOSTILE}]])
    world.post(play.stage.group.chat, play.stage.desk, HOSTILE)

    for place in ("phone", "group"):
        await expect(screen.chat(place).locator(".text", has_text=HOSTILE).last).to_be_visible()
    await expect(screen.tab.locator(".log img, .log script, .trace img, select img")).to_have_count(
        0
    )
    assert asked == []


async def test_the_markup_of_a_bot_is_drawn_as_telegram_draws_it(
    talk: Talk,
) -> None:
    screen = talk.screen
    talk.bot_says(
        "<b>đậm <i>cả nghiêng</i></b> <u>gạch</u> <s>xóa</s> <code>mã 😀</code> "
        "<tg-spoiler>kín</tg-spoiler> <blockquote>trích</blockquote> <pre>thẳng</pre> /trogiup",
    )

    text = (await screen.reads("phone", "cả nghiêng")).locator(".text")
    for selector, words in {
        "strong": "đậm cả nghiêng", "strong em": "cả nghiêng", "u": "gạch", "s": "xóa",
        "code": "mã 😀", "blockquote": "trích", "pre": "thẳng", "button.inline": "/trogiup",
    }.items():  # fmt: skip
        await expect(text.locator(selector)).to_have_text(words)
    await text.locator(".spoiler").click()
    await expect(text.locator(".spoiler")).to_have_count(0)
    await expect(text).to_contain_text("kín")


async def test_an_edited_message_changes_where_it_stands_and_a_deleted_one_goes(
    talk: Talk,
) -> None:
    screen = talk.screen
    world = talk.play.stage.sandbox.world
    first, second = talk.bot_says("tin thứ nhất"), talk.bot_says("tin thứ hai")
    await screen.reads("phone", "tin thứ hai")

    world.edit(first, text="tin đã đổi")
    changed = await screen.reads("phone", "tin đã đổi")
    await expect(changed.locator(".meta")).to_contain_text("đã sửa")
    await expect(screen.chat("phone").locator(".message").last).to_contain_text("tin thứ hai")
    world.delete(second)

    await expect(screen.chat("phone").locator(".log")).not_to_contain_text("tin thứ hai")


async def test_people_reply_edit_and_delete_with_the_menu_of_a_message(
    talk: Talk,
) -> None:
    screen = talk.screen
    talk.bot_says("câu hỏi để trả lời")

    asked = await screen.reads("phone", "câu hỏi để trả lời")
    await act(screen.tab, asked, "Trả lời")
    await screen.types("phone", "câu trả lời có dấu")
    mine = screen.chat("phone").locator(".mine", has_text="câu trả lời có dấu")
    await expect(mine.locator(".quote")).to_contain_text("câu hỏi để trả lời")
    await act(screen.tab, mine, "Sửa")
    await screen.types("phone", "câu trả lời đã sửa")
    mine = screen.chat("phone").locator(".mine", has_text="câu trả lời đã sửa")
    await expect(mine.locator(".meta")).to_contain_text("đã sửa")
    await act(screen.tab, mine, "Xóa")

    await expect(mine).to_have_count(0)


async def test_a_forced_reply_opens_and_what_is_typed_answers_it(
    talk: Talk,
) -> None:
    screen = talk.screen
    talk.bot_says("trả lời tin này", reply_markup={"force_reply": True})

    await expect(screen.chat("phone").locator(".reply")).to_contain_text("trả lời tin này")
    await screen.types("phone", "đây ạ")

    mine = screen.chat("phone").locator(".mine", has_text="đây ạ")
    await expect(mine.locator(".quote")).to_contain_text("trả lời tin này")


async def test_a_bot_that_is_typing_is_seen_typing(talk: Talk) -> None:
    screen = talk.screen
    stage = talk.play.stage
    url = f"{stage.sandbox.api_url}/bot{stage.bot.token}/sendChatAction"
    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"chat_id": talk.director.id, "action": "typing"})

    await expect(screen.chat("phone").locator(".typing")).to_have_text("Đăng ký KNLT đang nhập…")


async def test_a_custom_keyboard_types_what_its_keys_say_until_it_is_taken_away(
    talk: Talk,
) -> None:
    screen, keys = talk.screen, talk.screen.chat("phone").locator(".keys")
    talk.bot_says("chọn đi", reply_markup={"keyboard": [["Có"], [{"text": "Không"}]]})

    await keys.get_by_role("button", name="Không").click()
    await expect(screen.chat("phone").locator(".mine").last).to_contain_text("Không")
    talk.bot_says("xong", reply_markup={"remove_keyboard": True})

    await expect(keys).to_be_hidden()


async def test_an_answer_with_a_link_to_the_bot_offers_its_start_and_no_other_link_is_followed(
    talk: Talk,
) -> None:
    screen, world = talk.screen, talk.play.stage.sandbox.world
    start = screen.chat("phone").locator(".start")

    def answers(link: str) -> None:
        world.events.tell(CallbackAnswered(talk.director, "query", "", alert=False, url=link))

    answers("https://example.com/")
    await expect(screen.tab.locator("#toasts")).to_contain_text("không mở liên kết ra ngoài")
    await expect(start).to_be_hidden()
    answers(f"https://t.me/{talk.play.stage.bot.username}?start=xyz")

    await expect(start).to_be_visible()


async def test_a_picture_is_shown_as_a_picture(talk: Talk) -> None:
    screen, stage = talk.screen, talk.play.stage
    drawn = io.BytesIO()
    Image.new("RGB", (640, 400), "teal").save(drawn, "PNG")
    form = aiohttp.FormData({"chat_id": str(talk.director.id), "caption": "Số liệu tuần"})
    form.add_field("photo", drawn.getvalue(), filename="chart.png")
    async with aiohttp.ClientSession() as session:
        await session.post(f"{stage.sandbox.api_url}/bot{stage.bot.token}/sendPhoto", data=form)

    shown = (await screen.reads("phone", "Số liệu tuần")).locator(".photo img")
    await expect(shown).to_have_js_property("naturalWidth", 640)
    await expect(shown).to_be_in_viewport()


async def test_a_document_goes_up_and_comes_down_as_it_was(talk: Talk, tmp_path: Path) -> None:
    screen = talk.screen
    sheet = tmp_path / "tài khoản.xlsx"
    sheet.write_bytes(b"PK\x03\x04 a spreadsheet")

    await screen.chat("phone").locator("input[type=file]").set_input_files(sheet)
    link = screen.chat("phone").locator(".file", has_text="tài khoản.xlsx").last
    async with screen.tab.expect_download() as coming:
        await link.click()
    download = await coming.value

    assert download.suggested_filename == "tài khoản.xlsx"
    assert read(await download.path()) == sheet.read_bytes()


async def test_the_menu_of_commands_is_the_bots_own_and_sends_what_is_chosen(
    talk: Talk,
) -> None:
    screen = talk.screen
    await screen.chat("phone").locator(".slash").click()
    await screen.chat("phone").locator(".commands button", has_text="/trogiup").click()

    await screen.reads("phone", "Trợ giúp")
    await expect(screen.chat("phone").locator(".commands")).to_be_hidden()


async def test_enter_belongs_to_the_input_method_while_it_composes(
    talk: Talk,
) -> None:
    screen = talk.screen
    field = screen.chat("phone").locator("textarea")
    await field.fill("Nguyễn Thị Hoà")
    await field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    await expect(field).to_have_value("Nguyễn Thị Hoà")

    await field.press("Shift+Enter")
    await expect(field).to_have_value("Nguyễn Thị Hoà\n")
    await field.press("Enter")

    await expect(field).to_have_value("")
    await screen.reads("phone", "Nguyễn Thị Hoà")


async def test_several_directors_talk_at_once_and_the_others_show_what_is_unread(
    talk: Talk,
) -> None:
    screen = talk.screen
    world, bot = talk.play.stage.sandbox.world, talk.play.stage.bot
    other = next(person for person in world.people.values() if person.name == "Đỗ Thị Mai")

    world.post(world.private(bot, other), bot, "tin cho người khác")
    picker = screen.tab.locator("#director")
    await expect(picker.locator("option", has_text="Đỗ Thị Mai (1)")).to_have_count(1)
    await screen.plays("#director", "Đỗ Thị Mai (1)")
    await screen.reads("phone", "tin cho người khác")
    await screen.plays("#director", talk.director.name)
    await expect(picker.locator("option", has_text="Đỗ Thị Mai (1)")).to_have_count(0)


async def test_a_long_history_comes_in_pages_as_one_scrolls_up(
    talk: Talk,
) -> None:
    screen = talk.screen
    for number in range(300):
        talk.bot_says(f"tin dài số {number:03}")
    await screen.reads("phone", "tin dài số 299")
    log = screen.chat("phone").locator(".log")
    assert await log.locator(".message").count() <= 241

    await screen.tab.reload()
    await screen.reads("phone", "tin dài số 299")
    assert await log.locator(".message").count() == 60
    for shown in (120, 180, 240, 300):
        await log.evaluate("log => { log.scrollTop = 0; }")
        await expect(log.locator(".message")).to_have_count(shown)
    await expect(log.locator(".message", has_text="tin dài số 000")).to_have_count(1)


async def test_what_was_said_while_a_conversation_loads_stands_in_its_order(talk: Talk) -> None:
    screen = talk.screen
    loaded = asyncio.Event()

    async def hold(route: Route) -> None:
        await loaded.wait()
        await route.continue_()

    await screen.tab.route("**/chats/**", hold)
    await screen.tab.reload()
    await screen.tab.wait_for_selector("body.ready")
    for number in range(100):
        talk.bot_says(f"tin thứ {number:03}")
    await screen.reads("phone", "tin thứ 099")
    loaded.set()

    shown = screen.chat("phone").locator(".message .text")
    await expect(shown).to_have_count(60)
    assert await shown.all_inner_texts() == [f"tin thứ {number:03}" for number in range(40, 100)]


async def test_a_page_that_was_reloaded_shows_the_same(talk: Talk) -> None:
    screen = talk.screen
    talk.bot_says("trước khi tải lại")
    await screen.reads("phone", "trước khi tải lại")

    await screen.tab.reload()

    await screen.reads("phone", "trước khi tải lại")


async def test_the_clock_shows_the_sandboxs_hanoi_in_any_time_zone(
    samples: Running, opens: Opener
) -> None:
    url, play = samples
    tab = await opens(url, PHONE, timezone_id="America/Lima")
    hanoi = play.stage.clock.now() + timedelta(hours=7)

    await expect(tab.locator("#now-time")).to_contain_text(hanoi.strftime("%H:"))
    await expect(tab.locator("#now-day")).to_contain_text(hanoi.strftime("%d/%m/%Y"))


def read(path: Path) -> bytes:
    return path.read_bytes()


async def act(tab: Tab, message: Locator, label: str) -> None:
    """Choose from a message's menu."""
    await message.hover()
    await message.locator(".dots").click()
    await tab.locator("#message-menu").get_by_role("button", name=label, exact=True).click()
