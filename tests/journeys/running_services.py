"""Both services and the mailbox in processes of their own, as an operator would start them."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from deploy.local.child_process import ChildProcess, Program
from deploy.local.failures import failed_with_log
from deploy.local.local_stack import answers
from deploy.local.ports import draw_port
from deploy.local.run_settings import Ports, draw_fernet_key, settings_for_all
from deploy.local.waiting import became_true

CHECKOUT = Path(__file__).parents[2]
COMMANDS: dict[str, tuple[str, str]] = {
    "auth-web": ("auth_service", "web"),
    "auth-worker": ("auth_service", "worker"),
    "mailer": ("mailer_service", "worker"),
}
PREPARE_SECONDS = 60
START_SECONDS = 30.0


class RunningServices:
    """`start` returns when the login page and the mailbox answer; else StartFailed, with the log."""

    def __init__(self, folder: Path, *, database_url: str, amqp_url: str, **more_settings: str) -> None:
        self.folder = folder
        self._ports = Ports(
            http=draw_port(),
            mailbox=draw_port(),
            smtp=draw_port(),
            ops={name: draw_port() for name in COMMANDS},
        )
        self._settings = settings_for_all(
            self._ports,
            database_url=database_url,
            amqp_url=amqp_url,
            keys={"MESSAGE_SEALING_KEYS": draw_fernet_key()},
        ) | {"TRUSTED_PROXIES": "127.0.0.0/8", **more_settings}
        self._children: dict[str, ChildProcess] = {}

    @property
    def site(self) -> str:
        return self._settings["PUBLIC_URL"]

    @property
    def mailbox(self) -> str:
        return f"http://localhost:{self._ports.mailbox}"

    def operations(self, name: str) -> str:
        """Where that process says how it is."""
        return f"http://127.0.0.1:{self._ports.ops[name]}"

    def start(self) -> None:
        for command in ("migrate", "demo"):
            self._run_to_end(("auth_service", command))
        ports = (f"--smtp-port={self._ports.smtp}", f"--http-port={self._ports.mailbox}")
        self._start("mailbox", ("deploy.local", "mailbox", *ports))
        for name, command in COMMANDS.items():
            self._start(name, command)
        self._wait_for("mailbox", lambda: answers(self._ports.mailbox, "/api/messages"))
        for name in COMMANDS:
            self._wait_for(name, partial(answers, self._ports.ops[name], "/health/ready"))

    @contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """That process doesn't do a thing meanwhile, and knows of nothing."""
        pid = self._children[name].pid
        assert pid
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def ended_early(self) -> list[str]:
        """Who is not running any more, although nobody asked it to stop."""
        return [name for name, child in self._children.items() if not child.is_running()]

    def stop(self) -> None:
        for child in self._children.values():
            child.ask_to_stop()
        for child in self._children.values():
            child.stop()

    def logs(self) -> dict[str, str]:
        return {file.name: file.read_text(encoding="utf-8") for file in self.folder.glob("*.log")}

    def _environment(self, name: str) -> dict[str, str]:
        # Nothing else of ours: settings of whoever runs the tests must not change what they find.
        own = {"PATH": os.environ.get("PATH", os.defpath), **self._settings}
        return own | {"OPS_PORT": str(self._ports.ops[name])} if name in self._ports.ops else own

    def _run_to_end(self, module: Sequence[str]) -> None:
        done = subprocess.run(  # noqa: S603 - a command of our own.
            [sys.executable, "-m", *module],
            env=self._environment(""),
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PREPARE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(module)} failed:\n{done.stdout}{done.stderr}"

    def _start(self, name: str, module: Sequence[str]) -> None:
        program = Program(
            command=[sys.executable, "-m", *module],
            environment=self._environment(name),
            directory=CHECKOUT,
            log=self.folder / f"{name}.log",
            pid_file=self.folder / f"{name}.pid",
        )
        self._children[name] = ChildProcess(program)
        self._children[name].start()

    def _wait_for(self, name: str, answers: Callable[[], bool]) -> None:
        became_true(lambda: answers() or bool(self.ended_early()), within=START_SECONDS)
        for ended in self.ended_early():
            raise failed_with_log(f"{ended} ended while starting.", self.folder / f"{ended}.log")
        if not answers():
            raise failed_with_log(f"{name} did not answer.", self.folder / f"{name}.log")
