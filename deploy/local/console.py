"""What the person at the terminal sees: one line per step, which grows a dot for every second of waiting."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from deploy.local.waiting import Tick

TITLE_WIDTH = 34


class Console:
    """Lines that must never stop us: the terminal may be gone by the time we tidy up."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout

    def say(self, text: str = "") -> None:
        self._write(f"{text}\n")

    @contextmanager
    def step(self, title: str) -> Iterator[Tick]:
        """Yields what to call now and then while waiting."""
        started = time.monotonic()
        dots = 0

        def tick() -> None:
            nonlocal dots
            if time.monotonic() - started >= dots + 1:
                dots += 1
                self._write(".")

        self._write(f"  {title:<{TITLE_WIDTH}}")
        outcome = "failed after "
        try:
            yield tick
            outcome = ""
        finally:
            self.say(f" {outcome}{time.monotonic() - started:.1f} s")

    def _write(self, text: str) -> None:
        with suppress(OSError):
            self._out.write(text)
            self._out.flush()
