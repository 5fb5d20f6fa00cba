"""Two people repair one case at the same moment, on PostgreSQL, where transactions overlap."""

import asyncio

import pytest

from bot.vault import FernetVault, new_key
from core.calendar import bundled_calendar
from core.errors import LostRace
from core.messages import Kind
from core.ports import Ailment
from core.registration import Registration, Status
from core.usecases.decide import undo
from core.usecases.repair import put_aside, resend
from storage.store import SqlStore
from storage.troubles import SqlTroubles
from tests.core.usecases.office import LEAD, NOW, OFFICER, Office
from tests.storage.clock import HandClock


async def broken(store: SqlStore, clock: HandClock) -> tuple[Office, Registration]:
    """An account whose mail was refused."""
    office = Office(store, clock, FernetVault([new_key()]))
    clock.moment = NOW
    async with store.begin() as tx:
        await tx.calendar.replace(*bundled_calendar())
    await office.opens_desk()
    case = await office.approves_and_enters()
    await office.result_leaves(accepted=False)
    return office, await office.case(case)


async def test_rule_8_putting_aside_leaves_a_mail_that_was_just_sent_again_its_account(
    postgres_store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, case = await broken(postgres_store, clock)
    async with office.store.begin() as tx:
        await tx.troubles.open(case.id, Ailment.CHAT, office.now)
    handle = SqlTroubles.handle

    async def after_a_colleague(self: SqlTroubles, *args: int) -> bool:
        monkeypatch.undo()
        await office.does(resend, OFFICER, case.id, case.version, office.policy, office.now)
        return await handle(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(SqlTroubles, "handle", after_a_colleague)
    with pytest.raises(LostRace):
        await office.does(put_aside, LEAD, case.id, office.policy, office.now)
    await office.does(put_aside, LEAD, case.id, office.policy, office.now)

    assert await office.secret(case) is not None
    assert len(await office.owed(Kind.MAIL)) == 1


async def test_taking_back_and_sending_again_at_once_do_not_wait_for_each_other(
    postgres_store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, case = await broken(postgres_store, clock)
    close, taken, coming = SqlTroubles.close, asyncio.Event(), asyncio.Event()

    async def together(self: SqlTroubles, registration_id: int, ailment: Ailment) -> bool:
        if asyncio.current_task() is not back:
            coming.set()
            await taken.wait()
            return await close(self, registration_id, ailment)
        done = await close(self, registration_id, ailment)
        taken.set()
        await coming.wait()
        return done

    monkeypatch.setattr(SqlTroubles, "close", together)
    step = (case.id, case.version, office.policy, office.now)
    back = asyncio.create_task(office.does(undo, LEAD, *step))
    again = asyncio.create_task(office.does(resend, OFFICER, *step))
    done = await asyncio.gather(back, again, return_exceptions=True)

    assert [type(one) for one in done] == [Registration, LostRace]
    assert (await office.case(case)).status is Status.PENDING
