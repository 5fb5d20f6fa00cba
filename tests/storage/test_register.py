"""The list of issued certificates is found by licence, and changed by an import."""

from dataclasses import replace

from core.ports import RegisterEntry
from storage.store import SqlStore

ONE = RegisterEntry("03-1-HNO", "03-0001/ĐKKDD-HNO", "Nhà thuốc Ánh Dương")
TWO = RegisterEntry("03-2-HNO", "03-0002/ĐKKDD-HNO", "Nhà thuốc “Số 2”")


async def test_the_register_is_empty_until_it_is_imported(store: SqlStore) -> None:
    async with store.begin() as tx:
        before = await tx.register.is_empty()
        await tx.register.change([ONE], [])
        after = await tx.register.is_empty()

    assert (before, after) == (True, False)


async def test_an_entry_is_found_changed_and_deleted(store: SqlStore) -> None:
    renamed = replace(ONE, facility="Nhà thuốc Ánh Sao")
    async with store.begin() as tx:
        none = await tx.register.get(ONE.licence_key)
        await tx.register.change([ONE, TWO], [])
        first = await tx.register.get(ONE.licence_key)
        await tx.register.change([renamed], [TWO.licence_key, "unknown"])
        second = await tx.register.get(ONE.licence_key)
        left = await tx.register.all()

    assert (none, first, second) == (None, ONE, renamed)
    assert left == [renamed]


async def test_a_long_list_is_written_and_read_whole(store: SqlStore) -> None:
    many = [RegisterEntry(f"03-{n}-HNO", f"03-{n:04}/ĐKKDD-HNO", f"Cơ sở {n}") for n in range(3000)]
    async with store.begin() as tx:
        await tx.register.change(many, [])
        found = await tx.register.all()

    assert sorted(found, key=lambda e: e.licence_key) == sorted(many, key=lambda e: e.licence_key)
