"""Spans of time as a Dutch reader says them."""

from datetime import timedelta


def lifetime(span: timedelta) -> str:
    """`24 uur`; below one hour `30 minuten`. Rounded down: never promise more than there is."""
    hours = span // timedelta(hours=1)
    if hours >= 1:
        return f"{hours} uur"
    minutes = max(span // timedelta(minutes=1), 1)
    return "1 minuut" if minutes == 1 else f"{minutes} minuten"


def days(span: timedelta) -> str:
    whole = max(span // timedelta(days=1), 1)
    return "1 dag" if whole == 1 else f"{whole} dagen"
