"""The staff list: who changes it, and that a lead is always left."""

from datetime import timedelta

import pytest

from core.errors import NotAllowed, Problem
from core.messages import Text
from core.people import Actor, Role
from core.ports import Member
from core.usecases.members import add_member, learn_name, remove_member, seed_leads
from storage.tables import history
from storage.tables import staff as staff_rows
from tests.core.usecases.office import LEAD, NOW, OFFICER, STRANGER, VIEWER, Office


async def staff(office: Office) -> list[Member]:
    async with office.store.read() as tx:
        return await tx.staff.all()


async def seed(office: Office, *users: str) -> None:
    await office.does(seed_leads, users, office.now)


async def facts(office: Office) -> list[tuple[object, ...]]:
    return [
        (row["at"], row["event"], row["by"], row["by_name"], row["detail"])
        for row in await office.rows(history)
    ]


async def test_the_configured_people_are_leads_from_the_start(office: Office) -> None:
    await seed(office, "tg:9", "tg:12")

    assert await staff(office) == [
        Member("tg:12", "tg:12", Role.LEAD, "configuration", NOW),
        Member("tg:9", "tg:9", Role.LEAD, "configuration", NOW),
    ]


async def test_seeding_again_changes_no_lead_and_promotes_a_configured_officer(
    office: Office,
) -> None:
    await seed(office, "tg:9")
    await office.does(learn_name, LEAD)
    await office.does(add_member, LEAD, "tg:7", "Minh", Role.OFFICER, NOW)
    office.waits(days=1)

    await seed(office, "tg:9", "tg:7")

    assert await staff(office) == [
        Member("tg:9", LEAD.name, Role.LEAD, "configuration", NOW),
        Member("tg:7", "Minh", Role.LEAD, "configuration", office.now),
    ]


async def test_a_configured_lead_is_named_when_they_first_speak(office: Office) -> None:
    await seed(office, "tg:9", "tg:12")

    await office.does(learn_name, LEAD)
    await office.does(learn_name, Actor("tg:9", "Another name", Role.LEAD))

    assert {m.user: m.name for m in await staff(office)} == {"tg:9": LEAD.name, "tg:12": "tg:12"}


@pytest.mark.parametrize("actor", [STRANGER, VIEWER, OFFICER])
async def test_rule_7_only_leads_change_the_list(office: Office, actor: Actor) -> None:
    await seed(office, "tg:9", "tg:12")

    with pytest.raises(NotAllowed):
        await office.does(add_member, actor, "tg:20", "X", Role.LEAD, NOW)
    with pytest.raises(NotAllowed):
        await office.does(remove_member, actor, "tg:12", NOW)

    assert len(await staff(office)) == 2
    assert await facts(office) == []


async def test_somebody_new_is_an_officer_and_it_is_recorded_who_added_them(
    office: Office,
) -> None:
    await seed(office, "tg:9")
    office.waits(hours=1)

    added = await office.does(add_member, LEAD, "tg:20", "", None, office.now)

    assert added == Member("tg:20", "tg:20", Role.OFFICER, LEAD.user, office.now)
    assert added in await staff(office)
    assert await facts(office) == [
        (
            office.now,
            "staff-added",
            LEAD.user,
            LEAD.name,
            '{"user": "tg:20", "role": "officer"}',
        )
    ]


async def test_what_is_not_given_stays_as_it_was(office: Office) -> None:
    await seed(office, "tg:9")
    await office.does(add_member, LEAD, "tg:20", "Hà", Role.VIEWER, NOW)

    renamed = await office.does(add_member, LEAD, "tg:20", "Thu Hà", None, NOW)
    promoted = await office.does(add_member, LEAD, "tg:20", "", Role.LEAD, NOW)

    assert (renamed.name, renamed.role) == ("Thu Hà", Role.VIEWER)
    assert (promoted.name, promoted.role) == ("Thu Hà", Role.LEAD)


async def test_somebody_removed_has_no_rights_at_once_and_it_is_recorded(
    office: Office,
) -> None:
    await seed(office, "tg:9")
    member = await office.does(add_member, LEAD, "tg:20", "Hà", Role.OFFICER, NOW)
    office.waits(hours=1)

    assert await office.does(remove_member, LEAD, "tg:20", office.now) == member

    assert [m.user for m in await staff(office)] == ["tg:9"]
    assert (await facts(office))[1:] == [
        (office.now, "staff-removed", LEAD.user, LEAD.name, '{"user": "tg:20"}')
    ]


async def test_when_somebody_was_removed_is_kept(office: Office) -> None:
    await seed(office, "tg:9", "tg:12")
    at = NOW + timedelta(hours=3)

    await office.does(remove_member, LEAD, "tg:12", at)

    assert [row["removed_at"] for row in await office.rows(staff_rows)] == [at, None]


async def test_nobody_who_is_not_on_the_list_can_be_removed(office: Office) -> None:
    await seed(office, "tg:9")

    with pytest.raises(Problem) as refused:
        await office.does(remove_member, LEAD, "tg:20", NOW)

    assert refused.value.text == Text("staff-unknown")


async def test_the_last_lead_stays_one(office: Office) -> None:
    await seed(office, "tg:9")
    await office.does(add_member, LEAD, "tg:20", "Hà", Role.OFFICER, NOW)

    for attempt in (
        office.does(remove_member, LEAD, "tg:9", NOW),
        office.does(add_member, LEAD, "tg:9", "", Role.OFFICER, NOW),
    ):
        with pytest.raises(Problem) as refused:
            await attempt
        assert refused.value.text == Text("staff-last-lead")
    assert (await office.does(add_member, LEAD, "tg:9", "Huy", None, NOW)).role is Role.LEAD


async def test_of_two_leads_one_can_go(office: Office) -> None:
    await seed(office, "tg:9", "tg:12", "tg:13")

    await office.does(remove_member, LEAD, "tg:12", NOW)
    await office.does(add_member, LEAD, "tg:13", "", Role.VIEWER, NOW)

    assert {m.user: m.role for m in await staff(office)} == {
        "tg:9": Role.LEAD,
        "tg:13": Role.VIEWER,
    }
