"""People with two-factor authentication, and what is kept sealed for them, put straight into the tables."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
from cryptography.fernet import Fernet

from auth_service.accounts.sealing import AccountSeal, Sealed
from auth_service.storage.sealed_places import SEALED_PLACES

OLD, NEW, LOST = (Fernet.generate_key().decode() for _ in range(3))
ENROLLED_AT = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Enrolled:
    account_id: UUID
    session_id: UUID
    secret: str
    recovery_key: str


async def add_account(sql: asyncpg.Connection) -> UUID:
    account_id = uuid4()
    await sql.execute(
        "INSERT INTO accounts (id, email, email_key, password_hash, role, gemeente_code, created_at,"
        " password_changed_at) VALUES ($1, $2, $2, 'hash', 'beheerder', 'GM9901', $3, $3)",
        account_id,
        f"{account_id}@dezon.example",
        ENROLLED_AT,
    )
    return account_id


async def enrol(sql: asyncpg.Connection, *keys: str) -> Enrolled:
    """An account with an enrolment that the first of these keys sealed, and a session."""
    account_id, session_id = await add_account(sql), uuid4()
    enrolled = Enrolled(account_id, session_id, f"GEHEIM{account_id.hex}", f"SLEUTEL{account_id.hex}")
    seal = AccountSeal(keys)
    await sql.execute(
        "INSERT INTO sessions (token_digest, id, account_id, started_at, last_seen_at, password_proven_at)"
        " VALUES ($1, $2, $3, $4, $4, $4)",
        session_id.bytes * 2,
        session_id,
        account_id,
        ENROLLED_AT,
    )
    await sql.execute(
        "INSERT INTO totp_enrolments (account_id, sealed_secret, sealed_recovery_key, key_fingerprint,"
        " enrolled_at, last_step) VALUES ($1, $2, $3, $4, $5, 7)",
        account_id,
        seal.seal(account_id, enrolled.secret).token,
        seal.seal(account_id, enrolled.recovery_key).token,
        seal.fingerprint,
        ENROLLED_AT,
    )
    return enrolled


async def offer(sql: asyncpg.Connection, enrolled: Enrolled, step: int, *keys: str) -> str:
    """A further secret on offer in the session; returns it."""
    secret = f"AANBOD{step}{enrolled.account_id.hex}"
    sealed = AccountSeal(keys).seal(enrolled.account_id, secret)
    await sql.execute(
        "INSERT INTO totp_offers (session_id, step, sealed_secret, key_fingerprint, offered_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        enrolled.session_id,
        step,
        sealed.token,
        sealed.fingerprint,
        ENROLLED_AT,
    )
    return secret


async def show_codes(sql: asyncpg.Connection, enrolled: Enrolled, *keys: str) -> str:
    """Recovery codes that are to be written down; returns them."""
    codes = f"CODES{enrolled.account_id.hex}"
    sealed = AccountSeal(keys).seal(enrolled.account_id, codes)
    await sql.execute(
        "INSERT INTO shown_recovery_codes (session_id, sealed_codes, key_fingerprint, show_until)"
        " VALUES ($1, $2, $3, $4)",
        enrolled.session_id,
        sealed.token,
        sealed.fingerprint,
        ENROLLED_AT + timedelta(minutes=10),
    )
    return codes


async def keep_form(sql: asyncpg.Connection, enrolled: Enrolled, *keys: str) -> str:
    """What somebody had filled in; returns it."""
    fields = f"FORMULIER{enrolled.account_id.hex}"
    sealed = AccountSeal(keys).seal(enrolled.account_id, fields)
    await sql.execute(
        "INSERT INTO kept_forms (token_digest, account_id, path, sealed_fields, key_fingerprint, kept_until)"
        " VALUES ($1, $2, '/account/gegevens', $3, $4, $5)",
        enrolled.account_id.bytes * 2,
        enrolled.account_id,
        sealed.token,
        sealed.fingerprint,
        ENROLLED_AT + timedelta(hours=1),
    )
    return fields


async def opened(sql: asyncpg.Connection, *keys: str) -> list[str]:
    """All that is kept sealed in tables, in clear; fails where these keys don't open it."""
    seal = AccountSeal(keys)
    secrets = []
    for place in SEALED_PLACES:
        for row in await sql.fetch(f"SELECT *, {place.account} AS owner FROM {place.table} AS place"):  # noqa: S608 - our own names.
            sealed = [Sealed(row[column], row["key_fingerprint"]) for column in place.sealed]
            secrets += [seal.open(row["owner"], one) for one in sealed]
    return sorted(secrets)


async def everything(sql: asyncpg.Connection) -> dict[str, list[str]]:
    """The rows of the tables with something sealed, the outbox among them, as text."""
    tables = [*(place.table for place in SEALED_PLACES), "outbox"]
    return {
        table: [str(row) for row in await sql.fetch(f"SELECT * FROM {table} ORDER BY 1, 2")]  # noqa: S608 - our own names.
        for table in tables
    }
