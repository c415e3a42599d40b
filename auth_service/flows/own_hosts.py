"""Which host names lead to us, besides the one of PUBLIC_URL."""

from auth_service.storage.database import Database


class OwnHosts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_of_gemeente(self, host: str) -> bool:
        """Whether a gemeente has its pages at this host name (lower case, without port)."""
        async with self._database.transaction() as tx:
            return await tx.gemeenten.have_host(host)
