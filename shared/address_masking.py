"""Mail addresses as logs and pages may show them."""

import re

NO_PART = r"\s<>()\[\]\"',;:@"
# A quoted local part (RFC 5321 § 4.1.2) too, and an address within a link. Words are tried where they begin
# only: at each of its characters, a long one would take the square of its length.
ADDRESS = re.compile(rf"""(?:"[^"\n]{{1,64}}"|(?<![^{NO_PART}])[^{NO_PART}]+)(?:@|%40)[^{NO_PART}]+""")


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
