"""People on the stage, in verbs that make a test read like a transcript.

await director.says("03-1234/ĐKKDD-HNO")
director.hears("Bước 2/7")
await director.presses("Quay lại")
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from aiohttp import ClientSession

from bot.stage import PUBLIC_TOKEN, STAFF_TOKEN, Stage
from bot.telegram.poller import Poller
from bot.wiring import PUBLIC, STAFF, building
from core.conversation import Conversation, Draft
from core.limits import UNLIMITED
from core.registration import Registration
from sandbox import Bot, Group, Message, Person

LICENCE = "03-1234/ĐKKDD-HNO"
FACILITY = "Nhà thuốc An Tâm"
PERSON = "Nguyễn Thị Lan"
EMAIL = "lan.antam@gmail.com"


@dataclass(frozen=True)
class Player:
    """A person in one chat. Each verb acts, lets the program settle, and returns the player.

    `thinks` passes after each act: without it, somebody who acts more than 20 times is flooding.
    """

    stage: Stage = field(repr=False)
    person: Person
    place: Bot | Group
    thinks: timedelta = timedelta(0)

    @property
    def user(self) -> str:
        """How the program names the person."""
        return f"tg:{self.person.id}"

    def at(self, place: Bot | Group) -> "Player":
        """The same person in another chat."""
        return replace(self, place=place)

    def unhurried(self) -> "Player":
        """The same person, taking their time."""
        return replace(self, thinks=timedelta(seconds=3))

    # ── what they do ─────────────────────────────────────────────────────────────────────────────

    async def says(self, words: str) -> "Player":
        self.person.types(words, in_=self.place)
        return await self._settled()

    async def replies(self, to: Message, words: str) -> "Player":
        self.person.replies(to, words)
        return await self._settled()

    async def presses(self, label: str, *, on: Message | None = None) -> "Player":
        self.person.presses(label, on=on, in_=None if on else self.place)
        return await self._settled()

    async def taps(self, data: str, *, on: Message | None = None) -> "Player":
        """Send any callback data, as a changed client can."""
        self.person.taps(on or self.last, data)
        return await self._settled()

    async def opens(self, payload: str = "") -> "Player":
        """Follow a deep link with this payload, or none, and press START."""
        assert isinstance(self.place, Bot)
        self.person.opens(self.place, payload)
        return await self._settled()

    async def sends_sticker(self) -> "Player":
        self.person.sends_sticker(in_=self.place)
        return await self._settled()

    async def sends_photo(self) -> "Player":
        self.person.sends_photo(in_=self.place)
        return await self._settled()

    async def sends_document(self, name: str = "gcn.pdf", content: bytes = b"%PDF-1.4") -> "Player":
        self.person.sends_document(name, content, in_=self.place)
        return await self._settled()

    # ── what they get ────────────────────────────────────────────────────────────────────────────

    @property
    def last(self) -> Message:
        """The newest bot message of the chat."""
        return self.person.last_in(self.place)

    @property
    def heard(self) -> str:
        """The words of everything that a bot said since the person last did anything."""
        return "\n".join(message.text for message in self.person.hears(in_=self.place))

    @property
    def buttons(self) -> list[str]:
        """The labels under the newest bot message."""
        return [label for row in self.last.rows for label in row]

    @property
    def popup(self) -> str:
        """The words of the newest popup; empty if there was none."""
        return self.person.popups[-1].text if self.person.popups else ""

    def hears(self, *words: str) -> Message:
        """Fail, with the transcript, unless each of the words was said since they last acted."""
        for one in words:
            assert one in self.heard, f"{one!r} was not said\n{self.transcript}"
        return self.last

    def hears_no(self, *words: str) -> None:
        for one in words:
            assert one not in self.heard, f"{one!r} was said\n{self.transcript}"

    def hears_nothing(self) -> None:
        assert not self.heard, self.transcript

    def sees_buttons(self, *labels: str) -> None:
        """Fail, with the transcript, unless these are among the buttons of the newest message."""
        missing = set(labels) - set(self.buttons)
        assert not missing, f"no button {missing}\n{self.transcript}"

    @property
    def transcript(self) -> str:
        return self.person.transcript(in_=self.place)

    # ── stretches of the conversation ────────────────────────────────────────────────────────────

    async def agrees(self) -> "Player":
        """Open the bot and consent."""
        await self.opens()
        return await self.presses("✅ Đồng ý")

    async def reaches_email(
        self, licence: str = LICENCE, *, facility: str = FACILITY, name: str = PERSON
    ) -> "Player":
        """Answer everything up to the question for the e-mail."""
        await self.agrees()
        for answer in (licence, facility, "giám đốc", name):
            await self.says(answer)
        return self

    async def reaches_code(self, licence: str = LICENCE, *, email: str = EMAIL) -> "Player":
        """Answer everything up to the code, which has been mailed."""
        await self.reaches_email(licence)
        return await self.says(email)

    async def reaches_summary(self, licence: str = LICENCE, *, email: str = EMAIL) -> "Player":
        """Answer everything and prove the e-mail."""
        await self.reaches_code(licence, email=email)
        return await self.says(code_mailed_to(self.stage, email))

    async def registers(self, licence: str = LICENCE, *, email: str = EMAIL) -> Registration:
        """Register from the greeting to the receipt."""
        await self.reaches_summary(licence, email=email)
        await self.presses("Gửi đăng ký")
        return await newest_registration(self)

    async def _settled(self) -> "Player":
        await self.stage.settle()
        self.stage.clock.shift(self.thinks)
        return self


def code_mailed_to(stage: Stage, email: str) -> str:
    """The six digits of the newest mail to an address."""
    digits = [w for w in stage.mails_to(email)[-1].text.split() if w.isdecimal() and len(w) == 6]
    assert len(digits) == 1, stage.mails_to(email)[-1].text
    return digits[0]


async def newest_registration(applicant: Player) -> Registration:
    """A person's newest registration, as stored."""
    async with applicant.stage.app.store.read() as tx:
        return (await tx.registrations.of_user(applicant.user, 1))[0]


async def draft_of(player: Player) -> Draft | None:
    """What the program remembers of a person's answers."""
    return (await conversation_of(player)).draft


async def conversation_of(player: Player) -> Conversation:
    """What the program remembers of a person's chat."""
    async with player.stage.app.store.read() as tx:
        found = await tx.conversations.get(f"public:{player.person.id}")
    assert found is not None, "they have not spoken yet"
    return found


async def parked(stage: Stage) -> int:
    """How many updates were given up."""
    async with stage.app.store.read() as tx:
        return await tx.inbox.parked()


@asynccontextmanager
async def restarted(stage: Stage) -> AsyncIterator[Stage]:
    """The same story after a restart: another program on the same database and clock."""
    async with (
        building(stage.app.settings, stage.clock, limits=UNLIMITED, strict_texts=True) as app,
        ClientSession() as session,
    ):
        tokens = {PUBLIC: PUBLIC_TOKEN, STAFF: STAFF_TOKEN}
        api = stage.sandbox.api_url
        pollers = [
            Poller(session, app.intake.put, bot=name, token=tokens[name], api=api)
            for name in app.gateways
        ]
        yield replace(stage, app=app, pollers=pollers)
