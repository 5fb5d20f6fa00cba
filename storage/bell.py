"""LISTEN and NOTIFY: tells the other processes on one PostgreSQL that there may be work for them.

A hint and no more. A ring can be lost (a crash after the commit, a connection that broke), and a
look at the tables every few seconds finds what it would have told.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

logger = logging.getLogger(__name__)

CHANNEL = "knlt"
GATHER = 0.02  # seconds: under load one ring tells of many commits
AGAIN = 5.0  # seconds until a lost connection is made anew
EVERYTHING = frozenset({"inbox", "chat", "mail"})

Listener = Callable[[frozenset[str]], None]


class Bell:
    """Rings in the other processes, and calls `heard` with what they say was put.

    Ringing is no part of a transaction: a commit that notifies waits for every other one that does.
    `hears` is true once a ring of our own came back, so it stays false behind a connection pooler
    that loses them.
    """

    def __init__(self, engine: AsyncEngine, heard: Listener) -> None:
        self.hears = False
        self._engine = engine
        self._heard = heard
        self._untold: set[str] = set()
        self._rung = asyncio.Event()

    def ring(self, put: frozenset[str]) -> None:
        """Say that rows were put and committed; does not wait."""
        self._untold |= put
        self._rung.set()

    async def run(self) -> None:
        """Listen and ring until cancelled; a database that is away is tried again."""
        while True:
            try:
                await self._listen()
            except Exception as error:
                logger.warning("other processes are not heard: %s", type(error).__name__)
            self.hears = False
            await asyncio.sleep(AGAIN)

    async def _listen(self) -> None:
        async with self._engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            try:
                driver.add_termination_listener(lambda _: self._rung.set())
                await driver.add_listener(CHANNEL, self._hear)
                self._heard(EVERYTHING)  # whatever was put while nobody listened
                self._rung.set()
                while not driver.is_closed():
                    await self._rung.wait()
                    self._rung.clear()
                    words = " ".join(sorted(self._untold))
                    self._untold.clear()
                    await driver.execute("SELECT pg_notify($1, $2)", CHANNEL, words)
                    await asyncio.sleep(GATHER)
            finally:
                # A connection that listens is of no use to anybody else.
                await connection.invalidate()

    def _hear(self, driver: Any, sender: int, _: str, words: str) -> None:
        if sender == driver.get_server_pid():
            self.hears = True
        elif words:
            self._heard(frozenset(words.split()))
