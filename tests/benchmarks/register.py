"""Measures the import of a list of 20,000 certificates: python -m tests.benchmarks.register.

Aims: under 10 s of processor time and under 200 MB. The list is made in a process of its own, so
that the memory measured is that of reading and importing it alone.
"""

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from openpyxl import Workbook

from bot.sheets import OpenpyxlSheets
from bot.vault import FernetVault, new_key
from core.licence import HANOI
from core.people import Actor, Role
from core.policy import Policy
from core.usecases.register import import_register, read_register
from sandbox import SandboxClock
from storage.migrate import upgrade
from storage.store import SqlStore

ROWS = 20_000
HEADERS = ("STT", "Số GCN ĐĐKKDD", "Tên cơ sở", "Địa chỉ", "Người phụ trách", "Ngày cấp")


def make(path: Path) -> None:
    """Write the list."""
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.append(HEADERS)
    for n in range(1, ROWS + 1):
        name, street = f"Nhà thuốc Bình An số {n}", f"Số {n} phố Huế, Hai Bà Trưng, Hà Nội"
        page.append((n, f"03-{n:04}/ĐKKDD-HNO", name, street, f"Nguyễn Thị {n}", "02/03/2026"))
    book.save(path)


async def measure(path: Path, content: bytes) -> None:
    """Import the list into an empty database and print one line of figures."""
    url = f"sqlite+aiosqlite:///{path.with_suffix('.db')}"
    await upgrade(url)
    clock = SandboxClock()
    store = SqlStore.open(url, FernetVault([new_key()]), clock)
    start = time.process_time()
    read = read_register(OpenpyxlSheets().read(content), HANOI)
    parsed = time.process_time()
    async with store.begin() as tx:
        lead = Actor("operator", "operator", Role.LEAD)
        found = await import_register(tx, lead, read.entries, Policy(), clock.now())
    done = time.process_time()
    await store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"register of {len(found.new)} certificates, processor s: read {parsed - start:.2f},"
        f" import {done - parsed:.2f}, together {done - start:.2f}; peak MB {peak:.0f}"
    )


def main() -> None:
    """Make the list elsewhere, then measure."""
    if len(sys.argv) == 2:
        make(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        subprocess.run(  # noqa: S603 - this module
            [sys.executable, "-m", "tests.benchmarks.register", f"{path}"], check=True
        )
        asyncio.run(measure(path, path.read_bytes()))


if __name__ == "__main__":
    main()
