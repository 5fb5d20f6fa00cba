"""The settings of the program, read once from the environment and the file `.env`.

Names, meanings and defaults stand in `.env.example`. Whatever is wrong comes out as plain
sentences, one per setting, that never show a secret.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time
from email.errors import MessageError
from email.headerregistry import Address
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.vault import FernetVault


class SettingsProblem(Exception):
    """The configuration cannot be used; `sentences` say why, one per setting."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = tuple(sentences)


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """SMTP_URL taken apart. `tls` is smtps://: encrypted from the first byte, without STARTTLS."""

    host: str
    port: int
    tls: bool = False
    user: str | None = None
    password: SecretStr | None = None

    @property
    def is_local(self) -> bool:
        """Mail to it does not leave this machine."""
        return is_loopback(self.host)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An e-mail address of ours; `name` is shown before it, empty for the office's usual name."""

    address: str
    name: str = ""


class Listen(NamedTuple):
    """Where the program listens. Port 0 takes any free one."""

    host: str
    port: int


# ── parsers: a raw setting becomes a value, or ValueError ────────────────────────────────────────

BOT_TOKEN = re.compile(r"[0-9]{6,12}:[A-Za-z0-9_-]{30,}")
ZALO_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{3,}")
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
ZALO_SECRET_LENGTH = 8
GROUP_ID = re.compile(r"-[1-9][0-9]{0,18}")
LEAD = re.compile(r"(?:tg:)?([1-9][0-9]{0,18})")
PLACEHOLDER = re.compile(
    r"change[-_ ]?(me|it)|\byour[-_ ](token|password|secret|key|user)|<[^<>@]*>|\.\.\.|…",
    re.IGNORECASE,
)
SMTP_PORTS = {"smtp": 587, "smtps": 465}
DATABASES = ("sqlite+aiosqlite:///", "postgresql+asyncpg://")


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _not_a_placeholder(raw: object) -> object:
    if isinstance(raw, str) and PLACEHOLDER.search(raw):
        raise PydanticCustomError("placeholder", "a placeholder")
    return raw


def _matching(pattern: re.Pattern[str]) -> Callable[[SecretStr], SecretStr]:
    def check(secret: SecretStr) -> SecretStr:
        if not pattern.fullmatch(secret.get_secret_value()):
            raise ValueError
        return secret

    return check


def _listed(raw: object) -> object:
    return (
        [item.strip() for item in raw.split(",") if item.strip()] if isinstance(raw, str) else raw
    )


