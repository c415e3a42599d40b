"""Free ports on loopback, remembered so that addresses stay the same from one start to the next."""

import json
import secrets
import socket
from pathlib import Path

from deploy.local.failures import StartFailed

# Below Linux's range for outgoing connections, so that none of those takes a port between two starts.
RANGE = range(20_000, 30_000)
# PostgreSQL, AMQP, epmd, Erlang distribution and management of a machine's own servers.
STANDARD_PORTS = frozenset({4369, 5432, 5671, 5672, 15672, 25672})
ATTEMPTS = 200
LOOPBACKS = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))

# Who will listen on a drawn port has yet to start: until we end, these keep it from everybody else who draws.
_drawn: dict[int, socket.socket] = {}


def is_free(port: int) -> bool:
    """Free on both loopbacks: `localhost` may mean either."""
    return all(can_bind(family, host, port) for family, host in LOOPBACKS)


def can_bind(family: socket.AddressFamily, host: str, port: int) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # What servers do too; without it, connections that closed a minute ago count as taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError:
        return family == socket.AF_INET6 and not has_ipv6()
    return True


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def draw_port() -> int:
    """A port of RANGE that is free now, no standard port, and drawn by nobody else who still runs."""
    for _ in range(ATTEMPTS):
        port = RANGE.start + secrets.randbelow(len(RANGE))
        if port not in _drawn and is_ours(port) and is_free(port):
            return port
    raise StartFailed(f"No free port found between {RANGE.start} and {RANGE.stop}.")


def is_ours(port: int) -> bool:
    """Whether this process has drawn the port, or could: from now on nobody else can, until we end."""
    if port not in _drawn and (mark := held_name(f"nachregister-draw-{port}")):
        _drawn[port] = mark
    return port in _drawn


def held_name(name: str) -> socket.socket | None:
    """A name in Linux's abstract socket namespace, None where taken; it ends with us and leaves no file."""
    held = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        held.bind(f"\0{name}")
    except OSError:
        held.close()
        return None
    return held


class RememberedPorts:
    """Ports by name, in a file of their own."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def port(self, name: str) -> int:
        """The port of last time if it is still free, else another, which is remembered from now on."""
        known = self._read()
        if name in known and is_ours(known[name]) and is_free(known[name]):
            return known[name]
        known[name] = draw_port()
        self.file.write_text(json.dumps(known), encoding="ascii")
        return known[name]

    def _read(self) -> dict[str, int]:
        try:
            known = json.loads(self.file.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return {}
        return {str(name): int(port) for name, port in known.items()}


class PortClaims:
    """Ports that were asked for and will be open in a moment: no other checkout can choose the same ones."""

    def __init__(self) -> None:
        self._claims: list[socket.socket] = []

    def claim(self, port: int) -> bool:
        """Whether the port is ours now: free, and claimed by nobody else."""
        claim = held_name(f"nachregister-port-{port}")
        if claim is None:
            return False
        self._claims.append(claim)
        return is_free(port)

    def claim_from(self, port: int) -> int:
        """`port`, or the first one after it that can be claimed and is no standard port."""
        for candidate in range(port, port + ATTEMPTS):
            if candidate not in STANDARD_PORTS and self.claim(candidate):
                return candidate
        raise StartFailed(f"No free port found between {port} and {port + ATTEMPTS}.")

    def release(self) -> None:
        while self._claims:
            self._claims.pop().close()
