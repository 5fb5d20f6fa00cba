"""The whole sandbox in one context: world, Bot API server, mail server, clock."""

from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from sandbox.clock import SandboxClock
from sandbox.faults import Faults
from sandbox.mail import Inbox, MailServer
from sandbox.server import BotApiServer
from sandbox.world import World


class Sandbox:
    """Runs while entered (`async with`), on 127.0.0.1 only.

    `limits=False` turns flood limits off. Ports are free ones unless given. `mail_login` (user,
    password) makes the mail server ask for them; `mail_tls`, a PEM of key and certificate as
    `sandbox.certificate` makes it, lets it offer STARTTLS.
    """

    def __init__(
        self,
        *,
        clock: SandboxClock | None = None,
        limits: bool = True,
        api_port: int = 0,
        smtp_port: int = 0,
        seed: int = 1,
        mail_login: tuple[str, str] | None = None,
        mail_tls: Path | None = None,
    ) -> None:
        self.clock = clock or SandboxClock()
        self.world = World(self.clock, limits=limits, seed=seed)
        self.inbox = Inbox(self.clock)
        self.mail_server = MailServer(self.inbox, login=mail_login, tls=mail_tls)
        self._server = BotApiServer(self.world)
        self._login = [tuple(map(quote, mail_login))] if mail_login else []
        self._ports = (api_port, smtp_port)

    @property
    def faults(self) -> Faults:
        """What the API's next calls are to suffer."""
        return self.world.faults

    @property
    def api_url(self) -> str:
        """Base address of the Bot API, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def smtp_url(self) -> str:
        """Address of the mail server, with the login it wants if it wants one."""
        login = "".join(f"{user}:{password}@" for user, password in self._login)
        return f"smtp://{login}127.0.0.1:{self.mail_server.port}"

    async def __aenter__(self) -> Self:
        await self._server.start(self._ports[0])
        await self.mail_server.start(self._ports[1])
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.mail_server.stop()
        await self._server.stop()
