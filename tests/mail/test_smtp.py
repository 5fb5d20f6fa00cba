"""Sending over SMTP, against a real server that misbehaves in every way we know of."""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.mail import smtp
from bot.mail.letters import Unwritable
from bot.mail.smtp import SmtpPostbox, compose
from bot.settings import Mailbox, SmtpServer
from core.messages import MailKind
from core.ports import Fault, Mail, SendFailed
from tests.mail.certificates import server_context, write_certificate
from tests.mail.samples import NOW, PASSWORD, REFERENCE, FixedClock, letters, sample
from tests.mail.smtp_server import Inbox, accepts, drop, never, smtp_server

SENDER = Mailbox("knlt@example.vn")
USER, SMTP_PASSWORD = "soyte", "canary-smtp-password"

HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
    "MIME-Version", "Content-Type", "Content-Language",
}  # fmt: skip


class Abroad(SmtpServer):
    """A server taken for one on another machine."""

    @property
    def is_local(self) -> bool:
        return False


def postbox(inbox: Inbox, server: SmtpServer | None = None, **options: Any) -> SmtpPostbox:
    server = replace(server or SmtpServer("127.0.0.1", 0), port=inbox.port)
    return SmtpPostbox(
        server,
        SENDER,
        options.pop("reply_to", None),
        letters.write,
        options.pop("clock", FixedClock()),
        timeout=options.pop("timeout", 10.0),
        **options,
    )


def signed_in(password: str = SMTP_PASSWORD, kind: type[SmtpServer] = SmtpServer) -> SmtpServer:
    return kind("127.0.0.1", 0, user=USER, password=SecretStr(password))


async def failed(box: SmtpPostbox, mail: Mail | None = None) -> SendFailed:
    with pytest.raises(SendFailed) as failure:
        await box.send(mail or sample())
    assert failure.value.__suppress_context__
    assert failure.value.__cause__ is None
    return failure.value


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("tls"))


# ── what arrives ─────────────────────────────────────────────────────────────────────────────────


async def test_a_mail_arrives_as_it_was_written() -> None:
    async with smtp_server() as inbox:
        box = postbox(inbox, reply_to=Mailbox("hoidap@example.vn", "Hỏi đáp, KNLT"))
        await box.send(sample())
        await box.close()

    (envelope,), (mail,) = inbox.envelopes, inbox.messages()
    letter = letters.write(sample())
    text, html = mail.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("knlt@example.vn", ["an.nguyen@example.vn"])
    assert set(mail.keys()) == HEADERS | {"Reply-To"}
    assert mail["From"] == "Sở Y tế Hà Nội <knlt@example.vn>"
    assert mail["To"] == "an.nguyen@example.vn"
    assert mail["Reply-To"] == '"Hỏi đáp, KNLT" <hoidap@example.vn>'
    assert mail["Subject"] == letter.subject == f"[{REFERENCE}] Thông tin tài khoản KNLT"
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"] == "<knlt.17.20261122013000@example.vn>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Content-Language"] == "vi"
    assert mail.get_content_type() == "multipart/alternative"
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().splitlines() == letter.text.splitlines()
    assert html.get_content().splitlines() == letter.html.splitlines()
    assert PASSWORD in text.get_content()


async def test_it_crosses_the_wire_in_seven_bits_and_short_lines() -> None:
    async with smtp_server() as inbox:
        box = postbox(inbox)
        for kind in MailKind:
            await box.send(sample(kind))
        await box.close()

    assert len(inbox.envelopes) == 4
    for envelope in inbox.envelopes:
        content = envelope.content
        assert isinstance(content, bytes)
        assert content.isascii()
        assert max(map(len, content.split(b"\r\n"))) <= 78
        assert b"\n" not in content.replace(b"\r\n", b"")


async def test_every_attempt_sends_the_same_bytes() -> None:
    async with smtp_server(Inbox({"DATA": ["451 4.3.0 try later"]})) as inbox:
        await failed(postbox(inbox))
        for _ in range(2):
            another = postbox(inbox)
            await another.send(sample())
            await another.close()

    first, second = (envelope.content for envelope in inbox.envelopes)
    assert inbox.rejected == [first] == [second]


def test_only_the_date_tells_two_attempts_apart() -> None:
    early, late = (written(sample(), date=date).splitlines() for date in (NOW, NOW.replace(hour=5)))

    assert [line[:5] for line, other in zip(early, late, strict=True) if line != other] == [
        b"Date:"
    ]


