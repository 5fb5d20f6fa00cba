"""The poller: an update is confirmed only once it is safe, and no trouble ends the polling."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import aiohttp
import pytest

from bot.telegram.poller import LONG_POLL, LONGEST_WAIT, Poller, Turns
from core.errors import Fenced
from core.ports import Fault, NewUpdate, SendFailed
from sandbox import Bot, Person, Sandbox
from tests.gateways.conftest import TOKEN
from tests.gateways.stub import Stub, ok, refused

DONE = ok(result=True)


class Inbox:
    """Keeps what it is given, as the real one does: once per id. `broken` makes it refuse."""

    def __init__(self) -> None:
        self.kept: dict[str, NewUpdate] = {}
        self.batches: list[int] = []
        self.broken = 0

    async def put(self, updates: Sequence[NewUpdate]) -> None:
        if self.broken:
            self.broken -= 1
            raise ConnectionError("the database is down")
        self.batches.append(len(updates))
        for update in updates:
            self.kept.setdefault(update.update_id, update)


class Enough(BaseException):
    """Ends a poller that would go on for ever."""


class Waits:
    """Remembers how long each pause was to be, and ends the polling after some."""

    def __init__(self, most: int) -> None:
        self.asked: list[float] = []
        self.most = most

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        if len(self.asked) >= self.most:
            raise Enough


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def poller(session: aiohttp.ClientSession, sandbox: Sandbox, account: Bot, inbox: Inbox) -> Poller:
    return Poller(session, inbox.put, bot="public", token=account.token, api=sandbox.api_url)


def poller_at(
    stub: Stub,
    session: aiohttp.ClientSession,
    inbox: Inbox,
    waits: Waits,
    turns: Turns | None = None,
) -> Poller:
    return Poller(
        session, inbox.put, bot="public", token=TOKEN, api=stub.url, pause=waits, turns=turns
    )


def offsets(account: Bot) -> list[Any]:
    return [call.parameters.get("offset") for call in account.called("getUpdates")]


def update(number: int) -> dict[str, Any]:
    return {"update_id": number, "poll": {}}


async def test_a_batch_is_kept_and_then_confirmed(
    poller: Poller, inbox: Inbox, account: Bot, lan: Person
) -> None:
    lan.opens(account, "abc")
    lan.types("một", in_=account)

    assert await poller.poll_once() == 2
    assert len(account.updates) == 2
    assert await poller.poll_once() == 0
    assert len(account.updates) == 0

    assert inbox.batches == [2]
    assert {kept.conversation for kept in inbox.kept.values()} == {f"public:{lan.id}"}


async def test_what_could_not_be_kept_is_fetched_again(
    poller: Poller, inbox: Inbox, account: Bot, lan: Person
) -> None:
    lan.opens(account)
    inbox.broken = 1

    with pytest.raises(ConnectionError):
        await poller.poll_once()
    assert await poller.poll_once() == 1

    assert offsets(account) == [None, None]
    assert len(inbox.kept) == 1


async def test_after_a_restart_nothing_is_lost_and_nothing_kept_twice(
    poller: Poller,
    inbox: Inbox,
    account: Bot,
    lan: Person,
    session: aiohttp.ClientSession,
    sandbox: Sandbox,
) -> None:
    lan.opens(account)
    await poller.poll_once()
    lan.types("một", in_=account)
    again = Poller(session, inbox.put, bot="public", token=account.token, api=sandbox.api_url)

    assert await again.poll_once() == 2

    assert inbox.batches == [1, 2]
    assert len(inbox.kept) == 2


async def test_an_update_handed_over_twice_is_kept_once(
    poller: Poller, inbox: Inbox, account: Bot, lan: Person
) -> None:
    account.updates.double()
    lan.opens(account)

    assert [await poller.poll_once() for _ in range(3)] == [1, 1, 0]

    assert len(inbox.kept) == 1


async def test_numbers_that_start_anew_after_a_quiet_week_are_fetched(
    stub: Stub, session: aiohttp.ClientSession, inbox: Inbox
) -> None:
    poller = poller_at(stub, session, inbox, Waits(1))
    stub.answers = [ok([update(900)]), ok([]), ok([update(5)]), ok([])]

    for _ in range(4):
        await poller.poll_once()

    assert [asked.get("offset") for _, asked in stub.asked] == [None, 901, None, 6]


async def test_it_asks_for_what_it_understands(
    stub: Stub, session: aiohttp.ClientSession, inbox: Inbox
) -> None:
    stub.answers = [ok([])]

    await poller_at(stub, session, inbox, Waits(1)).poll_once(7)

    assert stub.asked == [
        (
            "getUpdates",
            {
                "limit": 100,
                "timeout": 7,
                "allowed_updates": ["message", "callback_query", "my_chat_member"],
            },
        )
    ]


async def test_two_calls_never_poll_at_once(
    poller: Poller, inbox: Inbox, account: Bot, lan: Person
) -> None:
    lan.opens(account)

    sizes = await asyncio.gather(*(poller.poll_once() for _ in range(5)))

    assert sizes == [1, 0, 0, 0, 0]
    assert not [call.error for call in account.calls if call.error]


@pytest.mark.parametrize("failures", [0, 2])
async def test_a_webhook_is_taken_off_before_polling(
    sandbox: Sandbox, account: Bot, lan: Person, session: aiohttp.ClientSession, failures: int
) -> None:
    got = asyncio.Event()

    async def put(updates: Sequence[NewUpdate]) -> None:
        got.set()

    poller = Poller(
        session, put, bot="public", token=account.token, api=sandbox.api_url, pause=Waits(9)
    )
    sandbox.faults.fail(502, "Bad Gateway", times=failures, method="deleteWebhook", html=True)
    async with session.post(
        f"{sandbox.api_url}/bot{account.token}/setWebhook", json={"url": "http://127.0.0.1:9/x"}
    ) as answer:
        assert answer.status == 200
    running = asyncio.create_task(poller.run())
    lan.opens(account)
    await asyncio.wait_for(got.wait(), 5)
    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running
    assert account.webhook is None
    assert not [call.error for call in account.called("getUpdates") if call.error]


async def test_a_poll_that_waits_can_be_cancelled_and_loses_nothing(
    poller: Poller, inbox: Inbox, account: Bot, lan: Person
) -> None:
    waiting = asyncio.create_task(poller.poll_once(LONG_POLL))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    lan.opens(account)

    assert await poller.poll_once() == 1
    assert len(inbox.kept) == 1


async def test_being_cancelled_while_storing_does_not_confirm(
    session: aiohttp.ClientSession, sandbox: Sandbox, account: Bot, lan: Person
) -> None:
    storing = asyncio.Event()

    async def put(updates: Sequence[NewUpdate]) -> None:
        storing.set()
        await asyncio.Event().wait()

    poller = Poller(session, put, bot="public", token=account.token, api=sandbox.api_url)
    lan.opens(account)
    running = asyncio.create_task(poller.poll_once())
    await storing.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert len(account.updates) == 1


CONFLICT = refused(409, "Conflict: terminated by other getUpdates request; make sure that only one")


@pytest.mark.parametrize(
    "answer", [CONFLICT, (502, b"<html>"), refused(500, "Internal Server Error"), None], ids=str
)
async def test_trouble_is_said_once_and_waited_out_longer_and_longer(
    stub: Stub,
    session: aiohttp.ClientSession,
    inbox: Inbox,
    caplog: pytest.LogCaptureFixture,
    answer: Any,
) -> None:
    waits = Waits(12)
    stub.answers = [DONE, answer]

    with caplog.at_level(logging.INFO), pytest.raises(Enough):
        await poller_at(stub, session, inbox, waits).run()

    said = [record for record in caplog.records if record.name == "bot.telegram.poller"]
    assert [record.levelname for record in said] == ["WARNING"]
    assert ("another program" in said[0].getMessage()) == (answer == CONFLICT)
    assert TOKEN not in caplog.text
    assert 0.7 < waits.asked[0] < 1.3
    assert all(later > sooner for sooner, later in zip(waits.asked, waits.asked[2:6], strict=False))
    assert LONGEST_WAIT / 2 < waits.asked[-1] <= LONGEST_WAIT * 1.25


async def test_telegram_says_how_long_to_wait(
    stub: Stub, session: aiohttp.ClientSession, inbox: Inbox
) -> None:
    waits = Waits(1)
    stub.answers = [DONE, refused(429, "Too Many Requests: retry after 33", retry_after=33)]

    with pytest.raises(Enough):
        await poller_at(stub, session, inbox, waits).run()

    assert waits.asked == [33]


async def test_after_trouble_polling_goes_on_as_before(
    stub: Stub,
    session: aiohttp.ClientSession,
    inbox: Inbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    waits = Waits(3)
    stub.answers = [DONE, CONFLICT, CONFLICT, ok([update(1)]), CONFLICT]

    with pytest.raises(Enough):
        await poller_at(stub, session, inbox, waits).run()

    assert list(inbox.kept) == ["1"]
    assert waits.asked[2] < 1.3
    assert caplog.text.count("another program") == 2


async def test_a_database_that_is_down_is_waited_out(
    stub: Stub, session: aiohttp.ClientSession, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    waits = Waits(2)
    inbox.broken = 2
    stub.answers = [DONE, ok([update(1)])]

    with pytest.raises(Enough):
        await poller_at(stub, session, inbox, waits).run()

    assert "will be fetched again" in caplog.text
    assert [asked.get("offset") for _, asked in stub.asked[1:]] == [None, None]


class Lease:
    """Gives the turn to poll, and takes it away."""

    def __init__(self) -> None:
        self.ours = asyncio.Event()
        self.asked = asyncio.Event()

    async def turn(self) -> None:
        await self.ours.wait()

    async def still(self) -> bool:
        self.asked.set()
        return self.ours.is_set()


async def test_who_has_not_the_turn_asks_telegram_for_nothing(
    stub: Stub, session: aiohttp.ClientSession, inbox: Inbox
) -> None:
    lease = Lease()
    stub.answers = [DONE, ok([update(1)]), CONFLICT]
    running = asyncio.create_task(poller_at(stub, session, inbox, Waits(1), lease).run())
    await asyncio.sleep(0)
    assert stub.asked == []
    lease.ours.set()
    with pytest.raises(Enough):
        await running

    assert [method for method, _ in stub.asked][:2] == ["deleteWebhook", "getUpdates"]


async def test_a_conflict_with_the_one_whose_turn_it_is_now_ends_in_silence(
    stub: Stub,
    session: aiohttp.ClientSession,
    inbox: Inbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No storm: the loser asks once whether it still has the turn, and waits."""
    lease = Lease()
    lease.ours.set()
    stub.answers = [DONE, CONFLICT]
    poller = poller_at(stub, session, inbox, Waits(1), lease)
    calls = poller._call

    async def lose(*args: Any, **more: Any) -> Any:
        if args[0] == "getUpdates":
            lease.ours.clear()
        return await calls(*args, **more)

    poller._call = lose  # type: ignore[method-assign]
    running = asyncio.create_task(poller.run())
    await asyncio.wait_for(lease.asked.wait(), 5)
    for _ in range(20):
        await asyncio.sleep(0)
    running.cancel()

    assert [method for method, _ in stub.asked] == ["deleteWebhook", "getUpdates"]
    assert "another program" not in caplog.text


