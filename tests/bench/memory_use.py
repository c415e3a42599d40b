"""How much memory each process takes after work like that of the other measurements."""

from tests.bench.figures import table, verdict
from tests.bench.processes import memory_kib
from tests.bench.stack import Stack

AIMS_MB = {"auth-web": 100, "auth-worker": 100, "mailer": 80}


def memory_report(stack: Stack) -> str:
    sizes = {name: memory_kib(pid) for name, pid in stack.pids.items()}
    rows = [
        [name, *(f"{megabytes(size[what]):.1f}" for what in ("Pss", "Rss", "VmHWM")), f"{AIMS_MB[name]}"]
        for name, size in sizes.items()
    ]
    met = all(megabytes(size["Rss"]) <= AIMS_MB[name] for name, size in sizes.items())
    heads = ["MB (10^6 bytes)", "PSS", "RSS", "RSS at its peak", "aim for RSS"]
    return f"{table(heads, rows)}\n\naims: {verdict(met=met)}"


def megabytes(kib: int) -> float:
    return kib * 1024 / 1_000_000
