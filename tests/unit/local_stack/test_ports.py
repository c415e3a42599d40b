"""Which ports `make run` chooses."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE

import pytest

from deploy.local.failures import StartFailed
from deploy.local.ports import STANDARD_PORTS, PortClaims, RememberedPorts, draw_port, held_name, is_free
from deploy.local.run_settings import chosen_port

# Nobody else's in whatever runs here at the same time.
NO_PORTS = range(first := 100_000 + 3 * os.getpid(), first + 2)


@pytest.fixture
def claims() -> Iterator[PortClaims]:
    claims = PortClaims()
    yield claims
    claims.release()


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", draw_port()))
        listener.listen()
        yield listener.getsockname()[1]


def say_nothing(_: str) -> None:
    """For tests that don't ask what is said."""


def test_a_port_is_kept_from_one_start_to_the_next(tmp_path: Path) -> None:
    first = RememberedPorts(tmp_path / "ports.json").port("postgresql")

    assert RememberedPorts(tmp_path / "ports.json").port("postgresql") == first


def test_a_port_that_was_taken_meanwhile_is_replaced_for_good(tmp_path: Path) -> None:
    ports = RememberedPorts(tmp_path / "ports.json")
    first = ports.port("postgresql")
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", first))
        stranger.listen()
        second = ports.port("postgresql")

    assert second != first
    assert ports.port("postgresql") == second


def test_no_port_is_drawn_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.ports.RANGE", NO_PORTS)
    monkeypatch.setattr("deploy.local.ports.is_free", lambda _: True)

    assert {draw_port(), draw_port()} == set(NO_PORTS)
    with pytest.raises(StartFailed, match="No free port"):
        draw_port()


def test_a_port_that_another_process_has_drawn_is_left_to_it_until_it_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    command = [sys.executable, "-c", "from deploy.local.ports import draw_port; print(draw_port()); input()"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as other:  # noqa: S603 - our own code.
        assert other.stdin
        assert other.stdout
        port = int(other.stdout.readline())
        monkeypatch.setattr("deploy.local.ports.RANGE", range(port, port + 1))
        with pytest.raises(StartFailed, match="No free port"):
            draw_port()
        other.stdin.close()

    assert draw_port() == port


def test_a_remembered_port_that_another_has_drawn_meanwhile_is_replaced(tmp_path: Path) -> None:
    stranger = held_name(f"nachregister-draw-{(port := NO_PORTS[-1] + 1)}")
    assert stranger
    (tmp_path / "ports.json").write_text(json.dumps({"postgresql": port}), encoding="ascii")

    with stranger:
        assert RememberedPorts(tmp_path / "ports.json").port("postgresql") != port


def test_a_damaged_memory_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text("{", encoding="ascii")

    assert RememberedPorts(tmp_path / "ports.json").port("postgresql") > 0


def test_a_port_on_the_ipv6_loopback_counts_as_taken() -> None:
    port = draw_port()
    with socket.socket(socket.AF_INET6) as stranger:
        try:
            stranger.bind(("::1", port))
        except OSError:
            pytest.skip("this machine has no IPv6 loopback")
        stranger.listen()

        assert not is_free(port)


def test_no_standard_port_is_ever_claimed(claims: PortClaims) -> None:
    assert claims.claim_from(min(STANDARD_PORTS)) not in STANDARD_PORTS


def test_two_checkouts_that_start_at_once_get_different_ports(claims: PortClaims) -> None:
    other_checkout = PortClaims()
    port = draw_port()

    assert claims.claim_from(port) == port
    assert other_checkout.claim_from(port) != port
    other_checkout.release()


def test_a_taken_port_that_nobody_asked_for_gives_way_and_is_said(
    claims: PortClaims, taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("deploy.local.run_settings.DEFAULT_PORTS", {"HTTP_PORT": taken_port})

    port = chosen_port("HTTP_PORT", {}, claims, said.append)

    assert port > taken_port
    assert said == [f"Port {taken_port} is taken, so HTTP_PORT is {port}."]


@pytest.mark.parametrize("wanted", ["http", "0", "65536", "-1", "80 80"])
def test_a_setting_that_is_no_port_is_refused_by_name(claims: PortClaims, wanted: str) -> None:
    with pytest.raises(StartFailed, match="HTTP_PORT must be a port number"):
        chosen_port("HTTP_PORT", {"HTTP_PORT": wanted}, claims, say_nothing)


def test_a_taken_port_that_was_asked_for_is_refused(claims: PortClaims, taken_port: int) -> None:
    with pytest.raises(StartFailed, match=f"HTTP_PORT={taken_port} can't be used"):
        chosen_port("HTTP_PORT", {"HTTP_PORT": str(taken_port)}, claims, say_nothing)
