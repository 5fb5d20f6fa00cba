"""A draft that was left: mentioned once, by day, and forgotten a day after the last word."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.stage import Stage
from core.policy import Policy
from core.usecases.drafts import reminder_time
from tests.handlers.actors import FACILITY, LICENCE, Player, conversation_of, draft_of

REMINDER = "Quý cơ sở còn một đăng ký chưa gửi"
TWO_HOURS = timedelta(hours=2)


def hanoi(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


async def test_an_abandoned_draft_is_mentioned_after_two_hours_and_only_once(
    stage: Stage, director: Player
) -> None:
    await director.agrees()
    await stage.moves(TWO_HOURS - timedelta(seconds=1))
    director.hears_no(REMINDER)
    await stage.moves(timedelta(seconds=1))
    director.hears(REMINDER, "24 giờ sau lần nhập cuối")
    await stage.moves(TWO_HOURS)
    await stage.moves(TWO_HOURS)

    assert director.heard.count(REMINDER) == 1


async def test_the_reminder_leads_back_to_the_question(stage: Stage, director: Player) -> None:
    await director.agrees()
    await stage.moves(TWO_HOURS)
    await director.presses("Tiếp tục")

    director.hears("Bước 1/7")


async def test_an_answer_may_follow_the_reminder_directly(stage: Stage, director: Player) -> None:
    await director.agrees()
    await stage.moves(TWO_HOURS)
    await director.says(LICENCE)

    director.hears("Bước 2/7")


async def test_a_draft_that_was_mentioned_is_not_mentioned_again_after_more_answers(
    stage: Stage, director: Player
) -> None:
    await director.agrees()
    await stage.moves(TWO_HOURS)
    await director.says(LICENCE)
    await stage.moves(TWO_HOURS)

    director.hears_no(REMINDER)


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (hanoi(2, 20, 30), hanoi(3, 7)),
        (hanoi(2, 18, 59), hanoi(2, 20, 59)),
        (hanoi(2, 19, 0), hanoi(3, 7)),
        (hanoi(3, 2), hanoi(3, 7)),
        (hanoi(3, 5), hanoi(3, 7)),
    ],
)
async def test_nobody_is_reminded_at_night(
    stage: Stage, director: Player, left: datetime, told: datetime
) -> None:
    await stage.moves(left)
    await director.agrees()
    await stage.moves(told - timedelta(seconds=1))
    director.hears_no(REMINDER)
    await stage.moves(told)

    director.hears(REMINDER)


async def test_a_draft_that_was_sent_meanwhile_is_not_mentioned(
    stage: Stage, director: Player
) -> None:
    await director.registers()
    await stage.moves(TWO_HOURS)

    director.hears_no(REMINDER)


async def test_an_answer_on_its_way_when_the_reminder_falls_due_comes_first(
    stage: Stage, director: Player
) -> None:
    await director.agrees()
    stage.clock.shift(TWO_HOURS)
    director.person.types(LICENCE, in_=stage.bot)
    await stage.pollers[0].poll_once()
    await stage.app.ticker.sweep()
    await stage.settle()

    director.hears("Bước 2/7")
    director.hears_no(REMINDER)


async def test_whoever_blocked_the_bot_is_not_reminded(stage: Stage, director: Player) -> None:
    await director.agrees()
    director.person.blocks(stage.bot)
    await stage.settle()
    await stage.moves(TWO_HOURS)

    assert REMINDER not in director.transcript
    async with stage.app.store.read() as tx:
        assert await tx.outbox.failures(stage.clock.now() - TWO_HOURS) == 0


async def test_a_draft_is_forgotten_a_day_after_the_last_word_and_not_earlier(
    stage: Stage, director: Player
) -> None:
    await director.agrees()
    await director.says(LICENCE)
    await stage.moves(timedelta(hours=24))
    assert await draft_of(director) is not None
    await stage.moves(timedelta(seconds=1))

    assert await draft_of(director) is None
    await director.says(FACILITY)
    director.hears("Quý cơ sở có đồng ý không?")


async def test_the_last_word_counts_not_the_first(stage: Stage, director: Player) -> None:
    await director.agrees()
    await stage.moves(timedelta(hours=20))
    await director.says(LICENCE)
    await stage.moves(timedelta(hours=20))
    await director.says(FACILITY)

    director.hears("Bước 3/7")


async def test_a_word_on_its_way_keeps_the_draft(stage: Stage, director: Player) -> None:
    await director.agrees()
    stage.clock.shift(timedelta(hours=24, seconds=1))
    director.person.types(LICENCE, in_=stage.bot)
    await stage.pollers[0].poll_once()
    await stage.app.ticker.sweep()
    await stage.settle()

    director.hears("Bước 2/7")


def test_a_reminder_that_would_come_after_the_end_is_not_sent() -> None:
    policy = Policy(draft_life=timedelta(hours=3))

    assert reminder_time(hanoi(2, 20), policy) is None
    assert reminder_time(hanoi(2, 9), policy) == hanoi(2, 11)


async def test_forgetting_leaves_the_person_their_language(stage: Stage, director: Player) -> None:
    await director.says("/english")
    await stage.moves(timedelta(hours=25))

    assert (await conversation_of(director)).locale == "en"
