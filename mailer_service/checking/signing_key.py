"""DKIM (RFC 6376, 8301, 8463): whether the key that receivers check with is published and fits."""

import base64
import binascii
from collections.abc import Iterator
from typing import TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from mailer_service.checking.findings import Finding, ok, warning, wrong
from mailer_service.checking.name_servers import NameServers
from mailer_service.checking.tag_list import TagsUnreadable, read_tags
from mailer_service.writing.dkim_signing import SHORTEST_KEY_BITS

PublicKey: TypeAlias = RSAPublicKey | Ed25519PublicKey


class KeyUnusable(Exception):
    """Why a published key verifies nothing, as the end of a sentence."""


def dkim_findings(
    name_servers: NameServers, domain: str, *, selector: str | None, ours: RSAPublicKey | None
) -> Iterator[Finding]:
    """`ours` where we sign ourselves; without `selector` nobody could know where to look."""
    if selector is None:
        yield warning(
            "DKIM: the mailer signs nothing, and whether the relay does can't be told.",
            "Give the relay's selector as --dkim-selector, or set DKIM_SELECTOR and DKIM_PRIVATE_KEY.",
        )
        return
    name = f"{selector}._domainkey.{domain}"
    records = [text for text in name_servers.texts(name) if "p=" in text]
    publish = f"Publish a TXT record at {name}: {record_for(ours)}"
    if len(records) != 1:
        yield wrong(f"DKIM: there are {len(records) or 'no'} keys at {name}; there must be one.", publish)
        return
    try:
        tags = read_tags(records[0])
        published = published_key(tags)
    except (TagsUnreadable, KeyUnusable) as problem:
        yield wrong(f"DKIM: the key at {name} can't be used: {problem}.", publish)
        return
    if ours is not None and ours != published:
        yield wrong(f"DKIM: the key at {name} is not the public half of DKIM_PRIVATE_KEY.", publish)
    else:
        yield ok(f"DKIM: the key at {name} ({kind_of(published)}) {'fits ours' if ours else 'can be used'}.")
    yield from flag_findings(name, tags)


def published_key(tags: dict[str, str]) -> PublicKey:
    """Raises KeyUnusable."""
    if tags.get("v", "DKIM1") != "DKIM1":
        raise KeyUnusable("its version is not DKIM1")
    if "*" not in (services := tags.get("s", "*").split(":")) and "email" not in services:
        raise KeyUnusable("it is not for mail (s=)")
    if "h" in tags and "sha256" not in tags["h"].split(":"):
        raise KeyUnusable("it does not allow SHA-256 (h=)")
    if not tags.get("p"):
        raise KeyUnusable("it has been withdrawn (p= is empty)")
    try:
        return key_from(tags.get("k", "rsa"), base64.b64decode("".join(tags["p"].split()), validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        raise KeyUnusable("what p= holds is no such key") from None


def key_from(kind: str, content: bytes) -> PublicKey:
    if kind == "ed25519":
        return Ed25519PublicKey.from_public_bytes(content)
    key = load_der_public_key(content) if kind == "rsa" else None
    if not isinstance(key, RSAPublicKey):
        raise KeyUnusable("it is neither RSA nor Ed25519")
    if key.key_size < SHORTEST_KEY_BITS:
        raise KeyUnusable(f"RSA with {key.key_size} bits is too short, it must be {SHORTEST_KEY_BITS}")
    return key


def flag_findings(name: str, tags: dict[str, str]) -> Iterator[Finding]:
    if "y" in tags.get("t", "").split(":"):
        yield warning(
            f"DKIM: the key at {name} says that it is being tried out (t=y): receivers may ignore it.",
            "Take t=y out of the record.",
        )


def record_for(key: RSAPublicKey | None) -> str:
    if key is None:
        return "what whoever signs (the relay) says"
    content = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(content).decode()}"


def kind_of(key: PublicKey) -> str:
    return f"RSA, {key.key_size} bits" if isinstance(key, RSAPublicKey) else "Ed25519"
