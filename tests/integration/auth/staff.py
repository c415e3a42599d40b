"""Somebody who works for a gemeente or for the platform, as the tests of his pages and calls use him."""

import asyncpg

from auth_service.accounts.account import Role

STAFF = "medewerker@zeedorp.example"


async def make_staff(sql: asyncpg.Connection, email: str, role: Role, gemeente_code: str) -> None:
    """Of an account that was made before, with a second factor; another role keeps its company."""
    await sql.execute(
        "UPDATE accounts SET role = $2, company_id = CASE WHEN $4 THEN NULL ELSE company_id END,"
        " gemeente_code = $3 WHERE email_key = $1",
        email,
        role,
        gemeente_code,
        role.is_staff,
    )
    await sql.execute(
        "INSERT INTO totp_enrolments SELECT id, 'sealed', 'sealed', 'a key', now(), 0 FROM accounts"
        " WHERE email_key = $1",
        email,
    )


async def prove_factors(sql: asyncpg.Connection) -> None:
    """In every session."""
    await sql.execute("UPDATE sessions SET totp_proven_at = password_proven_at")
