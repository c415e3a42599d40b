"""The mailer's settings; it needs neither a database nor the keys of the TOTP secrets."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode

from mailer_service.sending.relay_address import RelayAddress, read_smtp_url
from shared.broker import Topology
from shared.settings import AmqpUrl, FernetKeys, MailAddress, OperatedSettings, Port, PublicUrl


def check_product_name(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("must be a name on one line")
    return value.strip()


def check_sender(value: str) -> str:
    # Not every relay takes SMTPUTF8, and the sender is in every mail.
    if not value.rpartition("@")[0].isascii():
        raise ValueError("must have only ASCII characters before the @")
    return value


class MailerSettings(OperatedSettings):
    ops_port: Port = 9102
    amqp_url: AmqpUrl
    # NoDecode: taken as text, not as JSON.
    smtp_url: Annotated[RelayAddress, NoDecode, BeforeValidator(read_smtp_url)]
    public_url: PublicUrl
    product_name: Annotated[str, AfterValidator(check_product_name)] = "Digitaal Nachregister"
    mail_from: Annotated[MailAddress, AfterValidator(check_sender)]
    message_sealing_keys: FernetKeys
    broker_topology: Topology = "check"
