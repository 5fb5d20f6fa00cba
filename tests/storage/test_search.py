"""Registrations are found by words, alike on both databases."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import inspect, text

from core.registration import Registration, Status
from core.search import question_words
from storage import migrate
from storage.engine import open_engines
from storage.search import ENOUGH
from storage.store import SqlStore
from storage.tables import search_word
from tests.storage.examples import registration
from tests.storage.statements import counted

TAM_DUC = registration(
    "a", reference="26-K7QX9M", facility="Nhà thuốc Tâm Đức", email="lan.tam@gmail.com"
)
OF_NO_TEXT = {
    "id": "1",
    "version": "1",
    "email_proved": "true",
    "submitted_at": "'2026-03-02 02:00:00'",
    "due": "'2026-03-16'",
    "reopens_at": "'2026-03-16 17:00:00'",
    "provisional": "false",
    "previous_id": "NULL",
    "decided_at": "NULL",
    "account_at": "NULL",
    "result_at": "NULL",
    "result_failed": "false",
}
DUC_AN = registration("b", reference="26-M2CF3H", facility="Nhà thuốc Đức An", person="Lê Văn Tám")


async def _add(store: SqlStore, *new: Registration) -> list[Registration]:
    async with store.begin() as tx:
        stored = [await tx.registrations.add(one) for one in new]
    return [one for one in stored if one is not None]


async def _found(store: SqlStore, typed: str, limit: int = 10) -> Sequence[str]:
    async with store.read() as tx:
        hits, _ = await tx.registrations.by_words(question_words(typed), limit)
    return [one.reference for one in hits]


async def test_all_words_must_be_there_and_the_last_may_be_begun(store: SqlStore) -> None:
    await _add(store, TAM_DUC, DUC_AN)

    assert await _found(store, "tam duc") == ["26-M2CF3H", "26-K7QX9M"]
    assert await _found(store, "Đức Tâ") == ["26-M2CF3H", "26-K7QX9M"]
    assert await _found(store, "du tam") == []
    assert await _found(store, "đức an") == ["26-M2CF3H"]
    assert await _found(store, "lan.t.am+x@gmail.com") == ["26-K7QX9M"]
    assert await _found(store, "m2cf") == ["26-M2CF3H"]
    assert await _found(store, "khong co") == []


async def test_a_word_added_in_this_transaction_is_found_in_it(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.registrations.add(TAM_DUC)
        hits, more = await tx.registrations.by_words(("duc",), 10)

    assert [one.reference for one in hits] == ["26-K7QX9M"]
    assert not more


async def test_more_than_asked_for_is_said(store: SqlStore) -> None:
    await _add(store, TAM_DUC, DUC_AN)

    async with store.read() as tx:
        hits, more = await tx.registrations.by_words(("thuoc",), 1)

    assert [one.reference for one in hits] == ["26-M2CF3H"]
    assert more


async def test_a_corrected_address_is_found_and_the_old_one_is_not(store: SqlStore) -> None:
    (before,) = await _add(store, TAM_DUC)
    async with store.begin() as tx:
        assert await tx.registrations.save(before, replace(before, email="moi@example.com"))

    assert await _found(store, "moi@example.com") == ["26-K7QX9M"]
    assert await _found(store, "lan.tam@gmail.com") == []


async def test_a_registration_that_was_not_taken_leaves_no_words(store: SqlStore) -> None:
    await _add(store, TAM_DUC)
    await _add(store, replace(TAM_DUC, reference="26-XXXXXX"))

    assert await _found(store, "xxxxxx") == []


async def test_a_licence_gives_all_its_registrations_the_newest_first(store: SqlStore) -> None:
    refused = replace(TAM_DUC, status=Status.REFUSED)
    again = replace(TAM_DUC, reference="26-M2CF3H", ticket=None)
    await _add(store, refused, again)

    async with store.read() as tx:
        found = await tx.registrations.of_licence(TAM_DUC.licence_key, 10)

    assert [one.reference for one in found] == ["26-M2CF3H", "26-K7QX9M"]


async def test_words_too_common_to_look_through_are_said_to_be_so(store: SqlStore) -> None:
    first, second = await _add(store, TAM_DUC, DUC_AN)
    common = [{"registration_id": first.id, "word": f"tho{n}"} for n in range(ENOUGH)]
    async with store.engines.write() as connection:
        await connection.execute(search_word.insert(), common)

    async with store.read() as tx:
        hits, more = await tx.registrations.by_words(("tho",), 10)

    assert [one.id for one in hits] == [first.id]
    assert second.id != first.id
    assert more


async def test_a_search_reads_no_table_whole(store: SqlStore) -> None:
    await _add(store, TAM_DUC, DUC_AN)
    rows = [{"registration_id": 1, "word": f"w{n}"} for n in range(6000)]
    async with store.engines.write() as connection:
        await connection.execute(search_word.insert(), rows)
        await connection.execute(text("ANALYZE"))

    with counted(store) as statements:
        await _found(store, "nha thuoc tam duc")
    word = "EXPLAIN QUERY PLAN" if store.engines.dialect == "sqlite" else "EXPLAIN"
    plans = []
    async with store.engines.read() as connection:
        for statement, parameters in statements:
            if "search_word" not in statement:
                continue
            lines = await connection.exec_driver_sql(f"{word} {statement}", parameters)
            plans.append("\n".join(str(line[-1]) for line in lines))

    assert len(plans) >= 2
    assert [plan for plan in plans if "Seq Scan" in plan or "SCAN search_word" in plan] == []
    assert all("ix_search_word" in plan for plan in plans)


async def test_migrating_indexes_what_is_there(database_url: str) -> None:
    await migrate.upgrade(database_url, "0001")
    engines = open_engines(database_url)
    async with engines.read() as connection:
        names = await connection.run_sync(
            lambda sync: [column["name"] for column in inspect(sync).get_columns("registration")]
        )
    values = {name: f"'{name}'" for name in names if name not in OF_NO_TEXT}
    values |= OF_NO_TEXT | {"status": "'pending'", "role": "'director'"}
    values |= {"reference": "'26-K7QX9M'", "facility": "'Nhà thuốc Tâm Đức'"}
    columns, row = ", ".join(values), ", ".join(values.values())
    insert = f"INSERT INTO registration ({columns}) VALUES ({row})"  # noqa: S608
    async with engines.write() as connection:
        await connection.execute(text(insert))
    await migrate.upgrade(database_url)
    async with engines.read() as connection:
        words = set((await connection.execute(text("SELECT word FROM search_word"))).scalars())
    await engines.close()

    assert {"k7qx9m", "tam", "duc"} <= words
