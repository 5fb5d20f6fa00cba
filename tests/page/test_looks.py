"""Anybody can read and reach the page: no violation of WCAG A or AA, in both languages and looks.

The pictures of README.md and docs/ are taken on the way, when PICTURES=1.
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page as Tab
from playwright.async_api import expect

from bot.demo import Play
from sandbox.page.server import STATIC
from tests.page.conftest import DESKTOP, PHONE, Opener, take_picture
from tests.page.players import Screen

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

Running = tuple[str, Play]
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
STOPS = 400  # of the keyboard: a busy group has many buttons
HEAVIEST = 300_000  # bytes of the page itself


def head(path: Path) -> bytes:
    return path.read_bytes()[:5]


async def violations(tab: Tab) -> list[str]:
    """What axe-core finds, one line for each element."""
    if not await tab.evaluate("Boolean(window.axe)"):
        await tab.evaluate(AXE)
    found: dict[str, Any] = await tab.evaluate(
        "runOnly => axe.run(document, { runOnly, iframes: false, resultTypes: ['violations'] })",
        RULES,
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_wide_screen_shows_four_places_that_anybody_can_use(
    samples: Running, opens: Opener, scheme: str
) -> None:
    tab = await opens(samples[0], DESKTOP, color_scheme=scheme)
    screen = Screen(tab)
    if await tab.locator("#lock-scan").count():
        assert await violations(tab) == []
        await screen.scans()
    await screen.reads("phone", "Kính chào")
    for place in ("phone", "group", "desk", "mail"):
        await expect(tab.locator(f"#place-{place}")).to_be_visible()
    assert await violations(tab) == []
    await take_picture(tab, f"page-desktop-{scheme}")

    await tab.locator(".mail-list button").first.click()
    await tab.locator("#mail iframe").wait_for()
    assert await violations(tab) == []
    await tab.click("#open-drawer")
    assert await violations(tab) == []
    await tab.click("#close-drawer")
    for button, dialog in (("#open-poster", "#poster"), ("#open-more", "#more")):
        await tab.click(button)
        await tab.locator(f"{dialog}[open]").wait_for()
        assert await violations(tab) == []
        await tab.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_phone_shows_one_place_at_a_time_without_scrolling_sideways(
    samples: Running, opens: Opener, scheme: str
) -> None:
    tab = await opens(samples[0], PHONE, color_scheme=scheme, has_touch=True)
    await take_picture(tab, f"page-phone-{scheme}")
    for place in ("phone", "group", "desk", "mail"):
        await tab.click(f".tabs [data-place={place}]")
        await expect(tab.locator(".place:visible")).to_have_count(1)
        assert await tab.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert await violations(tab) == []
    await tab.click("#now-button")
    await expect(tab.locator("#jumps button").first).to_be_visible()
    assert await violations(tab) == []


async def test_every_view_says_that_it_is_a_rehearsal(samples: Running, opens: Opener) -> None:
    tab = await opens(samples[0], PHONE)
    assert (await tab.title()).startswith("THỬ NGHIỆM")
    for place in ("phone", "group", "desk", "mail"):
        await tab.click(f".tabs [data-place={place}]")
        await expect(tab.locator(".bar .trial")).to_be_in_viewport()
    await tab.click(".tabs [data-place=phone]")
    for button, dialog in (
        ("#open-poster", "#poster"), ("#open-more", "#more"), ("#add-director", "#newcomer"),
    ):  # fmt: skip
        await tab.click(button)
        await expect(tab.locator(f"{dialog} .trial")).to_be_in_viewport()
        await tab.keyboard.press("Escape")
    await tab.evaluate("document.querySelector('#alert').showModal()")
    await expect(tab.locator("#alert .trial")).to_be_in_viewport()
    assert await tab.locator("dialog").count() == 4  # all of them


async def test_the_page_speaks_english_when_asked_and_remembers(
    samples: Running, opens: Opener
) -> None:
    tab = await opens(samples[0], DESKTOP)
    await tab.click("#open-more")
    await tab.locator("input[name=language][value=en]").check()
    await tab.keyboard.press("Escape")
    await tab.reload()

    await expect(tab.locator("#t-group")).to_contain_text("The staff group")
    assert await tab.evaluate("document.documentElement.lang") == "en"
    assert await violations(tab) == []


async def test_all_of_it_can_be_reached_with_the_keyboard(samples: Running, opens: Opener) -> None:
    tab = await opens(samples[0], DESKTOP)
    missing = {"place-phone", "place-group", "place-desk", "place-mail", "open-poster", "open-more"}
    await tab.focus("body")
    for _ in range(STOPS):
        await tab.keyboard.press("Tab")
        missing -= set(
            await tab.evaluate(
                "[document.activeElement.id, document.activeElement.closest('section')?.id]"
            )
        )
        if not missing:
            break
    assert missing == set()


async def test_the_poster_is_shown_as_it_prints_and_can_be_kept(
    samples: Running, opens: Opener
) -> None:
    tab = await opens(samples[0], DESKTOP)
    await tab.click("#open-poster")
    await expect(tab.locator("#qr")).to_have_js_property("complete", value=True)
    assert await tab.locator("#qr").evaluate("image => image.naturalWidth") > 0
    async with tab.expect_download() as coming:
        await tab.locator("#downloads a", has_text="tiếng Việt").click()

    kept = await (await coming.value).path()
    assert head(kept) == b"%PDF-"


async def test_the_page_is_light_and_paints_before_it_hears_of_the_program(
    samples: Running, opens: Opener
) -> None:
    assert sum(path.stat().st_size for path in STATIC.iterdir()) < HEAVIEST

    tab = await opens(samples[0], DESKTOP)
    sizes = await tab.evaluate(
        "performance.getEntriesByType('resource').filter(e => !e.name.endsWith('/live'))"
        ".reduce((sum, e) => sum + e.transferSize, 0)"
    )
    assert 0 < sizes < HEAVIEST
    blocking = await tab.evaluate(
        "performance.getEntriesByType('resource')"
        ".filter(e => e.renderBlockingStatus === 'blocking')"
        ".map(e => new URL(e.name).pathname)"
    )
    assert set(blocking) <= {"/static/base.css", "/static/chat.css"}
