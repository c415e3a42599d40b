"""People, places and looks at the outbox, as the tests of auth_service use them."""

import asyncio
import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
from cryptography.fernet import Fernet

from auth_service.accounts.places import Gemeente
from auth_service.accounts.registration_form import RegistrationForm
from auth_service.accounts.suppression import SUPPRESSED_FOR
from auth_service.accounts.visitors import Visitor
from shared.sealing import MessageSeal

PASSWORD = "de kat krabt de krullen"
OTHER_PASSWORD = "paarse olifant fietst naar zee"
MESSAGE_KEY = Fernet.generate_key().decode()
SEALING_KEY = Fernet.generate_key().decode()

ZEEDORP = Gemeente(
    "GM9901", "Zeedorp", "help@zeedorp.example", "0228 123 456", None, participating=True, requires_totp=False
)
BERGEN = Gemeente(
    "GM9902", "Bergen", "help@bergen.example", None, None, participating=True, requires_totp=False
)
ELDERS = Gemeente(
    "GM9903", "Elders", "help@elders.example", None, None, participating=False, requires_totp=False
)


@dataclass
class FixedClock:
    """A clock that only moves when told to."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 13, 5, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@dataclass(frozen=True)
class IssuedMail:
    """A row of the outbox as the mailer would read it, with its code in clear where it has one."""

    kind: str
    to: str
    data: dict[str, Any]
    code: str | None


@dataclass
class Outbox:
    sql: asyncpg.Connection

    async def mails(self) -> list[IssuedMail]:
        """But for those that tell of a new device, as nearly every login in a test does."""
        return [mail for mail in await self.every_mail() if mail.kind != "new_device_login"]

    async def every_mail(self) -> list[IssuedMail]:
        rows = await self.sql.fetch("SELECT event_id, event::text FROM outbox ORDER BY created_at, event_id")
        return [issued_mail(row["event_id"], row["event"]) for row in rows]

    async def newest(self) -> IssuedMail:
        """The only mail since the last look."""
        (mail,) = await self.mails()
        await self.sql.execute("DELETE FROM outbox")
        return mail

    async def code(self) -> str:
        code = (await self.newest()).code
        assert code
        return code


def issued_mail(event_id: UUID, text: str) -> IssuedMail:
    event = json.loads(text)
    kind = re.fullmatch(r"mail\.(\w+)\.v1", event["type"])
    assert kind
    sealed = event["data"].get("sealedCode")
    code = MessageSeal([MESSAGE_KEY]).open(event_id, sealed) if sealed else None
    return IssuedMail(kind[1], event["data"]["to"], event["data"], code)


async def take_for_enrolled(sql: asyncpg.Connection) -> None:
    """Every account, its code proven in each session; what is sealed opens for nobody."""
    await sql.execute(
        "INSERT INTO totp_enrolments SELECT id, 'sealed', 'sealed', 'a key', now(), 0 FROM accounts"
    )
    await sql.execute("UPDATE sessions SET totp_proven_at = password_proven_at")


def registration_form(**typed: str) -> RegistrationForm:
    return RegistrationForm(
        **{
            "company_name": "Pension De Zon",
            "street_address": "Dorpsstraat 12",
            "postcode": "1234 AB",
            "place": "Zeedorp",
            "sleeping_places": "4",
            "accommodation": "pension",
            "email": "jan@dezon.example",
            "password": PASSWORD,
            **typed,
        }
    )


def anyone(receipt: str | None = None, browser: str | None = None) -> Visitor:
    """Somebody from an address of his own."""
    address = f"2001:{secrets.randbits(16):x}:{secrets.randbits(16):x}::/48"
    return Visitor(address, receipt, browser)


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def administer(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def forget_audit_lines(sql: asyncpg.Connection, which: str = "true") -> None:
    """As retention does: the audit trail refuses it otherwise."""
    async with sql.transaction():
        await sql.execute("SET LOCAL dnr.forgets_audit_lines = 'on'")
        await sql.execute(f"DELETE FROM audit_trail WHERE {which}")  # noqa: S608 - our own words.


async def suppress(
    sql: asyncpg.Connection, address: str, since: datetime, reply: str | None = "550 5.1.1 No such user"
) -> None:
    """As after a mail there that came back."""
    await sql.execute(
        "INSERT INTO suppressed_addresses VALUES ($1, gen_random_uuid(), 'bounced', $2, $3, $4)",
        address,
        reply,
        since,
        since + SUPPRESSED_FOR,
    )


async def until_waiting(sql: asyncpg.Connection, *, many: int = 1) -> None:
    """Until so many wait for a lock that somebody else holds."""
    async with asyncio.timeout(10):
        while await sql.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") < many:
            # PostgreSQL tells nobody when somebody begins to wait.
            await asyncio.sleep(0.01)


async def count_rows(sql: asyncpg.Connection) -> dict[str, int]:
    """By table; how often somebody tried may change whatever he tried."""
    rows = await sql.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    tables = sorted({row["tablename"] for row in rows} - {"throttle"})
    counts = [f"SELECT '{table}', count(*) FROM {table}" for table in tables]  # noqa: S608 - names from the catalogue.
    # In one question: it is asked twice in hundreds of tests.
    return dict(map(tuple, await sql.fetch(" UNION ALL ".join(counts))))
