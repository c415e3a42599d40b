"""An event loop in a thread of its own, so that visitors and mail servers go on while a test waits.

Tests of faults are plain functions: children have to be started from the main thread, and waiting for a
server's start would keep a loop in that thread from everything else.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self, TypeVar

ANSWER_SECONDS = 30.0

T = TypeVar("T")


class OwnLoop:
    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.run(self._end_all())
        self.call(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, T], *, within: float = ANSWER_SECONDS) -> T:
        """The result of `work`, once there; TimeoutError where that takes too long."""
        return self.start(work).result(within)

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def call(self, function: Callable[[], object]) -> None:
        """Have it called soon."""
        self.loop.call_soon_threadsafe(function)

    async def _end_all(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
