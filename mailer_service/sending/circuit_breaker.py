"""Whether the relay takes mails at all: open while it does not, and asked again and again until it does.

A probe sends nothing, so it can succeed where mails still fail. After it the breaker is half open: one mail
at a time, until one gets an answer of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import Enum

import structlog
from prometheus_client import Counter, Gauge

from mailer_service.sending.loop_time import now
from mailer_service.sending.smtp_answers import RelayDown
from shared.address_masking import masked_addresses
from shared.metrics import REGISTRY
from shared.readiness import Trouble

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
# Shorter than this between two outages, and the pauses go on growing: it was no recovery.
CALM_SECONDS = 60.0

UP = Gauge("dnr_relay_up", "Whether the SMTP relay takes mails, 1 or 0.", registry=REGISTRY)
OPENINGS = Counter(
    "dnr_relay_openings",
    "How often mails were held back, by whether it takes somebody of ours to mend it.",
    ("cause",),
    registry=REGISTRY,
)
# From the start on, so that the first one is a rise that an alarm can see.
for cause in ("relay", "settings"):
    OPENINGS.labels(cause)

log = structlog.get_logger()


class State(Enum):
    """As with a fuse: closed lets everything through, open nothing."""

    UNTRIED = "untried"
    OPEN = "open"
    HALF_OPEN = "half open"
    CLOSED = "closed"


class CircuitBreaker:
    """`probe` asks the relay without sending anything; `on_change` is told of every new state, at once.

    `outages` counts how often it has opened.
    """

    def __init__(
        self, probe: Callable[[], Awaitable[RelayDown | None]], *, on_change: Callable[[State], None]
    ) -> None:
        self._probe = probe
        self._on_change = on_change
        self._state = State.UNTRIED
        self.outages = 0
        self._opened = asyncio.Event()
        self._closed = asyncio.Event()
        self._problem: RelayDown | None = None
        self._pause = FIRST_PAUSE_SECONDS
        self._closed_at = 0.0
        self._probing: asyncio.Task[None] | None = None
        UP.set(0)

    async def until_open(self) -> None:
        """Return once no mail can be handed over: at once, where that is so already."""
        await self._opened.wait()

    async def until_closed(self) -> None:
        """Return once mails can be handed over, if only one at a time; not before the first probe."""
        await self._closed.wait()

    @property
    def is_half_open(self) -> bool:
        return self._state is State.HALF_OPEN

    def trouble(self) -> Trouble:
        """None while half open: whether mails come to try it with is not the relay's doing."""
        if self._problem is None:
            return "not tried yet" if self._state is State.UNTRIED else None
        return f"{'settings wrong' if self._problem.our_fault else 'down'}: {self._problem.reason}"

    def open(self, told: RelayDown) -> None:
        """Hold all mails back, and ask the relay now and then until it is back."""
        # The reply may name a recipient, and from here on it is for logs and operators.
        problem = replace(told, reason=masked_addresses(told.reason))
        if self._state in {State.UNTRIED, State.CLOSED}:
            self._begin_outage(problem)
        if self._problem is None or self._problem.our_fault != problem.our_fault:
            tell = log.error if problem.our_fault else log.warning
            tell(
                "relay_unavailable",
                reason=problem.reason,
                settings_wrong=problem.our_fault,
                asked_again_after=self._pause,
            )
        self._problem = problem
        self.outages += self._state is not State.OPEN
        self._turn(State.OPEN)
        if self._probing is None or self._probing.done():
            self._probing = asyncio.create_task(self._probe_until_back())

    def _begin_outage(self, problem: RelayDown) -> None:
        OPENINGS.labels("settings" if problem.our_fault else "relay").inc()
        if now() - self._closed_at >= CALM_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS

    def close(self) -> None:
        """Mails go through."""
        self._problem = None
        self._closed_at = now()
        self._turn(State.CLOSED)

    def let_one_through(self) -> None:
        """The relay answers a probe: the next mail will tell."""
        self._problem = None
        self._turn(State.HALF_OPEN)

    def note_answer(self) -> None:
        """A mail got an answer of its own: not before that is an outage over, whatever a probe says."""
        if self._state is State.HALF_OPEN:
            self.close()

    async def stop(self) -> None:
        """Ask no more."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.wait({self._probing})

    def _turn(self, state: State) -> None:
        self._state = state
        is_open = state is State.OPEN
        begun, ended = (self._opened, self._closed) if is_open else (self._closed, self._opened)
        ended.clear()
        begun.set()
        UP.set(not is_open)
        self._on_change(state)

    async def _probe_until_back(self) -> None:
        while (problem := await self._probe_later()) is not None:
            self.open(problem)
        # No await from here on: a send that fails now must find this task done, to start another.
        self.let_one_through()
        log.info("relay_back")

    async def _probe_later(self) -> RelayDown | None:
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        return await self._probe()
