"""The logs: one pipeline for structlog and the standard library, and no secret gets through."""

import io
import json
import logging
import sys
import threading
import warnings
from typing import get_args

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import HIDDEN, Format, redact_text, set_up
from bot.vault import FernetVault, new_key

TOKEN = "123456789:AAcanary-_0123456789abcdefghijklmnop"
KEY = new_key()
SEALED = FernetVault([KEY]).seal(b"canary").decode()
EMAIL = "canary.nguyen+knlt@example.vn"
SECRETS = {
    "a token": TOKEN,
    "a token in a URL": f"POST https://api.telegram.org/bot{TOKEN}/sendMessage",
    "a short token in a URL": "https://bot-api.zaloplatforms.com/bot12:canary/getMe",
    "a sealed text": f"payload={SEALED}",
    "a key": f"SECRET_KEYS={KEY}",
    "a password in a URL": "smtp://user%40x:canary@mail.test:587",
    "an unescaped password in a URL": "postgresql+asyncpg://knlt:can/ary@canary@db.test/knlt",
    "a header": "Authorization: Bearer canary-canary",
    "an address": f"RCPT TO:<{EMAIL}>",
}
HIDDEN_KEYS = ["token", "bot_token", "password", "SECRET_KEYS", "email", "e_mail", "phone",
               "Authorization", "smtp_url", "cookie"]  # fmt: skip


@pytest.fixture(params=get_args(Format))
def logged(request: pytest.FixtureRequest, own_logs: None) -> io.StringIO:
    """Everything logged, in one of the formats."""
    stream = io.StringIO()
    set_up(request.param, "info", stream)
    return stream


def is_clean(text: str) -> bool:
    return not any(secret in text for secret in ("canary", KEY, SEALED, TOKEN))


@pytest.mark.parametrize("secret", SECRETS.values(), ids=list(SECRETS))
def test_a_secret_never_appears(logged: io.StringIO, secret: str) -> None:
    log, stdlib = structlog.get_logger(), logging.getLogger("sdk.client")

    log.info("event", text=secret, nested={"deep": [secret, {"er": (secret,)}]})
    log.warning(f"event {secret}")
    log.info("event %s", secret)
    log.info("event", thing=ValueError(secret))
    stdlib.warning("called %s with %r", secret, {"url": secret})
    stdlib.info(secret)
    stdlib.info("extra", extra={"request": secret})
    with structlog.contextvars.bound_contextvars(request=secret):
        log.info("in context")
    try:
        try:
            raise KeyError(secret)
        except KeyError as error:
            raise RuntimeError(f"failed: {secret}") from error
    except RuntimeError:
        log.exception("broken")
        stdlib.exception("broken %s", secret)

    assert logged.getvalue().count("event") >= 4
    assert "RuntimeError" in logged.getvalue()
    assert is_clean(logged.getvalue())


@pytest.mark.parametrize("key", HIDDEN_KEYS)
def test_a_value_is_hidden_for_its_name(logged: io.StringIO, key: str) -> None:
    structlog.get_logger().info("event", **{key: "canary", "around": {key: ["canary"]}})

    assert is_clean(logged.getvalue())
    assert logged.getvalue().count(HIDDEN) == 2


def test_facts_stay_readable(logged: io.StringIO) -> None:
    structlog.get_logger().info(
        "sent", key="mail:12", mail="code", reference="26-K7QX9M", email_proved=True, token=None,
        at="2026-12-04T08:00:00+07:00", chat=-1001234567890, licence="03-1234/ĐKKDD-HNO",
    )  # fmt: skip
    line = logged.getvalue()

    assert HIDDEN not in line
    assert all(
        fact in line
        for fact in ("mail:12", "26-K7QX9M", "True" if "=" in line else "true", "ĐKKDD", "08:00:00")
    )


def test_an_uncaught_exception_is_logged_like_any_other(logged: io.StringIO) -> None:
    def fail() -> None:
        raise RuntimeError(TOKEN)

    try:
        fail()
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()

    assert logged.getvalue().count("RuntimeError: ") == 2
    assert "KeyboardInterrupt" not in logged.getvalue()
    assert is_clean(logged.getvalue())


def test_a_warning_is_logged(logged: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn(TOKEN, stacklevel=1)
        logging.captureWarnings(capture=False)

    assert "UserWarning" in logged.getvalue()
    assert is_clean(logged.getvalue())


def test_a_record_that_cannot_be_written_shows_nothing(
    logged: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    record = logging.LogRecord("sdk", logging.INFO, "client.py", 12, "%d tokens", (TOKEN,), None)
    ours = logging.getLogger().handlers[0]  # pytest's own come after it

    ours.handle(record)

    assert logged.getvalue() == "a log line of sdk, line 12, was unreadable\n"
    assert capfd.readouterr().err == ""


def test_chatty_libraries_are_quiet(logged: io.StringIO) -> None:
    for name in ("httpx", "httpcore.connection", "aiohttp.access", "apscheduler.executors.default"):
        logging.getLogger(name).info("GET /")
        logging.getLogger(name).warning("slow")

    assert "GET /" not in logged.getvalue()
    assert logged.getvalue().count("slow") == 4


def test_the_level_holds_for_both_kinds_of_loggers(logged: io.StringIO) -> None:
    structlog.get_logger().debug("quiet")
    logging.getLogger("sdk").debug("quiet")

    assert logged.getvalue() == ""


@pytest.mark.parametrize("logged", ["json"], indirect=True)
def test_json_is_one_object_per_line_in_utc(logged: io.StringIO) -> None:
    structlog.get_logger("desk").info("gửi", number=1)
    logging.getLogger("sdk").error("no %s", "answer")
    first, second = map(json.loads, logged.getvalue().splitlines())

    assert first["timestamp"].endswith("Z")
    assert (first["event"], first["level"], first["number"]) == ("gửi", "info", 1)
    assert (second["event"], second["level"], second["logger"]) == ("no answer", "error", "sdk")


def test_an_address_keeps_what_its_owner_recognises() -> None:
    assert redact_text("to lan.anh@example.com.vn, x@y.vn") == ("to l***@example.com.vn, x***@y.vn")


@given(before=st.text(alphabet="abc/:=\"'<( \n-é", max_size=5), after=st.text(max_size=5))
def test_a_token_is_found_wherever_it_stands(before: str, after: str) -> None:
    assert TOKEN not in redact_text(f"{before}{TOKEN}{after}")


@given(st.text())
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact_text(text)

    assert redact_text(once) == once
