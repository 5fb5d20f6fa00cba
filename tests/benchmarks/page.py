"""The page with 200 conversations and 10,000 messages: `python -m tests.benchmarks.page`.

Prints one line: opening the page, changing the conversation, and a burst of messages into the open
one, as Chromium sees them; a frame is late when the page was busy for more than 50 ms at a time.
"""

import asyncio
import statistics
from time import perf_counter

from playwright.async_api import Page as Tab
from playwright.async_api import async_playwright

from sandbox import Sandbox
from sandbox.page import Page, Scene
from tests.page.conftest import DESKTOP, FLAGS, find_chromium
from tests.page.test_server import FakeProgram

PEOPLE, EACH, IN_GROUP, BURST = 200, 45, 1_000, 500
CHANGES = 30
WATCH = """
window.late = [];
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.late.push(task.duration);
}).observe({ type: "longtask", buffered: true });
"""


async def measure() -> str:
    """Play it once and return the line of figures."""
    page = Page()
    async with Sandbox(limits=False) as sandbox, async_playwright() as driver:
        scene = crowd(sandbox)
        await page.start()
        page.show(scene)
        chromium = await driver.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        tab = await chromium.new_page(viewport=DESKTOP)  # type: ignore[arg-type]
        await tab.add_init_script(WATCH)
        began = perf_counter()
        await tab.goto(page.url)
        await tab.wait_for_selector("#place-phone .message")
        opened = perf_counter() - began
        changes = [await change(tab, str(one.id)) for one in scene.directors[1 : CHANGES + 1]]
        began = perf_counter()
        await burst(tab, scene)
        arrived = perf_counter() - began
        late = await tab.evaluate("window.late")
        nodes = await tab.locator(".message").count()
        await chromium.close()
        await page.stop()
    return (
        f"page: {PEOPLE} conversations, {PEOPLE * EACH + IN_GROUP} messages: "
        f"open {opened * 1000:.0f} ms, change {statistics.median(changes):.0f} ms, "
        f"{BURST} messages live in {arrived:.2f} s, {len(late)} late frames, "
        f"the longest {max(late, default=0):.0f} ms, {nodes} messages drawn at the end"
    )


def crowd(sandbox: Sandbox) -> Scene:
    """People who have all talked with the bot, and a busy group."""
    world = sandbox.world
    front, desk = world.bot("Front"), world.bot("Desk")
    directors = [world.person(f"Giám đốc {number}") for number in range(PEOPLE)]
    officer = world.person("Cán bộ")
    group = world.group("Tổ", members=[officer], bots=[desk])
    keyboard = [[{"text": "Có", "callback_data": "1"}, {"text": "Không", "callback_data": "0"}]]
    for director in directors:
        chat = world.private(front, director)
        for number in range(EACH):
            sender = front if number % 2 else director
            world.post(chat, sender, f"câu {number} của {director.name} " * 4, keyboard=keyboard)
    for number in range(IN_GROUP):
        world.post(group.chat, desk, f"thẻ {number}", keyboard=keyboard)
    link = "https://t.me/Front?start=abc"
    return Scene(sandbox, FakeProgram(), front, desk, group, directors, [officer], link)


async def change(tab: Tab, director: str) -> float:
    """Choose another director; return the milliseconds until their messages are drawn."""
    took: float = await tab.evaluate(
        """async (id) => {
          const began = performance.now();
          const picker = document.querySelector("#director");
          const name = [...picker.options].find((one) => one.value === id).textContent;
          picker.value = id;
          picker.dispatchEvent(new Event("change"));
          const log = document.querySelector("#place-phone .log");
          while (!log.textContent.includes(`${name} `)) await new Promise(requestAnimationFrame);
          return performance.now() - began;
        }""",
        director,
    )
    return took


async def burst(tab: Tab, scene: Scene) -> None:
    """Let the bot say much to the director on the phone, and wait until the last is drawn."""
    world, director = scene.sandbox.world, scene.directors[CHANGES]
    chat = world.private(scene.front, director)
    for number in range(BURST):
        world.post(chat, scene.front, f"tin mới {number:04}")
        await asyncio.sleep(0)
    await tab.locator("#place-phone .message", has_text=f"tin mới {BURST - 1:04}").wait_for()


if __name__ == "__main__":
    print(asyncio.run(measure()))
