"""A journey: real services, real mail, a real browser; only the person is made up."""

import asyncio
import os
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import APIRequestContext, Browser, Playwright, async_playwright, expect

from deploy.local.rabbitmq import PrivateRabbit
from tests.journeys.authenticator import EVERY_SECRET
from tests.journeys.front_door import FrontDoor
from tests.journeys.mailbox import ACTIVATION, Mailbox
from tests.journeys.people import EVERY_PASSWORD, MakeAccount, Person
from tests.journeys.trace_collector import TraceCollector
from tests.journeys.visitor import Visitor
from tests.running_services import RunningServices

HERE = Path(__file__).parent
VHOST = "journeys"
WAIT_MS = 10_000
WIDE = {"width": 1280, "height": 900}
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    # As in chromium with windows: a frame from elsewhere is a process of its own.
    "--site-per-process",
)
CODE = re.compile(r"(?<![0-9a-f])[0-9a-f]{48}(?![0-9a-f])")

MakeVisitor = Callable[..., Awaitable[Visitor]]
MakeDoor = Callable[[], Awaitable[FrontDoor]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # One browser for all, so one event loop for all.
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def from_elsewhere() -> dict[str, str]:
    """As a gateway passes on a request of somebody with a network of his own."""
    return {
        "X-Forwarded-For": f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.{secrets.randbelow(256)}"
    }


@pytest.fixture(scope="session")
def own_database_url(postgres_url: str) -> Iterator[str]:
    name = f"journeys_{secrets.token_hex(4)}"

    async def administer(statement: str) -> None:
        connection = await asyncpg.connect(postgres_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(administer(f"CREATE DATABASE {name}"))
    yield urlunsplit(urlsplit(postgres_url)._replace(path=f"/{name}"))
    asyncio.run(administer(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def own_amqp_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A vhost of our own where the broker is ours: our mailer must not take other tests' messages."""
    if given := os.environ.get("AMQP_URL"):
        yield given
        return
    rabbit: PrivateRabbit = request.getfixturevalue("rabbit")
    rabbit.add_vhost(VHOST)
    yield rabbit.url_for(VHOST)


@pytest.fixture(scope="session")
def collector() -> Iterator[TraceCollector]:
    with TraceCollector().running() as collector:
        yield collector


@pytest.fixture(scope="session")
def services(
    own_database_url: str,
    own_amqp_url: str,
    collector: TraceCollector,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningServices]:
    """Started once; at the end they must still be there, with no secret in their logs and traces."""
    folder = tmp_path_factory.mktemp("services")
    services = RunningServices(
        folder,
        database_url=own_database_url,
        amqp_url=own_amqp_url,
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
    )
    try:
        services.start()
        yield services
        ended = services.ended_early()
    finally:
        services.stop()
    logs = services.logs()
    assert "web_started" in logs["auth-web.log"]
    assert not ended, f"{ended} ended by themselves: {[logs[f'{name}.log'] for name in ended]}"
    said = {**logs, "traces": str(collector.spans)}
    leaks = [f"{name}: {line}" for name, log in said.items() for line in lines_with_secrets(log)]
    assert not leaks, leaks


def lines_with_secrets(log: str) -> list[str]:
    passwords = {write(password) for password in EVERY_PASSWORD for write in (str, quote, quote_plus)}
    secrets = passwords | EVERY_SECRET
    return [
        line for line in log.splitlines() if CODE.search(line) or any(secret in line for secret in secrets)
    ]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    expect.set_options(timeout=WAIT_MS)
    async with async_playwright() as playwright:
        yield playwright


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    executable = shutil.which("chromium-headless-shell")
    assert executable, "the journeys need a browser: apt-get install chromium-headless-shell"
    browser = await playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_ARGUMENTS))
    yield browser
    await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def http(playwright: Playwright) -> AsyncIterator[APIRequestContext]:
    """A client that is no browser."""
    http = await playwright.request.new_context()
    yield http
    await http.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def mailbox(http: APIRequestContext, services: RunningServices) -> Mailbox:
    """Without the mails of stories that are over: every look reads them all."""
    mailbox = Mailbox(http, services.mailbox)
    await mailbox.empty()
    return mailbox


@pytest_asyncio.fixture(loop_scope="session")
async def make_visitor(browser: Browser, services: RunningServices) -> AsyncIterator[MakeVisitor]:
    """Somebody with a browser that was never here; at the end nothing may have gone wrong in it."""
    visitors: list[Visitor] = []

    async def make(*, scripts: bool = True, **looks: Any) -> Visitor:
        context = await browser.new_context(
            java_script_enabled=scripts,
            locale="nl-NL",
            extra_http_headers=from_elsewhere(),
            **{"viewport": WIDE, **looks},
        )
        context.set_default_timeout(WAIT_MS)
        visitors.append(Visitor(await context.new_page(), site=services.site, mailbox=services.mailbox))
        return visitors[-1]

    yield make
    for visitor in visitors:
        await visitor.page.context.close()
    faults = [fault for visitor in visitors for fault in visitor.watch.faults]
    assert not faults, faults


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(make_visitor: MakeVisitor) -> Visitor:
    return await make_visitor()


@pytest_asyncio.fixture(loop_scope="session")
async def make_door(playwright: Playwright, services: RunningServices) -> AsyncIterator[MakeDoor]:
    """The site without a browser, for somebody who was never here."""
    contexts: list[APIRequestContext] = []

    async def make() -> FrontDoor:
        contexts.append(await playwright.request.new_context(extra_http_headers=from_elsewhere()))
        return FrontDoor(contexts[-1], services.site)

    yield make
    for context in contexts:
        await context.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def sql(services: RunningServices, own_database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """What only time, or somebody else, could bring about."""
    connection = await asyncpg.connect(own_database_url)
    yield connection
    await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def make_account(make_door: MakeDoor, mailbox: Mailbox) -> MakeAccount:
    """Somebody who registered and pressed Opslaan before this story begins."""

    async def make(place: str = "Zeedorp") -> Person:
        person, door = Person(place=place), await make_door()
        await door.send("/registreren", person.posted)
        mail = await mailbox.newest(person.email, ACTIVATION)
        await door.send("/activeren", {"code": mail.code})
        return person

    return make
