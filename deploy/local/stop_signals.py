"""Ctrl-C and its relatives: the first asks for an orderly stop, a second Ctrl-C ends everything at once."""

import os
import signal
import time
from collections.abc import Callable
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# `timeout` and make pass on a signal that the process group got already: those two are one request.
ONE_REQUEST_SECONDS = 1.0
EXIT_CODE_OF_CTRL_C = 130


class StopRequested(BaseException):
    """Raised in the main thread, wherever it is; not an Exception, as KeyboardInterrupt isn't."""


class StopSignals:
    """`kill_everything` is called on the second Ctrl-C, and must not wait for anybody."""

    def __init__(self, kill_everything: Callable[[], None]) -> None:
        self._kill_everything = kill_everything
        self._stopping_since: float | None = None

    def listen(self) -> None:
        for number in STOPPING:
            signal.signal(number, self._on_signal)

    def orderly_stop_begins(self) -> None:
        """From here on nothing is raised any more: tidying up must not be cut short half-way."""
        if self._stopping_since is None:
            self._stopping_since = time.monotonic()

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if self._stopping_since is None:
            self.orderly_stop_begins()
            raise StopRequested
        if number == signal.SIGINT and time.monotonic() - self._stopping_since > ONE_REQUEST_SECONDS:
            self._kill_everything()
            os._exit(EXIT_CODE_OF_CTRL_C)
