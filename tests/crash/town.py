"""The scripted people of a run: facilities that register, officers who decide.

Hardly anybody goes on before they were answered, and nobody minds being told something twice.
"""

import asyncio
import itertools
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import Enum
from io import BytesIO

from openpyxl import load_workbook

from sandbox import Bot, Group, Mail, Message, NothingToPress, Person, Sandbox
from sandbox.events import Event, MessageEdited, MessageSent, UpdateQueued
from sandbox.model import Account, Json
from tests.crash.evidence import Handed, Mailed, Said

PUBLIC, STAFF = "public", "staff"  # what the program calls its bots
PATIENCE = 240.0  # seconds for one answer, over however many crashes
PATIENCE_FOR_A_MAIL = 7200.0  # seconds: it may wait until the clock is moved at the end of a wave
CASES_OF_AN_OFFICER = 5  # whoever presses more than 20 times in a row is told to slow down
OFFICERS_AT_ONCE = 16
RIVALRY = 5  # on every fifth case two officers press at the same moment
HURRY = 10  # every tenth facility types two answers in a row
CODE = re.compile(r"\b\d{6}\b")
REFERENCE = re.compile(r"\b\d{2}-[0-9A-Z]{6}\b")
FACILITY = re.compile(r"Nhà thuốc số (\d+)\b")


class Fate(Enum):
    """What becomes of a registration."""

    ISSUED = "issued"
    REFUSED = "refused"
    IGNORED = "ignored"  # until it expires, or the run ends
    APPROVED = "approved"  # and its account comes in a spreadsheet
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"  # approved, taken back if it is not too late by then, and left at that
    AGAIN = "again"  # refused, registered anew with everything filled in, and refused once more


# Of every twenty, in an order in which a dozen shows each of them.
FATES = (
    *(Fate.ISSUED, Fate.APPROVED, Fate.ISSUED, Fate.REFUSED, Fate.UNDONE, Fate.ISSUED, Fate.AGAIN),
    *(Fate.WITHDRAWN, Fate.ISSUED, Fate.IGNORED, Fate.REFUSED, Fate.ISSUED, Fate.ISSUED),
    *(Fate.UNDONE, Fate.ISSUED, Fate.APPROVED, Fate.REFUSED, Fate.ISSUED, Fate.IGNORED),
    Fate.ISSUED,
)


class NeverAnswered(Exception):
    """Somebody waited in vain; the text is what they last did and saw."""


@dataclass(eq=False, slots=True)
class Wish:
    """What somebody waits to read."""

    words: tuple[str, ...]
    come: asyncio.Future[Message]


