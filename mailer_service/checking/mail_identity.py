"""In whose name our mails go out: the domains a receiver judges, and the key we sign with."""

from dataclasses import dataclass, field
from typing import Self
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from mailer_service.bounces.bounce_address import BounceAddresses
from mailer_service.config import MailerSettings, bounce_keys
from mailer_service.writing.dkim_signing import read_dkim_key
from mailer_service.writing.mail_addresses import domain_of, wire_address


@dataclass(frozen=True)
class MailIdentity:
    """Domains in A-labels; `envelope_sender` is one as a mail would have it."""

    from_domain: str
    envelope_sender: str
    bounce_domain: str | None
    link_host: str
    dkim_selector: str | None = None
    dkim_key: RSAPublicKey | None = field(default=None, repr=False)

    @classmethod
    def of(cls, settings: MailerSettings) -> Self:
        sender = wire_address(settings.mail_from)
        domain, key = settings.mail_bounce_domain, settings.mail_bounce_key
        if domain is not None and key is not None:
            envelope = BounceAddresses(domain, *bounce_keys(key)).address_for(uuid4())
        else:
            envelope = sender
        signing = settings.dkim_private_key
        return cls(
            from_domain=domain_of(sender).lower(),
            envelope_sender=envelope,
            bounce_domain=domain,
            link_host=settings.public_url.host or "",
            dkim_selector=settings.dkim_selector,
            dkim_key=None if signing is None else read_dkim_key(signing.get_secret_value()).public_key(),
        )

    @property
    def envelope_domain(self) -> str:
        return domain_of(self.envelope_sender).lower()
