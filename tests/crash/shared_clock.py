"""A clock that several processes share and one of them may move: an offset in a small file."""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.clock import system_time

_SECONDS = struct.Struct("d")


class SharedClock:
    """`core.ports.Clock` over the system's, moved by what the file says. The file must exist."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._offset = mmap.mmap(file.fileno(), _SECONDS.size)

    @classmethod
    def made(cls, path: Path, start: datetime) -> "SharedClock":
        """Make the file, with the present at `start`."""
        path.write_bytes(_SECONDS.pack((start - system_time()).total_seconds()))
        return cls(path)

    def now(self) -> datetime:
        """Give the shared present as an aware UTC datetime."""
        (seconds,) = _SECONDS.unpack(self._offset[:])
        return (system_time() + timedelta(seconds=seconds)).astimezone(UTC)

    def shift(self, by: timedelta) -> None:
        """Move every process's present."""
        (seconds,) = _SECONDS.unpack(self._offset[:])
        self._offset[:] = _SECONDS.pack(seconds + by.total_seconds())
