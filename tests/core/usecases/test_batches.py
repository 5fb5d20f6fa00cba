"""A batch: what goes out in it, what is said of each row that comes back, and what is done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.errors import LostRace, NotAllowed, Problem
from core.messages import Kind, text
from core.people import Actor
from core.ports import Batch, Event, Grid, HistoryEntry, Sheet, Transaction
from core.registration import Registration, Status
from core.usecases import batches as module
from core.usecases.account import Account, open_account
from core.usecases.batches import (
    Finding,
    Found,
    Line,
    Run,
    batch_sheet,
    carry_out,
    export,
    keep,
    kept,
    look,
    looks_like_batch,
    read_batch,
    release,
)
from core.usecases.expire import expire_due
from storage.tables import batch, history
from tests.core.usecases.office import (
    COLLEAGUE,
    LEAD,
    NOW,
    OFFICER,
    STRANGER,
    VIEWER,
    Office,
    card_owed,
)

PASSWORD = "Canary#Mat-Khau-9"
WHY = "GCN đã bị thu hồi năm 2025"
ISSUE: dict[str, Any] = {"result": "Cấp", "site": "HNO-9", "login": "login.9", "password": PASSWORD}
REFUSE: dict[str, Any] = {"result": "Từ chối", "reason": WHY}
HEADERS = (
    "Lô",
    "Mã đăng ký",
    "Số GCN",
    "Tên cơ sở",
    "Người đăng ký",
    "Hạn",
    "Kết quả",
    "Mã cơ sở",
    "Tên đăng nhập",
    "Mật khẩu",
    "Lý do từ chối",
)
TALK = "staff:7"


async def approved(office: Office, name: str, user: str = "tg:5") -> Registration:
    return await office.approves(await office.submits(name, user))


async def exports(office: Office, by: Actor = OFFICER) -> tuple[Batch, int] | None:
    return await office.does(export, by, office.now)


async def held(office: Office, number: int) -> list[str]:
    """Give the facilities of a batch in the order of its rows."""
    async with office.store.read() as tx:
        return [case.facility for case in await tx.batches.cases(number)]


async def exported(office: Office, *names: str) -> list[Registration]:
    """Approve registrations and take them away in one batch."""
    cases = [await approved(office, name) for name in names]
    await exports(office)
    return cases


async def said_of_batches(office: Office) -> list[tuple[str, str, str, Any]]:
    return [
        (row["event"], row["by"], row["by_name"], row["detail"])
        for row in await office.rows(history)
        if row["event"].startswith("batch")
    ]


def row(case: Registration, number: int = 2, **answers: Any) -> Line:
    """Give a row of batch 1 as it went out, with these answers."""
    as_sent = Line(number, "1", case.reference, case.licence, case.facility, case.person, *[""] * 5)
    return replace(as_sent, **answers)


async def findings(office: Office, *lines: Line, by: Actor = OFFICER) -> list[Finding]:
    return [found.finding for found in await office.does(look, by, lines)]


# ── out ──────────────────────────────────────────────────────────────────────────────────────────


async def test_a_batch_reserves_what_waits_for_an_account_and_nothing_else(office: Office) -> None:
    await office.submits("pending")
    await office.approves_and_enters("entered")
    office.waits(days=1)
    later = await approved(office, "later")
    office.clock.moment = NOW
    sooner = await approved(office, "sooner")
    office.waits(days=2)

    assert await exports(office) == (Batch(1, OFFICER.user, OFFICER.name, office.now), 2)
    assert await held(office, 1) == [sooner.facility, later.facility]
    assert await said_of_batches(office) == [
        ("batch-exported", OFFICER.user, OFFICER.name, '{"batch": 1, "count": 2}')
    ]
    assert [r["at"] for r in await office.rows(history)][-1] == office.now

    assert await exports(office, COLLEAGUE) is None
    assert len(await said_of_batches(office)) == 1


async def test_rule_7_an_officers_own_registration_is_left_to_others(office: Office) -> None:
    await approved(office, "own", user=LEAD.user)

    assert await exports(office, LEAD) is None
    assert await exports(office) is not None


async def test_a_batch_takes_no_more_than_a_spreadsheet_can_hold(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST", 2)
    for name in "abc":
        await approved(office, name)

    await exports(office)
    await exports(office)

    assert len(await held(office, 1)) == 2
    assert len(await held(office, 2)) == 1


async def test_what_a_released_batch_held_is_exported_again(office: Office) -> None:
    await exported(office, "a")
    office.waits(hours=1)

    await office.does(release, COLLEAGUE, 1, office.now)

    assert await held(office, 1) == []
    assert (await said_of_batches(office))[1:] == [
        ("batch-released", COLLEAGUE.user, COLLEAGUE.name, '{"batch": 1}')
    ]
    assert [row["released_at"] for row in await office.rows(batch)] == [office.now]
    assert await exports(office) == (Batch(2, OFFICER.user, OFFICER.name, office.now), 1)


async def test_a_batch_that_is_not_there_or_was_released_cannot_be_released(
    office: Office,
) -> None:
    await exported(office, "a")
    await office.does(release, OFFICER, 1, office.now)

    for number in (1, 2):
        with pytest.raises(Problem) as refused:
            await office.does(release, OFFICER, number, office.now)
        assert refused.value.text == text("batch-unknown", number=number)
    assert [said[0] for said in await said_of_batches(office)] == [
        "batch-exported",
        "batch-released",
    ]


@pytest.mark.parametrize("actor", [STRANGER, VIEWER])
async def test_rule_7_without_the_right_nothing_is_exported_released_or_looked_at(
    office: Office, actor: Actor
) -> None:
    (case,) = await exported(office, "a")
    await approved(office, "b")

    with pytest.raises(NotAllowed):
        await exports(office, actor)
    with pytest.raises(NotAllowed):
        await office.does(release, actor, 1, office.now)
    with pytest.raises(NotAllowed):
        await office.does(look, actor, [row(case, **ISSUE)])
    with pytest.raises(NotAllowed):
        await carries_out(office, row(case, **ISSUE), by=actor)
    assert await held(office, 1) == [case.facility]
    assert await office.case(case) == case


async def test_the_sheet_names_each_registration_and_leaves_the_answers_open(
    office: Office,
) -> None:
    cases = await exported(office, "a", "b")

    sheet = batch_sheet(1, cases)

    assert sheet.title == "Lô 1"
    assert tuple(column.header for column in sheet.columns) == HEADERS
    assert [c.header for c in sheet.columns if c.answer] == list(HEADERS[6:])
    assert [c.choices for c in sheet.columns if c.choices] == [("Cấp", "Từ chối")]
    assert sheet.rows == tuple(
        (
            "1",
            case.reference,
            f"03-{name}/ĐKKDD-HNO",
            f"Nhà thuốc {name}",
            "Nguyễn Thị Lan",
            "16/03/2026",
            *[""] * 5,
        )
        for name, case in zip("ab", cases, strict=True)
    )
    assert "tệp có mật khẩu" in sheet.notes[-1]
    assert not any("example.vn" in cell for row in sheet.rows for cell in row)


# ── back ─────────────────────────────────────────────────────────────────────────────────────────


def grid(sheet: Sheet, *above: tuple[str, ...], **flaws: Any) -> Grid:
    """Give a sheet as it is read when it comes back; `above` is what somebody put on top of it."""
    headers = tuple(column.header for column in sheet.columns)
    return Grid((*above, headers, *sheet.rows), **flaws)


async def test_a_batch_that_was_not_touched_reads_as_it_went_out(office: Office) -> None:
    cases = await exported(office, "a", "b")

    lines = read_batch(grid(batch_sheet(1, cases)))

    assert lines == tuple(row(case, number) for number, case in enumerate(cases, 2))
    assert not any(line.answered for line in lines)


async def test_rows_are_numbered_as_people_count_them_and_blank_ones_passed_over(
    office: Office,
) -> None:
    case = await approved(office, "a")
    sent = batch_sheet(1, [case])
    filled = (*sent.rows[0][:6], "Cấp", "HNO-9", "login.9", PASSWORD)
    blank = ("",) * 11

    lines = read_batch(grid(replace(sent, rows=(blank, filled, (), filled[:6])), ("SỞ Y TẾ",), ()))

    assert lines == (row(case, 5, **ISSUE), row(case, 7))


@pytest.mark.parametrize("place", [0, 6, 9, 10])
async def test_a_formula_or_an_odd_value_spoils_its_row_alone(office: Office, place: int) -> None:
    cases = await exported(office, "a", "b")
    sheet, cell = batch_sheet(1, cases), frozenset({(2, place)})

    def flaws(**cells: frozenset[tuple[int, int]]) -> list[str]:
        return [line.flaw for line in read_batch(grid(sheet, **cells))]

    assert flaws(formulas=cell) == ["", "formula"]
    assert flaws(odd=cell) == ["", "odd"]
    assert flaws(odd=cell, formulas=cell) == ["", "formula"]


async def test_the_due_day_is_not_read_back(office: Office) -> None:
    case = await approved(office, "a")
    cell = frozenset({(1, HEADERS.index("Hạn"))})

    (line,) = read_batch(grid(batch_sheet(1, [case]), odd=cell, formulas=cell))

    assert line == row(case)


def test_a_sheet_with_most_of_the_columns_is_meant_to_be_a_batch() -> None:
    assert not looks_like_batch(Grid((HEADERS[:5],)))
    assert looks_like_batch(Grid((("Ghi chú", *HEADERS[:5], HEADERS[6]),)))
    assert not looks_like_batch(Grid(()))


@pytest.mark.parametrize(
    ("headers", "flaws", "told"),
    [
        (
            HEADERS[1:-1],
            {"merged": True, "csv": True},
            text("sheet-columns-missing", columns="Lô, Lý do từ chối"),
        ),
        (
            (*HEADERS, "Mật khẩu"),
            {},
            text("sheet-columns-missing", columns="Mật khẩu"),
        ),
        (HEADERS, {"merged": True, "csv": True}, text("sheet-merged")),
        (HEADERS, {"csv": True}, text("sheet-not-workbook")),
    ],
)
def test_a_sheet_that_is_no_longer_as_it_was_sent_out_is_not_read(
    headers: tuple[str, ...], flaws: dict[str, bool], told: object
) -> None:
    with pytest.raises(Problem) as refused:
        read_batch(Grid((headers, ("1",) * len(headers)), **flaws))  # type: ignore[arg-type]

    assert refused.value.text == told


def test_rule_8_a_row_shows_none_of_its_answers_in_a_log() -> None:
    line = Line(2, "1", "26-K7QX9M", "", "", "", "Cấp", "HNO-9", "login.9", PASSWORD, WHY)

    assert repr(line) == "Line(number=2, batch='1', reference='26-K7QX9M', flaw='')"


# ── what a look says ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answers", "finding"),
    [
        ({}, Finding.EMPTY),
        (ISSUE, Finding.ISSUE),
        (ISSUE | {"result": "  cap "}, Finding.ISSUE),
        (ISSUE | {"result": "Issue"}, Finding.ISSUE),
        (REFUSE, Finding.REFUSE),
        (REFUSE | {"result": "TU CHOI"}, Finding.REFUSE),
        (REFUSE | {"result": "refuse"}, Finding.REFUSE),
        ({"reason": WHY}, Finding.NO_RESULT),
        (ISSUE | {"result": "Có"}, Finding.NO_RESULT),
        ({"result": "Cấp"}, Finding.INCOMPLETE),
        (ISSUE | {"site": ""}, Finding.INCOMPLETE),
        (ISSUE | {"login": ""}, Finding.INCOMPLETE),
        (ISSUE | {"password": ""}, Finding.INCOMPLETE),
        (ISSUE | {"reason": WHY}, Finding.MIXED),
        ({"result": "Từ chối"}, Finding.INCOMPLETE),
        (REFUSE | {"site": "HNO-9"}, Finding.MIXED),
        (REFUSE | {"login": "login.9"}, Finding.MIXED),
        ({"result": "Từ chối", "password": PASSWORD}, Finding.MIXED),
        (ISSUE | {"site": "s" * 50, "login": "l" * 50, "password": "p" * 64}, Finding.ISSUE),
        (ISSUE | {"site": "1", "login": "l", "password": "0012"}, Finding.ISSUE),
        (ISSUE | {"site": "s" * 51}, Finding.BAD_ACCOUNT),
        (ISSUE | {"login": "l" * 51}, Finding.BAD_ACCOUNT),
        (ISSUE | {"password": "p" * 65}, Finding.BAD_ACCOUNT),
        (ISSUE | {"password": "abc"}, Finding.BAD_ACCOUNT),
        (ISSUE | {"login": "log in"}, Finding.BAD_ACCOUNT),
        (REFUSE | {"reason": "x" * 10}, Finding.REFUSE),
        (REFUSE | {"reason": "x" * 9}, Finding.BAD_REASON),
        (REFUSE | {"reason": f"  {'x' * 9}  "}, Finding.BAD_REASON),
        (REFUSE | {"reason": "x" * 500}, Finding.REFUSE),
        (REFUSE | {"reason": "x" * 501}, Finding.BAD_REASON),
        (ISSUE | {"flaw": "formula"}, Finding.FORMULA),
        ({"flaw": "odd"}, Finding.ODD),
    ],
)
async def test_of_each_row_it_is_said_what_it_would_do_or_why_nothing(
    office: Office, answers: dict[str, Any], finding: Finding
) -> None:
    (case,) = await exported(office, "a")

    assert await findings(office, row(case, **answers)) == [finding]


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"batch": "2"}, Finding.FOREIGN),
        ({"batch": ""}, Finding.FOREIGN),
        ({"licence": "03-b/ĐKKDD-HNO"}, Finding.CHANGED),
        ({"facility": "Nhà thuốc b"}, Finding.CHANGED),
        ({"person": "Nguyễn Thị Loan"}, Finding.CHANGED),
        ({"person": " Nguyễn  Thị Lan"}, Finding.ISSUE),
        ({"reference": "26-ZZZZZZ"}, Finding.UNKNOWN),
        ({"reference": "mã nào đó"}, Finding.UNKNOWN),
        ({"reference": ""}, Finding.UNKNOWN),
        ({"reference": "26-ZZZZZZ", "flaw": "formula"}, Finding.FORMULA),
    ],
)
async def test_a_row_that_names_another_registration_than_the_one_sent_out_does_nothing(
    office: Office, changed: dict[str, Any], finding: Finding
) -> None:
    (case,) = await exported(office, "a")

    assert await findings(office, row(case, **ISSUE | changed)) == [finding]


async def test_names_are_compared_as_they_are_stored(office: Office) -> None:
    case = await office.approves(await office.submits("a", facility="Nhà thuốc  a"))
    await exports(office)

    assert await findings(office, row(case, **ISSUE | {"facility": "Nhà thuốc a"})) == ["issue"]


async def test_a_case_that_is_past_needing_an_account_is_left_alone(office: Office) -> None:
    late = await approved(office, "late")
    office.waits(days=1)
    undone, entered, fresh = await exported(office, "a", "b", "c")
    await office.undoes(undone)
    await office.enters(entered)
    refused = await office.refuses(await office.submits("d"))
    await office.does(expire_due, office.policy, late.reopens_at)

    lines = [
        row(case, n, **ISSUE | {"login": f"login.{n}", "batch": "2"})
        for n, case in enumerate((late, undone, entered, refused, fresh))
    ]
    assert await findings(office, *lines) == [
        Finding.EXPIRED,
        Finding.DECIDED,
        Finding.DECIDED,
        Finding.DECIDED,
        Finding.FOREIGN,
    ]


async def test_what_a_batch_let_go_belongs_to_none(office: Office) -> None:
    (case,) = await exported(office, "a")
    await office.does(release, OFFICER, 1, office.now)

    assert await findings(office, row(case, **ISSUE)) == [Finding.FOREIGN]


async def test_rule_7_a_row_of_ones_own_registration_does_nothing(office: Office) -> None:
    case = await approved(office, "own", user=LEAD.user)
    await exports(office)

    assert await findings(office, row(case, **ISSUE), by=LEAD) == [Finding.OWN]
    assert await findings(office, row(case, **ISSUE)) == [Finding.ISSUE]


async def test_of_two_answers_for_one_registration_none_counts(office: Office) -> None:
    one, other = await exported(office, "a", "b")
    answered, twice = row(one, 2, **ISSUE), row(one, 3, **REFUSE, flaw="odd")

    assert await findings(office, answered, row(one, 3)) == [Finding.ISSUE, Finding.EMPTY]
    assert await findings(office, answered, twice, row(other, 4, **REFUSE), row(one, 5)) == [
        Finding.TWICE,
        Finding.TWICE,
        Finding.REFUSE,
        Finding.EMPTY,
    ]
    unknown = replace(answered, reference="26-ZZZZZZ", login="another")
    assert await findings(office, unknown, unknown, answered) == [
        Finding.UNKNOWN,
        Finding.UNKNOWN,
        Finding.ISSUE,
    ]


async def test_one_login_of_one_site_for_two_registrations_is_taken_for_a_slip(
    office: Office,
) -> None:
    one, two, three, four = await exported(office, "a", "b", "c", "d")
    slip = [row(one, 2, **ISSUE), row(two, 3, **ISSUE)]
    elsewhere = row(three, 4, **ISSUE | {"site": "HNO-8"})
    refused = row(four, 5, **REFUSE)

    assert await findings(office, *slip, elsewhere, refused) == [
        Finding.SAME_ACCOUNT,
        Finding.SAME_ACCOUNT,
        Finding.ISSUE,
        Finding.REFUSE,
    ]
    mixed = replace(slip[1], reason=WHY)
    assert await findings(office, slip[0], mixed) == [Finding.SAME_ACCOUNT, Finding.MIXED]


async def test_a_row_is_named_by_the_reference_it_holds_or_by_what_stands_there(
    office: Office,
) -> None:
    (case,) = await exported(office, "a")
    spelt = case.reference.lower().replace("-", " ")
    lines = [
        row(case, 7, **ISSUE | {"reference": spelt}),
        row(case, 8, reference="  Nhà thuốc  An Tâm Hà Nội"),
    ]

    assert await office.does(look, OFFICER, lines) == [
        Found(7, case.reference, Finding.ISSUE),
        Found(8, "Nhà thuốc An Tâm Hà", Finding.EMPTY),
    ]


# ── between sending and confirming ───────────────────────────────────────────────────────────────

RUN = Run(
    (Line(3, "1", "26-K7QX9M", "03-a", "Nhà thuốc a", "Lan", **ISSUE, reason="", flaw="odd"),),
    issued=2,
    refused=1,
    skipped=(Found(2, "26-K7QX9N", Finding.DECIDED),),
    confirmed=True,
)


async def keeps(office: Office, run: Run = RUN) -> None:
    await office.does(keep, TALK, "1f", run, office.vault, office.now)


async def test_what_is_kept_is_the_same_when_it_is_opened(office: Office) -> None:
    await keeps(office, Run(RUN.lines))
    assert await office.does(kept, TALK, "1f", office.vault, office.now) == Run(RUN.lines)

    await keeps(office)
    assert await office.does(kept, TALK, "1f", office.vault, office.now) == RUN


async def test_rule_8_an_upload_is_kept_sealed(office: Office) -> None:
    await keeps(office)

    async with office.store.read() as tx:
        upload = await tx.uploads.get(TALK)
    assert upload is not None
    assert PASSWORD.encode() not in upload.sealed


LIFE = timedelta(minutes=30)


async def test_an_upload_is_kept_for_half_an_hour(office: Office) -> None:
    await keeps(office)

    last = NOW + LIFE - timedelta(microseconds=1)
    assert await office.does(kept, TALK, "1f", office.vault, last) == RUN


@pytest.mark.parametrize(
    ("conversation", "mark", "after"),
    [(TALK, "1f", LIFE), (TALK, "1e", timedelta()), ("staff:8", "1f", timedelta())],
)
async def test_an_upload_is_gone_when_its_time_is_over_or_another_came(
    office: Office, conversation: str, mark: str, after: timedelta
) -> None:
    await keeps(office)

    with pytest.raises(Problem) as refused:
        await office.does(kept, conversation, mark, office.vault, NOW + after)

    assert refused.value.text == text("upload-gone")


async def test_rule_8_an_upload_opens_for_its_own_conversation_only(office: Office) -> None:
    await keeps(office)
    async with office.store.begin() as tx:
        upload = await tx.uploads.get(TALK)
        assert upload is not None
        await tx.uploads.put(replace(upload, conversation="staff:8"))

    with pytest.raises(ValueError, match=r"^the sealed upload belongs to another conversation$"):
        await office.does(kept, "staff:8", "1f", office.vault, office.now)


# ── carried out ──────────────────────────────────────────────────────────────────────────────────


async def carries_out(office: Office, *lines: Line, by: Actor = OFFICER, **sums: Any) -> Run:
    run = Run(tuple(lines), **sums)
    return await office.does(carry_out, by, run, office.vault, office.policy, office.now)


async def test_rows_are_entered_refused_or_skipped_as_a_look_finds_them_now(
    office: Office,
) -> None:
    issued, refused, undone = await exported(office, "a", "b", "c")
    await office.undoes(undone)
    await office.forgets_owed()
    office.waits(hours=1)

    run = await carries_out(
        office,
        row(
            issued,
            2,
            **ISSUE,
        ),
        row(refused, 3, **REFUSE),
        row(undone, 4, **REFUSE),
        by=COLLEAGUE,
        issued=7,
        refused=5,
        skipped=RUN.skipped,
        confirmed=True,
    )

    skipped = (*RUN.skipped, Found(4, undone.reference, Finding.DECIDED))
    assert run == Run((), issued=8, refused=6, skipped=skipped, confirmed=True)
    case = await office.case(issued)
    assert case == replace(issued, account_at=office.now, version=3)
    sealed = await office.secret(case)
    assert sealed is not None
    account = open_account(case.id, sealed, office.vault)
    assert account == Account("HNO-9", "login.9", PASSWORD)
    assert (await office.history(issued))[2:] == [
        HistoryEntry(office.now, Event.ACCOUNT_ENTERED, COLLEAGUE.user, COLLEAGUE.name, issued.id)
    ]
    mails = await office.owed(Kind.MAIL)
    assert [(mail.registration_id, mail.context["mail"]) for mail in mails] == [
        (issued.id, "account"),
        (refused.id, "refusal"),
    ]
    assert {mail.scheduled for mail in mails} == {office.now + office.policy.undo}
    assert (await office.case(undone)).status is Status.PENDING


async def test_a_refusal_in_a_batch_takes_the_approval_back_first(office: Office) -> None:
    (case,) = await exported(office, "a")
    await office.forgets_owed()
    office.waits(hours=1)

    await carries_out(office, row(case, **REFUSE | {"reason": f" {WHY}  "}), by=COLLEAGUE)

    refused = await office.case(case)
    assert refused == replace(
        case,
        version=4,
        status=Status.REFUSED,
        decided_at=office.now,
        decided_by=COLLEAGUE.user,
        decided_name=COLLEAGUE.name,
        reason_text=WHY,
    )
    who = (COLLEAGUE.user, COLLEAGUE.name, case.id)
    assert (await office.history(case))[2:] == [
        HistoryEntry(office.now, Event.UNDONE, *who),
        HistoryEntry(office.now, Event.REFUSED, *who, {"reasons": []}, WHY),
    ]
    assert card_owed(refused) in await office.owed(Kind.CARD)


async def test_a_run_does_so_many_rows_at_once_and_keeps_the_rest(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 2)
    cases = await exported(office, "a", "b", "c")
    lines = [row(case, n, **ISSUE | {"login": f"login.{n}"}) for n, case in enumerate(cases, 2)]

    first = await carries_out(office, *lines, confirmed=True)

    assert first == Run((lines[2],), issued=2, confirmed=True)
    assert await office.case(cases[2]) == cases[2]


def as_it_was(finding: Finding) -> Any:
    """Give a look at rows that was right a moment ago."""

    async def look(tx: Transaction, actor: Actor, lines: Sequence[Line]) -> list[Found]:
        return [Found(line.number, line.reference, finding) for line in lines]

    return look


@pytest.mark.parametrize("finding", [Finding.ISSUE, Finding.REFUSE])
async def test_rule_6_a_case_that_a_colleague_wrote_after_the_look_undoes_the_whole_stretch(
    office: Office, monkeypatch: pytest.MonkeyPatch, finding: Finding
) -> None:
    mine = await office.approves(await office.submits("a"))
    theirs = await office.approves_and_enters("b")
    rows = [row(case, n, **ISSUE | REFUSE) for n, case in enumerate((mine, theirs), 2)]
    monkeypatch.setattr(module, "look", as_it_was(finding))

    with pytest.raises(LostRace):
        await carries_out(office, *rows, by=COLLEAGUE)

    assert await office.case(mine) == mine
    assert await office.case(theirs) == theirs


async def test_rule_6_a_refusal_that_loses_a_race_leaves_the_approval_as_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    (case,) = await exported(office, "a")

    async with office.store.begin() as tx:

        async def lose(before: Registration, after: Registration) -> bool:
            return False

        monkeypatch.setattr(tx.registrations, "save", lose)
        run = Run((row(case, **REFUSE),))
        with pytest.raises(LostRace):
            await carry_out(tx, OFFICER, run, office.vault, office.policy, office.now)

    assert await office.events(case) == ["submitted", "approved"]
