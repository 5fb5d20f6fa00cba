"""Both SDKs, in both roles, before one sandbox. The SDKs are loaded by the tests that need them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.telegram.client import TelegramClient
from bot.telegram.connect import connect
from bot.telegram.gateway import TelegramGateway
from bot.texts.catalogue import Catalogue
from core.messages import Address
from sandbox import Bot, Group, Person, Sandbox, SandboxClock
from tests.gateways.stub import Stub, running

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
TOKEN = "7001234567:AAcanary-never-to-be-logged_0123456789"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

TEXTS = """
hello = Xin chào <b>{ $name }</b>
plain = Không có gì để điền
yes = Đồng ý
no = Từ chối & đóng
site = Trang của Sở
broken = Đây là <b>{ $name }
line = { $words }
"""

SDKS = ("aiogram", "ptb")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=SandboxClock(NOON, frozen=True), limits=False) as running:
        yield running


@pytest.fixture
def account(sandbox: Sandbox) -> Bot:
    return sandbox.world.bot("KnltBot", token=TOKEN)


@pytest.fixture
def lan(sandbox: Sandbox) -> Person:
    return sandbox.world.person("Nguyễn Thị Lan")


@pytest.fixture
def group(sandbox: Sandbox, account: Bot, lan: Person) -> Group:
    return sandbox.world.group("Tổ KNLT", admins=[lan], bots=[account])


@pytest.fixture(params=["public", "staff"])
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=SDKS)
async def client(
    request: pytest.FixtureRequest, role: str, sandbox: Sandbox, account: Bot
) -> AsyncIterator[TelegramClient]:
    opened = connect(request.param, bot=role, token=account.token, api=sandbox.api_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue({"vi": [TEXTS], "en": [TEXTS]}, HANOI, strict=True)


@pytest.fixture
def gateway(client: TelegramClient, catalogue: Catalogue) -> TelegramGateway:
    return TelegramGateway(client, catalogue)


@pytest.fixture
def chat(role: str, account: Bot, lan: Person) -> Address:
    """Where Lan and the bot talk; she has pressed START."""
    lan.opens(account)
    return Address(role, str(lan.id))


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with running() as stub:
        yield stub


@pytest.fixture(params=SDKS)
async def stubbed(request: pytest.FixtureRequest, stub: Stub) -> AsyncIterator[TelegramClient]:
    """A client that talks to the stub."""
    opened = connect(request.param, bot="public", token=TOKEN, api=stub.url)
    yield opened
    await opened.close()
