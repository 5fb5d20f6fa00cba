"""Letters: what a mail says is looked up when it leaves, and nothing is said that is not owed."""

from dataclasses import replace

import pytest

from core.codes import PURPOSE, email_code
from core.messages import MAIL, Address, Kind, MailKind, Outgoing
from core.ports import Mail, OutboxRow
from core.registration import Registration, Status
from core.usecases.expire import expire_due
from core.usecases.letters import letter
from tests.core.usecases.office import ACCOUNT, NOW, POLICY, REASON, Office


async def written(office: Office, row: OutboxRow) -> Mail | None:
    return await office.does(letter, row, office.vault, office.policy)


async def due(office: Office) -> OutboxRow:
    """Give the one mail that leaves after the undo window."""
    office.waits(seconds=POLICY.undo.total_seconds())
    (row,) = await office.sends_mails()
    return row


def common(case: Registration) -> dict[str, str | int]:
    return {"facility": case.facility, "licence": case.licence}


async def test_a_code_is_derived_when_its_mail_leaves(office: Office) -> None:
    context = {"mail": "code", "conversation": "public:5", "nonce": 4}
    outgoing = Outgoing("code:1", Kind.MAIL, Address(MAIL, "lan@example.vn"), "en", context=context)

    mail = await written(office, OutboxRow(12, outgoing, 1, NOW))

    code = email_code(office.vault.keys(PURPOSE)[0], "public:5", "lan@example.vn", 4)
    assert mail == Mail(
        kind=MailKind.CODE,
        to="lan@example.vn",
        message_id="<knlt.12.20260302020000@syt.example>",
        reference=None,
        values={"code": code, "minutes": 15},
        locale="en",
    )
    assert repr(mail.values["minutes"]) == "15"


async def test_an_account_is_unsealed_when_its_mail_leaves(office: Office) -> None:
    case = await office.approves_and_enters()
    row = await due(office)

    assert await written(office, row) == Mail(
        kind=MailKind.ACCOUNT,
        to=case.email,
        message_id=f"<knlt.{row.id}.20260302020000@syt.example>",
        reference=case.reference,
        values={
            **common(case),
            "site_code": ACCOUNT.site,
            "login": ACCOUNT.login,
            "password": ACCOUNT.password,
        },
        locale="vi",
    )


async def test_a_refusal_names_its_reason_and_the_way_back(office: Office) -> None:
    case = await office.refuses(await office.submits())

    mail = await written(office, await due(office))

    assert mail is not None
    assert (mail.kind, mail.reference) == (MailKind.REFUSAL, case.reference)
    assert mail.values == {**common(case), "reasons": REASON, "link": POLICY.bot_link}


async def test_a_refusal_without_a_reason_is_still_a_mail(office: Office) -> None:
    case = await office.refuses(await office.submits())
    row = await due(office)
    async with office.store.begin() as tx:
        await tx.registrations.save(case, replace(case, reason_text=None))

    mail = await written(office, row)

    assert mail is not None
    assert mail.values["reasons"] == ""


async def test_an_expiry_names_the_day_that_passed(office: Office) -> None:
    case = await office.submits()
    office.clock.moment = case.reopens_at
    await office.does(expire_due, office.policy, office.now)

    mail = await written(office, (await office.sends_mails())[0])

    assert mail is not None
    assert (mail.kind, mail.reference) == (MailKind.EXPIRY, case.reference)
    assert mail.values == {**common(case), "due": "2026-03-16", "link": POLICY.bot_link}


async def test_rule_8_an_account_that_is_gone_is_not_mailed(office: Office) -> None:
    case = await office.approves_and_enters()
    row = await due(office)
    async with office.store.begin() as tx:
        await tx.secrets.delete(case.id)

    assert await written(office, row) is None


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (kind, status)
        for kind, owed in (
            (MailKind.ACCOUNT, Status.APPROVED),
            (MailKind.REFUSAL, Status.REFUSED),
            (MailKind.EXPIRY, Status.EXPIRED),
        )
        for status in Status
        if status is not owed
    ],
)
async def test_rule_9_a_case_that_has_moved_on_is_owed_no_mail_of_what_it_was(
    office: Office, kind: MailKind, status: Status
) -> None:
    case = await office.approves_and_enters()
    row = await due(office)
    async with office.store.begin() as tx:
        assert await tx.registrations.save(case, replace(case, status=status))
    other = replace(row, outgoing=replace(row.outgoing, context={"mail": kind.value}))

    assert await written(office, other) is None


@pytest.mark.parametrize("unknown", [None, 99])
async def test_a_case_that_is_not_there_is_owed_no_mail(
    office: Office, unknown: int | None
) -> None:
    await office.approves_and_enters()
    row = await due(office)
    lost = replace(row, outgoing=replace(row.outgoing, registration_id=unknown))

    assert await written(office, lost) is None


async def test_only_a_mail_is_written(office: Office) -> None:
    row = OutboxRow(1, Outgoing("card:1", Kind.CARD, Address("staff", "-100")), 1, NOW)

    with pytest.raises(ValueError, match=r"^not a mail: card:1$"):
        await written(office, row)
