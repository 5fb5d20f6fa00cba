"""The queue card: when it stands, what it shows, and that the last few cards follow it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from core.errors import NotAllowed
from core.messages import Address, Choice, Kind, Message, Outgoing, Text, text
from core.ports import CardPlace, OutboxRow
from core.registration import Registration
from core.usecases import queue_card as module
from core.usecases.card import open_button, queue_line
from core.usecases.queue_card import follow, hold_back, keep_up, leave, open_next, shown
from core.usecases.staff_group import THREAD
from tests.core.usecases.office import (
    GROUP,
    LEASE,
    NOW,
    STRANGER,
    VIEWER,
    Office,
    card_in_time,
    card_owed,
)

TODAY, DUE = date(2026, 3, 2), date(2026, 3, 16)
ELSEWHERE, TOPIC = Address("staff", "-200"), replace(GROUP, thread="7")
FEW = 6


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a queue card stand for seven, so that the tests are fast."""
    monkeypatch.setattr(module, "FEW", FEW)


async def hand_in(office: Office, count: int = FEW + 1, first: int = 0) -> list[Registration]:
    return [await office.submits(f"n{number}") for number in range(first, first + count)]


async def is_full(office: Office, address: Address = GROUP) -> None:
    """The messenger takes no more cards for now."""
    await office.does(hold_back, address, office.policy, office.now)


async def keeps_up(office: Office) -> None:
    await office.does(keep_up, office.policy, office.now)


async def follows(office: Office) -> None:
    await office.does(follow, office.policy, office.now)


async def hang(office: Office, cases: Sequence[Registration], address: Address = GROUP) -> None:
    async with office.store.begin() as tx:
        for case in cases:
            await tx.cards.put(CardPlace(case.id, address, f"m{case.id}", case.version))


async def withdraw(office: Office, *cases: Registration) -> None:
    """Nobody waits for these any more, and no card is owed for them."""
    async with office.store.begin() as tx:
        for case in cases:
            assert await tx.registrations.save(case, case.withdraw())


async def takes(office: Office) -> OutboxRow:
    """Take the queue card out to be sent."""
    async with office.store.begin() as tx:
        rows = await tx.outbox.claim("x", office.now, office.now + LEASE, 99, mail=False)
    (row,) = (row for row in rows if row.outgoing.kind is Kind.SAY)
    return row


async def stands(office: Office, message_id: str, row: OutboxRow | None = None) -> OutboxRow:
    """The messenger took the queue card; give its row, with nothing else owed."""
    row = row or await takes(office)
    await office.forgets_owed()
    await office.does(shown, row, message_id)
    return row


async def standing(office: Office, count: int = FEW + 2) -> list[Registration]:
    """So many cases wait behind a queue card that stands in message 31."""
    cases = await hand_in(office, count)
    await is_full(office)
    await stands(office, "31")
    return cases


def queue_card(
    nearest: Sequence[Registration],
    count: int,
    turn: int,
    *,
    address: Address = GROUP,
    message_id: str | None = None,
    today: date = TODAY,
    left: int = 10,
) -> Outgoing:
    """Give the queue card as it is owed for those that are due next."""
    lines = (queue_line(one, today, left) for one in nearest)
    buttons = tuple(map(open_button, nearest))
    message = Message(
        (text("queue-card-title", count=count), *lines, Text("queue-card-how")),
        ((Choice("1.q.open", Text("button-queue-card")),), buttons[:3], buttons[3:]),
    )
    return Outgoing(
        key=f"queue-card:{address.lane}:{address.thread}:{turn}",
        kind=Kind.SAY,
        address=address,
        message=message,
        message_id=message_id,
        context={"queue-card": turn},
    )


def taken_down(message_id: str, turn: int, address: Address = GROUP) -> Outgoing:
    key = f"queue-card:{address.lane}:{address.thread}:{turn}:down"
    return Outgoing(key, Kind.DELETE, address, message_id=message_id)


# ── when it comes ────────────────────────────────────────────────────────────────────────────────


async def test_more_than_a_few_cards_are_taken_back_and_one_stands_for_them(
    office: Office,
) -> None:
    cases = await hand_in(office)

    await is_full(office)

    assert await office.cancelled() == [(card_in_time(case).key, NOW) for case in cases]
    assert await office.owed() == [queue_card(cases[:5], FEW + 1, turn=1)]


