"""DMARC records, and the walk up the DNS to them and to the organisation they are of (RFC 9989 § 4.10)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailer_service.checking.name_servers import NameServers
from mailer_service.checking.tag_list import TagsUnreadable, read_tags

POLICIES = frozenset({"none", "quarantine", "reject"})
# Of a longer name the walk skips labels, so as to ask eight times at most.
LONGEST_WALK = 8


class RecordUnusable(Exception):
    """What is published there is for receivers as good as nothing; the text is a sentence that says why."""


@dataclass(frozen=True)
class DmarcRecord:
    """Where it was found, and its tags as published."""

    at: str
    tags: dict[str, str]

    def value(self, tag: str, default: str = "") -> str:
        """In lower case."""
        return self.tags.get(tag, default).lower()

    def policy_for(self, domain: str) -> str | None:
        """The policy for `domain`, which lies at or below the record; None where it is not a valid one."""
        asked = self.value("p")
        if domain != self.at:
            asked = self.value("sp", asked)
        return asked if asked in POLICIES else None


def records_above(name_servers: NameServers, domain: str) -> list[DmarcRecord]:
    """Those at `domain` and the domains above it, nearest first, up to one that says where to stop.

    Raises RecordUnusable for one that receivers would discard, and NoAnswer.
    """
    found = []
    for name in walk(domain):
        record = record_at(name_servers, name)
        if record is None:
            continue
        found.append(record)
        if record.value("psd") == "n" or (record.value("psd") == "y" and name != domain):
            break
    return found


def record_at(name_servers: NameServers, name: str) -> DmarcRecord | None:
    texts = [text for text in name_servers.texts(f"_dmarc.{name}") if is_dmarc(text)]
    if len(texts) > 1:
        raise RecordUnusable(f"there are {len(texts)} records at _dmarc.{name}, so receivers use none")
    try:
        return DmarcRecord(name, read_tags(texts[0])) if texts else None
    except TagsUnreadable as unreadable:
        raise RecordUnusable(f"the record at _dmarc.{name} can't be read: {unreadable}") from None


def is_dmarc(text: str) -> bool:
    return "".join(text.partition(";")[0].split()) == "v=DMARC1"


def walk(domain: str) -> Iterator[str]:
    labels = domain.split(".")
    yield domain
    rest = labels[1:] if len(labels) <= LONGEST_WALK else labels[-LONGEST_WALK + 1 :]
    while rest:
        yield ".".join(rest)
        rest = rest[1:]


def organisation_of(domain: str, found: Sequence[DmarcRecord]) -> str:
    """The organisational domain of `domain`, above which `found` was found."""
    if not found:
        return domain
    highest = found[-1]
    if highest.value("psd") == "y" and highest.at != domain:
        # A public suffix: the organisation is the domain right below it.
        return ".".join(domain.split(".")[-highest.at.count(".") - 2 :])
    return highest.at


def applicable_record(domain: str, found: Sequence[DmarcRecord]) -> DmarcRecord | None:
    """The domain's own one, else that of its organisation, else that of the public suffix above that."""
    if not found or found[0].at == domain:
        return found[0] if found else None
    organisation = organisation_of(domain, found)
    return next((record for record in found if record.at == organisation), found[-1])
