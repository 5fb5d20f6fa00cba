"""People before the page: what they do there, in words that read like a story."""

import re
from dataclasses import dataclass

from playwright.async_api import Locator
from playwright.async_api import Page as Tab

from bot.demo import Play
from sandbox import Person

CODE = re.compile(r"\b\d{6}\b")


@dataclass(frozen=True)
class Screen:
    """A page in a browser; `narrow` ones show one place at a time."""

    tab: Tab

    @property
    def narrow(self) -> bool:
        size = self.tab.viewport_size
        return size is not None and size["width"] <= 760

    def chat(self, place: str) -> Locator:
        """A place: phone, group or desk."""
        return self.tab.locator(f"#place-{place}")

    async def goes(self, place: str) -> None:
        if self.narrow:
            await self.tab.click(f".tabs [data-place={place}]")

    async def scans(self) -> None:
        """Scan the poster's code with the director's phone, and press START."""
        await self.goes("phone")
        await self.tab.click("#lock-scan")
        await self.chat("phone").locator(".start").click()

    async def types(self, place: str, text: str) -> None:
        await self.goes(place)
        field = self.chat(place).locator("textarea")
        await field.click()
        await field.fill(text)
        await field.press("Enter")

    async def presses(self, place: str, label: str) -> None:
        """Press the newest button with exactly this label."""
        await self.goes(place)
        await self.chat(place).get_by_role("button", name=label, exact=True).last.click()

    async def reads(self, place: str, words: str) -> Locator:
        """Wait for a message with these words and return the newest."""
        await self.goes(place)
        found = self.chat(place).locator(".message", has_text=words).last
        await found.wait_for()
        return found

    async def plays(self, picker: str, name: str) -> None:
        """Choose who is played."""
        await self.tab.locator(picker).first.select_option(label=name)

    async def adds_director(self, name: str) -> None:
        await self.goes("phone")
        await self.tab.click("#add-director")
        await self.tab.fill("#newcomer-name", name)
        await self.tab.press("#newcomer-name", "Enter")
        await self.tab.locator(".lock h3", has_text=name).first.wait_for()

    async def opens_mail(self, subject: str) -> Locator:
        """Open the newest mail with this subject; return its text."""
        await self.goes("mail")
        if await self.tab.locator("#mail header button").count():
            await self.tab.click("#mail header button")
        await self.tab.locator(".mail-list li", has_text=subject).first.click()
        await self.tab.locator("#mail [data-view=mail-text]").click()
        return self.tab.locator("#mail .mail-body pre")

    async def jumps(self, name: str) -> None:
        """Press a button of the clock."""
        if self.narrow:
            await self.tab.click("#now-button")
        await self.tab.click(f"[data-jump={name}]:not(:disabled)")
        await self.tab.locator("#toasts p").last.wait_for()

    async def registers(self, facility: str, licence: str, address: str, person: str) -> None:
        """Answer every question, the code from the inbox included, and send."""
        await self.scans()
        await self.presses("phone", "✅ Đồng ý")
        answers = {
            "số GCN": licence,
            "tên cơ sở": facility,
            "của ai": "1",
            "họ và tên": person,
            "nhập email": address,
        }
        for question, answer in answers.items():
            await self.reads("phone", question)
            await self.types("phone", answer)
        await self.reads("phone", "Mã xác nhận")
        mail = await self.opens_mail("Mã xác nhận")
        code = CODE.search(await mail.inner_text())
        assert code is not None
        await self.types("phone", code[0])
        await self.presses("phone", "✅ Gửi đăng ký")
        await self.reads("phone", "Đã tiếp nhận")


async def hands_in(
    play: Play, facility: str, licence: str, address: str, by: Person | None = None
) -> None:
    """Let somebody register off the page, for stories that begin after that."""
    person = by or play.stage.director
    await answers_up_to_the_email(play, facility, licence, person)
    person.types(address)
    await person.waits_for("Mã xác nhận")
    code = CODE.search((await play.stage.sandbox.inbox.waits_for(address)).text)
    assert code is not None
    person.types(code[0])
    await person.waits_for("Vui lòng kiểm tra")
    person.presses("Gửi đăng ký")
    await person.waits_for("Đã tiếp nhận")


async def answers_up_to_the_email(play: Play, facility: str, licence: str, person: Person) -> None:
    """Let somebody answer, off the page, all that comes before the e-mail."""
    person.scans(play.link)
    await person.waits_for("Kính chào")
    person.presses("Đồng ý")
    for question, answer in (
        ("số GCN", licence), ("tên cơ sở", facility), ("của ai", "1"), ("họ và tên", person.name),
    ):  # fmt: skip
        await person.waits_for(question)
        person.types(answer)
    await person.waits_for("Vui lòng nhập email")
