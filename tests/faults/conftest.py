"""Faults on purpose: real services and servers of their own, so that every one of them can be killed."""

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from deploy.local.postgres import PrivatePostgres
from deploy.local.rabbitmq import PrivateRabbit
from tests.faults.broker_tap import BrokerTap
from tests.faults.look import BrokerLook, DatabaseLook
from tests.faults.mail_stream import MailStream
from tests.faults.own_loop import OwnLoop
from tests.faults.scene import Scene, Servers
from tests.faults.smtp_sink import SmtpSink
from tests.faults.table import Row, table
from tests.running_services import RunningServices

TEMPLATE = "faults_template"

ShowTable = Callable[[str, Sequence[Row]], None]
OpenStream = Callable[..., MailStream]


@pytest.fixture(scope="session")
def servers(server_directory: Path) -> Iterator[Servers]:
    """Never those of DATABASE_URL and AMQP_URL. The database is durable: it will be killed."""
    rabbit = PrivateRabbit(server_directory / "faults-rabbitmq")
    postgres = PrivatePostgres(server_directory / "faults-postgresql")
    rabbit.launch()
    try:
        with postgres:
            rabbit.wait_until_ready()
            yield Servers(postgres, rabbit)
    finally:
        rabbit.stop()
        postgres.discard()


@pytest.fixture
def own_loop() -> Iterator[OwnLoop]:
    with OwnLoop() as own_loop:
        yield own_loop


@pytest.fixture(scope="session")
def template(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database as `migrate` and `demo` leave it."""
    with OwnLoop() as own_loop:
        DatabaseLook(own_loop, servers.postgres.url).do(f"CREATE DATABASE {TEMPLATE}")
    RunningServices(
        tmp_path_factory.mktemp("template"),
        database_url=url_of(servers, TEMPLATE),
        amqp_url=servers.rabbit.url,
    ).prepare()
    return TEMPLATE


@pytest.fixture
def seed() -> int:
    """FAULTS_SEED tries others."""
    return int(os.environ.get("FAULTS_SEED", "2026"))


@pytest.fixture
def scene(servers: Servers, template: str, own_loop: OwnLoop, seed: int, tmp_path: Path) -> Iterator[Scene]:
    """Empty queues and a database of its own; at the end no log may hold a bug."""
    name = f"faults_{secrets.token_hex(4)}"
    administration = DatabaseLook(own_loop, servers.postgres.url)
    administration.do(f"CREATE DATABASE {name} TEMPLATE {template}")
    url, amqp_url = url_of(servers, name), servers.rabbit.url
    broker = BrokerLook(own_loop, amqp_url)
    broker.start_afresh()
    services = RunningServices(tmp_path, database_url=url, amqp_url=amqp_url)
    sink = SmtpSink(services.ports.smtp)
    own_loop.run(sink.open())
    scene = Scene(seed, servers, services, sink, own_loop, DatabaseLook(own_loop, url), broker)
    try:
        yield scene
    finally:
        services.stop()
        own_loop.run(sink.close())
    administration.do(f"DROP DATABASE {name} WITH (FORCE)")
    assert not scene.bugs(), scene.bugs()


@pytest.fixture
def tap(scene: Scene) -> Iterator[BrokerTap]:
    tap = BrokerTap(scene.own_loop, scene.servers.rabbit.url)
    tap.open()
    yield tap
    tap.close()


@pytest.fixture
def open_stream(scene: Scene, tmp_path: Path) -> Iterator[OpenStream]:
    """Called with options of the mail server."""
    streams = []

    def open_one(*mail_server_options: str) -> MailStream:
        streams.append(MailStream(scene, tmp_path, *mail_server_options))
        return streams[-1]

    yield open_one
    for stream in streams:
        stream.close()


@pytest.fixture
def show_table(capsys: pytest.CaptureFixture[str], seed: int) -> ShowTable:
    """Prints also where all goes well: what was counted is the point of these tests."""

    def show(title: str, rows: Sequence[Row]) -> None:
        with capsys.disabled():
            print(table(f"{title} (seed {seed})", rows), end="")  # noqa: T201 - the table is for whoever runs the tests.

    return show


def url_of(servers: Servers, database: str) -> str:
    return urlunsplit(urlsplit(servers.postgres.url)._replace(path=f"/{database}"))
