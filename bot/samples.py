"""The demo's past fortnight: sample facilities and officers act on the real program.

Nothing is written into the database from here: each sample is a person on a phone, and whatever
the page shows of them came about as it would in an office.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.stage import Stage
from sandbox import Bot, Group, Message, Person

FIRST_DAY = datetime.fromisoformat("2026-01-23T08:30:00+07:00")
PACE = timedelta(seconds=20)
UNDO_PAST = timedelta(minutes=3)
AT_THE_DESK = timedelta(minutes=40)  # after eight, when officers have read the digest
LINK = "https://t.me/{username}?start=p-hoan-kiem"
CODE = re.compile(r"\b\d{6}\b")
REFUSAL = "2"  # the number of a reason: the name does not match the certificate


@dataclass(frozen=True)
class Sample:
    """A facility that registers at `at` (local ISO); `fate` says what officers make of it."""

    at: str
    person: str
    role: str
    licence: str
    facility: str
    mailbox: str
    fate: str = "waits"


# Ten working days before Monday 9 February lies 26 January: one is due on the first day shown,
# one has just expired.
SAMPLES = (
    Sample(
        "2026-01-23T09:10",
        "Phạm Văn Hải",
        "1",
        "03-4417/ĐKKDD-HNO",
        "Nhà thuốc Phúc Lâm",
        "phuclam",
    ),
    Sample(
        "2026-01-26T10:05", "Đỗ Thị Mai", "2", "03-2086/ĐKKDD-HNO", "Quầy thuốc Hồng Hà", "hongha"
    ),
    Sample(
        "2026-01-28T14:20",
        "Bùi Quang Huy",
        "1",
        "03-5532/ĐKKDD-HNO",
        "Nhà thuốc Đức Minh",
        "ducminh",
        "issued",
    ),
    Sample(
        "2026-01-29T15:40",
        "Ngô Thị Thảo",
        "2",
        "03-3390/ĐKKDD-HNO",
        "Nhà thuốc Thiên Ân",
        "thienan",
        "refused",
    ),
    Sample(
        "2026-02-03T09:30",
        "Hoàng Minh Tuấn",
        "1",
        "03-7714/ĐKKDD-HNO",
        "Nhà thuốc Minh Châu",
        "minhchau",
        "approved",
    ),
    Sample(
        "2026-02-06T16:15", "Vũ Thị Hạnh", "1", "03-8125/ĐKKDD-HNO", "Nhà thuốc Sao Mai", "saomai"
    ),
)


async def tell_samples(stage: Stage, until: datetime) -> list[Person]:
    """Let the samples happen, from FIRST_DAY up to `until`; return the directors."""
    teller = _Teller(stage)
    await teller.types(
        stage.lead,
        f"/canbo@{stage.desk.username} {stage.officer.id} {stage.officer.name}",
        stage.group,
    )
    for officer in (stage.lead, stage.officer):
        await teller.types(officer, "/start", stage.desk)
    directors = []
    for sample in SAMPLES:
        await teller.waits_until(_local(stage, sample.at))
        directors.append(await teller.registers(sample))
        await teller.decides(sample)
    await teller.waits_until(until)
    return directors


@dataclass
class _Teller:
    stage: Stage

    async def waits_until(self, moment: datetime) -> None:
        """Let each morning on the way come, so that every digest is sent at its hour."""
        while (morning := self._next_morning()) < moment:
            await self.stage.moves(morning)
        await self.stage.moves(moment)

    def _next_morning(self) -> datetime:
        now = self.stage.clock.now().astimezone(self.stage.app.policy.tz)
        morning = now.replace(hour=8, minute=0, second=0, microsecond=0)
        return morning if morning > now else morning + timedelta(days=1)

    async def registers(self, sample: Sample) -> Person:
        stage = self.stage
        person = stage.sandbox.world.person(sample.person)
        address = f"{sample.mailbox}@nhathuoc.example.com"
        person.scans(LINK.format(username=stage.bot.username))
        await self._settled()
        await self._presses(person, "Đồng ý", stage.bot)
        for words in (sample.licence, sample.facility, sample.role, sample.person, address):
            await self.types(person, words, stage.bot)
        code = CODE.search(stage.mails_to(address)[-1].text)
        await self.types(person, code[0] if code else "", stage.bot)
        await self._presses(person, "Gửi đăng ký", stage.bot)
        return person

    async def decides(self, sample: Sample) -> None:
        card, stage = self.stage.group.last, self.stage
        if sample.fate == "waits":
            return
        await self.waits_until(self._next_morning() + AT_THE_DESK)
        await FATES[sample.fate](self, card)
        await stage.moves(UNDO_PAST)

    async def approves(self, card: Message) -> None:
        await self._presses(self.stage.officer, "Duyệt", card)

    async def issues(self, card: Message) -> None:
        stage = self.stage
        await self.approves(card)
        await self._presses(stage.officer, "Nhập tài khoản", card)
        await self.types(stage.officer, "HN-005532\ngpp_ducminh\nDucMinh@2026", stage.desk)
        await self._presses(stage.officer, "Đúng, gửi cho cơ sở", stage.desk)

    async def refuses(self, card: Message) -> None:
        stage = self.stage
        await self._presses(stage.lead, "Từ chối", card)
        await self._presses(stage.lead, REFUSAL, stage.group)
        await self._presses(stage.lead, "Tiếp", stage.group)
        await self._presses(stage.lead, "Từ chối và gửi thư", stage.group)

    async def types(self, who: Person, words: str, place: Bot | Group) -> None:
        who.types(words, in_=place)
        await self._settled()

    async def _presses(self, who: Person, label: str, place: Bot | Group | Message) -> None:
        if isinstance(place, Message):
            who.presses(label, on=place)
        else:
            who.presses(label, in_=place)
        await self._settled()

    async def _settled(self) -> None:
        await self.stage.settle()
        self.stage.clock.shift(PACE)
        await self.stage.settle()


FATES = {"issued": _Teller.issues, "approved": _Teller.approves, "refused": _Teller.refuses}


def _local(stage: Stage, moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=stage.app.policy.tz)
