"""Whether answers and bounces find their way back: the MX records of the domains we send from."""

from collections.abc import Iterator

from mailer_service.checking.findings import Finding, ok, warning, wrong
from mailer_service.checking.mail_identity import MailIdentity
from mailer_service.checking.name_servers import NameServers


def way_back_findings(name_servers: NameServers, identity: MailIdentity) -> Iterator[Finding]:
    from_domain, bounce_domain = identity.from_domain, identity.bounce_domain
    yield domain_finding(name_servers, from_domain, "receivers refuse a sender that takes no mail")
    if bounce_domain is None:
        yield warning(
            "Bounces: they go to the address in MAIL_FROM, where the mailer doesn't see them.",
            "Set MAIL_BOUNCE_DOMAIN and MAIL_BOUNCE_KEY, and let `dnr-mailer bounces` read what comes there.",
        )
    elif bounce_domain != from_domain:
        yield domain_finding(name_servers, bounce_domain, "bounces are lost")


def domain_finding(name_servers: NameServers, domain: str, harm: str) -> Finding:
    hosts = name_servers.mail_servers(domain)
    publish = f"Publish an MX record at {domain} that names the host which takes its mail."
    if hosts == [""]:
        return wrong(f"MX: {domain} says that it takes no mail (a null MX): {harm}.", publish)
    if not hosts and name_servers.has_address(domain):
        return warning(f"MX: {domain} has no MX record; its own address stands in for one.", publish)
    if not hosts:
        return wrong(f"MX: {domain} takes no mail, it has no MX record: {harm}.", publish)
    lost = [host for host in hosts if not name_servers.has_address(host)]
    if len(lost) == len(hosts):
        return wrong(f"MX: {domain} takes no mail, {', '.join(lost)} has no address: {harm}.", publish)
    return ok(f"MX: mail to {domain} goes to {', '.join(host for host in hosts if host not in lost)}.")
