"""The database behind the ports: transactions whose repositories share one connection."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from sqlalchemy import literal, select

from core.ports import (
    Batches,
    CalendarDays,
    Cards,
    Claims,
    Clock,
    Consents,
    Conversations,
    Facts,
    History,
    Inbox,
    Inquiries,
    JobRuns,
    Outbox,
    Places,
    Processes,
    Reasons,
    Register,
    Registrations,
    Secrets,
    Staff,
    Troubles,
    Uploads,
    Vault,
)
from storage.batches import SqlBatches, SqlUploads
from storage.bell import Bell, Listener
from storage.cases import SqlCards, SqlHistory, SqlSecrets
from storage.claims import SqlClaims
from storage.conversations import SqlConversations
from storage.engine import Engines, Synchronous, open_engines
from storage.inbox import SqlInbox
from storage.inquiries import SqlInquiries
from storage.office import SqlCalendarDays, SqlFacts, SqlJobRuns, SqlPlaces
from storage.outbox import SqlOutbox
from storage.people import SqlConsents, SqlStaff
from storage.processes import SqlProcesses
from storage.reasons import SqlReasons
from storage.register import SqlRegister
from storage.registrations import SqlRegistrations
from storage.troubles import SqlTroubles
from storage.work import Work

_ALIVE = select(literal(1))


class SqlTransaction:
    """Implements `core.ports.Transaction`."""

    def __init__(self, work: Work, vault: Vault, clock: Clock) -> None:
        self.inbox: Inbox = SqlInbox(work, vault)
        self.conversations: Conversations = SqlConversations(work)
        self.registrations: Registrations = SqlRegistrations(work)
        self.history: History = SqlHistory(work)
        self.outbox: Outbox = SqlOutbox(work, clock)
        self.processes: Processes = SqlProcesses(work)
        self.staff: Staff = SqlStaff(work)
        self.consents: Consents = SqlConsents(work)
        self.cards: Cards = SqlCards(work)
        self.claims: Claims = SqlClaims(work)
        self.troubles: Troubles = SqlTroubles(work)
        self.inquiries: Inquiries = SqlInquiries(work)
        self.secrets: Secrets = SqlSecrets(work)
        self.batches: Batches = SqlBatches(work)
        self.uploads: Uploads = SqlUploads(work)
        self.register: Register = SqlRegister(work)
        self.reasons: Reasons = SqlReasons(work)
        self.calendar: CalendarDays = SqlCalendarDays(work)
        self.places: Places = SqlPlaces(work)
        self.facts: Facts = SqlFacts(work)
        self.job_runs: JobRuns = SqlJobRuns(work)


class SqlStore:
    """Implements `core.ports.Store` on SQLite and PostgreSQL.

    The vault seals what the inbox holds; the clock dates what is owed. Opening a transaction
    raises `DatabaseUnavailable`, as does losing the connection inside one.
    """

    def __init__(self, engines: Engines, vault: Vault, clock: Clock) -> None:
        self.engines = engines
        self._vault = vault
        self._clock = clock
        self._listeners: list[Listener] = []
        on_server = engines.dialect == "postgresql"
        self.bell = Bell(engines.writing, self._tell) if on_server else None
        self._traces = False  # of a deleted secret, in SQLite's log

    @classmethod
    def open(
        cls, url: str, vault: Vault, clock: Clock, *, synchronous: Synchronous = "FULL"
    ) -> Self:
        """Make a store for a database URL; connects nothing yet. Raises BadDatabaseUrl."""
        return cls(open_engines(url, synchronous=synchronous), vault, clock)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqlTransaction]:
        """Start a transaction that may write; see `core.ports.Transaction`."""
        async with self.engines.write() as connection:
            work = Work(connection, self.engines.dialect)
            yield SqlTransaction(work, self._vault, self._clock)
            await work.flush()
        if work.put:
            self._tell(frozenset(work.put))
            if self.bell is not None:
                self.bell.ring(frozenset(work.put))
        if work.erased or self._traces:
            self._traces = not await self.engines.scrub()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlTransaction]:
        """Start a transaction that only reads, all of it at one moment; a write raises."""
        async with self.engines.read() as connection:
            work = Work(connection, self.engines.dialect)
            yield SqlTransaction(work, self._vault, self._clock)
            await work.flush()

    def on_commit(self, listener: Listener) -> None:
        """Have `listener` called after each commit that put rows: some of inbox, chat and mail.

        It hears of other processes' commits, too, while `bell` runs; elsewhere (on SQLite there is
        none) they are found by looking.
        """
        self._listeners.append(listener)

    def _tell(self, put: frozenset[str]) -> None:
        for listener in self._listeners:
            listener(put)

    @property
    def shared(self) -> bool:
        """Whether several processes may work on this database."""
        return self.bell is not None

    async def ping(self) -> None:
        """Ask the database for a sign of life; raises DatabaseUnavailable."""
        async with self.engines.read() as connection:
            await connection.execute(_ALIVE)

    async def close(self) -> None:
        """Close every connection; the store cannot be used afterwards."""
        await self.engines.close()
