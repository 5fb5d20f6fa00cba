"""The queries that run all day find their rows by an index, however much lies in the tables."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import text

from core.conversation import Conversation
from core.messages import Address
from core.ports import Waiting
from storage.store import SqlStore, SqlTransaction
from storage.tables import card, history, inbox, outbox, registration, trouble
from tests.storage.clock import NOW, later
from tests.storage.conftest import MirrorVault
from tests.storage.examples import conversation, draft
from tests.storage.examples import registration as case
from tests.storage.statements import counted

ROWS = 6000  # a table that fits in a page or two is rightly read whole

WHOLE = re.compile(
    r"Seq Scan on (?!process\b)"
    r"|SCAN (?!.*USING)(inbox|conversation|registration|history|outbox|trouble)"
)

GROUP = Address("public", "-7")
CASE = replace(case("7"), id=ROWS)

Ask = Callable[[SqlTransaction], Awaitable[object]]

HOT: dict[str, tuple[Ask, set[str]]] = {
    "inbox.heads": (lambda tx: tx.inbox.heads(20, NOW), {"ix_inbox_undone", "ix_inbox_heads"}),
    "inbox.head": (
        lambda tx: tx.inbox.head(100),
        {"pk_inbox", "ix_inbox_undone", "INTEGER PRIMARY KEY"},
    ),
    "inbox.youngest": (
        lambda tx: tx.inbox.youngest(),
        {"ix_inbox_undone", "ix_inbox_heads"},
    ),
    "inbox.waits": (lambda tx: tx.inbox.waits(NOW), {"ix_inbox_undone", "ix_inbox_heads"}),
    "inbox.parked": (lambda tx: tx.inbox.parked(), {"ix_inbox_parked"}),
    "conversations.prefetch": (
        lambda tx: tx.conversations.prefetch(["1", "2"]),
        {"pk_conversation", "sqlite_autoindex_conversation_1"},
    ),
    "conversations.to_remind": (
        lambda tx: tx.conversations.to_remind(later(days=-9), 9),
        {"ix_conversation_remind"},
    ),
    "conversations.to_forget": (
        lambda tx: tx.conversations.to_forget(later(days=-9), 9),
        {"ix_conversation_held"},
    ),
    "registrations.live_by_licence": (
        lambda tx: tx.registrations.live_by_licence("7"),
        {"uq_registration_licence"},
    ),
    "registrations.live_by_email": (
        lambda tx: tx.registrations.live_by_email("7"),
        {"uq_registration_email"},
    ),
    "registrations.live_by_ticket": (
        lambda tx: tx.registrations.live_by_ticket("7"),
        {"uq_registration_ticket"},
    ),
    "registrations.of_user": (
        lambda tx: tx.registrations.of_user("7", 5),
        {"ix_registration_user"},
    ),
    "registrations.related": (
        lambda tx: tx.registrations.related(CASE, 9),
        {"ix_registration_licence"},
    ),
    "registrations.same_name": (
        lambda tx: tx.registrations.same_name(CASE, 9),
        {"ix_registration_facility"},
    ),
    "registrations.count_waiting mismatched": (
        lambda tx: tx.registrations.count_waiting(Waiting(mismatched=True), NOW),
        {"ix_registration_mismatch", "ix_registration_overdue"},  # both hold open rows alone
    ),
    "registrations.waiting_at mismatched": (
        lambda tx: tx.registrations.waiting_at(Waiting(mismatched=True), NOW, 3),
        {"ix_registration_mismatch"},
    ),
    "registrations.of_licence": (
        lambda tx: tx.registrations.of_licence("7", 9),
        {"ix_registration_licence"},
    ),
    "registrations.overdue": (
        lambda tx: tx.registrations.overdue(later(days=-9), 9),
        {"ix_registration_overdue", "ix_outbox_result"},
    ),
    "registrations.open_by_due": (
        lambda tx: tx.registrations.open_by_due(10),
        {"ix_registration_due"},
    ),
    "registrations.pending_by_due": (
        lambda tx: tx.registrations.pending_by_due(),
        {"ix_registration_due", "ix_registration_overdue"},  # either holds the open ones only
    ),
    "registrations.count_decided": (
        lambda tx: tx.registrations.count_decided(later(days=-9), later(days=-8)),
        {"ix_registration_decided"},
    ),
    "registrations.expired_between": (
        lambda tx: tx.registrations.expired_between(later(days=-9), later(days=-8)),
        {"ix_registration_expired"},
    ),
    "troubles.unhandled": (lambda tx: tx.troubles.unhandled(NOW, 9), {"ix_trouble_unhandled"}),
    "history.of": (lambda tx: tx.history.of(7), {"ix_history_registration"}),
    "outbox.claim chat": (
        lambda tx: tx.outbox.claim("me", NOW, later(minutes=1), 5, mail=False),
        {"ix_outbox_chats", "ix_outbox_lane"},
    ),
    "outbox.claim mail": (
        lambda tx: tx.outbox.claim("me", NOW, later(minutes=1), 5, mail=True),
        {"ix_outbox_mails", "ix_outbox_lane"},
    ),
    "outbox.said": (
        lambda tx: tx.outbox.said(Address("public", "-7"), NOW),
        {"ix_outbox_said"},
    ),
    "cards.missing": (
        lambda tx: tx.cards.missing(Address("public", "-7"), 5),
        {"ix_outbox_cards"},
    ),
    "cards.count_missing": (
        lambda tx: tx.cards.count_missing(Address("public", "-7")),
        {"ix_outbox_cards"},
    ),
    "outbox.find_sent": (
        lambda tx: tx.outbox.find_sent(Address("public", "7"), "7"),
        {"ix_outbox_message"},
    ),
    "outbox.mails_sent": (lambda tx: tx.outbox.mails_sent(NOW), {"ix_outbox_mails_sent"}),
    "outbox.mail_window_frees": (
        lambda tx: tx.outbox.mail_window_frees(NOW, 2),
        {"ix_outbox_mails_sent"},
    ),
    "outbox.failures": (lambda tx: tx.outbox.failures(NOW), {"ix_outbox_failed"}),
}


# Whatever else is asked of what grows. Left out are the hourly `forget`, which reads the days that
# are kept and no more, and `active_since`: reports read the whole table, and say so.
OTHERS: dict[str, Ask] = {
    "inbox.all_parked": lambda tx: tx.inbox.all_parked(5),
    "inbox.backlog": lambda tx: tx.inbox.backlog(),
    "inbox.done": lambda tx: tx.inbox.done([7], NOW),
    "inbox.failed": lambda tx: tx.inbox.failed(7, NOW, "x", park=False, now=NOW),
    "registrations.get": lambda tx: tx.registrations.get(7),
    "registrations.by_reference": lambda tx: tx.registrations.by_reference("7"),
    "registrations.count_decided": lambda tx: tx.registrations.count_decided(later(days=-9), NOW),
    "registrations.count_due": lambda tx: tx.registrations.count_open(date(2026, 1, 1)),
    "registrations.count_open": lambda tx: tx.registrations.count_open(),
    "registrations.count_waiting": lambda tx: tx.registrations.count_waiting(Waiting(), NOW),
    "registrations.pending_by_due": lambda tx: tx.registrations.pending_by_due(),
    "registrations.waiting_at": lambda tx: tx.registrations.waiting_at(Waiting(), NOW, 3),
    "outbox.all_given_up": lambda tx: tx.outbox.all_given_up(5),
    "outbox.backlog": lambda tx: tx.outbox.backlog(),
    "outbox.came_back": lambda tx: tx.outbox.came_back("7", NOW),
    "outbox.cancel": lambda tx: tx.outbox.cancel("7", NOW),
    "outbox.failed": lambda tx: tx.outbox.failed("me", 7, NOW, "x"),
    "outbox.next_due": lambda tx: tx.outbox.next_due(NOW),
    "outbox.postpone": lambda tx: tx.outbox.postpone("me", 7, NOW, "x"),
    "outbox.readdress": lambda tx: tx.outbox.readdress(GROUP, Address("public", "-8")),
    "outbox.retry": lambda tx: tx.outbox.retry(7, NOW),
    "outbox.said": lambda tx: tx.outbox.said(GROUP, NOW),
    "cards.count_missing": lambda tx: tx.cards.count_missing(GROUP),
    "cards.hold_back": lambda tx: tx.cards.hold_back(GROUP, 9, NOW),
    "cards.missing": lambda tx: tx.cards.missing(GROUP, 9),
    "batches.find": lambda tx: tx.batches.find(["7"]),
    "batches.waiting": lambda tx: tx.batches.waiting("tg:1", 9),
    "secrets.delete_stale": lambda tx: tx.secrets.delete_stale(),
    "troubles.unhandled": lambda tx: tx.troubles.unhandled(NOW, 9),
}
GROWN = re.compile(r"(Seq Scan on|SCAN) (inbox|conversation|registration|history|outbox)(?! USING)")


async def test_hot_queries_use_their_indexes_and_read_no_table_whole(store: SqlStore) -> None:
    await _fill(store)
    plans = {name: await _plan(store, ask) for name, (ask, _) in HOT.items()}
    others = {name: await _plan(store, ask) for name, ask in OTHERS.items()}

    astray = {
        name: plans[name]
        for name, (_, indexes) in HOT.items()
        if WHOLE.search(plans[name]) or not any(index in plans[name] for index in indexes)
    }
    assert astray == {}
    assert {name: plan for name, plan in others.items() if GROWN.search(plan)} == {}


QUEUES: dict[str, Ask] = {
    "inbox.heads": lambda tx: tx.inbox.heads(32, NOW),
    "outbox.claim": lambda tx: tx.outbox.claim("me", NOW, later(minutes=1), 64, mail=False),
    "outbox.next_due": lambda tx: tx.outbox.next_due(NOW, mail=False),
}
BACKLOG = 400  # such as waits after an hour without a network


async def test_a_backlog_is_no_dearer_row_by_row_than_a_short_queue(
    postgres_store: SqlStore,
) -> None:
    """The statistics are of a time when nothing waited, as they are when a backlog comes."""
    store = postgres_store
    async with store.engines.write() as connection:
        done = [_update(n) | {"done_at": NOW} for n in range(1, BACKLOG)]
        sent = [_message(n) | {"state": "sent", "ended_at": NOW} for n in range(1, BACKLOG)]
        await connection.execute(inbox.insert(), done)
        await connection.execute(outbox.insert(), sent)
        await connection.execute(text("ANALYZE"))
    waiting = range(BACKLOG, 2 * BACKLOG)
    owed = {"kind": "say", "state": "queued", "ended_at": None, "message_id": None}
    async with store.engines.write() as connection:
        await connection.execute(inbox.insert(), [_update(n) | {"done_at": None} for n in waiting])
        await connection.execute(outbox.insert(), [_message(n) | owed for n in waiting])

    visited = {name: await _rows_visited(store, ask) for name, ask in QUEUES.items()}

    assert {name: rows for name, rows in visited.items() if rows > 10 * BACKLOG} == {}


async def _rows_visited(store: SqlStore, ask: Ask) -> float:
    """How many rows PostgreSQL looks at, all steps together."""
    statement, parameters = await _sent(store, ask)
    async with store.engines.write() as connection:
        explain = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}"
        ((found,),) = await connection.exec_driver_sql(explain, parameters)
    steps = [json.loads(found)[0]["Plan"] if isinstance(found, str) else found[0]["Plan"]]
    rows = 0.0
    for step in steps:
        steps += step.get("Plans", ())
        passed_over = ("Rows Removed by Filter", "Rows Removed by Join Filter")
        each = step["Actual Rows"] + sum(step.get(name, 0) for name in passed_over)
        rows += each * step["Actual Loops"]
    return rows


async def _sent(store: SqlStore, ask: Ask) -> tuple[str, Any]:
    with counted(store) as statements:
        async with store.begin() as tx:
            await ask(tx)
    return statements[0]


async def _plan(store: SqlStore, ask: Ask) -> str:
    """Explain what the store really sends, parameters and all."""
    statement, parameters = await _sent(store, ask)
    explain = "EXPLAIN QUERY PLAN" if store.engines.dialect == "sqlite" else "EXPLAIN"
    async with store.engines.read() as connection:
        lines = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
        return "\n".join(str(line[-1]) for line in lines)


async def _fill(store: SqlStore) -> None:
    """Mostly what is over and done with, as after a year."""
    async with store.begin() as tx:
        for n in range(1, ROWS):
            await tx.conversations.save(_conversation(n))
    async with store.engines.write() as connection:
        for table, row in (
            (inbox, _update),
            (registration, _registration),
            (history, _fact),
            (outbox, _message),
            (card, _card),
            (trouble, _trouble),
        ):
            await connection.execute(table.insert(), [row(n) for n in range(1, ROWS)])
    if store.engines.dialect == "postgresql":  # as its autovacuum does; nobody does it for SQLite
        async with store.engines.write() as connection:
            await connection.execute(text("ANALYZE"))


def _update(n: int) -> dict[str, Any]:
    return {
        "bot": "public",
        "update_id": str(n),
        "conversation": str(n % 500),
        "payload": MirrorVault().seal(b"x" * 300),
        "received_at": NOW,
        "done_at": None if n % 100 == 0 else NOW,
    }


def _conversation(n: int) -> Conversation:
    held = n % 10 == 0
    return conversation(
        str(n),
        draft=draft() if held else None,
        touched_at=later(minutes=-n),
        remind_at=later(minutes=-n) if held else None,
    )


def _registration(n: int) -> dict[str, Any]:
    status = ("pending", "approved", "expired")[n // 30 % 3] if n % 30 == 0 else "issued"
    words = ("locale", "licence", "licence_raw", "facility", "person", "email")
    return dict.fromkeys(words, "x" * 30) | {
        "version": 1,
        "reference": str(n),
        "status": status,
        "bot": "public",
        "chat": str(n),
        "user_id": str(n),
        "licence_key": str(n),
        "email_key": str(n),
        "facility_key": str(n),
        "register_match": "missing" if n // 90 % 10 == 0 else "same",
        "email_proved": True,
        "role": "director",
        "submitted_at": NOW,
        "due": date(2026, 12, 7),
        "reopens_at": later(minutes=-n),
        "provisional": False,
        "ticket": str(n),
        "reasons": "[]",
        "result_failed": n % 500 == 0,
    }


def _fact(n: int) -> dict[str, Any]:
    return {
        "at": NOW,
        "event": "submitted",
        "by": "tg:1",
        "by_name": "An",
        "registration_id": n,
        "detail": None,
    }


def _card(n: int) -> dict[str, Any]:
    return {
        "registration_id": n,
        "bot": "public",
        "chat": "-7",
        "message_id": str(n),
        "shown_version": 1,
    }


def _trouble(n: int) -> dict[str, Any]:
    return {
        "registration_id": n,
        "ailment": "chat",
        "at": NOW,
        "handled_at": None if n % 300 == 0 else NOW,
        "handled_name": "An",
    }


def _message(n: int) -> dict[str, Any]:
    kind = "mail" if n % 2 == 0 else "say"
    state = "failed" if n % 200 == 0 else "queued" if n % 50 < 2 else "sent"
    return {
        "key": str(n),
        "lane": str(n % 700),
        "kind": kind,
        "bot": "public",
        "chat": str(n),
        "locale": "vi",
        "context": "{}",
        "priority": 5,
        "created_at": NOW,
        "due": NOW,
        "holds": True,
        "state": state,
        "registration_id": n,
        "ended_at": None if state == "queued" else later(minutes=-n),
        "message_id": str(n) if state == "sent" and kind == "say" else None,
    }
