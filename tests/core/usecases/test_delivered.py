"""What follows a sending: a result is given, or staff must repair it, or nobody can be reached."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from core.messages import MAIL, Address, Choice, Kind, Message, Outgoing, Text, text
from core.ports import CardPlace, Event, HistoryEntry, OutboxRow
from core.registration import Registration, Status
from core.usecases.delivered import card_shown, chat_stopped, mail_accepted, mail_failed
from storage.tables import inbox
from tests.core.usecases.office import GROUP, NOW, POLICY, REASON, Office, card_owed

FACILITY = Address("public", "5")
EMAIL = "l***@example.vn"


async def told(office: Office) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Give what conversations are told: which, by which update, what."""
    return [
        (row["conversation"], row["update_id"], json.loads(office.vault.open(row["payload"])))
        for row in await office.rows(inbox)
    ]


async def leaving(office: Office) -> OutboxRow:
    """Take the one mail that leaves after the undo window; owe nothing else."""
    office.waits(seconds=POLICY.undo.total_seconds())
    (row,) = await office.sends_mails()
    return row


def again(case: Registration) -> tuple[tuple[Choice, ...], ...]:
    return ((Choice(f"1.m.again.{case.id:x}", Text("button-again")),),)


def chat(key: str, case: Registration, *lines: Text, offers: bool = False) -> Outgoing:
    return Outgoing(
        key=key,
        kind=Kind.SAY,
        address=FACILITY,
        locale=case.locale,
        message=Message(lines, again(case) if offers else ()),
        registration_id=case.id,
    )


async def test_rule_9_a_registration_is_issued_when_the_server_took_its_mail(
    office: Office,
) -> None:
    approved = await office.approves(await office.submits(locale="en"))
    entered = await office.enters(approved)
    row = await leaving(office)
    await office.forgets_owed()
    assert (await office.case(entered)).status is Status.APPROVED

    await office.does(mail_accepted, row, office.policy, office.now)

    issued = replace(entered, status=Status.ISSUED, result_at=office.now, version=4)
    assert await office.case(entered) == issued
    assert (await office.history(entered))[3:] == [
        HistoryEntry(office.now, Event.RESULT_MAILED, "system", "", entered.id)
    ]
    line = text("approval-chat", reference=entered.reference, email=EMAIL, at=office.now)
    assert await office.owed() == [
        card_owed(issued),
        chat(f"result-chat:{row.id}:{entered.version + 1}", entered, line),
    ]


async def test_rule_8_the_account_is_forgotten_with_its_mail(office: Office) -> None:
    entered = await office.approves_and_enters()
    row = await leaving(office)
    assert await office.secret(entered) is not None

    await office.does(mail_accepted, row, office.policy, office.now)

    assert await office.secret(entered) is None


async def test_a_refusal_that_was_mailed_is_told_in_the_chat_with_the_way_back(
    office: Office,
) -> None:
    refused = await office.refuses(await office.submits())
    row = await leaving(office)
    await office.forgets_owed()

    await office.does(mail_accepted, row, office.policy, office.now)

    given = replace(refused, result_at=office.now, version=3)
    assert await office.case(refused) == given
    assert (await office.events(refused))[2:] == ["result-mailed"]
    line = text("refusal-chat", reference=refused.reference, email=EMAIL, reason=REASON)
    assert await office.owed() == [
        card_owed(given),
        chat(f"result-chat:{row.id}:{refused.version + 1}", refused, line, offers=True),
    ]


async def test_a_refusal_without_a_reason_is_told_without(office: Office) -> None:
    refused = await office.refuses(await office.submits())
    row = await leaving(office)
    async with office.store.begin() as tx:
        await tx.registrations.save(refused, replace(refused, reason_text=None))
    await office.forgets_owed()

    await office.does(mail_accepted, row, office.policy, office.now)

    said = (await office.owed(Kind.SAY))[0].message
    assert said is not None
    assert said.lines[0].args["reason"] == ""


