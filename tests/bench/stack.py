"""What is measured: servers of our own, durable as in production, and the services as real processes."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.postgres import PrivatePostgres
from deploy.local.rabbitmq import PrivateRabbit
from tests.running_services import CHECKOUT, COMMANDS, RunningServices
from tests.service_process import ServiceProcess


@dataclass(frozen=True)
class Stack:
    """`postgres` is the process of the database server."""

    database_url: str
    http_port: int
    smtp_port: int
    postgres: int
    processes: Sequence[ServiceProcess]

    @property
    def pids(self) -> Mapping[str, int]:
        """Of the services, by their names."""
        return {process.name: process.pid for process in self.processes if process.pid is not None}

    def restart(self, name: str) -> None:
        """Return when it is ready again; raises StartFailed."""
        (process,) = [process for process in self.processes if process.name == name]
        process.stop()
        process.start()
        process.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Raises StartFailed, with the end of a log."""
        for process in self.processes:
            process.wait_until_ready()


@contextmanager
def running_stack() -> Iterator[Stack]:
    """Still starting: it takes somebody who listens at `smtp_port` until `wait_until_ready` returns."""
    with bench_folder() as folder:
        postgres = PrivatePostgres(folder / "postgresql")
        try:
            with PrivateRabbit(folder / "rabbitmq") as rabbit, postgres:
                services = RunningServices(folder, database_url=postgres.url, amqp_url=rabbit.url)
                try:
                    yield starting(services, postgres)
                finally:
                    services.stop()
        finally:
            # As root its data may live outside of our folder.
            shutil.rmtree(postgres.home, ignore_errors=True)


@contextmanager
def bench_folder() -> Iterator[Path]:
    """Gone when the block ends."""
    parent = CHECKOUT / ".local"
    parent.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def starting(services: RunningServices, postgres: PrivatePostgres) -> Stack:
    services.prepare()
    for name in COMMANDS:
        services.add(name).start()
    ports = services.ports
    return Stack(postgres.url, ports.http, ports.smtp, postmaster(postgres), services.processes)


def postmaster(postgres: PrivatePostgres) -> int:
    return int((postgres.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
