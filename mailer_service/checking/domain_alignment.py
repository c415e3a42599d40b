"""Whether the domains that a reader and a receiver see in a mail belong together."""

from collections.abc import Iterator

from mailer_service.checking.findings import Finding, ok, warning, wrong
from mailer_service.checking.mail_identity import MailIdentity
from mailer_service.writing.sender_alignment import share_an_organisation


def alignment_findings(identity: MailIdentity) -> Iterator[Finding]:
    # The Message-ID is at the domain of From, by the way we compose.
    from_domain, envelope_domain = identity.from_domain, identity.envelope_domain
    link_host = identity.link_host
    if share_an_organisation(from_domain, envelope_domain):
        yield ok(f"Domains: From and Message-ID ({from_domain}) align with the envelope ({envelope_domain}).")
    else:
        yield wrong(
            f"Domains: the envelope is at {envelope_domain}, which is not {from_domain}'s: SPF then says "
            "nothing for DMARC.",
            f"Set MAIL_BOUNCE_DOMAIN to a domain below {from_domain}.",
        )
    if share_an_organisation(from_domain, link_host):
        yield ok(f"Domains: the links in mails lead to {link_host}, which goes with {from_domain}.")
    else:
        yield warning(
            f"Domains: the links in mails lead to {link_host}, which is not {from_domain}'s; filters and "
            "careful readers take that for phishing.",
            "Let PUBLIC_URL and MAIL_FROM share a domain.",
        )