@pytest.mark.parametrize("kind", ["code", "expiry"])
async def test_a_mail_without_a_result_changes_nothing(office: Office, kind: str) -> None:
    approved = await office.approves_and_enters()
    row = await leaving(office)
    other = replace(row, outgoing=replace(row.outgoing, context={"mail": kind}))

    await office.does(mail_accepted, other, office.policy, office.now)

    assert await office.case(approved) == approved


@pytest.mark.parametrize("settle", [mail_accepted, mail_failed])
@pytest.mark.parametrize("status", [Status.PENDING, Status.EXPIRED, Status.ISSUED])
async def test_a_mail_of_a_case_that_has_moved_on_changes_nothing(
    office: Office, settle: Any, status: Status
) -> None:
    case = await office.approves_and_enters()
    row = await leaving(office)
    async with office.store.begin() as tx:
        assert await tx.registrations.save(case, replace(case, status=status))
    await office.forgets_owed()
    moved = await office.case(case)
    final = {"final": True} if settle is mail_failed else {}

    await office.does(settle, row, office.policy, office.now, **final)

    assert await office.case(case) == moved
    assert await office.owed() == []
    assert len(await office.history(case)) == 3


@pytest.mark.parametrize("settle", [mail_accepted, mail_failed])
@pytest.mark.parametrize("unknown", [None, 99])
async def test_a_mail_of_no_case_changes_nothing(
    office: Office, settle: Any, unknown: int | None
) -> None:
    await office.approves_and_enters()
    row = await leaving(office)
    await office.forgets_owed()
    final = {"final": True} if settle is mail_failed else {}
    lost = replace(row, outgoing=replace(row.outgoing, registration_id=unknown))

    await office.does(settle, lost, office.policy, office.now, **final)

    assert await office.owed() == []


async def test_rule_9_a_result_that_cannot_be_mailed_asks_staff_to_repair_it(
    office: Office,
) -> None:
    entered = await office.approves_and_enters()
    row = await leaving(office)
    await office.forgets_owed()

    await office.does(mail_failed, row, office.policy, office.now, final=True, refused=True)

    failed = replace(entered, result_failed=True, version=4)
    assert await office.case(entered) == failed
    assert await office.secret(entered) is not None
    assert (await office.history(entered))[3:] == [
        HistoryEntry(office.now, Event.RESULT_FAILED, "system", "", entered.id)
    ]
    assert await office.owed() == [card_owed(failed)]
    wanted = {"registration": entered.id, "user": "tg:5"}
    assert await told(office) == [
        (
            "public:5",
            f"email-wanted:{entered.id}:{office.now.isoformat()}",
            {"event": "email-wanted", "data": wanted},
        )
    ]


async def test_a_facility_whose_address_is_not_at_fault_is_asked_for_no_other(
    office: Office,
) -> None:
    entered = await office.approves_and_enters()
    row = await leaving(office)
    await office.forgets_owed()

    await office.does(mail_failed, row, office.policy, office.now, final=True)

    line = text("email-delayed", email=EMAIL, reference=entered.reference)
    assert await office.owed(Kind.SAY) == [chat(f"bounced-chat:{row.id}", entered, line)]
    assert await told(office) == []
    async with office.store.read() as tx:
        (trouble,) = await tx.troubles.of(entered.id)
    assert trouble.asked_at is None


async def test_rule_2_a_refusal_that_cannot_be_mailed_in_time_offers_to_register_again(
    office: Office,
) -> None:
    refused = await office.refuses(await office.submits())
    row = await leaving(office)
    await office.forgets_owed()
    office.clock.moment = refused.reopens_at

    await office.does(mail_failed, row, office.policy, office.now, final=True)

    line = text("email-bounced", email=EMAIL, reference=refused.reference)
    assert await office.owed(Kind.SAY) == [
        chat(f"bounced-chat:{row.id}", refused, line, offers=True)
    ]
    assert (await office.case(refused)).result_failed


