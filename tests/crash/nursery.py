"""Starts workers in no time: a process that has everything imported and forks one on demand.

`python -m tests.crash.nursery` reads one JSON object a line, an `Order`, and tells one a line:
{"started": name, "pid": n}, {"running": name}, and at last
{"ended": name, "pid": n, "signal": n or 0, "status": n}.
At the end of its input it kills what it has started.
"""

import asyncio
import json
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import cast

from bot.run import Role
from bot.telegram.late_types import load_aiogram
from tests.crash.worker import Diary, Failpoint, work


@dataclass(frozen=True, slots=True)
class Order:
    """A worker to be started: its settings, its role, where to write, where or of what to die."""

    name: str
    role: str
    clock: str
    log: str
    diary: str
    environment: Mapping[str, str] = field(default_factory=dict)
    point: str = ""
    count: int = 0
    poison: str = ""

    @property
    def line(self) -> bytes:
        """The order as the nursery reads it."""
        return json.dumps(asdict(self)).encode() + b"\n"


def main() -> None:
    """Obey until the input ends. The SDKs are loaded once, here, and not by each worker."""
    load_aiogram()
    for sdk in ("aiogram", "ptb"):
        import_module(f"bot.telegram.{sdk}_client")
    reader, writer = socket.socketpair()
    reader.settimeout(0)
    writer.settimeout(0)
    signal.set_wakeup_fd(writer.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal; the driver ends us
    children: dict[int, str] = {}
    waiting = b""
    _tell({"ready": os.getpid()})
    while True:
        ready, _, _ = select.select([0, reader.fileno()], [], [])
        if reader.fileno() in ready:
            reader.recv(4096)
            _collect(children)
        if 0 in ready:
            read = os.read(0, 65536)
            if not read:
                break
            *lines, waiting = (waiting + read).split(b"\n")
            for line in lines:
                order = Order(**json.loads(line))
                pid = _fork(order)
                children[pid] = order.name
                _tell({"started": order.name, "pid": pid})
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _fork(order: Order) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        null = os.open(os.devnull, os.O_RDONLY)
        news = os.dup(1)
        for ours, theirs in ((null, 0), (log, 1), (log, 2)):
            os.dup2(ours, theirs)
        os.environ.update(order.environment)
        role = cast("Role", order.role)
        failpoint = Failpoint(order.point, order.count, order.poison)
        diary = Diary.opened(Path(order.diary))
        ready = partial(_tell, {"running": order.name}, news)
        status = asyncio.run(work(role, Path(order.clock), failpoint, diary, ready))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _collect(children: dict[int, str]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        left = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0
        _tell({"ended": children.pop(pid), "pid": pid, "signal": killed, "status": left})


def _tell(news: Mapping[str, object], where: int = 1) -> None:
    os.write(where, json.dumps(news).encode() + b"\n")


if __name__ == "__main__":
    main()
