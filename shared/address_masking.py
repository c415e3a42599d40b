"""Mail addresses as logs and pages may show them."""


def masked_address(address: str) -> str:
    """`info@hotel.nl` as `in***@hotel.nl`; a local part of one or two characters shows its first only."""
    local, at, domain = address.rpartition("@")
    if not at:
        return "***"
    shown = local[:2] if len(local) > 2 else local[:1]
    return f"{shown}***@{domain}"
