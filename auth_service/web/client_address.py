"""From which network a request comes: believed from a proxy only where it is one of ours (ASVS 4.1.3)."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Many customers get as much, and may then use any address of it. Where several share one it is as with an
# IPv4 address that several share.
IPV6_PREFIX = 48
# With brackets, a zone and a port; a header can hold anything.
LONGEST_ADDRESS = 80


def client_network(peer: str, forwarded_for: Sequence[str], trusted: Sequence[Network]) -> str:
    """The client's IPv4 address, or its IPv6 network; "" where nothing can be told.

    `peer` is who connected, `forwarded_for` holds the X-Forwarded-For headers in their order. They are read
    from the right, for as long as the one who wrote an entry is a trusted proxy: whatever a client invents
    stands to the left of what the first proxy saw.
    """
    client = read_address(peer)
    if client is None:
        return ""
    hops = [hop for header in forwarded_for for hop in header.split(",")]
    while hops and is_within(client, trusted):
        hop = read_address(hops.pop())
        if hop is None:
            break
        client = hop
    return network_of(client)


def is_trusted(peer: str, trusted: Sequence[Network]) -> bool:
    address = read_address(peer)
    return address is not None and is_within(address, trusted)


def read_address(text: str) -> Address | None:
    """`192.0.2.1`, `2001:db8::1`, and what proxies make of them: `192.0.2.1:80`, `[2001:db8::1]:80`."""
    return parsed(text) if len(text) <= LONGEST_ADDRESS else None


# All requests come by the same few proxies, whose address is read several times for each.
@lru_cache(maxsize=1_000)
def parsed(text: str) -> Address | None:
    bare = text.strip().partition("%")[0]
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return None
    # A socket for both families shows IPv4 clients as ::ffff:192.0.2.1.
    return getattr(address, "ipv4_mapped", None) or address


def is_within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def network_of(address: Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.IPv6Network((int(address), IPV6_PREFIX), strict=False))
