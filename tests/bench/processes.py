"""What Linux knows about processes: their memory, and the CPU time they took."""

import asyncio
import os
import resource
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
# Of /proc/<pid>/stat, counted after the name in brackets: utime, stime, and both of ended children (proc(5)).
CPU_TIMES = slice(11, 15)
PARENT = 1
# Of the first line of /proc/stat: idle, iowait.
IDLE = slice(3, 5)


def memory_kib(pid: int) -> dict[str, int]:
    """`Rss` and `Pss` as they are now, `VmHWM` as the most there ever was."""
    lines = [*of(pid, "smaps_rollup").splitlines(), *of(pid, "status").splitlines()]
    named = (line.split(":", 1) for line in lines if line.startswith(("Rss:", "Pss:", "VmHWM:")))
    return {name: int(value.split()[0]) for name, value in named}


def cpu_seconds(pids: Iterable[int]) -> float:
    """Of all these and their threads; who has ended meanwhile counts with its parent."""
    ticks = 0
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            ticks += sum(int(field) for field in stat_fields(pid)[CPU_TIMES])
    return ticks / TICKS


def own_cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def busy_share(seconds: float) -> float:
    """Of all cores' time in the next `seconds`, whoever used it."""
    before, began = busy_seconds(), time.perf_counter()
    await asyncio.sleep(seconds)
    return (busy_seconds() - before) / (time.perf_counter() - began) / (os.cpu_count() or 1)


def busy_seconds() -> float:
    """Of all cores together, since the machine started."""
    first, *_ = (PROC / "stat").read_text(encoding="utf-8").splitlines()
    times = [int(ticks) for ticks in first.split()[1:9]]
    return (sum(times) - sum(times[IDLE])) / TICKS


def with_children(pid: int) -> list[int]:
    children = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal()]
    return [pid, *(child for child in children if is_child_of(child, pid))]


def is_child_of(child: int, parent: int) -> bool:
    try:
        return int(stat_fields(child)[PARENT]) == parent
    except (FileNotFoundError, ProcessLookupError):
        return False


def stat_fields(pid: int) -> list[str]:
    return of(pid, "stat").rpartition(")")[2].split()


def of(pid: int, file: str) -> str:
    return (PROC / str(pid) / file).read_text(encoding="utf-8")
