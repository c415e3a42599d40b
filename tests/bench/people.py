"""Made-up people: what they type, and many of them put straight into the database."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

import asyncpg

from auth_service.accounts.account import Account, AccountState, Role
from auth_service.accounts.company_details import CompanyDetails
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.accounts.pending_registration import KEPT, PendingRegistration
from auth_service.accounts.tokens import draw_token, token_digest
from auth_service.accounts.visitors import Visitor
from auth_service.flows.demo import demo_gemeenten
from auth_service.flows.known_browsers import known_as
from auth_service.storage.database import Transaction, open_database
from auth_service.web.client_address import client_network
from tests.journeys.people import PASSWORD, Person

GEMEENTE = next(iter(demo_gemeenten()))["code"]
DETAILS = CompanyDetails("Pension De Zon", "Dorpsstraat 12a", "1234AB", "Zeedorp", None, None, 4, "pension")


def draw_address() -> str:
    """All of one length."""
    return f"jan.{secrets.token_hex(6)}@dezon.example"


def draw_network() -> str:
    """Where somebody comes from: a private /48 (RFC 4193); all of one length, hardly ever one twice."""
    high, low = (0x1000 + secrets.randbelow(0xF000) for _ in range(2))
    return f"fd42:{high:x}:{low:x}::1"


def home_of(email: str) -> str:
    """Where this person always comes from, as he comes to us through a gateway."""
    digest = hashlib.sha256(email.encode()).digest()
    high, low = (0x1000 + int.from_bytes(part) % 0xF000 for part in (digest[:4], digest[4:8]))
    return f"fd42:{high:x}:{low:x}::1"


def browser_of(email: str) -> str:
    """What his browser is known by."""
    return hashlib.sha256(f"browser of {email}".encode()).hexdigest()


def registration(email: str) -> dict[str, str]:
    """The fields of the form as a browser posts them."""
    return Person(email, PASSWORD).posted


async def add_people(
    url: str, *, known: Sequence[str], pending: Sequence[str], password_hash: str, now: datetime
) -> None:
    """Accounts and unconfirmed registrations, as they lie there some time after they came into being."""
    database = await open_database(url, most_connections=1)
    async with database.transaction() as tx:
        for email in known:
            await add_account(tx, email, password_hash, now)
        for email in pending:
            await add_pending(tx, email, password_hash, now)
    await database.close()
    # As for rows of yesterday: whoever reads one first must not have to note that it is committed.
    connection = await asyncpg.connect(url)
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")
    await connection.close()


async def add_account(tx: Transaction, email: str, password_hash: str, now: datetime) -> None:
    company_id = uuid4()
    await tx.companies.add(company_id, GEMEENTE, DETAILS, now)
    account = Account(
        id=uuid4(),
        email=MailAddress(email, email),
        password_hash=password_hash,
        role=Role.ONDERNEMER,
        state=AccountState.ACTIVE,
        company_id=company_id,
        company_name=DETAILS.name,
        gemeente_code=GEMEENTE,
        password_changed_at=now,
    )
    await tx.accounts.add(account, now)
    # As most people log in: where they did before, so that nobody has to be told.
    program = Visitor(client_network(home_of(email), [], ()), is_program=True)
    for visitor, token in ((program, None), (Visitor("", browser=browser_of(email)), browser_of(email))):
        await tx.known_browsers.note_use(known_as(visitor, token, account.id), account.id, now)


async def add_pending(tx: Transaction, email: str, password_hash: str, now: datetime) -> None:
    pending = PendingRegistration(
        id=uuid4(),
        receipt_digest=token_digest(draw_token()),
        email=MailAddress(email, email),
        password_hash=password_hash,
        gemeente_code=GEMEENTE,
        details=DETAILS,
        registered_at=now,
        kept_until=now + KEPT,
    )
    await tx.registrations.put(pending)
