"""A few sessions with the relay, handed out one mail at a time and kept open between mails."""

import asyncio
from collections.abc import Callable
from typing import Never

import structlog

from mailer_service.sending.loop_time import now
from mailer_service.sending.smtp_delivery import SmtpSession

SESSIONS = 4
# Relays close idle sessions after one to five minutes; better we do, with a QUIT.
IDLE_SECONDS = 30.0
# A relay that complains of too many sessions gets one more to bear after so long, and so on.
CROWDED_SECONDS = 60.0

log = structlog.get_logger()


class Draining(Exception):
    """The process is stopping: nothing new is begun."""


class SessionPool:
    """Hands out nothing until it is told how many sessions may be in use."""

    def __init__(self, open_session: Callable[[], SmtpSession], *, sessions: int = SESSIONS) -> None:
        self._sessions = [open_session() for _ in range(sessions)]
        # The last one given back is the first to go out again, so that a quiet time leaves the others idle.
        self._free = list(self._sessions)
        # In use since before it was said how many may be.
        self._lagging: set[SmtpSession] = set()
        self._allowed = 0
        self._bearable = sessions
        self._grow_at = 0.0
        self._changed = asyncio.Event()
        self._draining = False

    @property
    def limit(self) -> int:
        """How many may be in use at a time."""
        return min(self._allowed, self._bearable)

    def allow(self, sessions: int | None) -> None:
        """Let at most so many sessions be taken from now on, besides those in use; None for all of them."""
        # One that hangs in an outage, for minutes perhaps, must not keep others from trying the relay.
        self._lagging = set() if sessions is None else {*self._sessions} - {*self._free}
        self._allowed = len(self._sessions) if sessions is None else sessions
        self._changed.set()

    async def take(self) -> SmtpSession:
        """A session to use and give back; waits for one. Safe to cancel. Raises Draining once that began."""
        while not self._draining:
            self._grow()
            if self._free and self._in_use < self.limit:
                return self._free.pop()
            self._changed.clear()
            await self._changed.wait()
        raise Draining

    def take_first(self) -> SmtpSession:
        """The one that the first mail will take, to try it out while none may be sent; give it back."""
        return self._free.pop()

    def give_back(self, session: SmtpSession) -> None:
        self._lagging.discard(session)
        # One that has to connect first comes last.
        self._free.insert(len(self._free) if session.is_connected else 0, session)
        self._changed.set()

    def shrink(self) -> bool:
        """Keep to the sessions that the relay bears, for a while; False where there is none to keep to."""
        # One in use may be connecting; where the relay won't bear that either, it is counted out then.
        serving = sum(session.is_connected or session not in self._free for session in self._sessions)
        if not serving:
            return False
        if serving < self._bearable:
            log.warning("relay_crowded", sessions=serving)
        self._bearable = min(self._bearable, serving)
        self._grow_at = now() + CROWDED_SECONDS
        return True

    async def close_idle_sessions(self) -> Never:
        while True:
            await asyncio.sleep(IDLE_SECONDS / 2)
            idle_since = now() - IDLE_SECONDS
            for session in [one for one in self._free if one.is_connected and one.last_used < idle_since]:
                if session in self._free:
                    self._free.remove(session)
                    try:
                        await session.quit()
                    finally:
                        self.give_back(session)

    def drain(self) -> None:
        """Wake everybody who waits for a session: there will be none."""
        self._draining = True
        self._changed.set()

    async def quit(self) -> None:
        await asyncio.gather(*(session.quit() for session in self._free))

    @property
    def _in_use(self) -> int:
        return len(self._sessions) - len(self._free) - len(self._lagging)

    def _grow(self) -> None:
        if self._bearable < len(self._sessions) and now() >= self._grow_at:
            self._bearable += 1
            self._grow_at = now() + CROWDED_SECONDS
