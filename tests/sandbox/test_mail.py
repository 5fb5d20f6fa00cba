"""The inbox: accepted mail, and every way a mail server fails."""

from email.message import EmailMessage

import aiosmtplib
import pytest

from sandbox import Sandbox


def letter(to: str = "lan@nhathuoc.vn") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "so@hanoi.vn", to, "Kết quả"
    mail.set_content("Đã duyệt")
    return mail


async def send(sandbox: Sandbox, mail: EmailMessage) -> None:
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=sandbox.mail_server.port)


async def test_accepted_mail_is_found_by_address(sandbox: Sandbox) -> None:
    await send(sandbox, letter())

    assert sandbox.inbox.last_to("LAN@nhathuoc.vn").text.strip() == "Đã duyệt"
    assert [m["Subject"] for m in sandbox.inbox.of("lan@nhathuoc.vn")] == ["Kết quả"]
    assert sandbox.inbox.mails[0].at == sandbox.clock.now()
    with pytest.raises(AssertionError, match="no mail to minh@"):
        sandbox.inbox.last_to("minh@nhathuoc.vn")
