"""The staff group: bound by a code, followed when it moves, filled again when the bot is back."""

from datetime import timedelta

import pytest

from bot.stage import Stage
from sandbox import Group
from tests.handlers.actors import Player
from tests.handlers.cases import hand_in_many, hands_in

BIND = "/ketnoi {}"


@pytest.fixture
async def unbound(stage: Stage) -> Stage:
    """An office whose group is not known yet."""
    async with stage.app.store.begin() as tx:
        await tx.facts.put("staff-chat", "")
    return stage


def code_of(stage: Stage) -> str:
    return stage.app.tools.bind_code


async def bound_to(stage: Stage) -> tuple[str | None, str | None]:
    async with stage.app.store.read() as tx:
        return await tx.facts.get("staff-chat"), await tx.facts.get("staff-thread") or None


# ── binding ──────────────────────────────────────────────────────────────────────────────────────


async def test_joining_an_unbound_group_the_bot_says_what_to_do(unbound: Stage) -> None:
    await unbound.settle()

    assert "hãy gõ /ketnoi kèm mã" in unbound.group.last.text


async def test_joining_a_group_when_one_is_bound_the_bot_is_silent(desk: Stage) -> None:
    other = desk.sandbox.world.group("Nhóm khác", bots=[desk.desk])
    await desk.settle()

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
    desk: Stage,
) -> None:
    await hands_in(desk)
    stranger = desk.sandbox.world.person("Người lạ")
    theirs = desk.sandbox.world.group("Nhóm lạ", members=[stranger, desk.lead], bots=[desk.desk])
    player = Player(desk, stranger, theirs)
    await player.says(BIND.format(code_of(desk)))

    player.hears("chưa có quyền")
    assert await bound_to(desk) == (str(desk.group.id), None)
    await player.stage.settle()
    await Player(desk, desk.lead, theirs).says(BIND.format(code_of(desk)))
    assert await bound_to(desk) == (str(theirs.id), None)


async def test_without_any_lead_the_code_alone_opens_the_desk(unbound: Stage) -> None:
    async with unbound.app.store.begin() as tx:
        await tx.staff.remove(f"tg:{unbound.lead.id}", unbound.clock.now())
    lead = Player(unbound, unbound.lead, unbound.group)
    await lead.says(BIND.format(code_of(unbound)))

    lead.hears("Từ nay thẻ đăng ký được gửi vào đây.")


async def test_binding_in_a_topic_sends_the_cards_there_and_takes_the_old_ones_down(
    desk: Stage,
) -> None:
    case = await hands_in(desk)
    old = case.card
    forum = desk.sandbox.world.group(
        "Diễn đàn", admins=[desk.lead], bots=[desk.desk], topics=["Chung", "KNLT"]
    )
    topic = forum.topic("KNLT")
    desk.lead.types(BIND.format(code_of(desk)), in_=forum, topic=topic)
    await desk.settle()

    (card,) = [m for m in forum.cards if case.reference in m.text]
    assert card.thread_id == topic.id
    assert old.deleted
    assert await bound_to(desk) == (str(forum.id), str(topic.id))

    later = await hands_in(desk, desk.lead, licence="03-7/ĐKKDD-HNO", email="khac@gmail.com")
    (card,) = [m for m in forum.cards if later.reference in m.text]
    assert card.thread_id == topic.id


async def test_a_card_whose_topic_was_closed_goes_to_the_group_itself(desk: Stage) -> None:
    forum = desk.sandbox.world.group(
        "Diễn đàn", admins=[desk.lead], bots=[desk.desk], topics=["Chung", "KNLT"]
    )
    topic = forum.topic("KNLT")
    desk.lead.types(BIND.format(code_of(desk)), in_=forum, topic=topic)
    await desk.settle()
    topic.closed = True
    case = await hands_in(desk)

    (card,) = [m for m in forum.cards if case.reference in m.text]
    assert card.thread_id is None


# ── a group becomes a supergroup ─────────────────────────────────────────────────────────────────


def cards_in(group: Group, reference: str) -> int:
    return sum(m.text.startswith(reference) for m in group.messages if m.from_bot)


async def test_the_new_id_is_learnt_from_the_service_message(desk: Stage) -> None:
    case = await hands_in(desk)
    desk.group.migrates()
    await desk.settle()

    assert await bound_to(desk) == (str(desk.group.id), None)
    assert cards_in(desk.group, case.reference) == 1
    await Player(desk, desk.lead, desk.group).presses("Duyệt", on=case.card)
    assert "đã duyệt" in case.card.text


async def test_the_new_id_is_learnt_from_the_error_of_the_api(desk: Stage) -> None:
    """The service message has not come, or was lost."""
    first, second = await hand_in_many(desk, 2)
    desk.group.migrates()
    _drop_updates(desk)
    third = await hands_in(desk)

    assert await bound_to(desk) == (str(desk.group.id), None)
    for case in (first, second, third):
        assert cards_in(desk.group, case.reference) == 1


async def test_learnt_from_both_every_open_card_is_hung_again_once(desk: Stage) -> None:
    first, second = await hand_in_many(desk, 2)
    desk.group.migrates()
    third = await hands_in(desk)
    await desk.settle()

    for case in (first, second, third):
        assert cards_in(desk.group, case.reference) == 1


async def test_a_closed_case_is_not_hung_again(desk: Stage, director: Player) -> None:
    case = await hands_in(desk)
    await director.opens()
    await director.presses("Rút đăng ký")
    await director.presses("Rút đăng ký")
    desk.group.migrates()
    await desk.settle()

    assert cards_in(desk.group, case.reference) == 0


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
    desk: Stage,
) -> None:
    case = await hands_in(desk)
    desk.lead.deletes(case.card)
    assert case.cards == []
    await Player(desk, desk.lead, desk.group).says("/choduyet 1")
    await Player(desk, desk.lead, desk.group).presses(case.reference)

    assert "chờ duyệt" in case.card.text


async def test_an_edit_of_a_deleted_card_becomes_a_new_card(desk: Stage, lead: Player) -> None:
    case = await hands_in(desk)
    card = case.card
    desk.lead.deletes(card)
    await lead.presses("Duyệt", on=card)

    assert "đã duyệt" in case.card.text
    assert case.card is not card


async def test_a_bot_thrown_out_keeps_the_cards_and_hangs_them_when_it_is_back(
    desk: Stage,
) -> None:
    early = await hands_in(desk)
    desk.group.removes(desk.desk)
    late = await hands_in(desk, desk.lead, licence="03-7/ĐKKDD-HNO", email="khac@gmail.com")
    for _ in range(40):  # far more attempts than anything is given
        await desk.moves(timedelta(minutes=5))
    assert late.cards == []
    desk.group.adds(desk.desk)
    await desk.settle()

    assert [len(early.cards), len(late.cards)] == [1, 1]


async def test_a_change_of_the_bots_rights_hangs_nothing_twice(desk: Stage) -> None:
    case = await hands_in(desk)
    desk.group.promotes(desk.desk)
    desk.group.demotes(desk.desk)
    await desk.settle()

    assert len(case.cards) == 1
