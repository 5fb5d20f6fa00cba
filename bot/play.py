"""`knlt play`: one whole story, told in the terminal, each step of it checked.

The real program plays against the sandbox: every line shown is what a person would read.
"""

import re
import sys
import tempfile
import textwrap
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TextIO

from openpyxl import load_workbook

from bot import logs
from bot.stage import Stage, staging
from sandbox import Bot, Chat, Group, Message, NothingToPress, Person

START = datetime.fromisoformat("2026-02-09T08:30:00+07:00")  # Monday, a week before Tết
LINK = "https://t.me/KnltHaNoiBot?start=p-hoan-kiem"
WIDTH = 96
CODE = re.compile(r"\b\d{6}\b")
REFERENCE = re.compile(r"\b\d{2}-[0-9A-Z]{6}\b")


class StoryBroken(Exception):
    """A step of the story did not happen."""


class Teller:
    """Tells the story: what people do, what the bots answer, and what was checked.

    `second` is another facility's pharmacist, beside the stage's director.
    """

    def __init__(self, stage: Stage, out: TextIO) -> None:
        self.stage = stage
        self.second = stage.sandbox.world.person("Phạm Thị Bình")
        self._out = out
        self._shown: set[tuple[int, int, int]] = set()

    def chapter(self, vietnamese: str, english: str) -> None:
        """Open a chapter: a Vietnamese title with its English caption."""
        moment = self.stage.clock.now().astimezone(self.stage.app.policy.tz)
        self._print(f"\n━━ {vietnamese}\n   {english}   [{moment:%d/%m/%Y %H:%M}]")

    async def does(self, who: Person, act: Callable[[], object], words: str) -> None:
        """Let somebody act, let the program answer, and show both."""
        self._print(f"\n  {who.name} ▸ " + words.replace("\n", " ⏎ "))
        self._remember(who)
        try:
            act()
        except NothingToPress as nothing:
            raise StoryBroken(str(nothing)) from None
        await self.stage.settle()
        self._show_answers(who)

    async def types(self, who: Person, *lines: str, in_: Bot | Group | None = None) -> None:
        """Type messages, one after the other."""
        for line in lines:
            await self.does(who, lambda line=line: who.types(line, in_=in_), line)  # type: ignore[misc]

    async def presses(self, who: Person, label: str, in_: Bot | Group | None = None) -> None:
        """Press a button."""
        await self.does(who, lambda: who.presses(label, in_=in_), f"[{label}]")

    def check(self, came_true: object, claim: str) -> None:
        """Say that a step truly happened; raise `StoryBroken` if it did not."""
        if not came_true:
            raise StoryBroken(claim)
        self._print(f"  ✓ {claim}")

    def mail(self, address: str) -> str:
        """Show the newest mail to an address and return its text."""
        mails = self.stage.mails_to(address)
        if not mails:
            raise StoryBroken(f"no mail has come for {address}")
        self._print(f"\n  ✉ {address} · {mails[-1].message['Subject']}")
        self._block(mails[-1].text)
        return mails[-1].text

    def show(self, message: Message) -> None:
        """Show one message, such as a card, as it stands now."""
        self._block(message.text)
        self._block(" ".join(f"[{b['text']}]" for row in message.keyboard for b in row))

    def _remember(self, who: Person) -> None:
        for chat in self._chats(who):
            self._shown |= {_mark(message) for message in chat.visible()}

    def _show_answers(self, who: Person) -> None:
        for popup in who.popups:
            self._print(f"    ⟨{popup.text}⟩")
        who.popups.clear()
        for chat in self._chats(who):
            for message in chat.visible():
                if message.from_bot and _mark(message) not in self._shown:
                    self.show(message)

    def _chats(self, who: Person) -> list[Chat]:
        return [who.here] if who.here is not None else []

    def _block(self, text: str) -> None:
        for line in text.strip().splitlines():
            for row in textwrap.wrap(line, WIDTH - 6) or [""]:
                self._print(f"    │ {row}")

    def _print(self, text: str) -> None:
        print(text, file=self._out)