def test_a_sender_with_a_name_keeps_it() -> None:
    assert parsed(written(sample(), sender=Mailbox("a@b.vn", "Phòng Dược")))["From"] == (
        "Phòng Dược <a@b.vn>"
    )


@pytest.mark.parametrize("length", [1, 60, 200])
def test_a_long_message_id_stays_in_one_piece(length: int) -> None:
    message_id = f"<{'k' * length}@example.vn>"

    assert f"{message_id}\r\n".encode() in written(sample(message_id=message_id))


# ── what cannot be written ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "change",
    [
        {"to": "an@example.vn\r\nBcc: x@y.vn"},
        {"to": "an@example.vn, x@y.vn"},
        {"to": "An <an@example.vn>"},
        {"to": "nhathuocđoan@example.vn"},
        {"to": "an@ví-dụ.vn"},
        {"to": "an"},
        {"to": ""},
        {"to": "@example.vn"},
        {"to": '"an"@example.vn'},
        {"to": "an@example.vn "},
        {"to": "an(b)@example.vn"},
        {"message_id": "<a@b>\r\nBcc: x@y.vn"},
        {"message_id": "a@b"},
        {"message_id": ""},
        {"reference": "26-K7QX9M\r\nBcc: x@y.vn"},
        {"reference": "26-K7QX9M\nx"},
        {"facility": "\ud800"},
        {"reference": None},
    ],
)
async def test_what_cannot_be_written_is_invalid_and_nothing_is_sent(change: Any) -> None:
    async with smtp_server() as inbox:
        failure = await failed(postbox(inbox), sample(**change))

    assert failure.fault is Fault.INVALID
    assert PASSWORD not in failure.reason
    assert inbox.envelopes == []


address = st.one_of(
    st.emails(),
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.builds("{}@{}".format, st.text(max_size=10), st.text(max_size=10)),
    st.builds("an@example.vn{}Bcc: x@y.vn".format, st.text("\r\n\v\f\x85\u2028 ;,", max_size=3)),
)


@given(to=address, reference=st.text(max_size=20), facility=st.text(max_size=40))
def test_no_value_can_add_a_header_or_a_recipient(to: str, reference: str, facility: str) -> None:
    try:
        mail = parsed(written(sample(to=to, reference=reference, facility=facility)))
    except Unwritable:
        return

    assert set(mail.keys()) == HEADERS
    assert len(mail.keys()) == len(HEADERS)
    assert [found.addr_spec for found in mail["To"].addresses] == [to]
    assert len(list(mail.iter_parts())) == 2
    assert not mail.defects


@given(name=st.text(min_size=1, max_size=60))
def test_no_sender_name_can_change_the_sender(name: str) -> None:
    try:
        mail = parsed(written(sample(), sender=Mailbox("knlt@example.vn", name)))
    except Unwritable:
        return

    assert set(mail.keys()) == HEADERS
    assert [found.addr_spec for found in mail["From"].addresses] == ["knlt@example.vn"]


@given(line=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"])))
def test_any_text_arrives_unchanged(line: str) -> None:
    boundary = parsed(written(sample())).get_boundary()
    body = f"{line}\n--{boundary}\n--{boundary}--\n."
    letter = replace(letters.write(sample()), text=body)

    text = parsed(compose(sample(), letter, SENDER, None, NOW)).get_body(("plain",))

    assert isinstance(text, EmailMessage)
    assert text.get_content().splitlines() == body.splitlines()


def written(mail: Mail, *, sender: Mailbox = SENDER, date: datetime = NOW) -> bytes:
    return compose(mail, letters.write(mail), sender, None, date)


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, _class=EmailMessage, policy=policy.SMTP)


# ── what the server answers ──────────────────────────────────────────────────────────────────────

GMAIL_LIMIT = "550 5.4.5 Daily user sending limit exceeded. For more information, see the help"


