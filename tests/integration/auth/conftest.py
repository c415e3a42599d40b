"""A database of its own for every test, and the flows on top of it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import cache
from typing import Any

import aio_pika
import asyncpg
import pytest
import pytest_asyncio
from aio_pika.abc import AbstractChannel
from aiohttp.test_utils import TestClient

from auth_service.config import WebSettings, WorkerSettings
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.fact_writer import FactWriter
from auth_service.flows.new_devices import NewDevices
from auth_service.flows.sessions import LoggedIn
from auth_service.flows.throttling import Throttle
from auth_service.password_hashing import PasswordHashing
from auth_service.storage.database import Database
from auth_service.storage.migrations import migrate
from auth_service.web.api import calls
from auth_service.web.services import Services
from auth_service.wiring import build_services, run_worker
from shared.broker import publishing_channel
from shared.broker_topology import PARKING_QUEUE, REPORTS_QUEUE, SEND_QUEUE, declare
from shared.readiness import Readiness
from shared.sealing import MessageSeal
from tests.cable import Cable
from tests.integration.auth.browsing import Browser
from tests.integration.auth.connections import Connections
from tests.integration.auth.loops import _function_scoped_runner, _module_scoped_runner  # noqa: F401 - fixtures.
from tests.integration.auth.scene import (
    MESSAGE_KEY,
    PASSWORD,
    SEALING_KEY,
    FixedClock,
    Outbox,
    administer,
    anyone,
    forget_audit_lines,
    registration_form,
    with_database,
)
from tests.integration.auth.serving import SiteServer
from tests.integration.auth.used_again import UsedAgain, put_gemeenten


@pytest.fixture(scope="session")
def template_database(postgres_url: str) -> Iterator[str]:
    """A migrated database, which is copied."""
    name = f"template_{secrets.token_hex(4)}"

    async def make() -> None:
        await administer(postgres_url, f"CREATE DATABASE {name}")
        await migrate(with_database(postgres_url, name))

    asyncio.run(make())
    yield name
    asyncio.run(administer(postgres_url, f"DROP DATABASE {name}"))


@pytest.fixture(scope="session")
def used_again(postgres_url: str, template_database: str) -> Iterator[UsedAgain]:
    name = f"shared_{secrets.token_hex(4)}"
    asyncio.run(administer(postgres_url, f"CREATE DATABASE {name} TEMPLATE {template_database}"))
    with UsedAgain(with_database(postgres_url, name)) as database:
        yield database
    asyncio.run(administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def database_url(request: pytest.FixtureRequest, used_again: UsedAgain) -> str:
    """With three gemeenten and nothing else; one of its own for who alters tables."""
    if request.node.get_closest_marker("alters_tables"):
        return str(request.getfixturevalue("own_database_url"))
    used_again.begin_anew()
    return used_again.url


@pytest.fixture
async def own_database_url(postgres_url: str, template_database: str) -> AsyncIterator[str]:
    name = f"test_{secrets.token_hex(6)}"
    await administer(postgres_url, f"CREATE DATABASE {name} TEMPLATE {template_database}")
    connection = await asyncpg.connect(with_database(postgres_url, name))
    await put_gemeenten(connection)
    await connection.close()
    yield with_database(postgres_url, name)
    await administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def empty_database_url(postgres_url: str) -> AsyncIterator[str]:
    name = f"empty_{secrets.token_hex(6)}"
    await administer(postgres_url, f"CREATE DATABASE {name}")
    yield with_database(postgres_url, name)
    await administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kept_connections(used_again: UsedAgain) -> AsyncIterator[Connections]:
    async with Connections(used_again.url) as connections:
        yield connections


@pytest.fixture
async def connections(
    database_url: str, used_again: UsedAgain, kept_connections: Connections
) -> AsyncIterator[Connections]:
    if database_url == used_again.url:
        yield kept_connections
        return
    async with Connections(database_url) as connections:
        yield connections


@pytest.fixture
async def database(connections: Connections) -> Database:
    return await connections.database()


@pytest.fixture
async def cable(database_url: str) -> AsyncIterator[Cable]:
    """A way to the database that a test can cut."""
    cable = Cable(database_url)
    await cable.mend()
    yield cable
    await cable.cut()


@pytest.fixture
async def sql(connections: Connections) -> asyncpg.Connection:
    """What is really in the tables."""
    return await connections.sql()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(scope="session")
def hashing() -> Iterator[PasswordHashing]:
    # Quick: what a hash costs is measured elsewhere, and thousands of tests log somebody in.
    hashing = PasswordHashing(passes=1, memory_kib=64)
    yield hashing
    hashing.close()


@pytest.fixture
def settings(database_url: str) -> WebSettings:
    return WebSettings(
        database_url=database_url,
        message_sealing_keys=MESSAGE_KEY,
        sealing_keys=SEALING_KEY,
        public_url="http://localhost:8080",
        mail_from="noreply@nachregister.example",
    )


@pytest.fixture(scope="session", autouse=True)
def document_made_once() -> Iterator[None]:
    """For each site that is set up in another way: nearly every test builds the whole application."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calls, "written_document", cache(calls.written_document))
        yield


