"""Mail addresses as logs and pages may show them."""

import re

# Tried where a word begins only: at each of its characters, a long one would take the square of its length.
ADDRESS = re.compile(r"(?<![^\s<>()\[\]\"',;:@])[^\s<>()\[\]\"',;:@]+@[^\s<>()\[\]\"',;:@]+")


def masked_address(address: str) -> str:
    """`info@hotel.nl` as `in***@hotel.nl`; a local part of one or two characters shows its first only."""
    local, at, domain = address.rpartition("@")
    if not at:
        return "***"
    shown = local[:2] if len(local) > 2 else local[:1]
    return f"{shown}***@{domain}"


def masked_addresses(text: str) -> str:
    """A text of somebody else's, such as a mail server's reply, with every address in it masked."""
    return ADDRESS.sub(lambda found: masked_address(found[0]), text)