@pytest.mark.parametrize(
    ("verb", "answer", "fault", "retry_after"),
    [
        ("MAIL", "421 4.3.2 shutting down", Fault.RETRY, None),
        ("MAIL", "451 4.3.0 try later", Fault.RETRY, None),
        ("RCPT", "450 4.2.0 greylisted", Fault.RETRY, None),
        ("RCPT", "452 4.2.2 mailbox full", Fault.RETRY, None),
        ("DATA", "421 4.7.0 try again later", Fault.RETRY, None),
        ("DATA", "451 4.3.0 try later", Fault.RETRY, None),
        ("RCPT", "550 5.1.1 no such user", Fault.INVALID, None),
        ("RCPT", "553 5.1.3 bad address", Fault.INVALID, None),
        ("RCPT", "550 5.7.1 blocked by the recipient", Fault.INVALID, None),
        ("DATA", "554 5.6.0 not accepted", Fault.INVALID, None),
        ("DATA", "550", Fault.INVALID, None),
        # Every mail would be refused so: it waits for the operator instead of being given up.
        ("MAIL", "550 5.7.60 not your address", Fault.CONFIG, None),
        ("MAIL", "530 5.7.0 authentication required", Fault.CONFIG, None),
        ("RCPT", "530 5.7.57 not authenticated", Fault.CONFIG, None),
        ("RCPT", "554 5.7.1 <x@y.vn>: Relay access denied", Fault.CONFIG, None),
        ("RCPT", "550 5.7.1 Unable to relay", Fault.CONFIG, None),
        # Limits pass by themselves, whatever the code says.
        ("MAIL", GMAIL_LIMIT, Fault.RETRY, 3600.0),
        ("RCPT", GMAIL_LIMIT, Fault.RETRY, 3600.0),
        ("DATA", GMAIL_LIMIT, Fault.RETRY, 3600.0),
        ("DATA", "550 5.7.1 Daily SMTP relay limit exceeded", Fault.RETRY, 3600.0),
        ("MAIL", "454 4.7.0 Too many login attempts", Fault.RETRY, 3600.0),
        ("DATA", "554 5.2.0 message limit exceeded", Fault.RETRY, 3600.0),
        ("DATA", "421 4.7.28 unusual rate, your mail is rate limited", Fault.RETRY, 3600.0),
    ],
)
async def test_each_answer_has_its_fault(
    verb: str, answer: str, fault: Fault, retry_after: float | None
) -> None:
    async with smtp_server(Inbox({verb: [answer]})) as inbox:
        box = postbox(inbox)
        failure = await failed(box)
        await box.send(sample())  # the refusal has left nothing behind
        await box.close()

    assert (failure.fault, failure.retry_after) == (fault, retry_after)
    assert answer[:3] in failure.reason
    assert "@" not in failure.reason
    assert len(inbox.envelopes) == 1


async def test_what_the_server_says_after_reading_the_mail_is_not_repeated() -> None:
    quoting = f"554 5.6.0 spam: {PASSWORD} 0101234567-001 an.nguyen@example.vn"
    async with smtp_server(Inbox({"DATA": [quoting]})) as inbox:
        failure = await failed(postbox(inbox))

    assert failure.reason == "the mail server refused the mail: 554 5.6.0"


async def test_what_it_says_before_is_kept_without_addresses() -> None:
    said = "550 5.1.1 <an.nguyen@example.vn>: người nhận không có " + "x" * 300
    async with smtp_server(Inbox({"RCPT": [said]}), enable_SMTPUTF8=True) as inbox:
        failure = await failed(postbox(inbox))

    assert failure.reason.startswith(
        "the mail server refused the recipient: 550 5.1.1 (address): ng"
    )
    assert len(failure.reason) < 260


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
async def test_a_server_that_hangs_up_is_tried_again(verb: str) -> None:
    async with smtp_server(Inbox({verb: [drop]})) as inbox:
        box = postbox(inbox)
        failure = await failed(box)
        await box.send(sample())
        await box.close()

    assert failure.fault is Fault.RETRY
    assert len(inbox.envelopes) == 1


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
async def test_a_server_that_hangs_is_given_up_in_time_and_tried_again(verb: str) -> None:
    async with smtp_server(Inbox({verb: [never]})) as inbox:
        failure = await failed(postbox(inbox, timeout=0.2))

    assert failure.fault is Fault.RETRY
    assert failure.reason == "the mail server did not answer in time"


