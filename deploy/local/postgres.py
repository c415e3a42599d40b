"""A PostgreSQL server of our own: loopback only, with a password, in a directory of its own."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.child_process import ChildProcess, Program, clear_leftover
from deploy.local.failures import failed_with_log
from deploy.local.installed_servers import postgres_programs
from deploy.local.ports import RememberedPorts
from deploy.local.secret_files import kept_secret, write_private
from deploy.local.unprivileged import place_for, run_as, server_account
from deploy.local.waiting import Tick, became_true, no_tick

USER = "dnr"
INITDB_SECONDS = 60.0
START_SECONDS = 60.0
STOP_SECONDS = 15.0
# Postmasters call SIGINT the fast shutdown: open connections are ended, data is written.
FAST_SHUTDOWN = signal.SIGINT
# Not synchronous_commit: without it, a kill of the server alone loses what was committed.
NOT_DURABLE = ("fsync=off", "full_page_writes=off")


class PrivatePostgres:
    """Started from the main thread; as root it runs as another user, and may have to live in /var/tmp.

    `durable=False` loses data when the machine (not the server) crashes: for tests.
    """

    def __init__(self, directory: Path, *, port: int | None = None, durable: bool = True) -> None:
        self.account = server_account()
        self.home = place_for(self.account, directory.absolute())
        self.data = self.home / "data"
        self.log = self.home / "server.log"
        self._durable = durable
        self._port = port
        self._server: ChildProcess | None = None

    @property
    def port(self) -> int:
        if self._port is None:
            self._port = RememberedPorts(self.home / "ports.json").port("postgresql")
        return self._port

    @property
    def password(self) -> str:
        return kept_secret(self.home / "password")

    @property
    def url(self) -> str:
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/postgres"

    def start(self, tick: Tick = no_tick) -> None:
        """Make the data directory if there is none, start, and return when connections are accepted."""
        folder = postgres_programs()
        clear_leftover(self.home / "server.pid", FAST_SHUTDOWN, within=STOP_SECONDS)
        if not self.data.exists():
            self._make_data_directory(folder)
        # Ours is gone by now, so a file left by a crash can only point at a stranger.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self._server = ChildProcess(self._program(folder))
        self._server.start()
        self._wait_until_ready(tick)

    def stop(self, tick: Tick = no_tick) -> None:
        if self._server:
            self._server.stop(tick)

    def kill(self) -> None:
        """As a crash would: SIGKILL for the server and every process of it."""
        if self._server:
            self._server.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def discard(self) -> None:
        """Stop, and remove all it kept: `home` may lie outside the directory that was asked for."""
        self.stop()
        shutil.rmtree(self.home)

    def is_running(self) -> bool:
        return self._server is not None and self._server.is_running()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _make_data_directory(self, folder: Path) -> None:
        # Under another name until it is whole: an interrupted initdb is simply done again.
        draft = self.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        password_file = self.home / "password.initdb"
        write_private(password_file, self.password)
        if self.account:
            os.chown(password_file, self.account.uid, self.account.gid)
        try:
            self._initdb(folder, draft, password_file)
        finally:
            password_file.unlink()
        draft.rename(self.data)

    def _initdb(self, folder: Path, draft: Path, password_file: Path) -> None:
        log = self.home / "initdb.log"
        command = [
            str(folder / "initdb"), "--pgdata", str(draft), "--encoding", "UTF8", "--locale", "C.UTF-8",
            "--username", USER, "--pwfile", str(password_file), "--auth", "scram-sha-256",
            *([] if self._durable else ["--no-sync"]),
        ]  # fmt: skip
        with log.open("wb") as out, suppress(subprocess.TimeoutExpired):
            done = subprocess.run(
                command,
                check=False,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=INITDB_SECONDS,
                **run_as(self.account),
            )
            if done.returncode == 0:
                return
        raise failed_with_log("PostgreSQL's initdb failed, or took too long.", log)

    def _program(self, folder: Path) -> Program:
        settings = [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            # Socket paths end at 107 bytes, which a deep checkout exceeds; TCP with a password does.
            "unix_socket_directories=",
            "max_connections=200",
            *(() if self._durable else NOT_DURABLE),
        ]
        return Program(
            command=[str(folder / "postgres"), "-D", str(self.data), *(f"--{name}" for name in settings)],
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
            directory=self.home,
            log=self.log,
            pid_file=self.home / "server.pid",
            account=self.account,
            stop_signal=FAST_SHUTDOWN,
            stop_seconds=STOP_SECONDS,
        )

    def _wait_until_ready(self, tick: Tick) -> None:
        became_true(lambda: self._is_ready() or not self.is_running(), within=START_SECONDS, tick=tick)
        if not self.is_running() or not self._is_ready():
            self.kill()
            raise failed_with_log(f"PostgreSQL ended, or wasn't ready in {START_SECONDS:.0f} s.", self.log)

    def _is_ready(self) -> bool:
        # What `pg_ctl --wait` looks at: line 8 of postmaster.pid.
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"
