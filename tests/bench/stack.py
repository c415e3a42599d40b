"""What is measured: servers of our own, durable as in production, and the services as real processes."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.child_process import ChildProcess, Program
from deploy.local.failures import StartFailed, failed_with_log
from deploy.local.local_stack import COMMANDS, answers
from deploy.local.ports import draw_port
from deploy.local.postgres import PrivatePostgres
from deploy.local.rabbitmq import PrivateRabbit
from deploy.local.run_settings import Ports, draw_fernet_key, settings_for_all
from deploy.local.waiting import became_true

CHECKOUT = Path(__file__).parents[2]
PREPARE_SECONDS = 60.0
START_SECONDS = 30.0


@dataclass(frozen=True)
class Stack:
    """`pids` of the services by their names, `postgres` of the database server."""

    database_url: str
    http_port: int
    smtp_port: int
    pids: Mapping[str, int]
    postgres: int


@contextmanager
def running_stack() -> Iterator[Stack]:
    """Raises StartFailed, with the end of a log; whatever was started is stopped again."""
    parent = CHECKOUT / ".local"
    parent.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=parent))
    postgres = PrivatePostgres(folder / "postgresql")
    children: list[ChildProcess] = []
    try:
        with PrivateRabbit(folder / "rabbitmq") as rabbit, postgres:
            try:
                yield start(folder, postgres, rabbit, children)
            finally:
                stop(children)
    finally:
        # As root its data may live outside of our folder.
        shutil.rmtree(postgres.home, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def start(
    folder: Path, postgres: PrivatePostgres, rabbit: PrivateRabbit, children: list[ChildProcess]
) -> Stack:
    ops = {name: draw_port() for name in COMMANDS}
    ports = Ports(http=draw_port(), mailbox=draw_port(), smtp=draw_port(), ops=ops)
    keys = {"MESSAGE_SEALING_KEYS": draw_fernet_key()}
    settings = settings_for_all(ports, database_url=postgres.url, amqp_url=rabbit.url, keys=keys)
    # Nothing else of ours: settings of whoever measures must not change what is measured.
    environment = {"PATH": os.environ.get("PATH", os.defpath), **settings, "TRUSTED_PROXIES": "127.0.0.0/8"}
    for command in ("migrate", "demo"):
        run_to_end(command, environment)
    services = {
        name: ChildProcess(service(folder, name, {**environment, "OPS_PORT": str(ops[name])}))
        for name in COMMANDS
    }
    for child in services.values():
        children.append(child)
        child.start()
    wait_until_answering(ports.http, services)
    pids = {name: pid_of(child) for name, child in services.items()}
    return Stack(postgres.url, ports.http, ports.smtp, pids, postmaster(postgres))


def service(folder: Path, name: str, environment: Mapping[str, str]) -> Program:
    return Program(
        command=[sys.executable, "-m", *COMMANDS[name]],
        environment=environment,
        directory=CHECKOUT,
        log=folder / f"{name}.log",
        pid_file=folder / f"{name}.pid",
    )


def run_to_end(command: str, environment: Mapping[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 - a command of our own.
        [sys.executable, "-m", "auth_service", command],
        env=environment,
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PREPARE_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise StartFailed(f"`python -m auth_service {command}` failed:\n{done.stderr}")


def wait_until_answering(port: int, services: Mapping[str, ChildProcess]) -> None:
    became_true(lambda: answers(port, "/inloggen"), within=START_SECONDS)
    for name, child in services.items():
        if not child.is_running() or (name == "auth-web" and not answers(port, "/inloggen")):
            raise failed_with_log(f"{name} ended, or did not answer.", child.program.log)


def stop(children: list[ChildProcess]) -> None:
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.stop()


def pid_of(child: ChildProcess) -> int:
    assert child.pid is not None
    return child.pid


def postmaster(postgres: PrivatePostgres) -> int:
    return int((postgres.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