async def test_a_mail_whose_answer_was_lost_is_sent_again_under_the_same_id() -> None:
    async def accept_and_drop(server: Any) -> str:
        await drop(server)
        return "250 OK"

    async with smtp_server(Inbox({"DATA": [accept_and_drop]})) as inbox:
        box = postbox(inbox)
        failure = await failed(box)
        await box.send(sample())
        await box.close()

    first, second = inbox.messages()
    assert failure.fault is Fault.RETRY
    assert first["Message-ID"] == second["Message-ID"]
    assert inbox.envelopes[0].content == inbox.envelopes[1].content


async def test_a_server_that_is_down_is_tried_again() -> None:
    async with smtp_server() as inbox:
        pass

    failure = await failed(postbox(inbox))

    assert failure.fault is Fault.RETRY
    assert "Error connecting to 127.0.0.1" in failure.reason


@pytest.mark.parametrize(
    ("greeting", "reason"),
    [
        (b"", "the mail server did not answer in time"),
        (b"421 4.3.2 busy\r\n", "the mail server refused the connection: 421 4.3.2 busy"),
        (b"554 no mail here\r\n", "the mail server refused the connection: 554 no mail here"),
        (b"SSH-2.0-x\r\n", "the mail server refused the connection: -1 Malformed"),
    ],
)
async def test_an_unfriendly_greeting_is_tried_again(greeting: bytes, reason: str) -> None:
    left = asyncio.Event()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await reader.read()
        writer.close()
        left.set()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        inbox = Inbox(port=server.sockets[0].getsockname()[1])
        failure = await failed(postbox(inbox, timeout=10 if greeting else 0.2))
        await left.wait()

    assert failure.fault is Fault.RETRY
    assert failure.reason.startswith(reason)


# ── signing in and encryption ────────────────────────────────────────────────────────────────────


async def test_it_signs_in() -> None:
    async with smtp_server(
        authenticator=accepts(USER, SMTP_PASSWORD), auth_required=True, auth_require_tls=False
    ) as inbox:
        box = postbox(inbox, signed_in())
        await box.send(sample())
        await box.close()

    assert [session.authenticated for session in inbox.sessions] == [True]


async def test_a_wrong_password_waits_for_the_operator_and_is_not_shown() -> None:
    async with smtp_server(
        authenticator=accepts(USER, "another"), auth_required=True, auth_require_tls=False
    ) as inbox:
        failure = await failed(postbox(inbox, signed_in()))
        with pytest.raises(SendFailed, match="refused the sign-in: 535") as check:
            await postbox(inbox, signed_in()).check()

    assert failure.fault is check.value.fault is Fault.CONFIG
    assert failure.reason == "the mail server refused the sign-in: 535 5.7.8"


async def test_a_server_that_wants_a_password_we_have_not_waits_for_the_operator() -> None:
    async with smtp_server(
        authenticator=accepts(USER, SMTP_PASSWORD), auth_required=True, auth_require_tls=False
    ) as inbox:
        failure = await failed(postbox(inbox))

    assert failure.fault is Fault.CONFIG
    assert failure.reason.startswith("the mail server refused the sender: 530")


async def test_a_server_without_sign_in_waits_for_the_operator() -> None:
    async with smtp_server() as inbox:
        failure = await failed(postbox(inbox, signed_in()))

    assert failure.fault is Fault.CONFIG
    assert "AUTH extension is not supported" in failure.reason


async def test_starttls_is_used_when_offered(certificate: Path) -> None:
    async with smtp_server(
        tls_context=server_context(certificate),
        authenticator=accepts(USER, SMTP_PASSWORD),
        auth_required=True,
    ) as inbox:
        for server in (signed_in(), signed_in(kind=Abroad)):
            box = postbox(inbox, server, tls=ssl.create_default_context(cafile=certificate))
            await box.send(sample())
            await box.close()

    assert [session.ssl is not None for session in inbox.sessions] == [True, True]


async def test_a_password_never_crosses_a_network_in_the_clear() -> None:
    tried: list[object] = []
    check = accepts(USER, SMTP_PASSWORD)

    def watch(*args: Any) -> Any:
        tried.append(args)
        return check(*args)

    async with smtp_server(authenticator=watch, auth_require_tls=False) as inbox:
        failure = await failed(postbox(inbox, signed_in(kind=Abroad)))

    assert failure.fault is Fault.CONFIG
    assert "STARTTLS extension not supported" in failure.reason
    assert tried == []


