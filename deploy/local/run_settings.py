"""The settings that `make run` gives our processes, and the few it takes itself."""

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from deploy.local.failures import StartFailed
from deploy.local.ports import PortClaims, RememberedPorts
from deploy.local.secret_files import write_private

DEFAULT_PORTS = {"HTTP_PORT": 8080, "MAILBOX_PORT": 8025}
PROCESSES_WITH_OPS = ("auth-web", "auth-worker", "mailer")
# Fernet keys, each made once and kept: what they sealed must still be readable after a restart.
KEY_NAMES = ("MESSAGE_SEALING_KEYS", "SEALING_KEYS")
SIGNING_KEY = "GATEWAY_SIGNING_KEY"
# What auth web alone may see: the secrets of two-factor authentication, and what it vouches for people with.
OF_AUTH_WEB = ("SEALING_KEYS", SIGNING_KEY)


@dataclass(frozen=True)
class Ports:
    http: int
    mailbox: int
    smtp: int
    ops: Mapping[str, int]

    @classmethod
    def choose(
        cls, folder: Path, environ: Mapping[str, str], claims: PortClaims, say: Callable[[str], None]
    ) -> "Ports":
        remembered = RememberedPorts(folder / "ports.json")
        return cls(
            http=chosen_port("HTTP_PORT", environ, claims, say),
            mailbox=chosen_port("MAILBOX_PORT", environ, claims, say),
            smtp=remembered.port("smtp"),
            ops={name: remembered.port(name) for name in PROCESSES_WITH_OPS},
        )


def chosen_port(name: str, environ: Mapping[str, str], claims: PortClaims, say: Callable[[str], None]) -> int:
    """The port that `name` asks for, or the default one, or the next free one."""
    wanted = environ.get(name)
    if wanted:
        return asked_port(name, wanted, claims)
    default = DEFAULT_PORTS[name]
    port = claims.claim_from(default)
    if port != default:
        say(f"Port {default} is taken, so {name} is {port}.")
    return port


def asked_port(name: str, wanted: str, claims: PortClaims) -> int:
    if not wanted.isdecimal() or not 1 <= int(wanted) <= 65535:
        raise StartFailed(f"{name} must be a port number, not {wanted!r}.")
    if not claims.claim(int(wanted)):
        raise StartFailed(
            f"{name}={wanted} can't be used: something else listens there, or it is not allowed."
        )
    return int(wanted)


def kept_keys(file: Path) -> dict[str, str]:
    """The keys in `file`, which has mode 600; those it lacks are drawn and added."""
    try:
        lines = file.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        lines = []
    keys = dict(line.split("=", 1) for line in lines if "=" in line)
    draw = {**dict.fromkeys(KEY_NAMES, draw_fernet_key), SIGNING_KEY: draw_signing_key}
    missing = [name for name in draw if name not in keys]
    if missing:
        keys |= {name: draw[name]() for name in missing}
        write_private(file, "".join(f"{name}={key}\n" for name, key in keys.items()))
    return keys


def draw_fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def draw_signing_key() -> str:
    """For ES256, in PEM on one line."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode().replace("\n", "\\n")


def settings_for_all(
    ports: Ports, *, database_url: str, amqp_url: str, keys: Mapping[str, str]
) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "AMQP_URL": amqp_url,
        "BROKER_TOPOLOGY": "declare",
        "SMTP_URL": f"smtp://127.0.0.1:{ports.smtp}",
        "MAIL_FROM": "noreply@nachregister.example",
        "PUBLIC_URL": f"http://localhost:{ports.http}",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_PORT": str(ports.http),
        "OPS_HOST": "127.0.0.1",
        # No gateway has to notice that we stop.
        "STOP_DELAY": "0s",
        **keys,
        # A child's last words before a crash must reach its log.
        "PYTHONUNBUFFERED": "1",
    }


def settings_of(process: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Of these, what that process may see."""
    hidden = () if process == "auth-web" else OF_AUTH_WEB
    return {name: value for name, value in settings.items() if name not in hidden}
