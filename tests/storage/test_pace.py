"""A person hears no more than they may, whichever processes speak and however often they end."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.limits import UNLIMITED, Limit, Limits
from core.messages import Address, Kind, Outgoing
from core.ports import Sent
from storage.store import SqlStore
from storage.tables import outbox
from tests.storage.clock import NOW, HandClock, later
from tests.storage.examples import mail, say
from tests.storage.statements import counted

LAN, HAI = Address("public", "7"), Address("public", "8")
GROUP = Address("staff", "-1001")
THREE = Limits(chat=Limit(3, 60))

Open = Callable[[], SqlStore]


async def owe(store: SqlStore, address: Address, count: int, name: str = "m") -> None:
    async with store.begin() as tx:
        for n in range(count):
            await tx.outbox.put(say(f"{name}{address.lane}{n}", address=address))


async def sends(
    store: SqlStore, now: datetime, *, owner: str = "me", limits: Limits = THREE
) -> int:
    """Send what may be sent at a moment; each message takes a claim of its own."""
    sent = 0
    while True:
        async with store.begin() as tx:
            rows = await tx.outbox.claim(
                owner, now, now + timedelta(seconds=90), 10, mail=False, limits=limits
            )
        if not rows:
            return sent
        async with store.begin() as tx:
            await tx.outbox.sent(owner, [Sent(row, f"{row.id}") for row in rows], now)
        sent += len(rows)


async def test_two_processes_share_the_windows_of_each_chat(store: SqlStore, another: Open) -> None:
    other = another()
    await owe(store, LAN, 6)
    await owe(store, HAI, 4)

    first = await sends(store, NOW)
    async with store.begin() as tx:
        await tx.outbox.put(say("more", chat="9"))
    second = await sends(other, later(seconds=1), owner="other")
    third = await sends(another(), later(seconds=59.9), owner="after a restart")
    fourth = await sends(other, later(seconds=60), owner="other")

    assert (first, second, third, fourth) == (3 + 3, 1, 0, 3 + 1)


async def test_a_full_chat_says_when_it_is_free(store: SqlStore) -> None:
    await owe(store, LAN, 5)
    async with store.begin() as tx:
        await tx.outbox.put(say("tomorrow", chat="9", scheduled=later(days=1)))
    await sends(store, NOW)
    async with store.read() as tx:
        full = await tx.outbox.next_due(later(seconds=1), mail=False, limits=THREE)
        free = await tx.outbox.next_due(later(seconds=1), mail=False, limits=UNLIMITED)
    await sends(store, later(seconds=60))
    async with store.read() as tx:
        nothing_else = await tx.outbox.next_due(later(seconds=61), mail=False, limits=THREE)

    assert (full, free, nothing_else) == (later(seconds=60), NOW, later(days=1))


async def test_what_is_no_message_is_not_counted_and_not_held_up(store: SqlStore) -> None:
    await owe(store, LAN, 3)
    assert await sends(store, NOW) == 3
    async with store.begin() as tx:
        for n in range(4):
            await tx.outbox.put(Outgoing(f"gone{n}", Kind.DELETE, LAN, message_id=f"{n}"))
        await tx.outbox.put(mail("letter"))
    gone = 0
    for _ in range(4):
        async with store.begin() as tx:
            rows = await tx.outbox.claim("me", NOW, later(minutes=1), 9, mail=False, limits=THREE)
            gone += len(await tx.outbox.sent("me", [Sent(row) for row in rows], NOW))
    async with store.begin() as tx:
        letters = await tx.outbox.claim("me", NOW, later(minutes=1), 9, mail=True, limits=THREE)

    assert gone == 4
    assert len(letters) == 1


async def test_a_group_is_left_to_the_delivery_which_knows_what_is_urgent(store: SqlStore) -> None:
    await owe(store, GROUP, 5)

    assert await sends(store, NOW) == 5


async def test_a_pause_that_telegram_asked_for_is_kept_by_all_and_across_a_restart(
    store: SqlStore, another: Open
) -> None:
    await owe(store, LAN, 3)
    async with store.begin() as tx:
        [row] = await tx.outbox.claim("me", NOW, later(minutes=1), 9, mail=False, limits=THREE)
        await tx.outbox.postpone("me", row.id, later(seconds=300), "429 Too Many Requests")
    early = [await sends(each, later(seconds=299)) for each in (store, another())]

    assert early == [0, 0]
    assert await sends(another(), later(seconds=300)) == 3


async def test_the_pace_costs_no_statement(store: SqlStore) -> None:
    await owe(store, LAN, 3)
    with counted(store) as statements:
        async with store.begin() as tx:
            await tx.outbox.claim("me", NOW, later(minutes=1), 9, mail=False, limits=THREE)

    assert len(statements) == 1


async def test_a_clock_that_was_put_back_holds_nothing_up(store: SqlStore) -> None:
    await owe(store, LAN, 6)
    assert await sends(store, NOW) == 3
    async with store.engines.write() as connection:
        await connection.execute(outbox.update().values(due=later(hours=-2)))

    assert await sends(store, later(hours=-1)) == 3


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(gaps=st.lists(st.floats(0, 40), min_size=1, max_size=8), data=st.data())
async def test_no_window_of_a_chat_ever_holds_more_than_its_count(
    sqlite_store: SqlStore, clock: HandClock, gaps: list[float], data: st.DataObject
) -> None:
    """Whoever sends, in whatever rounds, with ends in between."""
    moment = clock.moment
    async with sqlite_store.engines.write() as connection:
        await connection.execute(outbox.delete())
    await owe(sqlite_store, LAN, 12)
    said: list[datetime] = []
    for gap in gaps:
        moment += timedelta(seconds=gap)
        owner = data.draw(st.sampled_from("abc"))
        said += [moment] * await sends(sqlite_store, moment, owner=owner)
    clock.moment = moment + timedelta(days=1)

    for first in said:
        span = THREE.chat.span
        assert sum(first <= at < first + span for at in said) <= THREE.chat.count
