"""Settings of the commands; their names in capitals are those of the environment."""

from datetime import timedelta
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.networks import AnyUrl, IPvAnyNetwork, UrlConstraints
from pydantic_settings import NoDecode

from auth_service.accounts.one_time_codes import CodeLifetimes
from auth_service.accounts.pending_registration import KEPT
from auth_service.accounts.sessions import SessionLimits
from auth_service.signing_keys import read_signing_keys
from shared.settings import (
    AmqpUrl,
    Duration,
    FernetKeys,
    MailAddress,
    OperatedSettings,
    Port,
    PublicUrl,
    ServiceSettings,
    read_duration,
)

# Uses are noted once a minute; a session must not end between two of them.
SHORTEST_SESSION = timedelta(minutes=5)
# Beside it, ending takes up to half a minute; whoever stops us must wait for both.
LONGEST_STOP_DELAY = timedelta(minutes=1)

DatabaseUrl = Annotated[
    AnyUrl, UrlConstraints(allowed_schemes=["postgresql", "postgres"], host_required=True)
]


def check_landing(value: str) -> str:
    is_path_or_address = value.startswith(("/", "https://", "http://")) and not value.startswith("//")
    if not is_path_or_address or not is_one_word(value):
        raise ValueError("must be a path such as /account, or an address that starts with https://")
    return value


def check_idle(value: timedelta) -> timedelta:
    if value < SHORTEST_SESSION:
        raise ValueError("must be 5m at least")
    return value


def check_kept(value: timedelta) -> timedelta:
    if value > KEPT:
        raise ValueError("must be 7d at most, which is how long an unconfirmed registration is kept")
    return value


def read_delay(value: object) -> object:
    """A duration, or 0s for none."""
    return timedelta() if str(value).strip() in ("0", "0s") else read_duration(value)


def check_delay(value: timedelta) -> timedelta:
    if value > LONGEST_STOP_DELAY:
        raise ValueError("must be 1m at most")
    return value


class DatabaseSettings(ServiceSettings):
    """All that `migrate` needs."""

    database_url: DatabaseUrl


class GemeenteSettings(DatabaseSettings):
    """For setting how a gemeente is reached: its host must be another than ours."""

    public_url: PublicUrl


class CodeSettings(DatabaseSettings):
    """For whoever issues codes: web and worker."""

    message_sealing_keys: FernetKeys
    activation_lifetime: Annotated[Duration, AfterValidator(check_kept)] = timedelta(hours=24)
    reset_lifetime: Duration = timedelta(hours=1)
    invitation_lifetime: Duration = timedelta(days=7)

    @property
    def code_lifetimes(self) -> CodeLifetimes:
        return CodeLifetimes(
            activation=self.activation_lifetime,
            password_reset=self.reset_lifetime,
            invitation=self.invitation_lifetime,
        )


class SessionSettings(DatabaseSettings):
    """For whoever looks at sessions: web, and the worker that removes them."""

    session_idle: Annotated[Duration, AfterValidator(check_idle)] = timedelta(minutes=30)
    session_max: Annotated[Duration, AfterValidator(check_idle)] = timedelta(hours=12)

    @property
    def session_limits(self) -> SessionLimits:
        return SessionLimits(idle=self.session_idle, longest=self.session_max)


class WorkerSettings(CodeSettings, SessionSettings, OperatedSettings):
    ops_port: Port = 9101
    amqp_url: AmqpUrl
    broker_topology: Literal["declare", "check"] = "check"


def check_page(value: str) -> str:
    if not value.startswith(("https://", "http://", "/")) or not is_one_word(value):
        raise ValueError("must be an address that starts with https://")
    return value


def check_contact(value: str) -> str:
    if not value.startswith(("mailto:", "https://", "tel:")) or not is_one_word(value):
        raise ValueError("must start with mailto:, https:// or tel:")
    return value


def is_one_word(value: str) -> bool:
    return value.isprintable() and " " not in value


def read_networks(value: object) -> object:
    """Comma-separated networks such as 10.0.0.0/8, or single addresses."""
    if not isinstance(value, str):
        return value
    try:
        return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError as error:
        raise ValueError(f"must hold networks such as 10.0.0.0/8, comma-separated ({error})") from None


class SealingSettings(DatabaseSettings):
    """For whoever opens what is kept sealed."""

    sealing_keys: FernetKeys


# R-41; the manual names these three. Their makers' own pages, in Dutch where there are.
AUTHENTICATORS = (
    "Google app (voor mobiel gebruik)=https://support.google.com/accounts/answer/1066447?hl=nl,"
    "Microsoft app (voor mobiel gebruik)=https://support.microsoft.com/nl-nl/authenticator,"
    "Authy app (voor mobiel en desktop gebruik)=https://www.authy.com/download/"
)
MOST_AUTHENTICATORS = 6
LONGEST_AUTHENTICATOR = 60


def read_authenticators(value: object) -> object:
    """Comma-separated `name=address`."""
    if not isinstance(value, str):
        return value
    links = tuple(read_authenticator(part) for part in value.split(",") if part.strip())
    if not 1 <= len(links) <= MOST_AUTHENTICATORS:
        raise ValueError(f"must name between one and {MOST_AUTHENTICATORS} apps")
    return links


def read_authenticator(part: str) -> tuple[str, str]:
    name, _, address = (side.strip() for side in part.partition("="))
    if not 0 < len(name) <= LONGEST_AUTHENTICATOR or not name.isprintable():
        raise ValueError("must hold name=address for each app, comma-separated")
    if not address.startswith("https://") or not is_one_word(address):
        raise ValueError(f"must give an address that starts with https:// for {name}")
    return name, address


class ResealSettings(SealingSettings, CodeSettings):
    """For whoever puts new keys in the place of old ones."""


class WebSettings(SealingSettings, CodeSettings, SessionSettings, OperatedSettings):
    ops_port: Port = 9100
    public_url: PublicUrl
    mail_from: MailAddress
    product_name: Annotated[str, Field(min_length=1, max_length=60)] = "Digitaal Nachregister"
    # None listens on every interface, IPv6 too.
    http_host: str | None = None
    http_port: Port = 8080
    # A gateway needs this long to see that we are no longer ready.
    stop_delay: Annotated[timedelta, BeforeValidator(read_delay), AfterValidator(check_delay)] = timedelta(
        seconds=5
    )
    # NoDecode: taken as text, not as JSON.
    gateway_signing_key: Annotated[tuple[str, ...], NoDecode, BeforeValidator(read_signing_keys)] = ()
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(read_networks)] = ()
    app_url: Annotated[str, AfterValidator(check_landing)] = "/account"
    manual_url: Annotated[str, AfterValidator(check_page)] | None = None
    authenticator_links: Annotated[
        tuple[tuple[str, str], ...], NoDecode, BeforeValidator(read_authenticators)
    ] = Field(default=AUTHENTICATORS, validate_default=True)
    security_contact: Annotated[str, AfterValidator(check_contact)] | None = None
    # NIST SP 800-63B-4: 15 where the password can be the only factor.
    password_min_length: Annotated[int, Field(ge=8, le=64)] = 15