async def test_who_is_fenced_off_confirms_nothing_and_starts_anew(
    stub: Stub, session: aiohttp.ClientSession, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    """It does not even confirm what it had stored before, under numbers that may be old by then."""
    stub.answers = [DONE, ok([update(1)]), ok([update(2)]), ok([]), CONFLICT]
    kept = inbox.put

    async def put(updates: Sequence[NewUpdate]) -> None:
        if updates[0].update_id == "2":
            raise Fenced
        await kept(updates)

    inbox.put = put  # type: ignore[method-assign]
    with pytest.raises(Enough):
        await poller_at(stub, session, inbox, Waits(1)).run()

    offsets = [asked.get("offset") for method, asked in stub.asked if method == "getUpdates"]
    assert offsets[:3] == [None, 2, None]
    assert list(inbox.kept) == ["1"]
    assert "another process polls by now" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "answer", [refused(401, "Unauthorized"), refused(404, "Not Found")], ids=str
)
async def test_a_refused_token_ends_the_polling(
    stub: Stub, session: aiohttp.ClientSession, inbox: Inbox, answer: Any
) -> None:
    stub.answers = [answer]

    with pytest.raises(SendFailed) as caught:
        await poller_at(stub, session, inbox, Waits(1)).run()

    assert caught.value.fault is Fault.CONFIG
    assert TOKEN not in str(caught.value)


def test_what_cannot_be_a_token_is_refused(inbox: Inbox) -> None:
    with pytest.raises(SendFailed):
        Poller(None, inbox.put, bot="public", token="x")  # type: ignore[arg-type]
