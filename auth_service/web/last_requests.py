"""The last requests before we stop: answered to their end, and told to come back elsewhere."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from aiohttp import hdrs, web
from prometheus_client import Gauge

from shared.metrics import REGISTRY

IN_PROGRESS = Gauge("dnr_http_requests_in_progress", "Requests being answered.", registry=REGISTRY)

Hook = Callable[[web.Request, web.StreamResponse], Awaitable[None]]


class RequestsUnderWay:
    """Counted by ourselves: aiohttp, once it closes its connections, ignores what a body still lacks."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def one_more(self) -> Iterator[None]:
        self._change(+1)
        try:
            yield
        finally:
            self._change(-1)

    async def ended(self, *, within: float) -> None:
        """Wait until none is left, for at most so many seconds."""
        try:
            async with asyncio.timeout(within):
                await self._none.wait()
        except TimeoutError:
            return

    def _change(self, by: int) -> None:
        self._count += by
        IN_PROGRESS.set(self._count)
        if self._count:
            self._none.clear()
        else:
            self._none.set()


UNDER_WAY = web.AppKey("under_way", RequestsUnderWay)


def close_connections_when(stopping: Callable[[], bool]) -> Hook:
    """Tells whoever keeps a connection open that this was its last request."""

    async def close(_request: web.Request, response: web.StreamResponse) -> None:
        if stopping():
            response.force_close()
            response.headers[hdrs.CONNECTION] = "close"

    return close
