"""A mail server that keeps what it is given: an SMTP inbox with faults to order."""

import asyncio
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sandbox.certificate import server_context
from sandbox.clock import SandboxClock

SIZE_LIMIT = 33_554_432
DAILY_LIMIT_REPLY = "550 5.4.5 Daily user sending limit exceeded"


@dataclass(frozen=True)
class Mail:
    """An accepted mail: envelope as given at MAIL and RCPT, headers and parts in `message`.

    `raw` is what came over the wire, with its CRLF; texts have plain line ends.
    """

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes = field(repr=False)
    at: datetime

    @property
    def text(self) -> str:
        """The plain-text part, empty if there is none."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part is not None else ""

    @property
    def html(self) -> str:
        """The HTML part, empty if there is none."""
        part = self.message.get_body(("html",))
        return str(part.get_content()) if part is not None else ""


@dataclass(eq=False)
class MailFault:
    """A planned refusal: where (`rcpt`, `data`, `lost`), of whom, with which reply."""

    stage: str
    reply: str
    left: int
    recipient: str | None = None
    hits: int = 0


class Inbox:
    """Every mail the sandbox's server has accepted, oldest first, and the faults it is to have."""

    def __init__(self, clock: SandboxClock) -> None:
        self.mails: list[Mail] = []
        self._clock = clock
        self._faults: list[MailFault] = []
        self._arrived = asyncio.Event()
        self._listeners: list[Callable[[Mail], None]] = []

    def __len__(self) -> int:
        return len(self.mails)

    def of(self, address: str) -> list[EmailMessage]:
        """Return the messages delivered to an address (any case), oldest first."""
        return [mail.message for mail in self.mails_to(address)]

    def mails_to(self, address: str) -> list[Mail]:
        """Return the mails delivered to an address (any case), oldest first."""
        wanted = address.casefold()
        return [m for m in self.mails if wanted in (r.casefold() for r in m.recipients)]

    def last_to(self, address: str) -> Mail:
        """Return the newest mail to an address; AssertionError if there is none."""
        found = self.mails_to(address)
        if not found:
            others = sorted({r for mail in self.mails for r in mail.recipients})
            raise AssertionError(f"no mail to {address}; there is mail to {others}")
        return found[-1]

    async def waits_for(self, address: str, count: int = 1, *, within: float = 5.0) -> Mail:
        """Wait until an address has `count` mails and return the newest.

        AssertionError after `within` real seconds.
        """
        try:
            async with asyncio.timeout(within):
                while len(self.mails_to(address)) < count:
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            have = len(self.mails_to(address))
            raise AssertionError(f"{address} has {have} of {count} mails") from None
        return self.last_to(address)

    def subscribe(self, listener: Callable[[Mail], None]) -> Callable[[], None]:
        """Call `listener` with every accepted mail; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def clear(self) -> None:
        """Throw all mail away."""
        self.mails.clear()

    def refuses(
        self,
        reply: str = "550 5.1.1 The email account that you tried to reach does not exist",
        *,
        recipient: str | None = None,
        times: int = 1,
        stage: str = "rcpt",
    ) -> MailFault:
        """Answer the next RCPT (or DATA, with `stage="data"`) with a 4xx or 5xx `reply`.

        `recipient` narrows it to one address; `times` counts refusals.
        """
        if stage not in ("rcpt", "data") or reply[:1] not in ("4", "5"):
            raise ValueError("a refusal is a 4xx or 5xx reply at rcpt or at data")
        return self._plan(MailFault(stage, reply, times, recipient))

    def daily_limit(self, *, times: int = 1) -> MailFault:
        """Refuse at DATA as a relay does whose daily limit is used up (550 5.4.5)."""
        return self.refuses(DAILY_LIMIT_REPLY, times=times, stage="data")

    def loses_reply(self, *, times: int = 1, recipient: str | None = None) -> MailFault:
        """Keep the next mail but close the connection before saying so: the unknown outcome."""
        return self._plan(MailFault("lost", "", times, recipient))

    def heals(self) -> None:
        """Forget all planned faults."""
        self._faults.clear()

    def meets(self, stage: str, recipients: list[str]) -> MailFault | None:
        """Return the fault a stage suffers for these recipients, counted; None if healthy."""
        lowered = [recipient.casefold() for recipient in recipients]
        for fault in self._faults:
            if fault.stage != stage:
                continue
            if fault.recipient is None or fault.recipient.casefold() in lowered:
                fault.left -= 1
                fault.hits += 1
                if fault.left < 1:
                    self._faults.remove(fault)
                return fault
        return None

    def accept(self, envelope: Envelope) -> None:
        """Keep a mail."""
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else bytes(content or b"")
        message = message_from_bytes(raw.replace(b"\r\n", b"\n"), policy=policy.default)
        mail = Mail(
            envelope.mail_from or "",
            tuple(envelope.rcpt_tos),
            message,
            raw,
            self._clock.now(),
        )
        self.mails.append(mail)
        self._arrived.set()
        for listener in tuple(self._listeners):
            listener(mail)

    def _plan(self, fault: MailFault) -> MailFault:
        self._faults.append(fault)
        return fault


class MailServer:
    """The SMTP server before an inbox, in the running event loop, on 127.0.0.1.

    With `login` (user, password) mail is taken only after AUTH, else 530; a wrong pair gets 535.
    With `tls` a PEM file of key and certificate, STARTTLS is offered, and required before AUTH.
    """

    def __init__(
        self, inbox: Inbox, *, login: tuple[str, str] | None = None, tls: Path | None = None
    ) -> None:
        self._inbox = inbox
        self._login = login
        self._tls = server_context(tls) if tls is not None else None
        self._server: asyncio.Server | None = None
        self._transports: set[asyncio.BaseTransport] = set()
        self.port = 0

    async def start(self, port: int = 0) -> None:
        """Listen, on a free port unless one is given; `port` says which."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, "127.0.0.1", port or self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuse connections and end those there are; `start` brings the same port back."""
        for transport in tuple(self._transports):
            transport.close()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def _protocol(self) -> SMTP:
        with warnings.catch_warnings():
            # A login in the clear is what a sandbox without a certificate is asked for.
            warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")
            return _Smtp(
                _Handler(self._inbox),
                self._transports,
                data_size_limit=SIZE_LIMIT,
                enable_SMTPUTF8=True,
                ident="sandbox",
                hostname="localhost",
                loop=asyncio.get_running_loop(),
                tls_context=self._tls,
                authenticator=self._authenticate,
                auth_required=self._login is not None,
                auth_require_tls=self._tls is not None,
            )

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        given = None
        if isinstance(data, LoginPassword):
            given = (data.login.decode(), data.password.decode())
        return AuthResult(success=self._login in (None, given), handled=False)


class _Smtp(SMTP):
    def __init__(
        self, handler: Any, transports: set[asyncio.BaseTransport], **options: Any
    ) -> None:
        super().__init__(handler, **options)
        self._all = transports

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._all.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._all.difference_update({t for t in self._all if t.is_closing()})
        super().connection_lost(error)


class _Handler:
    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        fault = self._inbox.meets("rcpt", [address])
        if fault is not None:
            return fault.reply
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        fault = self._inbox.meets("data", envelope.rcpt_tos)
        if fault is not None:
            return fault.reply
        lost = self._inbox.meets("lost", envelope.rcpt_tos)
        self._inbox.accept(envelope)
        if lost is not None and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return "250 2.0.0 OK"
