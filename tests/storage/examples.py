"""Values for tests, each with what the test cares about overridden."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from core.conversation import Conversation, Draft, Step
from core.messages import MAIL, Address, Choice, Kind, Message, Outgoing, Text
from core.people import Actor, Role
from core.ports import NewUpdate
from core.registration import PersonRole, Registration, Status
from tests.storage.clock import NOW

OFFICER = Actor("tg:7", "Lan", Role.OFFICER)


def update(number: int, conversation: str = "public:1", **overrides: Any) -> NewUpdate:
    return replace(
        NewUpdate("public", str(number), conversation, b'{"text": "xin chao"}'), **overrides
    )


def conversation(key: str = "public:1", **overrides: Any) -> Conversation:
    return replace(Conversation(key, Address("public", "1"), "tg:1", "Nguyễn Văn An"), **overrides)


def draft(**overrides: Any) -> Draft:
    return replace(Draft(Step.NAME, started_at=NOW), **overrides)


def registration(name: str = "a", **overrides: Any) -> Registration:
    """Build a pending registration; `name` tells its licence, e-mail, ticket and reference."""
    pending = Registration(
        id=0,
        version=1,
        reference=f"26-{name}",
        status=Status.PENDING,
        bot="public",
        chat="1",
        user="tg:1",
        locale="vi",
        licence_key=f"licence-{name}",
        licence="0123/ĐKKDD-HNO",
        licence_raw="so 123",
        facility="Nhà thuốc Bình An",
        role=PersonRole.PHARMACIST,
        person="Trần Thị Bình",
        email=f"{name}@example.com",
        email_key=f"email-{name}",
        email_proved=True,
        submitted_at=NOW,
        due=date(2026, 12, 7),
        reopens_at=NOW + timedelta(days=14),
        provisional=False,
        ticket=f"ticket-{name}",
    )
    return replace(pending, **overrides)


def say(key: str, chat: str = "1", **overrides: Any) -> Outgoing:
    message = Message((Text("hello", {"name": "An"}),), ((Choice("go", Text("yes")),),))
    return replace(Outgoing(key, Kind.SAY, Address("public", chat), message=message), **overrides)


def mail(key: str, **overrides: Any) -> Outgoing:
    return replace(Outgoing(key, Kind.MAIL, Address(MAIL, "a@example.com")), **overrides)
