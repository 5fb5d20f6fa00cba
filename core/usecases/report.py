"""Open to officers and leads: the registrations of a month as a spreadsheet to file and print.

E-mail addresses are masked, as everywhere among staff: what came in, who decided it and whether it
was in time can be told without them.
"""

from collections.abc import Sequence
from datetime import date, datetime, time

from core.errors import Problem
from core.mailbox import mask
from core.messages import Address, Kind, Outgoing, text
from core.months import Month, month_of
from core.people import Actor, Right
from core.policy import Policy
from core.ports import Event, Grid, HistoryEntry, Sheet, SheetColumn, Transaction
from core.registration import PersonRole, Registration, Status
from core.sheets import find_columns, squeeze

REPORT = "report"  # in the context of what is owed: the month, by its first day
# A paper of the office, so its words are Vietnamese whoever asks for it.
COLUMNS = (
    SheetColumn("STT", 5),
    SheetColumn("Mã đăng ký", 11),
    SheetColumn("Số GCN", 18),
    SheetColumn("Tên cơ sở", 28),
    SheetColumn("Người đăng ký", 20),
    SheetColumn("Vai trò", 9),
    SheetColumn("Email", 18),
    SheetColumn("Ngày nhận", 11),
    SheetColumn("Hạn trả", 11),
    SheetColumn("Ngày quyết định", 11),
    SheetColumn("Người quyết định", 16),
    SheetColumn("Kết quả", 13),
    SheetColumn("Ngày gửi thư", 11),
    SheetColumn("Thời hạn", 10),
)
ROLES = {PersonRole.DIRECTOR: "Giám đốc", PersonRole.PHARMACIST: "DS PTCM"}
RESULTS = {
    Status.PENDING: "Chờ duyệt",
    Status.APPROVED: "Đã duyệt",
    Status.ISSUED: "Đã cấp",
    Status.REFUSED: "Từ chối",
    Status.EXPIRED: "Quá hạn",
    Status.WITHDRAWN: "Cơ sở rút",
}
IN_TIME, LATE, RUNNING = "Đúng hạn", "Trễ", "Còn hạn"
_OURS = {column.header: (squeeze(column.header),) for column in COLUMNS}


async def request(
    tx: Transaction, actor: Actor, month: Month, policy: Policy, now: datetime
) -> int:
    """Count what the report of a month would list, and remember that it was asked for.

    Raises `Problem` for a month to come, and for one in which nothing was handed in.
    """
    actor.require(Right.DECIDE)
    if month > month_of(policy.today(now)):
        raise Problem(text("report-future", month=f"{month}"))
    count = await tx.registrations.count_received(*_bounds(month, policy))
    if not count:
        raise Problem(text("report-none", month=f"{month}"))
    detail = {"month": f"{month}", "count": count}
    await tx.history.add(
        HistoryEntry(now, Event.REPORT_EXPORTED, actor.user, actor.name, detail=detail)
    )
    return count


def owed(key: str, address: Address, locale: str, month: Month) -> Outgoing:
    """Owe the report of a month, as it stands when it is sent."""
    context = {REPORT: month.starts.isoformat()}
    return Outgoing(key=key, kind=Kind.DOCUMENT, address=address, locale=locale, context=context)


async def cases_of(tx: Transaction, month: Month, policy: Policy) -> list[Registration]:
    """Give what was handed in in a month, in that order."""
    return await tx.registrations.received(*_bounds(month, policy))


def report_sheet(
    month: Month, cases: Sequence[Registration], policy: Policy, now: datetime
) -> Sheet:
    """Lay a month out as a spreadsheet, a row for each registration."""
    today = policy.today(now)
    rows = (_row(number, case, policy, today) for number, case in enumerate(cases, 1))
    return Sheet(
        f"Tháng {month.number}-{month.year}",
        COLUMNS,
        tuple(rows),
        heading=f"Sổ theo dõi đăng ký tài khoản KNLT, tháng {month}",
        footing=f"Lập ngày {today:%d/%m/%Y}",
    )


def timeliness(case: Registration, policy: Policy, today: date) -> str:
    """Say whether the result was given in time, or can still be; nothing when it was withdrawn."""
    if case.status is Status.WITHDRAWN:
        return ""
    if case.result_at is not None:
        return IN_TIME if policy.today(case.result_at) <= case.due else LATE
    return LATE if case.status is Status.EXPIRED or today > case.due else RUNNING


def looks_like_report(grid: Grid) -> bool:
    """Tell whether this is a report that was sent back: nothing is read from one."""
    return len(find_columns(grid, _OURS)[1]) == len(COLUMNS)


def _row(number: int, case: Registration, policy: Policy, today: date) -> tuple[str, ...]:
    def day(moment: datetime | None) -> str:
        return "" if moment is None else f"{policy.today(moment):%d/%m/%Y}"

    return (
        f"{number}",
        case.reference,
        case.licence,
        case.facility,
        case.person,
        ROLES[case.role],
        mask(case.email),
        day(case.submitted_at),
        f"{case.due:%d/%m/%Y}",
        day(case.decided_at),
        case.decided_name or "",
        RESULTS[case.status],
        day(case.result_at),
        timeliness(case, policy, today),
    )


def _bounds(month: Month, policy: Policy) -> tuple[datetime, datetime]:
    return policy.local(month.starts, time.min), policy.local(month.after.starts, time.min)
