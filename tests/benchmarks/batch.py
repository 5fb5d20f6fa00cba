"""Measures a batch of 5,000 registrations, out and back: python -m tests.benchmarks.batch.

Export, a file filled in, the look at each row, and all rows carried out, on SQLite. The file is
made and filled in by processes of their own, so that the memory measured is that of reading it and
carrying it out.
"""

import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from openpyxl import load_workbook

from bot.sheets import OpenpyxlSheets
from bot.vault import FernetVault, new_key
from core.people import Actor, Role
from core.policy import Policy
from core.reference import new_reference
from core.registration import Status
from core.usecases.batches import (
    LARGEST,
    TO_DO,
    Run,
    batch_sheet,
    carry_out,
    export,
    look,
    read_batch,
)
from sandbox import SandboxClock
from storage.migrate import upgrade
from storage.store import SqlStore
from tests.storage.clock import NOW
from tests.storage.examples import registration

LEAD = Actor("tg:9", "Lê Thu Hồng", Role.LEAD)
FIRST_ANSWER = 7  # the column of the result, from 1


def open_store(folder: Path) -> SqlStore:
    """Open the database that the parts of the story share."""
    return SqlStore.open(
        f"sqlite+aiosqlite:///{folder / 'batch.db'}", FernetVault([new_key()]), SandboxClock(NOW)
    )


async def go_out(folder: Path) -> None:
    """Plant what was approved, export it as a batch, and print how long that took."""
    await upgrade(f"sqlite+aiosqlite:///{folder / 'batch.db'}")
    store = open_store(folder)
    draw = random.Random(20261122).randrange  # noqa: S311
    async with store.begin() as tx:
        for n in range(LARGEST):
            case = registration(f"{n}", facility=f"Nhà thuốc số {n}", status=Status.APPROVED)
            await tx.registrations.add(replace(case, reference=new_reference(2026, draw)))
    start = time.process_time()
    async with store.begin() as tx:
        exported = await export(tx, LEAD, NOW)
        assert exported is not None
        cases = await tx.batches.cases(exported[0].number)
    content = OpenpyxlSheets().write(batch_sheet(exported[0].number, cases))
    took = time.process_time() - start
    (folder / "batch.xlsx").write_bytes(content)
    await store.close()
    print(json.dumps({"export": took, "size": len(content)}))


def fill_in(folder: Path) -> None:
    """Give every row but each tenth an account; those are refused."""
    book = load_workbook(folder / "batch.xlsx")
    page = book.worksheets[0]
    for n in range(LARGEST):
        given = ("Cấp", f"HNO-{n}", f"login.{n}", f"0{n:05}-Canary#", None)
        refused = ("Từ chối", None, None, None, "GCN đã bị thu hồi năm 2025")
        for place, value in enumerate(refused if n % 10 == 0 else given, FIRST_ANSWER):
            page.cell(n + 2, place).value = value
    book.save(folder / "batch.xlsx")


async def come_back(folder: Path, out: dict[str, float]) -> None:
    """Read the file, look at it and carry it out; print one line of figures."""
    store, vault, policy = open_store(folder), FernetVault([new_key()]), Policy()
    start = time.process_time()
    lines = read_batch(OpenpyxlSheets().read((folder / "batch.xlsx").read_bytes()))
    read = time.process_time()
    async with store.begin() as tx:
        found = await look(tx, LEAD, lines)
    looked = time.process_time()
    ready = tuple(line for line, one in zip(lines, found, strict=True) if one.finding in TO_DO)
    run, longest = Run(ready), 0.0
    while run.lines:
        began = time.process_time()
        async with store.begin() as tx:
            run = await carry_out(tx, LEAD, run, vault, policy, NOW)
        longest = max(longest, time.process_time() - began)
    done = time.process_time()
    await store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert (run.issued + run.refused, run.skipped) == (LARGEST, ())
    print(
        f"batch of {LARGEST:,} rows ({out['size'] / 1024:.0f} KB), processor s:"
        f" export {out['export']:.2f}, read {read - start:.2f}, report {looked - read:.2f},"
        f" carry out {done - looked:.2f} (longest transaction {longest * 1000:.0f} ms);"
        f" accounts {run.issued:,}, refusals {run.refused:,}; peak MB {peak:.0f}"
    )


def main() -> None:
    """Run each part of the story in a process of its own."""
    if len(sys.argv) == 3:
        part, folder = sys.argv[1], Path(sys.argv[2])
        asyncio.run(go_out(folder)) if part == "out" else fill_in(folder)
        return
    with tempfile.TemporaryDirectory() as name:
        told = [
            subprocess.run(  # noqa: S603 - this module
                [sys.executable, "-m", "tests.benchmarks.batch", part, name],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            for part in ("out", "fill")
        ]
        asyncio.run(come_back(Path(name), json.loads(told[0])))


if __name__ == "__main__":
    main()
