"""Registrations for tests of the staff desk: handed in at once, without the conversation."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from bot.stage import Stage
from core.conversation import Conversation, Draft, Step
from core.licence import read_licence
from core.messages import Address
from core.people import Role
from core.ports import HistoryEntry, Member
from core.registration import PersonRole, Registration
from core.usecases.submit import submit
from sandbox import Message, Person
from tests.handlers.actors import EMAIL, FACILITY, LICENCE, PERSON, Player

SITE, LOGIN, PASSWORD = "HNO-1234", "antam.hno", "Canary#Mat-Khau-7"
UNDO = timedelta(minutes=2)


@dataclass(frozen=True)
class Case:
    """One registration, as staff and its facility meet it."""

    stage: Stage
    id: int
    reference: str
    email: str

    async def stored(self) -> Registration:
        async with self.stage.app.store.read() as tx:
            found = await tx.registrations.get(self.id)
        assert found is not None
        return found

    async def history(self) -> list[HistoryEntry]:
        async with self.stage.app.store.read() as tx:
            return await tx.history.of(self.id)

    async def events(self) -> list[str]:
        return [entry.event.value for entry in await self.history()]

    @property
    def cards(self) -> list[Message]:
        """Every message that stands in the group and is a card of this case."""
        title = f"{self.reference} · "
        return [m for m in self.stage.group.messages if m.from_bot and m.text.startswith(title)]

    @property
    def card(self) -> Message:
        """The one card (one per registration)."""
        (only,) = self.cards
        return only

    @property
    def card_texts(self) -> str:
        """What all of them say."""
        return "\n".join(card.text for card in self.cards)

    @property
    def result_mails(self) -> list[str]:
        """The texts of the mails that name this case, oldest first."""
        return [
            mail.text
            for mail in self.stage.mails_to(self.email)
            if self.reference in str(mail.message["Subject"])
        ]


async def hands_in(
    stage: Stage,
    person: Person | None = None,
    *,
    licence: str = LICENCE,
    email: str = EMAIL,
    facility: str = FACILITY,
    name: str = PERSON,
    proved: bool = True,
    locale: str = "vi",
    settle: bool = True,
) -> Case:
    """Hand in a complete draft as a person who has opened the bot would."""
    person = person or stage.director
    stage.sandbox.world.private(stage.bot, person).may_write = True
    read = read_licence(licence, stage.app.policy.authority).licence
    assert read is not None, licence
    now = stage.clock.now()
    draft = Draft(
        step=Step.SUMMARY,
        started_at=now,
        consent_id=1,
        licence_key=read.key,
        licence=read.canonical,
        licence_raw=licence,
        facility=facility,
        role=PersonRole.DIRECTOR,
        person=name,
        email=email,
        proved=email if proved else None,
        unproved_ok=not proved,
    )
    address = Address("public", str(person.id))
    conversation = Conversation(
        address.lane, address, f"tg:{person.id}", person.name, locale, draft=draft
    )
    async with stage.app.store.begin() as tx:
        known = await tx.conversations.get(conversation.key)
        if known is None:
            await tx.conversations.save(
                Conversation(address.lane, address, conversation.user, person.name, locale)
            )
        stored = await submit(tx, conversation, stage.app.policy, secrets.randbelow, now)
    if settle:
        await stage.settle()
    return Case(stage, stored.id, stored.reference, email)


async def hand_in_many(stage: Stage, count: int, *, settle: bool = True) -> list[Case]:
    """As many facilities, each with its own licence, address and person."""
    made = []
    for n in range(count):
        person = stage.sandbox.world.person(f"Chủ cơ sở {n}")
        made.append(
            await hands_in(
                stage,
                person,
                licence=f"03-{2000 + n}/ĐKKDD-HNO",
                email=f"coso{n}@gmail.com",
                facility=f"Nhà thuốc số {n}",
                settle=False,
            )
        )
    if settle:
        await stage.settle()
    return made


async def employ(stage: Stage, person: Person, role: Role | None) -> None:
    """Put a person on the staff list, or take them off it."""
    async with stage.app.store.begin() as tx:
        if role is None:
            await tx.staff.remove(f"tg:{person.id}", stage.clock.now())
        else:
            member = Member(f"tg:{person.id}", person.name, role, "test", stage.clock.now())
            await tx.staff.put(member)


async def enters_account(player: Player, case: Case) -> None:
    """From the button on the card to the confirmation, in three lines."""
    player.stage.sandbox.world.private(player.stage.desk, player.person).may_write = True
    await player.presses("Nhập tài khoản", on=case.card)
    await player.at(player.stage.desk).says(f"{SITE}\n{LOGIN}\n{PASSWORD}")
    await player.at(player.stage.desk).presses("Đúng, gửi cho cơ sở")


async def refuses(player: Player, case: Case, *reasons: str) -> None:
    """From the button on the card to the confirmation; without `reasons`, for the sixth one."""
    await player.presses("Từ chối", on=case.card)
    for reason in reasons or ("6",):
        await player.presses(reason)
    await player.presses("Tiếp")
    await player.presses("Từ chối và gửi thư")
