"""Settings of the commands; their names in capitals are those of the environment."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic.networks import AnyUrl, UrlConstraints

from auth_service.accounts.one_time_codes import CodeLifetimes
from auth_service.accounts.sessions import SessionLimits
from shared.settings import AmqpUrl, Duration, FernetKeys, MailAddress, Port, PublicUrl, ServiceSettings

DatabaseUrl = Annotated[
    AnyUrl, UrlConstraints(allowed_schemes=["postgresql", "postgres"], host_required=True)
]


def check_landing(value: str) -> str:
    if not value.startswith(("/", "https://", "http://")) or value.startswith("//"):
        raise ValueError("must be a path such as /account, or an address that starts with https://")
    return value


class DatabaseSettings(ServiceSettings):
    """All that `migrate` needs."""

    database_url: DatabaseUrl


class CodeSettings(DatabaseSettings):
    """For whoever issues codes: web and worker."""

    message_sealing_keys: FernetKeys
    activation_lifetime: Duration = timedelta(hours=24)
    reset_lifetime: Duration = timedelta(hours=1)

    @property
    def code_lifetimes(self) -> CodeLifetimes:
        return CodeLifetimes(activation=self.activation_lifetime, password_reset=self.reset_lifetime)


class WorkerSettings(CodeSettings):
    amqp_url: AmqpUrl
    broker_topology: Literal["declare", "check"] = "check"


class WebSettings(CodeSettings):
    public_url: PublicUrl
    mail_from: MailAddress
    product_name: Annotated[str, Field(min_length=1, max_length=60)] = "Digitaal Nachregister"
    # None listens on every interface, IPv6 too.
    http_host: str | None = None
    http_port: Port = 8080
    app_url: Annotated[str, AfterValidator(check_landing)] = "/account"
    manual_url: str | None = None
    security_contact: str | None = None
    # NIST SP 800-63B-4: 15 where the password can be the only factor.
    password_min_length: Annotated[int, Field(ge=8, le=64)] = 15
    session_idle: Duration = timedelta(minutes=30)
    session_max: Duration = timedelta(hours=12)

    @property
    def session_limits(self) -> SessionLimits:
        return SessionLimits(idle=self.session_idle, longest=self.session_max)
