"""A RabbitMQ server of our own: loopback only, with a password, with its own epmd, in its own directory."""

import os
import socket
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from deploy.local.child_process import ChildProcess, Program, clear_leftover
from deploy.local.failures import StartFailed, failed_with_log
from deploy.local.installed_servers import rabbit_scripts
from deploy.local.rabbitmq_home import NODE, USER, RabbitHome
from deploy.local.waiting import Tick, became_true, no_tick

START_SECONDS = 90.0
STOP_SECONDS = 20.0
EPMD_SECONDS = 10.0
# Against a node that failed to boot, rabbitmqctl waits for minutes.
COMMAND_SECONDS = 30.0
PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
METHOD_FRAME = b"\x01"


class PrivateRabbit:
    """Started from the main thread. `start` is `launch` and `wait_until_ready`: it takes some 8 s."""

    def __init__(self, directory: Path, *, port: int | None = None) -> None:
        self.home = RabbitHome(directory, port)
        self.log = self.home.file("server.log")
        self._server: ChildProcess | None = None
        # Ours, in the foreground: one that RabbitMQ starts makes itself a daemon and outlives everything.
        self._epmd: ChildProcess | None = None

    @property
    def port(self) -> int:
        return self.home.port("amqp")

    @property
    def url(self) -> str:
        return self.url_for("/")

    def url_for(self, vhost: str) -> str:
        return f"amqp://{USER}:{self.home.password}@127.0.0.1:{self.port}/{quote(vhost, safe='')}"

    def start(self, tick: Tick = no_tick) -> None:
        self.launch()
        self.wait_until_ready(tick)

    def launch(self) -> None:
        """Start it and don't wait, so that others can start meanwhile."""
        scripts = rabbit_scripts()
        # After a crash of the server alone, its epmd is still there.
        self.kill()
        for name in ("server", "epmd"):
            clear_leftover(self.home.file(f"{name}.pid"), Program.stop_signal, within=STOP_SECONDS)
        self.home.write_configuration()
        self._start_epmd()
        self._server = ChildProcess(
            Program(
                command=[str(scripts / "rabbitmq-server")],
                environment=self.home.environment(),
                directory=self.home.directory,
                log=self.log,
                pid_file=self.home.file("server.pid"),
                stop_seconds=STOP_SECONDS,
            )
        )
        self._server.start()

    def wait_until_ready(self, tick: Tick = no_tick) -> None:
        """Raises StartFailed, with nothing left running, if it ends or doesn't answer in time."""
        became_true(lambda: speaks_amqp(self.port) or not self.is_running(), within=START_SECONDS, tick=tick)
        if not self.is_running() or not speaks_amqp(self.port):
            self.kill()
            raise failed_with_log(f"RabbitMQ ended, or was silent for {START_SECONDS:.0f} s.", self.log)
        self.home.remember_it_is_made()

    def stop(self, tick: Tick = no_tick) -> None:
        for process in (self._server, self._epmd):
            if process:
                process.stop(tick)

    def kill(self) -> None:
        """As a crash would: SIGKILL for the server and its epmd."""
        for process in (self._server, self._epmd):
            if process:
                process.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def is_running(self) -> bool:
        return self._server is not None and self._server.is_running()

    def add_vhost(self, name: str) -> None:
        """Make the vhost and let our user do anything in it."""
        self._control("add_vhost", name)
        self._control("set_permissions", "-p", name, USER, ".*", ".*", ".*")

    def forbid_declaring(self, vhost: str) -> None:
        """Let our user only use what is in the vhost by now, as in production."""
        self._control("set_permissions", "-p", vhost, USER, "^$", ".*", ".*")

    def add_user(self, name: str, *, configure: str, write: str, read: str) -> str:
        """Make a user with our own user's password, who may do this in /; returns his URL.

        The permissions are patterns of names.
        """
        self._control("add_user", name, self.home.password)
        self._control("set_permissions", "-p", "/", name, configure, write, read)
        return self.url.replace(f"//{USER}:", f"//{name}:")

    def delete_vhost(self, name: str) -> None:
        self._control("delete_vhost", name)

    def evaluate(self, expression: str) -> None:
        """Have the server evaluate this Erlang, which ends with a full stop."""
        self._control("eval", expression)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start_epmd(self) -> None:
        port = self.home.port("epmd")
        log = self.home.file("epmd.log")
        self._epmd = ChildProcess(
            Program(
                command=["epmd", "-address", "127.0.0.1", "-port", str(port)],
                environment={"PATH": os.environ.get("PATH", os.defpath)},
                directory=self.home.directory,
                log=log,
                pid_file=self.home.file("epmd.pid"),
            )
        )
        self._epmd.start()
        answers = became_true(lambda: answer(port, b"") is not None, within=EPMD_SECONDS)
        if not answers or not self._epmd.is_running():
            self.kill()
            raise failed_with_log("Erlang's epmd did not start.", log)

    def _control(self, *arguments: str) -> None:
        command = [str(rabbit_scripts() / "rabbitmqctl"), "--node", NODE, "--quiet", *arguments]
        try:
            subprocess.run(
                command,
                check=True,
                env=self.home.environment(),
                cwd=self.home.directory,
                capture_output=True,
                text=True,
                timeout=COMMAND_SECONDS,
            )
        except subprocess.CalledProcessError as error:
            raise StartFailed(f"rabbitmqctl {' '.join(arguments)} failed: {error.stderr.strip()}") from None
        except subprocess.TimeoutExpired:
            raise StartFailed(f"rabbitmqctl {' '.join(arguments)} took over {COMMAND_SECONDS} s.") from None


def speaks_amqp(port: int) -> bool:
    return answer(port, PROTOCOL_HEADER) == METHOD_FRAME


def answer(port: int, question: bytes) -> bytes | None:
    """The first byte said back by who listens there; None where nobody does, empty for an empty question."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(question)
            return connection.recv(1) if question else b""
    except OSError:
        return None
