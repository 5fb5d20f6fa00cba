"""What was given up: which words are kept for how long, and that leads deal with each once."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from core.errors import NotAllowed, Problem
from core.messages import Address, Kind, Message, Outgoing, text
from core.people import Actor
from core.ports import Fault, NewUpdate
from core.usecases.dead import LISTED, Dead, Way, dead_rows, drop, keeps_words, retry
from core.usecases.purge import purge
from storage.tables import history, inbox, outbox
from tests.core.usecases.office import GROUP, LEAD, NOW, OFFICER, VIEWER, Office

CHAT = Address("public", "5")
HELLO = Message((text("hello"),))
SAID = Outgoing("said", Kind.SAY, CHAT, message=HELLO)


async def gives_up(
    office: Office, outgoing: Outgoing, error: str = "retry: 502", *, keep: bool = False
) -> int:
    """Owe something and give it up; return the number of its row."""
    async with office.store.begin() as tx:
        await tx.outbox.put(outgoing)
        (row,) = await tx.outbox.claim("me", office.now, office.now, 1, mail=False)
        await tx.outbox.failed("me", row.id, office.now, error, keep=keep)
    return row.id


async def parks(
    office: Office, update_id: str = "7", payload: bytes = b"{}", tries: int = 5
) -> int:
    """An update fails again and again until it is parked; return its number."""
    async with office.store.begin() as tx:
        await tx.inbox.put([NewUpdate("public", update_id, "public:5", payload)], office.now)
        (row,) = await tx.inbox.heads(1, office.now)
        for attempt in range(tries):
            await tx.inbox.failed(
                row.id, office.now, "KeyError", park=attempt == tries - 1, now=office.now
            )
    return row.id


async def listed(office: Office, by: Actor = LEAD) -> list[Dead]:
    return await office.does(dead_rows, by)


@pytest.mark.parametrize(
    ("outgoing", "fault", "kept"),
    [
        pytest.param(SAID, Fault.RETRY, True, id="attempts that ran out"),
        pytest.param(SAID, Fault.STOPPED, False, id="somebody who blocked the bot"),
        pytest.param(SAID, Fault.INVALID, False, id="what the messenger refuses"),
        pytest.param(
            Outgoing("x", Kind.SAY, CHAT, message=HELLO, message_id="9"),
            Fault.RETRY,
            False,
            id="a change of an earlier message",
        ),
        pytest.param(
            Outgoing("x", Kind.SAY, CHAT, message=HELLO, context={"prompt": "refusal"}),
            Fault.RETRY,
            False,
            id="a prompt",
        ),
        pytest.param(
            Outgoing("x", Kind.DELETE, CHAT, message=HELLO), Fault.RETRY, False, id="a deletion"
        ),
    ],
)
def test_words_are_kept_where_sending_them_again_may_help(
    outgoing: Outgoing, fault: Fault, *, kept: bool
) -> None:
    assert keeps_words(outgoing, fault) is kept


@pytest.mark.parametrize("by", [OFFICER, VIEWER])
async def test_only_leads_see_it_and_deal_with_it(office: Office, by: Actor) -> None:
    row = await gives_up(office, SAID, keep=True)
    with pytest.raises(NotAllowed):
        await office.does(dead_rows, by)
    for deal in (retry, drop):
        with pytest.raises(NotAllowed):
            await office.does(deal, by, Way.OUT, row, office.now)

    assert [one.id for one in await listed(office)] == [row]
    assert await office.rows(history) == []


async def test_a_message_tells_everything_but_its_words(office: Office) -> None:
    with_words = await gives_up(office, SAID, keep=True)
    office.waits(seconds=1)
    without = await gives_up(office, Outgoing("b", Kind.SAY, CHAT, message=HELLO), "invalid: 400")

    assert await listed(office) == [
        Dead(Way.OUT, with_words, "dead-say", "public", NOW, 1, "retry", may_retry=True),
        Dead(Way.OUT, without, "dead-say", "public", office.now, 1, "invalid", may_retry=False),
    ]


@pytest.mark.parametrize(
    ("kind", "what", "may_retry"),
    [
        (Kind.CARD, "dead-card", True),
        (Kind.FETCH, "dead-file", False),
        (Kind.DOCUMENT, "dead-file", False),
    ],
)
async def test_a_card_is_drawn_again_and_a_file_is_asked_for_again(
    office: Office, kind: Kind, what: str, *, may_retry: bool
) -> None:
    await gives_up(office, Outgoing("x", kind, GROUP, registration_id=1))

    assert [(one.what, one.may_retry) for one in await listed(office)] == [(what, may_retry)]


@pytest.mark.parametrize(
    ("update_id", "body", "what"),
    [
        ("7", {"message": {"text": "callback_query"}}, "dead-message"),
        ("7", {"callback_query": {}}, "dead-press"),
        ("7", {"my_chat_member": {}}, "dead-update"),
        ("7", ["message"], "dead-update"),
        ("remind:5", {"message": {}}, "dead-event"),
    ],
)
async def test_an_update_tells_its_kind_and_never_by_what_somebody_wrote(
    office: Office, update_id: str, body: object, what: str
) -> None:
    row = await parks(office, update_id, json.dumps(body).encode())

    assert await listed(office) == [
        Dead(Way.IN, row, what, "public", NOW, 5, "KeyError", may_retry=True)
    ]


async def test_an_update_that_cannot_be_read_can_only_be_dropped(office: Office) -> None:
    await parks(office, payload=b"not json")
    (other,) = await listed(office)
    async with office.store.engines.write() as connection:
        await connection.execute(inbox.update().values(payload=b"no key opens this"))
    (lost,) = await listed(office)

    assert (other.what, other.may_retry) == ("dead-update", True)
    assert (lost.what, lost.may_retry) == ("dead-update", False)


async def test_updates_come_first_and_the_list_has_an_end(office: Office) -> None:
    said = [
        await gives_up(office, Outgoing(f"{n}", Kind.SAY, CHAT, message=HELLO)) for n in range(2)
    ]
    parked = [await parks(office, f"{n}") for n in range(LISTED - 1)]

    assert [(one.way, one.id) for one in await listed(office)] == [
        *((Way.IN, row) for row in parked),
        (Way.OUT, said[0]),
    ]


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("deal", [retry, drop])
async def test_of_two_leads_one_deals_with_it_and_the_history_says_who(
    office: Office, way: Way, deal: Callable[..., Awaitable[None]]
) -> None:
    row = await (parks(office) if way is Way.IN else gives_up(office, SAID, keep=True))
    await office.does(deal, LEAD, way, row, office.now)
    with pytest.raises(Problem) as late:
        await office.does(deal, LEAD, way, row, office.now)

    assert late.value.text == text("dead-gone")
    assert await listed(office) == []
    (entry,) = await office.rows(history)
    event = "dead-retried" if deal is retry else "dead-dropped"
    detail = {"inbox": row} if way is Way.IN else {"outbox": row}
    assert (entry["event"], entry["by"], entry["by_name"]) == (event, LEAD.user, LEAD.name)
    assert (entry["at"], json.loads(entry["detail"])) == (NOW, detail)


async def test_a_message_is_said_again_and_an_update_handled_again(office: Office) -> None:
    said, update = await gives_up(office, SAID, keep=True), await parks(office)
    await office.does(retry, LEAD, Way.OUT, said, office.now)
    await office.does(retry, LEAD, Way.IN, update, office.now)

    (owed,) = await office.owed()
    assert (owed.address, owed.message) == (CHAT, HELLO)
    async with office.store.begin() as tx:
        assert [head.id for head in await tx.inbox.heads(9, office.now)] == [update]


async def test_what_was_dropped_is_neither_said_nor_kept(office: Office) -> None:
    said, update = await gives_up(office, SAID, keep=True), await parks(office)
    office.waits(minutes=1)
    await office.does(drop, LEAD, Way.OUT, said, office.now)
    await office.does(drop, LEAD, Way.IN, update, office.now)

    assert await office.owed() == []
    assert await office.cancelled() == [("said", office.now)]
    assert [row["body"] for row in await office.rows(outbox)] == [None]
    async with office.store.begin() as tx:
        assert await tx.inbox.heads(9, office.now) == []


async def test_words_that_nobody_deals_with_are_forgotten_after_thirty_days(
    office: Office,
) -> None:
    await gives_up(office, SAID, keep=True)
    await office.does(purge, NOW + timedelta(days=30))
    assert [one.may_retry for one in await listed(office)] == [True]
    await office.does(purge, NOW + timedelta(days=30, seconds=1))

    assert await listed(office) == []
    assert [row["body"] for row in await office.rows(outbox)] == [None]
