"""Moments as a Dutch reader says them, in the time of the Netherlands."""

from datetime import datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# Named here: strftime follows the machine's locale.
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


def date(when: datetime) -> str:
    """`23 november 2026`."""
    local = when.astimezone(AMSTERDAM)
    return f"{day_of(local)} {local.year}"


def moment(when: datetime) -> str:
    """`23 november 2026 om 14.05 uur`."""
    local = when.astimezone(AMSTERDAM)
    return f"{date(when)} {time_of(local)}"


def moment_seen_from(when: datetime, now: datetime) -> str:
    """No more than a reader needs at `now`: `om 14.05 uur`, or `op 23 november om 14.05 uur`."""
    local = when.astimezone(AMSTERDAM)
    if local.date() == now.astimezone(AMSTERDAM).date():
        return time_of(local)
    return f"op {day_of(local)} {time_of(local)}"


def day_of(local: datetime) -> str:
    return f"{local.day} {MONTHS[local.month - 1]}"


def time_of(local: datetime) -> str:
    return f"om {local.hour}.{local.minute:02d} uur"
