"""Questions to the DNS, in which "there is no such record" and "nobody answered" are kept apart."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address

import dns.exception
import dns.name
import dns.rdata
import dns.resolver
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

from mailer_service.checking.findings import Finding, unknown
from shared.settings import SettingsWrong

# For one question, whatever number of servers and tries that takes.
QUESTION_SECONDS = 5.0
DNS_PORT = 53


class NoAnswer(Exception):
    """The name servers said neither yes nor no; the text is the name that was asked about."""


class NameServers:
    def __init__(self, resolver: dns.resolver.Resolver) -> None:
        self._resolver = resolver
        self._resolver.lifetime = QUESTION_SECONDS
        self._resolver.cache = dns.resolver.Cache()

    def texts(self, name: str) -> list[str]:
        """Its TXT records, each put together from its strings; raises NoAnswer."""
        found = self.records(name, "TXT")
        return [b"".join(one.strings).decode("utf-8", "replace") for one in found if isinstance(one, TXT)]

    def mail_servers(self, domain: str) -> list[str]:
        """The hosts of its MX records, best first; [""] where it says that it takes no mail (RFC 7505)."""
        found = [one for one in self.records(domain, "MX") if isinstance(one, MX)]
        return [
            one.exchange.to_text(omit_final_dot=True).removesuffix(".")
            for one in sorted(found, key=lambda one: one.preference)
        ]

    def has_address(self, host: str) -> bool:
        return any(self.records(host, kind) for kind in ("A", "AAAA"))

    def records(self, name: str, kind: str) -> list[dns.rdata.Rdata]:
        """[] where there is none; raises NoAnswer."""
        try:
            return list(self._resolver.resolve(name, kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.EmptyLabel):
            return []
        except dns.exception.DNSException:
            raise NoAnswer(name) from None


def name_servers(given: str | None) -> NameServers:
    """Those of this machine, or the one at `ip` or `ip:port` (`[ip]:port` for IPv6); raises SettingsWrong."""
    if given is None:
        try:
            return NameServers(dns.resolver.Resolver())
        except dns.resolver.NoResolverConfiguration:
            raise SettingsWrong("This machine knows no name server: name one with --resolver.") from None
    resolver = dns.resolver.Resolver(configure=False)
    address, resolver.port = read_server(given)
    resolver.nameservers = [address]
    return NameServers(resolver)


def read_server(given: str) -> tuple[str, int]:
    host, colon, port = given.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")):
        host, port = given, str(DNS_PORT)
    try:
        return str(ip_address(host.strip("[]"))), int(port)
    except ValueError:
        raise SettingsWrong("--resolver must be an address such as 9.9.9.9 or [::1]:53.") from None


def told_apart(topic: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """`findings` as they come, up to the first question that nobody answers."""
    try:
        yield from findings
    except NoAnswer as nobody:
        yield unknown(
            f"{topic}: the name servers gave no answer about {nobody}, so what is there can't be told.",
            "Try again, or ask another name server with --resolver.",
        )
