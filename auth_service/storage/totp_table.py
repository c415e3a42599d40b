"""Enrolments for two-factor authentication, and the secrets on offer to those who are enrolling."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.sealing import Sealed
from auth_service.storage.rows import forget_portion, insert, rows_touched


@dataclass(frozen=True)
class Enrolment:
    """What an account's codes come from, and what its recovery codes are digested with; sealed by one key."""

    secret: Sealed
    recovery_key: Sealed


@dataclass(frozen=True)
class SealedOffer:
    step: int
    secret: Sealed
    offered_at: datetime
    is_held: bool


class TotpTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def enrolment(self, account_id: UUID) -> Enrolment | None:
        row = await self._connection.fetchrow(
            "SELECT sealed_secret, sealed_recovery_key, key_fingerprint FROM totp_enrolments"
            " WHERE account_id = $1",
            account_id,
        )
        if row is None:
            return None
        fingerprint = row["key_fingerprint"]
        return Enrolment(
            Sealed(row["sealed_secret"], fingerprint), Sealed(row["sealed_recovery_key"], fingerprint)
        )

    async def enrol(self, account_id: UUID, enrolment: Enrolment, *, last_step: int, now: datetime) -> None:
        """`last_step`: of the code that proved it, which is used up by that."""
        row = {
            "account_id": account_id,
            "sealed_secret": enrolment.secret.token,
            "sealed_recovery_key": enrolment.recovery_key.token,
            "key_fingerprint": enrolment.secret.fingerprint,
            "enrolled_at": now,
            "last_step": last_step,
        }
        await insert(self._connection, "totp_enrolments", row)

    async def use_step(self, account_id: UUID, step: int) -> bool:
        """False where a code of this time step, or of a later one, was used before (RFC 6238 § 5.2)."""
        done = await self._connection.execute(
            "UPDATE totp_enrolments SET last_step = $2 WHERE account_id = $1 AND last_step < $2",
            account_id,
            step,
        )
        return rows_touched(done) > 0

    async def forget(self, account_id: UUID) -> None:
        """The recovery codes go with it."""
        await self._connection.execute("DELETE FROM totp_enrolments WHERE account_id = $1", account_id)

    async def offer(self, session_id: UUID, offer: SealedOffer) -> SealedOffer:
        """Keep this offer, unless the session has one of that step; returns the one that it has then."""
        row = {
            "session_id": session_id,
            "step": offer.step,
            "sealed_secret": offer.secret.token,
            "key_fingerprint": offer.secret.fingerprint,
            "offered_at": offer.offered_at,
        }
        if await insert(
            self._connection, "totp_offers", row, on_conflict="ON CONFLICT (session_id, step) DO NOTHING"
        ):
            return offer
        (kept,) = await self._offers("session_id = $1 AND step = $2", session_id, offer.step)
        return kept

    async def offers(self, session_id: UUID, *, since: datetime, most: int) -> list[SealedOffer]:
        """Those made since then, and those that are held; the newest first."""
        return await self._offers(
            "session_id = $1 AND (offered_at > $2 OR is_held) ORDER BY step DESC LIMIT $3",
            session_id,
            since,
            most,
        )

    async def hold(self, session_id: UUID, step: int) -> bool:
        """Keep this one good for as long as the session; False where there is none of that step."""
        done = await self._connection.execute(
            "UPDATE totp_offers SET is_held = true WHERE session_id = $1 AND step = $2", session_id, step
        )
        return rows_touched(done) > 0

    async def forget_offers(self, account_id: UUID) -> None:
        """Of all its sessions."""
        await self._connection.execute(
            "DELETE FROM totp_offers USING sessions WHERE session_id = sessions.id AND account_id = $1",
            account_id,
        )

    async def forget_old_offers(self, session_id: UUID, before: datetime) -> None:
        await self._connection.execute(
            "DELETE FROM totp_offers WHERE session_id = $1 AND offered_at <= $2 AND NOT is_held",
            session_id,
            before,
        )

    async def forget_all_old_offers(self, before: datetime) -> int:
        """A portion of those made before then that nobody held; returns how many."""
        old = "offered_at <= $1 AND NOT is_held"
        return await forget_portion(self._connection, "totp_offers", old, before)

    async def _offers(self, condition: str, *arguments: object) -> list[SealedOffer]:
        rows = await self._connection.fetch(
            "SELECT step, sealed_secret, key_fingerprint, offered_at, is_held FROM totp_offers"
            f" WHERE {condition}",
            *arguments,
        )
        return [
            SealedOffer(
                row["step"],
                Sealed(row["sealed_secret"], row["key_fingerprint"]),
                row["offered_at"],
                row["is_held"],
            )
            for row in rows
        ]
