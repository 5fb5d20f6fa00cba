"""Claims: who works on a case and how long, and that it stops nobody from deciding."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import AlreadyDecided, NotAllowed, Problem
from core.messages import Outgoing, Text, text
from core.people import Actor
from core.ports import Claim, Event, HistoryEntry
from core.registration import Registration, Status
from core.usecases.claim import claim, held, release
from tests.core.usecases.office import (
    COLLEAGUE,
    LEAD,
    NOW,
    OFFICER,
    POLICY,
    STRANGER,
    VIEWER,
    Office,
    card_owed,
)

ELEVEN = datetime(2026, 3, 2, 4, tzinfo=UTC)  # in Hanoi, two hours after NOW


async def claims(office: Office, case: Registration, by: Actor = OFFICER) -> Claim:
    return await office.does(claim, by, case.id, case.version, office.policy, office.now)


async def releases(office: Office, case: Registration, by: Actor = OFFICER) -> None:
    await office.does(release, by, case.id, office.policy, office.now)


async def holder(office: Office, case: Registration) -> str | None:
    current = await office.does(held, case.id, office.now)
    return current.by if current else None


def redrawn(case: Registration, step: str, now: datetime = NOW) -> Outgoing:
    owed = card_owed(case, f"{step}:{now.isoformat()}")
    return replace(owed, context={"card": "redrawn"})


def held_by(found: Claim) -> Text:
    return text("claim-held", name=found.by_name, until=found.until)


async def test_a_claim_holds_for_two_office_hours_and_is_shown_to_everybody(
    office: Office,
) -> None:
    case = await office.submits()
    await office.forgets_owed()

    taken = await claims(office, case)

    assert taken == Claim(case.id, OFFICER.user, OFFICER.name, ELEVEN)
    assert await office.does(held, case.id, NOW) == taken
    assert await office.owed() == [redrawn(case, "claim")]
    assert (await office.history(case))[1:] == [
        HistoryEntry(NOW, Event.CLAIMED, OFFICER.user, OFFICER.name, case.id)
    ]


async def test_it_holds_over_night_for_as_long_as_the_office_says(office: Office) -> None:
    case = await office.submits()
    half_past_four = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    three_hours = replace(POLICY, claim_life=timedelta(hours=3))

    taken = await office.does(claim, OFFICER, case.id, 1, three_hours, half_past_four)

    assert taken.until == datetime(2026, 3, 3, 3, 30, tzinfo=UTC)


async def test_of_two_people_the_first_wins_and_the_second_is_told_who_it_is(
    office: Office,
) -> None:
    case = await office.submits()
    taken = await claims(office, case)
    await office.forgets_owed()

    with pytest.raises(Problem) as told:
        await claims(office, case, COLLEAGUE)

    assert told.value.text == held_by(taken)
    assert await holder(office, case) == OFFICER.user
    assert await office.owed() == []
    assert await office.events(case) == ["submitted", "claimed"]


async def test_claiming_ones_own_claim_again_prolongs_it(office: Office) -> None:
    case = await office.submits()
    await claims(office, case)
    office.waits(hours=1)

    again = await claims(office, case)

    assert again.until == ELEVEN + timedelta(hours=1)
    assert await office.does(held, case.id, ELEVEN) == again


async def test_it_lapses_at_its_hour_and_is_anybodys_then(office: Office) -> None:
    case = await office.submits()
    await claims(office, case)

    office.clock.moment = ELEVEN - timedelta(microseconds=1)
    assert await holder(office, case) == OFFICER.user
    office.clock.moment = ELEVEN
    assert await holder(office, case) is None
    await claims(office, case, COLLEAGUE)
    assert await holder(office, case) == COLLEAGUE.user


async def test_nobody_holds_what_nobody_claimed(office: Office) -> None:
    assert await holder(office, await office.submits()) is None


async def test_it_stops_nobody_from_deciding_on_the_card_as_it_was(office: Office) -> None:
    case = await office.submits()
    await claims(office, case)

    approved = await office.approves(case, COLLEAGUE)

    assert (approved.status, approved.decided_by) == (Status.APPROVED, COLLEAGUE.user)


async def test_only_what_waits_is_claimed(office: Office) -> None:
    case = await office.submits()
    with pytest.raises(Problem) as changed:
        await claims(office, replace(case, version=case.version + 1))
    assert changed.value.text.key == "card-changed"

    await office.approves(case)
    with pytest.raises(AlreadyDecided):
        await claims(office, case)
    with pytest.raises(Problem) as unknown:
        await claims(office, replace(case, id=99))
    assert unknown.value.text.key == "case-unknown"


@pytest.mark.parametrize("by", [VIEWER, STRANGER], ids=lambda by: by.user)
async def test_rule_7_who_may_not_decide_neither_claims_nor_releases(
    office: Office, by: Actor
) -> None:
    case = await office.submits()
    with pytest.raises(NotAllowed):
        await claims(office, case, by)
    await claims(office, case)
    with pytest.raises(NotAllowed):
        await releases(office, case, by)

    assert await holder(office, case) == OFFICER.user


async def test_rule_7_nobody_claims_their_own_registration(office: Office) -> None:
    case = await office.submits(user=OFFICER.user)

    with pytest.raises(Problem) as told:
        await claims(office, case)

    assert told.value.text.key == "staff-own-registration"


async def test_without_a_calendar_there_are_no_office_hours(office: Office) -> None:
    case = await office.submits()
    async with office.store.engines.write() as connection:
        await connection.exec_driver_sql("DELETE FROM calendar")

    with pytest.raises(LookupError, match=r"^the database holds no calendar$"):
        await claims(office, case)


@pytest.mark.parametrize("by", [OFFICER, LEAD], ids=lambda by: by.user)
async def test_its_holder_and_a_lead_give_it_back(office: Office, by: Actor) -> None:
    case = await office.submits()
    await claims(office, case)
    await office.forgets_owed()

    await releases(office, case, by)

    assert await holder(office, case) is None
    assert await office.owed() == [redrawn(case, "release")]
    assert (await office.history(case))[2:] == [
        HistoryEntry(NOW, Event.RELEASED, by.user, by.name, case.id)
    ]
    await claims(office, case, COLLEAGUE)


async def test_a_colleague_does_not_give_it_back(office: Office) -> None:
    case = await office.submits()
    taken = await claims(office, case)
    await office.forgets_owed()

    with pytest.raises(Problem) as told:
        await releases(office, case, COLLEAGUE)

    assert told.value.text == held_by(taken)
    assert await holder(office, case) == OFFICER.user
    assert await office.owed() == []


async def test_one_that_has_lapsed_only_goes_from_the_card(office: Office) -> None:
    case = await office.submits()
    await claims(office, case)
    await office.forgets_owed()
    office.clock.moment = ELEVEN

    await releases(office, case, COLLEAGUE)

    assert await office.owed() == [redrawn(case, "release", ELEVEN)]
    assert await office.events(case) == ["submitted", "claimed"]


async def test_the_card_of_a_decided_case_is_left_alone(office: Office) -> None:
    case = await office.submits()
    await claims(office, case)
    await office.approves(case)
    await office.forgets_owed()

    await releases(office, case)

    assert await holder(office, case) is None
    assert await office.owed() == []
