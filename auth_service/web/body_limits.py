"""How large a body may be and how long it may take, the same for forms and JSON."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from aiohttp import web

LARGEST_BODY = 64 * 1024
LONGEST_WAIT_SECONDS = 20.0
WAIT_SECONDS = web.AppKey("wait_seconds", float)

Result = TypeVar("Result")


async def in_time(request: web.Request, reading: Awaitable[Result]) -> Result:
    """Raises the HTTP exceptions 400, 408 and 413."""
    try:
        async with asyncio.timeout(request.app[WAIT_SECONDS]):
            return await reading
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except web.RequestPayloadError:
        # Broken off.
        raise web.HTTPBadRequest from None
