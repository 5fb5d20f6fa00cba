"""Files on their way: what people sent is fetched and read, spreadsheets are made and sent.

Reading and writing take seconds of processor time: in a thread, and one at a time, so that a pile
of files costs no more memory than one.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from core.licence import Authority
from core.messages import text
from core.ports import Courier, Fault, NewUpdate, OutboxRow, SendFailed, Sheets, Store
from core.usecases import spreadsheets
from core.usecases.batches import batch_sheet

SHOWN_EVERY = 4  # seconds: a messenger shows it for five


@dataclass(slots=True)
class Files:
    """Carries files for the deliverer."""

    store: Store
    sheets: Sheets
    couriers: Mapping[str, Courier]
    authority: Authority
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def fetch(self, row: OutboxRow) -> NewUpdate:
        """Read a file; return what its conversation is told. Raises `SendFailed` to try again."""
        async with self._shown_working(row):
            return spreadsheets.told(row, await self._read(row))

    async def send(self, row: OutboxRow) -> str:
        """Make the spreadsheet that is owed and send it; return the message's id."""
        outgoing = row.outgoing
        number = int(outgoing.context["batch"])
        async with self.store.read() as tx:
            cases = await tx.batches.cases(number)
        if not cases:
            raise SendFailed(Fault.INVALID, "the batch was released")
        async with self._shown_working(row), self._busy:
            content = await asyncio.to_thread(self.sheets.write, batch_sheet(number, cases))
        caption = text("batch-caption", number=number, count=len(cases))
        name = f"KNLT-lo-{number}.xlsx"
        courier = self._courier(row)
        return await courier.send_file(outgoing.address, name, content, caption, outgoing.locale)

    def _courier(self, row: OutboxRow) -> Courier:
        bot = row.outgoing.address.bot
        if bot not in self.couriers:
            raise SendFailed(Fault.CONFIG, f"no bot carries files as {bot}")
        return self.couriers[bot]

    @asynccontextmanager
    async def _shown_working(self, row: OutboxRow) -> AsyncIterator[None]:
        """Let the person who waits see that it goes on; what becomes of that matters to nothing."""
        showing = asyncio.create_task(self._show_working(row))
        try:
            yield
        finally:
            showing.cancel()

    async def _show_working(self, row: OutboxRow) -> None:
        with suppress(SendFailed):
            while True:
                await self._courier(row).show_working(row.outgoing.address)
                await asyncio.sleep(SHOWN_EVERY)

    async def _read(self, row: OutboxRow) -> Mapping[str, Any]:
        file_id = str(row.outgoing.context["file"])
        async with self._busy:
            try:
                content = await self._courier(row).download(file_id, spreadsheets.LARGEST)
            except SendFailed as failure:
                if failure.fault is not Fault.INVALID and row.attempts < spreadsheets.TRIES:
                    raise
                return spreadsheets.failed_data(failure)
            return await asyncio.to_thread(
                spreadsheets.read_file, content, self.sheets, self.authority
            )
