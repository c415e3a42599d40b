"""What comes out on standard error, and messages that would fill the log."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import TextIO

from shared.structured_logs import OnceAMinute

# In a process of its own, because logs are set up once and for all.
PROGRAM = """
import logging
from uuid import UUID
import structlog
from shared.metrics import REGISTRY
from shared.structured_logs import configure_logs

configure_logs("WARNING", service="a service")
ours, theirs = structlog.get_logger(), logging.getLogger("a.library")
ours.info("not told")
with structlog.contextvars.bound_contextvars(correlation_id="an id"):
    ours.warning("odd", odd={("a", "pair"): 1})
    ours.warning("told", place="'s-Gravenhage \u2013 Ljouwert", of=UUID(int=7))
    theirs.warning("told by %s", "a library")
theirs.info("not told")
try:
    raise ValueError("jan@dezon.example is taken")
except ValueError:
    ours.exception("a bug")
    theirs.exception("another")
print(REGISTRY.get_sample_value("dnr_logged_total", {"level": "info", "event": "not told"}))
"""


def run_program(errors: int | TextIO) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=errors, text=True, check=True)  # noqa: S603 - a program of ours.


def test_each_line_is_an_object_of_who_said_what_and_why():
    done = run_program(subprocess.PIPE)

    odd, told, by_library, bug, another = [json.loads(line) for line in done.stderr.splitlines()]
    assert odd["odd"] == "{('a', 'pair'): 1}"
    assert told.pop("timestamp").endswith("Z")
    assert told == {
        "event": "told",
        "level": "warning",
        "service": "a service",
        "correlation_id": "an id",
        "place": "'s-Gravenhage \u2013 Ljouwert",
        "of": "UUID('00000000-0000-0000-0000-000000000007')",
    }
    assert (by_library["event"], by_library["correlation_id"]) == ("told by a library", "an id")
    for line in (bug, another):
        assert line["level"] == "error"
        assert line["exception"].endswith("builtins.ValueError: ja***@dezon.example is taken")
    # What isn't told is counted all the same.
    assert done.stdout == "1.0\n"


def record(name, created):
    one = logging.LogRecord(name, logging.ERROR, __file__, 1, "away", None, None)
    one.created = created
    return one


def test_a_full_disk_is_no_reason_to_fail():
    with Path("/dev/full").open("w") as full:
        assert run_program(full).stdout == "1.0\n"


def test_a_noisy_library_is_heard_once_a_minute():
    heard = OnceAMinute("opentelemetry").filter

    assert heard(record("opentelemetry.exporter", 0))
    assert not heard(record("opentelemetry.sdk.trace", 59))
    assert heard(record("opentelemetry.exporter", 60))


def test_all_others_are_always_heard():
    heard = OnceAMinute("opentelemetry").filter

    assert all(heard(record("asyncio", second)) for second in (0, 1, 2))
