"""One mail of each kind, and what is needed to send it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.mail.letters import Letters
from bot.texts.catalogue import load
from core.messages import MailKind
from core.ports import Mail

NOW = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
REFERENCE = "26-K7QX9M"
PASSWORD = "Ab1<&>l0O\"'x=3D!"  # signs that mean something to HTML or quoted-printable
FACILITY = "Nhà thuốc An Tâm"
LICENCE = "03-1234/ĐKKDD-HNO"
LINK = "https://t.me/knlt_test_bot"

VALUES: dict[MailKind, dict[str, str | int]] = {
    MailKind.CODE: {"code": "048213", "minutes": 15},
    MailKind.ACCOUNT: {
        "facility": FACILITY,
        "licence": LICENCE,
        "site_code": "01-00123",
        "login": "0101234567-001",
        "password": PASSWORD,
    },
    MailKind.REFUSAL: {
        "facility": FACILITY,
        "licence": LICENCE,
        "reasons": "Tên cơ sở không khớp\n  \n Thiếu <họ tên>\n",
        "link": LINK,
    },
    MailKind.EXPIRY: {
        "facility": FACILITY,
        "licence": LICENCE,
        "due": "2026-12-04",
        "link": "",
    },
}

letters = Letters(load(ZoneInfo("Asia/Ho_Chi_Minh"), strict=True).say)


@dataclass(frozen=True)
class FixedClock:
    """A clock that stands still."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


def sample(
    kind: MailKind = MailKind.ACCOUNT,
    *,
    locale: str = "vi",
    to: str = "an.nguyen@example.vn",
    message_id: str = "<knlt.17.20261122013000@example.vn>",
    reference: str | None = REFERENCE,
    **values: str | int,
) -> Mail:
    """A mail of a kind; `values` replace or add to the usual ones."""
    return Mail(
        kind=kind,
        to=to,
        message_id=message_id,
        reference=None if kind is MailKind.CODE else reference,
        values={**VALUES[kind], **values},
        locale=locale,
    )
