"""The checker of the crash loop finds what is lost, doubled or out of order, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.crash.checker import check, counts
from tests.crash.evidence import (
    Cut,
    Evidence,
    Handed,
    Happened,
    Hung,
    Mailed,
    Owed,
    Registered,
    Said,
    Sending,
    Taken,
)

GROUP = "staff:-1"
CHAT = "public:7"
CARD = "26-AAAAAA · đã cấp tài khoản"
MAIL = "<knlt.5.2026@b.vn>"
OFFICER = f"{GROUP}:tg:4"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RECEIPT = "✅ Đã tiếp nhận đăng ký.\nMã đăng ký: 26-AAAAAA"

WHOLE = Evidence(
    group=GROUP,
    registrations=[Registered(1, "26-AAAAAA", "issued", 4, "7", "a@b.vn", "hno-1")],
    history=[
        Happened(1, 1, "submitted"),
        Happened(2, 1, "approved"),
        Happened(3, 1, "account-entered"),
        Happened(4, 1, "result-mailed"),
    ],
    outbox=[
        Owed(1, "in:1:0", CHAT, "say", "sent", message="11"),
        Owed(2, "in:2:0", CHAT, "say", "sent", message="12"),
        Owed(3, "card:1:1:", GROUP, "card", "sent", message="31"),
        Owed(4, "card:1:4:", GROUP, "card", "sent", message="31"),
        Owed(5, "result:1", "result:1", "mail", "sent", scheduled=True, mail="account"),
        Owed(6, "result-chat:5", CHAT, "say", "sent", message="13"),
    ],
    cards=[Hung(1, GROUP, "31", 4)],
    handed=[
        Handed("public", "701", CHAT),
        Handed("public", "702", CHAT),
        Handed("staff", "701", OFFICER),
    ],
    inbox=[
        Taken(1, "public", "701", CHAT, NOON),
        Taken(2, "public", "702", CHAT, NOON + timedelta(seconds=2)),
        Taken(3, "staff", "701", OFFICER, NOON + timedelta(seconds=4)),
        Taken(4, "public", "mail-sent:5", CHAT, NOON + timedelta(seconds=1)),
    ],
    said=[
        Said(1, CHAT, "person", text="/start"),
        Said(2, CHAT, "bot", "11", "Kính chào"),
        Said(3, CHAT, "person", text="gửi"),
        Said(4, CHAT, "bot", "12", RECEIPT),
        Said(5, GROUP, "bot", "31", "26-AAAAAA · chờ duyệt"),
        Said(6, GROUP, "person", text="duyệt"),
        Said(7, GROUP, "edit", "31", CARD),
        Said(8, CHAT, "bot", "13", "✅ Đăng ký 26-AAAAAA đã được cấp tài khoản."),
    ],
    sendings=[Sending(1.9, CHAT, 50), Sending(3.5, CHAT, 51), Sending(7.4, MAIL, 52)],
    mails=[Mailed(7.5, "a@b.vn", MAIL, "Tài khoản 26-AAAAAA", "mật khẩu")],
)


def _with_list(name: str, values: list[Any]) -> Evidence:
    fields: dict[str, Any] = {name: values}
    return replace(WHOLE, **fields)


def _without(name: str, index: int) -> Evidence:
    kept = list(getattr(WHOLE, name))
    del kept[index]
    return _with_list(name, kept)


def _with(name: str, *more: object, at: int | None = None) -> Evidence:
    kept = list(getattr(WHOLE, name))
    where = len(kept) if at is None else at
    return _with_list(name, [*kept[:where], *more, *kept[where:]])


def _changed(name: str, index: int, **fields: Any) -> Evidence:
    kept = list(getattr(WHOLE, name))
    kept[index] = replace(kept[index], **fields)
    return _with_list(name, kept)


def test_nothing_is_found_where_nothing_is_lost() -> None:
    assert check(WHOLE) == []


PLANTED: dict[str, tuple[Callable[[], Evidence], str]] = {
    "a receipt that never came": (lambda: _without("said", 3), "never got its receipt"),
    "a lost registration": (lambda: _without("registrations", 0), "has a receipt 26-AAAAAA of"),
    "a status without its fact": (lambda: _without("history", 3), "its history says approved"),
    "a decision that counted twice": (
        lambda: _with("history", Happened(9, 1, "refused"), at=2),
        "refused when it was approved",
    ),
    "a word without an answer": (
        lambda: _with("said", Said(9, CHAT, "person", text="alo")),
        "was never answered",
    ),
    "a message that counts as sent": (lambda: _without("said", 1), "has no message 11"),
    "a lost mail": (lambda: _without("mails", 0), "has not arrived"),
    "a mail that was taken back": (
        lambda: _changed("outbox", 4, state="cancelled"),
        "and its sender was not cut off",
    ),
    "a result nobody was told": (lambda: _without("said", 7), "its chat was not told"),
    "a card that was not changed": (lambda: _without("said", 6), "does not say that it is issued"),
    "a card of an old version": (
        lambda: _changed("cards", 0, shown_version=3),
        "has no card of version 4",
    ),
    "messages in the wrong order": (
        lambda: replace(
            _changed("outbox", 0, message="12"),
            outbox=[
                replace(WHOLE.outbox[0], message="12"),
                replace(WHOLE.outbox[1], message="11"),
                *WHOLE.outbox[2:],
            ],
        ),
        "came before in:1:0",
    ),
    "a copy that no crash explains": (
        lambda: _with("said", Said(4, CHAT, "bot", "14", RECEIPT), at=4),
        "got an extra",
    ),
    "a message that nobody owed": (
        lambda: _with("said", Said(4, CHAT, "bot", "14", "Xin lỗi"), at=4),
        "nothing ever owed",
    ),
    "a mail that came twice": (
        lambda: _with("mails", WHOLE.mails[0]),
        "and its sender was not cut off",
    ),
    "an update that waits": (lambda: _changed("inbox", 1, done=None), "is not processed"),
    "an update that was given up": (lambda: _changed("inbox", 1, parked=True), "was given up"),
    "an update that was lost": (lambda: _without("inbox", 1), "is in the inbox 0 times"),
    "an update that was kept twice": (
        lambda: _with("inbox", Taken(9, "public", "702", CHAT, NOON)),
        "is in the inbox 2 times",
    ),
    "an update of nobody": (lambda: _without("handed", 2), "nobody was handed the update 701"),
    "an update in another's conversation": (
        lambda: _changed("inbox", 1, conversation="public:8"),
        "was kept as of public:8",
    ),
    "updates kept in the wrong order": (
        lambda: _with_list("handed", [*reversed(WHOLE.handed)]),
        "702 was kept after 701, and came before",
    ),
    "updates handled in the wrong order": (
        lambda: _changed("inbox", 0, done=NOON + timedelta(seconds=9)),
        "was done before 701",
    ),
    "updates answered in the wrong order": (
        lambda: _with_list(
            "outbox",
            [
                replace(WHOLE.outbox[0], key="in:2:0"),
                replace(WHOLE.outbox[1], key="in:1:0"),
                *WHOLE.outbox[2:],
            ],
        ),
        "was answered before 701",
    ),
    "an account that is kept": (lambda: replace(WHOLE, secrets=1), "are still kept"),
    "a message that waits": (
        lambda: _with("outbox", Owed(9, "in:9:0", CHAT, "say", "queued")),
        "in:9:0 still waits",
    ),
    "a mail that was given up": (
        lambda: _with("outbox", Owed(9, "expiry:9", "x", "mail", "failed", mail="expiry")),
        "expiry:9 was given up",
    ),
    "two live registrations": (
        lambda: _with(
            "registrations",
            Registered(2, "26-BBBBBB", "pending", 1, "8", "c@d.vn", "hno-1"),
        ),
        "2 live registrations have the licence",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_the_checker_finds(planted: str) -> None:
    evidence, words = PLANTED[planted]

    found = check(evidence())

    assert any(words in fault for fault in found), found


def test_the_end_of_its_sender_explains_a_copy_if_it_came_before_the_record() -> None:
    once = _with("said", Said(3.9, CHAT, "bot", "10", RECEIPT), at=3)

    assert check(replace(once, cuts=[Cut(4.5, 51)])) == []
    assert len(check(replace(once, cuts=[Cut(4.5, 50), Cut(4.5, 52)]))) == 1
    assert len(check(replace(once, cuts=[Cut(60.0, 51)]))) == 1
    assert len(check(replace(once, cuts=[Cut(2.0, 51)]))) == 1
    assert len(check(replace(once, cuts=[Cut(4.5, 51)], sendings=[]))) == 1


def test_an_end_without_a_database_explains_what_was_sent_since_it_went_away() -> None:
    once = _with("said", Said(3.9, CHAT, "bot", "10", RECEIPT), at=3)

    assert check(replace(once, cuts=[Cut(60.0, 51, deaf=5.0)])) == []
    assert len(check(replace(once, cuts=[Cut(60.0, 51, deaf=50.0)]))) == 1


def test_an_answer_lost_on_the_way_explains_one_copy_in_its_chat() -> None:
    once = _with("said", Said(3.9, CHAT, "bot", "10", RECEIPT), at=3)
    twice = _with("said", *once.said[3:4], Said(3.95, CHAT, "bot", "9", "Kính chào"), at=3)

    assert check(replace(once, cuts=[Cut(3.9, where=CHAT)])) == []
    assert len(check(replace(once, cuts=[Cut(3.9, where=GROUP)]))) == 1
    assert len(check(replace(twice, cuts=[Cut(3.9, where=CHAT)]))) == 1


def test_an_answer_lost_on_the_way_explains_a_mail_that_came_and_counts_as_failed() -> None:
    code = Owed(8, "code:1", "code:1", "mail", "failed", mail="code")
    mail = Mailed(2.0, "c@d.vn", "<knlt.8.2026@b.vn>", "Mã xác nhận", "123456")
    came = replace(WHOLE, outbox=[*WHOLE.outbox, code], mails=[mail, *WHOLE.mails])

    assert len(check(came)) == 1
    assert check(replace(came, cuts=[Cut(2.1, where=mail.message_id)])) == []


def test_one_cut_explains_one_copy_of_a_message() -> None:
    copies = [Said(3.8, CHAT, "bot", "9", RECEIPT), Said(3.9, CHAT, "bot", "10", RECEIPT)]
    twice = _with("said", *copies, at=3)

    assert check(replace(twice, cuts=[Cut(4.5, 51), Cut(4.6, 51)])) == []
    assert any("more often" in fault for fault in check(replace(twice, cuts=[Cut(4.5, 51)])))


def test_one_cut_explains_no_more_copies_than_its_process_can_have_had_in_hand() -> None:
    other = Owed(8, "result:2", "result:2", "mail", "sent", scheduled=True, mail="account")
    mail = Mailed(7.6, "c@d.vn", "<knlt.8.2026@b.vn>", "Tài khoản 26-AAAAAA", "mật khẩu")
    two = replace(
        _with("mails", WHOLE.mails[0], mail, mail),
        outbox=[*WHOLE.outbox, other],
        sendings=[*WHOLE.sendings, Sending(7.5, mail.message_id, 52)],
    )

    assert check(replace(two, cuts=[Cut(8.0, 52)])) == [
        "2 times a mail came twice for the one cut at 8.0 s"
    ]
    assert check(replace(two, cuts=[Cut(8.0, 52), Cut(8.1, 52)])) != []


def test_what_was_done_is_counted() -> None:
    counted = counts(WHOLE)

    assert (counted["registrations"], counted["issued"], counted["pending"]) == (1, 1, 0)
    assert (counted["messages sent"], counted["mails"], counted["extra copies of mails"]) == (
        4,
        1,
        0,
    )
