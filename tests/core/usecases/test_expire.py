"""Expiry: at which moment, what is owed and forgotten, and what it leaves alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import LostRace
from core.messages import MAIL, Address, Choice, Kind, Message, Outgoing, Text, text
from core.ports import Event, HistoryEntry
from core.registration import Registration, Status
from core.usecases.decide import result_key
from core.usecases.expire import again_choice, expire_due
from tests.core.usecases.office import Office, card_in_time

MIDNIGHT = datetime(2026, 3, 16, 17, tzinfo=UTC)  # 0:00 in Hanoi on the day after


async def expires(office: Office, now: datetime = MIDNIGHT) -> int:
    return await office.does(expire_due, office.policy, now)


async def test_rule_3_it_expires_at_midnight_after_the_due_day_and_not_before(
    office: Office,
) -> None:
    case = await office.submits(locale="en")
    await office.forgets_owed()

    assert await expires(office, MIDNIGHT - timedelta(microseconds=1)) == 0
    assert await office.case(case) == case
    assert await expires(office) == 1

    expired = replace(case, status=Status.EXPIRED, version=2)
    assert await office.case(case) == expired
    assert (await office.history(case))[1:] == [
        HistoryEntry(MIDNIGHT, Event.EXPIRED, "system", "", case.id)
    ]
    again = Choice(f"1.m.again.{case.id:x}", Text("button-again"))
    notice = text("expiry-notice", reference=case.reference, email="l***@example.vn")
    assert await office.owed() == [
        Outgoing(
            key=f"expiry:{case.id}",
            kind=Kind.MAIL,
            address=Address(MAIL, case.email),
            locale="en",
            registration_id=case.id,
            context={"mail": "expiry"},
            priority=2,
        ),
        Outgoing(
            key=f"expiry-chat:{case.id}",
            kind=Kind.SAY,
            address=Address("public", "5"),
            locale="en",
            message=Message((notice,), ((again,),)),
            registration_id=case.id,
        ),
        card_in_time(expired),
    ]


async def test_rule_2_what_expired_is_free_again_and_expires_once(office: Office) -> None:
    await office.submits("a")
    await expires(office)

    assert (await office.submits("a")).is_live
    assert await expires(office) == 1


async def test_a_new_registration_is_offered_from_the_one_that_ended(office: Office) -> None:
    case = replace(await office.submits(), id=31)

    assert again_choice(case) == Choice("1.m.again.1f", Text("button-again"))


async def test_rule_3_an_approval_expires_too_and_its_account_is_forgotten(
    office: Office,
) -> None:
    waiting = await office.approves(await office.submits("a"))
    entered = await office.approves_and_enters("b")

    assert await expires(office) == 2

    for case in (waiting, entered):
        assert (await office.case(case)).status is Status.EXPIRED
    assert await office.secret(entered) is None
    assert await office.cancelled() == [(result_key(entered), MIDNIGHT)]
    mails = await office.owed(Kind.MAIL)
    assert [mail.context["mail"] for mail in mails] == ["expiry", "expiry"]


async def test_rule_9_an_account_whose_mail_is_leaving_is_left_for_the_next_tick(
    office: Office,
) -> None:
    await office.approves_and_enters("a")
    other = await office.submits("b")
    office.clock.moment = MIDNIGHT - timedelta(seconds=1)
    (row,) = await office.sends_mails()

    assert await expires(office) == 1
    assert (await office.case(other)).status is Status.EXPIRED

    await office.mail_is_accepted(row)
    assert await expires(office, MIDNIGHT + timedelta(hours=1)) == 0


async def test_rule_9_a_mail_that_begins_to_leave_meanwhile_keeps_its_case(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = await office.approves_and_enters()

    async with office.store.begin() as tx:

        async def too_late(key: str, now: datetime) -> bool:
            return False

        monkeypatch.setattr(tx.outbox, "cancel", too_late)
        assert await expire_due(tx, office.policy, MIDNIGHT) == 0

    assert await office.case(entered) == entered
    assert await office.secret(entered) is not None


async def test_a_result_that_failed_expires_without_one(office: Office) -> None:
    await office.approves_and_enters()
    await office.result_leaves(accepted=False)

    assert await expires(office) == 1


async def test_what_is_closed_does_not_expire(office: Office) -> None:
    await office.approves_and_enters("a")
    await office.refuses(await office.submits("b"))
    await office.result_leaves()

    assert await expires(office) == 0


async def test_an_expiry_that_loses_a_race_is_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await office.submits()

    async def lose(before: Registration, after: Registration) -> bool:
        return False

    async def expire_late() -> None:
        async with office.store.begin() as tx:
            monkeypatch.setattr(tx.registrations, "save", lose)
            await expire_due(tx, office.policy, MIDNIGHT)

    with pytest.raises(LostRace):
        await expire_late()

    assert await office.events(case) == ["submitted"]
