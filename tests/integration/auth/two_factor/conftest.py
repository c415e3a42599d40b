"""People with an account and a phone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import asyncpg
import pytest

from auth_service.accounts.visitors import Visitor
from auth_service.config import WebSettings
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.fact_writer import FactWriter
from auth_service.flows.sessions import LoggedIn
from auth_service.flows.throttling import Throttle
from auth_service.flows.totp_rollout import TotpRollout
from auth_service.flows.waiting_resets import WaitingResets
from auth_service.storage.database import Database
from auth_service.web.services import Services
from shared.sealing import MessageSeal
from tests.integration.auth.api.conftest import api, open_api  # noqa: F401 - fixtures.
from tests.integration.auth.browsing import Browser
from tests.integration.auth.scene import PASSWORD, FixedClock, anyone, forget_audit_lines
from tests.integration.auth.two_factor.guest import Guest
from tests.integration.auth.two_factor.helping import STAFF_ADDRESS
from tests.integration.auth.two_factor.phone import STEP, Phone

ADDRESS = "jan@dezon.example"
MAKE_STAFF = "UPDATE accounts SET role = 'gemeentemedewerker', company_id = NULL WHERE email_key = $1"


@dataclass
class Person:
    """Somebody who is logged in, as far as `token` goes; `visitor` is where he does it."""

    services: Services
    clock: FixedClock
    email: str
    token: str
    visitor: Visitor = field(default_factory=anyone)
    phone: Phone | None = None
    recovery_codes: tuple[str, ...] = ()

    async def session(self) -> LoggedIn:
        logged_in = await self.services.sessions.logged_in(self.token)
        assert logged_in
        return logged_in

    async def log_in(self, visitor: Visitor | None = None) -> "Person":
        """Again, with the password alone, from elsewhere or as a new visitor."""
        here = visitor or anyone()
        opened = await self.services.login.log_in(self.email, PASSWORD, visitor=here)
        return Person(
            self.services, self.clock, self.email, opened.token, here, self.phone, self.recovery_codes
        )

    async def scan(self) -> Phone:
        offered = await self.services.two_factor.enrolment.offer(await self.session())
        self.phone = Phone(offered.secret, self.clock)
        return self.phone

    async def enrol(self, mailed_code: str = "") -> "Person":
        """With a phone that scans now; the next code is that of the next step."""
        phone = await self.scan()
        enrolled = await self.services.two_factor.enrolment.enrol(
            await self.session(), phone.code(), self.visitor, mailed_code=mailed_code
        )
        self.token, self.recovery_codes = enrolled.session.token, enrolled.recovery_codes
        self.clock.advance(STEP)
        return self

    async def prove(self, code: str | None = None) -> "Person":
        """The second factor, with the code on the phone or another one."""
        opened = await self.services.two_factor.at_login.prove_totp(
            await self.session(), self.phone.code() if code is None else code, self.visitor
        )
        self.token = opened.token
        return self

    async def confirm(self, code: str | None = None) -> None:
        """That it is he, anew."""
        typed = (self.phone.code() if self.phone else "") if code is None else code
        await self.services.reconfirmation.confirm(
            await self.session(), PASSWORD, typed, self.visitor, token=self.token
        )


MakePerson = Callable[..., Awaitable[Person]]


@pytest.fixture
def make_person(services: Services, clock: FixedClock, make_account, outbox) -> MakePerson:
    """Registered, activated and logged in with the password."""

    async def make(email: str = ADDRESS, **typed: str) -> Person:
        await make_account(email=email, **typed)
        visitor = anyone()
        opened = await services.login.log_in(email, PASSWORD, visitor=visitor)
        return Person(services, clock, email, opened.token, visitor)

    return make


@pytest.fixture
async def person(make_person: MakePerson) -> Person:
    """Without two-factor authentication."""
    return await make_person()


@pytest.fixture
async def enrolled(person: Person, outbox) -> Person:
    """With it; his phone shows a code that was never used."""
    await person.enrol()
    await outbox.sql.execute("DELETE FROM outbox")
    return person


@pytest.fixture
def require(sql: asyncpg.Connection) -> Callable[..., Awaitable[None]]:
    """Change what gemeente and companies ask for."""

    async def change(*, gemeente: bool = False, company: bool = False) -> None:
        await sql.execute("UPDATE gemeenten SET totp_required = $1", gemeente)
        await sql.execute("UPDATE companies SET totp_required = $1", company)

    return change


@pytest.fixture
async def guest(browser: Browser, clock: FixedClock, make_account: Callable[..., Awaitable[None]]) -> Guest:
    """With an account and a browser, not logged in; nobody asks for two-factor authentication."""
    await make_account()
    return Guest(browser, clock)


@pytest.fixture
async def enrolled_guest(guest: Guest) -> Guest:
    """Logged in, with it."""
    await guest.log_in()
    await guest.enrol()
    return guest


@pytest.fixture
async def awaiting(enrolled_guest: Guest, open_browser: Callable[..., Awaitable[Browser]]) -> Guest:
    """The same person elsewhere, after his password."""
    guest = enrolled_guest.elsewhere(await open_browser())
    await guest.log_in()
    return guest


@pytest.fixture
async def staff(make_person: MakePerson, sql: asyncpg.Connection) -> Person:
    """Of the gemeente of everybody else, freshly proven."""
    staff = await (await make_person(STAFF_ADDRESS)).enrol()
    await sql.execute(MAKE_STAFF, STAFF_ADDRESS)
    await forget_audit_lines(sql)
    await sql.execute("DELETE FROM outbox")
    return staff


@pytest.fixture
async def colleague(staff: Person, make_person: MakePerson, sql: asyncpg.Connection) -> Person:
    """Of the staff."""
    await sql.execute("DELETE FROM outbox")
    colleague = await (await make_person("saar@zeedorp.example")).enrol()
    await sql.execute(MAKE_STAFF, colleague.email)
    await sql.execute("DELETE FROM outbox")
    return colleague


@pytest.fixture
async def wait_two_days(sql: asyncpg.Connection) -> None:
    """What the gemeente lets a reset by its staff wait for."""
    await sql.execute("UPDATE gemeenten SET reset_wait = '2 days' WHERE code = 'GM9901'")


@pytest.fixture
def waiting_resets(database: Database, settings: WebSettings, clock: FixedClock) -> WaitingResets:
    """As the worker has them."""
    return WaitingResets(database, notices_of(settings), Throttle(database, clock), clock)


@pytest.fixture
def rollout(database: Database, settings: WebSettings, clock: FixedClock) -> TotpRollout:
    return TotpRollout(database, notices_of(settings), clock)


def notices_of(settings: WebSettings) -> AccountNotices:
    return AccountNotices(FactWriter(settings.code_lifetimes, MessageSeal(settings.message_sealing_keys)))
