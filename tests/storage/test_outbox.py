"""The outbox keeps what `core.ports.Outbox` promises."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from core.messages import PATIENT, Address, Kind, Outgoing
from core.ports import Outbox, OutboxRow, Sent
from storage.store import SqlStore
from storage.tables import outbox
from tests.storage.clock import NOW, HandClock, later
from tests.storage.examples import mail, say
from tests.storage.statements import counted


async def _claim(
    box: Outbox, now: datetime = NOW, *, mail: bool = False, limit: int = 10, owner: str = "me"
) -> list[OutboxRow]:
    return await box.claim(owner, now, later(minutes=1), limit, mail=mail)


async def _keys(box: Outbox, now: datetime = NOW, *, mail: bool = False) -> list[str]:
    return [row.outgoing.key for row in await _claim(box, now, mail=mail)]


async def test_what_is_put_is_claimed_as_it_was(store: SqlStore) -> None:
    owed = [
        say("a", chat="1", locale="en", context={"prompt": "reason", "n": 3}, priority=1),
        say("b", chat="2", scheduled=later(minutes=-1)),
        Outgoing("c", Kind.CARD, Address("public", "-100", "5"), registration_id=17),
        Outgoing("d", Kind.DELETE, Address("staff", "9"), message_id="77"),
    ]
    async with store.begin() as tx:
        for each in owed:
            await tx.outbox.put(each)
    async with store.begin() as tx:
        rows = await _claim(tx.outbox)

    assert [row.outgoing for row in rows] == owed
    assert [(row.attempts, row.created_at) for row in rows] == [(1, NOW)] * 4


async def test_the_same_key_a_second_time_changes_nothing(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.outbox.put(say("a"))
        await tx.outbox.put(say("a", locale="en"))
    async with store.begin() as tx:
        await tx.outbox.put(say("a", locale="en"))
        rows = await _claim(tx.outbox)

    assert [row.outgoing.locale for row in rows] == ["vi"]


async def test_many_messages_are_put_by_one_statement(store: SqlStore) -> None:
    with counted(store) as statements:
        async with store.begin() as tx:
            for number in range(20):
                await tx.outbox.put(say(f"a{number}"))

    assert len(statements) == 1


async def test_a_chat_gets_one_message_after_the_other(store: SqlStore) -> None:
    async with store.begin() as tx:
        for key in ("first", "second"):
            await tx.outbox.put(say(key))
        await tx.outbox.put(say("elsewhere", chat="2"))
        [first, elsewhere] = await _claim(tx.outbox)
        meanwhile = await _claim(tx.outbox)
        await tx.outbox.sent("me", [Sent(first, "1")], NOW)
        afterwards = await _keys(tx.outbox)

    assert [first.outgoing.key, elsewhere.outgoing.key] == ["first", "elsewhere"]
    assert meanwhile == []
    assert afterwards == ["second"]


async def test_topics_of_one_chat_share_its_lane(store: SqlStore) -> None:
    async with store.begin() as tx:
        for thread in ("1", "2"):
            await tx.outbox.put(say(thread, address=Address("public", "-100", thread)))

        assert await _keys(tx.outbox) == ["1"]


async def test_no_mail_waits_for_another(store: SqlStore) -> None:
    async with store.begin() as tx:
        for key in ("a", "b"):
            await tx.outbox.put(mail(key))
        await tx.outbox.put(say("chat"))

        assert await _keys(tx.outbox, mail=True) == ["a", "b"]
        assert await _keys(tx.outbox) == ["chat"]


async def test_the_most_urgent_lane_comes_first_then_the_oldest(store: SqlStore) -> None:
    async with store.begin() as tx:
        for chat, priority in [("1", 5), ("2", 9), ("3", 5), ("4", 1)]:
            await tx.outbox.put(say(chat, chat=chat, priority=priority))
        two = await _claim(tx.outbox, limit=2)
        rest = await _keys(tx.outbox)

    assert [row.outgoing.key for row in two] == ["4", "1"]
    assert rest == ["3", "2"]


async def test_in_a_lane_the_patient_give_way_but_not_what_was_tried_in_vain(
    store: SqlStore,
) -> None:
    async with store.begin() as tx:
        for key in ("card", "next card"):
            await tx.outbox.put(say(key, priority=PATIENT))
        [card] = await _claim(tx.outbox)
        await tx.outbox.put(say("answer"))
        while_sent = await _keys(tx.outbox)
        await tx.outbox.postpone("me", card.id, later(seconds=9), None)
        [answer] = await _claim(tx.outbox)
        await tx.outbox.sent("me", [Sent(answer)], NOW)
        [card] = await _claim(tx.outbox, later(seconds=9))
        await tx.outbox.postpone("me", card.id, later(seconds=20), "flood")
        await tx.outbox.put(say("too soon"))
        while_pausing = await _keys(tx.outbox, later(seconds=19))
        after = await _keys(tx.outbox, later(seconds=20))

    assert answer.outgoing.key == "answer"
    assert (while_sent, while_pausing, after) == ([], [], ["too soon"])


async def test_what_was_said_to_a_group_is_told_whoever_said_it(store: SqlStore) -> None:
    group, topic = Address("public", "-5"), Address("public", "-5", "7")
    async with store.begin() as tx:
        for n, address in enumerate(
            [group, topic, Address("public", "-6"), Address("public", "5")]
        ):
            await tx.outbox.put(say(f"{n}", address=address, priority=PATIENT if n else 5))
            [row] = await _claim(tx.outbox)
            await tx.outbox.sent("me", [Sent(row, f"{n}")], later(seconds=n))
        await tx.outbox.put(Outgoing("gone", Kind.DELETE, group, message_id="1"))
        [row] = await _claim(tx.outbox)
        await tx.outbox.sent("me", [Sent(row)], later(seconds=5))

        assert await tx.outbox.said(group, later(seconds=-1)) == [
            (NOW, 5),
            (later(seconds=1), PATIENT),
        ]
        assert await tx.outbox.said(group, NOW) == [(later(seconds=1), PATIENT)]
        assert await tx.outbox.said(Address("public", "5"), later(seconds=-1)) == []


async def test_what_is_scheduled_waits_and_lets_younger_ones_pass(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.outbox.put(say("tomorrow", scheduled=later(days=1)))
        await tx.outbox.put(say("now"))
        [now] = await _claim(tx.outbox)
        await tx.outbox.sent("me", [Sent(now)], NOW)
        early = await _keys(tx.outbox, later(hours=23))
        on_time = await _keys(tx.outbox, later(days=1))

    assert now.outgoing.key == "now"
    assert (early, on_time) == ([], ["tomorrow"])


async def test_what_falls_due_waits_for_the_one_being_sent(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.outbox.put(say("scheduled", scheduled=later(seconds=5)))
        await tx.outbox.put(say("now"))
        [now] = await _claim(tx.outbox)
        meanwhile = await _keys(tx.outbox, later(seconds=5))
        await tx.outbox.sent("me", [Sent(now)], later(seconds=6))
        afterwards = await _keys(tx.outbox, later(seconds=6))

    assert (meanwhile, afterwards) == ([], ["scheduled"])


@pytest.mark.parametrize("error", ["timed out", None])
async def test_what_is_tried_again_holds_up_its_lane(store: SqlStore, error: str | None) -> None:
    async with store.begin() as tx:
        await tx.outbox.put(say("first", scheduled=NOW))
        await tx.outbox.put(say("second"))
        [row] = await _claim(tx.outbox)
        kept = await tx.outbox.postpone("me", row.id, later(seconds=9), error)
        meanwhile = await _keys(tx.outbox, later(seconds=8))
        again = await _claim(tx.outbox, later(seconds=9))

    assert kept
    assert meanwhile == []
    assert [(r.outgoing.key, r.attempts) for r in again] == [("first", 2 if error else 1)]


async def test_cancel_takes_back_what_waits(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.outbox.put(say("a"))
        await tx.outbox.put(say("later", scheduled=later(minutes=2)))
        taken_back = await tx.outbox.cancel("a", NOW), await tx.outbox.cancel("later", NOW)
        again = await tx.outbox.cancel("a", NOW)

        assert await _keys(tx.outbox, later(days=1)) == []
    assert (taken_back, again) == ((True, True), False)


async def test_cancel_is_too_late_once_sending_began(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.outbox.put(say("a"))
        [row] = await _claim(tx.outbox)
        sending = await tx.outbox.cancel("a", later(seconds=59))
        lapsed = await tx.outbox.cancel("a", later(days=1))
        unknown = await tx.outbox.cancel("b", NOW)
        await tx.outbox.postpone("me", row.id, later(seconds=5), "timeout")
        given_back = await tx.outbox.cancel("a", NOW)

    assert (sending, lapsed, unknown) == (False, False, False)
    assert given_back


async def test_a_lapsed_lease_is_taken_over_and_the_late_owner_fenced_off(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.outbox.put(say("a"))
        [slow] = await _claim(tx.outbox, owner="slow")
        [quick] = await tx.outbox.claim("quick", later(minutes=1), later(minutes=2), 10, mail=False)
        late = (
            await tx.outbox.sent("slow", [Sent(slow, "1")], NOW),
            await tx.outbox.postpone("slow", slow.id, NOW, "late"),
            await tx.outbox.failed("slow", slow.id, NOW, "late"),
        )
        held = await tx.outbox.sent("quick", [Sent(quick, "2")], NOW)
        context = await tx.outbox.find_sent(slow.outgoing.address, "1")

    assert (quick.attempts, quick.deaths) == (1, 0)
    assert late == (set(), False, False)
    assert held == {quick.id}
    assert context is None


async def test_sent_tells_which_rows_were_still_held(store: SqlStore) -> None:
    async with store.begin() as tx:
        for chat in "123":
            await tx.outbox.put(say(chat, chat=chat))
        rows = await _claim(tx.outbox)
        await tx.outbox.failed("me", rows[1].id, NOW, "blocked")
        held = await tx.outbox.sent("me", [Sent(row, row.outgoing.key) for row in rows], NOW)
        nothing = await tx.outbox.sent("me", [], NOW)

    assert (held, nothing) == ({rows[0].id, rows[2].id}, set())


async def test_bodies_are_forgotten_once_a_row_has_ended(store: SqlStore) -> None:
    async with store.begin() as tx:
        for chat in "123":
            await tx.outbox.put(say(chat, chat=chat))
        rows = await _claim(tx.outbox)
        await tx.outbox.sent("me", [Sent(rows[0], "1")], NOW)
        await tx.outbox.failed("me", rows[1].id, NOW, "blocked")
        await tx.outbox.postpone("me", rows[2].id, NOW, None)
        await tx.outbox.cancel("3", NOW)

    async with store.engines.read() as connection:
        found = await connection.execute(outbox.select().order_by(outbox.c.id))
        assert [(row.state, row.body, row.error) for row in found] == [
            ("sent", None, None),
            ("failed", None, "blocked"),
            ("cancelled", None, None),
        ]


async def test_what_was_given_up_without_its_words_is_dropped_and_a_card_retried_once(
    store: SqlStore,
) -> None:
    owed = {
        "invalid: no markup": say("say", chat="1"),
        "stopped: blocked": say("blocked", chat="2"),
        "retry: 502": Outgoing("card", Kind.CARD, Address("staff", "-1"), registration_id=7),
        "invalid: gone": Outgoing("delete", Kind.DELETE, Address("staff", "9"), message_id="7"),
    }
    async with store.begin() as tx:
        for each in owed.values():
            await tx.outbox.put(each)
        for row, error in zip(await _claim(tx.outbox), owed, strict=True):
            await tx.outbox.failed("me", row.id, NOW, error)
        said, card = await tx.outbox.all_given_up(9)
        retried = [await tx.outbox.retry(row_id, NOW) for row_id in (said.id, card.id, card.id)]
        dropped = [await tx.outbox.drop(row_id, NOW) for row_id in (said.id, said.id, card.id)]
        left, claimed = await tx.outbox.all_given_up(9), await _claim(tx.outbox)

    assert [(one.kind, one.bot, one.attempts, one.fault) for one in (said, card)] == [
        (Kind.SAY, "public", 1, "invalid"),
        (Kind.CARD, "staff", 1, "retry"),
    ]
    assert (retried, dropped) == ([False, True, False], [True, False, False])
    assert [said.has_words, card.has_words] == [False, False]
    assert left == []
    assert [row.outgoing for row in claimed] == [replace(owed["retry: 502"], key="card:again")]


async def test_words_that_were_kept_are_said_once_more_behind_newer_ones_in_one_attempt(
    store: SqlStore,
) -> None:
    old, newer = say("old", chat="1"), say("newer", chat="1")
    async with store.begin() as tx:
        await tx.outbox.put(old)
        (row,) = await _claim(tx.outbox)
        await tx.outbox.postpone("me", row.id, NOW, "502")
        (row,) = await _claim(tx.outbox)
        await tx.outbox.failed("me", row.id, NOW, "retry: 502", keep=True)
        await tx.outbox.put(newer)
        (given_up,) = await tx.outbox.all_given_up(9)
        retried = [await tx.outbox.retry(row.id, later(days=1)) for _ in "ab"]
        count, oldest = await tx.outbox.backlog()
        (first,) = await _claim(tx.outbox, later(days=1))
        await tx.outbox.sent("me", [Sent(first, "1")], later(days=1))
        (second,) = await _claim(tx.outbox, later(days=1))
        await tx.outbox.failed("me", second.id, later(days=1), "retry: 502", keep=True)
        (once_more,) = await tx.outbox.all_given_up(9)
        dropped = await tx.outbox.drop(second.id, later(days=1))
        left = await tx.outbox.all_given_up(9)

    assert (given_up.has_words, given_up.attempts, retried) == (True, 2, [True, False])
    assert (count, oldest) == (1, NOW)
    assert [first.outgoing, second.outgoing] == [newer, replace(old, key="old:again")]
    assert (second.attempts, once_more.attempts) == (3, 3)
    assert once_more.has_words
    assert dropped
    assert left == []
    async with store.engines.read() as connection:
        bodies = (await connection.execute(select(outbox.c.body))).scalars().all()
    assert bodies == [None, None, None]


async def test_a_retried_message_is_owed_since_the_retrial(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.outbox.put(say("old"))
        (row,) = await _claim(tx.outbox)
        await tx.outbox.failed("me", row.id, NOW, "retry: 502", keep=True)
        await tx.outbox.retry(row.id, later(days=-1))
        backlog = await tx.outbox.backlog()

    assert backlog == (1, later(days=-1))


async def test_of_two_retrials_at_once_one_counts(postgres_store: SqlStore) -> None:
    async with postgres_store.begin() as tx:
        await tx.outbox.put(say("old"))
        (row,) = await _claim(tx.outbox)
        await tx.outbox.failed("me", row.id, NOW, "retry: 502", keep=True)

    async def retry() -> bool:
        async with postgres_store.begin() as tx:
            return await tx.outbox.retry(row.id, NOW)

    assert sorted(await asyncio.gather(retry(), retry())) == [False, True]


async def test_what_nobody_deals_with_rests_without_its_words(store: SqlStore) -> None:
    async with store.begin() as tx:
        for chat in "12":
            await tx.outbox.put(say(chat, chat=chat))
        for row, hours in zip(await _claim(tx.outbox), (0, 1), strict=True):
            await tx.outbox.failed("me", row.id, later(hours=hours), "retry: 502", keep=True)
        deleted = await tx.outbox.forget(NOW, later(hours=1))
        left = await tx.outbox.all_given_up(9)
        retried = await tx.outbox.retry(1, later(hours=1))

    async with store.engines.read() as connection:
        found = await connection.execute(outbox.select().order_by(outbox.c.id))
        words = [(row.state, row.body is not None, row.ended_at) for row in found]
    assert (deleted, [one.id for one in left], retried) == (0, [2], False)
    assert words == [("cancelled", False, NOW), ("failed", True, later(hours=1))]


async def test_find_sent_gives_the_context_of_a_message(store: SqlStore) -> None:
    here = Address("public", "1")
    async with store.begin() as tx:
        await tx.outbox.put(say("old", context={"card": 1}))
        [row] = await _claim(tx.outbox)
        waiting = await tx.outbox.find_sent(here, "55")
        await tx.outbox.sent("me", [Sent(row, "55")], NOW)
        await tx.outbox.put(say("edit", context={"card": 2}))
        [row] = await _claim(tx.outbox)
        await tx.outbox.sent("me", [Sent(row, "55")], NOW)
        found = [
            await tx.outbox.find_sent(address, message_id)
            for address, message_id in [
                (here, "55"),
                (Address("public", "1", "8"), "55"),
                (Address("staff", "1"), "55"),
                (Address("public", "2"), "55"),
                (here, "56"),
            ]
        ]

    assert waiting is None
    assert found == [{"card": 2}, {"card": 2}, None, None, None]


async def test_readdress_sends_what_waits_to_the_other_chat(store: SqlStore) -> None:
    group = Address("public", "-5")
    moved = Address("public", "-1005", "7")
    async with store.begin() as tx:
        await tx.outbox.put(say("gone", address=group))
        [gone] = await _claim(tx.outbox)
        await tx.outbox.sent("me", [Sent(gone, "1")], NOW)
        await tx.outbox.put(say("sending", address=group))
        [sending] = await _claim(tx.outbox)
        await tx.outbox.put(say("waiting", address=group))
        await tx.outbox.put(say("elsewhere", chat="2"))
        count = await tx.outbox.readdress(group, moved)
        await tx.outbox.postpone("me", sending.id, NOW, None)
        first, elsewhere = await _claim(tx.outbox)
        await tx.outbox.sent("me", [Sent(first)], NOW)
        [second] = await _claim(tx.outbox)

    assert count == 2
    assert [first.outgoing.key, second.outgoing.key] == ["sending", "waiting"]
    assert first.outgoing.address == second.outgoing.address == moved
    assert elsewhere.outgoing.address.chat == "2"


async def test_next_due_is_when_the_next_row_can_be_sent(store: SqlStore) -> None:
    async with store.begin() as tx:
        nothing = await tx.outbox.next_due(NOW)
        await tx.outbox.put(say("scheduled", chat="9", scheduled=later(minutes=5)))
        scheduled = await tx.outbox.next_due(NOW)
        await tx.outbox.put(say("first"))
        await tx.outbox.put(say("second"))
        at_once = await tx.outbox.next_due(NOW)
        [row] = await _claim(tx.outbox)
        leased = await tx.outbox.next_due(NOW)
        await tx.outbox.postpone("me", row.id, later(seconds=30), "timed out")
        retried = await tx.outbox.next_due(later(seconds=1))

    assert nothing is None
    assert scheduled == later(minutes=5)
    assert at_once == NOW
    assert leased == later(minutes=1)
    assert retried == later(seconds=30)


async def test_next_due_tells_mails_from_chat_messages(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.outbox.put(mail("capped"))
        await tx.outbox.put(say("scheduled", scheduled=later(minutes=5)))
        both = (
            await tx.outbox.next_due(NOW, mail=True),
            await tx.outbox.next_due(NOW, mail=False),
        )

    assert both == (NOW, later(minutes=5))


async def test_the_mail_window_counts_what_the_server_accepted(store: SqlStore) -> None:
    async with store.begin() as tx:
        for n in range(4):
            await tx.outbox.put(mail(f"m{n}"))
        await tx.outbox.put(say("chat"))
        rows = await _claim(tx.outbox, mail=True)
        for n, row in enumerate(rows[:3]):
            await tx.outbox.sent("me", [Sent(row)], later(hours=n))
        await tx.outbox.failed("me", rows[3].id, later(hours=3), "no such mailbox")
        [chat] = await _claim(tx.outbox)
        await tx.outbox.sent("me", [Sent(chat)], later(hours=3))
        counts = (await tx.outbox.mails_sent(later(hours=-1)), await tx.outbox.mails_sent(NOW))
        frees = [await tx.outbox.mail_window_frees(later(hours=-1), cap) for cap in (1, 2, 3, 4)]

    assert counts == (3, 2)
    assert frees == [later(hours=2), later(hours=1), NOW, None]


async def test_backlog_counts_what_is_due_and_dates_the_oldest(
    store: SqlStore, clock: HandClock
) -> None:
    async with store.begin() as tx:
        empty = await tx.outbox.backlog()
        await tx.outbox.put(say("later", chat="2", scheduled=later(hours=1)))
        clock.moment = later(minutes=1)
        await tx.outbox.put(say("now"))
        one = await tx.outbox.backlog()
        clock.moment = later(hours=1)
        two = await tx.outbox.backlog()
        [row, _] = await _claim(tx.outbox, later(hours=1))
        await tx.outbox.postpone("me", row.id, later(hours=2), "timed out")
        fewer = await tx.outbox.backlog()

    assert empty == (0, None)
    assert one == (1, later(minutes=1))
    assert two == (2, later(minutes=1))
    assert fewer[0] == 1


async def test_failures_counts_what_was_given_up_since(store: SqlStore) -> None:
    async with store.begin() as tx:
        for chat in "12":
            await tx.outbox.put(say(chat, chat=chat))
        for hours, row in enumerate(await _claim(tx.outbox)):
            given_up = await tx.outbox.failed("me", row.id, later(hours=hours), "blocked")
            assert given_up

        assert await tx.outbox.failures(later(hours=-1)) == 2
        assert await tx.outbox.failures(NOW) == 1


async def test_forget_deletes_what_ended_before(store: SqlStore) -> None:
    async with store.begin() as tx:
        for chat in "12345":
            await tx.outbox.put(say(chat, chat=chat))
        sent, failed, cancelled, recent, _waiting = await _claim(tx.outbox)
        await tx.outbox.sent("me", [Sent(sent, "1")], NOW)
        await tx.outbox.failed("me", failed.id, NOW, "blocked")
        await tx.outbox.postpone("me", cancelled.id, NOW, None)
        await tx.outbox.cancel("3", NOW)
        await tx.outbox.sent("me", [Sent(recent, "4")], later(days=1))
        deleted = await tx.outbox.forget(later(days=1), NOW)
        kept = await tx.outbox.find_sent(recent.outgoing.address, "4")

    assert deleted == 3
    assert kept == {}
