"""Deciding and taking back: who may, how often, and what is written and owed."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.errors import AlreadyDecided, LostRace, NotAllowed, Problem
from core.messages import MAIL, Address, Kind, Outgoing, Text, text
from core.people import Actor, Role
from core.ports import Event, HistoryEntry
from core.registration import Registration, Status
from core.usecases.decide import approve, how_it_stands, last_step, refuse, result_key, undo
from tests.core.usecases.office import (
    COLLEAGUE,
    LEAD,
    NOW,
    OFFICER,
    POLICY,
    REASON,
    STRANGER,
    VIEWER,
    Office,
    card_owed,
)

Decide = Callable[[Office, Registration, Actor], Awaitable[Registration]]


async def _approve(office: Office, case: Registration, by: Actor) -> Registration:
    return await office.approves(case, by)


async def _refuse(office: Office, case: Registration, by: Actor) -> Registration:
    return await office.refuses(case, by)


async def _undo(office: Office, case: Registration, by: Actor) -> Registration:
    return await office.undoes(case, by)


decisions = pytest.mark.parametrize("decide", [_approve, _refuse])


async def test_an_approval_records_who_and_when_and_owes_a_card_and_no_mail(
    office: Office,
) -> None:
    case = await office.submits()
    await office.forgets_owed()
    office.waits(hours=3)

    approved = await office.approves(case)

    assert approved == replace(
        case,
        version=2,
        status=Status.APPROVED,
        decided_at=office.now,
        decided_by=OFFICER.user,
        decided_name=OFFICER.name,
    )
    assert await office.case(case) == approved
    assert await office.owed() == [card_owed(approved)]
    assert (await office.history(case))[1:] == [
        HistoryEntry(
            office.now, Event.APPROVED, OFFICER.user, OFFICER.name, case.id, {"reasons": []}
        )
    ]


async def test_a_refusal_owes_its_mail_not_before_the_undo_window(office: Office) -> None:
    case = await office.submits(locale="en")
    await office.forgets_owed()
    office.waits(hours=3)

    refused = await office.refuses(case, codes=("R02", "R05"))

    assert refused == replace(
        case,
        version=2,
        status=Status.REFUSED,
        decided_at=office.now,
        decided_by=OFFICER.user,
        decided_name=OFFICER.name,
        reasons=("R02", "R05"),
        reason_text=REASON,
    )
    assert await office.owed() == [
        card_owed(refused),
        Outgoing(
            key=f"result:{case.id}:{office.now.isoformat()}",
            kind=Kind.MAIL,
            address=Address(MAIL, case.email),
            locale="en",
            registration_id=case.id,
            context={"mail": "refusal"},
            scheduled=office.now + POLICY.undo,
            priority=1,
        ),
    ]
    assert (await office.history(case))[1:] == [
        HistoryEntry(
            office.now,
            Event.REFUSED,
            OFFICER.user,
            OFFICER.name,
            case.id,
            {"reasons": ["R02", "R05"]},
            words=REASON,
        )
    ]


@pytest.mark.parametrize("blank", ["", "  \n"])
async def test_a_refusal_without_a_reason_is_none(office: Office, blank: str) -> None:
    case = await office.submits()

    with pytest.raises(Problem) as refused:
        await office.refuses(case, reason=blank)

    assert refused.value.text == Text("reason-missing")
    assert (await office.case(case)).status is Status.PENDING


@decisions
@pytest.mark.parametrize("actor", [STRANGER, VIEWER])
async def test_rule_7_only_officers_and_leads_decide(
    office: Office, decide: Decide, actor: Actor
) -> None:
    case = await office.submits()

    with pytest.raises(NotAllowed):
        await decide(office, case, actor)

    assert await office.case(case) == case


@decisions
async def test_rule_7_a_lead_decides_too(office: Office, decide: Decide) -> None:
    decided = await decide(office, await office.submits(), LEAD)

    assert decided.decided_by == LEAD.user


@decisions
async def test_rule_7_nobody_decides_on_a_registration_of_their_own(
    office: Office, decide: Decide
) -> None:
    case = await office.submits(user=LEAD.user)

    with pytest.raises(Problem) as refused:
        await decide(office, case, LEAD)

    assert refused.value.text == Text("staff-own-registration")
    assert await office.case(case) == case


@decisions
async def test_rule_6_the_second_decision_hears_who_made_the_first_and_when(
    office: Office, decide: Decide
) -> None:
    case = await office.submits()
    office.waits(minutes=5)
    first = office.now
    await office.approves(case)
    office.waits(minutes=1)

    with pytest.raises(AlreadyDecided) as late:
        await decide(office, case, COLLEAGUE)

    assert late.value.text == text(
        "stands-approved-by", reference=case.reference, name=OFFICER.name, at=first
    )
    assert await office.events(case) == ["submitted", "approved"]


@decisions
async def test_rule_6_of_two_decisions_at_the_same_moment_one_counts(
    office: Office, decide: Decide, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await office.submits()
    use_case: Any = approve if decide is _approve else refuse
    given = (("R02",), REASON) if decide is _refuse else ()

    async with office.store.begin() as tx:
        save = tx.registrations.save

        async def somebody_is_faster(before: Registration, after: Registration) -> bool:
            await save(before, before.refuse(LEAD, NOW, (), REASON))
            return await save(before, after)

        monkeypatch.setattr(tx.registrations, "save", somebody_is_faster)
        with pytest.raises(AlreadyDecided) as late:
            await use_case(tx, OFFICER, case.id, case.version, *given, office.policy, NOW)

    assert late.value.text == text(
        "stands-refused-by", reference=case.reference, name=LEAD.name, at=NOW
    )
    assert await office.events(case) == ["submitted"]
    assert await office.owed(Kind.MAIL) == []


@decisions
async def test_a_card_that_has_changed_since_decides_nothing(
    office: Office, decide: Decide
) -> None:
    case = await office.submits()
    case = await office.undoes(await office.approves(case))

    with pytest.raises(Problem) as refused:
        await decide(office, replace(case, version=1), OFFICER)

    assert refused.value.text == Text("card-changed")
    assert (await office.case(case)).status is Status.PENDING


@pytest.mark.parametrize("decide", [_approve, _refuse, _undo])
async def test_a_case_that_does_not_exist_is_unknown(office: Office, decide: Decide) -> None:
    case = await office.submits()

    with pytest.raises(Problem) as refused:
        await decide(office, replace(case, id=99), OFFICER)

    assert refused.value.text == Text("case-unknown")


async def test_a_case_that_nobody_decided_says_how_it_ended_and_no_name(office: Office) -> None:
    case = replace(await office.submits(), status=Status.WITHDRAWN)

    assert how_it_stands(case) == text("stands-withdrawn", reference=case.reference)


async def test_a_case_whose_decider_has_no_name_is_told_without(office: Office) -> None:
    case = await office.approves(await office.submits())

    assert how_it_stands(replace(case, decided_name=None)) == text(
        "stands-approved-by", reference=case.reference, name="", at=NOW
    )


# ── taking back ──────────────────────────────────────────────────────────────────────────────────


async def test_an_approval_taken_back_waits_as_if_it_had_not_been_decided(
    office: Office,
) -> None:
    case = await office.submits()
    approved = await office.approves(case)
    await office.forgets_owed()
    office.waits(seconds=30)

    back = await office.undoes(approved)

    assert back == replace(case, version=3)
    assert await office.owed() == [card_owed(back)]
    assert (await office.history(case))[2:] == [
        HistoryEntry(office.now, Event.UNDONE, OFFICER.user, OFFICER.name, case.id, {"reasons": []})
    ]


async def test_a_refusal_taken_back_mails_nothing(office: Office) -> None:
    case = await office.submits()
    refused = await office.refuses(case)
    office.waits(seconds=30)

    back = await office.undoes(refused)

    assert back == replace(case, version=3)
    assert await office.owed(Kind.MAIL) == []
    assert await office.cancelled() == [(result_key(refused), office.now)]


async def test_an_account_taken_back_is_forgotten_and_the_approval_stands(
    office: Office,
) -> None:
    entered = await office.approves_and_enters()

    back = await office.undoes(entered)

    assert back == replace(entered, account_at=None, version=4)
    assert await office.owed(Kind.MAIL) == []
    assert await office.secret(back) is None
    assert (await office.events(back))[2:] == ["account-entered", "undone"]


async def test_rule_7_of_the_officers_only_the_one_who_took_the_step_takes_it_back(
    office: Office,
) -> None:
    approved = await office.approves(await office.submits(), OFFICER)

    with pytest.raises(Problem) as refused:
        await office.undoes(approved, COLLEAGUE)
    assert refused.value.text == text("undo-not-yours", name=OFFICER.name)

    entered = await office.enters(approved, COLLEAGUE)
    with pytest.raises(Problem) as refused:
        await office.undoes(entered, OFFICER)
    assert refused.value.text == text("undo-not-yours", name=COLLEAGUE.name)
    assert (await office.undoes(entered, COLLEAGUE)).status is Status.APPROVED


async def test_a_lead_takes_back_anybodys_step(office: Office) -> None:
    approved = await office.approves(await office.submits(), OFFICER)

    assert (await office.undoes(approved, LEAD)).status is Status.PENDING


@pytest.mark.parametrize("actor", [STRANGER, VIEWER])
async def test_rule_7_whoever_may_not_decide_takes_nothing_back(
    office: Office, actor: Actor
) -> None:
    approved = await office.approves(await office.submits())

    with pytest.raises(NotAllowed):
        await office.undoes(approved, actor)


async def test_rule_7_a_decider_who_is_no_officer_any_more_takes_nothing_back(
    office: Office,
) -> None:
    approved = await office.approves(await office.submits())

    with pytest.raises(NotAllowed):
        await office.undoes(approved, replace(OFFICER, role=Role.VIEWER))


async def test_rule_7_nobody_takes_back_a_decision_on_a_registration_of_their_own(
    office: Office,
) -> None:
    approved = await office.approves(await office.submits(user=LEAD.user))

    with pytest.raises(Problem) as refused:
        await office.undoes(approved, LEAD)

    assert refused.value.text == Text("staff-own-registration")


async def test_the_undo_window_includes_its_last_moment_and_nothing_after(
    office: Office,
) -> None:
    first = await office.approves(await office.submits("a"))
    second = await office.approves(await office.submits("b"))
    office.waits(seconds=POLICY.undo.total_seconds())

    assert (await office.undoes(first, LEAD)).status is Status.PENDING
    office.waits(seconds=0.001)
    with pytest.raises(Problem) as refused:
        await office.undoes(second, LEAD)

    assert refused.value.text == Text("undo-too-late")
    assert await office.case(second) == second


async def test_the_undo_window_starts_again_with_the_account(office: Office) -> None:
    approved = await office.approves(await office.submits())
    office.waits(hours=5)

    entered = await office.enters(approved)

    assert (await office.undoes(entered)).status is Status.APPROVED


@pytest.mark.parametrize("action", [_approve, _refuse])
async def test_a_card_that_has_changed_since_takes_nothing_back(
    office: Office, action: Decide
) -> None:
    decided = await action(office, await office.submits(), OFFICER)

    with pytest.raises(Problem) as refused:
        await office.undoes(replace(decided, version=1))

    assert refused.value.text == Text("card-changed")


async def test_what_is_not_decided_cannot_be_taken_back(office: Office) -> None:
    case = await office.submits()

    with pytest.raises(AlreadyDecided) as refused:
        await office.undoes(case)

    assert refused.value.text == text("stands-pending", reference=case.reference)


async def test_a_result_that_has_left_cannot_be_taken_back(office: Office) -> None:
    entered = await office.approves_and_enters("a")
    refused = await office.refuses(await office.submits("b"))
    await office.result_leaves()

    for case, stands in ((entered, "stands-issued-by"), (refused, "stands-refused-by")):
        with pytest.raises(AlreadyDecided) as told:
            await office.undoes(await office.case(case), LEAD)
        assert told.value.text.key == stands


@pytest.mark.parametrize("step", ["refuse", "enter"])
async def test_rule_9_a_result_on_its_way_just_now_cannot_be_taken_back(
    office: Office, step: str
) -> None:
    case = await office.approves(await office.submits()) if step == "enter" else None
    case = await office.enters(case) if case else await office.refuses(await office.submits())
    sealed = await office.secret(case)
    office.waits(seconds=POLICY.undo.total_seconds())
    assert await office.sends_mails()

    with pytest.raises(Problem) as refused:
        await office.undoes(case)

    assert refused.value.text == Text("undo-too-late")
    assert await office.case(case) == case
    assert await office.secret(case) == sealed


async def test_a_result_that_could_not_be_mailed_can_be_taken_back_at_any_time(
    office: Office,
) -> None:
    entered = await office.approves_and_enters()
    await office.result_leaves(accepted=False)
    office.waits(days=2)

    back = await office.undoes(await office.case(entered))

    assert (back.status, back.account_at, back.result_failed) == (Status.PENDING, None, False)
    assert await office.secret(back) is None


async def test_a_refusal_that_could_not_be_mailed_can_be_taken_back_at_any_time(
    office: Office,
) -> None:
    refused = await office.refuses(await office.submits())
    await office.result_leaves(accepted=False)
    office.waits(days=2)

    back = await office.undoes(await office.case(refused))

    assert (back.status, back.reason_text, back.result_failed) == (Status.PENDING, None, False)


@pytest.mark.parametrize("other", [{"email": "new@example.vn"}, {"licence_key": "03-new-HNO"}])
async def test_rule_1_a_refusal_stays_when_something_newer_is_live(
    office: Office, other: dict[str, str]
) -> None:
    refused = await office.refuses(await office.submits("a"))
    newer = await office.submits("a", **other)

    with pytest.raises(Problem) as told:
        await office.undoes(refused)

    assert told.value.text == text("undo-replaced", reference=newer.reference)
    assert await office.case(refused) == refused
    assert len(await office.owed(Kind.MAIL)) == 1


async def test_an_approval_is_taken_back_whoever_else_is_live(office: Office) -> None:
    approved = await office.approves(await office.submits("a"))
    await office.submits("b")

    assert (await office.undoes(approved)).status is Status.PENDING


async def test_an_undo_that_loses_a_race_is_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = await office.refuses(await office.submits())

    async def lose(before: Registration, after: Registration) -> bool:
        return False

    async def undo_late() -> None:
        async with office.store.begin() as tx:
            monkeypatch.setattr(tx.registrations, "save", lose)
            await undo(tx, OFFICER, refused.id, refused.version, office.policy, NOW)

    with pytest.raises(LostRace):
        await undo_late()

    assert len(await office.owed(Kind.MAIL)) == 1


async def test_of_two_approvals_with_an_undo_between_the_second_stands(office: Office) -> None:
    first = await office.approves(await office.submits(), OFFICER)
    back = await office.undoes(first)
    office.waits(seconds=10)
    second = await office.approves(back, COLLEAGUE)

    step = await office.does(last_step, second)

    assert (step.event, step.by) == (Event.APPROVED, COLLEAGUE.user)


async def test_the_last_step_of_an_entered_account_is_its_entry(office: Office) -> None:
    approved = await office.approves(await office.submits(), OFFICER)
    entered = await office.enters(approved, COLLEAGUE)  # at the very moment of the approval

    step = await office.does(last_step, entered)

    assert (step.event, step.by) == (Event.ACCOUNT_ENTERED, COLLEAGUE.user)


async def test_a_step_that_was_taken_back_does_not_count_as_the_last(office: Office) -> None:
    approved = await office.approves(await office.submits(), OFFICER)
    office.waits(seconds=5)
    back = await office.undoes(await office.enters(approved, COLLEAGUE), COLLEAGUE)

    step = await office.does(last_step, back)

    assert (step.event, step.by) == (Event.APPROVED, OFFICER.user)


async def test_each_result_has_a_mail_of_its_own(office: Office) -> None:
    case = await office.submits()
    decided = replace(case, decided_at=NOW + timedelta(hours=1))
    entered = replace(decided, account_at=NOW + timedelta(hours=2))

    assert result_key(case) == f"result:{case.id}:2026-03-02T02:00:00+00:00"
    assert result_key(decided) == f"result:{case.id}:2026-03-02T03:00:00+00:00"
    assert result_key(entered) == f"result:{case.id}:2026-03-02T04:00:00+00:00"
