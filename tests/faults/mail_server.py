"""The rude mail server as a process that a test starts, freezes and kills."""

import socket
import sys
from contextlib import suppress
from pathlib import Path

from deploy.local.child_process import Program
from deploy.local.ports import draw_port
from tests.faults.smtp_journal import Journal
from tests.running_services import CHECKOUT
from tests.service_process import ServiceProcess


def mail_server(folder: Path, journal: Journal, seed: int, *options: str) -> tuple[ServiceProcess, int]:
    """To be started, and its port; `options` are those of tests.faults.rude_smtp."""
    port = draw_port()
    given = {"port": port, "journal": journal.file, "seed": seed}
    program = Program(
        command=[
            sys.executable,
            "-m",
            "tests.faults.rude_smtp",
            *(f"--{name}={value}" for name, value in given.items()),
            *options,
        ],
        environment={},
        directory=CHECKOUT,
        # Not among those in which a traceback is a bug of ours.
        log=folder / "mail-server.txt",
        pid_file=folder / "mail-server.pid",
    )
    return ServiceProcess("mail server", program, lambda: takes_connections(port)), port


def takes_connections(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
