"""Wake-up calls from the database (LISTEN); a lost connection is noticed by a heartbeat and made anew."""

import asyncio
from typing import Never

import asyncpg
import structlog

from auth_service.storage.connecting import CONNECT_SECONDS, UNREACHABLE

# A frozen server or a silent network breaks no connection: only an unanswered question shows it.
HEARTBEAT_SECONDS = 5
RECONNECT_SECONDS = 1

log = structlog.get_logger()


class Notifications:
    """One event per channel, set whenever something was announced there, or may have been missed."""

    def __init__(self, database_url: str, channels: tuple[str, ...]) -> None:
        self._database_url = database_url
        self._events = {channel: asyncio.Event() for channel in channels}

    def event(self, channel: str) -> asyncio.Event:
        return self._events[channel]

    async def run(self) -> Never:
        while True:
            try:
                await self._listen()
            except UNREACHABLE as error:
                log.warning("notifications_lost", reason=str(error))
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> Never:
        connection = await asyncpg.connect(self._database_url, timeout=CONNECT_SECONDS)
        try:
            for channel in self._events:
                await connection.add_listener(channel, self._note)
            self._catch_up()
            while True:
                await asyncio.sleep(HEARTBEAT_SECONDS)
                await connection.execute("SELECT 1", timeout=HEARTBEAT_SECONDS)
        finally:
            # close() would wait for a server that no longer answers.
            connection.terminate()

    def _note(self, _connection: object, _pid: int, channel: str, _payload: str) -> None:
        self._events[channel].set()

    def _catch_up(self) -> None:
        for event in self._events.values():
            event.set()
