"""A real SMTP server on loopback that tests can tell how to misbehave."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Misbehaviour = Callable[[SMTP], Awaitable[str]]


@dataclass
class Inbox:
    """What arrived, and how to answer: `answers` maps MAIL, RCPT or DATA to a line or a deed.

    An answer is used once for each time it is listed; then the server behaves. `left` is set when
    a client said goodbye.
    """

    answers: dict[str, list[str | Misbehaviour]] = field(default_factory=dict)
    port: int = 0
    envelopes: list[Envelope] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    rejected: list[bytes] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    def messages(self) -> list[EmailMessage]:
        """The mails as their reader's program parses them."""
        # No property: aiosmtpd looks at every attribute of its handler for each connection.
        return [
            message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.SMTP)
            for envelope in self.envelopes
            if isinstance(envelope.content, bytes)
        ]

    @property
    def connections(self) -> int:
        return len({session.peer for session in self.sessions})

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._answer("MAIL", server)
        if answer.startswith("2"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._answer("RCPT", server)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = await self._answer("DATA", server)
        if answer.startswith("2"):
            self.envelopes.append(envelope)
            self.sessions.append(session)
        elif isinstance(envelope.content, bytes):
            self.rejected.append(envelope.content)
        return answer

    async def handle_QUIT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.left.set()
        return "221 Bye"

    async def _answer(self, verb: str, server: SMTP) -> str:
        waiting = self.answers.get(verb)
        if not waiting:
            return "250 OK"
        answer = waiting.pop(0)
        return answer if isinstance(answer, str) else await answer(server)


async def drop(server: SMTP) -> str:
    """Hang up instead of answering."""
    _hang_up(server)
    return "421 gone"


async def never(server: SMTP) -> str:
    """Keep the client waiting for good."""
    await asyncio.Event().wait()
    raise AssertionError


def _hang_up(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()


def accepts(user: str, password: str) -> Callable[..., AuthResult]:
    """A check that lets one person in."""

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        known = isinstance(data, LoginPassword) and (
            data.login == user.encode() and data.password == password.encode()
        )
        return AuthResult(success=known, handled=False, auth_data=data)

    return authenticate


@asynccontextmanager
async def smtp_server(
    inbox: Inbox | None = None, *, implicit_tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[Inbox]:
    """Serve an inbox on a free port of 127.0.0.1; `options` are those of aiosmtpd's SMTP."""
    inbox = inbox or Inbox()
    loop = asyncio.get_running_loop()
    servers: list[SMTP] = []

    def protocol() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # AUTH without TLS, as a test wants it
            servers.append(SMTP(inbox, hostname="mail.test", loop=loop, **options))
        return servers[-1]

    listening = await loop.create_server(protocol, "127.0.0.1", 0, ssl=implicit_tls)
    inbox.port = listening.sockets[0].getsockname()[1]
    try:
        yield inbox
    finally:
        listening.close()
        for server in servers:
            _hang_up(server)
        await listening.wait_closed()
