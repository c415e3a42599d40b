"""Packages are installed without Debian starting their services."""

import os
import subprocess
from pathlib import Path

import pytest

from deploy.local import packages
from deploy.local.apt_install import no_cluster_is_made, no_service_starts, refusing_policy
from deploy.local.console import Console
from deploy.local.failures import StartFailed

FORBIDDEN = 101  # policy-rc.d(8)


def answer_of(policy: Path) -> int:
    return subprocess.run(["sh", str(policy), "rabbitmq-server", "start"], check=False).returncode  # noqa: S603, S607


def test_services_may_not_start_while_we_install(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    with no_service_starts(policy, tmp_path / "aside"):
        assert answer_of(policy) == FORBIDDEN

    assert not policy.exists()


def test_the_machines_own_policy_is_put_back(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 104\n", encoding="ascii")
    with no_service_starts(policy, tmp_path / "aside"):
        assert answer_of(policy) == FORBIDDEN

    assert answer_of(policy) == 104


def test_a_policy_that_a_killed_installation_left_forbids_nothing(tmp_path: Path) -> None:
    ended = subprocess.Popen(["sleep", "60"])  # noqa: S607
    policy = tmp_path / "policy-rc.d"
    policy.write_text(refusing_policy(ended.pid, tmp_path / "aside"), encoding="ascii")
    assert answer_of(policy) == FORBIDDEN
    ended.kill()
    ended.wait()

    assert answer_of(policy) == 0


def test_a_left_policy_is_not_taken_for_the_machines_own(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.write_text(refusing_policy(os.getpid(), tmp_path / "aside"), encoding="ascii")
    with no_service_starts(policy, tmp_path / "aside"):
        pass

    assert not policy.exists()


def test_the_settings_for_new_clusters_are_put_back_byte_for_byte(tmp_path: Path) -> None:
    settings = tmp_path / "createcluster.conf"
    settings.write_text("#create_main_cluster = true\n", encoding="utf-8")
    with no_cluster_is_made(settings):
        assert "\ncreate_main_cluster = false" in settings.read_text(encoding="utf-8")

    assert settings.read_text(encoding="utf-8") == "#create_main_cluster = true\n"


def test_who_may_not_install_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "root_prefix", lambda: None)
    monkeypatch.setattr(packages, "postgres_folder", lambda: None)
    monkeypatch.setattr(packages, "rabbit_folder", lambda: None)

    with pytest.raises(StartFailed, match=r"sudo apt-get install postgresql rabbitmq-server$"):
        packages.install_servers(Console(), postgres=True, rabbit=True)
