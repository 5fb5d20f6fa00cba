"""The report of a month: who may ask for it, which cases it lists, and what each row says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.errors import NotAllowed, Problem
from core.messages import Address, Kind, Outgoing, text
from core.months import Month
from core.people import Actor
from core.ports import Grid
from core.registration import PersonRole, Registration, Status
from core.usecases.report import (
    COLUMNS,
    cases_of,
    looks_like_report,
    owed,
    report_sheet,
    request,
    timeliness,
)
from storage.tables import history
from tests.core.usecases.office import NOW, OFFICER, POLICY, STRANGER, VIEWER, Office

MARCH = Month(2026, 3)
DUE = date(2026, 3, 16)


def local(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=POLICY.tz).astimezone(UTC)


async def submits_at(office: Office, *moments: datetime) -> list[Registration]:
    cases = []
    for moment in moments:
        office.clock.moment = moment
        cases.append(await office.submits(f"{moment:%m%d%H%M}"))
    return cases


async def requests(office: Office, month: Month, by: Actor = OFFICER) -> int:
    return await office.does(request, by, month, office.policy, office.now)


async def listed(office: Office, month: Month) -> list[int]:
    return [case.id for case in await office.does(cases_of, month, office.policy)]


async def test_it_lists_what_was_handed_in_from_the_first_midnight_to_the_last(
    office: Office,
) -> None:
    later, before, last, first, after = await submits_at(
        office,
        local(3, 9),
        local(2, 28, 23, 59),
        local(3, 31, 23, 59),
        local(3, 1, 0, 0),
        local(4, 1, 0, 0),
    )

    assert await listed(office, MARCH) == [first.id, later.id, last.id]
    assert await listed(office, Month(2026, 2)) == [before.id]
    assert await listed(office, Month(2026, 4)) == [after.id]
    assert await requests(office, MARCH) == 3


async def test_the_history_tells_who_asked_for_which_month(office: Office) -> None:
    await office.submits()

    await requests(office, MARCH)

    asked = (await office.rows(history))[-1]
    assert (asked["at"], asked["event"], asked["by"], asked["by_name"]) == (
        NOW,
        "report-exported",
        OFFICER.user,
        OFFICER.name,
    )
    assert asked["registration_id"] is None
    assert asked["detail"] == '{"month": "03/2026", "count": 1}'


async def test_a_month_to_come_and_an_empty_one_have_no_report(office: Office) -> None:
    await office.submits()
    office.clock.moment = local(3, 31, 23, 59)
    for month, why in (
        (Month(2026, 4), text("report-future", month="04/2026")),
        (Month(2026, 2), text("report-none", month="02/2026")),
    ):
        with pytest.raises(Problem) as told:
            await requests(office, month)
        assert told.value.text == why

    office.waits(minutes=1)
    with pytest.raises(Problem) as told:
        await requests(office, Month(2026, 4))
    assert told.value.text == text("report-none", month="04/2026")
    assert [row["event"] for row in await office.rows(history)] == ["submitted"]


@pytest.mark.parametrize("by", [VIEWER, STRANGER], ids=lambda by: by.user)
async def test_rule_7_it_is_for_officers(office: Office, by: Actor) -> None:
    await office.submits()

    with pytest.raises(NotAllowed):
        await requests(office, MARCH, by)


def test_it_is_owed_to_whoever_asked() -> None:
    address = Address("staff", "7")

    assert owed("report:5", address, "en", MARCH) == Outgoing(
        key="report:5",
        kind=Kind.DOCUMENT,
        address=address,
        locale="en",
        context={"report": "2026-03-01"},
    )


async def test_a_row_tells_a_case_from_the_day_it_came_to_the_day_its_mail_left(
    office: Office,
) -> None:
    given = await office.approves_and_enters("a")
    office.clock.moment = local(3, 16, 23, 58)
    await office.result_leaves()  # past midnight in Hanoi
    waiting = await office.submits("b", role=PersonRole.DIRECTOR)
    cases = [await office.case(case) for case in (given, waiting)]

    sheet = report_sheet(MARCH, cases, office.policy, local(3, 17, 0, 30))

    assert sheet.columns == COLUMNS
    assert sheet.rows == (
        (
            "1",
            given.reference,
            "03-a/ĐKKDD-HNO",
            "Nhà thuốc a",
            "Nguyễn Thị Lan",
            "DS PTCM",
            "l***@example.vn",
            "02/03/2026",
            "16/03/2026",
            "02/03/2026",
            OFFICER.name,
            "Đã cấp",
            "17/03/2026",
            "Trễ",
        ),
        (
            "2",
            waiting.reference,
            "03-b/ĐKKDD-HNO",
            "Nhà thuốc b",
            "Nguyễn Thị Lan",
            "Giám đốc",
            "l***@example.vn",
            "17/03/2026",
            "31/03/2026",
            "",
            "",
            "Chờ duyệt",
            "",
            "Còn hạn",
        ),
    )
    assert (sheet.title, sheet.heading, sheet.footing) == (
        "Tháng 3-2026",
        "Sổ theo dõi đăng ký tài khoản KNLT, tháng 03/2026",
        "Lập ngày 17/03/2026",
    )


async def test_a_case_is_in_time_until_the_end_of_its_due_day(office: Office) -> None:
    pending = await office.submits()
    tomorrow = DUE + timedelta(days=1)

    def told(today: date, **changes: Any) -> str:
        return timeliness(replace(pending, **changes), POLICY, today)

    assert told(DUE) == "Còn hạn"
    assert told(tomorrow) == "Trễ"
    assert told(DUE, status=Status.EXPIRED) == "Trễ"
    assert told(tomorrow, status=Status.ISSUED, result_at=local(3, 16, 23, 59)) == "Đúng hạn"
    assert told(tomorrow, status=Status.REFUSED, result_at=local(3, 17, 0, 0)) == "Trễ"
    assert told(tomorrow, status=Status.WITHDRAWN) == ""


def test_a_report_that_comes_back_is_told_by_its_headers() -> None:
    headers = tuple(column.header for column in COLUMNS)
    heading = ("Sổ theo dõi đăng ký tài khoản KNLT, tháng 03/2026",)

    assert looks_like_report(Grid((heading, headers, ("1", "26-K7QX9M"))))
    assert looks_like_report(Grid((tuple(header.upper() for header in headers),)))
    assert not looks_like_report(Grid((headers[:-1], ("1", "26-K7QX9M"))))
