"""`python -m deploy.local.apt_install <packages>`, as root: apt-get, without any service being started."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local.process_identity import stat_fields

POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_ASIDE = Path("/usr/sbin/policy-rc.d.before-nachregister")
POLICY_MARK = "# By nachregister, while it installs"
CLUSTER_SETTINGS = Path("/etc/postgresql-common/createcluster.conf")
NO_CLUSTER = "create_main_cluster = false # for the duration of an installation by nachregister\n"
# What Debian would start at every boot: RabbitMQ on 5672 and 25672, Erlang's epmd on 4369.
RABBIT_UNITS = ("rabbitmq-server.service",)
EPMD_UNITS = ("epmd.service", "epmd.socket")
# Filters of mail, of which the tests use the programs only.
FILTER_UNITS = {"opendkim": ("opendkim.service",), "opendmarc": ("opendmarc.service",)}
APT = ("apt-get", "-o", "DPkg::Lock::Timeout=120", "-q", "-y")


def main(packages: list[str]) -> int:
    # Cut off half-way, it would leave packages half installed and services allowed to start.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    # With an Erlang that was here before, epmd is not ours to switch off.
    units = RABBIT_UNITS if shutil.which("epmd") else (*RABBIT_UNITS, *EPMD_UNITS)
    with no_service_starts(POLICY, POLICY_ASIDE):
        # Out-of-date lists still may have the packages: only the installation decides.
        run(*APT, "update")
        if "postgresql" in packages:
            # Apart and first: the file that says "no cluster" comes with it.
            install("postgresql-common")
            with no_cluster_is_made(CLUSTER_SETTINGS):
                install("postgresql")
        for package in packages:
            install(package)
    if "rabbitmq-server" in packages:
        leave_out_at_boot("rabbitmq-server", units)
    for package in FILTER_UNITS.keys() & set(packages):
        leave_out_at_boot(package, FILTER_UNITS[package])
    return 0


def install(package: str) -> None:
    if run(*APT, "--no-install-recommends", "install", package) != 0:
        sys.exit(f"apt-get could not install {package}")


def run(*command: str) -> int:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, check=False, env=environment, stdin=subprocess.DEVNULL).returncode


@contextmanager
def no_service_starts(policy: Path, aside: Path) -> Iterator[None]:
    """Debian asks `policy` before it starts a service. Ours says no, and only as long as we live."""
    if policy.exists() and POLICY_MARK not in policy.read_text(encoding="utf-8", errors="replace"):
        policy.rename(aside)
    policy.write_text(refusing_policy(os.getpid(), aside), encoding="ascii")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()
        if aside.exists():
            aside.rename(policy)


def refusing_policy(pid: int, aside: Path) -> str:
    """A policy-rc.d(8) that answers "forbidden" while process `pid` lives, else what `aside` answers."""
    start_time = (stat_fields(pid) or [])[19]
    return (
        "#!/bin/sh\n"
        f"{POLICY_MARK} packages; may be removed once process {pid} is gone.\n"
        f"[ \"$(cut -d ' ' -f 22 /proc/{pid}/stat 2>/dev/null)\" != {start_time} ] || exit 101\n"
        f'[ ! -x {aside} ] || exec {aside} "$@"\n'
    )


@contextmanager
def no_cluster_is_made(settings: Path) -> Iterator[None]:
    """PostgreSQL's package would make a cluster that starts at boot, on 5432."""
    before = settings.read_text(encoding="utf-8").replace(NO_CLUSTER, "")
    settings.write_text(before + NO_CLUSTER, encoding="utf-8")
    try:
        yield
    finally:
        settings.write_text(before, encoding="utf-8")


def leave_out_at_boot(script: str, units: Sequence[str]) -> None:
    # The first knows machines without systemd, the second knows units without an init script.
    run("update-rc.d", script, "disable")
    if shutil.which("systemctl"):
        run("systemctl", "disable", *units)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
