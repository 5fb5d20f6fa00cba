"""The staff group: how it is found and followed, and which cards are owed to it."""

from dataclasses import replace

import pytest

from core.messages import Address, Kind, Outgoing
from core.ports import CardPlace
from core.registration import Registration
from core.usecases import staff_group as module
from core.usecases.staff_group import (
    CHAT,
    CONFIGURED,
    THREAD,
    bind_group,
    bring_card,
    configure_group,
    follow_group,
    hang_open_cards,
    redraw_card,
    refresh_card,
    staff_address,
)
from storage.tables import history
from tests.core.usecases.office import GROUP, LEAD, NOW, POLICY, Office, card_in_time, card_owed

TOPIC = Address("staff", "-200", "7")


async def configures(office: Office, chat: str) -> None:
    await office.does(configure_group, chat, office.policy, office.now)


async def hangs(office: Office, case: Registration, address: Address, version: int) -> None:
    async with office.store.begin() as tx:
        await tx.cards.put(CardPlace(case.id, address, "77", version))


async def test_there_is_no_desk_before_a_group_is_bound(office: Office) -> None:
    await office.opens_desk("")
    case = await office.submits()

    assert await office.does(staff_address, office.policy) is None
    await office.does(redraw_card, case, office.policy, "x")
    assert await office.owed() == []


async def test_the_desk_is_the_bound_group_and_topic_of_the_staff_bot(office: Office) -> None:
    assert await office.does(staff_address, POLICY) == GROUP
    async with office.store.begin() as tx:
        await tx.facts.put(THREAD, "7")

    one_bot = replace(POLICY, staff_bot="public")
    assert await office.does(staff_address, one_bot) == Address("public", GROUP.chat, "7")


async def test_the_configured_group_counts_until_the_program_learns_its_new_id(
    office: Office,
) -> None:
    await office.opens_desk("")

    await configures(office, "-100")
    assert (await office.fact(CHAT), await office.fact(CONFIGURED)) == ("-100", "-100")
    await office.does(follow_group, GROUP, "-1001")
    await configures(office, "-100")
    assert await office.fact(CHAT) == "-1001"

    await configures(office, "-300")
    assert (await office.fact(CHAT), await office.fact(CONFIGURED)) == ("-300", "-300")


async def test_a_group_that_is_configured_gets_the_cards_that_were_open_before(
    office: Office,
) -> None:
    case = await office.submits()
    await office.forgets_owed()
    async with office.store.begin() as tx:
        await tx.facts.put(THREAD, "7")

    await configures(office, "-300")

    desk = Address("staff", "-300")  # the topic was one of another group
    assert await office.does(staff_address, POLICY) == desk
    assert await office.owed() == [card_in_time(case, f"-300:None:{NOW.isoformat()}", desk)]


async def test_a_bound_topic_stays_the_desk_when_its_group_is_configured(office: Office) -> None:
    await office.submits()
    await office.does(bind_group, TOPIC, LEAD, NOW)
    await office.forgets_owed()

    await configures(office, TOPIC.chat)

    assert await office.does(staff_address, POLICY) == TOPIC
    assert await office.owed() == []


async def test_a_bound_topic_gets_the_open_cards_and_it_is_recorded_who_bound_it(
    office: Office,
) -> None:
    case = await office.submits("a")
    await office.refuses(await office.submits("b"))
    await office.forgets_owed()
    office.waits(hours=1)

    await office.does(bind_group, TOPIC, LEAD, office.now)

    assert await office.does(staff_address, POLICY) == TOPIC
    assert await office.owed() == [card_in_time(case, f"-200:7:{office.now.isoformat()}", TOPIC)]
    recorded = (await office.rows(history))[-1]
    assert (recorded["at"], recorded["event"], recorded["by"], recorded["by_name"]) == (
        office.now,
        "group-bound",
        LEAD.user,
        LEAD.name,
    )
    assert recorded["detail"] == '{"chat": "-200", "thread": "7"}'
    assert recorded["registration_id"] is None


async def test_a_desk_that_comes_back_to_a_group_hangs_its_cards_there_again(
    office: Office,
) -> None:
    case = await office.submits()
    for address in (TOPIC, GROUP, TOPIC):
        await office.does(bind_group, address, LEAD, office.now)
        await hangs(office, case, address, 1)
        office.waits(minutes=1)

    hung = [owed.address for owed in await office.owed()]

    assert hung == [GROUP, TOPIC, GROUP, TOPIC]


