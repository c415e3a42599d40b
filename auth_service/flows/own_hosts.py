"""Which host names lead to us, besides the one of PUBLIC_URL, and to the pages of which gemeente."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from auth_service.accounts.places import Gemeente
from auth_service.storage.database import Database
from shared.clock import Clock

# A gemeente gets its host seldom, and somebody may send us requests for any host as fast as he can.
LOOK_AGAIN = timedelta(seconds=30)


class OwnHosts:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._gemeenten: Mapping[str, Gemeente] = {}
        self._looked_at: datetime | None = None

    async def gemeente_at(self, host: str) -> Gemeente | None:
        """Which one has its pages at this host name (lower case, without port); as it was lately."""
        now = self._clock()
        if self._looked_at is None or now - self._looked_at >= LOOK_AGAIN:
            async with self._database.transaction() as tx:
                self._gemeenten = await tx.gemeenten.by_host()
            self._looked_at = now
        return self._gemeenten.get(host)
