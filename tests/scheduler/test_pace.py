"""How fast a messenger is spoken to: never more than a limit allows, never slower than needed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.messages import NORMAL, PATIENT, Address
from scheduler.pace import UNLIMITED, Limit, Limits, Pace

START = datetime(2026, 3, 2, 2, tzinfo=UTC)
GROUP = Address("staff", "-1001")
LIMITS = st.builds(Limit, count=st.integers(1, 40), seconds=st.integers(1, 120).map(float))
FREE = Limit(1, 0)
ONE = Limit(1, 1)


def taken(limit: Limit, gaps: list[float], *, patient: bool) -> list[datetime]:
    """The moments at which messages were let through, one asked for after each gap."""
    pace = Pace(Limits(bot=FREE, chat=limit, group=limit))
    now, passed = START, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        wait = pace.take(GROUP, now)
        if wait is not None and patient:
            now = wait
            wait = pace.take(GROUP, now)
            assert wait is None, "told to come back, and turned away again"
        if wait is None:
            passed.append(now)
    return passed


@given(LIMITS, st.lists(st.floats(0, 10), min_size=1, max_size=80), st.booleans())
def test_no_window_ever_holds_more_than_its_count(
    limit: Limit, gaps: list[float], patient: bool
) -> None:
    passed = taken(limit, gaps, patient=patient)

    for first in passed:
        assert sum(first <= at < first + limit.span for at in passed) <= limit.count


@given(LIMITS, st.integers(1, 80))
def test_whoever_comes_back_when_told_is_let_through_and_loses_no_time(
    limit: Limit, messages: int
) -> None:
    passed = taken(limit, [0.0] * messages, patient=True)

    assert passed[-1] - START == (messages - 1) // limit.count * limit.span


@given(st.lists(st.floats(0, 5), min_size=30, max_size=120))
def test_a_group_never_gets_more_than_twenty_messages_in_a_minute(gaps: list[float]) -> None:
    passed = taken(Limits().group, gaps, patient=True)

    for first in passed:
        assert sum(first <= at < first + timedelta(minutes=1) for at in passed) <= 20


def test_each_chat_has_a_bucket_of_its_own_and_a_bot_one_for_all() -> None:
    pace = Pace(Limits(bot=Limit(3, 1), chat=Limit(1, 60), group=ONE))
    chats = [Address("public", f"{n}") for n in range(4)]

    assert [pace.take(chat, START) is None for chat in chats] == [True, True, True, False]
    assert pace.take(Address("staff", "1"), START) is None
    assert pace.take(chats[0], START) == START + timedelta(seconds=60)


def test_cards_that_nobody_waits_for_leave_room_for_the_others() -> None:
    pace = Pace(Limits(bot=FREE, chat=ONE, group=Limit(3, 60), patient=Limit(2, 30)))
    cards = [pace.take(GROUP, START, PATIENT) for _ in range(3)]
    answers = [pace.take(GROUP, START) for _ in range(2)]

    assert cards == [None, None, START + timedelta(seconds=30)]
    assert answers == [None, START + timedelta(seconds=60)]


def test_what_others_said_to_a_group_counts() -> None:
    pace = Pace(Limits(bot=FREE, chat=ONE, group=Limit(2, 60), patient=ONE))
    before = START - timedelta(seconds=59)
    pace.recall(GROUP, [(before, NORMAL), (START, PATIENT)])

    assert pace.take(GROUP, START) == before + timedelta(seconds=60)
    assert pace.limits.shared(GROUP) == timedelta(seconds=60)
    assert not pace.limits.shared(Address("staff", "1"))
    pace.recall(GROUP, [])
    assert pace.take(GROUP, START, PATIENT) is None


def test_what_is_turned_away_counts_for_nothing() -> None:
    pace = Pace(Limits(bot=FREE, chat=ONE, group=ONE))
    assert pace.take(GROUP, START) is None
    first = pace.take(GROUP, START)

    assert [pace.take(GROUP, START) for _ in range(50)] == [first] * 50


def test_a_topic_shares_the_limit_of_its_group() -> None:
    pace = Pace(Limits(bot=FREE, chat=ONE, group=ONE))
    assert pace.take(GROUP, START) is None

    assert pace.take(Address("staff", "-1001", "7"), START) is not None


def test_a_clock_that_was_put_back_holds_nothing_up() -> None:
    pace = Pace(Limits(bot=FREE, chat=ONE, group=ONE))
    assert pace.take(GROUP, START) is None

    assert pace.take(GROUP, START - timedelta(hours=1)) is None


def test_without_limits_nothing_waits_and_nothing_is_kept() -> None:
    pace = Pace(UNLIMITED)

    assert [pace.take(GROUP, START) for _ in range(1000)] == [None] * 1000
    assert sum(map(len, pace._said.values())) <= 2


def test_a_window_in_which_nothing_was_said_is_forgotten() -> None:
    pace = Pace(Limits(bot=ONE, chat=ONE, group=Limit(1, 60)))
    pace.take(GROUP, START)
    pace.take(GROUP, START + timedelta(seconds=30))
    pace.forget_idle(START + timedelta(seconds=30))

    assert set(pace._said) == {GROUP.lane}


def test_windows_that_ran_empty_are_forgotten() -> None:
    pace = Pace()
    for n in range(100):
        pace.take(Address("public", f"{n}"), START + n * timedelta(seconds=1))
    later = START + timedelta(minutes=5)
    pace.take(GROUP, later)
    pace.forget_idle(later + timedelta(seconds=1))

    assert set(pace._said) == {GROUP.bot, GROUP.lane}