async def play(out: TextIO = sys.stdout) -> int:
    """Tell the story; return 0 only if each step truly happened, else 1."""
    logs.set_up("text", "error")
    with tempfile.TemporaryDirectory(prefix="knlt-play-") as folder:
        async with staging(Path(folder), START) as stage:
            teller = Teller(stage, out)
            print("THỬ NGHIỆM · A whole story on the sandbox; nobody real is written to.", file=out)
            try:
                for chapter in CHAPTERS:
                    await chapter(teller)
            except StoryBroken as broken:
                print(f"\n✗ It did not happen: {broken}", file=out)
                return 1
    print("\n✓ Mọi bước đều đã thật sự diễn ra. Every step truly happened.", file=out)
    return 0


# ── the story ────────────────────────────────────────────────────────────────────────────────────

MAIL = "nhathuoc.antam@gmail.com"
SAME_MAIL = "NhaThuoc.An.Tam+knlt@googlemail.com"
OTHER_MAIL = "binhminh@nhathuoc.example.com"


async def _registration(t: Teller) -> None:
    t.chapter(
        "1. Quét mã QR, đăng ký, duyệt, nhận tài khoản", "Scan, register, approve, get the account"
    )
    lan = t.stage.director
    await t.does(lan, lambda: lan.scans(LINK), "(quét mã QR trên tờ rơi)")
    await t.presses(lan, "Đồng ý")
    await t.types(lan, "03-10429 đkkdd hno", "Nhà thuốc An Tâm", "gđ", "Nguyễn Thị Lan")
    await t.types(lan, "nhathuoc.antam@gmail.con")
    await t.presses(lan, MAIL)
    await _enter_code(t, lan, MAIL)
    await t.presses(lan, "Gửi đăng ký")
    reference = _reference(lan.sees)
    t.check("25/02/2026" not in lan.sees and "02/03/2026" in lan.sees, "hạn trừ Tết: 02/03/2026")
    await _decide(t, reference)
    text = t.mail(MAIL)
    t.check("gpp_antam" in text and "Antam@2026" in text, "thư tài khoản đã tới hộp thư")
    t.check("Antam@2026" not in t.stage.group.transcript(), "mật khẩu không có trong nhóm")


async def _decide(t: Teller, reference: str) -> None:
    stage, hong, minh = t.stage, t.stage.lead, t.stage.officer
    card = stage.group.last
    t.check(reference in card.text, f"thẻ {reference} đã vào nhóm cán bộ")
    t.show(card)
    add = f"/canbo@{stage.desk.username} {minh.id} {minh.name}"
    await t.types(hong, add, in_=stage.group)
    await t.does(minh, lambda: minh.opens(stage.desk), "(mở trò chuyện riêng với bot cán bộ)")
    await t.does(minh, lambda: minh.presses("Duyệt", on=card), "[Duyệt]")
    await t.does(hong, lambda: hong.presses("Duyệt", on=card), "[Duyệt] (bấm sau)")
    t.check(f"{minh.name} duyệt" in card.text, "chỉ quyết định đầu tiên được tính")
    await t.does(minh, lambda: minh.presses("Nhập tài khoản", on=card), "[Nhập tài khoản]")
    await t.types(minh, "HN-010429\ngpp_antam\nAntam@2026", in_=stage.desk)
    await t.presses(minh, "Đúng, gửi cho cơ sở", in_=stage.desk)
    await stage.moves(timedelta(minutes=3))
    t.check("đã cấp tài khoản" in card.text, "thẻ ghi: thư kết quả đã gửi")


