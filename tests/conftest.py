"""What holds for every test: the shared fixtures, and no silent skip in CI."""

import os

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code. The rest is hypothesis' own profile, which in CI takes
# the same examples every time.
settings.register_profile(
    "untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")

pytest_plugins = ["tests.postgres"]


def skipped_tests(config: pytest.Config) -> list[str]:
    """Each skipped test or module with its reason, one line each, in the order they ran.

    Empty in a pytest-xdist worker: the controller hears of every skip and speaks for all.
    """
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return []
    return [
        f"{report.nodeid}: {_reason(report.longrepr)}"
        for report in reporter.stats.get("skipped", [])
    ]


def _reason(longrepr: object) -> str:
    text = str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)
    return " ".join(text.removeprefix("Skipped: ").split())


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"}


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a skip fails the run: a check that did not run has not passed."""
    if _in_ci() and exitstatus == pytest.ExitCode.OK and skipped_tests(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what was skipped, with the consequence in CI."""
    skipped = skipped_tests(terminalreporter.config)
    if not skipped:
        return
    consequence = "CI allows none: the run fails" if _in_ci() else "not checked by this run"
    terminalreporter.section(f"skipped ({consequence})")
    for line in skipped:
        terminalreporter.write_line(line)
