"""The pager: which case comes up, in which view, and in which message it stands."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

from core.messages import Address, Choice, Kind, Message, Outgoing, Text, text
from core.people import Actor
from core.ports import Match, OutboxRow
from core.registration import Registration
from core.usecases.card import card
from core.usecases.claim import claim
from core.usecases.queue import Pager, View, keep_up, pager_of, pager_shown, show, turn_to
from tests.core.usecases.office import COLLEAGUE, GROUP, LEASE, NOW, OFFICER, Office

PRIVATE = Address("staff", "7")
TOPIC = Address("staff", "-200", "7")


async def hand_in(office: Office, count: int = 3) -> list[Registration]:
    return [await office.submits(f"n{number}") for number in range(count)]


async def due_on(office: Office, case: Registration, due: date) -> Registration:
    async with office.store.begin() as tx:
        assert await tx.registrations.save(case, replace(case, due=due))
    return await office.case(case)


async def claims(office: Office, case: Registration, by: Actor) -> None:
    await office.does(claim, by, case.id, case.version, office.policy, office.now)


async def turned(office: Office, pager: Pager, step: int = 0) -> tuple[Pager, Message]:
    return await office.does(turn_to, pager, step, office.policy, office.now)


async def goes(
    office: Office, case: Registration | None, step: int = 0, view: View = View.ALL
) -> tuple[int, str]:
    """Turn from a case; give which case is shown, and where it is in its view."""
    pager, message = await turned(office, Pager(OFFICER.user, view, case.id if case else 0), step)
    title = message.lines[0].args
    return pager.case, f"{title['n']}/{title['total']}" if title else message.lines[0].key


async def leafed(office: Office, view: View, by: Actor = OFFICER) -> list[int]:
    """Leaf through a view once, from its first case."""
    pager, message = await turned(office, Pager(by.user, view, 0))
    found = []
    for _ in range(int(str(message.lines[0].args.get("total", 0)))):
        found.append(pager.case)
        pager, message = await turned(office, pager, 1)
    return found


def wires(row: Sequence[Choice]) -> list[str]:
    return [choice.action for choice in row]


async def opens(
    office: Office, case: Registration, address: Address = GROUP, key: str = "u1"
) -> OutboxRow:
    """Open a pager in a chat, and take it out to be sent."""
    pager, message = await turned(office, Pager(OFFICER.user, View.ALL, case.id))
    await office.forgets_owed()
    await office.does(show, address, pager, message, key=key, message_id=None, locale="vi")
    async with office.store.begin() as tx:
        (row,) = await tx.outbox.claim("x", office.now, office.now + LEASE, 9, mail=False)
    return row


async def stands(office: Office, row: OutboxRow, message_id: str) -> None:
    """The messenger took the pager; nothing else is owed."""
    await office.forgets_owed()
    await office.does(pager_shown, row, message_id)


# ── one page ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_page_is_a_card_with_its_place_and_the_other_views(office: Office) -> None:
    _, case, _ = await hand_in(office)
    shown = await office.does(card, case, office.policy, NOW)

    pager, message = await turned(office, Pager(OFFICER.user, View.ALL, case.id))

    assert pager == Pager(OFFICER.user, View.ALL, case.id)
    assert message == Message(
        (text("pager-title", n=2, total=3, view=Text("pager-all")), *shown.lines),
        (
            *shown.choices,
            (
                Choice(f"1.q.back.all.{case.id:x}", Text("button-pager-back")),
                Choice(f"1.q.next.all.{case.id:x}", Text("button-pager-next")),
            ),
            (
                Choice(f"1.q.view.soon.{case.id:x}", Text("button-pager-soon")),
                Choice(f"1.q.view.mine.{case.id:x}", Text("button-pager-mine")),
            ),
            (
                Choice(f"1.q.view.free.{case.id:x}", Text("button-pager-free")),
                Choice(f"1.q.view.mismatch.{case.id:x}", Text("button-pager-mismatch")),
            ),
        ),
    )


async def test_two_can_be_leafed_through_and_one_cannot(office: Office) -> None:
    first, second = await hand_in(office, 2)
    _, message = await turned(office, Pager(OFFICER.user, View.ALL, first.id))
    assert "1.q.next.all.1" in wires(list(chain.from_iterable(message.choices)))

    await office.approves(second)
    _, message = await turned(office, Pager(OFFICER.user, View.ALL, first.id))
    assert not {"next", "back"} & {
        wire.split(".")[2] for wire in wires(list(chain.from_iterable(message.choices)))
    }


async def test_an_empty_view_says_so_and_offers_the_others(office: Office) -> None:
    (case,) = await hand_in(office, 1)

    pager, message = await turned(office, Pager(OFFICER.user, View.MINE, case.id))

    assert pager == Pager(OFFICER.user, View.MINE, 0)
    assert message.lines == (Text("pager-none"),)
    assert list(map(wires, message.choices)) == [
        [f"1.q.view.all.{case.id:x}", f"1.q.view.soon.{case.id:x}"],
        [f"1.q.view.free.{case.id:x}", f"1.q.view.mismatch.{case.id:x}"],
    ]


# ── leafing ──────────────────────────────────────────────────────────────────────────────────────


async def test_pages_turn_both_ways_and_around_the_ends(office: Office) -> None:
    first, second, third = await hand_in(office)

    assert await goes(office, None) == (first.id, "1/3")
    assert await goes(office, first, 1) == (second.id, "2/3")
    assert await goes(office, second, 1) == (third.id, "3/3")
    assert await goes(office, third, 1) == (first.id, "1/3")
    assert await goes(office, first, -1) == (third.id, "3/3")
    assert await goes(office, third, -1) == (second.id, "2/3")


async def test_the_nearest_due_day_comes_first_and_then_what_came_first(office: Office) -> None:
    first, second, third, fourth = await hand_in(office, 4)
    await due_on(office, fourth, date(2026, 3, 4))
    await due_on(office, second, date(2026, 3, 20))

    assert await leafed(office, View.ALL) == [fourth.id, first.id, third.id, second.id]


async def test_a_case_that_was_decided_makes_way_for_the_next_or_the_one_before(
    office: Office,
) -> None:
    first, second, third = await hand_in(office)
    await office.approves(second)

    assert await goes(office, second, 0) == (third.id, "2/2")
    assert await goes(office, second, 1) == (third.id, "2/2")
    assert await goes(office, second, -1) == (first.id, "1/2")


async def test_after_the_last_one_was_decided_the_first_comes_up(office: Office) -> None:
    first, _, third = await hand_in(office)
    await office.approves(third)

    assert await goes(office, third, 0) == (first.id, "1/2")


async def test_a_case_that_is_gone_leads_to_the_first(office: Office) -> None:
    first, _, third = await hand_in(office)

    assert await goes(office, replace(third, id=99), 1) == (first.id, "1/3")


# ── views ────────────────────────────────────────────────────────────────────────────────────────


async def test_mine_is_what_whoever_turns_the_page_has_claimed(office: Office) -> None:
    mine, theirs, mine_too, _ = await hand_in(office, 4)
    await claims(office, mine, OFFICER)
    await claims(office, theirs, COLLEAGUE)
    await claims(office, mine_too, OFFICER)

    assert await leafed(office, View.MINE, OFFICER) == [mine.id, mine_too.id]
    assert await goes(office, mine_too, 0, View.MINE) == (mine_too.id, "2/2")
    assert await leafed(office, View.MINE, COLLEAGUE) == [theirs.id]


async def test_a_claim_that_lapsed_is_free_again(office: Office) -> None:
    case, other = await hand_in(office, 2)
    await claims(office, case, OFFICER)
    assert await leafed(office, View.FREE) == [other.id]

    office.waits(hours=2)
    assert await leafed(office, View.FREE) == [case.id, other.id]
    assert await leafed(office, View.MINE) == []


async def test_soon_is_what_is_due_within_two_working_days(office: Office) -> None:
    late, friday, today, soonest, soon, later = await hand_in(office, 6)
    for case, due in (
        (late, date(2026, 3, 4)),
        (friday, date(2026, 3, 6)),
        (today, date(2026, 3, 5)),
        (soonest, date(2026, 3, 7)),
        (soon, date(2026, 3, 9)),
        (later, date(2026, 3, 10)),
    ):
        await due_on(office, case, due)
    office.waits(days=3, hours=14, minutes=59)  # Thursday, a minute before midnight in Hanoi

    before_the_weekend = [late.id, today.id, friday.id, soonest.id, soon.id]
    assert await leafed(office, View.SOON) == before_the_weekend
    office.waits(minutes=1)
    assert await leafed(office, View.SOON) == [*before_the_weekend, later.id]


async def test_without_a_calendar_everything_is_soon(office: Office) -> None:
    (case,) = await hand_in(office, 1)
    async with office.store.engines.write() as connection:
        await connection.exec_driver_sql("DELETE FROM calendar")

    assert await leafed(office, View.SOON) == [case.id]


async def test_a_mismatch_is_what_the_register_does_not_know_by_that_name(office: Office) -> None:
    same, differs, missing = await hand_in(office)
    async with office.store.begin() as tx:
        for case, match in zip((same, differs, missing), Match, strict=True):
            await tx.registrations.set_match([case.id], match)

    assert await leafed(office, View.MISMATCH) == [differs.id, missing.id]


# ── the message it stands in ─────────────────────────────────────────────────────────────────────


async def test_it_is_owed_to_its_chat_and_remembered_there(office: Office) -> None:
    first, second = await hand_in(office, 2)
    pager, other = (
        Pager(OFFICER.user, view, case.id)
        for view, case in ((View.FREE, first), (View.ALL, second))
    )
    message = Message((Text("pager-none"),))
    await office.forgets_owed()

    await office.does(show, GROUP, other, message, key="u1", message_id=None, locale="vi")
    await office.does(show, PRIVATE, pager, message, key="u2", message_id="31", locale="en")

    assert await office.owed() == [
        Outgoing("pager:u1", Kind.SAY, GROUP, message=message, context={"pager": "all"}),
        Outgoing(
            "pager:u2",
            Kind.SAY,
            PRIVATE,
            locale="en",
            message=message,
            message_id="31",
            context={"pager": "free"},
        ),
    ]
    assert await office.does(pager_of, GROUP) == other
    assert await office.does(pager_of, PRIVATE) == pager
    assert await office.does(pager_of, TOPIC) is None


async def test_a_new_pager_takes_the_place_of_the_old_one_in_its_chat(office: Office) -> None:
    first, second = await hand_in(office, 2)
    await stands(office, await opens(office, first), "31")
    await stands(office, await opens(office, first, PRIVATE, "u2"), "77")
    assert await office.owed() == []

    row = await opens(office, second, key="u3")
    await stands(office, row, "32")

    assert await office.owed() == [
        Outgoing(f"pager-gone:{row.id}", Kind.DELETE, GROUP, message_id="31")
    ]
    assert await office.does(pager_of, GROUP) == Pager(OFFICER.user, View.ALL, second.id)


async def test_a_page_that_was_turned_in_place_leaves_nothing_to_take_down(
    office: Office,
) -> None:
    (case,) = await hand_in(office, 1)
    await stands(office, await opens(office, case), "31")

    await stands(office, await opens(office, case, key="u2"), "31")

    assert await office.owed() == []


async def test_after_a_decision_the_next_case_comes_up_in_the_same_message(
    office: Office,
) -> None:
    first, second = await hand_in(office, 2)
    await stands(office, await opens(office, first), "31")
    await office.approves(first)
    await office.forgets_owed()

    await office.does(
        keep_up, GROUP, first.id, office.policy, key="u2", now=office.now, locale="en"
    )

    next_page, message = await turned(office, Pager(OFFICER.user, View.ALL, first.id))
    assert next_page.case == second.id
    assert await office.owed() == [
        Outgoing(
            "pager:u2",
            Kind.SAY,
            GROUP,
            locale="en",
            message=message,
            message_id="31",
            context={"pager": "all"},
        )
    ]
    assert await office.does(pager_of, GROUP) == next_page


async def test_after_a_claim_the_same_case_stays_and_says_who_works_on_it(
    office: Office,
) -> None:
    first, _ = await hand_in(office, 2)
    await stands(office, await opens(office, first), "31")
    await claims(office, first, OFFICER)
    await office.forgets_owed()

    await office.does(
        keep_up, GROUP, first.id, office.policy, key="u2", now=office.now, locale="vi"
    )

    (owed,) = await office.owed()
    assert owed.message is not None
    assert owed.message.lines[1].args["reference"] == first.reference
    assert "card-held" in {line.key for line in owed.message.lines}


async def test_it_keeps_up_with_its_own_case_only_and_once_it_stands(office: Office) -> None:
    first, second = await hand_in(office, 2)

    async def follows(case: Registration, address: Address = GROUP) -> int:
        await office.forgets_owed()
        await office.does(
            keep_up, address, case.id, office.policy, key="u2", now=office.now, locale="vi"
        )
        return len(await office.owed())

    assert await follows(first) == 0
    row = await opens(office, first)
    assert await follows(first) == 0
    await stands(office, row, "31")
    assert await follows(second) == 0
    assert await follows(first, PRIVATE) == 0
    assert await follows(first) == 1
