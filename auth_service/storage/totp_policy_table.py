"""What gemeenten ask of their entrepreneurs, who has it already, and who is still to be told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.two_factor import Coverage
from auth_service.storage.rows import rows_touched

# Active accounts of companies; as the index `accounts_of_entrepreneurs` has them.
ENTREPRENEURS = "FROM accounts WHERE gemeente_code = $1 AND company_id IS NOT NULL AND state = 'active'"
WITHOUT = f"{ENTREPRENEURS} AND NOT EXISTS (SELECT FROM totp_enrolments WHERE account_id = accounts.id)"
BEFORE_ALL = UUID(int=0)


@dataclass(frozen=True)
class Announcement:
    """Everybody up to this account, in the order of ids, was told; None before the first."""

    gemeente_code: str
    told_up_to: UUID | None


class TotpPolicyTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def coverage(self, gemeente_code: str) -> Coverage:
        row = await self._connection.fetchrow(
            f"SELECT (SELECT count(*) {ENTREPRENEURS}) AS accounts, (SELECT count(*) {WITHOUT}) AS without",
            gemeente_code,
        )
        return Coverage(row["accounts"], row["without"])

    async def decide(self, gemeente_code: str, *, required: bool, starts_at: datetime | None = None) -> bool:
        """False where it is so already; else, whatever was being announced no longer is."""
        done = await self._connection.execute(
            "UPDATE gemeenten SET totp_required = $2, totp_required_from = $3 WHERE code = $1"
            " AND (totp_required, totp_required_from) IS DISTINCT FROM ($2, $3::timestamptz)",
            gemeente_code,
            required,
            starts_at,
        )
        if not rows_touched(done):
            return False
        await self.end_announcement(gemeente_code)
        return True

    async def announce(self, gemeente_code: str) -> None:
        await self._connection.execute(
            "INSERT INTO totp_announcements (gemeente_code) VALUES ($1)", gemeente_code
        )

    async def lock_next_announcement(self) -> Announcement | None:
        # SKIP LOCKED: a second worker goes on with another gemeente, or does nothing.
        row = await self._connection.fetchrow(
            "SELECT gemeente_code, told_up_to FROM totp_announcements ORDER BY gemeente_code LIMIT 1"
            " FOR UPDATE SKIP LOCKED"
        )
        return Announcement(row["gemeente_code"], row["told_up_to"]) if row else None

    async def next_to_tell(self, announcement: Announcement, *, most: int) -> list[UUID]:
        """Of those without a second factor, in the order of their ids."""
        rows = await self._connection.fetch(
            f"SELECT id {WITHOUT} AND id > $2 ORDER BY id LIMIT $3",
            announcement.gemeente_code,
            announcement.told_up_to or BEFORE_ALL,
            most,
        )
        return [account_id for (account_id,) in rows]

    async def note_told(self, gemeente_code: str, up_to: UUID) -> None:
        await self._connection.execute(
            "UPDATE totp_announcements SET told_up_to = $2 WHERE gemeente_code = $1", gemeente_code, up_to
        )

    async def end_announcement(self, gemeente_code: str) -> None:
        await self._connection.execute(
            "DELETE FROM totp_announcements WHERE gemeente_code = $1", gemeente_code
        )

    async def is_announcing(self, gemeente_code: str) -> bool:
        found: bool = await self._connection.fetchval(
            "SELECT EXISTS (SELECT FROM totp_announcements WHERE gemeente_code = $1)", gemeente_code
        )
        return found

    async def lock_next_due(self, now: datetime) -> str | None:
        """A gemeente whose announced date has come."""
        code: str | None = await self._connection.fetchval(
            "SELECT code FROM gemeenten WHERE totp_required_from <= $1 ORDER BY totp_required_from LIMIT 1"
            " FOR NO KEY UPDATE SKIP LOCKED",
            now,
        )
        return code