@pytest.fixture
def services(
    settings: WebSettings, database: Database, hashing: PasswordHashing, clock: FixedClock
) -> Services:
    return build_services(settings, database, hashing, clock)


@pytest.fixture
def new_devices(settings: WebSettings, database: Database, clock: FixedClock) -> NewDevices:
    seal = MessageSeal(settings.message_sealing_keys)
    notices = AccountNotices(FactWriter(settings.code_lifetimes, seal))
    return NewDevices(database, notices, Throttle(database, clock))


@pytest.fixture
def outbox(sql: asyncpg.Connection) -> Outbox:
    return Outbox(sql)


@pytest.fixture
def make_pending(services: Services, outbox: Outbox) -> Callable[..., Awaitable[tuple[str, str]]]:
    """Register; returns the code that was mailed ("" to a known address) and the browser's receipt."""

    async def register(receipt: str | None = None, **typed: str) -> tuple[str, str]:
        kept = await services.registration.register(registration_form(**typed), anyone(receipt))
        return (await outbox.newest()).code or "", kept

    return register


@pytest.fixture
def make_account(
    services: Services, sql: asyncpg.Connection, make_pending: Callable[..., Awaitable[tuple[str, str]]]
) -> Callable[..., Awaitable[None]]:
    """Register and activate, of which the audit trail need not tell."""

    async def register_and_activate(**typed: str) -> None:
        code, receipt = await make_pending(**typed)
        await services.activation.activate(code, password="", visitor=anyone(receipt))
        await forget_audit_lines(sql, "act = 'account_opened'")

    return register_and_activate


@pytest.fixture
def log_in(services: Services, sql: asyncpg.Connection) -> Callable[..., Awaitable[LoggedIn]]:
    """Of an account that was made before; as if its owner knew the device, and needn't be told of it."""

    async def log_in(email: str = "jan@dezon.example") -> LoggedIn:
        opened = await services.login.log_in(email, PASSWORD, visitor=anyone())
        logged_in = await services.sessions.logged_in(opened.token)
        assert logged_in
        await sql.execute("DELETE FROM outbox WHERE event->>'type' = 'mail.new_device_login.v1'")
        await sql.execute("DELETE FROM mail_trail WHERE kind = 'new_device_login'")
        return logged_in

    return log_in


@pytest.fixture
async def open_browser(services: Services) -> AsyncIterator[Callable[..., Awaitable[Browser]]]:
    async with AsyncExitStack() as stack:

        async def open_one(services: Services = services, **settings: Any) -> Browser:
            server = SiteServer(services, **settings)
            return Browser(await stack.enter_async_context(TestClient(server)))

        yield open_one


@pytest.fixture
async def browser(open_browser: Callable[..., Awaitable[Browser]]) -> Browser:
    return await open_browser()


@pytest.fixture
async def channel(amqp_url: str) -> AsyncIterator[AbstractChannel]:
    """A channel of our own, with empty queues before."""
    connection = await aio_pika.connect(amqp_url)
    channel = await publishing_channel(connection)
    await declare(channel)
    for name in (SEND_QUEUE, PARKING_QUEUE, REPORTS_QUEUE):
        await (await channel.get_queue(name)).purge()
    yield channel
    await connection.close()


@pytest.fixture
def running_worker(
    database_url: str, clock: FixedClock
) -> Callable[[str], AbstractAsyncContextManager[None]]:
    """The worker as it runs in production, but with our clock."""

    @asynccontextmanager
    async def run(amqp_url: str) -> AsyncIterator[None]:
        settings = WorkerSettings(
            database_url=database_url,
            amqp_url=amqp_url,
            message_sealing_keys=MESSAGE_KEY,
            broker_topology="declare",
        )
        worker = asyncio.ensure_future(run_worker(settings, Readiness(), clock))
        try:
            yield
        finally:
            worker.cancel()
            await asyncio.wait({worker})

    return run
