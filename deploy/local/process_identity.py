"""Which process a pid file means: a bare pid may belong to a stranger by the time one reads it."""

import os
import signal
from collections.abc import Iterator
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


def recorded_process(pid_file: Path) -> int | None:
    """The pid in `pid_file`, if that very process is still there."""
    try:
        text = pid_file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    pid = text.partition(" ")[0]
    return int(pid) if pid.isdigit() and identity(int(pid)) == text else None


def record_process(pid_file: Path, pid: int) -> None:
    pid_file.write_text(f"{identity(pid) or ''}\n", encoding="ascii")


def kill_tree(pid: int) -> None:
    """SIGKILL `pid` and all that descends from it; returns when they are gone.

    Not its process group: the processes of PostgreSQL and of the Erlang machine leave theirs.
    """
    tree = [pid, *descendants(pid)]
    marks = {member: mark for member in tree if (mark := identity(member))}
    for member in tree:
        with suppress(ProcessLookupError):
            os.kill(member, signal.SIGKILL)
    became_true(
        lambda: not any(identity(member) == mark for member, mark in marks.items()),
        within=GONE_WITHIN_SECONDS,
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