async def _same_mailbox(t: Teller) -> None:
    t.chapter(
        "2. Cùng một hộp thư, viết cách khác", "The same mailbox by another spelling is refused"
    )
    binh = t.second
    await t.does(binh, lambda: binh.scans(LINK), "(quét mã QR)")
    await t.presses(binh, "Đồng ý")
    await t.types(binh, "03-6619/HNO-ĐKKDD", "Nhà thuốc Bình Minh", "2", binh.name, SAME_MAIL)
    t.check("đã được dùng" in binh.sees, "email đã dùng thì không đăng ký được lần nữa")
    await t.types(binh, OTHER_MAIL)
    await _enter_code(t, binh, OTHER_MAIL)
    await t.presses(binh, "Gửi đăng ký")


async def _refusal(t: Teller) -> None:
    t.chapter(
        "3. Từ chối có lý do, sửa và đăng ký lại", "A refusal with a reason, corrected, sent again"
    )
    stage, minh = t.stage, t.stage.officer
    card = stage.group.last
    await t.does(minh, lambda: minh.presses("Từ chối", on=card), "[Từ chối]")
    await t.presses(minh, "2", in_=stage.group)
    await t.presses(minh, "Tiếp", in_=stage.group)
    await t.presses(minh, "Từ chối và gửi thư", in_=stage.group)
    await stage.moves(timedelta(minutes=3))
    t.check("Tên cơ sở không khớp" in t.mail(OTHER_MAIL), "thư từ chối nêu lý do")
    binh = t.second
    await t.presses(binh, "Đăng ký lại")
    await t.presses(binh, "Đồng ý")
    t.check("Lần trước: Tên cơ sở không khớp" in binh.sees, "lý do đứng cạnh chỗ cần sửa")
    await t.presses(binh, "Sửa tên")
    await t.types(binh, "Nhà thuốc Bình Minh 2")
    await t.presses(binh, "Gửi đăng ký")
    t.check("Đã tiếp nhận" in binh.sees, "đăng ký lần hai đã được nhận")


async def _digest(t: Teller) -> None:
    t.chapter("4. Bản tin sáng", "The digest of a morning")
    await t.stage.moves(datetime.fromisoformat("2026-02-10T08:00:00+07:00"))
    message = t.stage.group.last
    t.show(message)
    t.check("thứ Ba 10/02/2026" in message.text, "bản tin đến lúc 8 giờ ngày làm việc")


BULK = (
    ("Phạm Văn Hải", "03-4417/ĐKKDD-HNO", "Nhà thuốc Phúc Lâm", "phuclam@nhathuoc.example.com"),
    ("Đỗ Thị Mai", "03-2086/ĐKKDD-HNO", "Quầy thuốc Hồng Hà", "hongha@nhathuoc.example.com"),
    ("Bùi Quang Huy", "03-5532/ĐKKDD-HNO", "Nhà thuốc Đức Minh", "ducminh@nhathuoc.example.com"),
)
FILE_NAME = "KNLT-lo-1.xlsx"


async def _bulk(t: Teller) -> None:
    t.chapter("5. Cấp nhiều tài khoản bằng một bảng tính", "Many accounts by one spreadsheet")
    stage, minh = t.stage, t.stage.officer
    for name, *answers in BULK:
        await _registers_quietly(t, name, *answers)
        minh.presses("Duyệt", on=stage.group.last)
        await stage.settle()
        minh.popups.clear()
        t.check("đã duyệt" in stage.group.last.text, f"{answers[1]} đã đăng ký và được duyệt")
    await t.types(minh, "/xuat", in_=stage.desk)
    batch = next((m.media.file.content for m in _heard(t, minh) if m.media), None)
    if batch is None:
        raise StoryBroken("the bot sent no spreadsheet")
    filled = _filled(batch)
    await _sends(t, filled)
    t.check("Cấp 3: dòng 2–4" in minh.sees, "báo cáo thử theo từng dòng")
    t.check(not _accounts_mailed(t), "chưa có gì thay đổi trước khi xác nhận")
    await t.presses(minh, "Thực hiện 3 dòng", in_=stage.desk)
    await stage.moves(timedelta(minutes=3))
    t.check(_accounts_mailed(t) == len(BULK), "ba thư tài khoản đã tới ba hộp thư")
    await _sends(t, filled)
    t.check("Không có dòng nào để thực hiện" in minh.sees, "gửi lại tệp: không còn gì để làm")
    t.check(not minh.last.keyboard, "không có gì để xác nhận")
    t.check(_accounts_mailed(t) == len(BULK), "không có thư nào gửi lần hai")


