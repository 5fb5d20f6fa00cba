"""Files on their way: what people sent is fetched and read, spreadsheets and pictures are made.

All three take seconds of processor time: in a thread, and one at a time, so that a pile of files
costs no more memory than one.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ParamSpec

from core.messages import Outgoing, text
from core.months import Month, month_of
from core.policy import Policy
from core.ports import (
    Charts,
    Clock,
    Courier,
    Fault,
    NewUpdate,
    OutboxRow,
    SendFailed,
    Sheets,
    Store,
)
from core.registration import Registration
from core.usecases import spreadsheets
from core.usecases.batches import batch_sheet
from core.usecases.figures import count
from core.usecases.figures_chart import CHART, caption, chart
from core.usecases.report import REPORT, cases_of, report_sheet

Wanted = ParamSpec("Wanted")

SHOWN_EVERY = 4  # seconds: a messenger shows it for five


@dataclass(slots=True)
class Files:
    """Carries files for the deliverer."""

    store: Store
    clock: Clock
    sheets: Sheets
    charts: Charts
    couriers: Mapping[str, Courier]
    policy: Policy
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def fetch(self, row: OutboxRow) -> NewUpdate:
        """Read a file; return what its conversation is told. Raises `SendFailed` to try again."""
        async with self._shown_working(row.outgoing):
            return spreadsheets.told(row, await self._read(row))

    def refuse(self, row: OutboxRow, failure: SendFailed) -> NewUpdate:
        """Return what a conversation is told whose file is not read at all."""
        return spreadsheets.told(row, spreadsheets.failed_data(failure))

    async def send(self, row: OutboxRow) -> str:
        """Make the file that is owed and send it; return the message's id."""
        if CHART in row.outgoing.context:
            return await self._send_chart(row.outgoing)
        if REPORT in row.outgoing.context:
            return await self._send_report(row.outgoing)
        return await self._send_batch(row.outgoing)

    async def _send_batch(self, owed: Outgoing) -> str:
        number = int(owed.context["batch"])
        async with self.store.read() as tx:
            cases = await tx.batches.cases(number)
        if not cases:
            raise SendFailed(Fault.INVALID, "the batch was released")
        content = await self._make(owed, self.sheets.write, batch_sheet(number, cases))
        caption = text("batch-caption", number=number, count=len(cases))
        name = f"KNLT-lo-{number}.xlsx"
        courier = self._courier(owed)
        return await courier.send_file(owed.address, name, content, (caption,), owed.locale)

    async def _send_report(self, owed: Outgoing) -> str:
        month = month_of(date.fromisoformat(owed.context[REPORT]))
        async with self.store.read() as tx:
            cases = await cases_of(tx, month, self.policy)
        content = await self._make(owed, self._write_report, month, cases)
        caption = text("report-caption", month=f"{month}", count=len(cases))
        name = f"KNLT-bao-cao-{month.starts:%Y-%m}.xlsx"
        courier = self._courier(owed)
        return await courier.send_file(owed.address, name, content, (caption,), owed.locale)

    def _write_report(self, month: Month, cases: Sequence[Registration]) -> bytes:
        return self.sheets.write(report_sheet(month, cases, self.policy, self.clock.now()))

    async def _send_chart(self, owed: Outgoing) -> str:
        moment = datetime.fromisoformat(owed.context[CHART])
        async with self.store.read() as tx:
            found = await count(tx, self.policy, moment)
        content = await self._make(owed, self.charts.draw, chart(found), owed.locale)
        courier = self._courier(owed)
        name = f"KNLT-{self.policy.today(moment)}.png"
        return await courier.send_photo(owed.address, name, content, caption(found), owed.locale)

    async def _make(
        self,
        owed: Outgoing,
        make: Callable[Wanted, bytes],
        *wanted: Wanted.args,
        **more: Wanted.kwargs,
    ) -> bytes:
        async with self._shown_working(owed), self._busy:
            return await asyncio.to_thread(make, *wanted, **more)

    def _courier(self, owed: Outgoing) -> Courier:
        bot = owed.address.bot
        if bot not in self.couriers:
            raise SendFailed(Fault.CONFIG, f"no bot carries files as {bot}")
        return self.couriers[bot]

    @asynccontextmanager
    async def _shown_working(self, owed: Outgoing) -> AsyncIterator[None]:
        """Let the person who waits see that it goes on; what becomes of that matters to nothing."""
        showing = asyncio.create_task(self._show_working(owed))
        try:
            yield
        finally:
            showing.cancel()

    async def _show_working(self, owed: Outgoing) -> None:
        with suppress(SendFailed):
            while True:
                await self._courier(owed).show_working(owed.address)
                await asyncio.sleep(SHOWN_EVERY)

    async def _read(self, row: OutboxRow) -> Mapping[str, Any]:
        file_id = str(row.outgoing.context["file"])
        async with self._busy:
            try:
                content = await self._courier(row.outgoing).download(file_id, spreadsheets.LARGEST)
            except SendFailed as failure:
                if failure.fault is not Fault.INVALID and row.attempts < spreadsheets.TRIES:
                    raise
                return spreadsheets.failed_data(failure)
            return await asyncio.to_thread(
                spreadsheets.read_file, content, self.sheets, self.policy.authority
            )
