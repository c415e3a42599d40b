"""Work that is done whenever there is some, and waits out a database that is away."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Never

import structlog

from auth_service.accounts.refusals import Unavailable

# Wake-up calls come within milliseconds; looking again is for what waited for its time, or was missed.
LOOK_AGAIN_SECONDS = 2.0
PAUSE_SECONDS = 1.0
# Whoever stops us must wait for this long; the README says so.
LAST_STEP_SECONDS = 15.0

log = structlog.get_logger()


async def work_steadily(
    step: Callable[[], Awaitable[bool]],
    wake_up: asyncio.Event,
    *,
    name: str,
    look_again_seconds: float = LOOK_AGAIN_SECONDS,
) -> Never:
    """Repeat `step` while it returns True, then wait for a wake-up call, or for `look_again_seconds`.

    Cancelled, it lets the step under way end first.
    """
    while True:
        wake_up.clear()
        try:
            while await to_its_end(step()):
                pass
        except Unavailable as error:
            log.warning("work_paused", work=name, reason=str(error))
            await asyncio.sleep(PAUSE_SECONDS)
            continue
        await wait_at_most(wake_up, look_again_seconds)


async def to_its_end(step: Awaitable[bool]) -> bool:
    """A step that is cut off between publishing and forgetting would send a mail twice."""
    running = asyncio.ensure_future(step)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running}, timeout=LAST_STEP_SECONDS)
        running.cancel()
        if running.done() and not running.cancelled() and (error := running.exception()):
            log.warning("last_step_failed", reason=str(error) or type(error).__name__)
        raise


async def wait_at_most(wake_up: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await wake_up.wait()
    except TimeoutError:
        return
