"""What is heavy is loaded by what uses it, and by nothing else: an SDK costs seconds."""

import subprocess
import sys

import pytest

LIGHT = ("gateway", "client", "updates", "reading", "render", "faults", "poller", "webhook")
SDKS = {"aiogram": "telegram", "ptb": "aiogram"}


def loaded_after(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint(*sys.modules)"
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(ran.stdout.split())


def test_the_gateway_and_the_ways_in_load_no_sdk() -> None:
    loaded = loaded_after("\n".join(f"import bot.telegram.{name}" for name in LIGHT))

    assert not loaded & {"aiogram", "telegram", "httpx", "pydantic"}


@pytest.mark.parametrize(("used", "other"), SDKS.items())
def test_a_client_loads_only_its_own_sdk(used: str, other: str) -> None:
    loaded = loaded_after(f"import bot.telegram.{used}_client")

    assert other not in loaded


def test_the_program_loads_what_is_seldom_needed_only_when_it_is() -> None:
    loaded = loaded_after("import bot.run")

    assert not loaded & {"aiogram", "telegram", "alembic", "openpyxl", "fpdf"}
