"""How fast a messenger is spoken to: never more than a limit allows, never slower than needed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.limits import UNLIMITED, Limit, Limits
from core.messages import NORMAL, PATIENT, Address
from scheduler.pace import FIRST_WORDS, Pace

START = datetime(2026, 3, 2, 2, tzinfo=UTC)
GROUP, LAN = Address("staff", "-1001"), Address("staff", "7")
LIMITS = st.builds(Limit, count=st.integers(1, 40), seconds=st.integers(1, 120).map(float))
FREE = Limit(1, 0)
ONE = Limit(1, 1)
NEW = timedelta(seconds=5)
TELEGRAM = 30  # messages of a bot in a second


def taken(
    limits: Limits, gaps: list[float], *, patient: bool, to: Address = GROUP
) -> list[datetime]:
    """The moments at which messages were let through, one asked for after each gap."""
    return let_through(Pace(limits), gaps, patient=patient, to=to)


def let_through(
    pace: Pace, gaps: list[float], *, patient: bool = False, to: Address = LAN
) -> list[datetime]:
    now, passed = START, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        wait = pace.take(to, now)
        if wait is not None and patient:
            now = wait
            wait = pace.take(to, now)
            assert wait is None, "told to come back, and turned away again"
        if wait is None:
            passed.append(now)
    return passed


def either_window(limit: Limit) -> list[tuple[Limits, Address]]:
    return [(Limits(bot=limit), LAN), (Limits(bot=FREE, group=limit), GROUP)]


@given(LIMITS, st.lists(st.floats(0, 10), min_size=1, max_size=80), st.booleans())
def test_no_window_ever_holds_more_than_its_count(
    limit: Limit, gaps: list[float], patient: bool
) -> None:
    for limits, to in either_window(limit):
        passed = taken(limits, gaps, patient=patient, to=to)

        for first in passed:
            assert sum(first <= at < first + limit.span for at in passed) <= limit.count


@given(LIMITS, st.integers(1, 80))
def test_whoever_comes_back_when_told_is_let_through_and_loses_no_time(
    limit: Limit, messages: int
) -> None:
    for limits, to in either_window(limit):
        passed = taken(limits, [0.0] * messages, patient=True, to=to)

        assert passed[-1] - START == (messages - 1) // limit.count * limit.span


@given(st.lists(st.floats(0, 5), min_size=30, max_size=120))
def test_a_group_never_gets_more_than_twenty_messages_in_a_minute(gaps: list[float]) -> None:
    passed = taken(Limits(), gaps, patient=True)

    for first in passed:
        assert sum(first <= at < first + timedelta(minutes=1) for at in passed) <= 20


@given(st.lists(st.floats(0, 2), min_size=1, max_size=3))
def test_processes_that_come_one_after_the_other_never_exceed_the_limit_together(
    arrivals: list[float],
) -> None:
    """Each knows at once how many there are; those that were there before learn it a beat later."""
    paces: list[Pace] = []
    born: list[datetime] = []
    said: list[datetime] = []
    now = START

    def all_say_what_they_may() -> None:
        for pace in paces:
            while pace.take(LAN, now) is None:
                said.append(now)

    for gap in [0.0, *arrivals]:
        now += timedelta(seconds=gap)
        all_say_what_they_may()
        paces.append(Pace())
        born.append(now)
        paces[-1].share(len(paces), new=True)
        all_say_what_they_may()
        for pace, since in zip(paces, born, strict=True):
            pace.share(len(paces), new=now - since < NEW)
    for _ in range(4):
        now += timedelta(seconds=0.5)
        all_say_what_they_may()

    for first in said:
        assert sum(first <= at < first + timedelta(seconds=1) for at in said) <= TELEGRAM


def test_the_limit_is_divided_and_a_newcomer_begins_slowly() -> None:
    shares = []
    for senders, new in [(1, True), (2, True), (4, True), (2, False), (4, False), (99, False)]:
        pace = Pace()
        pace.share(senders, new=new)
        shares.append(len(let_through(pace, [0.0] * TELEGRAM)))

    assert shares == [25, FIRST_WORDS, 1, 12, 6, 1]


def test_a_smaller_share_holds_at_once() -> None:
    pace = Pace()
    assert len(let_through(pace, [0.0] * 20)) == 20
    pace.share(2, new=False)

    assert pace.take(LAN, START + timedelta(seconds=0.9)) == START + timedelta(seconds=1)
    assert pace.take(LAN, START + timedelta(seconds=1)) is None


def test_cards_that_nobody_waits_for_leave_room_for_the_others() -> None:
    pace = Pace(Limits(bot=FREE, group=Limit(3, 60), patient=Limit(2, 30)))
    cards = [pace.take(GROUP, START, PATIENT) for _ in range(3)]
    answers = [pace.take(GROUP, START) for _ in range(2)]

    assert cards == [None, None, START + timedelta(seconds=30)]
    assert answers == [None, START + timedelta(seconds=60)]


def test_what_others_said_to_a_group_counts() -> None:
    pace = Pace(Limits(bot=FREE, group=Limit(2, 60), patient=ONE))
    before = START - timedelta(seconds=59)
    pace.recall(GROUP, [(before, NORMAL), (START, PATIENT)])

    assert pace.take(GROUP, START) == before + timedelta(seconds=60)
    assert pace.remembers(GROUP) == timedelta(seconds=60)
    assert not pace.remembers(LAN)
    pace.recall(GROUP, [])
    assert pace.take(GROUP, START, PATIENT) is None


def test_what_is_turned_away_counts_for_nothing() -> None:
    pace = Pace(Limits(bot=FREE, group=ONE))
    assert pace.take(GROUP, START) is None
    first = pace.take(GROUP, START)

    assert [pace.take(GROUP, START) for _ in range(50)] == [first] * 50


def test_each_bot_and_each_group_has_a_window_of_its_own_and_topics_share_one() -> None:
    pace = Pace(Limits(bot=Limit(2, 1), group=ONE))
    asked = ["-1", "-1", "-2", "5"]
    bots = [pace.take(Address("staff", chat), START) is None for chat in asked]

    assert bots == [True, False, True, False]
    assert pace.take(Address("public", "-1"), START) is None
    assert pace.take(Address("public", "-1", "7"), START) is not None


def test_a_clock_that_was_put_back_holds_nothing_up() -> None:
    pace = Pace(Limits(bot=FREE, group=ONE))
    assert pace.take(GROUP, START) is None

    assert pace.take(GROUP, START - timedelta(hours=1)) is None


def test_without_limits_nothing_waits_and_nothing_is_kept() -> None:
    pace = Pace(UNLIMITED)

    assert [pace.take(GROUP, START) for _ in range(1000)] == [None] * 1000
    assert sum(map(len, pace._said.values())) <= 2
