"""One PostgreSQL and one RabbitMQ for all tests here: RabbitMQ alone takes some eight seconds to start."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.postgres import PrivatePostgres
from deploy.local.rabbitmq import PrivateRabbit


@pytest.fixture(scope="package")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivatePostgres]:
    with PrivatePostgres(tmp_path_factory.mktemp("servers") / "postgres", durable=False) as server:
        yield server


@pytest.fixture(scope="package")
def rabbit_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("servers") / "rabbitmq"


@pytest.fixture(scope="package")
def own_rabbit(rabbit_directory: Path) -> Iterator[PrivateRabbit]:
    with PrivateRabbit(rabbit_directory) as server:
        yield server
