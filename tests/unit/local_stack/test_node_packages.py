"""What is taken from npm: pinned, and from wherever the machine gets it."""

import json

import pytest

from deploy.local import node_packages
from deploy.local.failures import StartFailed


class SilentConsole:
    def step(self, _title):
        return self

    def __enter__(self):
        return lambda: None

    def __exit__(self, *_):
        return None


@pytest.fixture
def lock():
    return json.loads((node_packages.WANTED / "package-lock.json").read_text(encoding="utf-8"))


def test_every_package_is_pinned_by_its_content_and_none_by_a_host(lock):
    packages = {name: package for name, package in lock["packages"].items() if name}

    assert packages
    assert [name for name, package in packages.items() if "integrity" not in package] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_what_could_not_be_installed_counts_as_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(node_packages, "FOLDER", tmp_path / "node")
    (tmp_path / "bin").mkdir()
    npm = tmp_path / "bin" / "npm"
    npm.write_text("#!/bin/sh\necho no network\nexit 1\n", encoding="ascii")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")

    with pytest.raises(StartFailed, match="no network"):
        node_packages.install_node_packages(SilentConsole())

    assert not (tmp_path / "node" / "installed.sha256").exists()