async def _registers_quietly(
    t: Teller, name: str, licence: str, facility: str, address: str
) -> None:
    """Register as in the first chapter, without telling it again."""
    person = t.stage.sandbox.world.person(name)
    person.scans(LINK)
    await t.stage.settle()
    for words in ("1", licence, facility, "1", name, address):
        person.types(words)
        await t.stage.settle()
    code = CODE.search(t.stage.mails_to(address)[-1].text)
    person.types(code[0] if code else "")
    await t.stage.settle()
    person.presses("Gửi đăng ký")
    await t.stage.settle()


async def _sends(t: Teller, content: bytes) -> None:
    minh, desk = t.stage.officer, t.stage.desk
    act = lambda: minh.sends_document(FILE_NAME, content, in_=desk)  # noqa: E731
    await t.does(minh, act, f"({FILE_NAME}, đã điền)")


def _filled(batch: bytes) -> bytes:
    """Fill in the answers that the columns ask for, as an officer does in Excel."""
    book = load_workbook(BytesIO(batch))
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, 2 + len(BULK)):
        for header, answer in (
            ("Kết quả", "Cấp"),
            ("Mã cơ sở", f"HN-00{row}"),
            ("Tên đăng nhập", f"gpp_00{row}"),
            ("Mật khẩu", f"Knlt@2026-{row}"),
        ):
            sheet.cell(row, columns[header]).value = answer
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _heard(t: Teller, officer: Person) -> list[Message]:
    chat = t.stage.sandbox.world.private(t.stage.desk, officer)
    return [message for message in chat.visible() if message.from_bot]


def _accounts_mailed(t: Teller) -> int:
    mails = (mail for *_, address in BULK for mail in t.stage.mails_to(address))
    return sum("Knlt@2026-" in mail.text for mail in mails)


async def _expiry(t: Teller) -> None:
    t.chapter(
        "6. Mười ngày làm việc qua Tết không có kết quả",
        "Ten working days over Tết without an answer: expired, open again",
    )
    stage = t.stage
    binh = t.second
    await stage.moves(datetime.fromisoformat("2026-03-02T23:59:59+07:00"))
    t.check("quá hạn" not in binh.sees, "đến hết ngày 02/03/2026 vẫn còn hạn")
    await stage.moves(datetime.fromisoformat("2026-03-03T00:00:00+07:00"))
    t.check("đã quá hạn" in binh.sees, "00:00 ngày 03/03/2026: quá hạn, mở lại")
    t.show(binh.last)
    t.check("vẫn chưa có kết quả" in t.mail(OTHER_MAIL), "thư báo quá hạn đã tới")
    await t.presses(binh, "Đăng ký lại")
    await t.presses(binh, "Đồng ý")
    await t.presses(binh, "Gửi đăng ký")
    t.check("17/03/2026" in binh.sees, "đăng ký lại, hạn mới 17/03/2026")


CHAPTERS: tuple[Callable[[Teller], Awaitable[None]], ...] = (
    _registration,
    _same_mailbox,
    _refusal,
    _digest,
    _bulk,
    _expiry,
)


async def _enter_code(t: Teller, who: Person, address: str) -> None:
    code = CODE.search(t.mail(address))
    t.check(code, "mã xác nhận đã tới hộp thư")
    if code is not None:
        await t.types(who, code[0])


def _reference(text: str) -> str:
    found = REFERENCE.search(text)
    if found is None:
        raise StoryBroken("a reference on the receipt")
    return found[0]


def _mark(message: Message) -> tuple[int, int, int]:
    return message.chat.id, message.id, message.touched
