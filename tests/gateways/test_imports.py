"""What is heavy is loaded by what uses it, and by nothing else: an SDK costs seconds."""

import subprocess
import sys

import pytest

LIGHT = ("gateway", "client", "updates", "reading", "render", "faults", "poller", "webhook")
SDKS = {"aiogram": "telegram", "ptb": "aiogram"}


BUILT = """
from bot.telegram.connect import connect
client = connect("aiogram", bot="public", token="1:" + "t" * 35)
from aiogram.types import Message, Poll, Story
print(*(one.__name__ for one in (Message, Poll, Story) if one.__pydantic_complete__))
"""
READ = """
incoming = client.parse({"update_id": 1, "message": {"message_id": 1, "date": 0, "text": "chào",
    "chat": {"id": 7, "type": "private"}, "from": {"id": 7, "is_bot": False, "first_name": "Lan"},
    "reply_to_message": {"message_id": 2, "date": 0, "chat": {"id": 7, "type": "private"},
        "poll": {"id": "1", "question": "?"}}}})
print(incoming.text)
"""
ALL = """
from bot.telegram.late_types import load_aiogram
load_aiogram()
from aiogram import methods, types
from pydantic import BaseModel
found = [getattr(where, name) for where in (types, methods) for name in where.__all__]
models = [one for one in found if isinstance(one, type) and issubclass(one, BaseModel)]
for model in models:
    model.model_rebuild()
print(len(models), *(one.__name__ for one in models if not one.__pydantic_complete__))
"""


def says(code: str) -> list[str]:
    """Run it in a process of its own; return the words it prints."""
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return ran.stdout.split()


def loaded_after(code: str) -> set[str]:
    return set(says(f"import sys\n{code}\nprint(*sys.modules)"))


def test_the_gateway_and_the_ways_in_load_no_sdk() -> None:
    loaded = loaded_after("\n".join(f"import bot.telegram.{name}" for name in LIGHT))

    assert not loaded & {"aiogram", "telegram", "httpx", "pydantic"}


@pytest.mark.parametrize(("used", "other"), SDKS.items())
def test_a_client_loads_only_its_own_sdk(used: str, other: str) -> None:
    loaded = loaded_after(f"import bot.telegram.{used}_client")

    assert other not in loaded


def test_aiogram_builds_no_type_before_a_bot_uses_it() -> None:
    assert says(BUILT) == []
    assert says(f"{BUILT}{READ}") == ["chào"]


@pytest.mark.slow
def test_every_type_of_aiogram_can_be_built_when_it_is_used() -> None:
    count, *broken = says(ALL)

    assert int(count) > 500
    assert broken == []


def test_the_program_loads_what_is_seldom_needed_only_when_it_is() -> None:
    loaded = loaded_after("import bot.run")

    assert not loaded & {"aiogram", "telegram", "alembic", "openpyxl", "fpdf"}
