"""Processes we start: they stop in order, die with us, and are found again after a crash."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.child_process import ChildProcess, Program, clear_leftover
from deploy.local.failures import StartFailed
from deploy.local.process_identity import identity
from deploy.local.waiting import became_true

ROOT = Path(__file__).resolve().parents[3]
SAYS_WHEN_IT_RUNS = "print('running', flush=True);"
SLEEPS = f"import time; {SAYS_WHEN_IT_RUNS} time.sleep(60)"
IS_DEAF = f"import signal, time; signal.signal(15, signal.SIG_IGN); {SAYS_WHEN_IT_RUNS} time.sleep(60)"
HAS_A_CHILD = (
    "import subprocess, time;"
    "child = subprocess.Popen(['sleep', '60'], start_new_session=True); print(child.pid, flush=True);"
    "time.sleep(60)"
)

MakeChild = Callable[..., ChildProcess]


@pytest.fixture
def make_child(tmp_path: Path) -> Iterator[MakeChild]:
    children: list[ChildProcess] = []

    def make(code: str, stop_seconds: float = 10.0) -> ChildProcess:
        program = Program(
            command=[sys.executable, "-c", code],
            environment=os.environ,
            directory=tmp_path,
            log=tmp_path / "child.log",
            pid_file=tmp_path / "child.pid",
            stop_seconds=stop_seconds,
        )
        children.append(ChildProcess(program))
        return children[-1]

    yield make
    for child in children:
        child.kill()


def started(child: ChildProcess) -> int:
    """Its pid, once it has said something."""
    child.start()
    assert became_true(lambda: bool(child.program.log.read_text(encoding="utf-8")), within=10)
    assert child.pid is not None
    return child.pid


def test_stopping_asks_first(make_child: MakeChild) -> None:
    child = make_child(SLEEPS)
    started(child)

    child.stop()

    assert child.exit_code() == -signal.SIGTERM


def test_a_deaf_process_is_killed_when_its_time_is_over(make_child: MakeChild) -> None:
    child = make_child(IS_DEAF, stop_seconds=0.2)
    started(child)

    child.stop()

    assert child.exit_code() == -signal.SIGKILL


def test_killing_takes_children_along_that_left_the_process_group(make_child: MakeChild) -> None:
    child = make_child(HAS_A_CHILD)
    started(child)
    grandchild = int(child.program.log.read_text(encoding="utf-8"))

    child.kill()

    assert identity(grandchild) is None


def test_the_log_of_the_run_before_stays_beside_the_new_one(make_child: MakeChild) -> None:
    child = make_child("print('the reason')")
    started(child)
    child.stop()
    started(child)

    assert child.program.log.with_name("child.log.1").read_text(encoding="utf-8") == "the reason\n"


PARENT = """
import os, sys, time
from pathlib import Path
from deploy.local.child_process import ChildProcess, Program
folder = Path(sys.argv[1])
child = ChildProcess(Program(
    command=[sys.executable, "-c", sys.argv[2]], environment=os.environ, directory=folder,
    log=folder / "child.log", pid_file=folder / "child.pid"))
child.start()
print(child.pid, flush=True)
time.sleep(60)
"""


def parent_with_child(folder: Path, code: str) -> tuple["subprocess.Popen[str]", int]:
    parent = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", PARENT, str(folder), code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
    assert became_true(lambda: (folder / "child.log").read_text(encoding="utf-8") != "", within=10)
    return parent, child


def test_a_child_does_not_outlive_a_parent_killed_by_force(tmp_path: Path) -> None:
    parent, child = parent_with_child(tmp_path, SLEEPS)

    parent.kill()
    parent.wait()

    assert became_true(lambda: identity(child) is None, within=10)


def test_a_leftover_that_would_not_die_is_ended_by_the_next_start(tmp_path: Path) -> None:
    parent, child = parent_with_child(tmp_path, IS_DEAF)
    parent.kill()
    parent.wait()
    assert identity(child) is not None

    clear_leftover(tmp_path / "child.pid", signal.SIGTERM, within=0.2)

    assert identity(child) is None


def test_what_a_living_process_answers_for_is_no_leftover(tmp_path: Path) -> None:
    parent, child = parent_with_child(tmp_path, SLEEPS)
    try:
        with pytest.raises(StartFailed, match=f"in use by process {parent.pid}"):
            clear_leftover(tmp_path / "child.pid", signal.SIGTERM, within=0.2)

        assert identity(child) is not None
    finally:
        parent.kill()
        parent.wait()


def test_a_stranger_that_got_the_same_pid_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"])  # noqa: S607
    try:
        (tmp_path / "child.pid").write_text(f"{stranger.pid} 1 of-another-boot\n", encoding="ascii")

        clear_leftover(tmp_path / "child.pid", signal.SIGTERM, within=0.2)

        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