async def test_a_result_that_will_be_tried_again_has_not_failed(office: Office) -> None:
    entered = await office.approves_and_enters()
    row = await leaving(office)
    await office.forgets_owed()

    await office.does(mail_failed, row, office.policy, office.now, final=False)

    assert await office.case(entered) == entered
    assert await office.owed() == []
    assert await told(office) == []


async def test_an_expiry_that_cannot_be_mailed_repairs_nothing(office: Office) -> None:
    refused = await office.refuses(await office.submits())
    row = await leaving(office)
    expiry = replace(row, outgoing=replace(row.outgoing, context={"mail": "expiry"}))

    await office.does(mail_failed, expiry, office.policy, office.now, final=True)

    assert await office.case(refused) == refused


@pytest.mark.parametrize(
    ("outcome", "refused"),
    [({"final": False}, False), ({"final": True}, False), ({"final": True, "refused": True}, True)],
)
async def test_a_code_that_was_not_taken_is_told_to_its_conversation_each_time(
    office: Office, outcome: dict[str, bool], refused: bool
) -> None:
    context = {"mail": "code", "conversation": "public:5", "nonce": 4}
    outgoing = Outgoing("code:1", Kind.MAIL, Address(MAIL, "lan@example.vn"), context=context)

    await office.does(
        mail_failed, OutboxRow(12, outgoing, 2, NOW), office.policy, office.now, **outcome
    )

    said = {"nonce": 4, "final": outcome["final"], "refused": refused}
    assert await told(office) == [
        ("public:5", "code-failed:12:2", {"event": "code-failed", "data": said})
    ]
    assert (await office.rows(inbox))[0]["received_at"] == office.now
    assert await office.owed() == []


