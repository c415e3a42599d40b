"""A RabbitMQ server of our own: loopback only, with a password, with its own epmd, in its own directory."""

import os
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from deploy.local.child_process import ChildProcess, Program, clear_leftover
from deploy.local.failures import StartFailed, failed_with_log
from deploy.local.ports import RememberedPorts
from deploy.local.secret_files import draw_password, kept_secret, write_private
from deploy.local.waiting import Tick, became_true, no_tick

USER = "dnr"
# Names are per epmd, and the epmd is ours alone. The data directory is named after the node.
NODE = "dnr@localhost"
START_SECONDS = 90.0
STOP_SECONDS = 20.0
EPMD_SECONDS = 10.0
COMMAND_SECONDS = 30.0
PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
METHOD_FRAME = b"\x01"


def installed_scripts() -> Path | None:
    """RabbitMQ's own sbin of the newest version; the wrappers on PATH insist on the machine's account."""
    found = [path.parent for path in Path("/usr/lib/rabbitmq/lib").glob("*/sbin/rabbitmq-server")]
    return max(found, key=lambda path: version_of(path.parent.name), default=None)


def version_of(folder_name: str) -> tuple[int, ...]:
    """(3, 10, 8) of `rabbitmq_server-3.10.8`."""
    return tuple(int(part) for part in folder_name.rpartition("-")[2].split(".") if part.isdigit())


def scripts() -> Path:
    """As installed_scripts; raises StartFailed where RabbitMQ is missing."""
    folder = installed_scripts()
    if folder is None or shutil.which("epmd") is None:
        raise StartFailed("RabbitMQ is not installed: sudo apt-get install rabbitmq-server")
    return folder


class PrivateRabbit:
    """Started from the main thread. `start` is `launch` and `wait_until_ready`: it takes some 8 s."""

    def __init__(self, directory: Path, *, port: int | None = None) -> None:
        self.home = directory.absolute()
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.log = self.home / "server.log"
        self._wanted_port = port
        self._ports: dict[str, int] = {}
        self._server: ChildProcess | None = None
        self._epmd: ChildProcess | None = None

    @property
    def port(self) -> int:
        return self._port("amqp")

    @property
    def password(self) -> str:
        return kept_secret(self.home / "password")

    @property
    def url(self) -> str:
        return self.url_for("/")

    def url_for(self, vhost: str) -> str:
        return f"amqp://{USER}:{self.password}@127.0.0.1:{self.port}/{quote(vhost, safe='')}"

    def start(self, tick: Tick = no_tick) -> None:
        self.launch()
        self.wait_until_ready(tick)

    def launch(self) -> None:
        """Start it and don't wait, so that others can start meanwhile."""
        folder = scripts()
        self.clear_leftovers()
        self._ports = {"amqp": self._wanted_port} if self._wanted_port else {}
        self._write_configuration()
        self._epmd = ChildProcess(self._epmd_program())
        self._epmd.start()
        epmd_port = self._port("epmd")
        if not became_true(lambda: accepts(epmd_port), within=EPMD_SECONDS):
            self.kill()
            raise failed_with_log("Erlang's epmd did not start.", self.home / "epmd.log")
        self._server = ChildProcess(self._server_program(folder))
        self._server.start()

    def wait_until_ready(self, tick: Tick = no_tick) -> None:
        server = self._server
        if server is None or not became_true(
            lambda: speaks_amqp(self.port) or not server.is_running(), within=START_SECONDS, tick=tick
        ):
            self.kill()
            raise failed_with_log(f"RabbitMQ did not answer within {START_SECONDS:.0f} s.", self.log)
        if not server.is_running():
            self.kill()
            raise failed_with_log("RabbitMQ ended while starting.", self.log)
        (self.home / "made").touch()

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
        self._ctl("add_vhost", name)
        self._ctl("set_permissions", "-p", name, USER, ".*", ".*", ".*")

    def delete_vhost(self, name: str) -> None:
        self._ctl("delete_vhost", name)

    def clear_leftovers(self) -> None:
        for name in ("server", "epmd"):
            clear_leftover(self.home / f"{name}.pid", Program.stop_signal, within=STOP_SECONDS)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _port(self, name: str) -> int:
        if name not in self._ports:
            self._ports[name] = RememberedPorts(self.home / "ports.json").port(name)
        return self._ports[name]

    def _write_configuration(self) -> None:
        # The user of the configuration is only made with the data; a first boot that was cut off left half.
        if not (self.home / "made").exists():
            shutil.rmtree(self.home / "mnesia", ignore_errors=True)
        (self.home / "conf.d").mkdir(exist_ok=True)
        write_private(self.home / "enabled_plugins", "[].\n")
        write_private(
            self.home / "rabbitmq.conf",
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            f"default_user = {USER}\n"
            f"default_pass = {self.password}\n",
        )
        cookie = self.home / ".erlang.cookie"
        kept_secret(cookie, draw_password)
        cookie.chmod(0o400)

    def _environment(self) -> Mapping[str, str]:
        # Nothing is inherited: the machine's own RABBITMQ_* and ERL_* are about its own server.
        home = self.home
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C.UTF-8",
            "HOME": str(home),
            "ERL_EPMD_PORT": str(self._port("epmd")),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": str(home / "erl_crash.dump"),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_DIST_PORT": str(self._port("distribution")),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
            "RABBITMQ_LOG_BASE": str(home / "log"),
            "RABBITMQ_PID_FILE": str(home / "rabbitmq.pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
            "RABBITMQ_CONFIG_FILES": str(home / "conf.d" / "*.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "advanced.config"),
        }

    def _server_program(self, folder: Path) -> Program:
        return Program(
            command=[str(folder / "rabbitmq-server")],
            environment=self._environment(),
            directory=self.home,
            log=self.log,
            pid_file=self.home / "server.pid",
            stop_seconds=STOP_SECONDS,
        )

    def _epmd_program(self) -> Program:
        return Program(
            command=["epmd", "-address", "127.0.0.1", "-port", str(self._port("epmd"))],
            environment={"PATH": os.environ.get("PATH", os.defpath)},
            directory=self.home,
            log=self.home / "epmd.log",
            pid_file=self.home / "epmd.pid",
        )

    def _ctl(self, *arguments: str) -> None:
        done = subprocess.run(
            [scripts() / "rabbitmqctl", "--node", NODE, "--quiet", *arguments],
            check=False,
            env=self._environment(),
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
        )
        if done.returncode != 0:
            raise StartFailed(f"rabbitmqctl {' '.join(arguments)} failed: {done.stderr.strip()}")


def accepts(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def speaks_amqp(port: int) -> bool:
    """Whether a handshake is answered: the port alone opens a moment earlier."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(PROTOCOL_HEADER)
            return connection.recv(1) == METHOD_FRAME
    except OSError:
        return False
