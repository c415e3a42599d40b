"""`dnr-mailer check`: say whether receivers will trust our mail, and what to do where they won't."""

import argparse
import asyncio
import sys
from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from mailer_service.checking.domain_alignment import alignment_findings
from mailer_service.checking.findings import Finding, all_well
from mailer_service.checking.mail_identity import MailIdentity
from mailer_service.checking.name_servers import NameServers, name_servers, told_apart
from mailer_service.checking.receiver_policy import dmarc_findings
from mailer_service.checking.relay_visit import RelayVisit
from mailer_service.checking.sender_policy import spf_findings
from mailer_service.checking.signing_key import dkim_findings
from mailer_service.checking.trial_mail import trial_event, trial_finding
from mailer_service.checking.way_back import way_back_findings
from mailer_service.config import MailerSettings
from mailer_service.sending.smtp_relay import trusting_context
from shared.clock import utc_now
from shared.settings import check_address, load

SOMETHING_WRONG = 1
WAIT_SECONDS = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sending-ip",
        action="append",
        type=sending_address,
        default=[],
        metavar="ADDRESS",
        help="an address the relay sends from to the world (repeat for more)",
    )
    parser.add_argument("--helo", metavar="NAME", help="how the relay introduces itself to the world")
    parser.add_argument("--dkim-selector", metavar="NAME", help="the selector of the relay, where that signs")
    parser.add_argument("--resolver", metavar="IP[:PORT]", help="the name server to ask")
    parser.add_argument("--send-to", type=mail_address, metavar="ADDRESS", help="send a test mail as well")
    parser.add_argument(
        "--wait",
        type=float,
        default=WAIT_SECONDS,
        metavar="SECONDS",
        help="how long to wait for what becomes of it (60)",
    )


def run(chosen: argparse.Namespace) -> int:
    settings = load(MailerSettings)
    servers = name_servers(chosen.resolver)
    return 0 if all_well(list(told(look(settings, servers, chosen)))) else SOMETHING_WRONG


def look(settings: MailerSettings, servers: NameServers, chosen: argparse.Namespace) -> Iterator[Finding]:
    identity = MailIdentity.of(settings)
    visit = RelayVisit(
        settings.smtp_url, sender=identity.envelope_sender, tls=trusting_context(), clock=utc_now
    )
    yield from alignment_findings(identity)
    yield from asyncio.run(visit.findings())
    yield from dns_findings(identity, servers, chosen, helo=chosen.helo or visit.name)
    if chosen.send_to is not None:
        event = trial_event(chosen.send_to, settings.mail_from, utc_now)
        yield asyncio.run(trial_finding(str(settings.amqp_url), event, wait_seconds=chosen.wait))


def dns_findings(
    identity: MailIdentity, servers: NameServers, chosen: argparse.Namespace, *, helo: str | None
) -> Iterator[Finding]:
    sending = chosen.sending_ip
    selector, key = identity.dkim_selector, identity.dkim_key
    if chosen.dkim_selector is not None:
        selector, key = chosen.dkim_selector, None
    yield from told_apart("SPF", spf_findings(servers, identity.envelope_sender, helo=helo, sending=sending))
    yield from told_apart("DKIM", dkim_findings(servers, identity.from_domain, selector=selector, ours=key))
    yield from told_apart("DMARC", dmarc_findings(servers, identity))
    yield from told_apart("MX", way_back_findings(servers, identity))


def told(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each is printed as soon as it is known: a name server that says nothing takes its time."""
    for finding in findings:
        sys.stdout.write(f"{finding.lines()}\n")
        sys.stdout.flush()
        yield finding


def sending_address(given: str) -> str:
    try:
        return str(ip_address(given))
    except ValueError:
        raise argparse.ArgumentTypeError("must be an IP address") from None


def mail_address(given: str) -> str:
    try:
        return check_address(given)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
