"""Which process a pid file means: a bare pid may belong to a stranger by the time one reads it."""

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from deploy.local.waiting import became_true

GONE_WITHIN_SECONDS = 5.0


def identity(pid: int) -> str | None:
    """`pid`, its start time and the machine's boot, which no other process ever has; None when it is gone."""
    fields = stat_fields(pid)
    if fields is None or fields[0] == "Z":
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{pid} {fields[19]} {boot}"


def stat_fields(pid: int) -> list[str] | None:
    """The fields of proc(5) /proc/<pid>/stat from the third one on: state, ppid, …"""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The second field is the program's name, which may hold blanks and brackets.
    return text.rpartition(")")[2].split()


def record_process(pid_file: Path, pid: int) -> None:
    """Write down `pid`, and us as the one that answers for it."""
    pid_file.write_text(f"{identity(pid)}\n{identity(os.getpid())}\n", encoding="ascii")


def recorded_processes(pid_file: Path) -> tuple[int | None, int | None]:
    """The pids of the process and of who answered for it, each only if that very process is still there."""
    try:
        lines = pid_file.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return None, None
    process, owner = [still_there(line) for line in [*lines, "", ""][:2]]
    return process, owner


def still_there(recorded: str) -> int | None:
    pid = recorded.partition(" ")[0]
    return int(pid) if pid.isdigit() and identity(int(pid)) == recorded else None


def kill_tree(pid: int) -> None:
    """SIGKILL `pid` and all that descends from it; returns when they are gone.

    Not its process group: the processes of PostgreSQL and of the Erlang machine leave theirs.
    """
    kill_all([pid, *descendants(pid)])


def kill_all(pids: Iterable[int]) -> None:
    marks = {pid: mark for pid in pids if (mark := identity(pid))}
    for pid in marks:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    became_true(
        lambda: not any(identity(pid) == mark for pid, mark in marks.items()), within=GONE_WITHIN_SECONDS
    )


def descendants(pid: int) -> Iterator[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := stat_fields(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        waiting += below
        yield from below
