"""Batches reserve registrations, and uploads are kept until they were dealt with."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from core.people import Actor, Role
from core.ports import Batch, Held, Upload
from core.registration import Registration, Status
from storage.store import SqlStore
from tests.storage.clock import NOW, later
from tests.storage.conftest import MirrorVault
from tests.storage.examples import OFFICER, registration

HAI = Actor("tg:8", "Hải", Role.OFFICER)
SEALED = MirrorVault().seal(b"Canary#Mat-Khau-7")
UPLOAD = Upload("staff:7", "abc", SEALED, later(minutes=30))


async def _add(store: SqlStore, name: str, **overrides: object) -> Registration:
    wanted = registration(name, **{"status": Status.APPROVED} | overrides)
    async with store.begin() as tx:
        stored = await tx.registrations.add(wanted)
    assert stored is not None
    return stored


async def test_what_waits_is_approved_has_no_account_and_is_not_ones_own(store: SqlStore) -> None:
    soon = await _add(store, "soon")
    late = await _add(store, "late", due=soon.due + timedelta(days=2))
    mine = await _add(store, "mine", user="tg:7")
    await _add(store, "entered", account_at=NOW)
    for status in set(Status) - {Status.APPROVED}:
        await _add(store, status.value, status=status)
    async with store.read() as tx:
        assert await tx.batches.waiting("tg:7", 9) == [soon.id, late.id]
        assert await tx.batches.waiting("tg:7", 1) == [soon.id]
        assert await tx.batches.waiting("tg:8", 9) == [soon.id, mine.id, late.id]


async def test_a_batch_holds_what_no_other_holds_until_it_is_released(store: SqlStore) -> None:
    one, two = await _add(store, "a"), await _add(store, "b")
    async with store.begin() as tx:
        first = await tx.batches.open(OFFICER, [one.id], NOW)
        second = await tx.batches.open(HAI, [one.id, two.id], NOW)
        none = await tx.batches.open(HAI, [], NOW)
    async with store.begin() as tx:
        assert await tx.batches.get(first.number) == Batch(first.number, "tg:7", "Lan", NOW)
        assert await tx.batches.get(99) is None
        assert await tx.batches.cases(first.number) == [one]
        assert await tx.batches.cases(second.number) == [two]
        assert await tx.batches.cases(none.number) == []
        assert await tx.batches.waiting("tg:7", 9) == []
        released = await tx.batches.release(first.number, later(hours=1))
        again = await tx.batches.release(first.number, later(hours=2))
        unknown = await tx.batches.release(99, NOW)
        waiting = await tx.batches.waiting("tg:7", 9)
        kept = await tx.batches.get(first.number)

    assert (released, again, unknown) == (True, False, False)
    assert waiting == [one.id]
    assert kept == replace(first, released_at=later(hours=1))


async def test_registrations_are_found_with_the_batch_that_holds_them(store: SqlStore) -> None:
    held, free = await _add(store, "held"), await _add(store, "free")
    async with store.begin() as tx:
        batch = await tx.batches.open(OFFICER, [held.id], NOW)
        many = [f"26-{n}" for n in range(1200)]
        found = await tx.batches.find([*many, held.reference, free.reference])

    assert found == {
        held.reference: Held(held, batch.number),
        free.reference: Held(free, None),
    }


async def test_a_number_of_a_batch_is_never_used_again(store: SqlStore) -> None:
    async with store.begin() as tx:
        first = await tx.batches.open(OFFICER, [], NOW)
        await tx.batches.release(first.number, NOW)
        second = await tx.batches.open(OFFICER, [], NOW)

    assert second.number > first.number


async def test_two_officers_at_once_share_nothing(
    store: SqlStore, another: Callable[[], SqlStore]
) -> None:
    one = await _add(store, "a")
    numbers = []
    for each in (store, another()):
        async with each.begin() as tx:
            numbers.append((await tx.batches.open(OFFICER, [one.id], NOW)).number)
    async with store.read() as tx:
        held = [[case.id for case in await tx.batches.cases(number)] for number in numbers]

    assert held == [[one.id], []]


async def test_an_upload_is_kept_replaced_and_deleted(store: SqlStore) -> None:
    newer = replace(UPLOAD, mark="def", sealed=b"other")
    async with store.begin() as tx:
        none = await tx.uploads.get(UPLOAD.conversation)
        await tx.uploads.put(UPLOAD)
        first = await tx.uploads.get(UPLOAD.conversation)
        await tx.uploads.put(newer)
        second = await tx.uploads.get(UPLOAD.conversation)
        await tx.uploads.delete(UPLOAD.conversation)
        gone = await tx.uploads.get(UPLOAD.conversation)

    assert (none, first, second, gone) == (None, UPLOAD, newer, None)


async def test_an_upload_is_forgotten_when_its_time_is_over(store: SqlStore) -> None:
    longer = replace(UPLOAD, conversation="staff:8", until=later(minutes=31))
    async with store.begin() as tx:
        await tx.uploads.put(UPLOAD)
        await tx.uploads.put(longer)
        early = await tx.uploads.forget(later(minutes=29))
        due = await tx.uploads.forget(later(minutes=30))
        left = [await tx.uploads.get(key) for key in (UPLOAD.conversation, longer.conversation)]

    assert (early, due) == (0, 1)
    assert left == [None, longer]


async def test_rule_8_a_deleted_upload_leaves_no_trace_on_disk(
    sqlite_store: SqlStore, sqlite_path: Path
) -> None:
    def on_disk() -> bytes:
        return b"".join(f.read_bytes() for f in sqlite_path.parent.glob(f"{sqlite_path.name}*"))

    async with sqlite_store.begin() as tx:
        await tx.uploads.put(UPLOAD)
    before = on_disk()
    async with sqlite_store.begin() as tx:
        await tx.uploads.delete(UPLOAD.conversation)

    assert SEALED in before
    assert SEALED not in on_disk()
