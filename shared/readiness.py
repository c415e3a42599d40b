"""Whether a process can do its work, what it still lacks, and whether only a restart helps: for gateways,
orchestrators and operators.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

# What is wrong, in a few words; None where nothing is.
Trouble = str | None
Check = Callable[[], Awaitable[Trouble]]

CHECK_SECONDS = 2.0

log = structlog.get_logger()


class Readiness:
    """Not ready before `started`, nor after `stop`; in between it is what the checks say."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self._vital_checks: dict[str, Check] = {}
        self._trouble: Trouble = "it is starting"
        self.is_stopping = False

    def watch(self, what: str, check: Check) -> None:
        self._checks[what] = check

    def watch_life(self, what: str, check: Check) -> None:
        """`check` tells of what no waiting mends, but a new process may."""
        self._vital_checks[what] = check

    def started(self) -> None:
        self._trouble = None

    def stop(self) -> None:
        self._trouble = "it is stopping"
        self.is_stopping = True

    async def missing(self) -> dict[str, str]:
        """What is lacking, each with why; empty where the process is ready."""
        if self._trouble is not None:
            return {"process": self._trouble}
        return await troubles_of(self._checks)

    async def failing(self) -> dict[str, str]:
        """Why the process should be started anew; empty where it lives, and while it ends by itself."""
        return {} if self.is_stopping else await troubles_of(self._vital_checks)


async def troubles_of(checks: dict[str, Check]) -> dict[str, str]:
    troubles = await asyncio.gather(*(ask(check) for check in checks.values()))
    return {what: trouble for what, trouble in zip(checks, troubles, strict=True) if trouble is not None}


async def ask(check: Check) -> Trouble:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:.0f} s"
    except Exception as bug:
        # The edge of the process: a check that fails to tell is no reason to say that all is well.
        log.exception("readiness_check_failed")
        return f"the check failed: {type(bug).__name__}"
