"""Real servers: those of DATABASE_URL and AMQP_URL where given, else private ones that end with the run."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from deploy.local.postgres import PrivatePostgres
from deploy.local.rabbitmq import PrivateRabbit

# How long an example takes says more about what else the machine does.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

CHECKOUT = Path(__file__).parent.parent
# What shares services that take long to start, or the checkout itself: each of these stays with one worker.
# The longest first, so that no worker is left with it in the end.
TOGETHER = ("tests/journeys/", "tests/faults/", "tests/integration/local_stack/")


class Pieces(LoadScopeScheduling):
    """Several workers, each with servers of its own: a file, or a folder, is work for one of them."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        # In the order below, not by how many tests there are.
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return piece_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Pieces:
    return Pieces(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: whoever has the faults waits most of the time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: [*TOGETHER, piece_of(item.nodeid)].index(piece_of(item.nodeid)))


def pytest_collection_finish() -> None:
    """What there is by now stays: the garbage collector needn't look at all of it after every few tests."""
    gc.collect()
    gc.freeze()


def piece_of(nodeid: str) -> str:
    file = nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if file.startswith(folder)), file)


@pytest.fixture(scope="session")
def server_directory() -> Iterator[Path]:
    """A directory of this run only, so that two runs at once stay out of each other's way."""
    parent = CHECKOUT / ".local"
    parent.mkdir(exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="test-", dir=parent))
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(server_directory: Path) -> Iterator[str]:
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    server = PrivatePostgres(server_directory / "postgresql", durable=False)
    with server:
        yield server.url
    # As root its data may live outside of our directory.
    server.discard()


@pytest.fixture(scope="session")
def rabbit(server_directory: Path) -> Iterator[PrivateRabbit]:
    """A broker of our own, which a test may stop and kill."""
    with PrivateRabbit(server_directory / "rabbitmq") as server:
        yield server


@pytest.fixture(scope="session")
def amqp_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if given := os.environ.get("AMQP_URL"):
        yield given
        return
    server: PrivateRabbit = request.getfixturevalue("rabbit")
    vhost = "tests"
    server.add_vhost(vhost)
    # Not deleted: that takes a second, and the server ends with the run.
    yield server.url_for(vhost)
