"""Every mail as it comes in at a receiver: really composed and signed, with what his server puts on top."""

from dataclasses import dataclass
from email.utils import format_datetime
from uuid import NAMESPACE_URL, uuid5

from cryptography.fernet import Fernet

from mailer_service.config import MailerSettings
from mailer_service.previewing.sample_mails import sample_mails
from mailer_service.wiring import composer_for
from mailer_service.writing.rendering import Renderer
from shared.mail_contract import fact_event
from tests.integration.mailer.checking.domain import BOUNCES, DOMAIN, HELO, SELECTOR

RECEIVER = "mx.ontvanger.example"
# IPv6, since filters take the IPv4 addresses that exist for documentation for forged ones.
ON_TOP = """\
Return-Path: <{sender}>
Received: from {relay} ({relay} [IPv6:2001:db8::25])
\tby {receiver} (Postfix) with ESMTPS id 4Xyz12Abcd
\tfor <{recipient}>; {date}
Received: from mailer-0 (unknown [10.0.3.7])
\tby {relay} (Postfix) with ESMTPSA id 9Abc34Defg; {date}
"""


@dataclass(frozen=True)
class ReceivedMail:
    """`content` is what we handed over; `arrived` is how the receiver keeps it."""

    name: str
    sender: str
    content: bytes
    arrived: bytes


def received_mails(private_key):
    """By name of the sample."""
    composer = composer_for(settings_with(private_key))
    renderer = Renderer(
        product="Digitaal Nachregister",
        sender=f"noreply@{DOMAIN}",
        public_url=f"https://inloggen.{DOMAIN}",
    )
    return {sample.name: received(sample, composer, renderer) for sample in sample_mails()}


def received(sample, composer, renderer):
    event = fact_event(uuid5(NAMESPACE_URL, sample.name), sample.fact)
    mail = composer.compose(event, sample.fact, renderer.render(sample.fact, sample.code))
    on_top = ON_TOP.format(
        sender=mail.sender,
        recipient=mail.recipient,
        relay=HELO,
        receiver=RECEIVER,
        date=format_datetime(sample.fact.occurred_at),
    )
    arrived = on_top.replace("\n", "\r\n").encode() + mail.content
    return ReceivedMail(sample.name, mail.sender, mail.content, arrived)


def settings_with(private_key):
    return MailerSettings(
        amqp_url="amqp://127.0.0.1:1/",
        smtp_url="smtp://127.0.0.1:1",
        public_url=f"https://inloggen.{DOMAIN}",
        mail_from=f"noreply@{DOMAIN}",
        message_sealing_keys=Fernet.generate_key().decode(),
        mail_bounce_domain=BOUNCES,
        mail_bounce_key="b" * 64,
        dkim_selector=SELECTOR,
        dkim_private_key=private_key,
    )
