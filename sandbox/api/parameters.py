"""Types of request parameters: each reads a raw value strictly or refuses it.

Values come as text (form, query, multipart) or as JSON. Telegram takes numbers and objects
written as text either way; anything it would silently bend (a limit out of range, an unknown
field) is refused here.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.errors import ApiError, bad_request

Reader = Callable[[Any], Any]
_TRUE = frozenset({"true", "1", "yes"})
_FALSE = frozenset({"false", "0", "no", ""})


@dataclass(frozen=True)
class Upload:
    """A file that came with the request."""

    name: str
    content: bytes

    def __repr__(self) -> str:
        return f"Upload({self.name!r}, {len(self.content)} bytes)"


@dataclass(frozen=True)
class Parameters:
    """A method's parameters, compiled once: readers by name and the names it needs."""

    readers: Mapping[str, Reader]
    required: tuple[str, ...] = ()

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values read; ApiError 400 names the first parameter that is wrong."""
        readers = self.readers
        values = {}
        for name, raw in given.items():
            reader = readers.get(name)
            if reader is None:
                raise bad_request(f'unknown parameter "{name}"')
            if raw is None:
                continue
            try:
                values[name] = reader(raw)
            except ValueError as problem:
                raise bad_request(f'parameter "{name}" {problem}') from None
        for name in self.required:
            if values.get(name) in (None, ""):
                raise bad_request(f"{name} is empty")
        return values


def integer(low: int = -(2**63), high: int = 2**63 - 1) -> Reader:
    """Return a reader of whole numbers from `low` to `high`."""

    def read(raw: Any) -> int:
        if isinstance(raw, str):
            digits = raw[1:] if raw.startswith("-") else raw
            if not (digits.isascii() and digits.isdecimal()):
                raise ValueError("must be an Integer")
            raw = int(raw)
        if type(raw) is not int:
            raise ValueError("must be an Integer")
        if not low <= raw <= high:
            raise ValueError(f"must be from {low} to {high}")
        return raw

    return read


def string(longest: int | None = None) -> Reader:
    """Return a reader of texts of at most `longest` characters."""

    def read(raw: Any) -> str:
        if not isinstance(raw, str):
            raise ValueError("must be a String")
        if longest is not None and len(raw) > longest:
            raise ValueError(f"must be at most {longest} characters")
        return raw

    return read


def boolean(raw: Any) -> bool:
    """Read true or false."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        word = raw.lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
    raise ValueError("must be a Boolean")


def chat(raw: Any) -> int | str:
    """Read a chat id (number) or @username."""
    if isinstance(raw, str) and raw.startswith("@") and len(raw) > 1:
        return raw
    try:
        number: int = _any_integer(raw)
    except ValueError:
        raise ValueError("must be a chat identifier") from None
    return number


def choice(*allowed: str) -> Reader:
    """Return a reader of one of some words."""
    words = frozenset(allowed)

    def read(raw: Any) -> str:
        if not isinstance(raw, str) or raw not in words:
            raise ValueError(f"must be one of {', '.join(sorted(words))}")
        return raw

    return read


def listing(reader: Reader, longest: int | None = None) -> Reader:
    """Return a reader of JSON arrays of what `reader` reads."""

    def read(raw: Any) -> list[Any]:
        raw = from_json(raw)
        if not isinstance(raw, list):
            raise ValueError("must be an Array")
        if longest is not None and len(raw) > longest:
            raise ValueError(f"must have at most {longest} elements")
        return [reader(element) for element in raw]

    return read


def record(readers: Mapping[str, Reader], required: tuple[str, ...] = ()) -> Reader:
    """Return a reader of JSON objects with these fields and no others."""

    def read(raw: Any) -> dict[str, Any]:
        raw = from_json(raw)
        if not isinstance(raw, dict):
            raise ValueError("must be an Object")
        values = {}
        for name, value in raw.items():
            reader = readers.get(name)
            if reader is None:
                raise ValueError(f'has an unknown field "{name}"')
            if value is None:
                continue
            try:
                values[name] = reader(value)
            except ApiError:
                raise
            except ValueError as problem:
                raise ValueError(f'field "{name}" {problem}') from None
        for name in required:
            if name not in values:
                raise ValueError(f'lacks the field "{name}"')
        return values

    return read


def upload(raw: Any) -> Upload | str:
    """Read a file sent along, or text: a file_id or an address."""
    if isinstance(raw, Upload) or (isinstance(raw, str) and raw):
        return raw
    raise ValueError("must be an InputFile or a String")


def from_json(raw: Any) -> Any:
    """Return JSON written as text decoded, anything else as it is; ValueError for bad JSON."""
    if not isinstance(raw, str):
        return raw
    try:
        return json.loads(raw)
    except json.JSONDecodeError:
        raise ValueError("can't be parsed as JSON object") from None


_any_integer = integer()
