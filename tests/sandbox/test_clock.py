"""The movable clock."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox import SandboxClock
from tests.sandbox.conftest import NOON


def test_a_frozen_clock_stands_until_moved() -> None:
    clock = SandboxClock(NOON, frozen=True)
    assert clock.now() == clock.now() == NOON
    assert clock.shift(timedelta(days=14)) == NOON + timedelta(days=14) == clock.now()
    assert clock.set(NOON + timedelta(days=20)) == clock.now()


def test_a_running_clock_runs_from_where_it_was_put() -> None:
    clock = SandboxClock(NOON)
    first, second = clock.now(), clock.now()
    assert NOON <= first <= second < NOON + timedelta(minutes=5)
    clock.shift(timedelta(hours=1))
    assert clock.now() >= NOON + timedelta(hours=1)
    stopped = clock.freeze()
    assert clock.frozen
    assert clock.now() == stopped
    clock.run()
    assert not clock.frozen
    assert clock.now() >= stopped


def test_it_never_goes_back_unless_told() -> None:
    clock = SandboxClock(NOON, frozen=True)
    with pytest.raises(ValueError, match="would go back"):
        clock.shift(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="would go back"):
        clock.set(NOON - timedelta(days=1))
    clock.set(NOON - timedelta(days=1), backwards=True)
    assert clock.now() == NOON - timedelta(days=1)


def test_it_takes_aware_times_only_and_tells_utc() -> None:
    with pytest.raises(ValueError, match="time zone"):
        SandboxClock(datetime(2026, 3, 2, 12, 0))  # noqa: DTZ001 - the point of the test
    assert SandboxClock(NOON, frozen=True).now().tzinfo is UTC
