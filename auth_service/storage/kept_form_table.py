"""Forms that were filled in and not saved yet, sealed, by the digest of a token that the browser holds."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.sealing import Sealed
from auth_service.storage.rows import forget_portion, rows_touched


@dataclass(frozen=True)
class SealedForm:
    """`path` is the page that it belongs on."""

    token_digest: bytes
    account_id: UUID
    path: str
    fields: Sealed
    kept_until: datetime


class KeptFormTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def add(self, form: SealedForm) -> bool:
        """False where there is no such account."""
        done = await self._connection.execute(
            "INSERT INTO kept_forms (token_digest, account_id, path, sealed_fields, key_fingerprint,"
            " kept_until) SELECT $1, id, $3, $4, $5, $6 FROM accounts WHERE id = $2",
            form.token_digest,
            form.account_id,
            form.path,
            form.fields.token,
            form.fields.fingerprint,
            form.kept_until,
        )
        return rows_touched(done) > 0

    async def take(self, token_digest: bytes, account_id: UUID, path: str, now: datetime) -> Sealed | None:
        """The fields, which are then no longer kept."""
        row = await self._connection.fetchrow(
            "DELETE FROM kept_forms WHERE token_digest = $1 AND account_id = $2 AND path = $3"
            " AND kept_until > $4 RETURNING sealed_fields, key_fingerprint",
            token_digest,
            account_id,
            path,
            now,
        )
        return Sealed(row["sealed_fields"], row["key_fingerprint"]) if row else None

    async def forget_all(self, account_id: UUID) -> None:
        await self._connection.execute("DELETE FROM kept_forms WHERE account_id = $1", account_id)

    async def forget_old(self, now: datetime) -> int:
        """A portion of those whose time is over; returns how many."""
        return await forget_portion(self._connection, "kept_forms", "kept_until <= $1", now)
