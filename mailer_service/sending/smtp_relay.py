"""The relay as a whole: its sessions, and the circuit breaker for when it takes no mail at all.

While it is down nobody burns a try of a message on it: senders wait for a session, the consumer's prefetch
bounds how many wait, and one probe at a time asks whether it is back.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Never

import structlog
from opentelemetry.trace import SpanKind

from mailer_service.sending.circuit_breaker import CircuitBreaker, State
from mailer_service.sending.reply_evidence import ReplyEvidence, doubt_of
from mailer_service.sending.reply_meaning import codes_of
from mailer_service.sending.session_pool import SESSIONS, Draining, SessionPool
from mailer_service.sending.smtp_answers import Answer, Delivered, Doubt, RelayDown
from mailer_service.sending.smtp_delivery import SmtpSession
from mailer_service.writing.composing import ComposedMail
from shared.readiness import Trouble
from shared.tracing import note_in_span, span

__all__ = ["SESSIONS", "Draining", "SmtpRelay", "trusting_context"]

log = structlog.get_logger()


class SmtpRelay:
    def __init__(self, open_session: Callable[[], SmtpSession], *, sessions: int = SESSIONS) -> None:
        self._pool = SessionPool(open_session, sessions=sessions)
        self._probe_session = open_session()
        self._evidence = ReplyEvidence()
        self.breaker = CircuitBreaker(self._probe_apart, on_change=self._meter)

    async def free_session(self) -> SmtpSession:
        """A session, for `deliver` to use and give back; waits for one, and for a relay that is down.

        Safe to cancel. Raises Draining once the process stops.
        """
        return await self._pool.take()

    def give_back(self, session: SmtpSession) -> None:
        self._pool.give_back(session)

    async def deliver(self, session: SmtpSession, mail: ComposedMail) -> Answer | RelayDown:
        outages = self.breaker.outages
        try:
            with span("smtp", SpanKind.CLIENT):
                answer = await session.deliver(mail)
                note_answer_in_span(answer)
        finally:
            self._pool.give_back(session)
        # One that was begun before an outage says nothing of the relay that came back.
        if self.breaker.outages == outages:
            self._learn(answer, mail.recipient)
        return answer

    async def trouble(self) -> Trouble:
        return self.breaker.trouble()

    async def try_out(self) -> None:
        """Ask at the start what else only the first mail would show, on the session which that will take."""
        session = self._pool.take_first()
        try:
            problem = await probed(session.probe)
        finally:
            self._pool.give_back(session)
        if problem is None:
            self.breaker.close()
        else:
            self.breaker.open(problem)

    async def close_idle_sessions(self) -> Never:
        await self._pool.close_idle_sessions()

    def drain(self) -> None:
        """Wake everybody who waits for a session: there will be none."""
        self._pool.drain()

    async def close(self) -> None:
        await self.breaker.stop()
        await self._pool.quit()
        await self._probe_session.quit()

    def _learn(self, answer: Answer | RelayDown, recipient: str) -> None:
        if not isinstance(answer, RelayDown):
            self._weigh(answer, recipient)
        # Too many sessions: the mail waits for one of those that are left.
        elif not (answer.crowded and self._pool.shrink()):
            self.breaker.open(answer)

    def _weigh(self, answer: Answer, recipient: str) -> None:
        verdict = self._evidence.weigh(answer, recipient, asyncio.get_running_loop().time())
        doubt = doubt_of(answer)
        if verdict is None and doubt is not None and self.breaker.is_half_open:
            # The one mail by which it was to prove itself.
            verdict = RelayDown(answer.reply, our_fault=doubt is Doubt.OURS)
        if verdict is not None:
            self.breaker.open(verdict)
        else:
            self.breaker.note_answer()

    def _meter(self, state: State) -> None:
        self._pool.allow({State.OPEN: 0, State.HALF_OPEN: 1}.get(state))

    async def _probe_apart(self) -> RelayDown | None:
        return await probed(self._visit)

    async def _visit(self) -> RelayDown | None:
        try:
            return await self._probe_session.probe()
        finally:
            await self._probe_session.quit()


def note_answer_in_span(answer: Answer | RelayDown) -> None:
    """By its codes alone: its words may quote an address."""
    failed = None if isinstance(answer, Delivered) else type(answer).__name__.lower()
    reply = answer.reason if isinstance(answer, RelayDown) else answer.reply
    note_in_span(failed=failed, **codes_of(reply))


async def probed(probe: Callable[[], Awaitable[RelayDown | None]]) -> RelayDown | None:
    try:
        return await probe()
    except Exception as bug:
        # The edge of a task that nobody awaits: if it ended here, the relay would stay down for ever.
        log.exception("probe_failed")
        return RelayDown(type(bug).__name__)


def trusting_context() -> ssl.SSLContext:
    """Certificates checked against the machine's authorities (or those in SSL_CERT_FILE), and host names."""
    return ssl.create_default_context()
