"""Two officers send the same batch back, and two programs carry it out at the same moment."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.stage import Stage, staging
from core.people import Role
from core.ports import Event
from tests.handlers.actors import Player, restarted
from tests.handlers.cases import UNDO, employ
from tests.handlers.conftest import MONDAY
from tests.handlers.test_batches import ISSUE, REFUSE, exports, filled, in_private

ANSWERS = {2: ISSUE, 3: ("Cấp", "HNO-2", "login.2", "0034-Canary#9", ""), 4: REFUSE}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    """URL of an empty database; None for a file of the stage's own."""
    if request.param == "sqlite":
        return None
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
async def both(folder: Path, url: str | None) -> AsyncIterator[tuple[Stage, Stage]]:
    """One story, two programs on its database."""
    async with (
        staging(folder, MONDAY, database_url=url, own_desk=False) as stage,
        restarted(stage) as other,
    ):
        await employ(stage, stage.officer, Role.OFFICER)
        yield stage, other


async def test_rule_6_no_account_is_entered_twice_and_no_mail_sent_twice(
    both: tuple[Stage, Stage],
) -> None:
    stage, other = both
    officer, cases, batch = await exports(stage, 3)
    lead = in_private(Player(stage, stage.lead, stage.group))
    for player in (officer, lead):
        await player.sends_document("KNLT-lo-1.xlsx", filled(batch, ANSWERS))
        player.hears("Cấp 2: dòng 2–3", "Từ chối 1: dòng 4")

    for player in (officer, lead):
        player.person.presses("Thực hiện 3 dòng", in_=player.place)
    for poller in stage.pollers:
        await poller.poll_once()
    for program in both:
        program.app.worker.batch = 1
    await asyncio.gather(*(program.app.worker.run_once() for program in both))
    await stage.settle()
    await asyncio.gather(stage.moves(UNDO), other.app.deliverer.mail_round())

    told = sorted(player.last.text.splitlines()[0] for player in (officer, lead))
    assert "Nhận 0 tài khoản, từ chối 0, bỏ qua 3" in told[0]
    assert "Nhận 2 tài khoản, từ chối 1, bỏ qua 0" in told[1]
    for case, entered in zip(cases, (1, 1, 0), strict=True):
        events = [entry.event for entry in await case.history()]
        assert events.count(Event.ACCOUNT_ENTERED) == entered
        assert events.count(Event.RESULT_MAILED) == len(case.result_mails) == 1
