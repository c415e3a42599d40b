"""Whether the domains that a mail is sent from belong together, as DMARC asks (RFC 9989, RFC 7489 § 3.1)."""


def share_an_organisation(one: str, other: str) -> bool:
    """Whether two domains, in A-labels, may have the same organisational domain.

    Judged without a public suffix list, so generous: "yes" may be wrong below suffixes such as `co.uk`,
    "no" is certain.
    """
    labels, others = (domain.lower().rstrip(".").split(".") for domain in (one, other))
    shortest = min(len(labels), len(others), 2)
    return labels[-shortest:] == others[-shortest:]


def alignment_trouble(from_domain: str, envelope_domain: str) -> str | None:
    """One sentence for the operator; None where SPF of the envelope's domain speaks for From as well."""
    if share_an_organisation(from_domain, envelope_domain):
        return None
    return (
        f"mails from {from_domain} leave with an envelope sender at {envelope_domain}, which is another "
        "organisation's: SPF then says nothing for DMARC, and only a DKIM signature of "
        f"{from_domain} does; set MAIL_BOUNCE_DOMAIN to a domain below {from_domain}"
    )
