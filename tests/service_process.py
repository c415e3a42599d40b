"""One of our processes, which a test can end in any way and start again."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deploy.local.child_process import ChildProcess, Program
from deploy.local.failures import failed_with_log
from deploy.local.waiting import became_true

START_SECONDS = 30.0
# Above the 20 s in which the mailer ends what it has begun.
STOP_SECONDS = 30.0


class ServiceProcess:
    """`answers` says whether it does its work by now."""

    def __init__(self, name: str, program: Program, answers: Callable[[], bool]) -> None:
        self.name = name
        self.log = program.log
        self._child = ChildProcess(program)
        self._answers = answers
        self._wanted = False

    @property
    def pid(self) -> int | None:
        return self._child.pid

    def start(self) -> None:
        """Without waiting, so that several can start at the same time."""
        self._wanted = True
        self._child.start()

    def is_running(self) -> bool:
        return self._child.is_running()

    def ended_early(self) -> bool:
        """It is not running any more, although nobody asked it to stop."""
        return self._wanted and not self.is_running()

    def is_ready(self) -> bool:
        return self.is_running() and self._answers()

    def wait_until_ready(self) -> None:
        """Raises StartFailed, with the log, where it ends or stays silent."""
        became_true(lambda: self._answers() or not self.is_running(), within=START_SECONDS)
        if not self.is_running():
            raise failed_with_log(f"{self.name} ended while starting.", self.log)
        if not self._answers():
            raise failed_with_log(f"{self.name} did not answer.", self.log)

    def ask_to_stop(self) -> None:
        """Once, as an orchestrator does; without waiting, so that several can stop at the same time."""
        if self._wanted:
            self._wanted = False
            self._child.ask_to_stop()

    def stop(self) -> int | None:
        """End it in order; its exit status, which is -9 where it had to be killed in the end."""
        self.ask_to_stop()
        became_true(lambda: not self.is_running(), within=STOP_SECONDS)
        self._child.kill()
        return self._child.exit_code()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """It doesn't do a thing meanwhile, and knows of nothing."""
        assert self.pid is not None, f"{self.name} was never started"
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """As a crash would: SIGKILL, and in this very moment: finding the children first takes a while."""
        self._wanted = False
        if self.pid is not None and self.is_running():
            os.kill(self.pid, signal.SIGKILL)
        self._child.kill()
