"""A result that did not arrive: sent again, elsewhere, put aside, or said to have come back."""

import json
from collections.abc import Awaitable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.errors import AlreadyDecided, NotAllowed, Problem, Taken
from core.events import read_event
from core.messages import MAIL, Address, Choice, Kind, MailKind, Text, text
from core.people import Actor
from core.ports import Ailment, HistoryEntry, InboxRow, Trouble
from core.registration import PersonRole, Registration, Status
from core.usecases.decide import result_key, result_mail
from core.usecases.delivered import mail_failed
from core.usecases.expire import expire_due
from core.usecases.repair import (
    ASK_PAUSE,
    BOUNCES_FOR,
    ask_other_email,
    bounced,
    check_mailbox,
    correct_email,
    email_wanted,
    load_own_broken,
    plan_bounce,
    put_aside,
    reached_again,
    repair_rows,
    resend,
    trouble_lines,
)
from storage.tables import inbox, outbox
from tests.core.usecases.office import (
    COLLEAGUE,
    LEAD,
    NOW,
    OFFICER,
    VIEWER,
    Office,
    card_owed,
)

OWNER = "tg:5"
OTHER = "Lan.Moi+knlt@gmail.com"
MINUTE = timedelta(minutes=1)


async def fails(office: Office, name: str = "a", *, refused: bool = False) -> Registration:
    """A result was decided, and the mail server knows no such mailbox."""
    case = await office.submits(name)
    await (office.refuses(case) if refused else office.enters(await office.approves(case)))
    await office.result_leaves(accepted=False)
    await office.forgets_cards()
    return await office.case(case)


async def is_mailed(office: Office, name: str = "a", *, refused: bool = False) -> Registration:
    case = await office.submits(name)
    await (office.refuses(case) if refused else office.enters(await office.approves(case)))
    await office.result_leaves()
    await office.forgets_cards()
    return await office.case(case)


async def sends_again(office: Office, case: Registration, by: Actor = OFFICER) -> Registration:
    return await office.does(resend, by, case.id, case.version, office.policy, office.now)


async def says_it_bounced(office: Office, case: Registration, by: Actor = OFFICER) -> Registration:
    return await office.does(bounced, by, case.id, case.version, office.policy, office.now)


async def gives(
    office: Office, case: Registration, email: str = OTHER, *, proved: bool = True
) -> Registration:
    return await office.does(
        correct_email, OWNER, case.id, email, office.policy, office.now, proved=proved
    )


async def asks(office: Office, case: Registration) -> Registration:
    return await office.does(ask_other_email, OFFICER, case.id, office.policy, office.now)


async def puts_aside(office: Office, case: Registration, by: Actor = OFFICER) -> Registration:
    return await office.does(put_aside, by, case.id, office.policy, office.now)


async def troubles(office: Office, case: Registration) -> list[Trouble]:
    async with office.store.read() as tx:
        return await tx.troubles.of(case.id)


async def notes(office: Office, case: Registration, ailment: Ailment) -> None:
    async with office.store.begin() as tx:
        await tx.troubles.open(case.id, ailment, office.now)


async def told(office: Office) -> list[tuple[str, str, object]]:
    """Which conversation is told what, of the events that nobody has handled."""
    found: list[tuple[str, str, object]] = []
    for row in await office.rows(inbox):
        payload = office.vault.open(row["payload"])
        event = read_event(
            InboxRow(row["id"], row["bot"], row["update_id"], "", payload, office.now)
        )
        assert event is not None
        found.append((row["conversation"], event[0], dict(event[1])))
    return found


def asked_about(case: Registration) -> tuple[str, str, object]:
    return ("public:5", "email-wanted", {"registration": case.id, "user": OWNER})


async def turned_away(problem: type[Problem], doing: Awaitable[object]) -> Text:
    with pytest.raises(problem) as refused:
        await doing
    return refused.value.text


# ── sent again ───────────────────────────────────────────────────────────────────────────────────


async def test_an_account_is_mailed_again_at_once_from_its_own_row(office: Office) -> None:
    case = await fails(office)
    office.waits(minutes=3)
    again = await sends_again(office, case)

    assert again == replace(case, version=case.version + 1, result_failed=False)
    assert await office.owed(Kind.CARD) == [card_owed(again)]
    (mail,) = await office.sends_mails()
    assert mail.outgoing.key == result_key(case)
    assert await office.secret(case) is not None
    assert await troubles(office, case) == []
    entry = (await office.history(case))[-1]
    assert entry == HistoryEntry(office.now, entry.event, OFFICER.user, OFFICER.name, case.id)
    assert entry.event.value == "result-resent"


