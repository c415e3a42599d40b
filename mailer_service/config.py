"""The mailer's settings; it needs neither a database nor the keys of the TOTP secrets."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from mailer_service.sending.relay_address import RelayAddress, read_smtp_url
from mailer_service.sending.session_pool import SESSIONS
from mailer_service.sending.smtp_delivery import MAILS_PER_SESSION
from mailer_service.writing.dkim_signing import read_dkim_key
from shared.broker_check import Topology
from shared.settings import (
    AmqpUrl,
    FernetKeys,
    MailAddress,
    OperatedSettings,
    Port,
    PublicUrl,
    ServiceSettings,
)


def check_product_name(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("must be a name on one line")
    return value.strip()


def check_sender(value: str) -> str:
    # Not every relay takes SMTPUTF8, and the sender is in every mail.
    if not value.rpartition("@")[0].isascii():
        raise ValueError("must have only ASCII characters before the @")
    return value


def check_bounce_domain(value: str) -> str:
    """Lower case; raises ValueError."""
    domain = value.strip().lower()
    labels = domain.split(".")
    if len(labels) < 2 or not all(re.fullmatch(DNS_LABEL, label) for label in labels):
        raise ValueError("must be a domain such as bounce.example.nl")
    return domain


def bounce_keys(value: SecretStr) -> list[str]:
    """Comma-separated: the first makes addresses, all read them."""
    return [key.strip() for key in value.get_secret_value().split(",")]


def check_bounce_key(value: SecretStr) -> SecretStr:
    if any(len(key) < SHORTEST_BOUNCE_KEY for key in bounce_keys(value)):
        raise ValueError(f"must have {SHORTEST_BOUNCE_KEY} characters at least, drawn at random")
    return value


def check_dkim_selector(value: str) -> str:
    if not re.fullmatch(rf"{DNS_LABEL}(\.{DNS_LABEL})*", value):
        raise ValueError("must be the name of the key in DNS, such as dnr2026")
    return value


def check_dkim_key(value: SecretStr) -> SecretStr:
    read_dkim_key(value.get_secret_value())
    return value


PRODUCT_NAME = "Digitaal Nachregister"
# Enough for 128 bits in hexadecimal.
SHORTEST_BOUNCE_KEY = 32

DNS_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"

ProductName = Annotated[str, AfterValidator(check_product_name)]
Sender = Annotated[MailAddress, AfterValidator(check_sender)]
BounceDomain = Annotated[str, AfterValidator(check_bounce_domain)]
BounceKey = Annotated[SecretStr, AfterValidator(check_bounce_key)]
DkimSelector = Annotated[str, AfterValidator(check_dkim_selector)]
DkimKey = Annotated[SecretStr, AfterValidator(check_dkim_key)]


class BrokerSettings(ServiceSettings):
    """For a command that only looks after queues."""

    amqp_url: AmqpUrl


class MailerSettings(OperatedSettings):
    ops_port: Port = 9102
    amqp_url: AmqpUrl
    # NoDecode: taken as text, not as JSON.
    smtp_url: Annotated[RelayAddress, NoDecode, BeforeValidator(read_smtp_url)]
    public_url: PublicUrl
    product_name: ProductName = PRODUCT_NAME
    mail_from: Sender
    message_sealing_keys: FernetKeys
    # Where bounces come in, and the key that shows which of them are about mails of ours.
    mail_bounce_domain: BounceDomain | None = None
    mail_bounce_key: BounceKey | None = None
    dkim_selector: DkimSelector | None = None
    dkim_private_key: DkimKey | None = None
    # How many mails at a time the relay gets from one process, and how many on one session.
    smtp_sessions: Annotated[int, Field(ge=1, le=50)] = SESSIONS
    smtp_mails_per_session: Annotated[int, Field(ge=1, le=100_000)] = MAILS_PER_SESSION
    broker_topology: Topology = "check"

    @model_validator(mode="after")
    def check_pairs(self) -> Self:
        for one, other in (("mail_bounce_domain", "mail_bounce_key"), ("dkim_selector", "dkim_private_key")):
            if (getattr(self, one) is None) != (getattr(self, other) is None):
                raise ValueError(f"{one.upper()} and {other.upper()} go together: set both, or neither")
        return self
