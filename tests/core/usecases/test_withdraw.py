"""Withdrawing: one's own registration, while nobody has decided."""

from dataclasses import replace

import pytest

from core.errors import AlreadyDecided, Problem
from core.messages import Text, text
from core.ports import Event, HistoryEntry
from core.registration import Registration, Status
from core.usecases.withdraw import withdraw
from tests.core.usecases.office import NOW, OFFICER, Office, card_owed


async def test_rule_2_withdrawing_frees_licence_and_mailbox(office: Office) -> None:
    case = await office.submits("a")
    await office.forgets_owed()
    office.waits(hours=1)

    withdrawn = await office.does(withdraw, "tg:5", case.id, office.policy, office.now)

    assert withdrawn == replace(case, status=Status.WITHDRAWN, version=2)
    assert await office.case(case) == withdrawn
    assert await office.owed() == [card_owed(withdrawn)]
    assert (await office.history(case))[1:] == [
        HistoryEntry(office.now, Event.WITHDRAWN, "tg:5", "", case.id)
    ]
    assert (await office.submits("a")).is_live


async def test_only_the_applicant_withdraws(office: Office) -> None:
    case = await office.submits("a")

    for user, asked in (("tg:6", case.id), ("tg:5", 99)):
        with pytest.raises(Problem) as refused:
            await office.does(withdraw, user, asked, office.policy, NOW)
        assert refused.value.text == Text("case-unknown")
    assert (await office.case(case)).status is Status.PENDING


async def test_rule_6_what_is_decided_cannot_be_withdrawn(office: Office) -> None:
    case = await office.approves(await office.submits("a"))

    with pytest.raises(AlreadyDecided) as refused:
        await office.does(withdraw, "tg:5", case.id, office.policy, NOW)

    assert refused.value.text == text(
        "stands-approved-by", reference=case.reference, name=OFFICER.name, at=NOW
    )
    assert await office.events(case) == ["submitted", "approved"]


async def test_rule_6_a_decision_made_while_withdrawing_stands(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await office.submits("a")

    async with office.store.begin() as tx:
        save = tx.registrations.save

        async def somebody_is_faster(before: Registration, after: Registration) -> bool:
            await save(before, before.approve(OFFICER, NOW))
            return await save(before, after)

        monkeypatch.setattr(tx.registrations, "save", somebody_is_faster)
        with pytest.raises(AlreadyDecided) as refused:
            await withdraw(tx, "tg:5", case.id, office.policy, NOW)

    assert refused.value.text == text(
        "stands-approved-by", reference=case.reference, name=OFFICER.name, at=NOW
    )
    assert (await office.case(case)).status is Status.APPROVED