@pytest.mark.parametrize("refused", [False, True])
async def test_a_mail_whose_row_is_gone_is_owed_anew(office: Office, *, refused: bool) -> None:
    case = await fails(office, refused=refused)
    await office.forgets_owed()
    again = await sends_again(office, case)

    kind = MailKind.REFUSAL if refused else MailKind.ACCOUNT
    assert await office.owed(Kind.MAIL) == [result_mail(again, kind, office.policy, office.now)]


async def test_an_account_that_is_gone_is_waited_for(office: Office) -> None:
    case = await fails(office)
    await puts_aside(office, case)
    again = await sends_again(office, await office.case(case))

    assert (again.status, again.account_at, again.result_failed) == (Status.APPROVED, None, False)
    assert await office.owed(Kind.MAIL) == []
    assert (await office.events(case))[-1] == "account-gone"
    assert "result-resent" not in await office.events(case)
    assert await turned_away(AlreadyDecided, sends_again(office, case)) == text(
        "repair-account-gone", reference=case.reference
    )


async def test_rule_6_who_comes_late_is_told_who_sent_it_again(office: Office) -> None:
    case = await fails(office)
    await sends_again(office, case)
    late = await turned_away(AlreadyDecided, sends_again(office, case, COLLEAGUE))
    assert late == text(
        "repair-resent",
        reference=case.reference,
        by=text("repair-by", name=OFFICER.name),
        at=office.now,
    )
    await office.result_leaves()
    gone = await turned_away(AlreadyDecided, sends_again(office, case, COLLEAGUE))
    assert gone == text("repair-mailed", reference=case.reference, at=office.now)


async def test_rule_6_who_comes_late_is_told_that_the_facility_changed_its_e_mail(
    office: Office,
) -> None:
    case = await fails(office)
    await sends_again(office, case)
    await office.result_leaves(accepted=False)
    await gives(office, case)

    late = await turned_away(AlreadyDecided, sends_again(office, case))
    assert late == text(
        "repair-resent",
        reference=case.reference,
        by=text("repair-by-facility"),
        at=office.now,
    )


async def test_a_case_that_moved_on_tells_how_it_stands(office: Office) -> None:
    case = await fails(office)
    await sends_again(office, case)
    await office.undoes(await office.case(case))
    gone = await turned_away(AlreadyDecided, sends_again(office, case))
    await office.undoes(await office.case(case))

    assert gone == text("repair-account-gone", reference=case.reference)
    late = await turned_away(AlreadyDecided, sends_again(office, case))
    assert late == text("stands-pending", reference=case.reference)


async def test_a_case_whose_mail_did_not_fail_or_whose_term_is_over_tells_how_it_stands(
    office: Office,
) -> None:
    broken, waits = await fails(office, "b"), await office.refuses(await office.submits())
    stands = await turned_away(AlreadyDecided, sends_again(office, waits))
    office.clock.moment = broken.reopens_at
    await office.does(expire_due, office.policy, office.now)

    assert stands.key == "stands-refused-by"
    late = await turned_away(AlreadyDecided, sends_again(office, broken))
    assert late.key == "stands-expired-by"


async def test_a_card_that_shows_an_earlier_version_sends_nothing(office: Office) -> None:
    case = await fails(office)
    old = replace(case, version=case.version - 1)

    assert await turned_away(Problem, sends_again(office, old)) == text("card-changed")


@pytest.mark.parametrize("refused", [False, True])
async def test_rule_3_nothing_is_repaired_once_the_term_has_passed(
    office: Office, *, refused: bool
) -> None:
    case = await fails(office, refused=refused)
    office.clock.moment = case.reopens_at - timedelta(seconds=1)
    assert repair_rows(case, await troubles(office, case), office.now) != ()
    office.waits(seconds=1)

    late = text("repair-out-of-time", reference=case.reference)
    assert await turned_away(AlreadyDecided, sends_again(office, case)) == late
    assert await turned_away(AlreadyDecided, asks(office, case)) == late
    assert await turned_away(Problem, gives(office, case)) == text(
        "email-no-longer", reference=case.reference
    )
    assert repair_rows(case, await troubles(office, case), office.now) == ()


