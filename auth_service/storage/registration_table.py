"""Registrations whose address is not confirmed yet."""

from dataclasses import asdict, fields
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.company_details import CompanyDetails
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.accounts.pending_registration import PendingRegistration
from auth_service.storage.rows import forget_portion, insert

DETAILS = ", ".join(field.name for field in fields(CompanyDetails))
REGISTRATION = (
    "SELECT id, receipt_digest, email, email_key, password_hash, gemeente_code, registered_at, kept_until,"
    f" {DETAILS} FROM pending_registrations"
)


class RegistrationTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def put(self, pending: PendingRegistration) -> None:
        """Add it, or store its correction."""
        row = {
            "id": pending.id,
            "receipt_digest": pending.receipt_digest,
            "email": pending.email.text,
            "email_key": pending.email.key,
            "password_hash": pending.password_hash,
            "gemeente_code": pending.gemeente_code,
            "registered_at": pending.registered_at,
            "kept_until": pending.kept_until,
            **asdict(pending.details),
        }
        changes = ", ".join(f"{column} = EXCLUDED.{column}" for column in row)
        await insert(
            self._connection,
            "pending_registrations",
            row,
            on_conflict=f"ON CONFLICT (id) DO UPDATE SET {changes}",
        )

    async def with_id(self, registration_id: UUID) -> PendingRegistration | None:
        return registration_of(
            await self._connection.fetchrow(f"{REGISTRATION} WHERE id = $1", registration_id)
        )

    async def lock(self, registration_id: UUID) -> PendingRegistration | None:
        """As it is now, and unchanged by others until the end of the transaction."""
        return registration_of(
            await self._connection.fetchrow(f"{REGISTRATION} WHERE id = $1 FOR UPDATE", registration_id)
        )

    async def of_receipt(self, receipt_digest: bytes, now: datetime) -> PendingRegistration | None:
        """The newest registration made in this browser."""
        return registration_of(
            await self._connection.fetchrow(
                f"{REGISTRATION} WHERE receipt_digest = $1 AND kept_until > $2"
                " ORDER BY registered_at DESC LIMIT 1",
                receipt_digest,
                now,
            )
        )

    async def newest(
        self, email_key: str, now: datetime, *, receipt_digest: bytes | None
    ) -> PendingRegistration | None:
        """The newest registration of this address, locked; one made in the browser of the receipt first."""
        return registration_of(
            await self._connection.fetchrow(
                f"{REGISTRATION} WHERE email_key = $1 AND kept_until > $2"
                " ORDER BY receipt_digest = $3 DESC NULLS LAST, registered_at DESC LIMIT 1 FOR UPDATE",
                email_key,
                now,
                receipt_digest,
            )
        )

    async def with_receipt(
        self, email_key: str, receipt_digest: bytes, now: datetime
    ) -> PendingRegistration | None:
        """The newest registration of this address made in this browser."""
        return registration_of(
            await self._connection.fetchrow(
                f"{REGISTRATION} WHERE email_key = $1 AND receipt_digest = $2"
                " AND kept_until > $3 ORDER BY registered_at DESC LIMIT 1",
                email_key,
                receipt_digest,
                now,
            )
        )

    async def forget_unconfirmed(self, now: datetime) -> int:
        """A portion of those whose time is over; returns how many."""
        return await forget_portion(self._connection, "pending_registrations", "kept_until <= $1", now)

    async def forget_own(self, confirmed: PendingRegistration) -> None:
        """All registrations of an address that were made in the same browser as the confirmed one."""
        await self._connection.execute(
            "DELETE FROM pending_registrations WHERE email_key = $1 AND receipt_digest = $2",
            confirmed.email.key,
            confirmed.receipt_digest,
        )


def registration_of(row: asyncpg.Record | None) -> PendingRegistration | None:
    if row is None:
        return None
    return PendingRegistration(
        id=row["id"],
        receipt_digest=row["receipt_digest"],
        email=MailAddress(row["email"], row["email_key"]),
        password_hash=row["password_hash"],
        gemeente_code=row["gemeente_code"],
        details=CompanyDetails(**{field.name: row[field.name] for field in fields(CompanyDetails)}),
        registered_at=row["registered_at"],
        kept_until=row["kept_until"],
    )
