"""Where the SMTP relay is and how to talk to it, read from one URL."""

from dataclasses import dataclass, field
from enum import Enum
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit


class Encryption(Enum):
    """The schemes of SMTP_URL, each with its own port."""

    NONE = "smtp"
    # Required, with a certificate check: falling back to clear text is what an attacker would ask for.
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


DEFAULT_PORTS = {Encryption.NONE: 25, Encryption.STARTTLS: 587, Encryption.TLS: 465}


@dataclass(frozen=True)
class RelayAddress:
    host: str
    port: int
    encryption: Encryption
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.encryption.value}://{self.host}:{self.port}"


def read_smtp_url(value: object) -> RelayAddress:
    """`smtp://`, `smtp+starttls://` or `smtps://user:password@host:port`; raises ValueError.

    User and password may be percent-encoded, and go in clear to this machine alone. The error quotes
    nothing: the URL holds a password.
    """
    if isinstance(value, RelayAddress):
        return value
    parts = split_url(str(value).strip())
    if parts.scheme not in {encryption.value for encryption in Encryption}:
        raise ValueError("must start with smtp://, smtp+starttls:// or smtps://")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("must end after host and port; percent-encode / ? # and @ in the password")
    if (parts.username is None) != (parts.password is None):
        raise ValueError("must hold user and password both, or neither")
    encryption = Encryption(parts.scheme)
    if parts.password is not None and encryption is Encryption.NONE and not is_this_machine(parts.hostname):
        raise ValueError("must start with smtps:// or smtp+starttls:// to send a password anywhere else")
    return RelayAddress(
        host=read_host(parts.hostname),
        port=read_port(parts, encryption),
        encryption=encryption,
        user=unquote(parts.username) if parts.username is not None else None,
        password=unquote(parts.password) if parts.password is not None else None,
    )


def split_url(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        # Its own words would quote user and password.
        raise ValueError("must be an address such as smtp://user:password@host:port") from None


def read_host(given: str | None) -> str:
    try:
        # What a look-up does first; there it would fail with every mail.
        (given or "").encode("idna")
    except UnicodeError:
        given = None
    if not given:
        raise ValueError("must name a host")
    return given


def is_this_machine(host: str | None) -> bool:
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


def read_port(parts: SplitResult, encryption: Encryption) -> int:
    try:
        given = parts.port
    except ValueError:
        given = 0
    if given == 0:
        raise ValueError("must name a port from 1 to 65535") from None
    return given or DEFAULT_PORTS[encryption]