# ── asked for another e-mail ─────────────────────────────────────────────────────────────────────


async def test_the_facility_is_asked_by_itself_and_then_once_an_hour_at_most(
    office: Office,
) -> None:
    case = await fails(office)
    failed_at = office.now
    assert await told(office) == [asked_about(case)]
    office.clock.moment = failed_at + ASK_PAUSE - timedelta(seconds=1)
    soon = await turned_away(AlreadyDecided, asks(office, case))
    assert soon == text("repair-asked", at=failed_at)
    office.waits(seconds=1)
    assert await asks(office, case) == case

    assert await told(office) == [asked_about(case)] * 2
    entry = (await office.history(case))[-1]
    assert (entry.event.value, entry.at) == ("email-asked", office.now)
    assert (entry.by, entry.by_name) == (OFFICER.user, OFFICER.name)
    redrawn = card_owed(case, f"asked:{office.now.isoformat()}")
    assert await office.owed(Kind.CARD) == [replace(redrawn, context={"card": "redrawn"})]
    assert (await troubles(office, case))[0].asked_at == office.now


async def test_who_asks_after_it_was_put_aside_is_told_by_whom(office: Office) -> None:
    case = await fails(office)
    await puts_aside(office, case)
    told_so = await turned_away(AlreadyDecided, asks(office, await office.case(case)))

    assert told_so == text("repair-handled", name=OFFICER.name, at=office.now)


async def test_who_asks_where_nothing_is_noted_is_told_that_nothing_is(office: Office) -> None:
    case = await fails(office)
    async with office.store.begin() as tx:
        await tx.troubles.close(case.id, Ailment.MAIL)
        await tx.troubles.open(case.id, Ailment.CHAT, office.now)

    assert await turned_away(AlreadyDecided, asks(office, case)) == text("repair-nothing")


def test_the_facility_is_told_once_for_each_moment() -> None:
    case = replace(CASE, id=7)
    update = email_wanted(case, NOW)

    assert (update.bot, update.conversation) == ("public", "public:5")
    assert update.update_id == f"email-wanted:7:{NOW.isoformat()}"
    assert json.loads(update.payload)["data"] == {"registration": 7, "user": OWNER}


# ── put aside ────────────────────────────────────────────────────────────────────────────────────


async def test_rule_8_put_aside_once_and_the_account_is_forgotten(office: Office) -> None:
    case = await fails(office)
    done = await puts_aside(office, case)
    late = await turned_away(AlreadyDecided, puts_aside(office, case, COLLEAGUE))

    assert late == text("repair-handled", name=OFFICER.name, at=office.now)
    assert await office.secret(case) is None
    assert done == replace(case, version=case.version + 1)
    assert done == await office.case(case)
    entry = (await office.history(case))[-1]
    assert (entry.event.value, entry.at) == ("handled", office.now)
    assert (entry.by, entry.by_name) == (OFFICER.user, OFFICER.name)
    redrawn = card_owed(done, f"handled:{office.now.isoformat()}")
    assert await office.owed(Kind.CARD) == [replace(redrawn, context={"card": "redrawn"})]


async def test_putting_a_silent_chat_aside_leaves_a_waiting_account_alone(office: Office) -> None:
    case = await office.approves_and_enters()
    await notes(office, case, Ailment.CHAT)
    done = await puts_aside(office, case)

    assert done == case
    assert await office.secret(case) is not None


async def test_where_nothing_is_wrong_nothing_is_put_aside(office: Office) -> None:
    case = await office.approves_and_enters()

    assert await turned_away(AlreadyDecided, puts_aside(office, case)) == text("repair-nothing")


async def test_somebody_without_a_name_puts_aside_without_one(office: Office) -> None:
    case = await fails(office)
    await puts_aside(office, case, Actor("tg:8", "", OFFICER.role))
    late = await turned_away(AlreadyDecided, puts_aside(office, case))

    assert late == text("repair-handled", name="", at=office.now)


async def test_who_put_one_of_two_aside_is_named(office: Office) -> None:
    case = await fails(office)
    await puts_aside(office, case)
    handled_at = office.now
    office.waits(minutes=1)
    await notes(office, case, Ailment.CHAT)
    await puts_aside(office, case, COLLEAGUE)
    late = await turned_away(AlreadyDecided, puts_aside(office, case, LEAD))

    assert late == text("repair-handled", name=OFFICER.name, at=handled_at)


