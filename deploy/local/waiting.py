"""Waits that end: every one has a limit, and whoever watches sees that time passes."""

import time
from collections.abc import Callable

LOOK_AGAIN_SECONDS = 0.05

Tick = Callable[[], None]


def no_tick() -> None:
    """For a wait that nobody watches."""


def became_true(condition: Callable[[], bool], *, within: float, tick: Tick = no_tick) -> bool:
    """Whether `condition` held at some moment in the next `within` seconds."""
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() >= end:
            return False
        tick()
        time.sleep(LOOK_AGAIN_SECONDS)
    return True