async def test_a_few_cards_come_by_themselves(office: Office) -> None:
    cases = await hand_in(office, FEW)

    await is_full(office)
    await keeps_up(office)

    assert await office.owed() == [card_in_time(case) for case in cases]


async def test_few_are_twenty(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    await hand_in(office, 20)
    await is_full(office)
    assert await office.cancelled() == []

    await hand_in(office, 1, first=20)
    await is_full(office)
    assert len(await office.cancelled()) == 21


async def test_it_names_five_the_nearest_due_day_first(office: Office) -> None:
    cases = await hand_in(office)
    late = cases[6]
    async with office.store.begin() as tx:
        await tx.registrations.save(late, replace(late, due=date(2026, 2, 27)))
    late = await office.case(late)

    await is_full(office)

    (owed,) = await office.owed()
    assert owed.message is not None
    assert owed.message.lines[1:3] == (
        queue_line(late, TODAY, -1),
        queue_line(cases[0], TODAY, 10),
    )
    assert [len(row) for row in owed.message.choices] == [1, 3, 2]


async def test_it_stands_in_the_topic_of_the_desk(office: Office) -> None:
    async with office.store.begin() as tx:
        await tx.facts.put(THREAD, "7")
    cases = await hand_in(office)

    await is_full(office, TOPIC)

    assert await office.owed() == [queue_card(cases[:5], FEW + 1, turn=1, address=TOPIC)]


async def test_cards_that_are_owed_to_nobody_get_one_too(office: Office) -> None:
    cases = await hand_in(office)
    await office.forgets_owed()

    await keeps_up(office)

    assert await office.owed() == [queue_card(cases[:5], FEW + 1, turn=1)]


async def test_not_without_a_group_or_a_calendar(office: Office) -> None:
    await hand_in(office)
    await office.forgets_owed()
    async with office.store.engines.write() as connection:
        await connection.exec_driver_sql("DELETE FROM calendar")
    await keeps_up(office)

    await office.opens_desk("")
    await keeps_up(office)
    await follows(office)
    assert await office.does(open_next, VIEWER, office.policy, NOW, mark="u1") is None

    assert await office.owed() == []


# ── while it stands ──────────────────────────────────────────────────────────────────────────────


async def test_it_says_nothing_twice(office: Office) -> None:
    await hand_in(office)
    await is_full(office)
    await keeps_up(office)
    await follows(office)

    assert len(await office.owed()) == 1


async def test_only_the_newest_is_sent(office: Office) -> None:
    cases = await hand_in(office, FEW + 2)
    await is_full(office)
    office.waits(minutes=1)
    await withdraw(office, cases[7])

    await keeps_up(office)

    assert (await office.cancelled())[-1] == (f"queue-card:{GROUP.lane}:None:1", office.now)
    assert await office.owed() == [queue_card(cases[:5], FEW + 1, turn=2)]


async def test_once_it_stands_it_is_edited_in_place(office: Office) -> None:
    cases = await standing(office)
    await hang(office, cases[1:2])

    await follows(office)

    nearest = [cases[0], *cases[2:6]]
    assert await office.owed() == [queue_card(nearest, FEW + 1, turn=2, message_id="31")]


async def test_each_morning_it_counts_the_days_anew(office: Office) -> None:
    cases = await standing(office, FEW + 1)
    office.waits(hours=14, minutes=59)
    await keeps_up(office)
    assert await office.owed() == []

    office.waits(minutes=1)
    await keeps_up(office)

    tomorrow = date(2026, 3, 3)
    assert await office.owed() == [
        queue_card(cases[:5], FEW + 1, turn=2, message_id="31", today=tomorrow, left=9)
    ]


async def test_a_case_that_changes_brings_none_where_none_stands(office: Office) -> None:
    await hand_in(office)
    await office.forgets_owed()

    await follows(office)

    assert await office.owed() == []


async def test_posted_anew_it_leaves_the_old_message(office: Office) -> None:
    cases = await standing(office)
    await withdraw(office, cases[7])
    await keeps_up(office)

    row = await stands(office, "32")
    assert await office.owed() == [
        Outgoing(f"queue-card-gone:{row.id}", Kind.DELETE, GROUP, message_id="31")
    ]

    await office.forgets_owed()
    office.waits(days=1)
    await keeps_up(office)
    assert [owed.message_id for owed in await office.owed()] == ["32"]


async def test_edited_in_place_it_leaves_nothing(office: Office) -> None:
    cases = await standing(office)
    await withdraw(office, cases[7])
    await keeps_up(office)

    await stands(office, "31")

    assert await office.owed() == []


# ── when it goes ─────────────────────────────────────────────────────────────────────────────────


async def test_the_last_few_cards_are_hung_in_its_place(office: Office) -> None:
    cases = await standing(office, FEW + 1)
    await withdraw(office, cases[0])

    await keeps_up(office)

    assert await office.owed() == [
        taken_down("31", turn=1),
        *(card_in_time(case, f"{GROUP.chat}:turn1") for case in cases[1:]),
    ]
    await office.forgets_owed()
    await follows(office)
    assert await office.owed() == []


async def test_one_that_was_not_sent_yet_is_taken_back(office: Office) -> None:
    cases = await hand_in(office)
    await is_full(office)
    await withdraw(office, *cases)
    office.waits(minutes=1)

    await keeps_up(office)

    assert (await office.cancelled())[-1] == (f"queue-card:{GROUP.lane}:None:1", office.now)
    assert await office.owed() == []


async def test_one_that_arrives_too_late_is_taken_down(office: Office) -> None:
    cases = await hand_in(office)
    await is_full(office)
    row = await takes(office)
    await withdraw(office, *cases)
    await keeps_up(office)

    await stands(office, "31", row)

    assert await office.owed() == [
        Outgoing(f"queue-card-gone:{row.id}", Kind.DELETE, GROUP, message_id="31")
    ]


async def test_after_it_went_the_next_one_is_another_message(office: Office) -> None:
    cases = await standing(office, FEW + 1)
    await withdraw(office, *cases)
    await keeps_up(office)
    later = await hand_in(office, first=20)
    await office.forgets_owed()

    await keeps_up(office)

    assert await office.owed() == [queue_card(later[:5], FEW + 1, turn=2)]


async def test_a_desk_that_moves_takes_it_down(office: Office) -> None:
    await standing(office)

    async def left(was: Address | None) -> list[Outgoing]:
        await office.does(leave, was, office.policy, office.now)
        return await office.owed()

    assert await left(None) == []
    assert await left(GROUP) == []
    await office.opens_desk(ELSEWHERE.chat)
    assert await left(TOPIC) == []
    assert await left(GROUP) == [taken_down("31", turn=1)]
    assert await left(GROUP) == [taken_down("31", turn=1)]


async def test_one_that_was_not_sent_before_the_desk_moved_is_taken_back(office: Office) -> None:
    await hand_in(office)
    await is_full(office)
    await office.opens_desk(ELSEWHERE.chat)
    office.waits(minutes=1)

    await office.does(leave, GROUP, office.policy, office.now)

    assert (await office.cancelled())[-1] == (f"queue-card:{GROUP.lane}:None:1", office.now)
    assert await office.owed() == []


# ── one by one ───────────────────────────────────────────────────────────────────────────────────


async def test_it_opens_the_card_that_is_due_next(office: Office) -> None:
    cases = await standing(office, FEW + 3)

    opened = [
        await office.does(open_next, VIEWER, office.policy, office.now, mark=mark)
        for mark in ("u1", "u2")
    ]

    assert opened == cases[:2]
    assert await office.owed() == [
        replace(card_owed(cases[0], "u1"), context={"card": "anew"}),
        replace(card_owed(cases[1], "u2"), context={"card": "anew"}),
        queue_card(cases[2:7], FEW + 1, turn=3, message_id="31"),
    ]


async def test_it_says_when_all_cards_hang(office: Office) -> None:
    cases = await standing(office)
    await hang(office, cases)

    assert await office.does(open_next, VIEWER, office.policy, NOW, mark="u1") is None

    assert await office.owed() == [taken_down("31", turn=1)]


async def test_rule_7_a_stranger_opens_nothing(office: Office) -> None:
    await standing(office)

    with pytest.raises(NotAllowed):
        await office.does(open_next, STRANGER, office.policy, NOW, mark="u1")
    assert await office.owed() == []