# ── the facility ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("proved", [True, False])
async def test_the_result_goes_to_the_mailbox_that_the_facility_gives(
    office: Office, *, proved: bool
) -> None:
    case = await fails(office, refused=True)
    after = await gives(office, case, proved=proved)

    assert (after.email, after.email_key, after.email_proved) == (
        OTHER,
        "lanmoi@gmail.com",
        proved,
    )
    (mail,) = await office.sends_mails()
    assert mail.outgoing.address == Address(MAIL, OTHER)
    entry = (await office.history(case))[-1]
    assert (entry.event.value, entry.by, entry.by_name) == ("email-corrected", OWNER, "")
    assert await troubles(office, case) == []


async def test_an_account_that_is_gone_is_entered_again_for_the_new_mailbox(
    office: Office,
) -> None:
    case = await fails(office)
    await puts_aside(office, case)
    after = await gives(office, case)

    assert (after.email, after.account_at, after.result_failed) == (OTHER, None, False)
    assert (await office.events(case))[-2:] == ["email-corrected", "account-gone"]
    assert await office.owed(Kind.MAIL) == []


async def test_rule_1_another_live_registrations_mailbox_is_not_taken(office: Office) -> None:
    case = await fails(office)
    await office.submits("b", "tg:6", email="lanmoi@gmail.com")

    assert await turned_away(Taken, gives(office, case)) == text("email-used")
    assert await turned_away(Taken, office.does(check_mailbox, case, OTHER)) == text("email-used")
    assert (await office.case(case)).email == case.email
    await office.does(check_mailbox, case, case.email)


async def test_nobody_repairs_for_another_facility(office: Office) -> None:
    case = await fails(office)

    for user, number in (("tg:6", case.id), (OWNER, case.id + 1)):
        unknown = office.does(load_own_broken, user, number, office.now)
        assert await turned_away(Problem, unknown) == text("case-unknown")
    assert await office.does(load_own_broken, OWNER, case.id, office.now) == case


async def test_a_facility_that_is_back_is_no_longer_out_of_reach(office: Office) -> None:
    case, fine = await fails(office), await office.submits("b")
    await notes(office, case, Ailment.CHAT)
    await office.forgets_cards()
    await office.does(reached_again, OWNER, office.policy, office.now)

    assert [one.ailment for one in await troubles(office, case)] == [Ailment.MAIL]
    redrawn = card_owed(case, f"back:{office.now.isoformat()}")
    assert await office.owed(Kind.CARD) == [replace(redrawn, context={"card": "redrawn"})]
    assert fine.user == case.user


# ── a mail that came back ────────────────────────────────────────────────────────────────────────


async def test_a_refusal_that_came_back_is_as_if_its_mail_had_been_refused(
    office: Office,
) -> None:
    case = await is_mailed(office, refused=True)
    office.waits(hours=3)
    back = await says_it_bounced(office, case)

    assert back == replace(case, version=case.version + 1, result_at=None, result_failed=True)
    assert await troubles(office, case) == [
        Trouble(case.id, Ailment.MAIL, office.now, asked_at=office.now)
    ]
    assert await told(office) == [asked_about(case)]
    assert await office.owed(Kind.CARD) == [card_owed(back)]
    (row,) = (one for one in await office.rows(outbox) if one["kind"] == "mail")
    assert (row["state"], row["ended_at"]) == ("failed", office.now)
    entry = (await office.history(case))[-1]
    assert entry == HistoryEntry(
        office.now,
        entry.event,
        OFFICER.user,
        OFFICER.name,
        case.id,
        {"due": case.due.isoformat()},
    )
    assert entry.event.value == "result-bounced"
    await gives(office, case)
    (mail,) = await office.sends_mails()
    assert (mail.outgoing.key, mail.outgoing.address.chat) == (result_key(case), OTHER)


async def test_an_account_that_came_back_is_approved_again_with_a_term_that_begins_anew(
    office: Office,
) -> None:
    case = await is_mailed(office)
    office.waits(days=3)
    back = await says_it_bounced(office, case)

    assert (back.status, back.result_at, back.result_failed) == (Status.APPROVED, None, True)
    assert back.account_at == case.account_at
    assert back.due == date(2026, 3, 19)
    assert back.reopens_at == case.reopens_at + timedelta(days=3)
    assert (await office.history(case))[-1].detail == {"due": "2026-03-19"}
    assert await office.secret(case) is None
    after = await gives(office, case)
    assert (after.account_at, after.result_failed) == (None, False)
    entered = await office.enters(after)
    assert [mail.address.chat for mail in await office.owed(Kind.MAIL)] == [OTHER]
    assert entered.due == date(2026, 3, 19)