async def test_without_a_password_a_relay_may_do_without_encryption() -> None:
    async with smtp_server() as inbox:
        box = postbox(inbox, Abroad("127.0.0.1", 0))
        await box.send(sample())
        await box.close()

    assert len(inbox.envelopes) == 1


@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "smtps"])
async def test_a_certificate_nobody_vouches_for_waits_for_the_operator(
    certificate: Path, *, implicit: bool
) -> None:
    context = server_context(certificate)
    tls = {"implicit_tls": context} if implicit else {"tls_context": context}
    async with smtp_server(None, **tls) as inbox:
        failure = await failed(postbox(inbox, Abroad("127.0.0.1", 0, tls=implicit)))

    assert failure.fault is Fault.CONFIG
    assert failure.reason == (
        "the mail server's certificate cannot be trusted: self-signed certificate"
    )


async def test_a_server_on_this_machine_needs_no_certificate_we_know(certificate: Path) -> None:
    async with smtp_server(tls_context=server_context(certificate)) as inbox:
        box = postbox(inbox)
        await box.send(sample())
        await box.close()

    assert inbox.sessions[0].ssl is not None


async def test_smtps_is_encrypted_from_the_start(certificate: Path) -> None:
    async with smtp_server(implicit_tls=server_context(certificate)) as inbox:
        trust = ssl.create_default_context(cafile=certificate)
        box = postbox(inbox, Abroad("127.0.0.1", 0, tls=True), tls=trust)
        await box.send(sample())
        await box.close()

    assert len(inbox.envelopes) == 1


# ── the connection ───────────────────────────────────────────────────────────────────────────────


async def test_a_burst_of_mails_shares_a_connection() -> None:
    async with smtp_server() as inbox:
        box = postbox(inbox)
        for kind in MailKind:
            await box.send(sample(kind))
        await box.close()

    assert (len(inbox.envelopes), inbox.connections) == (4, 1)


async def test_mails_go_one_at_a_time() -> None:
    async with smtp_server() as inbox:
        box = postbox(inbox)
        await asyncio.gather(*(box.send(sample(kind)) for kind in MailKind))
        await box.close()

    assert (len(inbox.envelopes), inbox.connections) == (4, 1)


async def test_a_long_burst_changes_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "PER_CONNECTION", 2)
    async with smtp_server() as inbox:
        box = postbox(inbox)
        for _ in range(5):
            await box.send(sample())
        await box.close()

    assert (len(inbox.envelopes), inbox.connections) == (5, 3)


async def test_an_idle_connection_is_ended_politely() -> None:
    async with smtp_server() as inbox:
        box = postbox(inbox, idle=0.01)
        await box.send(sample())
        await asyncio.wait_for(inbox.left.wait(), 10)
        await box.send(sample())
        await box.close()

    assert inbox.connections == 2


async def test_a_connection_the_server_ended_meanwhile_is_replaced() -> None:
    ended: list[Callable[[], None]] = []

    async def remember(server: Any) -> str:
        ended.append(server.transport.abort)
        return "250 OK"

    async with smtp_server(Inbox({"MAIL": [remember]})) as inbox:
        box = postbox(inbox)
        await box.send(sample())
        ended[0]()
        await box.send(sample())
        await box.close()

    assert (len(inbox.envelopes), inbox.connections) == (2, 2)


async def test_a_sending_that_was_cancelled_leaves_nothing_behind() -> None:
    reached = asyncio.Event()

    async def hold(server: Any) -> str:
        reached.set()
        return await never(server)

    async with smtp_server(Inbox({"RCPT": [hold]})) as inbox:
        box = postbox(inbox)
        sending = asyncio.create_task(box.send(sample()))
        await reached.wait()
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        await box.send(sample(to="next@example.vn"))
        await box.close()

    assert [envelope.rcpt_tos for envelope in inbox.envelopes] == [["next@example.vn"]]


async def test_a_check_sends_nothing() -> None:
    async with smtp_server() as inbox:
        box = postbox(inbox)
        await box.check()
        await box.close()
        await box.close()

    assert inbox.envelopes == []


async def test_the_date_is_the_clocks() -> None:
    async with smtp_server() as inbox:
        box = postbox(inbox, clock=FixedClock(datetime(2027, 2, 6, 17, 0, tzinfo=UTC)))
        await box.send(sample())
        await box.close()

    assert inbox.messages()[0]["Date"] == "Sat, 06 Feb 2027 17:00:00 +0000"
