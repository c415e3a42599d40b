"""The relay as a whole: a few sessions, and a circuit breaker for when it takes no mail at all.

While it is down nobody burns a try of a message on it: senders wait for a session, the consumer's prefetch
bounds how many wait, and one probe at a time asks whether it is back.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import replace
from typing import Never

import structlog
from opentelemetry.trace import SpanKind
from prometheus_client import Gauge

from mailer_service.sending.smtp_answers import Answer, RelayDown
from mailer_service.sending.smtp_delivery import SmtpSession
from mailer_service.writing.composing import ComposedMail
from shared.address_masking import masked_addresses
from shared.metrics import REGISTRY
from shared.readiness import Trouble
from shared.tracing import span

SESSIONS = 4
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
# Relays close idle sessions after one to five minutes; better we do, with a QUIT.
IDLE_SECONDS = 30.0

UP = Gauge("dnr_relay_up", "Whether the SMTP relay takes mails, 1 or 0.", registry=REGISTRY)

log = structlog.get_logger()


class Draining(Exception):
    """The process is stopping: nothing new is begun."""


class SmtpRelay:
    def __init__(self, open_session: Callable[[], SmtpSession], *, sessions: int = SESSIONS) -> None:
        self._free = [open_session() for _ in range(sessions)]
        self._probe_session = open_session()
        self._changed = asyncio.Event()
        self._down: RelayDown | None = None
        self._draining = False
        self._pause = FIRST_PAUSE_SECONDS
        self._probing: asyncio.Task[None] | None = None
        self._was_tried = False
        UP.set(0)

    async def free_session(self) -> SmtpSession:
        """A session, for `deliver` to use and give back; waits for one, and for a relay that is down.

        Safe to cancel. Raises Draining once the process stops.
        """
        while not self._draining:
            if self._was_tried and self._down is None and self._free:
                return self._free.pop()
            self._changed.clear()
            await self._changed.wait()
        raise Draining

    def give_back(self, session: SmtpSession) -> None:
        self._free.append(session)
        self._changed.set()

    async def deliver(self, session: SmtpSession, mail: ComposedMail) -> Answer | RelayDown:
        try:
            with span("smtp", SpanKind.CLIENT):
                answer = await session.deliver(mail)
        finally:
            self.give_back(session)
        if isinstance(answer, RelayDown):
            self._note_down(answer)
        else:
            # Not before a real mail got through: a probe may succeed where mails still fail.
            self._pause = FIRST_PAUSE_SECONDS
        return answer

    async def trouble(self) -> Trouble:
        if self._down is not None:
            return self._down.reason
        return None if self._was_tried else "not tried yet"

    async def try_out(self) -> None:
        """Ask at the start what else only the first mail would show, on the session which that will take."""
        problem = await self._probed(self._free[-1])
        if problem is None:
            self._note_up()
        else:
            self._note_down(problem)

    async def close_idle_sessions(self) -> Never:
        while True:
            await asyncio.sleep(IDLE_SECONDS / 2)
            idle_since = asyncio.get_running_loop().time() - IDLE_SECONDS
            for session in [one for one in self._free if one.is_connected and one.last_used < idle_since]:
                if session in self._free:
                    self._free.remove(session)
                    await session.quit()
                    self.give_back(session)

    def drain(self) -> None:
        """Wake everybody who waits for a session: there will be none."""
        self._draining = True
        self._changed.set()

    async def close(self) -> None:
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.wait({self._probing})
        await asyncio.gather(*(session.quit() for session in [*self._free, self._probe_session]))

    def _note_down(self, told: RelayDown) -> None:
        # The reply may name a recipient, and from here on it is for logs and operators.
        problem = replace(told, reason=masked_addresses(told.reason))
        if self._down is None or self._down.our_fault != problem.our_fault:
            tell = log.error if problem.our_fault else log.warning
            tell("relay_unavailable", reason=problem.reason, settings_wrong=problem.our_fault)
        self._down = problem
        UP.set(0)
        if self._probing is None or self._probing.done():
            self._probing = asyncio.create_task(self._probe_until_back())

    async def _probe_until_back(self) -> None:
        while (problem := await self._probe_later()) is not None:
            self._note_down(problem)
        # No await from here on: a send that fails now must find this task done, to start another.
        self._note_up()
        log.info("relay_back")

    def _note_up(self) -> None:
        self._down = None
        self._was_tried = True
        UP.set(1)
        self._changed.set()

    async def _probe_later(self) -> RelayDown | None:
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        try:
            return await self._probed(self._probe_session)
        finally:
            await self._probe_session.quit()

    async def _probed(self, session: SmtpSession) -> RelayDown | None:
        try:
            return await session.probe()
        except Exception as bug:
            # The edge of a task that nobody awaits: if it ended here, the relay would stay down for ever.
            log.exception("probe_failed")
            return RelayDown(type(bug).__name__)


def trusting_context() -> ssl.SSLContext:
    """Certificates checked against the machine's authorities (or those in SSL_CERT_FILE), and host names."""
    return ssl.create_default_context()
