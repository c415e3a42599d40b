"""Which host names lead to us, besides the one of PUBLIC_URL."""

from datetime import datetime, timedelta

from auth_service.storage.database import Database
from shared.clock import Clock

# A gemeente gets its host seldom, and somebody may send us requests for any host as fast as he can.
LOOK_AGAIN = timedelta(seconds=30)


class OwnHosts:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._hosts: frozenset[str] = frozenset()
        self._looked_at: datetime | None = None

    async def is_of_gemeente(self, host: str) -> bool:
        """Whether a gemeente has its pages at this host name (lower case, without port)."""
        now = self._clock()
        if self._looked_at is None or now - self._looked_at >= LOOK_AGAIN:
            async with self._database.transaction() as tx:
                self._hosts = await tx.gemeenten.hosts()
            self._looked_at = now
        return host in self._hosts
