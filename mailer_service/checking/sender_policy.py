"""SPF (RFC 7208): whether a domain lets the relay, and nobody else, send for it.

Evaluated by pyspf: as old as the RFC, but one module that judges an address and needs only dnspython.
checkdmarc is for looking at records, and would bring 15 packages more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import spf
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT

from mailer_service.checking.findings import Finding, note, ok, unknown, warning, wrong
from mailer_service.checking.name_servers import NameServers, NoAnswer
from mailer_service.writing.mail_addresses import domain_of

# Of class E, from which nobody sends: for it a record is read to its end.
NOBODY = "240.0.0.1"
LOOKUPS_ALLOWED = spf.MAX_LOOKUP


@dataclass(frozen=True)
class Judgement:
    """`result` is one of RFC 7208 § 2.6; `why` is empty or a reason in words."""

    result: str
    why: str
    lookups: int


class Query(spf.query):  # type: ignore[misc]  # pyspf ships no types.
    """pyspf asking our name servers, instead of those its module finds."""

    name_servers: NameServers

    def dns(self, name: str, qtype: str, cnames: object = None, ignore_void: bool = False) -> list[Any]:
        try:
            found = [plain(record) for record in self.name_servers.records(name, qtype)]
        except NoAnswer:
            raise spf.TempError(f"no answer about {name}") from None
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("more than two of its look-ups find nothing")
        return found


def plain(record: object) -> object:
    """In the form pyspf works with."""
    match record:
        case TXT():
            return record.strings
        case MX():
            return record.preference, record.exchange.to_text(omit_final_dot=True)
        case PTR():
            return record.target.to_text(omit_final_dot=True)
    return str(record)


def judge(name_servers: NameServers, address: str, *, sender: str, helo: str) -> Judgement:
    """What a receiver makes of a mail from `address`; an empty `sender` judges the HELO name."""
    query = Query(i=address, s=sender, h=helo)
    query.name_servers = name_servers
    result, _, text = query.check()
    why = text.rpartition("Error: ")[2].rstrip(".") if result in {"permerror", "temperror"} else ""
    return Judgement(result, why, query.lookups)


def spf_findings(
    name_servers: NameServers, sender: str, *, helo: str | None, sending: Sequence[str]
) -> Iterator[Finding]:
    """About the domain of the envelope `sender` and, where it is known, the relay's HELO name."""
    domain = domain_of(sender)
    if not spf_records(name_servers, domain):
        yield wrong(
            f"SPF: {domain}, the domain of the envelope, has no record.",
            f"Publish a TXT record at {domain}: {suggested_record(sending)}",
        )
    else:
        yield record_finding(domain, judge(name_servers, NOBODY, sender=sender, helo=domain))
        yield from (address_finding(name_servers, one, sender, helo or domain) for one in sending)
    if not sending:
        yield note(
            "SPF: whether it passes can't be told without the address the relay sends from.",
            "Give it as --sending-ip; more than once where there are several.",
        )
    yield from helo_findings(name_servers, helo, sending)


def spf_records(name_servers: NameServers, domain: str) -> list[str]:
    texts = name_servers.texts(domain)
    return [text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def suggested_record(sending: Sequence[str]) -> str:
    named = " ".join(mechanism(address) for address in sending) or "ip4:<the relay's address>"
    return f"v=spf1 {named} -all"


def mechanism(address: str) -> str:
    return f"ip6:{address}" if ":" in address else f"ip4:{address}"


def record_finding(domain: str, judged: Judgement) -> Finding:
    match judged.result:
        case "fail" | "softfail":
            ending = "-all" if judged.result == "fail" else "~all"
            return ok(
                f"SPF: the record of {domain} is valid, refuses all others ({ending}) and needs "
                f"{judged.lookups} of {LOOKUPS_ALLOWED} look-ups."
            )
        case "temperror":
            return unanswered(domain, judged)
        case "permerror":
            return wrong(
                f"SPF: the record of {domain} is not valid, and receivers take it for none: {judged.why}.",
                "Mend the TXT record; there must be one of them only, with 10 look-ups at most.",
            )
        case "pass":
            return wrong(f"SPF: the record of {domain} lets everybody send in your name.", "End it in -all.")
    return warning(
        f"SPF: the record of {domain} says nothing about all other senders.", "End it in -all or ~all."
    )


def address_finding(name_servers: NameServers, address: str, sender: str, helo: str) -> Finding:
    domain = domain_of(sender)
    judged = judge(name_servers, address, sender=sender, helo=helo)
    if judged.result == "pass":
        return ok(f"SPF: {domain} lets {address} send.")
    if judged.result == "temperror":
        return unanswered(domain, judged)
    return wrong(
        f"SPF: {domain} does not let {address} send ({judged.result}).",
        f"Add {mechanism(address)} to its record, before the ending.",
    )


def unanswered(domain: str, judged: Judgement) -> Finding:
    return unknown(
        f"SPF: the record of {domain} can't be judged: {judged.why}.",
        "Try again, or ask another name server with --resolver.",
    )


def helo_findings(name_servers: NameServers, helo: str | None, sending: Sequence[str]) -> Iterator[Finding]:
    if helo is None:
        yield note(
            "SPF: the name with which the relay introduces itself to others isn't known.",
            "Give it as --helo: receivers look at it where the envelope sender is empty, as in bounces.",
        )
    elif not spf_records(name_servers, helo):
        yield warning(
            f"SPF: {helo}, with which the relay introduces itself, has no record.",
            f"Publish a TXT record at {helo}: v=spf1 a -all",
        )
    else:
        yield from (helo_finding(name_servers, one, helo) for one in sending)


def helo_finding(name_servers: NameServers, address: str, helo: str) -> Finding:
    judged = judge(name_servers, address, sender="", helo=helo)
    if judged.result == "pass":
        return ok(f"SPF: {address} may introduce itself as {helo}.")
    if judged.result == "temperror":
        return unanswered(helo, judged)
    reason = judged.why or judged.result
    return wrong(
        f"SPF: {address} may not introduce itself as {helo} ({reason}).",
        f"Mend the TXT record of {helo}, such as: v=spf1 {mechanism(address)} -all",
    )
