"""Measures the report of a month of 5,000 registrations: python -m tests.benchmarks.report.

It is made in a thread of the running program, so a few seconds of processor time and 100 MB are
what it may take.
"""

import resource
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.sheets import OpenpyxlSheets
from core.months import Month
from core.policy import Policy
from core.registration import Status
from core.usecases.report import report_sheet
from tests.storage.examples import registration

ROWS = 5_000
FIRST = datetime(2026, 3, 2, 2, tzinfo=UTC)


def main() -> None:
    """Make the report and print one line of figures."""
    policy, sheets = Policy(), OpenpyxlSheets()
    cases = [
        replace(
            registration(),
            id=n,
            reference=f"26-{n:06}",
            licence=f"03-{n:04}/ĐKKDD-HNO",
            facility=f"Nhà thuốc Bình An số {n}",
            status=Status.ISSUED,
            submitted_at=FIRST + timedelta(minutes=n),
            due=date(2026, 3, 16),
            decided_at=FIRST + timedelta(days=3),
            decided_name="Trần Văn Minh",
            result_at=FIRST + timedelta(days=3, minutes=n),
        )
        for n in range(1, ROWS + 1)
    ]
    sheets.write(report_sheet(Month(2026, 3), cases[:1], policy, FIRST))  # openpyxl is loaded
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    made = sheets.write(report_sheet(Month(2026, 3), cases, policy, FIRST))
    took = time.process_time() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"report of {ROWS} registrations: {took:.2f} s of processor time, {grown:.0f} MB more at"
        f" its peak, {len(made) / 1024:.0f} KB"
    )


if __name__ == "__main__":
    main()