async def test_rule_1_licence_and_e_mail_stay_taken_while_an_account_is_on_its_way_again(
    office: Office,
) -> None:
    case = await is_mailed(office)
    await says_it_bounced(office, case)

    for taken in ({"licence_key": case.licence_key}, {"email": case.email}):
        with pytest.raises(Taken):
            await office.submits("b", "tg:6", **taken)


async def test_a_file_that_is_sent_once_more_finds_the_case_in_no_batch(office: Office) -> None:
    case = await office.approves_and_enters()
    async with office.store.begin() as tx:
        batch = await tx.batches.open(OFFICER, [case.id], office.now)
    await office.result_leaves()
    await says_it_bounced(office, await office.case(case))

    async with office.store.read() as tx:
        assert await tx.batches.cases(batch.number) == []


async def test_rule_6_who_comes_late_is_told_who_said_that_it_came_back(office: Office) -> None:
    case = await is_mailed(office)
    office.waits(minutes=1)
    back = await says_it_bounced(office, case)
    told_so = text("repair-bounced", reference=case.reference, name=OFFICER.name, at=office.now)
    assert await turned_away(AlreadyDecided, says_it_bounced(office, case, LEAD)) == told_so
    office.waits(minutes=1)
    await sends_again(office, back)
    gone = text("repair-account-gone", reference=case.reference)
    assert await turned_away(AlreadyDecided, says_it_bounced(office, case, LEAD)) == gone


async def test_a_mail_that_the_server_refused_cannot_come_back(office: Office) -> None:
    case = await fails(office)

    late = await turned_away(AlreadyDecided, says_it_bounced(office, case))
    assert late == text("card-changed")


async def test_a_mail_that_was_sent_again_does_not_come_back_by_an_old_card(
    office: Office,
) -> None:
    case = await is_mailed(office, refused=True)
    await sends_again(office, await says_it_bounced(office, case))
    waiting = await turned_away(AlreadyDecided, says_it_bounced(office, case))
    await office.result_leaves()

    assert waiting.key == "repair-resent"
    assert await turned_away(Problem, says_it_bounced(office, case)) == text("card-changed")
    mailed = await office.case(case)
    assert mailed.result_at == office.now
    assert (await says_it_bounced(office, mailed)).result_failed


@pytest.mark.parametrize("refused", [False, True])
async def test_a_mail_comes_back_within_two_weeks_and_a_refusals_within_its_term(
    office: Office, *, refused: bool
) -> None:
    case = await is_mailed(office, refused=refused)
    ends = case.reopens_at if refused else office.now + BOUNCES_FOR
    office.clock.moment = ends - timedelta(seconds=1)
    plan = (OFFICER, case.id, case.version, office.policy)
    before, after = await office.does(plan_bounce, *plan, office.now)
    assert (before, after.result_failed) == (case, True)
    office.waits(seconds=1)

    late = text("bounced-too-late", reference=case.reference)
    assert await turned_away(Problem, says_it_bounced(office, case)) == late
    assert await office.case(case) == case


async def test_rule_1_a_refusal_does_not_come_back_once_something_newer_is_live(
    office: Office,
) -> None:
    case = await is_mailed(office, refused=True)
    newer = await office.submits()

    replaced = await turned_away(Problem, says_it_bounced(office, case))
    assert replaced == text("undo-replaced", reference=newer.reference)


async def test_a_pending_case_has_no_mail_to_come_back(office: Office) -> None:
    case = await office.submits()

    late = await turned_away(AlreadyDecided, says_it_bounced(office, case))
    assert late == text("stands-pending", reference=case.reference)


# ── who may ──────────────────────────────────────────────────────────────────────────────────────


