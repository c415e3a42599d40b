"""People with work to do for others, and whom they help, for stories that begin once they are there."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import asyncpg

from tests.journeys.people import Person, draw_address

MEDEWERKER, BEHEERDER = "gemeentemedewerker", "beheerder"
GIVE_WORK = (
    "WITH staff AS (UPDATE accounts SET role = $2, company_id = NULL WHERE email_key = $1)"
    " SELECT company_id FROM accounts WHERE email_key = $1"
)
COLLEAGUE = (
    "INSERT INTO accounts (id, email, email_key, password_hash, role, state, blocked_by, company_id,"
    " gemeente_code, created_at, password_changed_at)"
    " SELECT $2, $3, $3, password_hash, 'gebruiker', $4, $5, company_id, gemeente_code, now(), now()"
    " FROM accounts WHERE email_key = $1"
)
# What is sealed opens for nobody: to have one is enough.
HAS_TOTP = (
    "INSERT INTO totp_enrolments SELECT id, 'sealed', 'sealed', 'a key', now(), 0 FROM accounts WHERE id = $1"
)


@dataclass(frozen=True)
class Colleague:
    id: UUID = field(default_factory=uuid4)
    email: str = field(default_factory=draw_address)


async def give_work(sql: asyncpg.Connection, person: Person, role: str = MEDEWERKER) -> None:
    """In the gemeente of his place, instead of the company that he registered."""
    company_id = await sql.fetchval(GIVE_WORK, person.email, role)
    await sql.execute("DELETE FROM companies WHERE id = $1", company_id)


async def add_colleague(
    sql: asyncpg.Connection, person: Person, *, blocked_by: str | None = None
) -> Colleague:
    """A further user of his company."""
    colleague, state = Colleague(), "blocked" if blocked_by else "active"
    await sql.execute(COLLEAGUE, person.email, colleague.id, colleague.email, state, blocked_by)
    return colleague


async def account_of(sql: asyncpg.Connection, person: Person) -> asyncpg.Record:
    """Its `id` and `company_id`."""
    row = await sql.fetchrow("SELECT id, company_id FROM accounts WHERE email_key = $1", person.email)
    assert row
    return row
