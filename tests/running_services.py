"""Both services and the mailbox in processes of their own, as an operator would start them."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import asyncpg

from deploy.local.child_process import Program
from deploy.local.local_stack import answers
from deploy.local.ports import draw_port
from deploy.local.run_settings import KEY_NAMES, Ports, draw_fernet_key, settings_for_all, settings_of
from tests.service_process import ServiceProcess

CHECKOUT = Path(__file__).parents[1]
COMMANDS: dict[str, tuple[str, str]] = {
    "auth-web": ("auth_service", "web"),
    "auth-worker": ("auth_service", "worker"),
    "mailer": ("mailer_service", "worker"),
}
PREPARE_SECONDS = 60
# The others would too, until they decide otherwise; most people here want to see something else.
ASKS_FOR_TOTP = "Alkmaar"


class RunningServices:
    """One of each after `start`; whoever wants others calls `prepare` and adds what he needs.

    `changes` are settings of all processes.
    """

    def __init__(self, folder: Path, *, database_url: str, amqp_url: str, **changes: str) -> None:
        self.folder = folder
        self.ports = Ports(http=draw_port(), mailbox=draw_port(), smtp=draw_port(), ops={})
        self._operations: dict[str, str] = {}
        self._settings = settings_for_all(
            self.ports,
            database_url=database_url,
            amqp_url=amqp_url,
            keys={name: draw_fernet_key() for name in KEY_NAMES},
        ) | {"TRUSTED_PROXIES": "127.0.0.0/8", **changes}
        self._processes: dict[str, ServiceProcess] = {}

    def __getitem__(self, name: str) -> ServiceProcess:
        return self._processes[name]

    @property
    def processes(self) -> list[ServiceProcess]:
        return list(self._processes.values())

    @property
    def site(self) -> str:
        return self._settings["PUBLIC_URL"]

    @property
    def mailbox(self) -> str:
        return f"http://localhost:{self.ports.mailbox}"

    def operations(self, name: str) -> str:
        """Where that process says how it is."""
        return self._operations[name]

    def missing(self, name: str) -> dict[str, str]:
        """What that process says it lacks; empty where it is ready."""
        try:
            with urlopen(f"{self.operations(name)}/health/ready"):  # noqa: S310 - http, and our own.
                return {}
        except HTTPError as not_ready:
            with not_ready:
                return dict(json.load(not_ready)["missing"])

    def metric(self, name: str, metric: str) -> float:
        """A number without labels that this process counts."""
        with urlopen(f"{self.operations(name)}/metrics") as page:  # noqa: S310 - http, and our own.
            lines = page.read().decode().splitlines()
        (found,) = [line for line in lines if line.startswith(f"{metric} ")]
        return float(found.split()[1])

    def start(self) -> None:
        """Return when all are ready; else StartFailed, with the log."""
        self.prepare()
        self._add_mailbox()
        for command in COMMANDS:
            self.add(command)
        start_all(self._processes.values())

    def prepare(self) -> None:
        """Bring the database up to date and put the demo gemeenten in it."""
        for command in ("migrate", "demo"):
            self.run_to_end(("auth_service", command))
        asyncio.run(ask_for_totp_only_in(ASKS_FOR_TOTP, self._settings["DATABASE_URL"]))

    def add(self, command: str, *, name: str | None = None, **changes: str) -> ServiceProcess:
        """One more process, to be started; `name` where it isn't the first of its kind.

        `changes` are settings of this one.
        """
        name = name or command
        port = draw_port()
        self._operations[name] = f"http://127.0.0.1:{port}"
        environment = {**settings_of(command, self._environment()), "OPS_PORT": str(port), **changes}
        ready = partial(answers, port, "/health/ready")
        return self._add(name, COMMANDS[command], environment, ready)

    def ended_early(self) -> list[str]:
        """Who is not running any more, although nobody asked it to stop."""
        return [name for name, process in self._processes.items() if process.ended_early()]

    def stop(self) -> None:
        for process in self._processes.values():
            process.ask_to_stop()
        for process in self._processes.values():
            process.stop()

    def logs(self) -> dict[str, str]:
        return {file.name: file.read_text(encoding="utf-8") for file in self.folder.glob("*.log")}

    def run_to_end(self, module: Sequence[str]) -> None:
        """A command that an operator gives, which must succeed."""
        done = subprocess.run(  # noqa: S603 - a command of our own.
            [sys.executable, "-m", *module],
            env=self._environment(),
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PREPARE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(module)} failed:\n{done.stdout}{done.stderr}"

    def _add_mailbox(self) -> None:
        ports = (f"--smtp-port={self.ports.smtp}", f"--http-port={self.ports.mailbox}")
        ready = partial(answers, self.ports.mailbox, "/api/messages")
        self._add("mailbox", ("deploy.local", "mailbox", *ports), self._environment(), ready)

    def _add(
        self, name: str, module: Sequence[str], environment: dict[str, str], ready: Callable[[], bool]
    ) -> ServiceProcess:
        program = Program(
            command=[sys.executable, "-m", *module],
            environment=environment,
            directory=CHECKOUT,
            log=self.folder / f"{name}.log",
            pid_file=self.folder / f"{name}.pid",
        )
        self._processes[name] = ServiceProcess(name, program, ready)
        return self._processes[name]

    def _environment(self) -> dict[str, str]:
        # Nothing else of ours: settings of whoever runs the tests must not change what they find.
        return {"PATH": os.environ.get("PATH", os.defpath), **self._settings}


async def ask_for_totp_only_in(place: str, database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("UPDATE gemeenten SET totp_required = name = $1", place)
    finally:
        await connection.close()


def start_all(processes: Iterable[ServiceProcess]) -> None:
    """At the same time; returns when all are ready."""
    starting = list(processes)
    for process in starting:
        process.start()
    for process in starting:
        process.wait_until_ready()
