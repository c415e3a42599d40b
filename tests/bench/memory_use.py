"""How much memory each process takes after work like that of the other measurements."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from auth_service.password_hashing import QUIET_SECONDS
from tests.bench.figures import table, verdict
from tests.bench.processes import memory_kib
from tests.bench.stack import Stack

AIMS_MB = {"auth-web": 100, "auth-worker": 100, "mailer": 80}
# Until password hashing has given its memory back.
LATER_SECONDS = QUIET_SECONDS + 3.0


@dataclass(frozen=True)
class MemoryUse:
    """KiB by process: right after the work, and a while later."""

    at_once: Mapping[str, Mapping[str, int]]
    later: Mapping[str, Mapping[str, int]]


async def measure_memory(stack: Stack) -> MemoryUse:
    at_once = {name: memory_kib(pid) for name, pid in stack.pids.items()}
    await asyncio.sleep(LATER_SECONDS)
    return MemoryUse(at_once, {name: memory_kib(pid) for name, pid in stack.pids.items()})


def memory_report(measured: MemoryUse) -> str:
    rows = [
        [name, *megabytes(later["Pss"], later["Rss"], at_once["Rss"], later["VmHWM"]), f"{AIMS_MB[name]}"]
        for (name, at_once), later in zip(measured.at_once.items(), measured.later.values(), strict=True)
    ]
    met = all(size["Rss"] * 1024 <= AIMS_MB[name] * 1_000_000 for name, size in measured.later.items())
    heads = ["MB (10^6 bytes)", "PSS", "RSS", "RSS right after work", "RSS at its peak", "aim for RSS"]
    return (
        f"{LATER_SECONDS:.0f} s after the last of that work\n\n{table(heads, rows)}\n\n"
        f"aims: {verdict(met=met)}"
    )


def megabytes(*kib: int) -> list[str]:
    return [f"{size * 1024 / 1_000_000:.1f}" for size in kib]
