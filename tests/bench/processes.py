"""What Linux knows about a process: its memory, and the CPU time it took."""

import os
import resource
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
# Of /proc/<pid>/stat, counted after the name in brackets: utime, stime (proc(5)).
UTIME = 11
PARENT = 1


def memory_kib(pid: int) -> dict[str, int]:
    """`Rss` and `Pss` as they are now, `VmHWM` as the most there ever was."""
    lines = [*of(pid, "smaps_rollup").splitlines(), *of(pid, "status").splitlines()]
    named = (line.split(":", 1) for line in lines if line.startswith(("Rss:", "Pss:", "VmHWM:")))
    return {name: int(value.split()[0]) for name, value in named}


def cpu_seconds(pids: Iterable[int]) -> float:
    """Of all these and their threads."""
    fields = (stat_fields(pid) for pid in pids)
    return sum(int(field[UTIME]) + int(field[UTIME + 1]) for field in fields) / TICKS


def own_cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def with_children(pid: int) -> list[int]:
    children = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal()]
    return [pid, *(child for child in children if is_child_of(child, pid))]


def is_child_of(child: int, parent: int) -> bool:
    try:
        return int(stat_fields(child)[PARENT]) == parent
    except FileNotFoundError:
        return False


def stat_fields(pid: int) -> list[str]:
    return of(pid, "stat").rpartition(")")[2].split()


def of(pid: int, file: str) -> str:
    return (PROC / str(pid) / file).read_text(encoding="utf-8")