async def test_rule_9_the_result_is_written_however_the_case_moves_meanwhile(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = await office.approves_and_enters()
    row = await leaving(office)

    async with office.store.begin() as tx:
        save = tx.registrations.save
        others = [True, True]

        async def somebody_is_faster(before: Registration, after: Registration) -> bool:
            if others:
                others.pop()
                await save(before, before)
            return await save(before, after)

        monkeypatch.setattr(tx.registrations, "save", somebody_is_faster)
        await mail_accepted(tx, row, office.policy, office.now)

    assert (await office.case(entered)).status is Status.ISSUED


async def test_a_case_that_keeps_changing_is_a_defect(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = await office.approves_and_enters()
    row = await leaving(office)
    tried = []

    async with office.store.begin() as tx:

        async def lose(before: Registration, after: Registration) -> bool:
            tried.append(after)
            return False

        monkeypatch.setattr(tx.registrations, "save", lose)
        with pytest.raises(RuntimeError, match=rf"^registration {entered.id} keeps changing$"):
            await mail_accepted(tx, row, office.policy, office.now)
    assert len(tried) == 3


# ── cards ────────────────────────────────────────────────────────────────────────────────────────


def card_row(case: Registration | None, address: Address = GROUP, row_id: int = 21) -> OutboxRow:
    registration_id = case.id if case else None
    outgoing = Outgoing("card", Kind.CARD, address, registration_id=registration_id)
    return OutboxRow(row_id, outgoing, 1, NOW)


async def place_of(office: Office, case: Registration) -> CardPlace | None:
    async with office.store.read() as tx:
        return await tx.cards.get(case.id)


async def test_where_a_card_hangs_and_what_it_shows_is_remembered(office: Office) -> None:
    case = await office.submits()
    await office.forgets_owed()

    await office.does(card_shown, card_row(case), "77", 1)
    await office.does(card_shown, card_row(case), "77", 2)

    assert await place_of(office, case) == CardPlace(case.id, GROUP, "77", 2)
    assert await office.owed() == []


@pytest.mark.parametrize(
    ("address", "message_id"),
    [(GROUP, "78"), (Address("staff", "-200"), "77"), (Address("other", GROUP.chat), "77")],
)
async def test_a_card_that_hangs_anew_is_taken_down_where_it_hung(
    office: Office, address: Address, message_id: str
) -> None:
    case = await office.submits()
    await office.forgets_owed()
    await office.does(card_shown, card_row(case), "77", 1)

    await office.does(card_shown, card_row(case, address, 22), message_id, 1)

    assert await place_of(office, case) == CardPlace(case.id, address, message_id, 1)
    (taken_down,) = await office.owed()
    assert (taken_down.kind, taken_down.address) == (Kind.DELETE, GROUP)
    assert taken_down.message_id == "77"


async def test_a_card_that_moved_to_another_topic_with_its_message_is_not_taken_down(
    office: Office,
) -> None:
    case = await office.submits()
    await office.forgets_owed()
    await office.does(card_shown, card_row(case), "77", 1)

    await office.does(card_shown, card_row(case, replace(GROUP, thread="3")), "77", 1)

    assert await office.owed() == []


async def test_a_card_of_no_case_is_a_defect_and_hangs_for_nobody(office: Office) -> None:
    case = await office.submits()

    with pytest.raises(IntegrityError):
        await office.does(card_shown, card_row(None), "77", 1)

    assert await place_of(office, case) is None


# ── chats that cannot be reached ─────────────────────────────────────────────────────────────────


async def test_staff_see_that_the_facility_was_not_told_in_its_chat(office: Office) -> None:
    case = await office.submits()
    await office.forgets_owed()
    row = OutboxRow(31, chat("result-chat:1", case, Text("refusal-chat")), 1, NOW)
    office.waits(minutes=1)

    await office.does(chat_stopped, row, office.policy, office.now)

    assert await told(office) == [
        ("public:5", "unreachable:31", {"event": "unreachable", "data": {}})
    ]
    assert (await office.rows(inbox))[0]["received_at"] == office.now
    assert (await office.history(case))[1:] == [
        HistoryEntry(office.now, Event.UNREACHABLE, "system", "", case.id)
    ]
    assert await office.owed() == [replace(card_owed(case, "31"), context={"card": "redrawn"})]


async def test_a_chat_that_was_owed_no_result_is_told_to_its_conversation_alone(
    office: Office,
) -> None:
    case = await office.submits()
    await office.forgets_owed()
    greeting = replace(chat("hello", case, Text("welcome")), registration_id=None)
    gone = replace(chat("gone", case), kind=Kind.DELETE)

    for number, outgoing in enumerate((greeting, gone)):
        row = OutboxRow(40 + number, outgoing, 1, NOW)
        await office.does(chat_stopped, row, office.policy, office.now)

    assert [update for _, update, _ in await told(office)] == ["unreachable:40", "unreachable:41"]
    assert await office.events(case) == ["submitted"]
    assert await office.owed() == []


async def test_an_officer_who_never_opened_the_bot_is_told_in_the_group(office: Office) -> None:
    case = await office.submits()
    await office.forgets_owed()
    private = replace(chat("account:1", case), context={"officer": "Trần Văn Minh"})
    row = OutboxRow(51, private, 1, NOW)

    await office.does(chat_stopped, row, office.policy, office.now)

    hint = text("staff-open-private", name="Trần Văn Minh")
    assert await office.owed() == [Outgoing("hint:51", Kind.SAY, GROUP, message=Message((hint,)))]
    assert await told(office) == []
    assert await office.events(case) == ["submitted"]


async def test_without_a_group_nobody_is_told_about_an_officer(office: Office) -> None:
    case = await office.submits()
    await office.forgets_owed()
    await office.opens_desk("")
    private = replace(chat("account:1", case), context={"officer": "Trần Văn Minh"})

    await office.does(chat_stopped, OutboxRow(51, private, 1, NOW), office.policy, office.now)

    assert await office.owed() == []
