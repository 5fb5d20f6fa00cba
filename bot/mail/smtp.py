"""The way to the mail server: SMTP with one recipient per mail, over a connection kept briefly.

A mail's bytes depend on the mail and the date alone: Message-ID and boundary stay the same on
every attempt, so that of a mail sent twice most mailboxes show one.
"""

import asyncio
import hashlib
import re
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache

import aiosmtplib

from bot.mail.faults import failure
from bot.mail.letters import Letter, Unwritable
from bot.settings import Mailbox, SmtpServer
from core.ports import Clock, Fault, Mail, SendFailed

TIMEOUT = 20.0  # seconds for one mail; delivery sends four within its lease of 90
IDLE = 5.0  # seconds a connection waits for another mail
PER_CONNECTION = 50  # mails; servers end longer sessions themselves, in the middle of one

_MESSAGE_ID = re.compile(r"<[^\s<>@]+@[^\s<>@]+>")
_POLICY = SMTP.clone(cte_type="7bit")  # the same bytes whether or not a server takes 8 bits


class SmtpPostbox:
    """`core.ports.Postbox` over SMTP.

    - `write` words a mail (`Letters.write`).
    - `sender` without a name gets the one the letter gives.
    - `timeout` bounds everything one `send` or `check` does, in seconds.
    - `idle` is how long the connection is kept for the next mail, in seconds.
    - `tls` replaces the usual trust in certificates, for a server with one of its own making.

    Mails go one at a time. STARTTLS is used when offered, and a password is sent encrypted only,
    unless the server is on this machine.
    """

    def __init__(
        self,
        server: SmtpServer,
        sender: Mailbox,
        reply_to: Mailbox | None,
        write: Callable[[Mail], Letter],
        clock: Clock,
        *,
        timeout: float = TIMEOUT,
        idle: float = IDLE,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        self._sender = sender
        self._reply_to = reply_to
        self._write = write
        self._clock = clock
        self._timeout = timeout
        self._idle = idle
        self._client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls,
            start_tls=_start_tls(server),
            tls_context=tls or _trust(local=server.is_local),
            timeout=None,  # the whole exchange has one
        )
        self._turn = asyncio.Lock()
        self._taken = 0
        self._timer: asyncio.TimerHandle | None = None

    async def send(self, mail: Mail) -> None:
        """Return when the server has accepted the mail; raise `SendFailed` otherwise."""
        try:
            envelope = compose(
                mail, self._write(mail), self._sender, self._reply_to, self._clock.now()
            )
        except Unwritable as problem:
            raise SendFailed(Fault.INVALID, str(problem)) from None
        async with self._session() as client:
            await client.mail(self._sender.address)
            await client.rcpt(mail.to)
            await client.data(envelope)
            self._taken += 1

    async def check(self) -> None:
        """Connect and sign in, sending nothing; raise `SendFailed` with what is wrong."""
        async with self._session():
            pass

    async def close(self) -> None:
        """End the connection, if one is kept."""
        async with self._turn:
            self._hang_up()

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """Give a signed-in connection for one mail; a failure ends it and becomes `SendFailed`."""
        try:
            async with asyncio.timeout(self._timeout), self._turn:
                try:
                    await self._connect()
                    yield self._client
                except BaseException:
                    self._client.close()
                    raise
                self._keep()
        except (aiosmtplib.SMTPException, OSError) as error:
            # Without its cause, which holds the server's answer word for word.
            raise failure(error) from None

    async def _connect(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._taken < PER_CONNECTION and await self._is_alive():
            return
        self._client.close()
        self._taken = 0
        await self._client.connect()
        if self._server.user is not None:
            password = self._server.password.get_secret_value() if self._server.password else ""
            await self._client.login(self._server.user, password)

    async def _is_alive(self) -> bool:
        if not self._client.is_connected:
            return False
        try:
            await self._client.rset()
        except aiosmtplib.SMTPException:
            return False
        return True

    def _keep(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._idle, self._hang_up)

    def _hang_up(self) -> None:
        if self._client.protocol is not None and self._client.protocol.is_connected:
            self._client.protocol.write(b"QUIT\r\n")
        self._client.close()


def compose(
    mail: Mail, letter: Letter, sender: Mailbox, reply_to: Mailbox | None, date: datetime
) -> bytes:
    """Write a mail as it goes over the wire; the same arguments always give the same bytes.

    Raises `Unwritable` for an address or a header that cannot be written without changing it.
    """
    try:
        message = EmailMessage(_POLICY)
        message["From"] = Address(sender.name or letter.sender, addr_spec=sender.address)
        message["To"] = _recipient(mail.to)
        if reply_to is not None:
            message["Reply-To"] = Address(reply_to.name, addr_spec=reply_to.address)
        message["Subject"] = letter.subject
        message["Date"] = date
        message["Message-ID"] = _message_id(mail.message_id)
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(letter.text, cte="quoted-printable")
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
        # After the bodies: making them moves every Content- header of the mail into its first part.
        message["Content-Language"] = mail.locale
        # Quoted-printable has "=" only before digits and line ends: no line of a body is this.
        message.set_boundary("=_" + hashlib.sha256(mail.message_id.encode()).hexdigest()[:32])
        return message.as_bytes()
    except Unwritable:
        raise
    except ValueError:  # CR or LF in a header, or half a character in a text
        raise Unwritable("the mail holds characters that no mail can hold") from None


def _recipient(address: str) -> Address:
    try:
        parsed = Address(addr_spec=address)
    except (MessageError, ValueError, IndexError):  # the stdlib's parser raises any of them
        raise Unwritable("this is no e-mail address") from None
    # Letters beyond ASCII would need SMTPUTF8 on every server of the way (RFC 6531).
    if not address.isascii() or not parsed.domain or parsed.addr_spec != address:
        raise Unwritable("this e-mail address cannot be written to")
    return parsed


def _message_id(given: str) -> str:
    if not _MESSAGE_ID.fullmatch(given):
        raise Unwritable("the Message-ID is not of the form <left@right>")
    return given


def _start_tls(server: SmtpServer) -> bool | None:
    """Tell aiosmtplib to insist on STARTTLS (True), or to use it when offered (None)."""
    exposed = server.user is not None and not server.is_local and not server.tls
    return True if exposed else None


@cache
def _trust(*, local: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if local:
        # Nobody stands between, and a local server's certificate is one of its own making.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