async def test_a_group_without_topics_forgets_the_topic(office: Office) -> None:
    await office.does(bind_group, TOPIC, LEAD, NOW)

    await office.does(bind_group, replace(TOPIC, thread=None), LEAD, NOW)

    assert await office.does(staff_address, POLICY) == Address("staff", "-200")
    assert await office.fact(THREAD) == ""


async def test_rule_10_what_waits_for_a_group_that_moved_goes_to_its_new_id(
    office: Office,
) -> None:
    case = await office.submits()
    async with office.store.begin() as tx:
        await tx.facts.put(THREAD, "7")
    await hangs(office, case, GROUP, 1)

    await office.does(follow_group, GROUP, "-1001")

    new = Address("staff", "-1001")
    assert await office.does(staff_address, POLICY) == new
    assert await office.owed() == [
        replace(card_in_time(case), address=new),
        card_in_time(case, "-1001:None:", new),
    ]
    async with office.store.read() as tx:
        assert await tx.cards.get(case.id) is None


async def test_a_move_that_is_learnt_twice_changes_nothing_the_second_time(
    office: Office,
) -> None:
    case = await office.submits()
    await office.does(follow_group, GROUP, "-1001")
    await hangs(office, case, Address("staff", "-1001"), 1)
    await office.forgets_owed()

    await office.does(follow_group, GROUP, "-1001")

    assert await office.owed() == []
    async with office.store.read() as tx:
        assert await tx.cards.get(case.id) is not None


async def test_another_group_that_moved_is_not_the_desk(office: Office) -> None:
    other = Address("staff", "-900")
    async with office.store.begin() as tx:
        await tx.outbox.put(Outgoing("hello", Kind.SAY, other))

    await office.does(follow_group, other, "-901")

    assert await office.does(staff_address, POLICY) == GROUP
    assert [owed.address.chat for owed in await office.owed()] == ["-901"]


async def test_a_card_that_hangs_there_as_the_case_stands_is_not_owed(office: Office) -> None:
    case = await office.submits()
    await office.forgets_owed()

    for address, version, owed in (
        (GROUP, 1, []),
        (GROUP, 0, [card_in_time(case, "-100:None:")]),
        (replace(GROUP, thread="3"), 1, [card_in_time(case, "-100:None:")]),
    ):
        await hangs(office, case, address, version)
        await office.does(hang_open_cards, GROUP)
        assert await office.owed() == owed
        await office.forgets_owed()


async def test_cards_are_hung_once_for_each_mark(office: Office) -> None:
    case = await office.submits()
    await office.forgets_owed()

    for mark in ("m1", "m1", "m2"):
        await office.does(hang_open_cards, GROUP, mark)

    assert await office.owed() == [
        card_in_time(case, "-100:None:m1"),
        card_in_time(case, "-100:None:m2"),
    ]


async def test_the_most_pressing_cards_are_hung_first_and_not_without_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 2)
    cases = [await office.submits(f"n{number}") for number in range(3)]
    await office.forgets_owed()

    await office.does(hang_open_cards, GROUP)

    assert [owed.registration_id for owed in await office.owed()] == [c.id for c in cases[:2]]


async def test_a_card_is_brought_where_it_is_at_hand_once_per_mark(office: Office) -> None:
    case = await office.submits()
    await office.forgets_owed()

    for _ in range(2):
        await office.does(bring_card, case, TOPIC, "u5")

    assert await office.owed() == [replace(card_owed(case, "u5", TOPIC), context={"card": "anew"})]


async def test_a_card_is_drawn_again_for_what_its_version_does_not_tell(office: Office) -> None:
    case = await office.submits()
    await office.forgets_owed()

    await office.does(redraw_card, case, POLICY, "u5")
    await office.does(redraw_card, case, POLICY, "u6")

    assert await office.owed() == [
        replace(card_owed(case, mark), context={"card": "redrawn"}) for mark in ("u5", "u6")
    ]


async def test_a_card_is_owed_once_for_each_version(office: Office) -> None:
    case = await office.submits()

    for _ in range(2):
        await office.does(refresh_card, case, POLICY)

    assert await office.owed() == [card_in_time(case)]
