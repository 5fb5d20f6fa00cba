"""Nothing that is logged or raised holds a token, whatever the level and whatever goes wrong."""

import logging
import traceback

import aiohttp
import pytest

from bot.telegram.client import Attachment, Post
from bot.telegram.connect import connect
from bot.telegram.poller import Poller
from core.messages import Address
from core.ports import SendFailed
from sandbox import Bot, Person, Sandbox
from tests.gateways.conftest import SDKS, TOKEN

SECRET = TOKEN.partition(":")[2]
WORDS = "lời riêng của cơ sở"


@pytest.mark.parametrize("level", [logging.INFO, logging.DEBUG])
@pytest.mark.parametrize("sdk", SDKS)
async def test_no_log_and_no_error_holds_the_token_or_what_was_said(
    sdk: str,
    level: int,
    sandbox: Sandbox,
    account: Bot,
    lan: Person,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(level)
    for name in ("httpx", "httpcore", "telegram", "aiogram", "aiohttp"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    lan.opens(account)
    sent = lan.sends_document("a.txt", b"abc", in_=account)
    assert sent.media is not None
    chat = Address("public", str(lan.id))
    raised: list[SendFailed] = []

    client = connect(sdk, bot="public", token=account.token, api=sandbox.api_url)
    await client.get_me()
    message_id = await client.send_message(chat, Post(WORDS))
    await client.send_document(chat, Attachment(b"a", "a.txt", WORDS))
    await client.download(sent.media.file.id, 10)
    sandbox.faults.fail(502, html=True)
    sandbox.faults.fail(401, "Unauthorized")
    sandbox.faults.flood(3)
    sandbox.faults.drop()
    for _ in range(4):
        try:
            await client.edit_message(chat, message_id, Post("a"))
        except SendFailed as failed:
            raised.append(failed)
    client.parse({"update_id": 1, "poll": {}})
    await client.close()

    assert len(raised) == 4
    told = caplog.text + "".join(
        "".join(traceback.format_exception(failed)) + repr(failed) + str(failed)
        for failed in raised
    )
    assert SECRET not in told
    assert WORDS not in told
    assert SECRET not in repr(client)


@pytest.mark.parametrize("level", [logging.INFO, logging.DEBUG])
async def test_nor_does_the_poller_tell(
    level: int,
    sandbox: Sandbox,
    account: Bot,
    session: aiohttp.ClientSession,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(level)
    raised: list[SendFailed] = []

    async def put(updates: object) -> None:
        """Keep nothing."""

    poller = Poller(session, put, bot="public", token=account.token, api=sandbox.api_url)
    await poller.poll_once()
    sandbox.faults.drop()
    sandbox.faults.fail(502, html=True)
    for _ in range(2):
        try:
            await poller.poll_once()
        except SendFailed as failed:
            raised.append(failed)

    assert len(raised) == 2
    told = caplog.text + "".join("".join(traceback.format_exception(failed)) for failed in raised)
    assert SECRET not in told
    assert SECRET not in repr(poller)
