"""What a RabbitMQ node of ours keeps in its directory, and the environment that confines it to that."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from deploy.local.ports import RememberedPorts
from deploy.local.secret_files import kept_secret, write_private

USER = "dnr"
# Names are per epmd, and the epmd is ours alone. The data directory is named after the node.
NODE = "dnr@localhost"


class RabbitHome:
    """`port` is the one for AMQP; those for epmd and Erlang's distribution are always drawn."""

    def __init__(self, directory: Path, port: int | None) -> None:
        self.directory = directory.absolute()
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._ports = {"amqp": port} if port else {}

    def file(self, name: str) -> Path:
        return self.directory / name

    def port(self, name: str) -> int:
        if name not in self._ports:
            self._ports[name] = RememberedPorts(self.file("ports.json")).port(name)
        return self._ports[name]

    @property
    def password(self) -> str:
        return kept_secret(self.file("password"))

    def write_configuration(self) -> None:
        # The user named here is only made together with the data; a first boot cut off may have left half.
        if not self.file("made").exists():
            shutil.rmtree(self.file("mnesia"), ignore_errors=True)
        write_private(self.file("enabled_plugins"), "[].\n")
        write_private(
            self.file("rabbitmq.conf"),
            f"listeners.tcp.1 = 127.0.0.1:{self.port('amqp')}\n"
            f"default_user = {USER}\n"
            f"default_pass = {self.password}\n",
        )
        kept_secret(self.file(".erlang.cookie"))
        self.file(".erlang.cookie").chmod(0o400)

    def remember_it_is_made(self) -> None:
        self.file("made").touch()

    def environment(self) -> Mapping[str, str]:
        # Nothing is inherited: RABBITMQ_* and ERL_* of this machine are about its own server.
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C.UTF-8",
            "HOME": str(self.directory),
            "ERL_EPMD_PORT": str(self.port("epmd")),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": str(self.file("erl_crash.dump")),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_DIST_PORT": str(self.port("distribution")),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_MNESIA_BASE": str(self.file("mnesia")),
            "RABBITMQ_LOG_BASE": str(self.file("log")),
            "RABBITMQ_PID_FILE": str(self.file("rabbitmq.pid")),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.file("enabled_plugins")),
            "RABBITMQ_CONFIG_FILE": str(self.file("rabbitmq.conf")),
            # Neither exists: without these two, those in /etc/rabbitmq are read.
            "RABBITMQ_CONFIG_FILES": str(self.file("conf.d") / "*.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.file("advanced.config")),
        }
