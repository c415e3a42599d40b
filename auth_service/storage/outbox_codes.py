"""The sealed codes inside the messages that wait for the broker."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from auth_service.storage.outbox_table import CHANNEL

# In the form of the message contract.
CODE_PATH = "'{data,sealedCode}'"
CODES = (
    f"SELECT event_id, event #>> {CODE_PATH} AS sealed FROM outbox"
    f" WHERE event #>> {CODE_PATH} IS NOT NULL AND event_id > $1 ORDER BY event_id LIMIT $2"
)
# Below every event id: all of those have their version in them.
BEFORE_ALL = UUID(int=0)


@dataclass(frozen=True)
class OutboxCode:
    event_id: UUID
    sealed: str


class OutboxCodes:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def read(self, after: UUID, *, most: int) -> list[OutboxCode]:
        """The next ones in the order of their event ids."""
        return [OutboxCode(*row) for row in await self._connection.fetch(CODES, after, most)]

    async def hold(self, after: UUID, *, most: int) -> list[OutboxCode]:
        """Those, and lock them until the end of the transaction; what the relay works on is left to it."""
        rows = await self._connection.fetch(f"{CODES} FOR NO KEY UPDATE SKIP LOCKED", after, most)
        # Sent when this transaction ends: the relay passes over what is held, and would look later only.
        await self._connection.execute(f"NOTIFY {CHANNEL}")
        return [OutboxCode(*row) for row in rows]

    async def replace(self, codes: Sequence[OutboxCode]) -> None:
        """Put these into their events, which `hold` locked, and leave all else of them as it is."""
        await self._connection.executemany(
            f"UPDATE outbox SET event = jsonb_set(event, {CODE_PATH}, to_jsonb($2::text))"
            " WHERE event_id = $1",
            [(code.event_id, code.sealed) for code in codes],
        )
