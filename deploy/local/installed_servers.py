"""Where the machine's packages keep PostgreSQL and RabbitMQ; Debian keeps both off PATH."""

import re
import shutil
import subprocess
from pathlib import Path

from deploy.local.failures import StartFailed

OLDEST_POSTGRES = 15
OLDEST_RABBIT = (3, 10)


def postgres_folder() -> Path | None:
    """The folder of `postgres` and `initdb`, of the newest version."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda folder: numbers_in(folder.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def postgres_programs() -> Path:
    """As postgres_folder; raises StartFailed where it is missing or too old."""
    folder = postgres_folder()
    if folder is None:
        raise StartFailed("PostgreSQL is not installed: sudo apt-get install postgresql")
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    if numbers_in(answer.stdout)[:1] < (OLDEST_POSTGRES,):
        raise StartFailed(
            f"PostgreSQL {OLDEST_POSTGRES} or newer is needed; {folder} holds {answer.stdout.strip()}."
        )
    return folder


def rabbit_folder() -> Path | None:
    """RabbitMQ's own sbin, of the newest version: the wrappers on PATH insist on the machine's account."""
    found = [path.parent for path in Path("/usr/lib/rabbitmq/lib").glob("*/sbin/rabbitmq-server")]
    return max(found, key=lambda folder: numbers_in(folder.parent.name), default=None)


def rabbit_scripts() -> Path:
    """As rabbit_folder; raises StartFailed where RabbitMQ or Erlang is missing, or too old."""
    folder = rabbit_folder()
    if folder is None or shutil.which("epmd") is None:
        raise StartFailed("RabbitMQ is not installed: sudo apt-get install rabbitmq-server")
    if numbers_in(folder.parent.name)[:2] < OLDEST_RABBIT:
        oldest = ".".join(map(str, OLDEST_RABBIT))
        raise StartFailed(f"RabbitMQ {oldest} or newer is needed; {folder} is of {folder.parent.name}.")
    return folder


def numbers_in(version: str) -> tuple[int, ...]:
    """(3, 10, 8) of `rabbitmq_server-3.10.8`."""
    return tuple(int(number) for number in re.findall(r"\d+", version))
