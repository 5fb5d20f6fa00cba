"""The week before Tết: eighty registrations at once, two officers, and nothing left over."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.stage import Stage, staging
from core.people import Role
from core.registration import Status
from sandbox import Message
from tests.handlers.actors import Player, parked
from tests.handlers.cases import UNDO, Case, employ, hand_in_many
from tests.handlers.test_batches import PASSWORD, files_of, filled, in_private

THURSDAY = datetime(2026, 2, 5, 2, tzinfo=UTC)  # 09:00 in Hanoi, a week before the holidays
COUNT = 80
APPROVE, REFUSE, UNDO_IT = "✅ Duyệt", "✖️ Từ chối", "↩️ Hoàn tác"
QUEUE_CARD = "🗂 Còn "
PAUSE, MINUTE = timedelta(seconds=5), timedelta(minutes=1)


@dataclass(frozen=True)
class Office:
    """Minh leafs through the queue in private; Hồng takes the cards in the group."""

    stage: Stage
    minh: Player
    hong: Player
    pager: Message

    async def both_press(self, his: str, hers: str, card: Message | None) -> None:
        """At the same moment: he on the pager, she on a card if one waits."""
        before = [len(officer.person.popups) for officer in (self.minh, self.hong)]
        self.minh.person.presses(his, on=self.pager)
        if card is not None:
            self.hong.person.presses(hers, on=card)
        await self.stage.settle()
        self.stage.clock.shift(PAUSE)
        if his == REFUSE and not _was_told(self.minh, before[0]):
            await self._gives_reason(self.minh)
        if card is not None and hers == REFUSE and not _was_told(self.hong, before[1]):
            await self._gives_reason(self.hong)

    async def next_card(self) -> Message | None:
        """The newest of the cards that wait in the group, or one more from the queue card."""
        for queue_card in self.standing(QUEUE_CARD):
            await self.hong.presses("Mở thẻ tiếp theo", on=queue_card)
        return next((card for card in self.standing("26-") if APPROVE in card.buttons), None)

    def standing(self, start: str) -> list[Message]:
        """What the bot said in the group that begins like this, the newest first."""
        said = self.stage.group.chat.visible()[::-1]
        return [message for message in said if message.from_bot and message.text.startswith(start)]

    async def _gives_reason(self, officer: Player) -> None:
        """Answer the question for the reason; leave it if the colleague is faster."""
        for label in ("6", "Tiếp ▶", "✖️ Từ chối và gửi thư"):
            asked, before = await self._sees(officer, label), len(officer.person.popups)
            await officer.presses(label, on=asked)
            if _was_told(officer, before):
                await officer.presses("Hủy", on=asked)
                return

    async def _sees(self, officer: Player, label: str) -> Message:
        """The newest message with this button, within a minute: the group may be full."""
        chat = self.stage.group.chat
        if officer is self.minh:
            chat = self.stage.sandbox.world.private(self.stage.desk, officer.person)
        for _ in range(MINUTE // PAUSE):
            for message in chat.visible()[::-1]:
                if label in message.buttons:
                    return message
            await self.stage.moves(PAUSE)
        raise AssertionError(f"no button {label!r}\n{officer.transcript}")


def _was_told(officer: Player, before: int) -> bool:
    """Whether a popup since then said that something cannot be done."""
    return any(popup.alert for popup in officer.person.popups[before:])


async def works_through(office: Office) -> None:
    """Approve and refuse, claim and undo, until the queue is empty."""
    turn = 0
    while "Không còn đăng ký nào" not in office.pager.text:
        turn += 1
        assert turn < COUNT, "the queue does not get shorter"
        card = await office.next_card()
        if card is not None and turn % 3 == 0:
            await office.hong.presses("Nhận xử lý", on=card)
        his, hers = (REFUSE if turn % every == 0 else APPROVE for every in (4, 5))
        await office.both_press(his, hers, card)
        if card is not None and turn % 6 == 1 and UNDO_IT in card.buttons:
            await office.hong.presses(UNDO_IT, on=card)


async def enters_all_accounts(clerk: Player, count: int) -> None:
    """Every approved registration in one batch."""
    await clerk.says("/xuat")
    clerk.hears(f"Lô 1: {count} đăng ký")
    accounts = {
        row: ("Cấp", f"HNO-{row}", f"login.{row}", PASSWORD, "") for row in range(2, count + 2)
    }
    await clerk.sends_document("KNLT-lo-1.xlsx", filled(files_of(clerk)[-1], accounts))
    await clerk.presses(f"Thực hiện {count} dòng")
    clerk.hears(f"Nhận {count} tài khoản, từ chối 0, bỏ qua 0")


async def having(cases: list[Case], status: Status) -> list[Case]:
    return [case for case in cases if (await case.stored()).status is status]


async def minutes_pass(stage: Stage, count: int) -> None:
    for _ in range(count):
        await stage.moves(MINUTE)


@pytest.mark.slow
@pytest.mark.parametrize("own_desk", [False, True], ids=["one bot", "a bot for the desk"])
async def test_eighty_registrations_before_tet_end_with_one_result_each(
    folder: Path, own_desk: bool
) -> None:
    """At Telegram's pace: cards come as the group takes them, and the queue card for the rest."""
    async with staging(folder, THURSDAY, own_desk=own_desk, limits=None) as stage:
        await employ(stage, stage.officer, Role.OFFICER)
        minh = in_private(Player(stage, stage.officer, stage.group, PAUSE))
        hong = Player(stage, stage.lead, stage.group, PAUSE)
        cases = await hand_in_many(stage, COUNT)
        office = Office(stage, minh, hong, (await minh.says("/choduyet")).last)
        assert office.pager.text.startswith(f"1/{COUNT}")
        assert office.standing(QUEUE_CARD)

        await works_through(office)
        await minutes_pass(stage, 5)
        refused = await having(cases, Status.REFUSED)
        approved = await having(cases, Status.APPROVED)
        assert len(refused) + len(approved) == COUNT
        await enters_all_accounts(minh, len(approved))
        await stage.moves(UNDO)
        await minutes_pass(stage, 10)

        assert await having(cases, Status.ISSUED) == approved
        assert await having(cases, Status.REFUSED) == refused
        for case in cases:
            (mail,) = case.result_mails
            assert (PASSWORD in mail) is (case in approved)
        for case in approved:
            assert case.card.text.startswith(f"{case.reference} · đã cấp tài khoản")
        for case in refused:  # before its card hung, if need be: then none does
            assert [card.text.split("\n")[0] for card in case.cards] in (
                [f"{case.reference} · đã từ chối"],
                [],
            )
        assert office.standing(QUEUE_CARD) == []
        assert await parked(stage) == 0
        async with stage.app.store.read() as tx:
            assert await tx.outbox.next_due(stage.clock.now()) is None
            assert await tx.inbox.backlog() == (0, None)
        await hong.says("/choduyet")
        hong.hears("Không có đăng ký nào đang chờ")