def _keys(keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if not keys:  # allowed here: only some commands need them
        return keys
    try:
        FernetVault([key.get_secret_value() for key in keys])
    except ValueError as error:
        raise PydanticCustomError("sentence", str(error)) from None
    return keys


def _leads(ids: tuple[str, ...]) -> tuple[str, ...]:
    matches = [LEAD.fullmatch(user) for user in ids]
    # dict.fromkeys: a person named twice is one lead, in the order given
    return tuple(dict.fromkeys(f"tg:{_some(match)[1]}" for match in matches))


def _group(chat: str) -> str:
    return _some(GROUP_ID.fullmatch(chat))[0]


def _some(match: re.Match[str] | None) -> re.Match[str]:
    if match is None:
        raise ValueError
    return match


def _address(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    name, bracket, rest = raw.strip().rpartition("<")
    spec = rest.removesuffix(">") if bracket else rest
    try:
        address = Address(name.strip().strip('"').strip(), addr_spec=spec.strip())
    except (MessageError, IndexError):  # what the stdlib's parser raises, depending on the text
        raise ValueError from None
    if not (address.username and address.domain and spec.isascii()):
        raise ValueError
    return Mailbox(address.addr_spec, address.display_name)


def _smtp(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    url = urlsplit(raw)
    if url.scheme not in SMTP_PORTS or not url.hostname or _has_more_than_a_server(url):
        raise ValueError
    return SmtpServer(
        host=url.hostname,
        port=url.port or SMTP_PORTS[url.scheme],
        tls=url.scheme == "smtps",
        user=unquote(url.username) if url.username else None,
        password=SecretStr(unquote(url.password)) if url.password else None,
    )


def _has_more_than_a_server(url: SplitResult) -> bool:
    return url.path not in ("", "/") or bool(url.query or url.fragment)


def _listen(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    url = urlsplit(f"//{raw.strip()}")
    if not url.hostname or url.port is None or url.netloc != raw.strip() or url.username:
        raise ValueError
    return Listen(url.hostname, url.port)


def _web(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError
    return url.rstrip("/")


def _public(url: str) -> str:
    parts = urlsplit(_web(url))
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError
    return url.rstrip("/")


def _database(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(DATABASES):
        raise ValueError
    return url


def _time_of_day(raw: object) -> object:
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", raw.strip()):
        hour, minute = raw.strip().split(":")
        return time(int(hour), int(minute))
    if isinstance(raw, time):
        return raw
    raise ValueError


def _zone(raw: object) -> object:
    # ZoneInfo raises KeyError for a name it does not know
    try:
        return ZoneInfo(raw.strip()) if isinstance(raw, str) else raw
    except (KeyError, OSError):
        raise ValueError from None


def _lower(raw: object) -> object:
    return raw.strip().lower() if isinstance(raw, str) else raw


BotToken = Annotated[
    SecretStr, BeforeValidator(_not_a_placeholder), AfterValidator(_matching(BOT_TOKEN))
]
ZaloToken = Annotated[
    SecretStr, BeforeValidator(_not_a_placeholder), AfterValidator(_matching(ZALO_TOKEN))
]
Sdk = Annotated[Literal["aiogram", "ptb"], BeforeValidator(_lower)]
WebUrl = Annotated[str, BeforeValidator(_not_a_placeholder), AfterValidator(_web)]
OurMailbox = Annotated[Mailbox, BeforeValidator(_address), BeforeValidator(_not_a_placeholder)]


class Settings(BaseSettings):
    """Every setting under its name in lower case; `None` or an empty tuple where none is given.

    `staff_leads` are user ids such as "tg:123"; `digest_at` is local to `timezone`.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    public_token: BotToken | None = None
    staff_token: BotToken | None = None
    public_sdk: Sdk = "aiogram"
    staff_sdk: Sdk = "ptb"
    telegram_api: WebUrl = "https://api.telegram.org"
    zalo_token: ZaloToken | None = None
    zalo_api: WebUrl = "https://bot-api.zaloplatforms.com"
    staff_chat: Annotated[str, AfterValidator(_group)] | None = None
    staff_leads: Annotated[
        tuple[str, ...], NoDecode, BeforeValidator(_listed), AfterValidator(_leads)
    ] = ()
    database_url: Annotated[
        SecretStr, BeforeValidator(_not_a_placeholder), AfterValidator(_database)
    ] = SecretStr("sqlite+aiosqlite:///var/knlt.db")
    smtp_url: (
        Annotated[SmtpServer, NoDecode, BeforeValidator(_smtp), BeforeValidator(_not_a_placeholder)]
        | None
    ) = None
    mail_from: Annotated[OurMailbox, NoDecode] | None = None
    mail_reply_to: Annotated[OurMailbox, NoDecode] | None = None
    mail_daily_cap: Annotated[int, Field(ge=1)] = 400
    secret_keys: Annotated[
        tuple[SecretStr, ...],
        NoDecode,
        BeforeValidator(_listed),
        BeforeValidator(_not_a_placeholder),
        AfterValidator(_keys),
    ] = ()
    public_url: (
        Annotated[str, BeforeValidator(_not_a_placeholder), AfterValidator(_public)] | None
    ) = None
    webhook_secret: (
        Annotated[
            SecretStr,
            BeforeValidator(_not_a_placeholder),
            AfterValidator(_matching(WEBHOOK_SECRET)),
        ]
        | None
    ) = None
    listen: Annotated[Listen, NoDecode, BeforeValidator(_listen)] = Listen("127.0.0.1", 8080)
    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("Asia/Ho_Chi_Minh")
    digest_at: Annotated[time, BeforeValidator(_time_of_day)] = time(8)
    working_days: Annotated[int, Field(ge=1, le=60)] = 10
    email_code: bool = True
    undo_seconds: Annotated[int, Field(ge=0, le=86_400)] = 120
    draft_hours: Annotated[int, Field(ge=1, le=720)] = 24
    log_format: Annotated[Literal["json", "text"], BeforeValidator(_lower)] = "text"
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = (
        "info"
    )

    @model_validator(mode="after")
    def _desk_has_a_bot_of_its_own(self) -> Self:
        if self.staff_token and self.staff_token == self.public_token:
            raise PydanticCustomError(
                "sentence", "STAFF_TOKEN must be the token of another bot than PUBLIC_TOKEN."
            )
        return self

    @model_validator(mode="after")
    def _webhooks_prove_who_calls(self) -> Self:
        if self.public_url and not self.webhook_secret:
            raise PydanticCustomError(
                "sentence", "WEBHOOK_SECRET must be set as well, since PUBLIC_URL is."
            )
        return self

    @model_validator(mode="after")
    def _zalo_wants_a_longer_secret(self) -> Self:
        secret = self.webhook_secret
        if self.zalo_token and secret and len(secret.get_secret_value()) < ZALO_SECRET_LENGTH:
            raise PydanticCustomError(
                "sentence",
                "WEBHOOK_SECRET must have at least {least} characters, since ZALO_TOKEN is set.",
                {"least": ZALO_SECRET_LENGTH},
            )
        return self

    def missing_for_run(self) -> list[str]:
        """Say what `run` needs and is not set, one sentence each; other commands do without."""
        return [
            f"{name.upper()} must be set: {EXPECTED[name]}."
            for name in NEEDED_TO_RUN
            if not getattr(self, name)
        ]


NEEDED_TO_RUN = ("public_token", "smtp_url", "mail_from", "secret_keys")

_SDK = "aiogram or ptb"
_TOKEN = "a Telegram bot's token as @BotFather gives it: digits, a colon and 35 letters"  # noqa: S105
_MAILBOX = "an e-mail address, or a name with one: Sở Y tế Hà Nội <no-reply@example.vn>"

# What each setting must be, as the end of a sentence.
EXPECTED = {
    "public_token": _TOKEN,
    "staff_token": _TOKEN,
    "public_sdk": _SDK,
    "staff_sdk": _SDK,
    "telegram_api": "a web address such as https://api.telegram.org",
    "zalo_token": "a Zalo bot's token: digits, a colon and letters",
    "zalo_api": "a web address such as https://bot-api.zaloplatforms.com",
    "staff_chat": "the id of a Telegram group, a negative number such as -1001234567890",
    "staff_leads": "Telegram user ids with commas between them, such as 123456789,987654321",
    "database_url": "sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/NAME",
    "smtp_url": (
        "smtp://USER:PASSWORD@HOST:PORT or smtps://USER:PASSWORD@HOST:PORT,"
        " with signs such as @ : / # in the password written as %40 %3A %2F %23"
    ),
    "mail_from": _MAILBOX,
    "mail_reply_to": _MAILBOX,
    "mail_daily_cap": "a whole number of at least 1",
    "secret_keys": "one or more Fernet keys with commas between them, the newest first",
    "public_url": "an https:// address (http:// only for this machine), without ? and #",
    "webhook_secret": "1 to 256 letters A-Z a-z, digits, _ or -",
    "listen": "HOST:PORT, such as 127.0.0.1:8080",
    "timezone": "the name of a time zone, such as Asia/Ho_Chi_Minh",
    "digest_at": "a time of day such as 08:00",
    "working_days": "a whole number from 1 to 60",
    "email_code": "on or off",
    "undo_seconds": "a whole number from 0 to 86400",
    "draft_hours": "a whole number from 1 to 720",
    "log_format": "json or text",
    "log_level": "debug, info, warning or error",
}


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read the environment and `env_file` (the environment wins); raise `SettingsProblem`."""
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg] # pydantic-settings' own
    except ValidationError as error:
        # Two branches of one setting may both be reported, with the same sentence.
        raise SettingsProblem(list(dict.fromkeys(map(_sentence, error.errors())))) from None
    except UnicodeDecodeError:
        raise SettingsProblem([f"The file {env_file} is not UTF-8 text."]) from None


def _sentence(error: ErrorDetails) -> str:
    if error["type"] == "sentence":
        return error["msg"]
    name = str(error["loc"][0])
    if error["type"] == "placeholder":
        return f"{name.upper()} holds a placeholder; put the real value there, or nothing."
    return f"{name.upper()} must be {EXPECTED[name]}."
