"""The inbox keeps what `core.ports.Inbox` promises."""

from storage.store import SqlStore
from storage.tables import inbox
from tests.storage.clock import NOW, later
from tests.storage.examples import update


async def _put(store: SqlStore, *numbers: int, conversation: str = "public:1") -> None:
    async with store.begin() as tx:
        await tx.inbox.put([update(number, conversation) for number in numbers], NOW)


async def test_put_counts_only_what_is_new(store: SqlStore) -> None:
    async with store.begin() as tx:
        first = await tx.inbox.put([update(1), update(2)], NOW)
        second = await tx.inbox.put([update(2), update(3)], NOW)
        nothing = await tx.inbox.put([], NOW)

    assert (first, second, nothing) == (2, 1, 0)


async def test_a_second_arrival_changes_nothing(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.inbox.put([update(1, payload=b"first")], NOW)
        await tx.inbox.put([update(1, payload=b"second")], later(seconds=1))
        heads = await tx.inbox.heads(10, NOW)

    assert [(row.payload, row.received_at) for row in heads] == [(b"first", NOW)]


async def test_the_same_number_from_two_bots_is_two_updates(store: SqlStore) -> None:
    async with store.begin() as tx:
        fresh = await tx.inbox.put([update(1), update(1, bot="staff")], NOW)

    assert fresh == 2


async def test_heads_gives_the_oldest_of_each_conversation_in_order(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.inbox.put([update(9, "b"), update(3, "a"), update(5, "b"), update(4, "a")], NOW)
        heads = await tx.inbox.heads(10, NOW)
        limited = await tx.inbox.heads(1, NOW)

    assert [(row.conversation, row.update_id) for row in heads] == [("b", "9"), ("a", "3")]
    assert [row.update_id for row in limited] == ["9"]
    assert [(row.bot, row.attempts, row.received_at) for row in limited] == [("public", 0, NOW)]


async def test_done_lets_the_next_one_come(store: SqlStore) -> None:
    await _put(store, 1, 2)
    async with store.begin() as tx:
        await tx.inbox.done([], NOW)
        await tx.inbox.done([row.id for row in await tx.inbox.heads(10, NOW)], NOW)
    async with store.begin() as tx:
        heads = await tx.inbox.heads(10, NOW)

    assert [row.update_id for row in heads] == ["2"]


async def test_done_forgets_the_payload(store: SqlStore) -> None:
    await _put(store, 1)
    async with store.begin() as tx:
        await tx.inbox.done([row.id for row in await tx.inbox.heads(10, NOW)], NOW)

    async with store.engines.read() as connection:
        assert (await connection.execute(inbox.select())).one().payload is None


async def test_an_update_is_still_there_when_its_transaction_fails(store: SqlStore) -> None:
    await _put(store, 1)
    try:
        async with store.begin() as tx:
            await tx.inbox.done([row.id for row in await tx.inbox.heads(10, NOW)], NOW)
            raise RuntimeError("the handler failed")
    except RuntimeError:
        pass

    async with store.begin() as tx:
        assert [row.update_id for row in await tx.inbox.heads(10, NOW)] == ["1"]


async def test_a_conversation_waits_for_the_retry_of_its_oldest(store: SqlStore) -> None:
    await _put(store, 1, 2)
    async with store.begin() as tx:
        [head] = await tx.inbox.heads(10, NOW)
        await tx.inbox.failed(head.id, later(seconds=5), "boom", park=False, now=NOW)
        meanwhile = await tx.inbox.heads(10, later(seconds=4))
        again = await tx.inbox.heads(10, later(seconds=5))

    assert meanwhile == []
    assert [(row.update_id, row.attempts) for row in again] == [("1", 1)]


async def test_parking_gives_an_update_up_and_keeps_its_payload(store: SqlStore) -> None:
    await _put(store, 1, 2)
    async with store.begin() as tx:
        [head] = await tx.inbox.heads(10, NOW)
        await tx.inbox.failed(head.id, NOW, "boom", park=True, now=NOW)
        heads = await tx.inbox.heads(10, NOW)
        parked = await tx.inbox.parked()
        waiting, _ = await tx.inbox.backlog()

    assert [row.update_id for row in heads] == ["2"]
    assert (parked, waiting) == (1, 1)
    async with store.engines.read() as connection:
        row = (await connection.execute(inbox.select().order_by(inbox.c.id))).first()
        assert row is not None
        assert (row.payload is not None, row.error, row.attempts) == (True, "boom", 1)


async def test_a_payload_whose_key_is_lost_is_empty(store: SqlStore) -> None:
    await _put(store, 1)
    await _put(store, 2, conversation="public:2")
    async with store.engines.write() as connection:
        broken = inbox.update().where(inbox.c.update_id == "1").values(payload=b"another key's")
        await connection.execute(broken)

    async with store.begin() as tx:
        heads = await tx.inbox.heads(10, NOW)

    assert {row.update_id: bool(row.payload) for row in heads} == {"1": False, "2": True}


async def test_a_failure_after_the_end_counts_for_nothing(store: SqlStore) -> None:
    await _put(store, 1)
    async with store.begin() as tx:
        [head] = await tx.inbox.heads(10, NOW)
        await tx.inbox.done([head.id], NOW)
        noted = [
            await tx.inbox.failed(head.id, NOW, "late", park=park, now=NOW)
            for park in (False, True)
        ]
        parked = await tx.inbox.parked()

    assert (noted, parked) == ([False, False], 0)


async def test_what_was_parked_is_tried_again_or_dropped_once(store: SqlStore) -> None:
    await _put(store, 1, 2)
    async with store.begin() as tx:
        for _ in range(2):
            [head] = await tx.inbox.heads(1, NOW)
            await tx.inbox.failed(head.id, NOW, "KeyError", park=True, now=NOW)
        first, second = await tx.inbox.all_parked(9)
        retried = [await tx.inbox.retry(first.row.id) for _ in range(2)]
        dropped = [await tx.inbox.drop(second.row.id) for _ in range(2)]
        heads = await tx.inbox.heads(9, NOW)
        left = await tx.inbox.all_parked(9)

    assert (first.row.update_id, first.error, first.row.attempts) == ("1", "KeyError", 1)
    assert (retried, dropped) == ([True, False], [True, False])
    assert [(row.update_id, row.payload, row.attempts) for row in heads] == [
        ("1", first.row.payload, 0)
    ]
    assert left == []
    async with store.engines.read() as connection:
        rows = (await connection.execute(inbox.select().order_by(inbox.c.id))).all()
    assert [row.payload is None for row in rows] == [False, True]


async def test_what_was_begun_waits_and_is_counted_until_its_worker_reports(
    store: SqlStore,
) -> None:
    await _put(store, 1, 2)
    async with store.begin() as tx:
        [seen] = await tx.inbox.heads(10, NOW)
        begun = await tx.inbox.begin(seen, NOW, later(seconds=30))
    async with store.begin() as tx:
        meanwhile = await tx.inbox.heads(10, later(seconds=29))
        mine = await tx.inbox.head(seen.id)
    async with store.begin() as tx:
        unbegun = await tx.inbox.heads(10, later(seconds=30), begun=False)
        [after] = await tx.inbox.heads(10, later(seconds=30))
        await tx.inbox.failed(after.id, NOW, "KeyError", park=False, now=NOW)
        [failed] = await tx.inbox.heads(10, NOW)

    assert begun
    assert (meanwhile, unbegun) == ([], [])
    assert mine is not None
    assert (mine.update_id, mine.payload, mine.begun) == ("1", seen.payload, 1)
    assert (after.update_id, after.begun, after.attempts) == ("1", 1, 0)
    assert (failed.update_id, failed.begun, failed.attempts) == ("1", 0, 1)


async def test_of_two_workers_that_saw_the_same_one_begins(store: SqlStore) -> None:
    await _put(store, 1)
    async with store.begin() as tx:
        [seen] = await tx.inbox.heads(10, NOW)
    begun = []
    for _ in range(2):
        async with store.begin() as tx:
            begun.append(await tx.inbox.begin(seen, NOW, later(seconds=30)))

    assert begun == [True, False]


async def test_what_failed_or_ended_meanwhile_is_not_begun(store: SqlStore) -> None:
    await _put(store, 1)
    await _put(store, 2, conversation="public:2")
    async with store.begin() as tx:
        failed, done = await tx.inbox.heads(10, NOW)
        await tx.inbox.failed(failed.id, later(seconds=2), "KeyError", park=False, now=NOW)
        await tx.inbox.done([done.id], NOW)
        begun = [await tx.inbox.begin(each, NOW, later(seconds=30)) for each in (failed, done)]
        locked = await tx.inbox.head(done.id)

    assert begun == [False, False]
    assert locked is None


async def test_what_a_worker_lets_go_is_due_at_once_and_was_not_begun(store: SqlStore) -> None:
    await _put(store, 1)
    async with store.begin() as tx:
        [seen] = await tx.inbox.heads(10, NOW)
        await tx.inbox.begin(seen, NOW, later(seconds=30))
        await tx.inbox.let_go(seen.id)
        [again] = await tx.inbox.heads(10, NOW)

    assert again.begun == 0


async def test_what_was_begun_too_often_may_be_begun_once_more_after_a_retry(
    store: SqlStore,
) -> None:
    await _put(store, 1)
    for n in range(3):
        async with store.begin() as tx:
            [seen] = await tx.inbox.heads(10, later(minutes=n))
            await tx.inbox.begin(seen, later(minutes=n), later(minutes=n + 1))
    async with store.begin() as tx:
        await tx.inbox.failed(seen.id, NOW, "it kills", park=True, now=NOW)
        [parked] = await tx.inbox.all_parked(9)
        await tx.inbox.retry(seen.id)
        [again] = await tx.inbox.heads(10, NOW)

    assert (parked.row.attempts, parked.error) == (3, "it kills")
    assert (again.begun, again.attempts) == (2, 0)


async def test_the_youngest_that_waits_is_known(store: SqlStore) -> None:
    async with store.read() as tx:
        nothing = await tx.inbox.youngest()
    await _put(store, 1, 2)
    async with store.begin() as tx:
        [head] = await tx.inbox.heads(1, NOW)
        youngest = await tx.inbox.youngest()
        await tx.inbox.done([head.id], NOW)
        [rest] = await tx.inbox.heads(1, NOW)

    assert (nothing, youngest) == (0, rest.id)


async def test_what_is_parked_is_kept_longer_than_what_is_processed(store: SqlStore) -> None:
    await _put(store, 1)
    async with store.begin() as tx:
        [head] = await tx.inbox.heads(1, NOW)
        await tx.inbox.failed(head.id, NOW, "KeyError", park=True, now=NOW)
        kept = await tx.inbox.forget(later(days=9), NOW)
        forgotten = await tx.inbox.forget(later(days=9), later(seconds=1))

    assert (kept, forgotten) == (0, 1)


async def test_backlog_counts_what_waits_and_dates_the_oldest(store: SqlStore) -> None:
    async with store.begin() as tx:
        empty = await tx.inbox.backlog()
        await tx.inbox.put([update(1)], NOW)
        await tx.inbox.put([update(2)], later(seconds=9))
        two = await tx.inbox.backlog()

    assert empty == (0, None)
    assert two == (2, NOW)


async def test_forget_deletes_what_ended_before(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.inbox.put([update(n, f"public:{n}") for n in range(4)], NOW)
        old, parked, new, _waiting = await tx.inbox.heads(10, NOW)
        await tx.inbox.done([old.id], NOW)
        await tx.inbox.failed(parked.id, NOW, "boom", park=True, now=NOW)
        await tx.inbox.done([new.id], later(days=1))
        deleted = await tx.inbox.forget(later(days=1), later(days=1))
        left = await tx.inbox.put([update(n) for n in range(4)], NOW)

    assert deleted == 2
    assert left == 2