@dataclass(slots=True)
class Town:
    """Everybody in one run.

    `said`, `mails` and `handed` are the transcript, the mailboxes and the updates, in order.
    """

    sandbox: Sandbox
    bot: Bot
    desk: Bot
    group: Group
    said: list[Said] = field(default_factory=list)
    mails: list[Mailed] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    registered: int = 0
    decided: int = 0
    officers: list[Person] = field(default_factory=list)
    _wishes: dict[str, list[Wish]] = field(default_factory=lambda: defaultdict(list))
    _codes: dict[str, asyncio.Future[str]] = field(default_factory=dict)
    _cases: "asyncio.Queue[tuple[Fate, Message]]" = field(default_factory=asyncio.Queue)
    _known: set[str] = field(default_factory=set)
    _later: list[asyncio.Task[None]] = field(default_factory=list)
    _turn: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        for bot in (self.bot, self.desk):
            for update in bot.updates:
                self._hand(bot, update.id, update.body)
        self.sandbox.world.events.subscribe(self._heard)
        self.sandbox.inbox.subscribe(self._mailed)

    def moment(self) -> float:
        """Seconds of the run."""
        return asyncio.get_running_loop().time()

    @property
    def waiting(self) -> str:
        """How many people wait for an answer, and the one who has waited longest."""
        first = next(iter(self._wishes.items()), None)
        example = f", such as {first[0]} for {first[1][0].words[0]!r}" if first else ""
        return f"{len(self._wishes)} people wait{example}"

    # ── facilities ───────────────────────────────────────────────────────────────────────────────

    async def register(self, numbers: Iterator[int], at_once: int) -> None:
        """Have these facilities register, `at_once` at any moment."""

        async def one_after_the_other() -> None:
            for number in numbers:
                await self._registers(number)

        async with asyncio.TaskGroup() as people:
            for _ in range(at_once):
                people.create_task(one_after_the_other())

    async def _registers(self, number: int) -> None:
        person = self.sandbox.world.person(f"Chủ cơ sở {number}")
        email = f"coso{number}@nhathuoc.example.com"
        lane = f"public:{person.id}"

        async def told(act: Callable[[], object], *words: str) -> Message:
            return await self._answer(lane, act, *words)

        await told(lambda: person.opens(self.bot), "Kính chào")
        await told(lambda: person.presses("✅ Đồng ý"), "Bước 1/7")
        licence, facility = f"03-{number}/ĐKKDD-HNO", f"Nhà thuốc số {number}"
        if number % HURRY == 0:
            await told(lambda: self._types_both(person, licence, facility), "Bước 3/7")
        else:
            await told(lambda: person.types(licence), "Bước 2/7")
            await told(lambda: person.types(facility), "Bước 3/7")
        await told(lambda: person.presses("Giám đốc (chủ cơ sở)"), "Bước 4/7")
        await told(lambda: person.types("Nguyễn Thị Lan"), "Bước 5/7")
        await self._proves(person, lane, email)
        receipt = await told(lambda: person.presses("✅ Gửi đăng ký"), "Đã tiếp nhận đăng ký")
        self.registered += 1
        if FATES[number % len(FATES)] is Fate.WITHDRAWN:
            reference = _reference(receipt)
            wish = f"Rút đăng ký {reference}"
            await told(lambda: person.types("/trangthai"), "đang chờ giải quyết")
            await told(lambda: person.presses(wish), f"Rút đăng ký {reference} nghĩa là")
            await told(lambda: person.presses("Rút đăng ký"), "Đã rút đăng ký")
        elif FATES[number % len(FATES)] is Fate.AGAIN:
            self._later.append(asyncio.create_task(self._registers_again(person, lane)))

    def _types_both(self, person: Person, *answers: str) -> None:
        """Type without waiting; what would come late comes now, lest it change places."""
        for answer in answers:
            person.types(answer)
        updates = self.bot.updates
        updates.release([each for each in updates.held if each.chat_id == person.id])

    async def _registers_again(self, person: Person, lane: str) -> None:
        """Wait for the refusal and hand the same in once more: licence and e-mail are free."""
        again = "Đăng ký lại"
        refused = await self._answer(
            lane, lambda: None, "chưa được cấp tài khoản", patience=PATIENCE_FOR_A_MAIL
        )
        await self._answer(lane, lambda: person.presses(again, on=refused), "Quý cơ sở có đồng ý")
        await self._answer(lane, lambda: person.presses("✅ Đồng ý"), "Bước 7/7")
        submitted = "Đã tiếp nhận đăng ký"
        await self._answer(lane, lambda: person.presses("✅ Gửi đăng ký"), submitted)
        self.registered += 1

    async def _proves(self, person: Person, lane: str, email: str) -> None:
        """Type the address and its code; where no code can be mailed, go on without."""
        code = self._codes[email] = asyncio.get_running_loop().create_future()
        await self._answer(lane, lambda: person.types(email), "Bước 6/7")
        with self._wishing(lane, "Rất tiếc, hiện không gửi được mã") as given_up:
            async with asyncio.timeout(PATIENCE):
                await asyncio.wait([code, given_up.come], return_when=asyncio.FIRST_COMPLETED)
        if code.done():
            await self._answer(lane, lambda: person.types(code.result()), "Bước 7/7")
        else:
            skip = "Tiếp tục không cần mã"
            await self._answer(lane, lambda: person.presses(skip), "Bước 7/7")

    # ── the desk ─────────────────────────────────────────────────────────────────────────────────

    async def decide(self) -> None:
        """Decide on every card that is to be decided, until cancelled."""
        async with asyncio.TaskGroup() as desk:
            for seat in range(OFFICERS_AT_ONCE):
                desk.create_task(self._sits(seat))

    async def all_decided(self) -> None:
        """Wait until no card waits for an officer."""
        await self._cases.join()

    async def all_again(self) -> None:
        """Wait until everybody who was refused and means to has registered again."""
        await asyncio.gather(*self._later)
        self._later.clear()
        await self._cases.join()

    async def accounts_in_bulk(self) -> None:
        """Have an officer take what waits for an account away in a spreadsheet, and fill it in."""
        officer = self.officers[0]
        lane = f"staff:{officer.id}"
        exported = await self._answer(
            lane,
            lambda: officer.types("/xuat", in_=self.desk),
            "đăng ký chờ tài khoản",
            "Không có đăng ký nào đã duyệt",
        )
        if exported.media is None:
            return
        opened = load_workbook(BytesIO(exported.media.file.content))
        sheet = opened.worksheets[0]
        for row in range(2, sheet.max_row + 1):
            for place, value in enumerate(("Cấp", f"HN-{row}", f"gpp.{row}", f"Mat.Khau.{row}"), 7):
                sheet.cell(row, place).value = value
        file = BytesIO()
        opened.save(file)
        read = await self._answer(
            lane,
            lambda: officer.sends_document("KNLT.xlsx", file.getvalue(), in_=self.desk),
            "Đã đọc",
        )
        await self._answer(
            lane, lambda: officer.presses("Thực hiện", on=read), "tài khoản, từ chối"
        )

    async def _sits(self, seat: int) -> None:
        for turn in itertools.count():
            officer = self.officers[
                (seat + OFFICERS_AT_ONCE * (turn // CASES_OF_AN_OFFICER)) % len(self.officers)
            ]
            rival = self.officers[-1 - next(self._turn) // CASES_OF_AN_OFFICER]
            fate, card = await self._cases.get()
            await FLOWS[fate](self, officer, rival, card)
            self.decided += 1
            self._cases.task_done()

    async def _approve(self, officer: Person, rival: Person, card: Message) -> Message:
        reference = _reference(card)

        def press() -> None:
            officer.presses("✅ Duyệt", on=card)
            if next(self._turn) % RIVALRY == 0:
                rival.presses("✅ Duyệt", on=card)

        return await self._answer(reference, press, f"{reference} · đã duyệt")

    async def _issue(self, officer: Person, rival: Person, card: Message) -> None:
        reference = _reference(card)
        approved = await self._approve(officer, rival, card)
        lane = f"staff:{officer.id}"
        await self._answer(
            lane,
            lambda: officer.presses("Nhập tài khoản", on=approved),
            f"Nhập tài khoản cho {reference}",
        )
        account = f"HN-{reference}\ngpp_{reference}\nMat.Khau.{reference}"
        await self._answer(
            lane, lambda: officer.types(account, in_=self.desk), "Vui lòng kiểm tra:"
        )
        await self._answer(
            lane,
            lambda: officer.presses("Đúng, gửi cho cơ sở", in_=self.desk),
            f"Đã nhận tài khoản của {reference}",
        )

    async def _undo(self, officer: Person, rival: Person, card: Message) -> None:
        """Press undo and wait for nothing: it may be too late by the time it is handled."""
        approved = await self._approve(officer, rival, card)
        with suppress(NothingToPress):  # the mail of an account has just left
            officer.presses("Hoàn tác", on=approved)

    async def _only_approve(self, officer: Person, rival: Person, card: Message) -> None:
        await self._approve(officer, rival, card)

    async def _refuse(self, officer: Person, rival: Person, card: Message) -> None:
        del rival
        reference = _reference(card)
        asked = await self._answer(
            reference,
            lambda: officer.presses("Từ chối", on=card),
            f"vì sao từ chối {reference}?",
        )
        await self._answer(reference, lambda: officer.presses("2", on=asked), "✅ 2.")
        preview = await self._answer(
            reference, lambda: officer.presses("Tiếp", on=asked), f"Thư về {reference} sẽ gửi đến"
        )
        await self._answer(
            reference,
            lambda: officer.presses("Từ chối và gửi thư", on=preview),
            f"{reference} · đã từ chối",
        )

    # ── waiting and noting ───────────────────────────────────────────────────────────────────────

    async def _answer(
        self, where: str, act: Callable[[], object], *words: str, patience: float = PATIENCE
    ) -> Message:
        """Act, and wait until a bot says one of these words in a chat or about a reference."""
        with self._wishing(where, *words) as wish:
            act()
            try:
                async with asyncio.timeout(patience):
                    return await wish.come
            except TimeoutError:
                heard = [each.text for each in self.said if where in (each.lane, each.text)][-5:]
                raise NeverAnswered(f"{where} waited for {words}; heard {heard}") from None

    @contextmanager
    def _wishing(self, where: str, *words: str) -> Iterator[Wish]:
        wish = Wish(words, asyncio.get_running_loop().create_future())
        self._wishes[where].append(wish)
        try:
            yield wish
        finally:
            self._wishes[where].remove(wish)
            if not self._wishes[where]:
                del self._wishes[where]

    def _heard(self, event: Event) -> None:
        match event:
            case MessageSent(message) if message.from_bot:
                self._note("bot", message)
            case MessageEdited(message) if message.from_bot:
                self._note("edit", message)
            case UpdateQueued(bot, number, kind, body):
                self._hand(bot, number, body)
                self._act(bot, kind, body)
            case _:
                pass

    def _act(self, bot: Account, kind: str, body: Json) -> None:
        match kind:
            case "message":
                words = body.get("text") or ""
                self._spoke(bot.username or "", body["chat"]["id"], words)
            case "callback_query":
                self._spoke(bot.username or "", body["message"]["chat"]["id"], body["data"])
            case _:
                pass

    def _hand(self, bot: Account, number: int, body: Json) -> None:
        chat = body.get("chat") or body["message"]["chat"]
        lane = self._lane(bot.username or "", chat["id"])
        whose = lane if chat["type"] == "private" else f"{lane}:tg:{body['from']['id']}"
        self.handed.append(Handed(lane.partition(":")[0], str(number), whose))

    def renumbered(self, before: int, now: int) -> None:
        """Note that the public bot was handed an update late, under another id."""
        (late,) = (each for each in self.handed if (each.bot, each.update) == (PUBLIC, str(before)))
        self.handed.remove(late)
        self.handed.append(replace(late, update=str(now)))

    def _spoke(self, bot: str, chat: int, words: str) -> None:
        self.said.append(Said(self.moment(), self._lane(bot, chat), "person", text=words))

    def _note(self, by: str, message: Message) -> None:
        lane = self.lane_of(message)
        self.said.append(Said(self.moment(), lane, by, str(message.id), message.text))
        if message.chat is self.group.chat:
            self._note_card(message)
        where = _reference(message) if message.chat is self.group.chat else lane
        for wish in self._wishes.get(where, ()):
            if not wish.come.done() and any(words in message.text for words in wish.words):
                wish.come.set_result(message)

    def _note_card(self, message: Message) -> None:
        reference = _reference(message)
        found = FACILITY.search(message.text)
        waits = message.text.startswith(f"{reference} · chờ duyệt")  # the digest says it, too
        if found is None or reference in self._known or not waits:
            return
        self._known.add(reference)
        fate = FATES[int(found[1]) % len(FATES)]
        if fate in FLOWS:
            self._cases.put_nowait((fate, message))

    def _mailed(self, mail: Mail) -> None:
        (to,) = mail.recipients
        told = Mailed(
            self.moment(),
            to,
            str(mail.message["Message-ID"]),
            str(mail.message["Subject"]),
            mail.text,
        )
        self.mails.append(told)
        code, digits = self._codes.get(to), CODE.search(mail.text)
        if code is not None and not code.done() and digits is not None:
            code.set_result(digits[0])

    def lane_of(self, message: Message) -> str:
        """What the program calls the chat in which a bot said something."""
        return self._lane(message.sender.username or "", message.chat.id)

    def _lane(self, bot: str, chat: int) -> str:
        return f"{STAFF if bot == self.desk.username else PUBLIC}:{chat}"


FLOWS: dict[Fate, Callable[[Town, Person, Person, Message], Awaitable[None]]] = {
    Fate.ISSUED: Town._issue,
    Fate.REFUSED: Town._refuse,
    Fate.APPROVED: Town._only_approve,
    Fate.UNDONE: Town._undo,
    Fate.AGAIN: Town._refuse,
}


def _reference(message: Message) -> str:
    found = REFERENCE.search(message.text)
    return found[0] if found else ""
