"""Entering an account: by whom, once, sealed, and mailed after the undo window."""

import json
from dataclasses import replace

import pytest

from core.errors import AlreadyDecided, LostRace, NotAllowed, Problem
from core.messages import MAIL, Address, Kind, Outgoing, Text, text
from core.people import Actor
from core.ports import Event, HistoryEntry
from core.registration import Registration, Status
from core.usecases.account import (
    enter_account,
    open_account,
    seal_account,
)
from storage.tables import secret
from tests.core.usecases.office import (
    ACCOUNT,
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


async def test_an_entered_account_is_sealed_and_its_mail_waits_for_undo(office: Office) -> None:
    await office.submits("other")
    approved = await office.approves(await office.submits(locale="en"))
    await office.forgets_owed()
    office.waits(hours=1)

    entered = await office.enters(approved, COLLEAGUE)

    assert entered == replace(approved, account_at=office.now, version=3)
    assert await office.case(entered) == entered
    sealed = await office.secret(entered)
    assert sealed is not None
    assert open_account(entered.id, sealed, office.vault) == ACCOUNT
    assert [row["created_at"] for row in await office.rows(secret)] == [office.now]
    assert (await office.history(entered))[2:] == [
        HistoryEntry(office.now, Event.ACCOUNT_ENTERED, COLLEAGUE.user, COLLEAGUE.name, entered.id)
    ]
    assert await office.owed() == [
        Outgoing(
            key=f"result:{entered.id}:{office.now.isoformat()}",
            kind=Kind.MAIL,
            address=Address(MAIL, entered.email),
            locale="en",
            registration_id=entered.id,
            context={"mail": "account"},
            scheduled=office.now + POLICY.undo,
            priority=1,
        ),
        card_owed(entered),
    ]


async def test_rule_8_the_password_is_nowhere_but_sealed(office: Office) -> None:
    entered = await office.approves_and_enters()

    for entry in await office.history(entered):
        assert ACCOUNT.password not in repr(entry)
    assert ACCOUNT.password not in repr(await office.owed())
    assert ACCOUNT.password.encode() not in (await office.secret(entered) or b"")
    assert repr(ACCOUNT) == "Account(site='HNO-1234', login='antam.hno')"


@pytest.mark.parametrize("actor", [STRANGER, VIEWER])
async def test_rule_7_only_officers_and_leads_enter_accounts(office: Office, actor: Actor) -> None:
    approved = await office.approves(await office.submits())

    with pytest.raises(NotAllowed):
        await office.enters(approved, actor)

    assert await office.secret(approved) is None


async def test_rule_7_nobody_enters_an_account_of_their_own(office: Office) -> None:
    approved = await office.approves(await office.submits(user=LEAD.user))

    with pytest.raises(Problem) as refused:
        await office.enters(approved, LEAD)

    assert refused.value.text == Text("staff-own-registration")
    assert await office.secret(approved) is None


async def test_an_account_needs_an_approval(office: Office) -> None:
    pending = await office.submits("a")
    refused = await office.refuses(await office.submits("b"))

    with pytest.raises(AlreadyDecided) as told:
        await office.enters(pending)
    assert told.value.text == text("stands-pending", reference=pending.reference)
    with pytest.raises(AlreadyDecided) as told:
        await office.enters(refused)
    assert told.value.text == text(
        "stands-refused-by", reference=refused.reference, name=OFFICER.name, at=NOW
    )


async def test_rule_6_the_second_account_hears_who_entered_the_first(office: Office) -> None:
    approved = await office.approves(await office.submits())
    office.waits(hours=1)
    first = office.now
    await office.enters(approved, COLLEAGUE)
    office.waits(hours=1)

    with pytest.raises(AlreadyDecided) as late:
        await office.enters(approved, OFFICER)

    assert late.value.text == text(
        "stands-account-entered", reference=approved.reference, name=COLLEAGUE.name, at=first
    )
    assert len(await office.owed(Kind.MAIL)) == 1


async def test_a_case_that_does_not_exist_has_no_account(office: Office) -> None:
    case = await office.submits()

    with pytest.raises(Problem) as refused:
        await office.enters(replace(case, id=99))

    assert refused.value.text == Text("case-unknown")


async def test_an_account_that_was_asked_for_before_the_case_changed_is_not_taken(
    office: Office,
) -> None:
    approved = await office.approves(await office.submits())
    back = await office.approves(await office.undoes(approved))

    with pytest.raises(Problem) as refused:
        await office.enters(approved)
    assert refused.value.text == Text("card-changed")
    assert await office.secret(approved) is None

    await office.enters(back)


async def test_an_account_that_loses_a_race_leaves_nothing_behind(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved = await office.approves(await office.submits())

    async with office.store.begin() as tx:

        async def lose(before: Registration, after: Registration) -> bool:
            return False

        monkeypatch.setattr(tx.registrations, "save", lose)
        with pytest.raises(LostRace):
            await enter_account(
                tx,
                OFFICER,
                approved.id,
                approved.version,
                ACCOUNT,
                office.vault,
                office.policy,
                NOW,
            )

    assert await office.secret(approved) is None
    assert (await office.case(approved)).status is Status.APPROVED


async def test_rule_8_a_sealed_account_opens_for_its_own_registration_only(
    office: Office,
) -> None:
    sealed = seal_account(1, ACCOUNT, office.vault)

    assert open_account(1, sealed, office.vault) == ACCOUNT
    assert json.loads(office.vault.open(sealed)) == [
        1,
        ACCOUNT.site,
        ACCOUNT.login,
        ACCOUNT.password,
    ]
    with pytest.raises(ValueError, match=r"^the sealed account belongs to another registration$"):
        open_account(2, sealed, office.vault)
