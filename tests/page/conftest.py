"""Debian's Chromium, the demo it looks at, and the promise that it hears of nothing else.

All of it lives in one event loop of the session, so that a test can act in the browser and look
into the program at once.
"""

import io
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Locator, async_playwright
from playwright.async_api import Page as Tab

from bot.demo import Play, playing
from core.limits import UNLIMITED
from sandbox.page import Page

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
PATIENCE = 60_000  # ms for anything that the program has to do first, on a machine that is busy
PICTURES = Path(__file__).parents[2] / "docs" / "images"
LOCAL = {"127.0.0.1", "localhost"}
# A device without reception misses what the page would be told; what it asks still gets through.
RECEPTION = """
window.EventSource = class extends EventSource {
  set onmessage(hear) { super.onmessage = (event) => window.noReception || hear(event); }
};
"""

Opener = Callable[..., Any]


def find_chromium() -> str | None:
    """Path of the browser, None where there is none."""
    return (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium with a fresh profile; skips the test, loudly, where there is none."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("NOT RUN IN A BROWSER: no chromium in PATH (Debian: apt-get install chromium)")
    async with async_playwright() as driver:
        started = await driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        await started.close()


@asynccontextmanager
async def demo(*, empty: bool) -> AsyncIterator[tuple[str, Play]]:
    """The whole demo with its page, as fast as it can be: address and play."""
    page = Page()
    await page.start()
    try:
        async with playing(page, empty=empty, limits=UNLIMITED) as play:
            yield page.url, play
    finally:
        await page.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def samples() -> AsyncIterator[tuple[str, Play]]:
    """A demo as `make demo` opens it, for those who look and move nothing but their own."""
    async with demo(empty=False) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def stage() -> AsyncIterator[tuple[str, Play]]:
    """A demo of one's own, empty."""
    async with demo(empty=True) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def opens(browser: Browser) -> AsyncIterator[Opener]:
    """Opens a page as `await opens(url, PHONE)`, and fails the test for anything it complains of.

    That is: an error in the console or in a script, and a request to another machine.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def open_(url: str, size: dict[str, int], **options: Any) -> Tab:
        context = await browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale=options.pop("locale", "vi-VN"),
            reduced_motion="reduce",
            accept_downloads=True,
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: _judge(request.url, complaints))
        context.on("weberror", lambda error: complaints.append(f"script: {error.error}"))
        context.on(
            "console",
            lambda line: (
                complaints.append(f"console: {line.text}") if line.type == "error" else None
            ),
        )
        await context.add_init_script(RECEPTION)
        tab = await context.new_page()
        await tab.goto(url)
        await tab.wait_for_selector("body.ready")
        return tab

    yield open_
    for context in contexts:
        await context.close()
    assert complaints == []


def _judge(url: str, complaints: list[str]) -> None:
    parts = urlsplit(url)
    # The browser's own viewer of PDFs is made of such pages.
    inner = parts.scheme in ("blob", "data", "about", "chrome", "chrome-extension")
    if not inner and parts.hostname not in LOCAL:
        complaints.append(f"request: {url}")


async def take_picture(shown: Tab | Locator, name: str) -> None:
    """Write docs/images/NAME.png if PICTURES=1: a plain run leaves the tree as it is.

    With 256 colours a picture is a third of its size, and nobody sees the difference.
    """
    if os.environ.get("PICTURES") == "1":
        tab = shown.page if isinstance(shown, Locator) else shown
        await tab.evaluate("document.querySelector('#toasts').replaceChildren()")
        taken = Image.open(io.BytesIO(await shown.screenshot(animations="disabled")))
        few = taken.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE)
        few.save(PICTURES / f"{name}.png", optimize=True)
