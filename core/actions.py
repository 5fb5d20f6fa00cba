"""Buttons as typed, versioned values, and their wire form of at most 64 bytes.

The wire form is `1.<subject>.<verb>[.<argument>…]`. Authority is never read from it: a press is a
claim, and the use case checks who presses and how the case stands.
"""

import re
from dataclasses import dataclass

VERSION = "1"
LIMIT = 64  # bytes; the Bot API refuses longer callback data

_NUMBER = re.compile(r"[0-9a-f]{1,15}")  # what a database's signed 64 bits can hold


@dataclass(frozen=True, slots=True)
class Action:
    """What a button stands for: a subject, a verb and arguments without dots."""

    subject: str
    verb: str
    args: tuple[str, ...] = ()

    def __str__(self) -> str:
        wire = ".".join((VERSION, self.subject, self.verb, *self.args))
        if len(wire.encode()) > LIMIT:
            raise ValueError(f"callback data over {LIMIT} bytes: {wire}")
        return wire


def read_action(wire: str) -> Action | None:
    """Read a button's wire form; None for anything this version did not write."""
    version, *parts = wire.split(".")
    if version != VERSION or len(parts) < 2:
        return None
    return Action(parts[0], parts[1], tuple(parts[2:]))


def read_number(part: str) -> int | None:
    """Read an id or version as `card` and `menu` write it; None for anything else."""
    return int(part, 16) if _NUMBER.fullmatch(part) else None


def read_case(action: Action) -> tuple[int, int] | None:
    """Read which case a button is about, and the version it was shown at, its first arguments."""
    match [read_number(part) for part in action.args[:2]]:
        case [int(registration_id), int(version)]:
            return registration_id, version
    return None


def step(name: str, answer: str) -> str:
    """Answer a step of the conversation with one of its choices."""
    return str(Action("s", name, (answer,)))


def menu(verb: str, *args: str) -> str:
    """Ask for something outside the steps: start, status, withdraw, language."""
    return str(Action("m", verb, args))


def is_menu(wire: str) -> bool:
    """Tell whether a button is one of `menu`, which may be typed wherever one is."""
    return wire.startswith(f"{VERSION}.m.")


def card(verb: str, registration_id: int, version: int, *args: str) -> str:
    """Press a button on a registration's card, as the card stood at `version`."""
    return str(Action("c", verb, (f"{registration_id:x}", f"{version:x}", *args)))
