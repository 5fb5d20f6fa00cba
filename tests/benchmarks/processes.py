"""Programs under measurement: started, watched through /proc, ended."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TICKS = os.sysconf("SC_CLK_TCK")  # a second


def cpu_seconds(pid: int) -> float:
    """Give the processor time of a process and all below it, in steps of 10 ms.

    That of children that have ended counts once their parent has collected them.
    """
    return sum(_ticks(each) for each in _tree(pid)) / TICKS


def peak_megabytes(pid: int) -> float:
    """Give the largest resident memory of a process since the last `forget_peak`."""
    return _megabytes(pid, "VmHWM:")


def resident(pid: int) -> float:
    """Give the resident memory of a process now."""
    return _megabytes(pid, "VmRSS:")


def forget_peak(pid: int) -> None:
    """Start `peak_megabytes` anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


@asynccontextmanager
async def started(
    arguments: Sequence[str], environment: Mapping[str, str], log: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `python -m ARGUMENTS` with nothing but `environment`; what it says goes to `log`."""
    with log.open("ab") as words:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *arguments,
            cwd=log.parent,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=words,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), 15)
            except TimeoutError:
                process.kill()
                await process.wait()


async def unless_it_ends(
    process: asyncio.subprocess.Process, work: Coroutine[Any, Any, None], log: Path
) -> None:
    """Do `work`, which needs the process; AssertionError with its last words if it ends first."""
    working, ending = asyncio.create_task(work), asyncio.create_task(process.wait())
    await asyncio.wait([working, ending], return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if not working.done():
        working.cancel()
        raise AssertionError(_last_words(log))
    await working


def _last_words(log: Path) -> str:
    return log.read_text(encoding="utf-8")[-2000:]


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            fields = _stat(int(folder.name))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(folder.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def _megabytes(pid: int, name: str) -> float:
    lines = (line.split() for line in _read(pid, "status").splitlines())
    return next(int(words[1]) / 1024 for words in lines if words[0] == name)


def _ticks(pid: int) -> int:
    return sum(map(int, _stat(pid)[11:15]))


def _stat(pid: int) -> list[str]:
    """Give the fields of /proc/PID/stat from the state on; none for a process that has ended."""
    return _read(pid, "stat").rpartition(")")[2].split()


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""
