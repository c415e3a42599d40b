"""While we stop: tell whoever keeps a connection open to make the next request elsewhere."""

from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web


def close_connections_when(
    stopping: Callable[[], bool],
) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    async def close(_request: web.Request, response: web.StreamResponse) -> None:
        if stopping():
            response.force_close()
            response.headers[hdrs.CONNECTION] = "close"

    return close
