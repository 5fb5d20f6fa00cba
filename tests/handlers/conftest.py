"""The real program against the sandbox, on a fresh SQLite file, on one Monday morning."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from bot.stage import Sdk, Stage, staging
from core.people import Role
from storage.migrate import upgrade
from tests.handlers.actors import Player
from tests.handlers.cases import employ

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 09:00 in Hanoi; the tenth working day is 16 March
STAFF_FIXTURES = {"desk", "lead", "officer", "unbound"}
either_sdk = pytest.mark.parametrize("public_sdk", get_args(Sdk))


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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Show whatever concerns staff both ways to run the desk, one after the other."""
    if STAFF_FIXTURES.intersection(metafunc.fixturenames):
        metafunc.parametrize(
            "own_desk", [False, True], ids=["one bot for everybody", "a bot for the desk"]
        )


@pytest.fixture
def own_desk() -> bool:
    """Whether the officers have a bot of their own, run by the other SDK."""
    return False


@pytest.fixture
def public_sdk() -> Sdk:
    """The SDK that talks to the facilities, unless a test is marked as `either_sdk`."""
    return "aiogram"


@pytest.fixture
async def stage(folder: Path, own_desk: bool, public_sdk: Sdk) -> AsyncIterator[Stage]:
    async with staging(folder, MONDAY, own_desk=own_desk, public_sdk=public_sdk) as made:
        yield made


@pytest.fixture
async def split_stage(folder: Path, public_sdk: Sdk) -> AsyncIterator[Stage]:
    """What makes sense only where the officers have a bot of their own."""
    async with staging(folder, MONDAY, public_sdk=public_sdk) as split:
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


@pytest.fixture
async def desk(stage: Stage) -> Stage:
    """The officer is on the staff list."""
    await employ(stage, stage.officer, Role.OFFICER)
    return stage
