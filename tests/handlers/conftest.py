"""The real program against the sandbox, on a fresh SQLite file, on one Monday morning."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.stage import Stage, staging
from core.people import Role
from storage.migrate import upgrade
from tests.handlers.actors import Player
from tests.handlers.cases import employ

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 09:00 in Hanoi; the tenth working day is 16 March


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at the newest schema, to be copied: migrating takes longer."""
    template = tmp_path_factory.mktemp("template") / "stage.db"
    asyncio.run(upgrade(f"sqlite+aiosqlite:///{template}"))
    return template


@pytest.fixture
def folder(migrated: Path, tmp_path: Path) -> Path:
    """A folder with a database of its own, where a stage can be set."""
    shutil.copy(migrated, tmp_path / "stage.db")
    return tmp_path


@pytest.fixture
async def stage(folder: Path) -> AsyncIterator[Stage]:
    """One bot for facilities and officers, the usual case."""
    async with staging(folder, MONDAY, own_desk=False) as single:
        yield single


@pytest.fixture
async def split_stage(folder: Path) -> AsyncIterator[Stage]:
    """The officers have a bot of their own, run by the other SDK."""
    async with staging(folder, MONDAY) as split:
        yield split


@pytest.fixture
def director(stage: Stage) -> Player:
    return Player(stage, stage.director, stage.bot)


@pytest.fixture
def neighbour(stage: Stage) -> Player:
    """Somebody else, who runs another facility."""
    return Player(stage, stage.sandbox.world.person("Phạm Văn Hải"), stage.bot)


@pytest.fixture
def lead(stage: Stage) -> Player:
    """On the staff list from the start, in the group."""
    return Player(stage, stage.lead, stage.group)


@pytest.fixture
def officer(stage: Stage) -> Player:
    """In the group, but on the staff list only once the lead has added them."""
    return Player(stage, stage.officer, stage.group)


@pytest.fixture
async def uncoded(folder: Path) -> AsyncIterator[Player]:
    """A director where mailboxes are not proved by a code."""
    async with staging(folder, MONDAY, own_desk=False, email_code=False) as stage:
        yield Player(stage, stage.director, stage.bot)


@pytest.fixture
async def capped(folder: Path) -> AsyncIterator[Player]:
    """A director where one mail a day may leave."""
    async with staging(folder, MONDAY, own_desk=False, mail_daily_cap=1) as stage:
        yield Player(stage, stage.director, stage.bot)


@pytest.fixture(params=["one bot for everybody", "a bot for the desk"])
async def either(folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """Both ways to run the desk, one after the other; the officer is on the staff list."""
    own_desk = request.param == "a bot for the desk"
    async with staging(folder, MONDAY, own_desk=own_desk) as made:
        await employ(made, made.officer, Role.OFFICER)
        yield made


@pytest.fixture
async def desk(stage: Stage) -> Stage:
    """One bot for everybody; the officer is on the staff list."""
    await employ(stage, stage.officer, Role.OFFICER)
    return stage
