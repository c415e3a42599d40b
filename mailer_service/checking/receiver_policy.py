"""DMARC (RFC 9989): what receivers are asked to do with mail in our name that isn't ours."""

from collections.abc import Iterator

from mailer_service.checking.dmarc_records import (
    DmarcRecord,
    RecordUnusable,
    applicable_record,
    organisation_of,
    records_above,
)
from mailer_service.checking.findings import Finding, note, ok, warning, wrong
from mailer_service.checking.mail_identity import MailIdentity
from mailer_service.checking.name_servers import NameServers

STRICT = frozenset({"quarantine", "reject"})
# Of RFC 7489; the newer one has dropped them.
DROPPED_TAGS = ("pct", "rf", "ri")


def dmarc_findings(name_servers: NameServers, identity: MailIdentity) -> Iterator[Finding]:
    from_domain = identity.from_domain
    try:
        above = records_above(name_servers, from_domain)
    except RecordUnusable as problem:
        yield wrong(f"DMARC: {problem}.", f"Leave one valid record, such as: {suggested_record(from_domain)}")
        return
    found = applicable_record(from_domain, above)
    if found is None:
        yield wrong(
            f"DMARC: {from_domain} has no record, and no domain above it has one.",
            f"Publish a TXT record at _dmarc.{from_domain}: {suggested_record(from_domain)}",
        )
        return
    yield policy_finding(found, from_domain)
    yield from tag_findings(found)
    yield from envelope_findings(name_servers, identity, found, organisation_of(from_domain, above))


def suggested_record(domain: str) -> str:
    return f"v=DMARC1; p=reject; rua=mailto:dmarc@{domain}"


def policy_finding(found: DmarcRecord, domain: str) -> Finding:
    policy = found.policy_for(domain)
    if policy is None:
        return wrong(
            f"DMARC: the record at _dmarc.{found.at} asks for no valid policy.",
            "Set p=reject, or p=quarantine.",
        )
    if policy in STRICT:
        return ok(f"DMARC: _dmarc.{found.at} asks to {policy} what is not from {domain}.")
    return warning(
        f"DMARC: _dmarc.{found.at} asks for nothing (none), so anybody can still send in your name.",
        "Set quarantine or reject, as Dutch government must (Forum Standaardisatie).",
    )


def tag_findings(found: DmarcRecord) -> Iterator[Finding]:
    dropped = [tag for tag in DROPPED_TAGS if tag in found.tags]
    if dropped:
        yield warning(
            f"DMARC: _dmarc.{found.at} has {' and '.join(dropped)}, which RFC 9989 dropped: receivers read "
            "them differently.",
            "Take them out.",
        )
    if found.value("t") == "y":
        yield warning(
            f"DMARC: _dmarc.{found.at} says that it is a test (t=y): receivers do less than it asks.",
            "Take t=y out.",
        )
    if "rua" not in found.tags:
        yield note(
            f"DMARC: _dmarc.{found.at} asks for no reports (rua).",
            "With them you see who sends in your name, and what of yours is refused.",
        )


def envelope_findings(
    name_servers: NameServers, identity: MailIdentity, found: DmarcRecord, organisation: str
) -> Iterator[Finding]:
    """Whether SPF can speak for From, of `organisation`. The signature is of From's own domain."""
    envelope = identity.envelope_domain
    if envelope == identity.from_domain:
        return
    if found.value("aspf") == "s":
        yield warning(
            f"DMARC: _dmarc.{found.at} wants the envelope at {identity.from_domain} itself (aspf=s), and it "
            f"is at {envelope}: only DKIM can pass.",
            "Set aspf=r, or leave it out.",
        )
        return
    try:
        its_own = organisation_of(envelope, records_above(name_servers, envelope))
    except RecordUnusable as problem:
        yield wrong(f"DMARC: {problem}.", "Leave one valid record there.")
        return
    if its_own != organisation:
        yield warning(
            f"DMARC: by the records, {envelope} is of {its_own} and {identity.from_domain} of "
            f"{organisation}: only DKIM can pass.",
            f"Choose a MAIL_BOUNCE_DOMAIN below {organisation}, or publish a DMARC record above both.",
        )
