"""Connections to browsers: how long one may be silent, and what it is told where no page can be asked for.

aiohttp itself answers what isn't HTTP, and expectations it can't meet: in English, with what was sent. No
middleware sees these; here they get a page like any other.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from aiohttp import web

from auth_service.web.api.told_refusals import tell_problems
from auth_service.web.error_pages import page_for_nobody, show_refusals

# For a whole request to come, on a new connection as well as after an answer, and for an answer to be taken:
# who sends his headers drop by drop is cut off too. A gateway should let go of idle connections sooner, or it
# may meet one being closed.
LONGEST_SILENCE_SECONDS = 120.0
# Of an address or a header. A gateway asks with those of somebody else's request, of which Envoy lets 60 KiB
# through.
LONGEST_LINE = 64 * 1024

log = structlog.get_logger()


class Connection(web.RequestHandler):
    """One connection."""

    def __init__(self, server: "ConnectionServer", app: web.Application, silence: float) -> None:
        loop = asyncio.get_running_loop()
        # aiohttp's own hint knows no None, which its runner passes to have no log of addresses and paths.
        super().__init__(
            server,
            loop=loop,
            access_log=None,  # type: ignore[arg-type]
            keepalive_timeout=silence,
            # What is packed is refused; so it needn't be unpacked to be thrown away.
            auto_decompress=False,
            max_line_size=LONGEST_LINE,
            max_field_size=LONGEST_LINE,
        )
        self._app = app

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        # For who asks and never reads: the kernel gives up on him where we would wait for ever to send.
        longest = int(self.keepalive_timeout * 1_000)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, longest)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """For what can't be parsed, and for what got past every middleware; never says what was sent."""
        if isinstance(exc, ConnectionError):
            raise exc
        if status >= web.HTTPInternalServerError.status_code:
            self.log_exception(exc_info=exc)
        else:
            log.info("request_unreadable", status=status, reason=type(exc).__name__)
        if request.writer.output_size:
            raise ConnectionError("another answer has begun")
        page = page_for_nobody(self._app, status)
        page.force_close()
        return page

    def log_exception(self, *args: Any, **kw: Any) -> None:
        # Without `args`, that hold the client's address.
        log.error("unexpected_error", exc_info=kw.get("exc_info", True))


class ConnectionServer(web.Server):
    """Makes a connection for whoever calls."""

    def __init__(self, app: web.Application, made: web.Server, silence: float) -> None:
        super().__init__(
            # What the application's factory makes is a Request.
            answering_in_dutch(made.request_handler),  # type: ignore[arg-type]
            request_factory=made.request_factory,
            handler_cancellation=made.handler_cancellation,
        )
        self._open = partial(Connection, self, app, silence)

    def __call__(self) -> Connection:
        return self._open()


class SiteRunner(web.AppRunner):
    """Serves the site on connections of ours; a connection without a whole request ends after `silence`."""

    def __init__(
        self, app: web.Application, *, silence: float = LONGEST_SILENCE_SECONDS, **settings: Any
    ) -> None:
        super().__init__(app, **settings)
        self._silence = silence

    async def _make_server(self) -> web.Server:
        return ConnectionServer(self.app, await super()._make_server(), self._silence)


def answering_in_dutch(
    handle: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """`handle`, with 417 in the words of a page or of the API: it is raised before any middleware."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handle(request)
        except web.HTTPExpectationFailed as error:
            return await show_refusals(request, partial(tell_problems, handler=raising(error)))

    return answer


def raising(error: Exception) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def fail(_request: web.Request) -> web.StreamResponse:
        raise error

    return fail
