"""One claim on a case, until it lapses."""

import asyncio

from core.ports import Claim
from storage.store import SqlStore
from tests.storage.clock import NOW, later
from tests.storage.examples import registration

LAN = Claim(1, "tg:7", "Lan", later(hours=2))
MINH = Claim(1, "tg:8", "Minh", later(hours=3))


async def _case(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.registrations.add(registration())


async def test_a_claim_is_kept_until_it_is_dropped(store: SqlStore) -> None:
    await _case(store)
    async with store.begin() as tx:
        assert await tx.claims.get(1) is None
        assert await tx.claims.take(LAN, NOW)
    async with store.begin() as tx:
        assert await tx.claims.get(1) == LAN
        await tx.claims.drop(1)
        assert await tx.claims.get(1) is None


async def test_somebody_else_waits_until_it_has_lapsed(store: SqlStore) -> None:
    await _case(store)
    async with store.begin() as tx:
        assert await tx.claims.take(LAN, NOW)
        assert not await tx.claims.take(MINH, later(minutes=119))
        assert await tx.claims.get(1) == LAN
        assert await tx.claims.take(MINH, later(hours=2))
        assert await tx.claims.get(1) == MINH


async def test_the_holder_may_prolong(store: SqlStore) -> None:
    await _case(store)
    longer = Claim(1, LAN.by, LAN.by_name, later(hours=4))
    async with store.begin() as tx:
        assert await tx.claims.take(LAN, NOW)
        assert await tx.claims.take(longer, later(minutes=1))
        assert await tx.claims.get(1) == longer


async def test_of_two_at_once_one_wins(postgres_store: SqlStore) -> None:
    await _case(postgres_store)

    async def take(wanted: Claim) -> bool:
        async with postgres_store.begin() as tx:
            return await tx.claims.take(wanted, NOW)

    assert sorted(await asyncio.gather(take(LAN), take(MINH))) == [False, True]
