"""All that `make run` starts, in order, and how it stops."""

import os
import sys
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from deploy.local.child_process import ChildProcess, Program, clear_leftover
from deploy.local.console import Console
from deploy.local.failures import failed_with_log
from deploy.local.keeping_alive import Kept
from deploy.local.packages import install_servers
from deploy.local.ports import PortClaims
from deploy.local.postgres import PrivatePostgres
from deploy.local.rabbitmq import PrivateRabbit
from deploy.local.run_settings import Ports, kept_keys, settings_for_all, settings_of
from deploy.local.waiting import Tick, became_true

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "auth-web": ("auth_service", "web"),
    "auth-worker": ("auth_service", "worker"),
    "mailer": ("mailer_service", "worker"),
}
PREPARE_SECONDS = 120.0
ANSWER_SECONDS = 60.0
# Above the 15 s in which auth web lets running requests finish.
STOP_SECONDS = 20.0


class LocalStack:
    """`start` may fail or be interrupted anywhere: `stop` ends whatever was started by then."""

    def __init__(self, root: Path, console: Console, environ: Mapping[str, str] = os.environ) -> None:
        self.root = root
        self.folder = root / ".local" / "run"
        self.demo = ""
        self._console = console
        self._environ = environ
        self._claims = PortClaims()
        self._postgres: PrivatePostgres | None = None
        self._rabbit: PrivateRabbit | None = None
        self._children: dict[str, ChildProcess] = {}

    def start(self) -> Ports:
        (self.folder / "logs").mkdir(mode=0o700, parents=True, exist_ok=True)
        for pid_file in self.folder.glob("*.pid"):
            clear_leftover(pid_file, Program.stop_signal, within=Program.stop_seconds)
        ports = Ports.choose(self.folder, self._environ, self._claims, self._console.say)
        self._start_servers()
        settings = settings_for_all(
            ports,
            database_url=self._postgres.url if self._postgres else self._environ["DATABASE_URL"],
            amqp_url=self._rabbit.url if self._rabbit else self._environ["AMQP_URL"],
            keys=kept_keys(self.folder / "keys.env"),
        )
        self._prepare_database(settings)
        self._start_mailbox(ports)
        self._wait_for_rabbit()
        self._start_services(ports, settings)
        return ports

    def stop(self) -> None:
        """Services first, so that each still finds what it needs to end in order."""
        services = [self._children[name] for name in COMMANDS if name in self._children]
        for service in services:
            service.ask_to_stop()
        for child in [*services, *self._children.values()]:
            child.stop()
        for server in (self._rabbit, self._postgres):
            if server:
                server.stop()
        self._claims.release()

    def kept(self) -> list[Kept]:
        """What must be started again when it dies."""
        kept = [
            Kept(name, child.is_running, child.start, child.program.log)
            for name, child in self._children.items()
        ]
        if self._postgres:
            postgres = self._postgres
            kept.append(Kept("PostgreSQL", postgres.is_running, postgres.start, postgres.log))
        if self._rabbit:
            rabbit = self._rabbit
            # Not `start`: our services wait for the broker by themselves, the others need not.
            kept.append(Kept("RabbitMQ", rabbit.is_running, rabbit.launch, rabbit.log))
        return kept

    def _start_servers(self) -> None:
        own_postgres = not self._environ.get("DATABASE_URL")
        own_rabbit = not self._environ.get("AMQP_URL")
        install_servers(self._console, postgres=own_postgres, rabbit=own_rabbit)
        if own_rabbit:
            self._rabbit = PrivateRabbit(self.folder / "rabbitmq")
            # It takes longest; the rest goes on meanwhile.
            self._rabbit.launch()
        if own_postgres:
            self._postgres = PrivatePostgres(self.folder / "postgres")
            with self._console.step("PostgreSQL") as tick:
                self._postgres.start(tick)
            if self.root not in self._postgres.home.parents:
                self._console.say(
                    f"    (its data is in {self._postgres.home}: its user can't enter {self.root})"
                )

    def _prepare_database(self, settings: Mapping[str, str]) -> None:
        with self._console.step("Database schema") as tick:
            self._run_to_end("migrate", settings, tick)
        with self._console.step("Demo gemeente") as tick:
            self.demo = self._run_to_end("demo", settings, tick)

    def _start_mailbox(self, ports: Ports) -> None:
        with self._console.step("Mailbox") as tick:
            mailbox = self._child(
                "mailbox",
                ("deploy.local", "mailbox", f"--smtp-port={ports.smtp}", f"--http-port={ports.mailbox}"),
                self._environ,
            )
            mailbox.start()
            self._wait_for_answer("mailbox", ports.mailbox, "/api/messages", tick)

    def _wait_for_rabbit(self) -> None:
        if self._rabbit:
            with self._console.step("RabbitMQ") as tick:
                self._rabbit.wait_until_ready(tick)

    def _start_services(self, ports: Ports, settings: Mapping[str, str]) -> None:
        with self._console.step("Auth web, auth worker, mailer") as tick:
            for name, command in COMMANDS.items():
                own = settings_of(name, settings)
                environment = {**self._environ, **own, "OPS_PORT": str(ports.ops[name])}
                self._child(name, command, environment).start()
            for name in COMMANDS:
                self._wait_for_answer(name, ports.ops[name], "/health/ready", tick)

    def _wait_for_answer(self, name: str, port: int, path: str, tick: Tick) -> None:
        child = self._children[name]
        became_true(lambda: answers(port, path) or not child.is_running(), within=ANSWER_SECONDS, tick=tick)
        if not child.is_running():
            raise failed_with_log(f"{name} ended while starting.", child.program.log)
        if not answers(port, path):
            raise failed_with_log(
                f"{name}: http://127.0.0.1:{port}{path} did not answer well in {ANSWER_SECONDS:.0f} s.",
                child.program.log,
            )

    def _run_to_end(self, command: str, settings: Mapping[str, str], tick: Tick) -> str:
        """What `python -m auth_service <command>` prints."""
        output = self.folder / "logs" / f"{command}.out"
        output.unlink(missing_ok=True)
        child = self._child(command, ("auth_service", command), {**self._environ, **settings}, output)
        child.start()
        ended = became_true(lambda: not child.is_running(), within=PREPARE_SECONDS, tick=tick)
        child.kill()
        del self._children[command]
        if not ended or child.exit_code() != 0:
            raise failed_with_log(f"`python -m auth_service {command}` failed.", child.program.log)
        return output.read_text(encoding="utf-8")

    def _child(
        self, name: str, module: tuple[str, ...], environment: Mapping[str, str], output: Path | None = None
    ) -> ChildProcess:
        program = Program(
            command=[sys.executable, "-m", *module],
            environment=environment,
            directory=self.root,
            log=self.folder / "logs" / f"{name}.log",
            output=output,
            pid_file=self.folder / f"{name}.pid",
            stop_seconds=STOP_SECONDS,
        )
        self._children[name] = ChildProcess(program)
        return self._children[name]


def answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
