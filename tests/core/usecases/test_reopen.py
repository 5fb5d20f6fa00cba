"""Reopening: what a lead may take back, under which term it then waits, and who is told."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.errors import AlreadyDecided, LostRace, NotAllowed
from core.messages import Address, Kind, Message, Outgoing, Text, text
from core.people import Actor
from core.ports import Event, HistoryEntry, SpecialDay
from core.registration import Registration, Status
from core.usecases.decide import result_key
from core.usecases.expire import expire_due
from core.usecases.reopen import Reopening, plan, reopen
from core.usecases.withdraw import withdraw
from tests.core.usecases.office import (
    LEAD,
    OFFICER,
    STRANGER,
    VIEWER,
    Office,
    card_owed,
    problem_of,
)

WHY = "Đối chiếu lại: đã từ chối nhầm"
DUE = date(2026, 3, 16)


async def plans(office: Office, case: Registration, by: Actor = LEAD) -> Reopening:
    return await office.does(plan, by, case.id, case.version, office.policy, office.now)


async def reopens(
    office: Office, case: Registration, by: Actor = LEAD, why: str = WHY
) -> Registration:
    return await office.does(reopen, by, case.id, case.version, why, office.policy, office.now)


async def refused(office: Office, *, accepted: bool = True) -> Registration:
    """A refusal, four days after it was handed in, whose mail has left."""
    case = await office.submits(locale="en")
    office.waits(days=4)
    await office.refuses(case)
    await office.result_leaves(accepted=accepted)
    await office.forgets_owed()
    return await office.case(case)


async def issued(office: Office, *, accepted: bool = True) -> Registration:
    """An account that was mailed four days after its case was handed in."""
    case = await office.submits(locale="en")
    office.waits(days=4)
    await office.enters(await office.approves(case))
    await office.result_leaves(accepted=accepted)
    await office.forgets_owed()
    return await office.case(case)


def undecided(case: Registration, **changes: Any) -> Registration:
    """The case as it waits again."""
    return replace(
        case,
        version=case.version + 1,
        status=Status.PENDING,
        decided_at=None,
        decided_by=None,
        decided_name=None,
        reasons=(),
        reason_text=None,
        account_at=None,
        result_at=None,
        result_failed=False,
        **changes,
    )


def told_facility(case: Registration, key: str) -> Outgoing:
    """What the facility of a reopened case hears in its chat."""
    told = text(key, reference=case.reference, email="l***@example.vn", due=case.due)
    return Outgoing(
        key=f"reopened:{case.id}:{case.version}",
        kind=Kind.SAY,
        address=Address("public", "5"),
        locale="en",
        message=Message((told,)),
        registration_id=case.id,
    )


# ── what becomes of the case ─────────────────────────────────────────────────────────────────────


async def test_a_refusal_that_was_mailed_waits_again_with_a_new_term(office: Office) -> None:
    case = await refused(office)  # on Friday 6 March

    reopened = await reopens(office, case, why=f" {WHY}\n")

    assert reopened == undecided(
        case,
        due=date(2026, 3, 20),
        reopens_at=datetime(2026, 3, 20, 17, tzinfo=UTC),
        reopened_at=office.now,
    )
    assert await office.case(case) == reopened
    assert await office.owed() == [
        card_owed(reopened),
        told_facility(reopened, "reopened-pending"),
    ]
    assert (await office.history(case))[-1] == HistoryEntry(
        office.now,
        Event.REOPENED,
        LEAD.user,
        LEAD.name,
        case.id,
        {"from": "refused", "to": "pending", "due": "2026-03-20"},
        words=WHY,
    )


async def test_of_an_account_that_was_mailed_only_the_account_is_taken_back(
    office: Office,
) -> None:
    case = await issued(office)

    reopened = await reopens(office, case)

    assert reopened == replace(
        case,
        version=case.version + 1,
        status=Status.APPROVED,
        account_at=None,
        result_at=None,
        due=date(2026, 3, 20),
        reopens_at=datetime(2026, 3, 20, 17, tzinfo=UTC),
        reopened_at=office.now,
    )
    assert await office.owed() == [
        card_owed(reopened),
        told_facility(reopened, "reopened-approved"),
    ]
    assert (await office.history(case))[-1].detail == {
        "from": "issued",
        "to": "approved",
        "due": "2026-03-20",
    }


async def test_what_the_facility_has_not_heard_of_waits_again_as_promised_and_in_silence(
    office: Office,
) -> None:
    case = await office.submits()
    office.waits(days=4)
    approved = await office.approves(case)
    await office.forgets_owed()

    reopened = await reopens(office, approved)

    assert reopened == undecided(approved)
    assert reopened.due == DUE
    assert await office.owed() == [card_owed(reopened)]


async def test_a_refusal_whose_mail_still_waits_is_taken_back_with_it(office: Office) -> None:
    case = await office.refuses(await office.submits())

    reopened = await reopens(office, case)

    assert reopened == undecided(case)
    assert await office.cancelled() == [(result_key(case), office.now)]
    assert await office.owed(Kind.SAY) == []


async def test_rule_8_an_account_that_still_waits_is_forgotten(office: Office) -> None:
    entered = await office.approves_and_enters()

    reopened = await reopens(office, entered)

    assert reopened == undecided(entered)
    assert await office.secret(entered) is None
    assert await office.owed(Kind.MAIL) == []


@pytest.mark.parametrize("case_of", [refused, issued], ids=["refusal", "account"])
async def test_a_facility_whose_mail_failed_is_told_and_its_trouble_is_over(
    office: Office, case_of: Callable[..., Awaitable[Registration]]
) -> None:
    case = await case_of(office, accepted=False)

    reopened = await reopens(office, case)

    assert reopened == undecided(case)
    assert reopened.due == DUE
    assert await office.owed() == [
        card_owed(reopened),
        told_facility(reopened, "reopened-pending-unmailed"),
    ]
    async with office.store.read() as tx:
        assert await tx.troubles.of(case.id) == []


async def test_rule_6_a_reopened_case_leaves_its_batch(office: Office) -> None:
    approved = await office.approves(await office.submits())
    async with office.store.begin() as tx:
        await tx.batches.open(OFFICER, [approved.id], office.now)

    await reopens(office, approved)

    async with office.store.read() as tx:
        assert (await tx.batches.find([approved.reference]))[approved.reference].batch is None


# ── its term ─────────────────────────────────────────────────────────────────────────────────────


async def test_rule_3_a_refusal_reopened_after_its_term_gets_a_new_one_even_unmailed(
    office: Office,
) -> None:
    case = await refused(office, accepted=False)
    office.clock.moment = case.reopens_at - timedelta(seconds=1)
    in_time = await plans(office, case)
    office.clock.moment = case.reopens_at  # 0:00 on Tuesday 17 March
    late = await plans(office, case)

    assert (in_time.anew, in_time.after.due) == (False, DUE)
    assert (late.anew, late.after.due) == (True, date(2026, 3, 31))


@pytest.mark.parametrize("due", [date(2026, 3, 20), date(2026, 4, 1)])
async def test_rule_3_a_promise_that_ends_no_sooner_than_a_new_term_stays_as_it_is(
    office: Office, due: date
) -> None:
    case = await refused(office)  # reopened the same day, it would be due on Friday 20 March
    midnight = datetime(due.year, due.month, due.day, 17, tzinfo=UTC)
    async with office.store.begin() as tx:
        promised = replace(case, due=due, reopens_at=midnight, provisional=True)
        assert await tx.registrations.save(case, promised)
    promised = await office.case(case)

    reopened = await reopens(office, promised)

    assert reopened == undecided(promised)
    assert await office.owed(Kind.SAY) == [told_facility(reopened, "reopened-pending")]


async def test_rule_3_a_new_term_past_the_published_calendar_is_provisional(
    office: Office,
) -> None:
    case = await refused(office)
    office.clock.moment = datetime(2026, 12, 21, 2, tzinfo=UTC)

    reopened = await reopens(office, case)

    assert reopened.provisional
    assert reopened.due > date(2026, 12, 31)


async def test_rule_3_a_new_term_counts_the_days_off_and_the_days_of_the_letter(
    office: Office,
) -> None:
    case = await refused(office)
    async with office.store.begin() as tx:
        await tx.calendar.put(SpecialDay(date(2026, 3, 18), worked=False))

    assert (await plans(office, case)).after.due == date(2026, 3, 23)
    hurried = replace(office, policy=replace(office.policy, working_days=8))
    assert (await plans(hurried, case)).after.due == date(2026, 3, 19)


async def test_rule_3_the_day_of_reopening_is_the_local_one(office: Office) -> None:
    case = await refused(office)
    office.clock.moment = datetime(2026, 3, 9, 17, tzinfo=UTC)  # 0:00 on Tuesday 10 March

    assert (await plans(office, case)).after.due == date(2026, 3, 24)


async def test_nothing_is_promised_anew_without_a_calendar(office: Office) -> None:
    case = await refused(office)
    async with office.store.engines.write() as connection:
        await connection.exec_driver_sql("DELETE FROM calendar")

    with pytest.raises(LookupError, match=r"^the database holds no calendar$"):
        await reopens(office, case)


# ── who may, and what not ────────────────────────────────────────────────────────────────────────


async def test_a_plan_tells_what_would_become_and_changes_nothing(office: Office) -> None:
    case = await refused(office)
    before = await office.history(case)

    planned = await plans(office, case)

    assert planned.before == case
    assert (planned.after.status, planned.anew, planned.unmailed) == (Status.PENDING, True, False)
    assert await office.case(case) == case
    assert await office.history(case) == before


@pytest.mark.parametrize("by", [STRANGER, VIEWER, OFFICER], ids=lambda by: by.user)
async def test_rule_7_nobody_but_a_lead_reopens(office: Office, by: Actor) -> None:
    case = await refused(office)

    with pytest.raises(NotAllowed):
        await reopens(office, case, by)

    assert await office.case(case) == case


async def test_rule_7_nobody_reopens_a_registration_of_their_own(office: Office) -> None:
    case = await office.refuses(await office.submits(user=LEAD.user))

    assert await problem_of(reopens(office, case)) == Text("staff-own-registration")


async def test_what_nobody_has_decided_is_not_reopened(office: Office) -> None:
    pending = await office.submits("a")
    withdrawn = await office.submits("b")
    await office.does(withdraw, "tg:5", withdrawn.id, office.policy, office.now)

    with pytest.raises(AlreadyDecided) as waits:
        await plans(office, pending)
    assert waits.value.text == text("stands-pending", reference=pending.reference)
    assert await problem_of(plans(office, withdrawn)) == text(
        "stands-withdrawn", reference=withdrawn.reference
    )
    office.clock.moment = pending.reopens_at
    await office.does(expire_due, office.policy, office.now)
    assert await problem_of(plans(office, pending)) == text(
        "stands-expired", reference=pending.reference
    )


async def test_a_card_that_has_changed_since_is_looked_at_again_first(office: Office) -> None:
    case = await refused(office)

    shown = replace(case, version=case.version - 1)

    assert await problem_of(reopens(office, shown)) == Text("card-changed")


@pytest.mark.parametrize("answers", [{}, {"email": "other@example.vn"}])
async def test_rule_1_a_refusal_stays_once_something_newer_is_live(
    office: Office, answers: dict[str, str]
) -> None:
    case = await refused(office)
    newer = await office.submits("a", **answers)

    assert await problem_of(reopens(office, case)) == text(
        "undo-replaced", reference=newer.reference
    )
    assert await office.case(case) == case


async def test_rule_9_a_mail_that_is_leaving_just_now_is_not_overtaken(office: Office) -> None:
    case = await office.refuses(await office.submits())
    office.waits(minutes=2)
    await office.sends_mails()

    assert await problem_of(reopens(office, case)) == Text("reopen-mail-leaving")
    assert await office.case(case) == case


@pytest.mark.parametrize(("length", "taken"), [(9, False), (10, True), (500, True), (501, False)])
async def test_a_reason_has_ten_to_five_hundred_characters(
    office: Office, length: int, taken: bool
) -> None:
    case = await refused(office)
    why = f" {'x' * length}\u200b"

    if taken:
        assert (await reopens(office, case, why=why)).status is Status.PENDING
    else:
        assert await problem_of(reopens(office, case, why=why)) == Text("reason-length")
        assert await office.case(case) == case


async def test_a_reopening_that_loses_a_race_is_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await refused(office)

    async def lose(before: Registration, after: Registration) -> bool:
        return False

    async def reopen_late() -> None:
        async with office.store.begin() as tx:
            monkeypatch.setattr(tx.registrations, "save", lose)
            await reopen(tx, LEAD, case.id, case.version, WHY, office.policy, office.now)

    with pytest.raises(LostRace):
        await reopen_late()

    assert await office.case(case) == case
    assert "reopened" not in await office.events(case)
