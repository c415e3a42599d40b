"""Two gemeenten with their staff and companies, and everybody logged in with all that can be proven."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

from auth_service.accounts.account import Role
from auth_service.accounts.tokens import draw_token, token_digest
from tests.integration.auth.scene import BERGEN, ZEEDORP

DETAILS = {
    "name": "Pension De Zon",
    "street_address": "Dorpsstraat 12",
    "postcode": "1234AB",
    "place": "Zeedorp",
    "sleeping_places": 4,
    "accommodation": "pension",
}


@dataclass(frozen=True)
class Inhabitant:
    """Somebody with an account and a session; `token` opens it, and his proof is fresh."""

    account_id: UUID
    role: Role
    gemeente: str
    company_id: UUID | None
    session_id: UUID
    token: str


@dataclass
class Town:
    """What there is of one gemeente: `registration_id` waits for its code, the invitations for an answer."""

    code: str
    company_id: UUID = field(default_factory=uuid4)
    registration_id: UUID = field(default_factory=uuid4)
    invitation_id: UUID = field(default_factory=uuid4)
    staff_invitation_id: UUID = field(default_factory=uuid4)
    people: dict[str, Inhabitant] = field(default_factory=dict)


@dataclass
class Country:
    here: Town
    there: Town

    def of(self, name: str) -> Inhabitant:
        """`manager here`, or `staff there`."""
        who, _, where = name.partition(" ")
        town: Town = getattr(self, where)
        return town.people[who]


async def found(sql: asyncpg.Connection, now: datetime) -> Country:
    return Country(*[await settle(sql, gemeente.code, now) for gemeente in (ZEEDORP, BERGEN)])


async def settle(sql: asyncpg.Connection, code: str, now: datetime) -> Town:
    town = Town(code)
    await insert(sql, "companies", id=town.company_id, gemeente_code=code, registered_at=now, **DETAILS)
    for name, role in (
        ("manager", Role.ONDERNEMER),
        ("second", Role.ONDERNEMER),
        ("user", Role.GEBRUIKER),
        ("staff", Role.GEMEENTEMEDEWERKER),
        ("colleague", Role.GEMEENTEMEDEWERKER),
        ("beheerder", Role.BEHEERDER),
    ):
        company_id = None if role.is_staff else town.company_id
        town.people[name] = await move_in(sql, role, code, company_id, now)
    await register(sql, town, now)
    for invitation_id, role, company_id in (
        (town.invitation_id, Role.GEBRUIKER, town.company_id),
        (town.staff_invitation_id, Role.GEMEENTEMEDEWERKER, None),
    ):
        await invite(sql, invitation_id, role, code, company_id, now)
    return town


async def move_in(
    sql: asyncpg.Connection, role: Role, code: str, company_id: UUID | None, now: datetime
) -> Inhabitant:
    one = Inhabitant(uuid4(), role, code, company_id, uuid4(), draw_token())
    address = f"{one.account_id}@{code.lower()}.example"
    await insert(
        sql,
        "accounts",
        id=one.account_id,
        email=address,
        email_key=address,
        password_hash="opens with no password",
        role=role,
        company_id=company_id,
        gemeente_code=code,
        created_at=now,
        password_changed_at=now,
    )
    await insert(
        sql,
        "totp_enrolments",
        account_id=one.account_id,
        sealed_secret="sealed",
        sealed_recovery_key="sealed",
        key_fingerprint="of a key",
        enrolled_at=now,
        last_step=0,
    )
    await insert(
        sql,
        "sessions",
        token_digest=token_digest(one.token),
        id=one.session_id,
        account_id=one.account_id,
        started_at=now,
        last_seen_at=now,
        password_proven_at=now,
        totp_proven_at=now,
    )
    return one


async def register(sql: asyncpg.Connection, town: Town, now: datetime) -> None:
    address = f"new@{town.code.lower()}.example"
    await insert(
        sql,
        "pending_registrations",
        id=town.registration_id,
        receipt_digest=token_digest(draw_token()),
        email=address,
        email_key=address,
        password_hash="opens with no password",
        gemeente_code=town.code,
        registered_at=now,
        kept_until=now + timedelta(days=7),
        **DETAILS,
    )


async def invite(
    sql: asyncpg.Connection, id: UUID, role: Role, code: str, company_id: UUID | None, now: datetime
) -> None:
    address = f"{id}@{code.lower()}.example"
    await insert(
        sql,
        "invitations",
        id=id,
        email=address,
        email_key=address,
        role=role,
        company_id=company_id,
        gemeente_code=code,
        invited_at=now,
        expires_at=now + timedelta(days=7),
    )


async def insert(sql: asyncpg.Connection, table: str, **values: object) -> None:
    places = ", ".join(f"${place}" for place in range(1, len(values) + 1))
    columns = ", ".join(values)
    await sql.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608 - our own words.
        *values.values(),
    )


# That somebody was there and tried, and how often, is noted whatever he tried.
MAY_CHANGE = {
    "throttle": "''",
    "sessions": "(sessions.id, sessions.account_id, sessions.token_digest)::text",
    "audit_trail": "CASE WHEN result = 'refused' THEN '' ELSE audit_trail::text END",
}


async def contents(sql: asyncpg.Connection) -> dict[str, set[str]]:
    """All rows of all tables, as text."""
    rows = await sql.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found: dict[str, set[str]] = {table: set() for (table,) in rows}
    questions = [
        f"SELECT '{table}', {MAY_CHANGE.get(table, f'{table}::text')} FROM {table}"  # noqa: S608 - from the catalogue.
        for table in found
    ]
    # In one question: it is asked twice in hundreds of tests.
    for table, row in await sql.fetch(" UNION ALL ".join(questions)):
        if row:
            found[table].add(row)
    return found