async def test_rule_7_officers_and_leads_repair_but_not_their_own(office: Office) -> None:
    broken, mailed = await fails(office), await is_mailed(office, "b")
    owner = Actor(OWNER, "Lan", OFFICER.role)

    for by, problem in ((VIEWER, NotAllowed), (owner, Problem)):
        for doing in (
            sends_again(office, broken, by),
            office.does(ask_other_email, by, broken.id, office.policy, office.now),
            puts_aside(office, broken, by),
            says_it_bounced(office, mailed, by),
        ):
            away = await turned_away(problem, doing)
            assert problem is NotAllowed or away == text("staff-own-registration")


# ── on the card ──────────────────────────────────────────────────────────────────────────────────

CASE = Registration(
    id=10,
    version=3,
    reference="26-K7QX9M",
    status=Status.APPROVED,
    bot="public",
    chat="5",
    user=OWNER,
    locale="vi",
    licence_key="03-1-HNO",
    licence="03-1/ĐKKDD-HNO",
    licence_raw="03-1",
    facility="Nhà thuốc An Tâm",
    role=PersonRole.DIRECTOR,
    person="Nguyễn Thị Lan",
    email="lan@example.vn",
    email_key="lan@example.vn",
    email_proved=True,
    submitted_at=NOW,
    due=date(2026, 3, 16),
    reopens_at=NOW + timedelta(days=14),
    provisional=False,
    result_failed=True,
)
MAIL_TROUBLE = Trouble(CASE.id, Ailment.MAIL, NOW)
CHAT_TROUBLE = Trouble(CASE.id, Ailment.CHAT, NOW + MINUTE)


def handled(trouble: Trouble, name: str | None, minutes: int) -> Trouble:
    return replace(trouble, handled_at=NOW + minutes * MINUTE, handled_name=name)


@pytest.mark.parametrize(
    ("failed", "noted", "lines"),
    [
        (True, [], ()),
        (True, [MAIL_TROUBLE], ()),
        (
            True,
            [replace(MAIL_TROUBLE, asked_at=NOW), CHAT_TROUBLE],
            (text("card-unreachable", at=NOW + MINUTE), text("card-email-asked", at=NOW)),
        ),
        (
            True,
            [handled(MAIL_TROUBLE, "Minh", 2), handled(CHAT_TROUBLE, None, 3)],
            (
                text("card-unreachable", at=NOW + MINUTE),
                text("card-handled", name="", at=NOW + 3 * MINUTE),
            ),
        ),
        (
            True,
            [handled(MAIL_TROUBLE, "Minh", 2)],
            (text("card-handled", name="Minh", at=NOW + 2 * MINUTE),),
        ),
        (False, [replace(handled(MAIL_TROUBLE, "Minh", 2), asked_at=NOW)], ()),
    ],
    ids=[
        "nothing",
        "the mail alone",
        "asked and out of reach",
        "both handled",
        "handled",
        "mended meanwhile",
    ],
)
def test_the_card_tells_what_is_wrong_and_what_was_done(
    failed: bool, noted: list[Trouble], lines: tuple[Text, ...]
) -> None:
    assert trouble_lines(replace(CASE, result_failed=failed), noted) == lines


@pytest.mark.parametrize(
    ("failed", "noted", "verbs"),
    [
        (True, [], ("resend",)),
        (True, [MAIL_TROUBLE], ("resend", "email", "handled")),
        (True, [CHAT_TROUBLE], ("resend", "handled")),
        (True, [handled(MAIL_TROUBLE, "Minh", 2)], ("resend",)),
        (False, [CHAT_TROUBLE], ("handled",)),
        (False, [], ()),
    ],
)
def test_the_card_offers_what_can_be_done(
    failed: bool, noted: list[Trouble], verbs: tuple[str, ...]
) -> None:
    row = tuple(Choice(f"1.c.{verb}.a.3", Text(f"button-repair-{verb}")) for verb in verbs)

    shown = repair_rows(replace(CASE, result_failed=failed), noted, NOW)
    assert shown == ((row,) if row else ())


# ── asked by nobody ──────────────────────────────────────────────────────────────────────────────


async def test_a_mail_that_failed_for_another_cause_asks_the_facility_nothing(
    office: Office,
) -> None:
    case = await office.approves_and_enters()
    office.waits(minutes=2)
    for row in await office.sends_mails():
        async with office.store.begin() as tx:
            await tx.outbox.failed("postman", row.id, office.now, "retry: 451")
            await mail_failed(tx, row, office.policy, office.now, final=True, refused=False)

    assert await told(office) == []
    assert [one.asked_at for one in await troubles(office, case)] == [None]
