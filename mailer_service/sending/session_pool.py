"""A few sessions with the relay, handed out one mail at a time and kept open between mails."""

import asyncio
from collections.abc import Callable
from typing import Never

from mailer_service.sending.smtp_delivery import SmtpSession

SESSIONS = 4
# Relays close idle sessions after one to five minutes; better we do, with a QUIT.
IDLE_SECONDS = 30.0


class Draining(Exception):
    """The process is stopping: nothing new is begun."""


class SessionPool:
    """Hands out nothing until it is told how many sessions may be in use."""

    def __init__(self, open_session: Callable[[], SmtpSession], *, sessions: int = SESSIONS) -> None:
        # The last one given back is the first to go out again, so that a quiet time leaves the others idle.
        self._free = [open_session() for _ in range(sessions)]
        self._size = sessions
        self._allowed = 0
        self._changed = asyncio.Event()
        self._draining = False

    def allow(self, sessions: int | None) -> None:
        """Let at most so many sessions be in use from now on; None for all of them."""
        self._allowed = self._size if sessions is None else sessions
        self._changed.set()

    async def take(self) -> SmtpSession:
        """A session to use and give back; waits for one. Safe to cancel. Raises Draining once that began."""
        while not self._draining:
            if self._size - len(self._free) < self._allowed:
                return self._free.pop()
            self._changed.clear()
            await self._changed.wait()
        raise Draining

    def give_back(self, session: SmtpSession) -> None:
        self._free.append(session)
        self._changed.set()

    @property
    def next_session(self) -> SmtpSession:
        """The one that the next mail will take."""
        return self._free[-1]

    async def close_idle_sessions(self) -> Never:
        while True:
            await asyncio.sleep(IDLE_SECONDS / 2)
            idle_since = asyncio.get_running_loop().time() - IDLE_SECONDS
            for session in [one for one in self._free if one.is_connected and one.last_used < idle_since]:
                if session in self._free:
                    self._free.remove(session)
                    await session.quit()
                    self._free.insert(0, session)
                    self._changed.set()

    def drain(self) -> None:
        """Wake everybody who waits for a session: there will be none."""
        self._draining = True
        self._changed.set()

    async def quit(self) -> None:
        await asyncio.gather(*(session.quit() for session in self._free))
