"""A mail sent to the sandbox's mail server, as any program would."""

from email.message import EmailMessage

import aiosmtplib

from sandbox import Sandbox


async def send_mail(sandbox: Sandbox, to: str, html: str) -> None:
    """Send a mail with a text and this HTML."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "so@example.com", to, "Thư"
    mail.set_content("văn bản")
    mail.add_alternative(html, subtype="html")
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=sandbox.mail_server.port)
