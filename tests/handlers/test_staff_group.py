"""The staff group: bound by a code, followed when it moves, filled again when the bot is back."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.stage import Stage, staging
from sandbox import Group
from tests.handlers.actors import Player
from tests.handlers.cases import hand_in_many, hands_in
from tests.handlers.conftest import MONDAY

BIND = "/ketnoi {}"


@pytest.fixture(params=["one bot for everybody", "a bot for the desk"])
async def unbound(folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """An office whose group is not known yet."""
    async with staging(folder, MONDAY, own_desk=request.param != "one bot for everybody") as stage:
        async with stage.app.store.begin() as tx:
            await tx.facts.put("staff-chat", "")
        yield stage


def code_of(stage: Stage) -> str:
    return stage.app.tools.bind_code


async def bound_to(stage: Stage) -> tuple[str | None, str | None]:
    async with stage.app.store.read() as tx:
        return await tx.facts.get("staff-chat"), await tx.facts.get("staff-thread") or None


# ── binding ──────────────────────────────────────────────────────────────────────────────────────


async def test_joining_an_unbound_group_the_bot_says_what_to_do(unbound: Stage) -> None:
    await unbound.settle()

    assert "hãy gõ /ketnoi kèm mã" in unbound.group.last.text


async def test_joining_a_group_when_one_is_bound_the_bot_is_silent(stage: Stage) -> None:
    other = stage.sandbox.world.group("Nhóm khác", bots=[stage.desk])
    await stage.settle()

    assert not [m for m in other.messages if m.from_bot]


@pytest.mark.parametrize("spelling", [str, str.lower, lambda code: f"  {code} "])
async def test_the_right_code_binds_the_group_and_hangs_what_waits(
    unbound: Stage, spelling: "type[str]"
) -> None:
    case = await hands_in(unbound)
    assert case.cards == []
    lead = Player(unbound, unbound.lead, unbound.group)
    await lead.says(BIND.format(spelling(code_of(unbound))))

    lead.hears("✅ Từ nay thẻ đăng ký được gửi vào đây.")
    assert "chờ duyệt" in case.card.text
    assert await bound_to(unbound) == (str(unbound.group.id), None)


@pytest.mark.parametrize("given", ["", "SAI", "ABCDEFGH", "MÃ-KẾT-NỐI", "x" * 4000])
async def test_a_wrong_code_binds_nothing(unbound: Stage, given: str) -> None:
    lead = Player(unbound, unbound.lead, unbound.group)
    await lead.says(BIND.format(given))

    lead.hears("Mã kết nối chưa đúng.")
    assert await bound_to(unbound) == ("", None)


async def test_a_right_code_in_private_is_sent_to_the_group(unbound: Stage) -> None:
    lead = Player(unbound, unbound.lead, unbound.desk)
    await lead.says(BIND.format(code_of(unbound)))

    lead.hears("Hãy gõ lệnh này trong nhóm cán bộ.")


async def test_a_code_seen_by_the_whole_group_moves_the_desk_for_nobody_but_a_lead(
    stage: Stage,
) -> None:
    await hands_in(stage)
    stranger = stage.sandbox.world.person("Người lạ")
    theirs = stage.sandbox.world.group("Nhóm lạ", members=[stranger, stage.lead], bots=[stage.desk])
    player = Player(stage, stranger, theirs)
    await player.says(BIND.format(code_of(stage)))

    player.hears("chưa có quyền")
    assert await bound_to(stage) == (str(stage.group.id), None)
    await player.stage.settle()
    await Player(stage, stage.lead, theirs).says(BIND.format(code_of(stage)))
    assert await bound_to(stage) == (str(theirs.id), None)


async def test_without_any_lead_the_code_alone_opens_the_desk(unbound: Stage) -> None:
    async with unbound.app.store.begin() as tx:
        await tx.staff.remove(f"tg:{unbound.lead.id}", unbound.clock.now())
    lead = Player(unbound, unbound.lead, unbound.group)
    await lead.says(BIND.format(code_of(unbound)))

    lead.hears("Từ nay thẻ đăng ký được gửi vào đây.")


async def test_binding_in_a_topic_sends_the_cards_there_and_takes_the_old_ones_down(
    stage: Stage,
) -> None:
    case = await hands_in(stage)
    old = case.card
    forum = stage.sandbox.world.group(
        "Diễn đàn", admins=[stage.lead], bots=[stage.desk], topics=["Chung", "KNLT"]
    )
    topic = forum.topic("KNLT")
    stage.lead.types(BIND.format(code_of(stage)), in_=forum, topic=topic)
    await stage.settle()

    (card,) = [m for m in forum.cards if case.reference in m.text]
    assert card.thread_id == topic.id
    assert old.deleted
    assert await bound_to(stage) == (str(forum.id), str(topic.id))

    later = await hands_in(stage, stage.lead, licence="03-7/ĐKKDD-HNO", email="khac@gmail.com")
    (card,) = [m for m in forum.cards if later.reference in m.text]
    assert card.thread_id == topic.id


async def test_a_card_whose_topic_was_closed_goes_to_the_group_itself(stage: Stage) -> None:
    forum = stage.sandbox.world.group(
        "Diễn đàn", admins=[stage.lead], bots=[stage.desk], topics=["Chung", "KNLT"]
    )
    topic = forum.topic("KNLT")
    stage.lead.types(BIND.format(code_of(stage)), in_=forum, topic=topic)
    await stage.settle()
    topic.closed = True
    case = await hands_in(stage)

    (card,) = [m for m in forum.cards if case.reference in m.text]
    assert card.thread_id is None


# ── a group becomes a supergroup ─────────────────────────────────────────────────────────────────


def cards_in(group: Group, reference: str) -> int:
    return sum(m.text.startswith(reference) for m in group.messages if m.from_bot)


async def test_the_new_id_is_learnt_from_the_service_message(either: Stage) -> None:
    case = await hands_in(either)
    either.group.migrates()
    await either.settle()

    assert await bound_to(either) == (str(either.group.id), None)
    assert cards_in(either.group, case.reference) == 1
    await Player(either, either.lead, either.group).presses("Duyệt", on=case.card)
    assert "đã duyệt" in case.card.text


async def test_the_new_id_is_learnt_from_the_error_of_the_api(either: Stage) -> None:
    """The service message has not come, or was lost."""
    first, second = await hand_in_many(either, 2)
    either.group.migrates()
    _drop_updates(either)
    third = await hands_in(either)

    assert await bound_to(either) == (str(either.group.id), None)
    for case in (first, second, third):
        assert cards_in(either.group, case.reference) == 1


async def test_learnt_from_both_every_open_card_is_hung_again_once(either: Stage) -> None:
    first, second = await hand_in_many(either, 2)
    either.group.migrates()
    third = await hands_in(either)
    await either.settle()

    for case in (first, second, third):
        assert cards_in(either.group, case.reference) == 1


async def test_a_closed_case_is_not_hung_again(stage: Stage, director: Player) -> None:
    case = await hands_in(stage)
    await director.opens()
    await director.presses("Rút đăng ký")
    await director.presses("Rút đăng ký")
    stage.group.migrates()
    await stage.settle()

    assert cards_in(stage.group, case.reference) == 0


async def test_another_group_that_moves_gets_its_answer_and_the_desk_stays(
    split_stage: Stage,
) -> None:
    stage = split_stage
    person = stage.sandbox.world.person("Ai đó")
    other = stage.sandbox.world.group("Nhóm khác", members=[person], bots=[stage.bot])
    person.types("/dangky", in_=other)
    await stage.pollers[0].poll_once()
    await stage.app.worker.run_once()
    other.migrates()
    _drop_updates(stage)
    await stage.settle()

    assert "Xin nhắn riêng cho tôi" in other.last.text
    assert (await bound_to(stage))[0] == str(stage.group.id)


async def test_the_public_bot_in_the_staff_group_leaves_the_move_to_the_desks_bot(
    split_stage: Stage,
) -> None:
    stage = split_stage
    stage.group.adds(stage.bot)
    case = await hands_in(stage)
    stage.group.migrates()
    await stage.settle()

    (card,) = case.cards
    assert card.sender is stage.desk


def _drop_updates(stage: Stage) -> None:
    for bot in {stage.bot, stage.desk}:
        bot.updates.clear()


# ── a bot shut out, a card deleted ───────────────────────────────────────────────────────────────


async def test_a_card_deleted_by_somebody_is_posted_again_when_it_is_opened(
    either: Stage,
) -> None:
    case = await hands_in(either)
    either.lead.deletes(case.card)
    assert case.cards == []
    await Player(either, either.lead, either.group).says("/choduyet 1")
    await Player(either, either.lead, either.group).presses(case.reference)

    assert "chờ duyệt" in case.card.text


async def test_an_edit_of_a_deleted_card_becomes_a_new_card(stage: Stage, lead: Player) -> None:
    case = await hands_in(stage)
    card = case.card
    stage.lead.deletes(card)
    await lead.presses("Duyệt", on=card)

    assert "đã duyệt" in case.card.text
    assert case.card is not card


async def test_a_bot_thrown_out_keeps_the_cards_and_hangs_them_when_it_is_back(
    either: Stage,
) -> None:
    early = await hands_in(either)
    either.group.removes(either.desk)
    late = await hands_in(either, either.lead, licence="03-7/ĐKKDD-HNO", email="khac@gmail.com")
    for _ in range(40):  # far more attempts than anything is given
        await either.moves(timedelta(minutes=5))
    assert late.cards == []
    either.group.adds(either.desk)
    await either.settle()

    assert [len(early.cards), len(late.cards)] == [1, 1]


async def test_a_change_of_the_bots_rights_hangs_nothing_twice(either: Stage) -> None:
    case = await hands_in(either)
    either.group.promotes(either.desk)
    either.group.demotes(either.desk)
    await either.settle()

    assert len(case.cards) == 1
