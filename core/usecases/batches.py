"""Open to officers and leads: accounts in bulk, by a spreadsheet that goes out and comes back.

A batch reserves approved registrations without an account. What comes back is looked at row by row
before anything is written, once to show it and once more when it is carried out; rows are entered
and refused by the use cases of the card, and a row that is not as it should be changes nothing.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.errors import AlreadyDecided, LostRace, Problem
from core.messages import text
from core.people import Actor, Right
from core.policy import Policy
from core.ports import (
    Batch,
    Event,
    Grid,
    Held,
    HistoryEntry,
    Sheet,
    SheetColumn,
    Transaction,
    Upload,
    Vault,
)
from core.reasons import is_reason
from core.reference import read_reference
from core.registration import Registration, Status
from core.sheets import find_columns, squeeze
from core.text import clean, fold
from core.usecases.account import (
    LOGIN_LIMIT,
    PASSWORD_LIMIT,
    SHORTEST_PASSWORD,
    SITE_LIMIT,
    Account,
    enter_account,
    is_one_word,
    load_for_account,
)
from core.usecases.decide import refuse

LARGEST = 5000  # registrations in one batch
AT_ONCE = 50  # rows carried out in one transaction: others wait for no more than these
UPLOAD_LIFE = timedelta(minutes=30)

ISSUE, REFUSE = "Cấp", "Từ chối"
RESULTS = {
    fold(word): result
    for result, words in {ISSUE: (ISSUE, "issue"), REFUSE: (REFUSE, "refuse")}.items()
    for word in words
}
# The headers are the format of the file: they are written, and recognised when it comes back.
COLUMNS = {
    "batch": SheetColumn("Lô", 6),
    "reference": SheetColumn("Mã đăng ký", 13),
    "licence": SheetColumn("Số GCN", 21),
    "facility": SheetColumn("Tên cơ sở", 34),
    "person": SheetColumn("Người đăng ký", 24),
    "due": SheetColumn("Hạn", 12),
    "result": SheetColumn("Kết quả", 12, answer=True, choices=(ISSUE, REFUSE)),
    "site": SheetColumn("Mã cơ sở", 18, answer=True),
    "login": SheetColumn("Tên đăng nhập", 22, answer=True),
    "password": SheetColumn("Mật khẩu", 18, answer=True),
    "reason": SheetColumn("Lý do từ chối", 40, answer=True),
}
READ = tuple(name for name in COLUMNS if name != "due")
IDENTITY = ("licence", "facility", "person")
ANSWERS = tuple(name for name, column in COLUMNS.items() if column.answer)
NOTES = (
    "Chỉ điền các cột màu vàng; các cột khác dùng để nhận ra đăng ký, xin không sửa.",
    "Kết quả: chọn “Cấp” hoặc “Từ chối”. Dòng chưa có kết quả thì để trống, gửi sau cũng được.",
    "Cấp: điền đủ mã cơ sở, tên đăng nhập và mật khẩu.",
    "Từ chối: điền lý do; cơ sở sẽ đọc đúng lý do đó.",
    "Gửi tệp đã điền vào trò chuyện riêng với bot. Không gửi vào nhóm, không chuyển qua thư.",
    "Gửi xong, xin xóa tệp trên máy: tệp có mật khẩu.",
)


class Finding(StrEnum):
    """What a look at one row says; only ISSUE and REFUSE are carried out."""

    ISSUE = "issue"
    REFUSE = "refuse"
    EMPTY = "empty"
    FORMULA = "formula"
    ODD = "odd"
    UNKNOWN = "unknown"
    TWICE = "twice"
    EXPIRED = "expired"
    DECIDED = "decided"
    FOREIGN = "foreign"
    CHANGED = "changed"
    OWN = "own"
    NO_RESULT = "no-result"
    MIXED = "mixed"
    INCOMPLETE = "incomplete"
    BAD_ACCOUNT = "bad-account"
    SAME_ACCOUNT = "same-account"
    BAD_REASON = "bad-reason"


TO_DO = frozenset({Finding.ISSUE, Finding.REFUSE})


@dataclass(frozen=True, slots=True)
class Line:
    """One row that came back; its repr shows no answer. `number` is the row as people count it."""

    number: int
    batch: str
    reference: str
    licence: str = field(repr=False)
    facility: str = field(repr=False)
    person: str = field(repr=False)
    result: str = field(repr=False)
    site: str = field(repr=False)
    login: str = field(repr=False)
    password: str = field(repr=False)
    reason: str = field(repr=False)
    flaw: str = ""

    @property
    def answered(self) -> bool:
        """Something was filled in; passing over the rest makes partial batches possible."""
        return bool(self.flaw) or any(getattr(self, name) for name in ANSWERS)


@dataclass(frozen=True, slots=True)
class Found:
    """A row and what a look at it says."""

    number: int
    reference: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Run:
    """A batch being carried out: the rows left, and what became of the others so far."""

    lines: tuple[Line, ...]
    issued: int = 0
    refused: int = 0
    skipped: tuple[Found, ...] = ()
    confirmed: bool = False


# ── out ──────────────────────────────────────────────────────────────────────────────────────────


async def export(tx: Transaction, actor: Actor, now: datetime) -> tuple[Batch, int] | None:
    """Reserve what waits for an account in a new batch, with its size; None if nothing waits.

    An officer's own registration is left to others (rule 7).
    """
    actor.require(Right.DECIDE)
    waiting = await tx.batches.waiting(actor.user, LARGEST)
    if not waiting:
        return None
    batch = await tx.batches.open(actor, waiting, now)
    detail = {"batch": batch.number, "count": len(waiting)}
    await _record(tx, actor, Event.BATCH_EXPORTED, detail, now)
    return batch, len(waiting)


async def release(tx: Transaction, actor: Actor, number: int, now: datetime) -> None:
    """Let the registrations of a batch go, so that they are exported again."""
    actor.require(Right.DECIDE)
    if not await tx.batches.release(number, now):
        raise Problem(text("batch-unknown", number=number))
    await _record(tx, actor, Event.BATCH_RELEASED, {"batch": number}, now)


def batch_sheet(number: int, cases: Sequence[Registration]) -> Sheet:
    """Lay a batch out as a spreadsheet with empty answers; no e-mail and no password is in it."""
    return Sheet(
        f"Lô {number}",
        tuple(COLUMNS.values()),
        tuple(_row(number, case) for case in cases),
        NOTES,
    )


def _row(number: int, case: Registration) -> tuple[str, ...]:
    known = {
        "batch": f"{number}",
        "reference": case.reference,
        "licence": case.licence,
        "facility": case.facility,
        "person": case.person,
        "due": f"{case.due:%d/%m/%Y}",
    }
    return tuple(known.get(name, "") for name in COLUMNS)


# ── back ─────────────────────────────────────────────────────────────────────────────────────────


def looks_like_batch(grid: Grid) -> bool:
    """Tell whether this is meant to be a batch: most of its columns are there."""
    return len(_columns(grid)[1]) > len(READ) / 2


def read_batch(grid: Grid) -> tuple[Line, ...]:
    """Read the rows of a batch; raise `Problem` when the sheet is no longer as it was sent out."""
    header, columns = _columns(grid)
    missing = [COLUMNS[name].header for name in READ if name not in columns]
    if missing:
        raise Problem(text("sheet-columns-missing", columns=", ".join(missing)))
    if grid.merged:
        raise Problem(text("sheet-merged"))
    if grid.csv:
        raise Problem(text("sheet-not-workbook"))
    return tuple(
        _line(grid, number, columns)
        for number in range(header + 1, len(grid.rows))
        if any(grid.rows[number])
    )


def _columns(grid: Grid) -> tuple[int, dict[str, int]]:
    return find_columns(grid, {name: (squeeze(COLUMNS[name].header),) for name in READ})


def _line(grid: Grid, number: int, columns: Mapping[str, int]) -> Line:
    row = grid.rows[number]
    values = {name: row[place] if place < len(row) else "" for name, place in columns.items()}
    cells = {(number, place) for place in columns.values()}
    flaw = Finding.FORMULA if cells & grid.formulas else Finding.ODD if cells & grid.odd else ""
    return Line(number=number + 1, **values, flaw=flaw)


async def look(tx: Transaction, actor: Actor, lines: Sequence[Line]) -> list[Found]:
    """Say of each row what carrying it out would do, or why it would do nothing."""
    actor.require(Right.DECIDE)
    read = [(line, read_reference(line.reference) or "") for line in lines]
    held = await tx.batches.find([reference for _, reference in read])
    times = Counter(reference for line, reference in read if line.answered)
    accounts = Counter((line.site, line.login) for line in lines)
    found = []
    for line, reference in read:
        if line.answered and times[reference] > 1 and reference in held:
            finding = Finding.TWICE
        else:
            finding = _judge(line, held.get(reference), actor)
        if finding is Finding.ISSUE and accounts[line.site, line.login] > 1:
            finding = Finding.SAME_ACCOUNT
        found.append(Found(line.number, reference or clean(line.reference, 20), finding))
    return found


def _judge(line: Line, held: Held | None, actor: Actor) -> Finding:
    if not line.answered:
        return Finding.EMPTY
    if line.flaw:
        return Finding(line.flaw)
    if held is None:
        return Finding.UNKNOWN
    return _judge_case(line, held, actor) or _judge_answer(line)


def _judge_case(line: Line, held: Held, actor: Actor) -> Finding | None:
    case = held.registration
    if case.status is Status.EXPIRED:
        return Finding.EXPIRED
    if case.status is not Status.APPROVED or case.account_at is not None:
        return Finding.DECIDED
    if f"{held.batch}" != line.batch:
        return Finding.FOREIGN
    if any(clean(getattr(line, name)) != clean(getattr(case, name)) for name in IDENTITY):
        return Finding.CHANGED
    return Finding.OWN if case.user == actor.user else None


def _judge_answer(line: Line) -> Finding:
    result = RESULTS.get(fold(line.result))
    account = (line.site, line.login, line.password)
    if result == ISSUE:
        return _judge_account(line, account)
    if result == REFUSE:
        return _judge_reason(line, account)
    return Finding.NO_RESULT


def _judge_account(line: Line, account: tuple[str, str, str]) -> Finding:
    if line.reason:
        return Finding.MIXED
    if not all(account):
        return Finding.INCOMPLETE
    good = (
        is_one_word(line.site, 1, SITE_LIMIT)
        and is_one_word(line.login, 1, LOGIN_LIMIT)
        and is_one_word(line.password, SHORTEST_PASSWORD, PASSWORD_LIMIT)
    )
    return Finding.ISSUE if good else Finding.BAD_ACCOUNT


def _judge_reason(line: Line, account: tuple[str, str, str]) -> Finding:
    if any(account):
        return Finding.MIXED
    if not line.reason:
        return Finding.INCOMPLETE
    return Finding.REFUSE if is_reason(clean(line.reason)) else Finding.BAD_REASON


# ── between sending and confirming ───────────────────────────────────────────────────────────────


async def keep(
    tx: Transaction, conversation: str, mark: str, run: Run, vault: Vault, now: datetime
) -> None:
    """Keep the rows of an upload, sealed, for half an hour from now (rule 8)."""
    plain = json.dumps([conversation, asdict(run)]).encode()
    await tx.uploads.put(Upload(conversation, mark, vault.seal(plain), now + UPLOAD_LIFE))


async def kept(tx: Transaction, conversation: str, mark: str, vault: Vault, now: datetime) -> Run:
    """Open what was kept; raise `Problem` when its time is over or something newer came."""
    upload = await tx.uploads.get(conversation)
    if upload is None or upload.mark != mark or upload.until <= now:
        raise Problem(text("upload-gone"))
    owner, stored = json.loads(vault.open(upload.sealed))
    if owner != conversation:
        raise ValueError("the sealed upload belongs to another conversation")
    return Run(
        **stored
        | {
            "lines": tuple(Line(**each) for each in stored["lines"]),
            "skipped": tuple(
                Found(each["number"], each["reference"], Finding(each["finding"]))
                for each in stored["skipped"]
            ),
        }
    )


async def carry_out(
    tx: Transaction, actor: Actor, run: Run, vault: Vault, policy: Policy, now: datetime
) -> Run:
    """Enter or refuse the next rows; a row that has changed since it was shown is skipped.

    Raises `LostRace` when somebody else wrote a case meanwhile: then nothing here was done.
    """
    lines = run.lines[:AT_ONCE]
    for line, found in zip(lines, await look(tx, actor, lines), strict=True):
        try:
            run = await _do(tx, actor, run, (line, found), vault, policy, now)
        except AlreadyDecided as lost:  # after the look just now
            raise LostRace from lost
    return replace(run, lines=run.lines[AT_ONCE:])


async def _do(
    tx: Transaction,
    actor: Actor,
    run: Run,
    row: tuple[Line, Found],
    vault: Vault,
    policy: Policy,
    now: datetime,
) -> Run:
    line, found = row
    if found.finding not in TO_DO:
        return replace(run, skipped=(*run.skipped, found))
    case = await tx.registrations.by_reference(found.reference)
    if case is None:
        raise LostRace
    if found.finding is Finding.ISSUE:
        account = Account(line.site, line.login, line.password)
        await enter_account(tx, actor, case.id, case.version, account, vault, policy, now)
        return replace(run, issued=run.issued + 1)
    await _refuse(tx, actor, case.id, clean(line.reason), policy, now)
    return replace(run, refused=run.refused + 1)


async def _refuse(
    tx: Transaction, actor: Actor, case_id: int, reason: str, policy: Policy, now: datetime
) -> None:
    """Refuse what was approved: the approval is taken back first, and the history says so."""
    before = await load_for_account(tx, actor, case_id)
    if not await tx.registrations.save(before, before.reopen()):
        raise LostRace
    await tx.history.add(HistoryEntry(now, Event.UNDONE, actor.user, actor.name, case_id))
    await refuse(tx, actor, case_id, before.version + 1, (), reason, policy, now)


async def _record(
    tx: Transaction, actor: Actor, what: Event, detail: Mapping[str, int], now: datetime
) -> None:
    await tx.history.add(HistoryEntry(now, what, actor.user, actor.name, detail=detail))
