"""A process we start, which stops when we say so, dies when we die, and can be found again after a crash."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.local.failures import StartFailed
from deploy.local.process_identity import identity, kill_tree, record_process, recorded_processes
from deploy.local.unprivileged import Account, run_as
from deploy.local.waiting import Tick, became_true, no_tick

PR_SET_PDEATHSIG = 1  # prctl(2)
ASK_AGAIN_SECONDS = 1.0

# Loaded before any fork: loading in the child could wait for a lock that nobody is left to free.
libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Program:
    """What to start; `stop_signal` asks it to end in order, within `stop_seconds`."""

    command: Sequence[str]
    environment: Mapping[str, str]
    directory: Path
    log: Path
    pid_file: Path
    # Where standard output goes, if not into the log.
    output: Path | None = None
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0


class ChildProcess:
    """Start it from the main thread: the kernel's "parent died" means the thread that forked."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = self.program
        keep_previous(program.log)
        with program.log.open("ab") as log, (program.output or program.log).open("ab") as output:
            self._process = subprocess.Popen(
                program.command,
                env=program.environment,
                cwd=program.directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
                # Else Ctrl-C would reach all at once, and nothing could be stopped in order.
                start_new_session=True,
                preexec_fn=die_with_parent(program.stop_signal),
                **run_as(program.account),
            )
        record_process(program.pid_file, self._process.pid)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def exit_code(self) -> int | None:
        """None while it runs, and before it was started."""
        return self._process.poll() if self._process else None

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ask_to_stop(self) -> None:
        """Without waiting, so that several can stop at the same time; `stop` then waits for each."""
        if self._process and self.is_running():
            self._process.send_signal(self.program.stop_signal)

    def stop(self, tick: Tick = no_tick) -> None:
        """Ask it to end; kill it when it doesn't in time. Nothing to do when it isn't running."""
        end = time.monotonic() + self.program.stop_seconds
        while self.is_running() and time.monotonic() < end:
            # Again and again: RabbitMQ loses a signal that comes in the first moment of its start.
            self.ask_to_stop()
            became_true(lambda: not self.is_running(), within=ASK_AGAIN_SECONDS, tick=tick)
        self.kill()

    def kill(self) -> None:
        """End it and all that descends from it at once."""
        if self._process:
            if self._process.poll() is None:
                kill_tree(self._process.pid)
            self._process.wait()
        self.program.pid_file.unlink(missing_ok=True)


def keep_previous(log: Path) -> None:
    """The log of the run before stays beside the new one: it says why that run ended."""
    with suppress(FileNotFoundError):
        log.replace(log.with_name(f"{log.name}.1"))


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """For Popen's preexec_fn: the kernel sends `death_signal` when we end, however that happens."""
    parent = os.getpid()

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel


def stop_with_parent(stop_signal: signal.Signals) -> None:
    """As die_with_parent, for ourselves: make that is killed by force takes us along."""
    libc.prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)


def clear_leftover(pid_file: Path, stop_signal: signal.Signals, *, within: float) -> None:
    """End what an earlier run, killed by force, left running under this pid file.

    Raises StartFailed where it is no leftover: whoever started it is still there.
    """
    pid, owner = recorded_processes(pid_file)
    if pid is None:
        return
    if owner is not None:
        raise StartFailed(f"{pid_file.parent} is in use by process {owner}; stop that first.")
    mark = identity(pid)
    with suppress(ProcessLookupError):
        os.kill(pid, stop_signal)
    if not became_true(lambda: identity(pid) != mark, within=within):
        kill_tree(pid)
    pid_file.unlink(missing_ok=True)
