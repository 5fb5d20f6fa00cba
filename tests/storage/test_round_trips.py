"""Whatever the rules can build comes back from the database as it was."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.conversation import Conversation
from core.messages import Address, Choice, Kind, Message, Outgoing, Text
from core.registration import Registration
from storage.store import SqlStore
from storage.tables import outbox, registration, search_word
from tests.storage.clock import NOW, HandClock, later
from tests.storage.conftest import stores

T = TypeVar("T")
Run = Callable[[Callable[[SqlStore], Coroutine[Any, Any, T]]], T]

# PostgreSQL keeps no NUL, and no encoding has lone surrogates; what people type is rid of both.
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
numbers = st.integers(0, 2**31 - 1)
moments = st.datetimes(
    datetime(1, 1, 2),  # noqa: DTZ001 - the strategy adds the time zone
    datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    int: numbers,
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    date: st.dates(),
    datetime: moments,
    NoneType: st.none(),
}


def like(hint: Any) -> st.SearchStrategy[Any]:
    """Build values of a type that `core` uses in its dataclasses."""
    if hint in PLAIN:
        return PLAIN[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        return st.builds(hint, **{field.name: like(hints[field.name]) for field in fields(hint)})
    arguments = get_args(hint)
    match get_origin(hint):
        case origin if origin in (Union, UnionType):
            return st.one_of(*map(like, arguments))
        case origin if origin is tuple:
            return st.lists(like(arguments[0]), max_size=3).map(tuple)
        case origin if origin is dict:
            return st.dictionaries(*map(like, arguments), max_size=3)
        case origin if origin is Literal:
            return st.sampled_from(arguments)
    raise NotImplementedError(f"values like {hint}")


wordings = st.recursive(
    st.builds(Text, texts, st.dictionaries(texts, texts | numbers, max_size=2)),
    lambda inner: st.builds(Text, texts, st.dictionaries(texts, inner, max_size=2)),
    max_leaves=4,
)
choices = st.builds(Choice, texts, wordings, st.none() | texts)
messages = st.builds(
    Message,
    st.lists(wordings, max_size=3).map(tuple),
    st.lists(st.lists(choices, max_size=2).map(tuple), max_size=2).map(tuple),
    st.none() | texts,
    st.booleans(),
)
outgoings = st.builds(
    Outgoing,
    key=texts,
    kind=st.sampled_from(Kind),
    address=like(Address),
    locale=texts,
    message=st.none() | messages,
    message_id=st.none() | texts,
    registration_id=st.none() | numbers,
    context=st.dictionaries(texts, texts | numbers | st.booleans() | st.none(), max_size=3),
    scheduled=st.none() | moments,
    priority=numbers,
)


@pytest.fixture
def run(database_url: str) -> Iterator[Run[Any]]:
    """Run a coroutine with one store, kept open from one example to the next."""
    with asyncio.Runner() as runner:
        opened = stores(database_url, HandClock())
        store = runner.run(opened.__aenter__())()
        yield lambda ask: runner.run(ask(store))
        runner.run(opened.__aexit__(None, None, None))


examples = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@examples
@given(like(Conversation))
def test_any_conversation_comes_back(run: Run[None], value: Conversation) -> None:
    async def check(store: SqlStore) -> None:
        async with store.begin() as tx:
            await tx.conversations.save(value)
        async with store.read() as tx:
            assert await tx.conversations.get(value.key) == value

    run(check)


@examples
@given(like(Registration))
def test_any_registration_comes_back(run: Run[None], value: Registration) -> None:
    async def check(store: SqlStore) -> None:
        async with store.engines.write() as connection:
            await connection.execute(search_word.delete())
            await connection.execute(registration.delete())
        async with store.begin() as tx:
            stored = await tx.registrations.add(replace(value, previous_id=None))
            assert stored == replace(value, id=stored.id if stored else 0, previous_id=None)
        async with store.read() as tx:
            assert await tx.registrations.get(stored.id) == stored

    run(check)


@examples
@given(outgoings)
def test_anything_owed_comes_back(run: Run[None], value: Outgoing) -> None:
    async def check(store: SqlStore) -> None:
        async with store.engines.write() as connection:
            await connection.execute(outbox.delete())
        async with store.begin() as tx:
            await tx.outbox.put(value)
        now = max(value.scheduled or NOW, NOW)
        async with store.begin() as tx:
            mail = value.kind is Kind.MAIL
            [row] = await tx.outbox.claim("me", now, later(days=9), 1, mail=mail)
        assert row.outgoing == value

    run(check)
