"""One PostgreSQL and one RabbitMQ for all tests here: RabbitMQ alone takes some eight seconds to start."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.postgres import PrivatePostgres
from deploy.local.rabbitmq import PrivateRabbit


@pytest.fixture(scope="package")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivatePostgres]:
    server = PrivatePostgres(tmp_path_factory.mktemp("servers") / "postgres", durable=False)
    server.start()
    yield server
    server.discard()


@pytest.fixture
def make_postgres(tmp_path: Path) -> Iterator[Callable[..., PrivatePostgres]]:
    """Always on the same data, which is removed afterwards."""
    made: list[PrivatePostgres] = []

    def make(port: int | None = None) -> PrivatePostgres:
        made.append(PrivatePostgres(tmp_path / "postgres", port=port, durable=False))
        return made[-1]

    yield make
    for server in made:
        server.stop()
    made[-1].discard()


@pytest.fixture(scope="package")
def rabbit_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("servers") / "rabbitmq"


@pytest.fixture(scope="package")
def own_rabbit(rabbit_directory: Path) -> Iterator[PrivateRabbit]:
    with PrivateRabbit(rabbit_directory) as server:
        yield server
