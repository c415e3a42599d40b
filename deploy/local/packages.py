"""Gets PostgreSQL, RabbitMQ and what the tests use from the machine's packages where they are missing.

Debian starts a server it installs, on the standard port, now and at every boot; here it must not.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.local.console import Console
from deploy.local.failures import StartFailed, failed_with_log
from deploy.local.installed_servers import postgres_folder, rabbit_folder
from deploy.local.stop_signals import StopRequested
from deploy.local.waiting import Tick, became_true

CHECKOUT = Path(__file__).absolute().parents[2]
INSTALL_SECONDS = 1800.0
# A browser without windows, a gateway, a QR reader and an authenticator that share no code with ours, what
# the checkers from npm are installed and run with, and what receivers of mails have, with a library that
# answers their questions to the DNS.
TEST_PROGRAMS = {
    "chromium-headless-shell": "chromium-headless-shell",
    "nginx": "nginx",
    "zbarimg": "zbar-tools",
    "oathtool": "oathtool",
    "npm": "npm",
    "java": "default-jre-headless",
    "spamassassin": "spamassassin",
    "opendkim": "opendkim",
    "opendkim-testkey": "opendkim-tools",
    "opendmarc": "opendmarc",
    "libresolv_wrapper.so": "libresolv-wrapper",
}
# Where Debian keeps servers, which not everybody has on his PATH.
MORE_FOLDERS = "/usr/sbin"


def install_servers(console: Console, *, postgres: bool, rabbit: bool) -> None:
    """Install what is asked for and missing; raises StartFailed with what to install where we may not."""
    missing = []
    if postgres and postgres_folder() is None:
        missing.append("postgresql")
    if rabbit and (rabbit_folder() is None or shutil.which("epmd") is None):
        missing.append("rabbitmq-server")
    install(console, missing)
    if missing:
        console.say("    (as packages only: not started as services, now or at boot)")


def install_test_programs(console: Console) -> None:
    install(console, [package for program, package in TEST_PROGRAMS.items() if not is_installed(program)])


def is_installed(program: str) -> bool:
    if program.endswith(".so"):
        return any(Path("/usr/lib").glob(f"*/{program}"))
    return shutil.which(program) is not None or shutil.which(program, path=MORE_FOLDERS) is not None


def install(console: Console, packages: list[str]) -> None:
    if not packages:
        return
    names = " ".join(packages)
    prefix = root_prefix()
    if prefix is None or shutil.which("apt-get") is None:
        raise StartFailed(f"Missing on this machine: {names}. Install with: sudo apt-get install {names}")
    with console.step(f"Installing {names}") as tick, tempfile.NamedTemporaryFile(delete=False) as log:
        # -B: as root it must not leave its bytecode in somebody's checkout.
        command = [*prefix, sys.executable, "-B", "-m", "deploy.local.apt_install", *packages]
        apt = subprocess.Popen(
            command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        wait_for(apt, tick, console)
        if apt.returncode != 0:
            raise failed_with_log(f"apt-get could not install {names}.", Path(log.name))
    Path(log.name).unlink()


def wait_for(apt: subprocess.Popen[bytes], tick: Tick, console: Console) -> None:
    try:
        became_true(lambda: apt.poll() is not None, within=INSTALL_SECONDS, tick=tick)
    except StopRequested:
        console.say(" letting apt-get finish first: cut off, it would leave packages half installed")
        became_true(lambda: apt.poll() is not None, within=INSTALL_SECONDS, tick=tick)
        raise


def root_prefix() -> list[str] | None:
    """What to put before a command to be root; None where we can't be without asking for a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(
        ["sudo", "-n", "true"],  # noqa: S607 - the machine's own sudo.
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    return ["sudo", "-n"] if allowed.returncode == 0 else None
