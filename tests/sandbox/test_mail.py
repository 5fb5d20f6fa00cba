"""The inbox: accepted mail, and every way a mail server fails."""

import asyncio
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib
import pytest

from sandbox import Sandbox
from sandbox.certificate import make_certificate
from sandbox.clock import system_time


def letter(to: str = "lan@nhathuoc.vn") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "so@hanoi.vn", to, "Kết quả"
    mail.set_content("Đã duyệt\n")
    mail.add_alternative("<b>Đã duyệt</b>", subtype="html")
    return mail


async def send(sandbox: Sandbox, mail: EmailMessage, **options: object) -> None:
    address = urlsplit(sandbox.smtp_url)
    if address.username and address.password:
        options = {
            "username": unquote(address.username),
            "password": unquote(address.password),
            **options,
        }
    await aiosmtplib.send(mail, hostname=address.hostname, port=address.port, **options)  # type: ignore[arg-type]


async def test_accepted_mail_is_found_by_address(sandbox: Sandbox) -> None:
    await send(sandbox, letter())

    mail = sandbox.inbox.last_to("LAN@nhathuoc.vn")
    assert (mail.text, mail.html.strip()) == ("Đã duyệt\n", "<b>Đã duyệt</b>")
    assert (mail.sender, mail.recipients) == ("so@hanoi.vn", ("lan@nhathuoc.vn",))
    assert mail.at == sandbox.clock.now()
    assert [m["Subject"] for m in sandbox.inbox.of("lan@nhathuoc.vn")] == ["Kết quả"]
    with pytest.raises(AssertionError, match="no mail to minh@"):
        sandbox.inbox.last_to("minh@nhathuoc.vn")
    sandbox.inbox.clear()
    assert len(sandbox.inbox) == 0


async def test_mail_can_be_awaited_and_watched(sandbox: Sandbox) -> None:
    seen: list[str] = []
    stop = sandbox.inbox.subscribe(lambda mail: seen.append(mail.sender))
    waiting = asyncio.create_task(sandbox.inbox.waits_for("lan@nhathuoc.vn", 2))
    await send(sandbox, letter())
    assert not waiting.done()
    await send(sandbox, letter())
    assert (await waiting).text == "Đã duyệt\n"
    stop()
    await send(sandbox, letter())
    assert seen == ["so@hanoi.vn"] * 2
    with pytest.raises(AssertionError, match="has 3 of 4 mails"):
        await sandbox.inbox.waits_for("lan@nhathuoc.vn", 4, within=0.01)


@pytest.mark.parametrize("reply", ["550 5.1.1 No such user", "451 4.3.0 Try again later"])
async def test_a_recipient_is_refused(sandbox: Sandbox, reply: str) -> None:
    fault = sandbox.inbox.refuses(reply, recipient="Lan@nhathuoc.vn", times=2)
    await send(sandbox, letter("minh@nhathuoc.vn"))
    for _ in range(2):
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
            await send(sandbox, letter())
        assert refused.value.recipients[0].code == int(reply[:3])
    await send(sandbox, letter())
    assert (fault.hits, len(sandbox.inbox)) == (2, 2)


async def test_data_is_refused(sandbox: Sandbox) -> None:
    sandbox.inbox.daily_limit()
    sandbox.inbox.refuses("452 4.2.2 Full", stage="data")
    for code, words in ((550, "5.4.5"), (452, "4.2.2")):
        with pytest.raises(aiosmtplib.SMTPDataError, match=words) as refused:
            await send(sandbox, letter())
        assert refused.value.code == code
    assert len(sandbox.inbox) == 0
    sandbox.inbox.daily_limit(times=9)
    sandbox.inbox.heals()
    await send(sandbox, letter())
    for stage, reply in (("rcpt", "250 OK"), ("mail", "550 No")):
        with pytest.raises(ValueError, match="a refusal is"):
            sandbox.inbox.refuses(reply, stage=stage)


async def test_the_reply_is_lost_but_the_mail_is_kept(sandbox: Sandbox) -> None:
    sandbox.inbox.loses_reply()
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(sandbox, letter())
    assert len(sandbox.inbox) == 1
    await send(sandbox, letter())
    assert len(sandbox.inbox) == 2


async def test_the_server_goes_down_and_comes_back_on_its_port(sandbox: Sandbox) -> None:
    url = sandbox.smtp_url
    await sandbox.mail_server.stop()
    with pytest.raises(aiosmtplib.SMTPConnectError):
        await send(sandbox, letter())
    await sandbox.mail_server.start()
    assert sandbox.smtp_url == url
    await send(sandbox, letter())


async def test_a_login_is_asked_for() -> None:
    async with Sandbox(mail_login=("bot@hanoi.vn", "mật khẩu")) as sandbox:
        await send(sandbox, letter())
        with pytest.raises(aiosmtplib.SMTPAuthenticationError) as wrong:
            await send(sandbox, letter(), password="khác")
        assert wrong.value.code == 535
        with pytest.raises(aiosmtplib.SMTPException, match="Authentication required"):
            await send(sandbox, letter(), username=None, password=None)
        assert len(sandbox.inbox) == 1


async def test_starttls_is_offered(tmp_path: Path) -> None:
    pem = make_certificate(tmp_path, system_time())
    async with Sandbox(mail_tls=pem, mail_login=("bot", "secret")) as sandbox:
        await send(sandbox, letter(), start_tls=True, cert_bundle=str(pem))
        with pytest.raises(aiosmtplib.SMTPException):
            await send(sandbox, letter(), start_tls=False)
        assert len(sandbox.inbox) == 1
