"""Starts again what died, with growing pauses, and says so."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Never

from deploy.local.failures import StartFailed, last_lines

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
# Who lived this long is well again, and its next death starts with the first pause.
WELL_AFTER_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.2


@dataclass
class Kept:
    """A process that must run; `start` may raise StartFailed."""

    name: str
    is_running: Callable[[], bool]
    start: Callable[[], None]
    log: Path
    pause: float = FIRST_PAUSE_SECONDS
    started_at: float = field(default_factory=time.monotonic)
    start_again_at: float | None = None


class KeepingAlive:
    def __init__(
        self,
        kept: Sequence[Kept],
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kept = kept
        self._say = say
        self._clock = clock

    def look_forever(self) -> Never:
        while True:
            self.look()
            time.sleep(LOOK_AGAIN_SECONDS)

    def look(self) -> None:
        for process in self._kept:
            if process.start_again_at is not None:
                self._start_when_due(process)
            elif not process.is_running():
                self._plan_start(process)

    def _plan_start(self, process: Kept) -> None:
        now = self._clock()
        if now - process.started_at >= WELL_AFTER_SECONDS:
            process.pause = FIRST_PAUSE_SECONDS
        process.start_again_at = now + process.pause
        self._say(
            f"{process.name} died; starting it again in {process.pause:.0f} s. "
            f"Its log, {process.log}, ends with:\n{last_lines(process.log)}"
        )
        process.pause = min(process.pause * 2, LONGEST_PAUSE_SECONDS)

    def _start_when_due(self, process: Kept) -> None:
        if process.start_again_at is None or self._clock() < process.start_again_at:
            return
        process.start_again_at = None
        process.started_at = self._clock()
        try:
            process.start()
        except StartFailed as failure:
            self._say(str(failure))
        else:
            self._say(f"{process.name} is started again.")
