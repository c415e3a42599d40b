"""How many rows of a table wait, and since when."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg


@dataclass(frozen=True)
class Waiting:
    count: int
    oldest_at: datetime | None

    def seconds(self, now: datetime) -> float:
        """For how long the oldest has waited; 0 where none does."""
        return max(0.0, (now - self.oldest_at).total_seconds()) if self.oldest_at else 0.0


async def count_some(connection: asyncpg.Connection, query: str, *arguments: object, most: int) -> Waiting:
    """Of the moments that the query gives; no more than `most` are counted."""
    counted = f"SELECT count(*), min(moment) FROM ({query} ORDER BY 1 LIMIT {most}) AS waiting (moment)"
    return Waiting(*await connection.fetchrow(counted, *arguments))
