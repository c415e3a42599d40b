"""A company with a manager and a user, its gemeente, and the platform; whoever must has 2FA."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from tests.integration.auth.browsing import Browser
from tests.integration.auth.two_factor.conftest import (  # noqa: F401 - fixtures.
    MakePerson,
    Person,
    api,
    make_person,
    open_api,
)

MANAGER, USER = "baas@dezon.example", "gast@dezon.example"
MakeStaff = Callable[..., Awaitable[Person]]


@pytest.fixture
async def manager(make_person: MakePerson) -> Person:  # noqa: F811
    return await make_person(MANAGER)


@pytest.fixture
async def user(make_person: MakePerson, manager: Person, sql: asyncpg.Connection) -> Person:  # noqa: F811
    """Of the same company."""
    user = await make_person(USER)
    company_id = (await manager.session()).account.company_id
    await sql.execute(
        "UPDATE accounts SET role = 'gebruiker', company_id = $1 WHERE email_key = $2", company_id, USER
    )
    await sql.execute("DELETE FROM outbox")
    return user


@pytest.fixture
def make_staff(make_person: MakePerson, sql: asyncpg.Connection) -> MakeStaff:  # noqa: F811
    """With a second factor that was just proven; what is sealed of it opens for nobody."""

    async def make(email: str, role: str = "gemeentemedewerker", gemeente: str = "GM9901") -> Person:
        staff = await make_person(email)
        account = await sql.fetchval(
            "UPDATE accounts SET role = $2::text::account_role, company_id = NULL, gemeente_code = $3"
            " WHERE email_key = $1 RETURNING id",
            email,
            role,
            gemeente,
        )
        await sql.execute(
            "INSERT INTO totp_enrolments VALUES ($1, 'sealed', 'sealed', 'a key', now(), 0)", account
        )
        await sql.execute(
            "UPDATE sessions SET totp_proven_at = password_proven_at WHERE account_id = $1", account
        )
        await sql.execute("DELETE FROM outbox")
        return staff

    return make


@pytest.fixture
async def staff(make_staff: MakeStaff) -> Person:
    """Of the gemeente of the company."""
    return await make_staff("mede@zeedorp.example")


@pytest.fixture
async def stranger(make_staff: MakeStaff) -> Person:
    """Of another gemeente."""
    return await make_staff("mede@bergen.example", gemeente="GM9902")


@pytest.fixture
async def operator(make_staff: MakeStaff) -> Person:
    return await make_staff("top@platform.example", role="beheerder")


@pytest.fixture
def visit(open_browser: Callable[..., Awaitable[Browser]]) -> Callable[[Person], Awaitable[Browser]]:
    """A browser in which that person is logged in."""

    async def visit(person: Person) -> Browser:
        browser = await open_browser()
        browser.client.session.cookie_jar.update_cookies({"dnr-session": person.token})
        browser.owner = (await person.session()).account.id
        return browser

    return visit
