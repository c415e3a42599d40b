"""Moments and spans of time as a Dutch reader says them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# Named here: strftime follows the machine's locale.
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


def moment(when: datetime) -> str:
    """`23 november 2026 om 14.05 uur`, in the time of the Netherlands."""
    local = when.astimezone(AMSTERDAM)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year} om {local.hour}.{local.minute:02d} uur"


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
