"""What the program tells a conversation, told apart from what a messenger hands over."""

from datetime import UTC, datetime

from core.events import event, read_event
from core.ports import InboxRow

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def row(update_id: str, payload: bytes) -> InboxRow:
    return InboxRow(1, "public", update_id, "public:5", payload, NOW)


def test_an_event_is_read_back() -> None:
    told = event("public:5", "code-failed", "9:1", nonce=9, final=True)

    assert (told.bot, told.conversation, told.update_id) == (
        "public",
        "public:5",
        "code-failed:9:1",
    )
    assert read_event(row(told.update_id, told.payload)) == (
        "code-failed",
        {"nonce": 9, "final": True},
    )


def test_an_event_goes_to_the_bot_that_holds_the_conversation() -> None:
    assert event("staff:-100:tg:7", "remind", "a").bot == "staff"


def test_the_same_key_makes_the_same_update_and_another_key_another_one() -> None:
    first, again = event("public:5", "remind", "a"), event("public:5", "remind", "a")

    assert first.update_id == again.update_id != event("public:5", "remind", "b").update_id


def test_a_messengers_update_is_no_event() -> None:
    assert read_event(row("123456", b'{"event": "remind", "data": {}}')) is None


def test_data_may_use_any_name() -> None:
    told = event("public:5", "account", "1", name="Lan", key="k", conversation="c")

    assert read_event(row(told.update_id, told.payload)) == (
        "account",
        {"name": "Lan", "key": "k", "conversation": "c"},
    )
