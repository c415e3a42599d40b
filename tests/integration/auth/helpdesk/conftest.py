"""A gemeente with a medewerker at its helpdesk, and entrepreneurs who got stuck in every way."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from uuid import UUID

import asyncpg
import pytest
from aiohttp import ClientResponse

from auth_service.accounts.mail_progress import MailState
from auth_service.flows.sessions import LoggedIn
from auth_service.storage.database import Database
from auth_service.storage.mail_trail_table import MailReport
from auth_service.web.services import Services
from tests.integration.auth.api.conftest import api, open_api  # noqa: F401 - fixtures.
from tests.integration.auth.browsing import Browser
from tests.integration.auth.scene import FixedClock, anyone
from tests.integration.auth.two_factor.conftest import MakePerson, Person, make_person  # noqa: F401 - fixtures.

UNKNOWN_USER = "550 5.1.1 <jna@dezon.example>: Recipient address rejected"
BASE = "/gemeente/GM9901"
WITHOUT_PEOPLE = (
    "DELETE FROM companies WHERE NOT EXISTS (SELECT FROM accounts WHERE company_id = companies.id)"
)


@dataclass
class Medewerker:
    """At the helpdesk of a gemeente, at the pages and at the API."""

    person: Person
    browser: Browser

    async def session(self) -> LoggedIn:
        return await self.person.session()

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.person.token}"}

    async def get(self, path: str) -> ClientResponse:
        self._bring_session()
        return await self.browser.get(path)

    async def reads(self, path: str) -> str:
        """As a person does: without the escapes of HTML."""
        answer = await self.get(path)
        assert answer.status == 200, answer.headers.get("Location")
        return unescape(await answer.text())

    async def post(self, path: str, **fields: str) -> ClientResponse:
        self._bring_session()
        owner = str((await self.session()).account.id)
        data = {"csrf": await self.browser.token("/account"), "account": owner, **fields}
        return await self.browser.client.post(path, data=data, allow_redirects=False)

    def _bring_session(self) -> None:
        self.browser.client.session.cookie_jar.update_cookies({"dnr-session": self.person.token})


MakeMedewerker = Callable[..., Awaitable[Medewerker]]


@pytest.fixture
def make_medewerker(
    make_person: MakePerson,  # noqa: F811 - the fixture above.
    sql: asyncpg.Connection,
    open_browser: Callable[..., Awaitable[Browser]],
) -> MakeMedewerker:
    """Enrolled, and proven just now."""

    async def make(
        email: str = "mia@zeedorp.example",
        gemeente: str = "GM9901",
        role: str = "gemeentemedewerker",
    ) -> Medewerker:
        person = await make_person(email)
        await sql.execute(
            "UPDATE accounts SET role = $1, company_id = NULL, gemeente_code = $2 WHERE email_key = $3",
            role,
            gemeente,
            email,
        )
        await sql.execute(WITHOUT_PEOPLE)
        await person.enrol()
        await sql.execute("DELETE FROM outbox")
        await sql.execute("DELETE FROM mail_trail")
        await sql.execute("DELETE FROM throttle")
        return Medewerker(person, await open_browser())

    return make


@pytest.fixture
async def medewerker(make_medewerker: MakeMedewerker) -> Medewerker:
    return await make_medewerker()


@dataclass
class Waiting:
    """A registration that waits for its code."""

    id: UUID
    code: str
    receipt: str


@pytest.fixture
def register(
    make_pending: Callable[..., Awaitable[tuple[str, str]]], services: Services
) -> Callable[..., Awaitable[Waiting]]:
    async def register(**typed: str) -> Waiting:
        code, receipt = await make_pending(**typed)
        pending = await services.registration.typed_before(receipt)
        assert pending
        return Waiting(pending.id, code, receipt)

    return register


@pytest.fixture
def report(database: Database, sql: asyncpg.Connection, clock: FixedClock) -> Callable[..., Awaitable[None]]:
    """What the mailer says of the newest mail to an address."""

    async def report(recipient: str, state: MailState, reply: str | None = None) -> None:
        event_id = await sql.fetchval(
            "SELECT event_id FROM mail_trail WHERE recipient = $1 ORDER BY created_at DESC LIMIT 1", recipient
        )
        clock.advance(timedelta(seconds=2))
        async with database.transaction() as tx:
            assert await tx.mail_trail.record(MailReport(event_id, state, 1, reply, None, clock()))

    return report


@pytest.fixture
def activate(services: Services) -> Callable[..., Awaitable[None]]:
    async def activate(waiting: Waiting) -> None:
        await services.activation.activate(waiting.code, password="", visitor=anyone(waiting.receipt))

    return activate
