"""The settings: what is read, what is refused and in which words."""

import re
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError

from bot.settings import (
    EXPECTED,
    Listen,
    Mailbox,
    Settings,
    SettingsProblem,
    SmtpServer,
    load_settings,
)
from bot.vault import new_key
from tests.architecture.files import ROOT

TOKEN = "123456789:AAcanary0123456789abcdefghijklmnopqr"
OTHER_TOKEN = "987654321:AAcanary0123456789abcdefghijklmnopqr"
NAMES = {name.upper() for name in Settings.model_fields}

Reader = Callable[..., Settings]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Reader:
    """Read settings from these variables and nothing else."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)

    def read(env_file: Path | None = None, /, **variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return load_settings(env_file)

    return read


def refusal(read: Reader, **variables: str) -> tuple[str, ...]:
    with pytest.raises(SettingsProblem) as problem:
        read(**variables)
    assert problem.value.__cause__ is None
    assert problem.value.__suppress_context__
    return problem.value.sentences


def test_the_defaults_are_those_of_the_table(read: Reader) -> None:
    settings = read()

    assert settings.model_dump() == {
        "public_token": None,
        "staff_token": None,
        "public_sdk": "aiogram",
        "staff_sdk": "ptb",
        "telegram_api": "https://api.telegram.org",
        "zalo_token": None,
        "zalo_api": "https://bot-api.zaloplatforms.com",
        "staff_chat": None,
        "staff_leads": (),
        "database_url": SecretStr("sqlite+aiosqlite:///var/knlt.db"),
        "smtp_url": None,
        "mail_from": None,
        "mail_reply_to": None,
        "mail_daily_cap": 400,
        "secret_keys": (),
        "public_url": None,
        "webhook_secret": None,
        "listen": Listen("127.0.0.1", 8080),
        "timezone": ZoneInfo("Asia/Ho_Chi_Minh"),
        "digest_at": time(8),
        "working_days": 10,
        "email_code": True,
        "undo_seconds": 120,
        "draft_hours": 24,
        "log_format": "text",
        "log_level": "info",
    }


def test_the_example_file_lists_exactly_the_settings_with_their_defaults(read: Reader) -> None:
    example = ROOT / ".env.example"

    assert dotenv_values(example).keys() == NAMES
    assert read(example) == read()


def test_every_setting_of_the_example_file_has_a_comment_above(read: Reader) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")

    # A block is comment lines and then the settings they speak of.
    assert not re.search(r"\n\n[A-Z]", text)
    assert all(len(line) <= 100 for line in text.splitlines())


def test_every_setting_says_what_it_must_be() -> None:
    assert EXPECTED.keys() == Settings.model_fields.keys()


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("PUBLIC_SDK", " PTB ", "ptb"),
        ("TELEGRAM_API", "http://localhost:8081/", "http://localhost:8081"),
        ("ZALO_TOKEN", "12345689:abc-xyz", SecretStr("12345689:abc-xyz")),
        ("STAFF_CHAT", "-1001234567890", "-1001234567890"),
        ("STAFF_LEADS", "123, tg:456 ,,123", ("tg:123", "tg:456")),
        ("SMTP_URL", "smtp://mail.test", SmtpServer("mail.test", 587)),
        ("SMTP_URL", "smtps://mail.test", SmtpServer("mail.test", 465, tls=True)),
        (
            "SMTP_URL",
            "smtp://so%40y.te:p%40ss%3A%2F%23%25@mail.test:2525/",
            SmtpServer("mail.test", 2525, user="so@y.te", password=SecretStr("p@ss:/#%")),
        ),
        ("SMTP_URL", "smtp://me@[::1]:25", SmtpServer("::1", 25, user="me")),
        ("MAIL_FROM", "a@example.vn", Mailbox("a@example.vn")),
        ("MAIL_FROM", "Sở Y tế <a@example.vn>", Mailbox("a@example.vn", "Sở Y tế")),
        ("MAIL_REPLY_TO", '"Hỗ trợ, KNLT" <a@b.vn>', Mailbox("a@b.vn", "Hỗ trợ, KNLT")),
        ("PUBLIC_URL", "https://bot.example.vn/knlt/", "https://bot.example.vn/knlt"),
        ("PUBLIC_URL", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("PUBLIC_URL", "http://localhost", "http://localhost"),
        ("LISTEN", "0.0.0.0:80", Listen("0.0.0.0", 80)),  # noqa: S104 - only read here
        ("LISTEN", "[::1]:0", Listen("::1", 0)),
        ("TIMEZONE", "UTC", ZoneInfo("UTC")),
        ("DIGEST_AT", "7:30", time(7, 30)),
        ("WORKING_DAYS", "60", 60),
        ("EMAIL_CODE", "off", False),
        ("EMAIL_CODE", "On", True),
        ("UNDO_SECONDS", "0", 0),
        ("LOG_FORMAT", "JSON", "json"),
        ("LOG_LEVEL", "Warning", "warning"),
    ],
)
def test_a_good_value_is_read(read: Reader, name: str, raw: str, value: Any) -> None:
    settings = read(WEBHOOK_SECRET="s" * 8, **{name: raw})

    assert getattr(settings, name.lower()) == value


def test_secret_keys_are_a_list_newest_first(read: Reader) -> None:
    new, old = new_key(), new_key()

    settings = read(SECRET_KEYS=f"{new}, {old}")

    assert [key.get_secret_value() for key in settings.secret_keys] == [new, old]


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("PUBLIC_TOKEN", "123:abc"),
        ("STAFF_TOKEN", f"{TOKEN} "),
        ("PUBLIC_SDK", "telethon"),
        ("TELEGRAM_API", "api.telegram.org"),
        ("ZALO_TOKEN", "token"),
        ("ZALO_API", "ftp://zalo.test"),
        ("STAFF_CHAT", "@nhom_duoc"),
        ("STAFF_CHAT", "1001234567890"),
        ("STAFF_LEADS", "123,@lan"),
        ("STAFF_LEADS", "123;456"),
        ("DATABASE_URL", "postgresql://canary@db/knlt"),
        ("DATABASE_URL", "sqlite:///var/knlt.db"),
        ("SMTP_URL", "mail.test:587"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://user:can#ary@mail.test"),
        ("SMTP_URL", "smtp://user:can/ary@mail.test:25"),
        ("SMTP_URL", "smtp://mail.test:99999"),
        ("MAIL_FROM", "Sở Y tế"),
        ("MAIL_FROM", "sở@example.vn"),
        ("MAIL_FROM", "a@example.vn, b@example.vn"),
        ("MAIL_FROM", "a b@example.vn"),
        ("MAIL_REPLY_TO", "@example.vn"),
        ("MAIL_REPLY_TO", "A\r\nBcc: x@y.vn <a@example.vn>"),
        ("MAIL_DAILY_CAP", "0"),
        ("PUBLIC_URL", "http://bot.example.vn"),
        ("PUBLIC_URL", "bot.example.vn"),
        ("PUBLIC_URL", "https://bot.example.vn/?a=b"),
        ("WEBHOOK_SECRET", "a b"),
        ("WEBHOOK_SECRET", "a" * 257),
        ("LISTEN", "8080"),
        ("LISTEN", "127.0.0.1"),
        ("LISTEN", "127.0.0.1:99999"),
        ("LISTEN", "127.0.0.1:80/x"),
        ("TIMEZONE", "Hanoi"),
        ("TIMEZONE", "../etc/passwd"),
        ("DIGEST_AT", "8"),
        ("DIGEST_AT", "25:00"),
        ("DIGEST_AT", "08:00:30"),
        ("WORKING_DAYS", "0"),
        ("WORKING_DAYS", "61"),
        ("WORKING_DAYS", "ten"),
        ("EMAIL_CODE", "maybe"),
        ("UNDO_SECONDS", "-1"),
        ("DRAFT_HOURS", "0"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_bad_value_is_one_sentence_about_what_is_expected(
    read: Reader, name: str, raw: str
) -> None:
    assert refusal(read, **{name: raw}) == (f"{name} must be {EXPECTED[name.lower()]}.",)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("PUBLIC_TOKEN", "<token>"),
        ("PUBLIC_TOKEN", "123:abc…"),
        ("STAFF_TOKEN", "123456789:AA..."),
        ("ZALO_TOKEN", "your-token"),
        ("SECRET_KEYS", "change_me"),
        ("SMTP_URL", "smtp://user:<password>@mail.test"),
        ("SMTP_URL", "smtp://user:changeme@mail.test"),
        ("MAIL_FROM", "<address>"),
        ("PUBLIC_URL", "https://<host>"),
        ("WEBHOOK_SECRET", "CHANGE-ME"),
        ("DATABASE_URL", "postgresql+asyncpg://knlt:change_me@db/knlt"),
    ],
)
def test_a_placeholder_is_refused(read: Reader, name: str, raw: str) -> None:
    assert refusal(read, **{name: raw}) == (
        f"{name} holds a placeholder; put the real value there, or nothing.",
    )


def test_every_wrong_setting_gets_its_own_sentence(read: Reader) -> None:
    sentences = refusal(read, WORKING_DAYS="x", PUBLIC_TOKEN="x", LISTEN="x")

    assert [sentence.split()[0] for sentence in sentences] == [
        "PUBLIC_TOKEN",
        "LISTEN",
        "WORKING_DAYS",
    ]


def test_a_bad_key_is_counted_and_not_shown(read: Reader) -> None:
    assert refusal(read, SECRET_KEYS=f"{new_key()},canary") == (
        "SECRET_KEYS must hold Fernet keys, 44 letters and digits each: key 2 is none.",
    )


def test_webhooks_need_a_secret(read: Reader) -> None:
    assert refusal(read, PUBLIC_URL="https://bot.example.vn") == (
        "WEBHOOK_SECRET must be set as well, since PUBLIC_URL is.",
    )


def test_zalo_wants_a_longer_secret(read: Reader) -> None:
    assert refusal(read, ZALO_TOKEN="1:abcdef", WEBHOOK_SECRET="1234567") == (
        "WEBHOOK_SECRET must have at least 8 characters, since ZALO_TOKEN is set.",
    )
    assert read(WEBHOOK_SECRET="12345678").webhook_secret == SecretStr("12345678")


def test_the_two_bots_are_not_the_same(read: Reader) -> None:
    assert refusal(read, PUBLIC_TOKEN=TOKEN, STAFF_TOKEN=TOKEN) == (
        "STAFF_TOKEN must be the token of another bot than PUBLIC_TOKEN.",
    )


def test_a_refusal_never_shows_a_secret(read: Reader) -> None:
    sentences = refusal(
        read,
        PUBLIC_TOKEN="canary",
        ZALO_TOKEN="canary",
        SECRET_KEYS="canary",
        SMTP_URL="smtp://user:can/canary@mail.test",
        DATABASE_URL="postgresql://u:canary@db/x",
        WEBHOOK_SECRET="canary canary",
    )

    assert len(sentences) == 6
    assert "canary" not in "".join(sentences)


def test_not_even_the_library_shows_what_was_refused(
    read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_TOKEN", "canary")

    with pytest.raises(ValidationError) as problem:
        Settings()

    assert "canary" not in str(problem.value)


def test_the_settings_can_be_printed(read: Reader) -> None:
    settings = read(
        PUBLIC_TOKEN=TOKEN,
        STAFF_TOKEN=OTHER_TOKEN,
        ZALO_TOKEN="1:canary",
        SECRET_KEYS=(key := new_key()),
        SMTP_URL="smtp://user:canary@mail.test",
        DATABASE_URL="postgresql+asyncpg://u:canary@db/x",
        WEBHOOK_SECRET="canary-canary",
    )
    printed = f"{settings!r} {settings} {settings.model_dump_json(exclude={'timezone'})}"

    assert "canary" not in printed
    assert key not in printed


def test_only_run_needs_tokens_mail_and_keys(read: Reader) -> None:
    missing = read().missing_for_run()
    nothing = read(
        PUBLIC_TOKEN=TOKEN,
        SMTP_URL="smtp://mail.test",
        MAIL_FROM="a@example.vn",
        SECRET_KEYS=new_key(),
    ).missing_for_run()

    assert [sentence.split()[0] for sentence in missing] == [
        "PUBLIC_TOKEN",
        "SMTP_URL",
        "MAIL_FROM",
        "SECRET_KEYS",
    ]
    assert nothing == []


def test_the_environment_wins_over_the_file_and_strangers_are_ignored(
    read: Reader, tmp_path: Path
) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(
        "\ufeffDRAFT_HOURS=48\nWORKING_DAYS=5\nCOMPOSE_PROJECT_NAME=x\n", encoding="utf-8"
    )

    settings = read(env_file, WORKING_DAYS="7", EDITOR="vi")

    assert (settings.working_days, settings.draft_hours) == (7, 48)


def test_an_empty_variable_is_no_variable(read: Reader) -> None:
    assert read(PUBLIC_TOKEN="", WORKING_DAYS="", LISTEN="") == read()


def test_a_file_that_is_no_text_is_one_sentence(read: Reader, tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes(b"MAIL_FROM=S\xf4 <a@b.vn>\n")

    with pytest.raises(SettingsProblem, match="is not UTF-8 text"):
        read(env_file)


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("mail.test", False)],
)
def test_a_local_mail_server_is_known(host: str, *, local: bool) -> None:
    assert SmtpServer(host, 25).is_local is local
